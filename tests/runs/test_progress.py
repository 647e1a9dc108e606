"""A long run: it says where it is, can be cancelled at any step, and nobody sees half of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import VERSIONED, Problem, Run
from saleor_influence_app.runs import execution, progress
from saleor_influence_app.targeting import definitions
from tests.support.history import mortal_worker
from tests.support.laws import some
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_run, put_shop, put_tie
from tests.support.stepping import AtStep

pytestmark = pytest.mark.usefixtures("engine")
COMPUTING = progress.STEPS[:-1]


@remembered
def given_shop(session: Session) -> int:
    """A shop with a row in every table that a run writes, and one run done."""
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", "berta")
    put_code(session, shop_id, "ANNA", "anna")
    put_tie(session, shop_id, "anna", "berta")
    for month in range(1, 13):
        put_order(session, shop_id, "anna", days_ago=30 * month, product=f"p{month}")
    put_order(session, shop_id, "berta", voucher_code="ANNA", charged=80, days_ago=25)
    put_order(session, shop_id, "berta", days_ago=85, product="p3")
    definitions.store_defaults(session, shop_id)
    run_id = run_queue.ask(session, shop_id)
    session.commit()
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return shop_id


def change_facts(session: Session, shop_id: int) -> int:
    """Everything will be otherwise by the run whose id is given."""
    put_customers(session, shop_id, "cleo")
    put_order(session, shop_id, "cleo", voucher_code="ANNA", charged=500, days_ago=5)
    put_order(session, shop_id, "berta", days_ago=50, charged=700, product="p2")
    run_id = run_queue.ask(session, shop_id)
    session.commit()
    return run_id


def results(shop_id: int) -> dict[str, list[Any]]:
    """All that a run writes, and what Saleor would be told."""
    names = [*(model.__tablename__ for model in VERSIONED), *(past.name for past in VERSIONED.values())]
    with db.transaction() as session:
        return {
            name: sorted(
                session.execute(text(f"SELECT to_jsonb(t) - 'changed_at' - 'next_attempt_at' FROM {name} t "
                                     "WHERE shop_id = :id"), {"id": shop_id}).scalars(), key=repr)
            for name in [*names, "outbox"]
        }  # fmt: skip


def run_of(run_id: int) -> Run:
    with db.transaction() as session:
        return session.get_one(Run, run_id)


def test_every_step_is_told_in_the_order_in_which_progress_counts_them(session: Session) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    seen: list[tuple[str | None, float]] = []

    def watched() -> Any:
        run = run_of(run_id)
        told = (run.step, run.progress or 0.0)
        if run.state == "running" and run.step and told not in seen:
            seen.append(told)
        return db.transaction()

    assert execution.execute(watched, run_id, as_of=NOW)

    assert [step for step, _ in seen] == list(progress.STEPS)
    shares = [share for _, share in seen]
    assert shares == sorted(set(shares))
    assert shares[0] == 0.0
    assert shares[-1] < 1.0
    run = run_of(run_id)
    assert (run.state, run.step, run.progress) == ("done", None, 1.0)


def test_a_queued_run_that_is_cancelled_never_starts(session: Session) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    before = results(shop_id)

    progress.cancel(session, shop_id, run_id)
    session.commit()

    assert not execution.execute(db.transaction, run_id, as_of=NOW)
    run = run_of(run_id)
    assert (run.state, run.started_at) == ("cancelled", None)
    assert run.finished_at is not None
    assert results(shop_id) == before


@some("step", *COMPUTING, every=4)
def test_a_running_run_ends_at_its_next_step_and_writes_nothing(session: Session, step: str) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    before = results(shop_id)

    def cancel() -> None:
        with db.transaction() as other:
            progress.cancel(other, shop_id, run_id)

    worker = AtStep(step, cancel)
    assert not execution.execute(worker, run_id, as_of=NOW)

    assert worker.happened
    run = run_of(run_id)
    assert (run.state, run.error, run.lease_until) == ("cancelled", None, None)
    assert results(shop_id) == before
    with db.transaction() as other:
        assert other.scalars(select(Problem)).all() == []


def test_while_it_writes_it_is_too_late_to_cancel_and_the_run_is_whole(session: Session) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)

    def cancel() -> None:
        with db.transaction() as other:
            progress.cancel(other, shop_id, run_id)

    assert execution.execute(AtStep("writing", cancel), run_id, as_of=NOW)

    assert run_of(run_id).state == "done"
    assert "cleo" in repr(results(shop_id)["scores"])


@pytest.mark.parametrize("ended", ["done", "failed", "cancelled"])
def test_a_run_that_has_ended_cannot_be_cancelled(session: Session, ended: str) -> None:
    shop_id = put_shop(session)
    run_id = put_run(session, shop_id, state=ended)

    with pytest.raises(InputInvalid, match="ended already"):
        progress.cancel(session, shop_id, run_id)


def test_what_waits_behind_a_cancelled_run_is_done(session: Session) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    behind: list[int] = []

    def cancel_and_ask() -> None:
        with db.transaction() as other:
            progress.cancel(other, shop_id, run_id)
            behind.append(run_queue.ask(other, shop_id))

    assert not execution.execute(AtStep("chance", cancel_and_ask), run_id, as_of=NOW)

    assert execution.execute(db.transaction, behind[0], as_of=NOW)
    assert "cleo" in repr(results(shop_id)["scores"])


@some("step", *progress.STEPS, every=4)
def test_a_run_that_another_worker_took_over_writes_nothing(session: Session, step: str) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    before = results(shop_id)

    def take_over() -> None:
        with db.transaction() as other:
            other.execute(text("UPDATE runs SET attempts = attempts + 1 WHERE state = 'running'"))

    assert not execution.execute(AtStep(step, take_over), run_id, as_of=NOW)

    assert run_of(run_id).state == "running"
    assert results(shop_id) == before


def test_a_run_whose_cancelling_its_worker_did_not_live_to_see_does_not_begin_again(
    session: Session,
) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)
    session.execute(
        text("UPDATE runs SET state = 'running', attempts = 1, started_at = now(), cancel_asked = true, "
             "lease_until = now() - interval '1 s' WHERE id = :id"), {"id": run_id})  # fmt: skip
    execution.sweep(session)
    session.commit()

    assert run_of(run_id).state == "cancelled"
    assert not execution.execute(db.transaction, run_id, as_of=NOW)


def test_the_lease_is_renewed_with_every_step(session: Session) -> None:
    shop_id = given_shop(session)
    run_id = change_facts(session, shop_id)

    def almost_over() -> None:
        with db.transaction() as other:
            other.execute(
                text("UPDATE runs SET lease_until = now() + interval '1 s' WHERE state = 'running'")
            )

    def still_mine() -> None:
        with db.transaction() as other:
            left = other.scalar(text("SELECT lease_until - now() FROM runs WHERE state = 'running'"))
        assert left.total_seconds() > 100

    first, second = AtStep("chance", almost_over), AtStep("gate", still_mine)

    def both() -> Any:
        given = first()
        given.__enter__().close()  # what happens at the step is all that is wanted of it
        return second()

    assert execution.execute(both, run_id, as_of=NOW)
    assert first.happened
    assert second.happened


@pytest.fixture
def worker(session: Session) -> Iterator[Any]:  # noqa: ARG001 - its settings are the worker's
    with mortal_worker() as work:
        yield work


@some("stride", 45, 9)
def test_killed_at_any_statement_the_last_run_stands_whole_and_the_run_is_taken_up_again(
    session: Session, worker: Any, stride: int
) -> None:
    shop_id = given_shop(session)
    before = results(shop_id)
    run_id = change_facts(session, shop_id)
    states = set()
    for step in range(1, 1000, stride):
        status = worker("run", run_id, step)
        if status == 0:
            break
        assert status == -9
        run = run_of(run_id)
        states.add(run.state)
        if run.state == "done":  # killed after the commit
            break
        assert results(shop_id) == before
        with db.transaction() as other:
            other.execute(text("UPDATE runs SET attempts = 0, lease_until = now() - interval '1 s' "
                               "WHERE state = 'running'"))  # fmt: skip
            execution.sweep(other)
            other.execute(text("UPDATE runs SET not_before = now()"))
        assert run_of(run_id).state == "queued"

    assert step > 60, "too few steps: the killer does not see the statements"
    assert "running" in states
    assert run_of(run_id).state == "done"
    killed = results(shop_id)
    assert killed != before
    again = run_queue.ask(session, shop_id)
    session.commit()
    assert execution.execute(db.transaction, again, as_of=run_of(run_id).as_of)
    assert results(shop_id) == killed
