from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.models import Problem, Run
from saleor_influence_app.sync import backfill
from tests.support.history import (
    KINDS,
    SIZE,
    assert_equal_to,
    backfill_row,
    expire_leases,
    filled_pocket,
    impatient,
    put_shop,
    scripted,
)
from tests.support.pocket_shop import Pocket
from tests.support.tellings import order, rows


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with filled_pocket() as pocket:
        yield pocket


def read_all(shop_id: int, **options: Any) -> None:
    for kind in KINDS:
        assert backfill.work(db.transaction, shop_id, kind, **{"opener": impatient()} | options)


def test_the_whole_history_is_here_afterwards(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)

    read_all(shop_id)

    assert_equal_to(pocket, session, shop_id)
    for one in backfill.progress(session, shop_id):
        assert (one.state, one.done, one.total, one.seconds_left) == (
            "done",
            SIZE[one.kind],
            SIZE[one.kind],
            0.0,
        )
        assert backfill_row(session, shop_id, one.kind).lease_until is None


def test_saleor_3_21_is_asked_in_its_own_words(session: Session) -> None:
    with filled_pocket("3.21.69") as pocket:
        shop_id = put_shop(session, pocket, schema_version="3.21")

        read_all(shop_id)

        assert_equal_to(pocket, session, shop_id)


def test_a_full_run_is_asked_for_when_both_kinds_are_read_and_not_before(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)

    backfill.work(db.transaction, shop_id, "orders")
    assert session.scalars(select(Run)).all() == []
    session.rollback()
    backfill.work(db.transaction, shop_id, "customers")

    assert [run.kind for run in session.scalars(select(Run))] == ["full"]


def test_progress_tells_counts_rate_and_time_left_while_reading(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)

    backfill.work(db.transaction, shop_id, "orders", slice_seconds=0)

    (orders,) = [one for one in backfill.progress(session, shop_id) if one.kind == "orders"]
    assert (orders.state, orders.done, orders.total) == ("running", 100, 310)
    assert orders.rows_per_second is not None
    assert orders.rows_per_second > 0
    assert orders.seconds_left == pytest.approx(210 / orders.rows_per_second)


def test_a_slice_of_time_later_the_next_one_continues(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)

    slices = 0
    while backfill.work(db.transaction, shop_id, "orders", slice_seconds=0):
        slices += 1

    assert slices == 4
    assert len(rows(session, "orders", shop_id)) == 310


def test_a_saleor_that_is_away_for_a_moment_is_waited_for(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)
    pocket.state.faults.add("api", "status", value=503, times=2)
    pocket.state.faults.add("api", "drop", times=1)

    read_all(shop_id)

    assert_equal_to(pocket, session, shop_id)


def test_a_saleor_that_stays_away_frees_the_lease_and_the_sweep_continues_behind_the_last_page(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)
    backfill.work(db.transaction, shop_id, "orders", slice_seconds=0)
    pocket.state.faults.add("api", "status", value=502, times=None)

    backfill.work(db.transaction, shop_id, "orders", opener=impatient())

    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done, row.lease_until) == ("running", 100, None)
    assert "502" in str(row.error)
    pocket.state.faults.clear()
    asked: list[Any] = []
    backfill.work(
        db.transaction,
        shop_id,
        "orders",
        opener=impatient(lambda _, variables: asked.append((variables["after"], variables["withTotal"]))),
    )
    assert len(asked) == 3
    assert all(after is not None and not total for after, total in asked)
    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done, row.error) == ("done", 310, None)


def test_a_missing_permission_is_a_failure_that_staff_see_until_it_is_granted(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)
    granted = pocket.app.permission_codes
    pocket.app.permission_codes = granted - {"MANAGE_ORDERS"}

    backfill.work(db.transaction, shop_id, "orders")

    row = backfill_row(session, shop_id, "orders")
    assert row.state == "failed"
    assert "permission" in str(row.error).lower()
    assert session.scalars(select(Problem.key)).all() == [backfill.HISTORY_FAILED]
    pocket.app.permission_codes = granted
    with db.transaction() as own:
        backfill.sweep(own)
    assert backfill_row(session, shop_id, "orders").state == "failed"
    session.execute(text("UPDATE backfills SET finished_at = now() - interval '2 hours'"))
    session.commit()
    with db.transaction() as own:
        backfill.sweep(own)
    assert backfill.work(db.transaction, shop_id, "orders")
    assert backfill_row(session, shop_id, "orders").state == "done"
    assert session.scalars(select(Problem.key).where(Problem.dismissed_at.is_(None))).all() == []


def test_a_shop_that_is_switched_off_while_it_is_read_waits_without_a_problem(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)

    def switch_off(_: str, variables: Mapping[str, Any]) -> None:
        if variables["after"]:
            pocket.app.is_active = False
            with db.transaction() as own:
                own.execute(text("UPDATE shops SET active = false"))

    backfill.work(db.transaction, shop_id, "orders", opener=impatient(switch_off))

    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.lease_until, row.done) == ("running", None, 100)
    assert session.scalars(select(Problem)).all() == []
    session.rollback()
    assert not backfill.work(db.transaction, shop_id, "orders")


def test_only_one_worker_reads_a_history(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)
    second: list[bool] = []

    def another(*_: Any) -> None:
        second.append(backfill.work(db.transaction, shop_id, "orders"))

    backfill.work(db.transaction, shop_id, "orders", opener=impatient(another))

    assert second == [False] * 4
    assert backfill_row(session, shop_id, "orders").done == 310


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)

    def be_slow(_: str, variables: Mapping[str, Any]) -> None:
        if variables["after"]:
            with db.transaction() as own:
                own.execute(text("UPDATE backfills SET lease_until = now() + interval '1 hour'"))

    assert backfill.work(db.transaction, shop_id, "orders", opener=impatient(be_slow))

    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done) == ("running", row.done)
    assert row.done <= 100
    assert len(rows(session, "orders", shop_id)) == row.done
    assert row.lease_until is not None


def test_orders_that_change_or_come_while_pages_are_read_are_neither_missed_nor_old(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)
    store = pocket.state.store
    known = sorted(store.orders.values(), key=lambda one: one.updated_at)

    def be_busy(_: str, variables: Mapping[str, Any]) -> None:
        if variables["after"] and known:
            with pocket.state.lock:
                for one in (known.pop(0), known.pop(), known.pop(len(known) // 2)):
                    one.status = "CANCELED"
                    store.touch_order(one)
            if len(known) < 290:
                known.clear()

    backfill.work(db.transaction, shop_id, "orders", opener=impatient(be_busy))
    backfill.work(db.transaction, shop_id, "customers")

    assert_equal_to(pocket, session, shop_id)


def test_a_cursor_that_saleor_no_longer_understands_means_once_more_from_the_start(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)
    backfill.work(db.transaction, shop_id, "orders", slice_seconds=0)

    def refuse(_: str, variables: Mapping[str, Any]) -> None:
        if variables["after"]:
            raise SaleorRefused("Saleor refused: Received cursor is invalid.")

    backfill.work(db.transaction, shop_id, "orders", opener=impatient(refuse))
    row = backfill_row(session, shop_id, "orders")
    assert (row.cursor, row.done, row.state) == (None, 0, "running")

    backfill.work(db.transaction, shop_id, "orders")
    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done, row.total) == ("done", 310, 310)


GOOD = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"page": None},
        {"page": []},
        {"page": GOOD | {"edges": None}},
        {"page": GOOD | {"edges": [None]}},
        {"page": GOOD | {"edges": [{"node": None}]}},
        {"page": GOOD | {"pageInfo": None}},
        {"page": GOOD | {"pageInfo": {"hasNextPage": True, "endCursor": None}}},
        {"page": GOOD | {"pageInfo": {"hasNextPage": True, "endCursor": "x"}}},
        {"page": GOOD | {"pageInfo": {"hasNextPage": True, "endCursor": 7}, "edges": [{"node": order()}]}},
    ],
)
def test_an_answer_that_is_no_page_is_a_failure_with_a_reason(
    session: Session, answer: dict[str, Any]
) -> None:
    shop_id = make_waiting_shop(session)

    backfill.work(db.transaction, shop_id, "orders", opener=scripted(lambda *_: answer))

    row = backfill_row(session, shop_id, "orders")
    assert row.state == "failed"
    assert "page" in str(row.error)


def make_waiting_shop(session: Session) -> int:
    from tests.support.tellings import make_shop

    return make_shop(session, history="waiting")


def test_a_shop_without_any_order_is_done_at_once(session: Session) -> None:
    shop_id = make_waiting_shop(session)

    backfill.work(
        db.transaction, shop_id, "orders", opener=scripted(lambda *_: {"page": GOOD | {"totalCount": 0}})
    )

    (one,) = [one for one in backfill.progress(session, shop_id) if one.kind == "orders"]
    assert (one.state, one.done, one.total) == ("done", 0, 0)


def test_an_unreadable_order_does_not_stop_the_others(session: Session) -> None:
    shop_id = make_waiting_shop(session)
    nodes = [order("order-1"), order("order-2", total=None), order("order-3", lines=[{}]), order("order-4")]
    page = GOOD | {"edges": [{"node": node} for node in nodes]}

    backfill.work(db.transaction, shop_id, "orders", opener=scripted(lambda *_: {"page": page}))

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-1", "order-4"]
    assert len(rows(session, "messages", shop_id)) == 2
    assert backfill_row(session, shop_id, "orders").state == "done"


def test_the_sweep_rings_for_histories_that_nobody_reads(
    pocket: Pocket, session: Session, bells: Callable[[], list[Any]]
) -> None:
    shop_id = put_shop(session, pocket, history="running")
    session.execute(
        text("UPDATE backfills SET lease_until = now() + interval '1 minute' WHERE kind = 'customers'")
    )
    session.commit()
    bells()

    with db.transaction() as own:
        backfill.sweep(own)
    assert bells() == [("history.backfill", shop_id, "orders")]

    expire_leases()
    with db.transaction() as own:
        backfill.sweep(own)
    assert sorted(bells()) == [("history.backfill", shop_id, kind) for kind in KINDS]


def test_the_watermark_is_the_newest_change_read(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)

    read_all(shop_id)

    newest = max(one.updated_at for one in pocket.state.store.orders.values())
    assert backfill_row(session, shop_id, "orders").watermark == newest


def test_reading_again_from_the_beginning_changes_nothing(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)
    read_all(shop_id)

    backfill.start(session, shop_id)
    session.commit()
    read_all(shop_id)

    assert_equal_to(pocket, session, shop_id)
    finished_at = backfill_row(session, shop_id, "orders").finished_at
    assert finished_at is not None
    assert timedelta(0) < finished_at - pocket.app.created
