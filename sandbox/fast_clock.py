"""A clock for the whole stack that is behind and is moved forward a day at a time, up to the present.

The product asks Python and PostgreSQL for the time, and knows nothing of this. Every Python process of the
stack starts with a clock that a file moves (`sandbox/clock/sitecustomize.py`), and the database looks for
`now()` in a schema of ours before it looks into its own. So every moment that is written down is consistent
with all others, and when the present is reached nothing is left to be put right.

Meanwhile nobody sends the app's regular work: it is sent by whoever moves the clock, when a day has been
worked off. A lease would else run out under who holds it.

Functions of the database that have a search path of their own, which guard consents and hand over grants,
keep the real clock: nobody can agree to anything before the present is reached.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

FOLDER = Path(__file__).with_name("clock")
BEAT = 0x1F1DBEA7
"""The lock of `saleor_influence_app.beat`: who holds it sends what is due, and no other does."""
SEEN_SECONDS = 0.03
"""Within which every process has seen that the file says something else."""
DATABASE = """
CREATE SCHEMA fast_clock;
CREATE TABLE fast_clock.moved (by interval NOT NULL);
INSERT INTO fast_clock.moved VALUES ('0');
CREATE FUNCTION fast_clock.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + (SELECT by FROM fast_clock.moved)';
CREATE FUNCTION fast_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + (SELECT by FROM fast_clock.moved)';
"""


@dataclass
class FastClock:
    """Begins `behind` the present; `file` is where the processes read by how much."""

    file: Path
    behind: timedelta
    database: str = ""
    _lock: "psycopg.Connection[tuple[object, ...]] | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self._tell_processes()

    @property
    def variables(self) -> dict[str, str]:
        """What a Python process has to have in its environment."""
        before = os.environ.get("PYTHONPATH")
        path = f"{FOLDER}{os.pathsep}{before}" if before else str(FOLDER)
        return {"PYTHONPATH": path, "FAST_CLOCK": str(self.file)}

    def now(self) -> datetime:
        """The time that everybody in the stack has."""
        return datetime.now(UTC) - self.behind

    def enter(self, database_url: str) -> None:
        """The database has this clock, for every session that begins from now on, and no beat sends anything.

        Before the app is started, which lasts until `hand_over`.
        """
        self.database = database_url.replace("+psycopg", "")
        with psycopg.connect(self.database) as connection:
            connection.execute(DATABASE)
            path = sql.SQL("ALTER DATABASE {} SET search_path = public, fast_clock, pg_catalog")
            connection.execute(path.format(sql.Identifier(connection.info.dbname)))
            self._tell_database(connection)
        self._lock = psycopg.connect(self.database, autocommit=True)
        self._lock.execute("SELECT pg_advisory_lock(%s)", [BEAT])

    def forward(self, by: timedelta) -> None:
        """It is so much later, for everybody; never later than the present."""
        self.behind -= min(by, self.behind)
        with psycopg.connect(self.database) as connection:
            self._tell_database(connection)
        self._tell_processes()

    def hand_over(self) -> None:
        """From now on the app's own beat sends what is due."""
        if self._lock is not None:
            with self._lock, suppress(psycopg.Error):  # with its server, it is gone anyway
                self._lock.execute("SELECT pg_advisory_unlock(%s)", [BEAT])
            self._lock = None

    def _tell_database(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        connection.execute("UPDATE fast_clock.moved SET by = %s", [-self.behind])

    def _tell_processes(self) -> None:
        """Put the file there whole: a reader never sees half of it."""
        draft = self.file.with_suffix(".new")
        draft.write_text(str(-self.behind.total_seconds()), encoding="ascii")
        draft.replace(self.file)
