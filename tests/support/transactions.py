"""The product's transactions as a test sees them: their statements, and who commits between two of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from psycopg import Connection, IsolationLevel
from sqlalchemy import Engine, event, text


@dataclass
class Seen:
    """One transaction: its statements, and whether they all saw one snapshot and could not write."""

    one_snapshot: bool = True
    statements: list[str] = field(default_factory=list)


@contextmanager
def watched(
    engine: Engine, between: Callable[[], None] | None = None, *, after: str = ""
) -> Iterator[list[Seen]]:
    """Give a list that fills with transactions.

    `between` is called once: after the first statement that holds `after`, or the first of a snapshot.
    """
    seen: list[Seen] = []
    by_connection: dict[int, Seen] = {}
    waiting = [between] if between is not None else []
    busy = False

    def begins(connection: Any) -> None:
        by_connection[id(connection)] = Seen()
        if not busy:
            seen.append(by_connection[id(connection)])

    def asked(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal busy
        if statement.startswith("SET "):  # which sees nothing of the tables yet
            return
        one = by_connection.setdefault(id(connection), Seen())
        one.statements.append(statement)
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection)
        held = driver.isolation_level == IsolationLevel.REPEATABLE_READ and driver.read_only is True
        one.one_snapshot = one.one_snapshot and held
        if (after in statement if after else held) and waiting and not busy:
            busy = True
            waiting.pop()()
            busy = False

    event.listen(engine, "begin", begins)
    event.listen(engine, "after_cursor_execute", asked)
    try:
        yield seen
    finally:
        event.remove(engine, "begin", begins)
        event.remove(engine, "after_cursor_execute", asked)


WAIT_SECONDS = 60


WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"


def until_one_waits(engine: Engine, other: "Future[None]") -> None:
    deadline = monotonic() + WAIT_SECONDS
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as third:
        while not third.scalar(text(WAITING)):
            assert not other.done(), "it did not wait"
            assert monotonic() < deadline
            sleep(0.02)
