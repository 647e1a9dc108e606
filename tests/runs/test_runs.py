"""Runs: asked for once, done once, done again after a crash, told when they fail."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Membership, OutboxRow, Problem, Run, Score
from saleor_influence_app.runs import claims, execution
from saleor_influence_app.shops import problems
from saleor_influence_app.targeting import definitions
from scoring import ledger, purchases
from tests.support.laws import some
from tests.support.shop_rows import NOW, put_customers, put_order, put_shop
from tests.support.stepping import AtStep

pytestmark = pytest.mark.usefixtures("engine")
BROKEN = """UPDATE shops SET exchange_rates = '{"USD": "much"}'"""
"""A run of such a shop fails."""


def given_shop(**given: Any) -> int:
    """Three customers: one who buys every month, one who bought once, one who never bought."""
    with db.transaction() as session:
        shop_id = put_shop(session, **given)
        put_customers(session, shop_id, "often", "once", "never")
        for month in range(1, 13):
            put_order(session, shop_id, "often", days_ago=30 * month)
        put_order(session, shop_id, "once", days_ago=400)
        definitions.store_defaults(session, shop_id)
    return shop_id


def request(shop_id: int, **given: Any) -> int:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, **given)
    assert run_id is not None
    return run_id


def run_of(run_id: int) -> Run:
    with db.transaction() as session:
        return session.get_one(Run, run_id)


def values_of(shop_id: int) -> dict[str, Score]:
    with db.transaction() as session:
        return {
            row.customer_id: row for row in session.scalars(select(Score).where(Score.shop_id == shop_id))
        }


def test_a_run_values_customers_fills_segments_and_stages_their_records() -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")

    assert execution.execute(db.transaction, run_id, as_of=NOW)

    run, found = run_of(run_id), values_of(shop_id)
    assert (run.state, run.as_of, run.error) == ("done", NOW, None)
    assert set(found) == {"often", "once"}
    assert found["often"].value > found["once"].value > 0
    assert (found["often"].percentile, found["once"].percentile) == (75, 25), "in whole per cent"
    with db.transaction() as session:
        loyal = session.scalars(select(Membership).where(Membership.segment == "loyal")).all()
        assert [member.customer_id for member in loyal] == ["often"]
        staged = {row.customer_id: row for row in session.scalars(select(OutboxRow))}
    assert (staged["often"].wanted or {})["private"]["influence.segments"] == '["loyal"]'
    assert staged["once"].state == "pending"


def test_a_run_says_how_it_went() -> None:
    run_id = request(given_shop(), kind="full")

    execution.execute(db.transaction, run_id, as_of=NOW)

    run = run_of(run_id)
    assert run.counts["customers"] == run.counts["scores_changed"] == run.counts["records_changed"] == 2
    rules = run.parameters.pop("rules")
    assert run.parameters == {
        "currency": None,
        "exchange_rates": {},
        "horizon_days": 365,
        "rule_version": ledger.Parameters().rule_version,
    }
    assert ledger.Parameters(**rules) == ledger.Parameters()
    assert run.model["method"] == "shrunken shop means"
    assert run.model["ledger"]["rule_version"] == ledger.Parameters().rule_version
    assert run.model["ledger"]["gate"]["seed"] == rules["seed"]
    assert (run.step, run.progress) == (None, 1.0)
    assert (run.seconds or 0) > 0
    assert (run.peak_memory_mb or 0) > 10
    assert any("customers have come again" in note for note in run.notes)
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.finished_at >= run.started_at


def test_the_same_facts_give_the_same_rows_and_nothing_is_written_twice() -> None:
    shop_id = given_shop()
    execution.execute(db.transaction, request(shop_id, kind="full"), as_of=NOW)
    first = run_of(1).id

    again = request(shop_id, kind="full")
    execution.execute(db.transaction, again, as_of=NOW)

    counts = run_of(again).counts
    assert counts["scores_changed"] == counts["memberships_changed"] == counts["records_changed"] == 0
    assert {row.run_id for row in values_of(shop_id).values()} == {first}


def test_asking_again_before_a_run_starts_joins_it() -> None:
    shop_id = given_shop()

    later = request(shop_id, delay=60)
    sooner = request(shop_id, delay=30)
    now = request(shop_id, kind="full")

    assert later == sooner == now
    run = run_of(now)
    assert run.kind == "full"
    assert run.not_before <= run.queued_at + timedelta(seconds=1)


def test_while_one_run_works_the_next_waits_for_it() -> None:
    shop_id = given_shop()
    first = request(shop_id, kind="full")
    with db.transaction() as session:
        session.execute(
            text("UPDATE runs SET state = 'running', attempts = 1, started_at = now(), "
                 "lease_until = now() + interval '1 minute'"))  # fmt: skip
    second = request(shop_id, kind="full")

    assert second != first
    assert not execution.execute(db.transaction, second)
    assert run_of(second).state == "queued"


def test_an_incremental_run_waits_ten_times_as_long_as_the_last_one_took() -> None:
    shop_id = given_shop()
    with db.transaction() as session:
        session.add(
            Run(
                shop_id=shop_id,
                kind="full",
                state="done",
                started_at=text("now() - interval '40 seconds'"),
                finished_at=text("now()"),
            )
        )

    run = run_of(request(shop_id))

    wait = (run.not_before - run.queued_at).total_seconds()
    assert wait == pytest.approx(400, abs=1)
    assert not execution.execute(db.transaction, run.id)


def test_incremental_runs_wait_until_the_history_is_read() -> None:
    shop_id = given_shop()
    with db.transaction() as session:
        session.execute(text("INSERT INTO backfills (shop_id, kind, state, done, total) "
                             "VALUES (:id, 'orders', 'running', 13, 60000)"), {"id": shop_id})  # fmt: skip

    run_id = request(shop_id)
    assert not execution.execute(db.transaction, run_id)

    request(shop_id, kind="full")
    assert execution.execute(db.transaction, run_id)
    assert "The history is not complete: 13 orders had been read of 60,000." in run_of(run_id).notes


def test_a_run_of_a_shop_that_is_switched_off_waits() -> None:
    run_id = request(given_shop(active=False), kind="full")

    assert not execution.execute(db.transaction, run_id)
    assert run_of(run_id).state == "queued"


def test_a_run_that_fails_says_why_raises_a_problem_and_recovery_ends_it() -> None:
    shop_id = given_shop()
    with db.transaction() as session:
        session.execute(text(BROKEN))
    failed = request(shop_id, kind="full")

    assert not execution.execute(db.transaction, failed)

    run = run_of(failed)
    assert run.state == "failed"
    assert "ValueError" in (run.error or "")
    with db.transaction() as session:
        problem = session.get_one(Problem, (shop_id, problems.SCORING_FAILED))
        assert "last good run" in problem.message
        session.execute(text("UPDATE shops SET exchange_rates = '{}'"))

    assert execution.execute(db.transaction, request(shop_id, kind="full"))
    with db.transaction() as session:
        assert session.get(Problem, (shop_id, problems.SCORING_FAILED)) is None


def test_a_failed_run_leaves_the_last_good_values() -> None:
    shop_id = given_shop()
    execution.execute(db.transaction, request(shop_id, kind="full"), as_of=NOW)
    before = {one: row.value for one, row in values_of(shop_id).items()}
    with db.transaction() as session:
        put_order(session, shop_id, "once", charged=10_000)
        session.execute(text(BROKEN))

    assert not execution.execute(db.transaction, request(shop_id, kind="full"), as_of=NOW)

    assert {one: row.value for one, row in values_of(shop_id).items()} == before


def test_a_full_disk_fails_the_run_with_its_reason_and_costs_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop_id = given_shop()
    assert execution.execute(db.transaction, request(shop_id, kind="full"), as_of=NOW)
    before = {one: row.value for one, row in values_of(shop_id).items()}
    # the library's settings are no input of a run: only so can its disk be full
    full = {"memory_limit": "1MB", "max_temp_directory_size": "1KB"}
    with monkeypatch.context() as patched:
        patched.setattr(purchases, "CONFIG", {**purchases.CONFIG, **full})
        failed = request(shop_id, kind="full")
        assert not execution.execute(db.transaction, failed, as_of=NOW)

    assert run_of(failed).state == "failed"
    assert "OutOfMemory" in (run_of(failed).error or "")
    assert {one: row.value for one, row in values_of(shop_id).items()} == before
    assert execution.execute(db.transaction, request(shop_id, kind="full"), as_of=NOW)


def test_a_lock_that_cannot_be_had_puts_the_run_back_in_the_queue() -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")

    @contextmanager
    def impatient() -> Iterator[Session]:
        with db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            yield session

    with Session(db.engine()) as other:
        other.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        other.execute(text("LOCK TABLE scores IN ACCESS EXCLUSIVE MODE"))
        assert not execution.execute(AtStep("writing", impatient), run_id)
        other.rollback()

    run = run_of(run_id)
    assert (run.state, run.attempts) == ("queued", 1)
    assert run.not_before > run.queued_at


def test_a_run_of_a_dead_worker_is_queued_again_and_done() -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")
    with db.transaction() as session:
        session.execute(text("UPDATE runs SET state = 'running', attempts = 1, started_at = now(), "
                             "lease_until = now() - interval '1 second'"))  # fmt: skip

    with db.transaction() as session:
        execution.sweep(session)
    assert run_of(run_id).state == "queued"

    make_due()
    assert execution.execute(db.transaction, run_id)


def test_a_run_that_kills_every_worker_is_given_up_and_told() -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")
    for attempt in range(1, claims.MAX_CRASHES + 1):
        with db.transaction() as session:
            session.execute(
                text(
                    "UPDATE runs SET state = 'running', attempts = :n, lease_until = now() - interval '1 s'"
                ),
                {"n": attempt},
            )
            execution.sweep(session)

    run = run_of(run_id)
    assert run.state == "failed"
    assert "The worker stopped" in (run.error or "")
    with db.transaction() as session:
        assert session.get(Problem, (shop_id, problems.SCORING_FAILED)) is not None


def test_a_worker_that_comes_back_from_the_dead_writes_nothing() -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")

    def take_over() -> None:
        with db.transaction() as session:
            session.execute(text("UPDATE runs SET lease_until = now() - interval '1 s'"))
            execution.sweep(session)

    assert not execution.execute(AtStep("writing", take_over), run_id)
    assert values_of(shop_id) == {}
    assert run_of(run_id).state == "queued"


WORKER = """
import sys
from saleor_influence_app import db
from saleor_influence_app.runs import departed, execution, scores
from saleor_influence_app.writeback import staging
place, run_id = sys.argv[1], int(sys.argv[2])
module, name = {"read": (scores, "read"), "compute": (scores, "compute"), "write": (scores, "write"),
                "stage": (staging, "stage"), "forget": (departed, "forget_who_left")}[place]
real = getattr(module, name)
def stuck(*args, **kwargs):
    result = real(*args, **kwargs)
    print("stuck", flush=True)
    __import__("time").sleep(60)
    return result
setattr(module, name, stuck)
execution.execute(db.transaction, run_id)
"""


@some("place", "write", "read", "compute", "stage", "forget")
def test_a_worker_killed_after_any_step_loses_nothing_and_leaves_nothing_half(place: str) -> None:
    shop_id = given_shop()
    run_id = request(shop_id, kind="full")
    command = [sys.executable, "-c", WORKER, place, str(run_id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip().endswith("stuck")
        finally:
            os.kill(worker.pid, signal.SIGKILL)

    assert values_of(shop_id) == {}
    assert run_of(run_id).state == "running"
    wait_for_rollback(shop_id)
    with db.transaction() as session:
        session.execute(text("UPDATE runs SET lease_until = now() - interval '1 s'"))
        execution.sweep(session)
    make_due()
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    assert set(values_of(shop_id)) == {"often", "once"}


def test_the_night_asks_for_a_full_run_of_every_shop_that_is_on_and_read() -> None:
    on, off = given_shop(), given_shop(api_url="https://two.example/graphql/", active=False)
    reading = given_shop(api_url="https://three.example/graphql/")
    with db.transaction() as session:
        session.execute(text("INSERT INTO backfills (shop_id, kind) VALUES (:id, 'orders')"), {"id": reading})
        assert execution.whose_night_came(session) == []  # they have a moment in the coming night now
        session.execute(text("UPDATE contacts SET full_run_at = now() - interval '3 hours'"))

        due = execution.whose_night_came(session)
        assert set(due) == {on, reading}
        assert off not in due
        for shop_id in due:
            execution.nightly(session, shop_id)

        assert {run.shop_id for run in session.scalars(select(Run))} == {on}
        assert execution.whose_night_came(session) == []


def test_a_run_is_long_as_the_last_one_was() -> None:
    shop_id = given_shop()
    first = request(shop_id, kind="full")
    with db.transaction() as session:
        assert not execution.is_long(session, first)
        session.execute(
            text("INSERT INTO backfills (shop_id, kind, state, done) VALUES (:id, 'orders', 'done', 300000)"),
            {"id": shop_id},
        )
        assert execution.is_long(session, first)

    execution.execute(db.transaction, first, as_of=NOW)
    second = request(shop_id, kind="full")
    with db.transaction() as session:
        for seconds, is_long in ((9, False), (11, True)):
            taken = {"id": first, "seconds": seconds}
            session.execute(text("UPDATE runs SET seconds = :seconds WHERE id = :id"), taken)
            assert execution.is_long(session, second) == is_long


@pytest.mark.parametrize(("took", "rest"), [(4, 8), (30, 300)])
def test_after_a_run_the_shop_rests_by_what_the_run_cost(took: int, rest: int) -> None:
    shop_id = given_shop()
    first = request(shop_id, kind="full")
    execution.execute(db.transaction, first, as_of=NOW)
    with db.transaction() as session:
        session.execute(
            text("UPDATE runs SET started_at = finished_at - make_interval(secs => :took)"), {"took": took}
        )
    next_one = request(shop_id, kind="incremental")

    with db.transaction() as session:
        waits = session.scalar(
            text(
                "SELECT extract(epoch FROM n.not_before - f.finished_at) FROM runs n, runs f "
                "WHERE n.id = :next AND f.id = :first"
            ),
            {"next": next_one, "first": first},
        )
    assert float(waits or 0) == pytest.approx(rest, abs=0.01)


def test_old_runs_go_unless_values_are_theirs() -> None:
    shop_id = given_shop()
    kept = request(shop_id, kind="full")
    execution.execute(db.transaction, kept, as_of=NOW)
    again = request(shop_id, kind="full")
    execution.execute(db.transaction, again, as_of=NOW)
    with db.transaction() as session:
        session.execute(text("UPDATE runs SET finished_at = now() - interval '31 days'"))

        execution.nightly(session, shop_id)

        assert {run.id for run in session.scalars(select(Run).where(Run.state == "done"))} == {kept}


def make_due() -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE runs SET not_before = now()"))


def wait_for_rollback(shop_id: int) -> None:
    """PostgreSQL notices a killed client when it next reads from it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with db.transaction() as session:
            free = session.scalar(
                text("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
                     "AND pid <> pg_backend_pid() AND state = 'idle in transaction')"))  # fmt: skip
        if free:
            return
        time.sleep(0.1)
    raise AssertionError(f"the dead worker of shop {shop_id} still holds a transaction")
