"""Worlds that take runs to make: made once for several tests, and put back row by row for each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, text

from saleor_influence_app import db
from tests.support import tables

P = ParamSpec("P")
T = TypeVar("T")
SECONDS = 120
"""Rows say when they were made: an older world is made anew, so that what is recent in it stays recent."""


@dataclass(frozen=True)
class _World:
    answer: Any
    rows: dict[str, bytes]
    numbers: dict[str, int]
    shops_before: int
    made_at: float


def remembered(make: Callable[P, T]) -> Callable[P, T]:
    """Return a maker of the same world from tables that hold what they always hold before it.

    It commits what it makes, and takes only fixtures that are the same in every test. What another fixture
    has made before is emptied with the rest: so a world comes first, and is refused beside more shops.
    """
    known: list[_World] = []

    @wraps(make)
    def given(*args: P.args, **named: P.kwargs) -> T:
        with db.engine().begin() as connection:
            shops_before = connection.execute(text("SELECT count(*) FROM shops")).scalar_one()
        if not known or time.monotonic() > known[0].made_at + SECONDS:
            answer = make(*args, **named)
            with db.engine().begin() as connection:
                known[:] = [_read(connection, answer, shops_before)]
        else:
            assert shops_before == known[0].shops_before, "something else was made before this world"
            with db.engine().begin() as connection:
                tables.empty(connection)
                _put_back(connection, known[0])
        found: T = known[0].answer
        return found

    return given


def _read(connection: Connection, answer: object, shops_before: int) -> _World:
    rows = {}
    for table in connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")):
        with _cursor(connection) as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
            if content := b"".join(bytes(block) for block in copy):
                rows[table] = content
    numbers = connection.execute(
        text("SELECT sequencename, last_value FROM pg_sequences "
             "WHERE schemaname = 'public' AND last_value IS NOT NULL")
    ).all()  # fmt: skip
    return _World(answer, rows, dict(numbers), shops_before, time.monotonic())


def _put_back(connection: Connection, world: _World) -> None:
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger's work: as it was
    for table, content in world.rows.items():
        if table == "alembic_version":
            continue
        with _cursor(connection) as cursor, cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
            copy.write(content)
    for name, last in world.numbers.items():
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": last}
        )


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()
