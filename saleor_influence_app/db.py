"""Sessions on PostgreSQL: the only place that commits, and messages that leave only after a commit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from saleor_influence_app import broker, log, settings

logger = log.get(__name__)

Message = tuple[str, tuple[int | str, ...]]
Transaction = Callable[[], AbstractContextManager[Session]]
"""What a step receives that must not hold a transaction while it talks to Saleor."""


STATEMENT_SECONDS = 1800
"""No statement works for longer, whoever sent it: a large shop's facts are read in minutes."""
_CANCEL_SECONDS = 2.0


class Statements:
    """The statements that a piece of work has under way, in whatever thread, so that another can end them.

    Inside `limited`, every connection that the work takes from the pool is noted here until it is back there.
    """

    def __init__(self, timeout_seconds: float | None) -> None:
        self.timeout_seconds = timeout_seconds
        self._running: set[psycopg.Connection[object]] = set()
        self._lock = threading.Lock()

    def begin(self, connection: psycopg.Connection[object]) -> None:
        """Note a connection."""
        with self._lock:
            self._running.add(connection)

    def end(self, connection: psycopg.Connection[object]) -> None:
        """Forget a connection: once this returns, nothing of it is cancelled."""
        with self._lock:
            self._running.discard(connection)

    def cancel(self) -> None:
        """Have PostgreSQL end the statements that work now; they raise what `was_cancelled` knows."""
        with self._lock:
            for connection in self._running:
                with suppress(psycopg.Error):
                    connection.cancel_safe(timeout=_CANCEL_SECONDS)


_limits: ContextVar[Statements | None] = ContextVar("limits", default=None)


@contextmanager
def limited(timeout_seconds: float | None = None) -> Iterator[Statements]:
    """Give the block's statements, each of which may take so long."""
    token = _limits.set(statements := Statements(timeout_seconds))
    try:
        yield statements
    finally:
        _limits.reset(token)


def was_cancelled(error: BaseException) -> bool:
    """Return whether a statement was ended by its time-out, or by another's wish."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.errors.QueryCanceled)


class Base(DeclarativeBase):
    """The tables' common ancestor."""


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine whose sessions speak UTC and give up on a lock or a dead server."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,  # an error quotes them, and is logged: a message's body among them
        connect_args={
            # Compiling a run's long statements took half a minute for a shop of twenty customers.
            "options": "-c jit=off -c timezone=UTC -c lock_timeout=30s "
            f"-c idle_in_transaction_session_timeout=120s -c statement_timeout={STATEMENT_SECONDS}s",
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )
    event.listen(engine, "checkout", _begin)
    event.listen(engine, "checkin", _end)
    return engine


def _begin(connection: psycopg.Connection[object], record: ConnectionPoolEntry, _: object) -> None:
    if (statements := _limits.get()) is not None:
        record.info["noted"] = statements, connection
        statements.begin(connection)


def _end(_: object, record: ConnectionPoolEntry) -> None:
    if (noted := record.info.pop("noted", None)) is not None:
        statements, connection = noted
        statements.end(connection)


@event.listens_for(Session, "after_begin")
def _set_timeout(session: Session, _: object, connection: Connection) -> None:
    statements = _limits.get()
    if statements is None or statements.timeout_seconds is None or session.in_nested_transaction():
        return
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(statements.timeout_seconds * 1000)}")


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the process's engine."""
    return make_engine(settings.get().database_url.get_secret_value())


@lru_cache(maxsize=1)
def sessions() -> sessionmaker[Session]:
    """Return the process's session factory."""
    return sessionmaker(engine(), expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session that commits at the end, or rolls back and raises."""
    with sessions()() as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def snapshot() -> Iterator[Session]:
    """Give a session for what is shown together: it reads everything as of one moment, and may not write."""
    with transaction() as session:
        use_one_snapshot(session)
        yield session


def use_one_snapshot(session: Session) -> None:
    """Let all that the session reads be of the moment of its first question, and let it write nothing.

    By default each statement sees what was committed before it, so that a page could show one run's totals
    above another run's rows. A transaction that only reads never fails for having one snapshot.
    """
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})


def after_commit(session: Session, task: str, *arguments: int | str) -> None:
    """Send a message for `task` after the commit; a rollback drops it, a repeat is sent once.

    What is due later needs none: its row says when, and a sweep finds it then.
    """
    waiting: dict[Message, None] = session.info.setdefault("after_commit", {})
    waiting[task, arguments] = None


@event.listens_for(Session, "after_commit")
def _run_waiting(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint's release is no commit
        return
    for task, arguments in session.info.pop("after_commit", {}):
        try:
            broker.send(task, *arguments)
        except Exception as error:  # noqa: BLE001 - the rows are safe; beat finds what a lost message leaves
            logger.warning("broker.message_lost", task=task, error=type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _drop_waiting(session: Session) -> None:
    session.info.pop("after_commit", None)


def expect_many_rows(session: Session) -> None:
    """Joins hash until the transaction ends.

    The planner knows nothing of tables that were just filled and takes nested loops for them: after a
    backfill of 60,000 orders it took 58 s to read them with their owners, and takes one second so. A merge
    may be one in disguise, on the shop alone: where statistics were of two rows, 15,000 orders took 22 s.
    """
    for way in ("enable_nestloop", "enable_mergejoin"):
        session.execute(text(f"SET LOCAL {way} = off"))


def ping(session: Session) -> None:
    """Return if the database answers; raises SQLAlchemy's error if not."""
    session.execute(text("SELECT 1"))


class TablesOld(Exception):
    """The tables lack a migration that this version knows."""


@lru_cache(maxsize=1)
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest revisions, and all of them."""
    # A tenth of a worker's start, which asks for neither revisions nor migrations.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)
    return frozenset(scripts.get_heads()), frozenset(one.revision for one in scripts.walk_revisions())


def check_revision(session: Session) -> None:
    """Return if the tables are those of this version or of a later one; raises TablesOld if not.

    An older process beside newer tables is an upgrade under way, and works: migrations only add.
    """
    from alembic.runtime.migration import MigrationContext

    newest, known = _revisions()
    found = frozenset(MigrationContext.configure(session.connection()).get_current_heads())
    if not found or (found <= known and found != newest):
        raise TablesOld


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest revision; a no-op when it is there already.

    Each revision is a transaction of its own, and indexes are built outside of any: the connection must not
    be in one.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
