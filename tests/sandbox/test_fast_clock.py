"""The fast clock: all of the stack has the same time, and nothing of the product asks for another."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from saleor_influence_app import beat
from sandbox.fast_clock import BEAT, FastClock
from tests.support.databases import empty_database

ROOT = Path(__file__).resolve().parents[2]
BEHIND = timedelta(weeks=10)
CLOSE = timedelta(seconds=30)
OTHER_WAYS = re.compile(
    r"\b(current_timestamp|current_date|localtimestamp|statement_timestamp|transaction_timestamp|timeofday)\b"
    r"|'(now|today|yesterday|tomorrow)'::",
    re.IGNORECASE,
)
TELL = """
import os, sys, time
from datetime import UTC, datetime

if sys.argv[1] == "forked" and os.fork():
    os.wait()
    os._exit(0)
for line in sys.stdin:
    print(datetime.now(UTC).isoformat(), time.time(), time.monotonic(), flush=True)
"""


@pytest.fixture
def clock(tmp_path: Path, postgresql_url: str) -> Iterator[FastClock]:
    clock = FastClock(tmp_path / "clock", BEHIND)
    with empty_database(postgresql_url) as url:
        clock.enter(url)
        yield clock
        clock.hand_over()


@pytest.fixture(params=["started", "forked"])
def process(
    clock: FastClock, request: pytest.FixtureRequest
) -> Iterator[Callable[[], tuple[datetime, float, float]]]:
    """A function that returns what a process of the stack says of the time: now, epoch, monotonic."""
    variables = {**os.environ, **clock.variables}
    command = [sys.executable, "-c", TELL, request.param]
    with subprocess.Popen(
        command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        stdin, stdout = running.stdin, running.stdout

        def tell() -> tuple[datetime, float, float]:
            stdin.write("tell\n")
            stdin.flush()
            now, epoch, monotonic = stdout.readline().split()
            return datetime.fromisoformat(now), float(epoch), float(monotonic)

        yield tell
        stdin.close()


def in_database(clock: FastClock, expression: str) -> datetime:
    with psycopg.connect(clock.database) as connection:
        [found] = connection.execute(f"SELECT {expression}").fetchone() or ()
    assert isinstance(found, datetime)
    return found


def is_close(one: datetime, other: datetime) -> bool:
    return abs(one - other) < CLOSE


def test_processes_and_database_have_the_same_time_before_and_after_it_is_moved(
    clock: FastClock, process: Callable[[], tuple[datetime, float, float]]
) -> None:
    for moved in (timedelta(0), timedelta(days=1), timedelta(weeks=3)):
        _, _, waited = process()
        clock.forward(moved)
        wanted = datetime.now(UTC) - clock.behind
        for expression in ("now()", "clock_timestamp()"):
            assert is_close(in_database(clock, expression), wanted), expression
        while not is_close((told := process())[0], wanted):  # it looks at the file all the time
            assert told[2] - waited < 20
        now, epoch, monotonic = told
        assert abs(epoch - now.timestamp()) < 1
        assert monotonic - waited < 20, "what waits is not hurried"
    assert clock.behind == BEHIND - timedelta(days=22)
    assert is_close(clock.now(), datetime.now(UTC) - clock.behind)


def test_rows_get_the_moved_time_by_default_and_by_statement(clock: FastClock) -> None:
    with psycopg.connect(clock.database, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE public.rows (by_default timestamptz DEFAULT now(), told timestamptz)"
        )
        connection.execute("INSERT INTO rows (told) VALUES (now())")
        clock.forward(timedelta(days=7))
        connection.execute("INSERT INTO rows (told) VALUES (now())")
        rows = connection.execute("SELECT by_default, told FROM rows ORDER BY told").fetchall()
    assert all(by_default == told for by_default, told in rows)
    assert is_close(rows[1][0] - timedelta(days=7), rows[0][0])


def test_the_clock_stops_at_the_present(clock: FastClock) -> None:
    clock.forward(BEHIND + timedelta(days=5))

    assert clock.behind == timedelta(0)
    assert is_close(in_database(clock, "now()"), datetime.now(UTC))


def test_the_apps_beat_sends_nothing_until_it_is_handed_over_to(clock: FastClock) -> None:
    assert BEAT == beat.LOCK
    with psycopg.connect(clock.database, autocommit=True) as connection:
        take = "SELECT pg_try_advisory_lock(%s)"
        assert connection.execute(take, [beat.LOCK]).fetchone() == (False,)
        clock.hand_over()
        assert connection.execute(take, [beat.LOCK]).fetchone() == (True,)


def texts(path: Path) -> Iterator[str]:
    """Yield the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_the_product_asks_its_database_for_the_time_only_in_ways_that_the_clock_moves() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), match[0])
        for path in sorted((ROOT / "saleor_influence_app").rglob("*.py"))
        for string in texts(path)
        if (match := OTHER_WAYS.search(string))
    ]

    assert found == []
