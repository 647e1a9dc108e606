"""History, reconciling and the outbox through a Saleor whose trouble comes with status 200 (case 2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, Backfill, Problem
from saleor_influence_app.sync import backfill, reconcile
from saleor_influence_app.writeback import flush, staging
from tests.support.history import KINDS, backfill_row, filled_pocket, impatient, put_shop
from tests.support.laws import some
from tests.support.pocket_shop import Pocket
from tests.support.shop_rows import NOW, put_run, put_score
from tests.support.tellings import rows

FAULTS = ("database", "page", "empty", "half")


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with filled_pocket() as pocket:
        yield pocket


def problem_keys(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Problem.key).where(Problem.dismissed_at.is_(None))))


@some("fault", *FAULTS, every=2)
def test_history_goes_on_behind_the_page_where_trouble_began(
    pocket: Pocket, session: Session, fault: str
) -> None:
    """Case 2: history stopped at page 2 for an hour, with a problem for staff."""
    shop_id = put_shop(session, pocket)
    backfill.work(db.transaction, shop_id, "orders", slice_seconds=0)
    pocket.state.faults.add("api", fault, times=None)

    backfill.work(db.transaction, shop_id, "orders", opener=impatient())

    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done, row.lease_until) == ("running", 100, None)
    assert row.error
    assert row.trouble_since is not None
    assert problem_keys(session) == []
    pocket.state.faults.clear()
    with db.transaction() as own:
        backfill.sweep(own)
    backfill.work(db.transaction, shop_id, "orders", opener=impatient())
    row = backfill_row(session, shop_id, "orders")
    assert (row.state, row.done, row.error, row.trouble_since) == ("done", 310, None, None)
    assert len(rows(session, "orders", shop_id)) == 310


@some("fault", *FAULTS, every=2)
def test_a_moment_of_it_is_waited_out(pocket: Pocket, session: Session, fault: str) -> None:
    shop_id = put_shop(session, pocket)
    pocket.state.faults.add("api", fault, times=3)

    backfill.work(db.transaction, shop_id, "orders", opener=impatient())

    assert backfill_row(session, shop_id, "orders").state == "done"


def test_trouble_that_lasts_for_an_hour_is_told_and_gone_with_the_next_page(
    pocket: Pocket, session: Session
) -> None:
    shop_id = put_shop(session, pocket)
    pocket.state.faults.add("api", "database", times=None, match="OrdersPage")
    for hours in (0, 2):
        session.execute(
            text("UPDATE backfills SET trouble_since = trouble_since - make_interval(hours => :hours)"),
            {"hours": hours},
        )
        session.commit()
        backfill.work(db.transaction, shop_id, "orders", opener=impatient())

    [problem] = session.scalars(select(Problem)).all()
    assert problem.key == backfill.HISTORY_FAILED
    assert "tried again every few minutes" in problem.message
    pocket.state.faults.clear()
    backfill.work(db.transaction, shop_id, "orders", opener=impatient())
    assert problem_keys(session) == []


def test_changes_are_read_after_it_and_told_only_when_it_lasts(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)
    for kind in KINDS:
        backfill.work(db.transaction, shop_id, kind, opener=impatient())
    pocket.state.faults.add("api", "database", times=None, match="CustomersPage")

    assert not reconcile.poll(db.transaction, shop_id, opener=impatient())
    assert problem_keys(session) == []
    session.execute(text("UPDATE backfills SET trouble_since = trouble_since - interval '2 hours'"))
    session.commit()
    assert not reconcile.poll(db.transaction, shop_id, opener=impatient())
    assert problem_keys(session) == [reconcile.RECONCILE_FAILED]

    pocket.state.faults.clear()
    assert reconcile.poll(db.transaction, shop_id, opener=impatient())
    assert problem_keys(session) == []
    since = session.scalars(select(Backfill.trouble_since)).all()
    assert list(since) == [None, None]


@some("fault", *FAULTS, every=2)
def test_whoever_withdraws_during_it_has_no_keys_minutes_after_it(
    pocket: Pocket, session: Session, fault: str
) -> None:
    """Cases 1 and 2 from end to end: read, valued, written, withdrawn in the outage, gone after it."""
    shop_id = put_shop(session, pocket)
    for kind in KINDS:
        backfill.work(db.transaction, shop_id, kind, opener=impatient())
    people = list(pocket.state.store.users.values())[:40]
    with db.transaction() as own:
        run_id = put_run(own, shop_id)
        for user in people:
            put_score(own, shop_id, user.id, run_id=run_id)
        staging.stage(own, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    written = [user for user in people if user.private_metadata]
    assert len(written) >= 30
    pocket.state.faults.add("api", fault, times=None)
    with db.transaction() as own:
        for user in written:
            objections.object_(own, shop_id, user.id, by=AskedBy.SELF)
    for _ in range(3):
        flush.flush(db.transaction, shop_id)
        minutes_pass(own=session, minutes=15)
    assert all(user.private_metadata for user in written)
    pocket.state.faults.clear()

    with db.transaction() as own:
        flush.sweep(own)
    flush.flush(db.transaction, shop_id)

    assert [user.private_metadata for user in written] == [{}] * len(written)
    assert problem_keys(session) == []


def minutes_pass(*, own: Session, minutes: int) -> None:
    given: dict[str, Any] = {"minutes": minutes}
    own.execute(
        text("UPDATE outbox SET next_attempt_at = next_attempt_at - make_interval(mins => :minutes)"), given
    )
    own.commit()
