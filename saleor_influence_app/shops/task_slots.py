"""Slots: how many tasks do something at a time. The database counts, so that a dead worker frees its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_STEP_SECONDS = 0.1
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_GIVE_BACK = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@contextmanager
def hold(engine: Engine, *names: str, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Give whether one of these slots is ours until the block ends; free ones are waited for so long."""
    deadline = time.monotonic() + wait_seconds
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while (held := _take(connection, names)) is None and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)
        try:
            yield held is not None
        finally:
            if held is not None:
                with suppress(DBAPIError):  # the connection was lost, and the slot with it
                    connection.execute(_GIVE_BACK, {"name": held})


def _take(connection: Connection, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if connection.scalar(_TAKE, {"name": name})), None)
