"""From facts to rows: whose order counts, what is left out, what is written anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import Engine, Float, cast, func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db, run_queue
from saleor_influence_app.erasure import objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import AskedBy, Credit, Evidence, OutboxRow, Score, Segment, Shop
from saleor_influence_app.runs import execution, scores
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import definitions, voucher_codes
from saleor_influence_app.writeback import staging
from scoring import simulate, values
from tests.support import tables
from tests.support.shop_rows import (
    NOW,
    put_code,
    put_customers,
    put_membership,
    put_order,
    put_score,
    put_shop,
)
from tests.support.simulated_shop import put_simulated
from tests.support.stepping import AtStep
from tests.support.told_facts import told

pytestmark = pytest.mark.usefixtures("engine")


def run_now(shop_id: int, as_of: Any = NOW, transaction: db.Transaction = db.transaction) -> None:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(transaction, run_id, as_of=as_of)


def computed(session: Any, shop_id: int) -> scores.Scored:
    parameters = scores.parameters_of(session.get_one(Shop, shop_id))
    return scores.compute(scores.read(session, shop_id), as_of=NOW, parameters=parameters)


def score_of(shop_id: int, customer_id: str) -> Score | None:
    with db.transaction() as session:
        return session.get(Score, (shop_id, customer_id))


def test_a_guests_orders_are_theirs_once_they_have_an_account() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_order(session, shop_id, None, email_hash=b"anna", charged=70)
        put_order(session, shop_id, None, email_hash=b"stranger", charged=900)
        put_customers(session, shop_id, "anna", email_hash=b"anna")

    run_now(shop_id)

    anna = score_of(shop_id, "anna")
    assert anna is not None
    assert (anna.orders_count, anna.revenue) == (1, Decimal(70))
    with db.transaction() as session:
        assert session.scalars(select(Score.customer_id)).all() == ["anna"]


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED", "DRAFT"])
def test_an_order_that_is_none_does_not_count(status: str) -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna")
        put_order(session, shop_id, "anna", status=status, charged=500)

    run_now(shop_id)

    assert score_of(shop_id, "anna") is None


def test_a_refund_lowers_what_a_customer_has_spent() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna")
        put_order(session, shop_id, "anna", charged=80)
        order_id = put_order(session, shop_id, "anna", charged=60, days_ago=90)
    run_now(shop_id)
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET charged = 10 WHERE order_id = :id"), {"id": order_id})
    run_now(shop_id)

    anna = score_of(shop_id, "anna")
    assert anna is not None
    assert anna.revenue == Decimal(90)


def test_orders_from_the_future_are_left_aside_and_said_so() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna")
        put_order(session, shop_id, "anna", days_ago=-3)

        scored = computed(session, shop_id)

    assert scored.tables[Score].num_rows == 0
    assert any("left aside until then" in note for note in scored.notes)


def test_currencies_are_joined_by_the_shops_rates_and_the_rest_is_said() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session, currency="EUR", exchange_rates={"PLN": "0.25"})
        put_customers(session, shop_id, "anna")
        put_order(session, shop_id, "anna", charged=100, currency="PLN", days_ago=10)
        put_order(session, shop_id, "anna", charged=100, currency="XTS", days_ago=20)
        put_order(session, shop_id, "anna", charged=30, currency="EUR", days_ago=30)

    run_now(shop_id)

    anna = score_of(shop_id, "anna")
    assert anna is not None
    assert (anna.currency, anna.revenue, anna.orders_count) == ("EUR", Decimal(55), 3)


def test_voucher_codes_and_ids_of_any_text_survive_the_way_through() -> None:
    odd = [
        "a,b",
        'say "hi"',
        "two\nlines",
        "Ω≈ç",
        "'; DROP TABLE orders; --",
        "",
        "NULL",
        "\\N",
        "%s {0} 100%",
    ]
    with db.transaction() as session:
        shop_id = put_shop(session)
        for code in odd:
            put_order(session, shop_id, None, voucher_code=code)
        put_order(session, shop_id, None, voucher_code=None)

        facts = scores.read(session, shop_id)

    orders = told(facts).orders
    assert sorted(orders["voucher_code"].to_pylist(), key=str) == sorted([*odd, None], key=str)
    assert orders["customer_id"].null_count == len(odd) + 1


def test_a_customer_deleted_while_a_run_computes_has_no_row_afterwards() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "berta")
        put_order(session, shop_id, "anna")
        put_order(session, shop_id, "berta")
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None

    def delete_anna() -> None:
        with db.transaction() as session:
            shops.lock_facts(session, shop_id)
            customers.delete(session, shop_id, {"anna": NOW})

    worker = AtStep("segments", delete_anna)
    assert execution.execute(worker, run_id, as_of=NOW)

    assert worker.happened
    assert score_of(shop_id, "anna") is None
    with db.transaction() as session:
        assert session.scalars(select(OutboxRow.customer_id)).all() == ["berta"]


def test_who_objects_has_no_value_and_their_codes_earn_nothing() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "berta")
        put_order(session, shop_id, "anna")
        put_order(session, shop_id, "berta", voucher_code="ANNA10")
        put_code(session, shop_id, "ANNA10", "anna")
        objections.object_(session, shop_id, "anna", by=AskedBy.SELF)

    run_now(shop_id)

    assert score_of(shop_id, "anna") is None
    assert score_of(shop_id, "berta") is not None


def test_who_is_no_longer_valued_loses_their_row_and_their_keys() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "berta")
        put_order(session, shop_id, "berta")
        order_id = put_order(session, shop_id, "anna")
    run_now(shop_id)
    with db.transaction() as session:
        session.execute(text("""UPDATE outbox SET state = 'written', written = wanted"""))
        session.execute(text("UPDATE orders SET status = 'CANCELED' WHERE order_id = :id"), {"id": order_id})

    run_now(shop_id)

    assert score_of(shop_id, "anna") is None
    with db.transaction() as session:
        anna = session.get_one(OutboxRow, (shop_id, "anna"))
        assert (anna.wanted, anna.state) == (None, "pending")


def test_the_default_segments_are_given_once_and_changes_to_them_stay() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        definitions.store_defaults(session, shop_id)
        session.execute(
            text(
                """UPDATE segments SET definition = definition || '{"title": "Ours"}' WHERE name = 'loyal'"""
            )
        )
        definitions.store_defaults(session, shop_id)

        kept = {row.name: row.definition for row in session.scalars(select(Segment))}

    assert set(kept) == {"influencer", "ambassador", "rising", "loyal", "beta-tester"}
    assert kept["loyal"]["title"] == "Ours"


def test_every_stored_default_is_a_definition_that_can_be_saved_again() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        definitions.store_defaults(session, shop_id)
        for row in session.scalars(select(Segment)):
            assert definitions.validated(row.definition) == row.definition


def test_a_definition_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(InputInvalid, match="there is no column 'email'"):
        definitions.validated(
            {"name": "a", "title": "A", "description": "",
             "conditions": [{"column": "email", "operator": ">=", "threshold": 1}]}
        )  # fmt: skip


def test_values_read_back_are_those_that_were_written() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        world = simulate.shop(customers=300, orders=1500, seed=3, as_of=NOW)
        put_simulated(session, shop_id, world=world, until=NOW)
        scored = computed(session, shop_id)
        run_id = run_queue.request(session, shop_id)
        assert run_id is not None
        scores.bring(session, scored)
        scores.write(session, shop_id, run_id=run_id)

        columns = {column.name: column for column in Score.__table__.columns}
        fields = [field for field in values.VALUES if field.name in columns]  # a rank is not stored
        query = select(
            *(
                cast(columns[field.name], Float).label(field.name)
                if pa.types.is_floating(field.type)
                else columns[field.name]
                for field in fields
            )
        ).where(Score.shop_id == shop_id)
        back = bulk_copy.read(session, query, pa.schema(fields)).sort_by("customer_id")

    wanted = scored.tables[Score].sort_by("customer_id")
    assert back.num_rows > 200
    for name in back.column_names:
        left, right = back[name].to_pylist(), wanted[name].to_pylist()
        is_float = pa.types.is_floating(wanted.schema.field(name).type)
        assert left == (pytest.approx(right, abs=1e-6) if is_float else right), name


def test_a_number_that_is_none_never_reaches_a_row() -> None:
    table = pa.table({"customer_id": ["anna"], "value": [float("nan")]})

    with db.transaction() as session, pytest.raises(ValueError, match="column value"):
        bulk_copy.bring(session, table, like=Score)


def staged(shop_id: int) -> int:
    with db.transaction() as session:
        return staging.stage(session, shop_id, as_of=NOW)


@pytest.mark.parametrize(("value", "rewritten"), [(100, 0), (109, 0), (91, 0), (112, 1), (88, 1), (0, 1)])
def test_a_record_is_written_anew_only_when_the_value_moved_by_a_tenth(value: int, rewritten: int) -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "anna", value=100)
    assert staged(shop_id) == 1
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET value = :value"), {"value": value})

    assert staged(shop_id) == rewritten


def test_small_steps_do_not_add_up_to_a_stale_record() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "anna", value=100)
    staged(shop_id)

    written = []
    for value in range(99, 59, -1):
        with db.transaction() as session:
            session.execute(text("UPDATE scores SET value = :value"), {"value": value})
            staging.stage(session, shop_id, as_of=NOW)
            row = session.get_one(OutboxRow, (shop_id, "anna"), populate_existing=True)
            written.append(float((row.wanted or {})["private"]["influence.value"].split()[0]) / value)

    assert max(written) <= 1.12


def test_a_small_value_beside_large_ones_is_not_rewritten_for_cents() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "small", value=1)
        put_score(session, shop_id, "large", value=10_000)
    staged(shop_id)
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET value = 2 WHERE customer_id = 'small'"))

    assert staged(shop_id) == 0


def test_a_change_of_segments_currency_or_score_is_always_written() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "anna", value=100)
    staged(shop_id)
    for change in (
        """INSERT INTO memberships (shop_id, segment, customer_id, run_id, since, reason, parts)
           SELECT 1, 'loyal', 'anna', id, now(), 'so', '[]' FROM runs""",
        "UPDATE scores SET currency = 'PLN'",
        "UPDATE scores SET score = 61",
    ):
        with db.transaction() as session:
            session.execute(text(change))

        assert staged(shop_id) == 1, change


def test_the_time_of_a_run_alone_changes_no_record() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "anna")
        put_membership(session, shop_id, "loyal", "anna")
        staging.stage(session, shop_id, as_of=NOW)

        assert staging.stage(session, shop_id, as_of=NOW + timedelta(days=1)) == 0


@contextmanager
def quick() -> Iterator[Session]:
    """Give a transaction of statements that take half a second, and much longer if all meet all."""
    with db.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = '10s'"))
        yield session


@pytest.fixture
def statistics_of_two_rows(engine: Engine) -> None:
    """Let the planner know the tables as they were before a backfill, until it looks at them again."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "berta", email_hash=b"anna")
        put_order(session, shop_id, "anna", voucher_code="BERTA10")
        put_code(session, shop_id, "BERTA10", "berta")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        tables.empty(connection)
        connection.execute(text("VACUUM"))


@pytest.mark.usefixtures("statistics_of_two_rows")
def test_thousands_of_customers_are_valued_and_a_night_rewrites_few_records() -> None:
    with db.transaction() as session:
        rates = {"USD": "0.91", "GBP": "1.18", "PLN": "0.23"}
        shop_id = put_shop(session, currency="EUR", exchange_rates=rates)
        definitions.store_defaults(session, shop_id)
        world = simulate.shop(customers=3000, orders=15_000, seed=2, as_of=NOW + timedelta(days=1))
        put_simulated(session, shop_id, world=world, until=NOW)
    monday = NOW + timedelta(days=1)
    run_now(shop_id, as_of=monday, transaction=quick)
    with db.transaction() as session:
        valued = session.execute(text("SELECT count(*) FROM scores")).scalar_one()
        proven = session.scalar(select(func.sum(Score.crv)))
        rows = session.scalar(select(func.sum(Credit.credit)).where(Credit.proven))
        leads = set(session.scalars(select(Evidence.customer_id).where(Evidence.inferred == "leads")))
        session.execute(text("UPDATE outbox SET state = 'written', written = wanted"))

    run_now(shop_id, as_of=monday + timedelta(days=1), transaction=quick)

    with db.transaction() as session:
        rewritten = session.execute(text("SELECT count(*) FROM outbox WHERE state = 'pending'")).scalar_one()
    truth = {f"C{row['customer_no']}" for row in world.truth.to_pylist() if row["is_influencer"]}
    assert valued > 2500
    assert proven is not None
    assert proven > 500
    assert proven == pytest.approx(rows, abs=Decimal("0.01"))
    assert leads
    assert leads <= truth
    assert rewritten < valued / 20


def test_a_code_belongs_to_a_customer_who_is_there() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "gone", deleted_at=NOW)

        for customer_id in ("gone", "stranger"):
            with pytest.raises(RowMissing):
                voucher_codes.assign(session, shop_id, "X10", customer_id=customer_id, valid_from=NOW)
