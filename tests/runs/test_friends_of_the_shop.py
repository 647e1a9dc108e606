"""Friends of the shop: somebody without an order holds a personal code, and their value is what it brings."""

from decimal import Decimal

import pytest

from saleor_influence_app import db, run_queue
from saleor_influence_app.queries.customer import CustomerValue, customer
from saleor_influence_app.runs import execution
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_shop

pytestmark = pytest.mark.usefixtures("engine")
READERS = ("ann", "bea", "cleo", "dan")


@pytest.fixture
def shop_id() -> int:
    """A writer whose code four customers used, one whose code nobody used, and somebody without a code."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "writer", "quiet", "nobody", *READERS)
        put_code(session, shop_id, "WRITER10", "writer")
        put_code(session, shop_id, "QUIET10", "quiet")
        for place, reader in enumerate(READERS):
            put_order(session, shop_id, reader, days_ago=200)
            put_order(session, shop_id, reader, days_ago=20 + 10 * place, voucher_code="WRITER10")
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return shop_id


def shown(shop_id: int, who: str) -> CustomerValue:
    with db.transaction() as session:
        return customer(session, shop_id, who)


def test_the_value_of_somebody_without_orders_is_what_their_code_brings(shop_id: int) -> None:
    writer = shown(shop_id, "writer")

    assert writer.state == "valued"
    assert writer.orders_count == 0
    assert writer.brought is not None
    assert writer.crv is not None
    assert writer.brought.amount == writer.crv.amount == "200.00"
    assert writer.value is not None
    assert writer.crv_expected is not None
    assert Decimal(writer.value.amount) == Decimal(writer.crv_expected.amount) > 0
    assert writer.reasons[-1] == "This customer has not paid for an order."
    assert writer.reasons[0].startswith(
        "4 orders of others with this customer's personal code brought 200.00 EUR"
    )


def test_a_code_that_nobody_used_is_said(shop_id: int) -> None:
    quiet, nobody = shown(shop_id, "quiet"), shown(shop_id, "nobody")

    assert quiet.state == nobody.state == "no-orders"
    assert "by this customer or with their personal code QUIET10." in quiet.evidence_sentence
    assert nobody.evidence_sentence == "Nothing has been paid yet."
