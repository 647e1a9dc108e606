"""A run of the product on its own tables: seconds by step, memory, and what was written."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from benchmarks.scale.steps import clock

TICKS = os.sysconf("SC_CLK_TCK")
SLOWEST = 12
WRITTEN = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
    WHERE schemaname = 'public'
"""
PAST = """
    SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
    WHERE relkind = 'r' AND relname LIKE '%\\_past' AND relnamespace = 'public'::regnamespace
"""
PAST_ROWS = "SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables WHERE relname LIKE '%\\_past'"


@dataclass(frozen=True)
class Asked:
    """A run of that kind, as of that moment; with `spark`, on the Spark at that master, in that folder."""

    kind: str
    shop_id: int
    as_of: datetime
    spark: str | None = None
    folder: Path = Path()

    def on(self, spark: str, folder: Path) -> "Asked":
        """Return the same run on Spark."""
        return replace(self, spark=spark, folder=folder)


@dataclass(frozen=True)
class Measured:
    """One run. `steps`: seconds of the clock, of our processors, of PostgreSQL's; bytes and rows."""

    steps: dict[str, tuple[float, float, float]]
    peak_mb: int
    counts: dict[str, int]
    slowest: list[tuple[float, int, str]]


@dataclass
class Watch:
    """Notes what each step took, from the statement that tells it to the next one."""

    server: int
    steps: dict[str, tuple[float, float, float]]
    statements: dict[str, tuple[float, int]]
    name: str = "claim"
    since: tuple[float, float, float] = (0.0, 0.0, 0.0)
    begun: float = 0.0

    def before(self, *given: Any) -> None:
        """SQLAlchemy's event: (connection, cursor, statement, parameters, …)."""
        _, _, statement, parameters, *_ = given
        telling = statement.startswith("UPDATE runs SET") and isinstance(parameters, dict)
        if telling and (step := parameters.get("step")):
            self.step(step)
        self.begun = clock()[0]

    def after(self, *given: Any) -> None:
        """The same, once it was executed."""
        statement = " ".join(given[2].split())[:150]
        seconds, times = self.statements.get(statement, (0.0, 0))
        self.statements[statement] = (seconds + clock()[0] - self.begun, times + 1)

    def step(self, name: str) -> None:
        """The step before ends and this one begins."""
        seconds, _ = clock()
        now = (seconds, busy_seconds(os.getpid()), busy_seconds(self.server))
        if any(self.since):
            took = self.steps.get(self.name, (0.0, 0.0, 0.0))
            one, two, three = (a + b - c for a, b, c in zip(took, now, self.since, strict=True))
            self.steps[self.name] = (one, two, three)
        self.name, self.since = name, now


def run(asked: Asked, server: int) -> Measured:
    """Execute a run of the shop, as a worker does."""
    from saleor_influence_app import db, run_queue
    from saleor_influence_app.models import Run, RunState
    from saleor_influence_app.runs import execution, spark

    with db.transaction() as session:
        run_id = run_queue.request(session, asked.shop_id, kind=asked.kind)
        session.execute(text("UPDATE runs SET not_before = now() WHERE state = 'queued'"))
    watch = Watch(server, {}, {})
    event.listen(db.engine(), "before_cursor_execute", watch.before)
    event.listen(db.engine(), "after_cursor_execute", watch.after)
    with ExitStack() as stack:
        watch.step("claim")
        cluster = None
        if asked.spark:
            cluster = stack.enter_context(spark.opened(asked.spark, asked.folder, shop_id=asked.shop_id))
        execution.execute(db.transaction, run_id or 0, as_of=asked.as_of, cluster=cluster)
        watch.step("end")
        peak = sum(map(_most_mb, [os.getpid(), *_descendants(os.getpid())]))
    with db.transaction() as session:
        done = session.get_one(Run, run_id)
    if done.state != RunState.DONE:
        raise SystemExit(f"the run was not done: {done.state}, {done.error}")
    slowest = sorted(((*took, name) for name, took in watch.statements.items()), reverse=True)
    return Measured(watch.steps, peak, dict(done.counts), slowest[:SLOWEST])


def busy_seconds(process: int) -> float:
    """Return how long the process and all that it started have worked, those that have ended among them."""
    return _busy(process) + sum(map(_busy, _descendants(process)))


def _busy(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def _descendants(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _descendants(child)


def _most_mb(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) // 1000 if found else 0


def state(engine: Engine) -> dict[str, int]:
    """Return bytes of WAL written so far, rows written so far, bytes and rows of the past."""
    questions = {
        "wal": "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn",
        "written": WRITTEN,
        "past": PAST,
        "past_rows": PAST_ROWS,
    }
    with engine.connect() as connection:
        return {name: int(connection.execute(text(one)).scalar_one()) for name, one in questions.items()}
