"""A run's lease lasts as long as its worker works on it, and a worker that is asked to stop gives it back."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from saleor_influence_app import bulk_copy, db, lease_renewal, run_queue
from saleor_influence_app.models import Problem, Run
from saleor_influence_app.run_queue import PATIENCE
from saleor_influence_app.runs import claims, execution, progress
from saleor_influence_app.shops import problems
from saleor_influence_app.sync import history_leases
from saleor_influence_app.targeting import definitions
from tests.support.shop_rows import put_customers, put_order, put_run, put_shop

pytestmark = pytest.mark.usefixtures("engine")
SHORT = timedelta(seconds=1.2)
"""A lease of a test; it is renewed five times a second."""


def given_run(**columns: Any) -> tuple[int, int]:
    """A shop with something to value, and a run of it that is due."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "often")
        for month in range(1, 7):
            put_order(session, shop_id, "often", days_ago=30 * month)
        definitions.store_defaults(session, shop_id)
        run_id = put_run(
            session,
            shop_id,
            **{"state": "queued", "as_of": None, "started_at": None, "finished_at": None} | columns,
        )
    return shop_id, run_id


def run_of(run_id: int) -> Run:
    with db.transaction() as session:
        return session.get_one(Run, run_id)


def sweep() -> None:
    with db.transaction() as session:
        execution.sweep(session)


@contextmanager
def slow_facts(engine: Engine) -> Iterator[Callable[[], None]]:
    """Reading the facts takes as long as the block: one statement waits for a lock; gives what frees it."""
    with engine.connect() as other:
        # However busy the machine is, the lock stays.
        other.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        other.execute(text("LOCK TABLE order_lines IN ACCESS EXCLUSIVE MODE"))
        yield other.rollback


@contextmanager
def working(run_id: int) -> Iterator[threading.Thread]:
    """A worker executes the run in a thread until the block ends, which waits for it."""
    thread = threading.Thread(
        target=execution.execute, args=(db.transaction, run_id), kwargs={"lease": SHORT}
    )
    thread.start()
    wait_for_step(run_id, "reading facts")
    yield thread
    thread.join(timeout=60)
    assert not thread.is_alive()


def wait_for_step(run_id: int, step: str) -> None:
    wait_until(lambda: run_of(run_id).step == step)


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + 100
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_whose_reading_outlives_the_lease_does_not_start_beside_itself(engine: Engine) -> None:
    shop_id, run_id = given_run()
    with slow_facts(engine) as free, working(run_id):
        with db.transaction() as session:
            another = put_run(session, shop_id, state="queued", as_of=None, started_at=None, finished_at=None)
        begin = time.monotonic()
        while time.monotonic() < begin + 3 * SHORT.total_seconds():
            sweep()
            assert not execution.execute(db.transaction, another)
            time.sleep(0.1)
        assert (run_of(run_id).state, run_of(run_id).attempts) == ("running", 1)
        free()
    assert run_of(run_id).state == "done"


def test_a_run_is_cancelled_in_the_middle_of_a_statement(engine: Engine) -> None:
    shop_id, run_id = given_run()
    with slow_facts(engine):
        with working(run_id), db.transaction() as session:
            progress.cancel(session, shop_id, run_id)
        assert run_of(run_id).state == "cancelled"


def test_a_run_that_another_worker_took_over_ends_in_the_middle_of_a_statement(engine: Engine) -> None:
    _, run_id = given_run()
    with slow_facts(engine):
        with working(run_id), db.transaction() as session:
            session.execute(text("UPDATE runs SET attempts = attempts + 1"))
        assert (run_of(run_id).state, run_of(run_id).attempts) == ("running", 2)


WORKER = """
import os, signal, sys
from saleor_influence_app import db, processes
from saleor_influence_app.runs import execution, scores
for line in sys.stdin:
    processes._stop_asked[0] = 0  # shared with the forks; this one is asked nothing yet
    pid = os.fork()
    if pid == 0:
        sys.stdout = sys.stderr
        signal.signal(signal.SIGTERM, lambda *_: processes.ask_to_stop())
        execution.execute(db.transaction, int(line))
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Workers:
    """Processes that execute runs, forked from one that has read the whole app."""

    def __init__(self, parent: "subprocess.Popen[str]") -> None:
        self._parent = parent

    def start(self, run_id: int) -> int:
        """Return the process that has begun the run and is reading the facts."""
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{run_id}\n")
        self._parent.stdin.flush()
        pid = int(self._read())
        wait_for_step(run_id, "reading facts")
        return pid

    def wait(self) -> int:
        """Return the exit status of the process that was started last."""
        return int(self._read())

    def _read(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline()


@pytest.fixture
def workers(engine: Engine) -> Iterator[Workers]:
    assert engine
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=root,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        yield Workers(parent)
        parent.kill()


def test_a_worker_that_is_asked_to_stop_gives_the_run_back_at_once_and_that_is_no_failure(
    engine: Engine, workers: Workers
) -> None:
    _, run_id = given_run()
    for interruptions in range(1, PATIENCE + 1):
        with slow_facts(engine):
            os.kill(workers.start(run_id), signal.SIGTERM)
            assert workers.wait() == 0
        run = run_of(run_id)
        assert (run.state, run.interruptions, run.attempts) == ("queued", interruptions, interruptions)
        assert (run.step, run.lease_until, run.error) == (None, None, None)
        with db.transaction() as session:
            assert session.scalar(text("SELECT not_before <= now() FROM runs")), "it is due at once"
            assert session.get(Problem, (run.shop_id, problems.SCORING_FAILED)) is None

    # The rule: a run that was interrupted three times is finished before its worker stops.
    with slow_facts(engine) as free:
        os.kill(workers.start(run_id), signal.SIGTERM)
        time.sleep(3)
        assert run_of(run_id).state == "running"
        free()
        assert workers.wait() == 0
    assert run_of(run_id).state == "done"


@pytest.mark.exhaustive
def test_kills_count_as_crashes_and_planned_stops_beside_them_do_not(
    engine: Engine, workers: Workers
) -> None:
    _, run_id = given_run()
    for number in range(1, claims.MAX_CRASHES + 1):
        with slow_facts(engine):
            os.kill(workers.start(run_id), signal.SIGTERM)
            assert workers.wait() == 0
        with slow_facts(engine):
            os.kill(workers.start(run_id), signal.SIGKILL)
            assert workers.wait() == -signal.SIGKILL
        with db.transaction() as session:
            session.execute(text("UPDATE runs SET lease_until = now() - interval '1 s'"))
        sweep()
        run = run_of(run_id)
        assert (run.attempts, run.interruptions) == (2 * number, number)
        assert run.state == ("queued" if number < claims.MAX_CRASHES else "failed")
        with db.transaction() as session:
            session.execute(text("UPDATE runs SET not_before = now()"))
    assert run.error == "The worker stopped before it was done, 3 times."


def test_a_run_given_back_while_another_is_queued_leaves_the_work_to_that_one() -> None:
    shop_id, run_id = given_run()
    with db.transaction() as session:
        turn = claims.begin(session, run_id, None)
        assert turn is not None
    with db.transaction() as session:
        another = run_queue.request(session, shop_id, delay=3600)
        assert another not in {run_id, None}

    with db.transaction() as session:
        assert claims.give_back(session, turn)

    assert run_of(run_id).state == "cancelled"
    waiting = run_of(another)
    assert (waiting.state, waiting.interruptions, waiting.attempts) == ("queued", 1, 1)
    assert execution.execute(db.transaction, another), "it is due at once"


def test_runs_that_were_interrupted_are_rung_for_first(bells: Any) -> None:
    ids = []
    for number, interruptions in enumerate((0, 2, 1)):
        with db.transaction() as session:
            shop_id = put_shop(session, f"https://shop-{number}.example/graphql/")
            ids.append(
                put_run(
                    session,
                    shop_id,
                    state="queued",
                    started_at=None,
                    finished_at=None,
                    interruptions=interruptions,
                    attempts=interruptions,
                )
            )
    sweep()

    assert [bell[1] for bell in reversed(bells())] == [ids[1], ids[2], ids[0]]


def test_a_history_lease_is_renewed_while_one_page_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_leases, "LEASE", SHORT)  # as it is, three minutes
    with db.transaction() as session:
        shop_id = put_shop(session)
        session.execute(text("INSERT INTO backfills (shop_id, kind) VALUES (:id, 'orders')"), {"id": shop_id})
    with db.transaction() as session:
        claimed = history_leases.claim(session, shop_id, "orders", states=("waiting",))
    assert claimed is not None
    lease = claimed[0]

    with history_leases.kept(db.transaction, lease):
        begin = time.monotonic()
        while time.monotonic() < begin + 3 * SHORT.total_seconds():
            with db.transaction() as session:
                assert history_leases.claim(session, shop_id, "orders", states=("waiting",)) is None
            time.sleep(0.1)
    with db.transaction() as session:
        history_leases.renew(session, lease, state="running")

    time.sleep(SHORT.total_seconds() + 0.2)
    with db.transaction() as session:
        assert history_leases.claim(session, shop_id, "orders", states=("running",)) is not None
    with pytest.raises(history_leases.LeaseLost), db.transaction() as session:
        history_leases.renew(session, lease)


def test_a_renewal_that_fails_is_tried_again_and_one_that_says_no_is_the_last() -> None:
    calls: list[int] = []

    def renew() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return len(calls) < 3

    with lease_renewal.renewed(renew, lease=timedelta(seconds=0.1)):
        wait_until(lambda: len(calls) == 3)
        time.sleep(0.2)
    assert len(calls) == 3


class StopsItsReader(io.BytesIO):
    """A file in whose middle this process is asked to stop."""

    def read(self, size: int | None = -1, /) -> bytes:
        os.kill(os.getpid(), signal.SIGTERM)
        return super().read(size)


def test_a_worker_that_is_asked_to_stop_while_rows_are_parsed_parses_them_and_hears_of_it() -> None:
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    try:
        table = bulk_copy.csv.read_csv(  # type: ignore[attr-defined] # the reader that importing `tables` prepares
            StopsItsReader(b"order_id\n" + b"7\n" * 100_000)
        )
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (table.num_rows, set(asked)) == (100_000, {signal.SIGTERM})
