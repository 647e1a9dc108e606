from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.erasure import erasure
from saleor_influence_app.models import DriftCheck, Run
from saleor_influence_app.sync import drift, id_audit, spans
from tests.support.history import assert_equal_to, impatient, scripted
from tests.support.pocket_shop import Pocket
from tests.support.tellings import customer, make_shop, order, rows, tell, told

Bells = Callable[[], list[tuple[Any, ...]]]


def drift_of(session: Session, shop_id: int) -> DriftCheck:
    session.rollback()
    return session.get_one(DriftCheck, shop_id)


def test_a_shop_without_drift_says_so_in_a_sentence(session: Session, read_shop: int) -> None:
    assert id_audit.compare(db.transaction, read_shop)

    found = drift_of(session, read_shop)
    assert (found.orders_here, found.orders_saleor) == (310, 310)
    assert (found.customers_here, found.customers_saleor, found.gaps) == (230, 230, 0)
    assert found.mended == 0
    assert session.scalars(select(Run)).all() == []


def test_missing_and_old_rows_are_mended_by_asking_for_these_alone(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    session.execute(text("DELETE FROM orders WHERE order_id IN (SELECT order_id FROM orders LIMIT 7)"))
    session.execute(text("DELETE FROM customers WHERE ctid IN (SELECT ctid FROM customers LIMIT 3)"))
    session.execute(
        text(
            "UPDATE orders SET status = 'DRAFT', updated_at = updated_at - interval '1 hour' "
            "WHERE order_id IN (SELECT order_id FROM orders LIMIT 2)"
        )
    )
    session.commit()
    asked: list[str] = []

    assert id_audit.compare(
        db.transaction,
        read_shop,
        opener=impatient(
            lambda name, given: (
                asked.extend((given.get("where") or {}).get("ids", ())) if name.endswith("_page") else None
            )
        ),
    )

    assert_equal_to(pocket, session, read_shop)
    assert len(asked) == 12
    found = drift_of(session, read_shop)
    assert (found.gaps, found.mended, found.orders_here, found.customers_here) == (0, 12, 310, 230)
    assert [run.kind for run in session.scalars(select(Run))] == ["incremental"]


def test_a_customer_whose_deletion_was_never_told_is_gone_the_next_morning(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    with pocket.state.lock:
        gone = next(user for user in pocket.state.store.users.values() if user.orders)
        order_ids = {one.id for one in gone.orders}
        pocket.state.store.remove_user(gone)

    assert id_audit.compare(db.transaction, read_shop)

    assert gone.id not in {row["customer_id"] for row in rows(session, "customers", read_shop)}
    for row in rows(session, "orders", read_shop):
        if row["order_id"] in order_ids:
            assert (row["customer_id"], row["email_hash"]) == (None, None)
    found = drift_of(session, read_shop)
    assert (found.customers_saleor, found.customers_here, found.gaps, found.mended) == (229, 229, 0, 1)


def test_somebody_who_was_erased_and_is_listed_by_saleor_is_no_gap_and_does_not_come_back(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    with pocket.state.lock:
        erased = next(user for user in pocket.state.store.users.values() if user.orders)
    with db.transaction() as own:
        erasure.erase(own, read_shop, erased.id)

    assert id_audit.compare(db.transaction, read_shop)

    assert erased.id not in {row["customer_id"] for row in rows(session, "customers", read_shop)}
    assert erased.id not in {row["customer_id"] for row in rows(session, "orders", read_shop)}
    found = drift_of(session, read_shop)
    assert (found.customers_saleor, found.customers_here, found.gaps) == (230, 230, 0)


def test_an_order_that_saleor_deleted_is_gone_here_too(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    with pocket.state.lock:
        store = pocket.state.store
        gone = list(store.orders.values())[150]
        del store.orders[gone.pk], store.objects[gone.id]
        for index in store.order_indices.values():
            index.drop(gone.pk)

    assert id_audit.compare(db.transaction, read_shop)

    assert gone.id not in {row["order_id"] for row in rows(session, "orders", read_shop)}
    assert gone.id not in {row["order_id"] for row in rows(session, "order_lines", read_shop)}
    assert drift_of(session, read_shop).orders_saleor == 309


def test_what_came_by_webhook_while_the_list_was_read_is_not_taken_for_gone(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    [newcomer] = pocket.people(1)
    tell(session, read_shop, told("customer_updated", customer(newcomer.id) | {"dateJoined": None}))

    assert id_audit.compare(db.transaction, read_shop)

    (row,) = [row for row in rows(session, "customers", read_shop) if row["customer_id"] == newcomer.id]
    assert row["deleted_at"] is None
    assert row["date_joined"] == newcomer.date_joined


def test_a_customer_told_of_by_an_event_that_no_list_knows_goes(session: Session, read_shop: int) -> None:
    unknown = customer("VXNlcjo5OTk5OTk=")
    del unknown["dateJoined"]
    tell(session, read_shop, told("customer_updated", unknown))

    id_audit.compare(db.transaction, read_shop)

    assert unknown["id"] not in {row["customer_id"] for row in rows(session, "customers", read_shop)}


EMPTY = {"page": {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}}


UNKNOWN = "encode(convert_to('Order:' || gen_random_uuid(), 'UTF8'), 'base64')"


DAMAGE = {
    "missing": "DELETE FROM orders WHERE order_id = ANY (:ids)",
    "old": "UPDATE orders SET updated_at = updated_at - interval '5 years' WHERE order_id = ANY (:ids)",
    "unknown to Saleor": f"""
        INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('order_id', {UNKNOWN}))).*
        FROM orders o WHERE order_id = ANY (:ids)""",
}


@pytest.fixture
def counted_shop(read_shop: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """A shop whose ids were compared lately, and that has many spans."""
    assert id_audit.compare(db.transaction, read_shop)
    monkeypatch.setattr(spans, "PAGE", 10)
    return read_shop


def requests(asked: list[tuple[str, Mapping[str, Any]]], *, one: bool) -> int:
    """How many requests counted (`one` node asked for), or listed ids."""
    lists = [given for name, given in asked if name.endswith("_ids") and "ids" not in (given["where"] or {})]
    return sum((given["first"] == 1) is one for given in lists)


def test_where_nothing_differs_saleor_is_asked_for_numbers_alone(session: Session, counted_shop: int) -> None:
    every = drift_of(session, counted_shop).every_id_at
    asked: list[tuple[str, Mapping[str, Any]]] = []

    assert id_audit.compare(db.transaction, counted_shop, opener=impatient(lambda *call: asked.append(call)))

    found = drift_of(session, counted_shop)
    assert (found.orders_saleor, found.customers_saleor) == (310, 230)
    assert (found.gaps, found.mended, found.every_id_at) == (0, 0, every)
    assert requests(asked, one=True) >= 50
    assert 2 <= requests(asked, one=False) < 10  # the last two days, and what is newer than all that is here


def test_after_four_weeks_every_id_is_read_again(session: Session, counted_shop: int) -> None:
    session.execute(text("UPDATE drift_checks SET every_id_at = now() - interval '29 days'"))
    session.commit()
    asked: list[tuple[str, Mapping[str, Any]]] = []

    id_audit.compare(db.transaction, counted_shop, opener=impatient(lambda *call: asked.append(call)))

    assert requests(asked, one=True) == 2  # whether there is anything at all
    assert requests(asked, one=False) >= 50
    read_at = drift_of(session, counted_shop).every_id_at
    assert read_at is not None
    assert read_at > datetime.now(UTC) - timedelta(minutes=5)


def test_what_changed_lately_is_compared_id_by_id(session: Session, counted_shop: int) -> None:
    """One order missing and one too many within a span: numbers alone would be equal."""
    session.execute(
        text(f"""
        WITH newest AS (SELECT order_id, updated_at FROM orders ORDER BY updated_at DESC LIMIT 2)
        UPDATE orders o SET order_id = {UNKNOWN} FROM newest n
        WHERE o.order_id = n.order_id AND n.updated_at = (SELECT min(updated_at) FROM newest)""")
    )
    session.commit()
    opener = impatient()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(id_audit, "RECENT", timedelta(days=36_500))
        assert id_audit.compare(db.transaction, counted_shop, opener=opener)

    found = drift_of(session, counted_shop)
    assert (found.gaps, found.mended, found.orders_here) == (0, 2, 310)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.sampled_from(tuple(DAMAGE)), places=st.sets(st.integers(0, 309), min_size=1, max_size=6))
def test_numbers_lead_to_whatever_differs(
    pocket: Pocket, session: Session, counted_shop: int, damage: str, places: set[int]
) -> None:
    """One kind at a time: a row too few and one too many in one span are found in four weeks."""
    ids = session.scalars(text("SELECT order_id FROM orders ORDER BY updated_at, order_id")).all()
    session.execute(text(DAMAGE[damage]), {"ids": [ids[place] for place in places]})
    session.commit()

    assert id_audit.compare(db.transaction, counted_shop, opener=impatient())

    assert_equal_to(pocket, session, counted_shop)
    found = drift_of(session, counted_shop)
    assert (found.gaps, found.mended) == (0, len(places))


def test_a_saleor_that_suddenly_lists_nothing_is_not_believed(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order()), told("customer_created", customer()))

    assert id_audit.compare(db.transaction, shop_id, opener=scripted(lambda *_: EMPTY))

    found = drift_of(session, shop_id)
    assert (found.orders_saleor, found.customers_saleor, found.gaps) == (0, 0, 2)
    assert len(rows(session, "orders", shop_id)) == 1
    assert rows(session, "customers", shop_id)[0]["deleted_at"] is None


def test_what_saleor_lists_and_then_will_not_give_is_a_gap_only_if_it_gave_it(session: Session) -> None:
    shop_id = make_shop(session)
    listed, unreadable = order("order-1"), order("order-2", total=None)

    def answer(name: str, _: Any) -> dict[str, Any]:
        nodes = {"order_ids": [listed, unreadable], "orders_page": [unreadable]}.get(name, [])
        return {
            "page": EMPTY["page"] | {"edges": [{"node": node} for node in nodes], "totalCount": len(nodes)}
        }

    assert id_audit.compare(db.transaction, shop_id, opener=scripted(answer))

    found = drift_of(session, shop_id)
    assert (found.orders_saleor, found.orders_here, found.gaps) == (2, 1, 1)


def test_a_comparison_that_is_interrupted_leaves_the_last_one_and_no_lease(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    assert id_audit.compare(db.transaction, read_shop)
    before = drift_of(session, read_shop).checked_at
    pocket.state.faults.add("api", "status", value=500, times=None)

    assert not id_audit.compare(db.transaction, read_shop, opener=impatient())

    assert drift_of(session, read_shop).checked_at == before
    assert session.scalar(text("SELECT count(*) FROM backfills WHERE lease_until IS NOT NULL")) == 0


def test_bells_that_waited_together_cause_one_comparison(session: Session, read_shop: int) -> None:
    assert id_audit.compare(db.transaction, read_shop, rest=drift.REST)
    assert not id_audit.compare(db.transaction, read_shop, rest=drift.REST)

    session.execute(text("UPDATE drift_checks SET checked_at = now() - interval '11 minutes'"))
    session.commit()

    assert id_audit.compare(db.transaction, read_shop, rest=drift.REST)


def test_the_sweep_rings_for_shops_whose_moment_of_the_night_has_come(
    session: Session, read_shop: int, bells: Bells
) -> None:
    bells()
    with db.transaction() as own:
        drift.sweep(own)
    assert bells() == [("history.compare", read_shop)]

    id_audit.compare(db.transaction, read_shop)
    bells()
    with db.transaction() as own:
        drift.sweep(own)
    assert bells() == []
    session.execute(text("UPDATE contacts SET compare_at = now() - interval '1 minute'"))
    session.commit()
    with db.transaction() as own:
        drift.sweep(own)
    assert bells() == [("history.compare", read_shop)]
