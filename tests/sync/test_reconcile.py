from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Problem, Run, Shop
from saleor_influence_app.orders import order_retention
from saleor_influence_app.sync import projection, reconcile
from saleor_influence_app.sync.saleor_pages import Page
from sandbox.apps import Delivery, Webhook
from tests.support.history import (
    backfill_row,
    expire_leases,
    impatient,
    put_shop,
    scripted,
)
from tests.support.pocket_shop import Pocket
from tests.support.tellings import at, customer, make_shop, order, rows, tell, told

Bells = Callable[[], list[tuple[Any, ...]]]


def change_an_order(pocket: Pocket) -> str:
    with pocket.state.lock:
        one = next(iter(pocket.state.store.orders.values()))
        one.status = "CANCELED"
        pocket.state.store.touch_order(one)
    return one.id


def status_of(session: Session, shop_id: int, order_id: str) -> str:
    (row,) = [row for row in rows(session, "orders", shop_id) if row["order_id"] == order_id]
    return str(row["status"])


def test_what_no_webhook_told_is_here_after_the_next_poll(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    order_id = change_an_order(pocket)
    [newcomer] = pocket.people(1)

    assert reconcile.poll(db.transaction, read_shop)

    assert status_of(session, read_shop, order_id) == "CANCELED"
    assert newcomer.id in {row["customer_id"] for row in rows(session, "customers", read_shop)}
    assert [run.kind for run in session.scalars(select(Run))] == ["incremental"]


def test_only_a_window_that_overlaps_the_last_one_is_read(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    mark = backfill_row(session, read_shop, "orders").watermark
    assert mark is not None
    change_an_order(pocket)
    asked: list[Mapping[str, Any]] = []

    reconcile.poll(
        db.transaction,
        read_shop,
        opener=impatient(lambda name, given: asked.append(given) if name == "orders_page" else None),
    )

    (only,) = asked
    kept = order_retention.since(session, read_shop)
    assert only["where"] == {
        "updatedAt": {"gte": (mark - timedelta(minutes=10)).isoformat()},
        "createdAt": {"gte": kept.isoformat()},
    }
    moved = backfill_row(session, read_shop, "orders").watermark
    assert moved is not None
    assert moved > mark


def test_a_poll_without_news_asks_for_no_run_and_leaves_no_lease(session: Session, read_shop: int) -> None:
    assert reconcile.poll(db.transaction, read_shop)

    assert session.scalars(select(Run)).all() == []
    assert backfill_row(session, read_shop, "orders").lease_until is None


def test_a_history_that_is_still_being_read_is_left_to_its_reader(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket, history="running")

    assert reconcile.poll(db.transaction, shop_id)

    assert rows(session, "orders", shop_id) == []


def test_a_day_of_being_down_is_caught_up_even_when_interrupted(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    with pocket.state.lock:
        for one in list(pocket.state.store.orders.values())[:250]:
            one.status = "RETURNED"
            pocket.state.store.touch_order(one)
    pages: list[str] = []

    def stumble(name: str, given: Mapping[str, Any]) -> None:
        if name == "orders_page":
            pages.append(name)
            if given["after"]:
                pocket.state.faults.add("api", "status", value=500, times=10)

    assert not reconcile.poll(db.transaction, read_shop, opener=impatient(stumble))
    row = backfill_row(session, read_shop, "orders")
    assert "500" in str(row.error)
    assert row.lease_until is None
    pocket.state.faults.clear()

    assert reconcile.poll(db.transaction, read_shop)

    states = [row["status"] for row in rows(session, "orders", read_shop)]
    assert states.count("RETURNED") >= 250
    assert backfill_row(session, read_shop, "orders").error is None


def test_a_refusal_is_a_problem_until_the_next_success(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    granted = pocket.app.permission_codes
    pocket.app.permission_codes = frozenset()
    assert not reconcile.poll(db.transaction, read_shop)
    assert session.scalars(select(Problem.key)).all() == [reconcile.RECONCILE_FAILED]
    session.rollback()

    pocket.app.permission_codes = granted
    assert reconcile.poll(db.transaction, read_shop)

    assert session.scalars(select(Problem.key).where(Problem.dismissed_at.is_(None))).all() == []


def test_a_poll_of_a_shop_that_is_away_or_switched_off_does_nothing(session: Session) -> None:
    shop_id = make_shop(session)
    session.execute(text("UPDATE shops SET active = false"))
    session.commit()

    assert not reconcile.poll(db.transaction, shop_id)
    assert not reconcile.poll(db.transaction, shop_id + 1)


def test_a_clock_gone_wild_in_one_row_does_not_move_the_watermark_into_the_future() -> None:
    nodes: tuple[dict[str, Any], ...] = (
        {"updatedAt": "2099-01-01T00:00:00+00:00"},
        {"updatedAt": at(1).isoformat()},
        {"updatedAt": 7},
        {},
    )

    assert Page(nodes, None, None, at(9)).newest() == at(9)
    assert Page(nodes[1:], None, None, at(9)).newest() == at(1)
    assert Page(nodes[2:], None, None, at(9)).newest() is None


def lose(pocket: Pocket, slug: str, body: bytes, *, created_minutes: float) -> None:
    """A delivery that Saleor gave up."""
    if not pocket.app.webhooks:
        hook = Webhook(1, "V2ViaG9vazox", pocket.app, "all", "http://gone/", [], None)
        pocket.app.webhooks.append(hook)
    (hook,) = pocket.app.webhooks
    number = len(hook.deliveries) + 1
    hook.deliveries.append(
        Delivery(
            number,
            f"delivery-{number}",
            at(created_minutes),
            slug.upper(),
            hook,
            payload=body.decode(),
            status="FAILED",
        )
    )


def test_deliveries_that_saleor_gave_up_are_read_back_once(
    pocket: Pocket, session: Session, read_shop: int, bells: Bells
) -> None:
    gone = next(user for user in pocket.state.store.users.values() if not user.is_staff)
    lose(pocket, *told("customer_deleted", {"id": gone.id}, minutes=1e6), created_minutes=1)
    lose(pocket, *told("order_created", order("order-new"), minutes=1), created_minutes=2)
    lose(pocket, "product_updated", b"{}", created_minutes=3)
    bells()
    calls: list[str] = []

    for _ in range(2):
        reconcile.poll(db.transaction, read_shop, opener=impatient(lambda name, _: calls.append(name)))

    assert ("facts.project", read_shop) in bells()
    assert calls.count("failed_deliveries") == 1
    projection.project(db.transaction, read_shop)
    assert len(rows(session, "messages", read_shop)) == 2
    assert "order-new" in {row["order_id"] for row in rows(session, "orders", read_shop)}


def test_a_delivery_that_fails_later_is_read_back_later(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    lose(pocket, *told("order_created", order("order-1"), minutes=1), created_minutes=100)
    reconcile.poll(db.transaction, read_shop)
    lose(pocket, *told("order_created", order("order-2"), minutes=1), created_minutes=110)
    lose(pocket, *told("order_created", order("order-3"), minutes=1), created_minutes=90)
    reconcile.poll(db.transaction, read_shop)

    assert len(rows(session, "messages", read_shop)) == 3
    session.rollback()
    assert session.get_one(Shop, read_shop).deliveries_read_at == at(110)


@pytest.mark.parametrize(
    "app",
    [
        None,
        {},
        {"webhooks": None},
        {"webhooks": [{"eventDeliveries": None}]},
        {"webhooks": [{}]},
        {"webhooks": [None]},
        {"webhooks": [{"eventDeliveries": {"edges": [{"node": None}, {"node": {"createdAt": None}}, None]}}]},
    ],
)
def test_an_answer_about_deliveries_of_another_shape_is_passed_over(session: Session, app: Any) -> None:
    shop_id = make_shop(session)
    empty = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}

    opener = scripted(lambda name, _: {"app": app} if name.startswith("failed") else {"page": empty})

    assert reconcile.poll(db.transaction, shop_id, opener=opener)


def test_guests_who_were_attached_silently_belong_to_their_account_even_unread(
    pocket: Pocket, session: Session, read_shop: int
) -> None:
    store = pocket.state.store
    mail, orders = next(iter(store.guest_orders.items()))
    ids = {one.id for one in orders}
    user = store.new_user(mail, store.clock.now())
    store.put_user(user)
    store.attach_guest_orders(user)

    reconcile.poll(db.transaction, read_shop)

    from saleor_influence_app.orders.ownership import order_owners

    session.rollback()
    owned = {row.order_id for row in session.execute(order_owners(read_shop)) if row.customer_id == user.id}
    assert owned == ids


def test_a_dead_readers_lease_ends_by_itself(pocket: Pocket, session: Session, read_shop: int) -> None:
    order_id = change_an_order(pocket)
    session.execute(text("UPDATE backfills SET lease_until = now() + interval '3 minutes'"))
    session.commit()

    reconcile.poll(db.transaction, read_shop)
    assert status_of(session, read_shop, order_id) != "CANCELED"

    expire_leases()
    reconcile.poll(db.transaction, read_shop)
    assert status_of(session, read_shop, order_id) == "CANCELED"


def test_a_late_webhook_does_not_undo_what_was_read(session: Session) -> None:
    shop_id = make_shop(session)
    with db.transaction() as own:
        projection.write_page(
            own, shop_id, "orders", nodes=[order(minutes=5, status="FULFILLED")], read_at=at(6)
        )

    tell(session, shop_id, told("order_created", order(minutes=1), minutes=1))
    tell(session, shop_id, told("customer_created", customer(), minutes=1))

    assert status_of(session, shop_id, "order-1") == "FULFILLED"
