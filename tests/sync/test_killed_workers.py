"""A worker killed at any statement, before or after any commit, loses nothing: the next one ends it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.history import (
    Worker,
    backfill_row,
    filled_pocket,
    kill_at_every_step,
    mortal_worker,
    put_shop,
)
from tests.support.laws import some
from tests.support.pocket_shop import Pocket
from tests.support.tellings import customer, deliver, make_shop, order, rows, state_of, tell, told

SIZE = {"customers": 11, "orders": 12}
"""Two pages each: every step of one page, and of one after another."""


@pytest.fixture(scope="module")
def worker(_environment: None) -> Iterator[Worker]:
    with mortal_worker() as work:
        yield work


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with filled_pocket(size=SIZE) as pocket:
        yield pocket


STORY = [
    told("order_created", order("order-1", userEmail="user-1@example.com"), minutes=0),
    told("customer_created", customer("user-1"), minutes=1),
    told("order_updated", order("order-1", user="user-1", minutes=2), minutes=2),
    ("order_updated", b"not JSON"),
    told("order_created", order("order-2", user="user-2", minutes=3), minutes=3),
    told("customer_deleted", {"id": "user-2"}, minutes=4),
    told("order_refunded", order("order-2", minutes=5, charged=1.0), minutes=5),
]


@some("stride", 17, 1)
def test_killed_while_projecting(session: Session, worker: Worker, stride: int) -> None:
    straight = make_shop(session)
    tell(session, straight, *STORY)
    expected = state_of(session, straight)

    def prepare() -> int:
        shop_id = make_shop(session)
        deliver(session, shop_id, STORY)
        return shop_id

    for shop_id in kill_at_every_step(worker, "project", prepare, stride=stride):
        assert state_of(session, shop_id) == expected
        states = [row["state"] for row in rows(session, "messages", shop_id)]
        assert (states.count("done"), states.count("failed")) == (6, 1)


@some("stride", 19, 1)
def test_killed_while_reading_history(pocket: Pocket, session: Session, worker: Worker, stride: int) -> None:
    def prepare() -> int:
        shop_id = put_shop(session, pocket)
        session.execute(text("UPDATE backfills SET state = 'done' WHERE kind = 'customers'"))
        session.commit()
        return shop_id

    for shop_id in kill_at_every_step(worker, "orders", prepare, stride=stride):
        row = backfill_row(session, shop_id, "orders")
        assert (row.state, row.done, row.total, row.lease_until) == ("done", 12, 12, None)
        assert len(rows(session, "orders", shop_id, columns="order_id")) == 12
        assert session.scalars(text("SELECT kind FROM runs")).all() == ["full"]


@some("stride", 47, 3)
def test_killed_while_reconciling(pocket: Pocket, session: Session, worker: Worker, stride: int) -> None:
    def prepare() -> int:
        return put_shop(session, pocket, history="done")  # nothing read yet: the window is everything

    for shop_id in kill_at_every_step(worker, "reconcile", prepare, stride=stride):
        assert len(rows(session, "orders", shop_id, columns="order_id")) == SIZE["orders"]
        assert len(rows(session, "customers", shop_id, columns="customer_id")) == SIZE["customers"]


@some("stride", 47, 3)
def test_killed_while_comparing(pocket: Pocket, session: Session, worker: Worker, stride: int) -> None:
    def prepare() -> int:
        shop_id = put_shop(session, pocket, history="done")
        tell(session, shop_id, told("customer_created", customer("VXNlcjo5OTk5OTk=")))
        return shop_id

    for shop_id in kill_at_every_step(worker, "compare", prepare, stride=stride):
        assert len(rows(session, "orders", shop_id, columns="order_id")) == SIZE["orders"]
        living = [row for row in rows(session, "customers", shop_id) if row["deleted_at"] is None]
        assert len(living) == SIZE["customers"]
        assert session.scalar(text("SELECT gaps FROM drift_checks")) == 0
