"""Who is deleted or withdraws is in no row any more, neither their own nor other people's."""

from typing import Any

import pytest
from sqlalchemy import text

from saleor_influence_app import db, run_queue
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.erasure.person_rows import UNTIL_DONE
from saleor_influence_app.models import VERSIONED, AskedBy
from saleor_influence_app.personal_data.inventory import COMPUTED_OF_A_CUSTOMER, deleted_from
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import definitions
from tests.support.laws import some
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_shop, put_tie, put_trial
from tests.support.stepping import AtStep

pytestmark = pytest.mark.usefixtures("engine")
WHO = "VXNlcjo0MjQy"
BY_CONSENT = {
    "objections",
    "network_scores",
    "network_scores_past",
    "profiles",
    "pending_links",
    "invitations",
    "notices",
    "contests",
    "corrections",
    "rights_requests",
    "consent_subjects",
    "perk_remarks",
    "outreach_tasks",
    "mail_stops",
    "survey_responses",
    "learning_steps",
    "customer_export_rows",
}
"""Tables that hold nobody without their own act; `test_forgetting.py` puts people into them."""


def run_now(shop_id: int, transaction: Any = db.transaction) -> None:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(transaction, run_id, as_of=NOW)


@remembered
def entangled_shop() -> int:
    """Whom the test forgets leads and follows, gives and takes codes and cards, now and in the past."""
    with db.transaction() as session:
        shop_id = put_shop(session, fair_service=True)
        put_customers(session, shop_id, "anna", "berta")
        put_customers(session, shop_id, WHO, email_hash=b"who")
        put_code(session, shop_id, "WHO", WHO)
        put_code(session, shop_id, "ANNA", "anna")
        put_tie(session, shop_id, "anna", WHO)
        put_tie(session, shop_id, WHO, "berta")
        for place, name in enumerate(("anna", WHO, "berta")):
            for month in range(1, 5):
                put_order(session, shop_id, name, days_ago=40 * month - 9 * place, product=f"p{month}")
        put_order(session, shop_id, WHO, voucher_code="ANNA", days_ago=3, gift_givers=["anna"],
                  address_hash=b"home", payment_hash=b"card")  # fmt: skip
        put_order(session, shop_id, "berta", voucher_code="WHO", days_ago=2, gift_givers=[WHO, "anna"])
        put_order(session, shop_id, None, email_hash=b"who", days_ago=300)
        put_order(session, shop_id, "berta", days_ago=301, former_accounts=[WHO])
        session.execute(text("INSERT INTO exclusions VALUES (:id, 'anna', 'test')"), {"id": shop_id})
        definitions.store_defaults(session, shop_id)
    run_now(shop_id)
    with db.transaction() as session:
        session.execute(text("DELETE FROM exclusions"))
        put_order(session, shop_id, WHO, charged=4000, days_ago=1)
    run_now(shop_id)
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET charged = 20 WHERE voucher_code IN ('WHO', 'ANNA')"))
    run_now(shop_id)
    with db.transaction() as session:
        session.execute(text("INSERT INTO exclusions VALUES (:id, :who, 'reseller')"),
                        {"id": shop_id, "who": WHO})  # fmt: skip
        put_trial(session, shop_id, WHO, guests={"anna": True})
        put_trial(session, shop_id, "berta", guests={WHO: False, "anna": True})
    return shop_id


def where_named() -> set[tuple[str, str]]:
    """(table, column) of every cell that holds their id."""
    with db.transaction() as session:
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            )
        ).all()
        return {
            (table, column)
            for table, column in columns
            if session.scalar(
                text(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text LIKE :who)'),
                {"who": f"%{WHO}%"},
            )
        }


def delete(shop_id: int) -> None:
    with db.transaction() as session:
        shops.lock_facts(session, shop_id)
        customers.delete(session, shop_id, {WHO: NOW})


def object_(shop_id: int) -> None:
    with db.transaction() as session:
        objections.object_(session, shop_id, WHO, by=AskedBy.SELF)


def erase(shop_id: int) -> None:
    with db.transaction() as session:
        erasure.erase(session, shop_id, WHO)


def test_the_story_puts_them_into_every_row_that_could_name_them() -> None:
    entangled_shop()

    named = where_named()

    for place in deleted_from("deletion"):
        if place[0] not in {
            "memberships",
            "memberships_past",
            "code_leaks",
            "hand_off_deliveries",
            *BY_CONSENT,
        }:
            assert place in named, place
    assert {("credits", "customer_id"), ("credits", "source_id"), ("credits_past", "customer_id")} <= named


def test_a_deleted_customer_leaves_nothing_and_no_run_brings_it_back() -> None:
    shop_id = entangled_shop()

    delete(shop_id)

    assert where_named() == set()
    run_now(shop_id)
    assert where_named() == set()
    with db.transaction() as session:
        hashed = "address_hash IS NOT NULL OR payment_hash IS NOT NULL"
        assert session.execute(text(f"SELECT count(*) FROM orders WHERE {hashed}")).scalar_one() == 0


def test_nothing_is_computed_of_who_was_erased_nor_of_others_by_their_orders() -> None:
    shop_id = entangled_shop()

    erase(shop_id)

    for _ in range(2):
        assert {table for table, _ in where_named()} <= UNTIL_DONE
        run_now(shop_id)
    with db.transaction() as session:
        theirs = "SELECT count(*) FROM orders WHERE customer_id IS NULL AND former_accounts = '{\"\"}'"
        assert session.execute(text(theirs)).scalar_one() == 7, "six of the account's, one as a guest"
        counted = "SELECT count(*) FROM credits JOIN orders o USING (order_id) WHERE o.customer_id IS NULL"
        assert session.execute(text(counted)).scalar_one() == 0


def test_who_objects_keeps_their_facts_and_has_nothing_computed() -> None:
    shop_id = entangled_shop()
    computed = {table for model, past in VERSIONED.items() for table in (model.__tablename__, past.name)}

    object_(shop_id)

    for _ in range(2):
        named = {table for table, _ in where_named()}
        assert not named & computed
        assert named >= {"customers", "orders", "objections"}
        run_now(shop_id)


@some("leave", object_, delete, erase)
@some("step", "segments", "reading facts", "writing")
def test_who_leaves_while_a_run_computes_is_in_nothing_it_wrote(leave: Any, step: str) -> None:
    shop_id = entangled_shop()

    worker = AtStep(step, lambda: leave(shop_id))
    run_now(shop_id, worker)

    assert worker.happened
    computed = {table for table, _ in COMPUTED_OF_A_CUSTOMER}
    assert not {table for table, _ in where_named()} & computed
