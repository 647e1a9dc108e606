"""Sessions on PostgreSQL: the only place that commits, and messages that leave only after a commit."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from saleor_influence_app import broker, log, settings

logger = log.get(__name__)

Message = tuple[str, tuple[int | str, ...], float | None]
Transaction = Callable[[], AbstractContextManager[Session]]
"""What a step receives that must not hold a transaction while it talks to Saleor."""


class Base(DeclarativeBase):
    """The tables' common ancestor."""


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine whose sessions speak UTC and give up on a lock instead of hanging."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,  # an error quotes them, and is logged: a message's body among them
        connect_args={
            "options": "-c timezone=UTC -c lock_timeout=30s -c idle_in_transaction_session_timeout=120s",
            "connect_timeout": 5,
        },
    )


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


def request_session() -> Iterator[Session]:
    """Use as `Depends(request_session, scope="function")`, so that the commit precedes the answer."""
    with transaction() as session:
        yield session


def after_commit(session: Session, task: str, *arguments: int | str, countdown: float | None = None) -> None:
    """Send a message for `task` after the commit; a rollback drops it, a repeat is sent once."""
    waiting: dict[Message, None] = session.info.setdefault("after_commit", {})
    waiting[task, arguments, countdown] = None


@event.listens_for(Session, "after_commit")
def _run_waiting(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint's release is no commit
        return
    for task, arguments, countdown in session.info.pop("after_commit", {}):
        try:
            broker.send(task, *arguments, countdown=countdown)
        except Exception as error:  # noqa: BLE001 - the rows are safe; beat finds what a lost message leaves
            logger.warning("broker.message_lost", task=task, error=type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _drop_waiting(session: Session) -> None:
    session.info.pop("after_commit", None)


def ping(session: Session) -> None:
    """Return if the database answers; raises SQLAlchemy's error if not."""
    session.execute(text("SELECT 1"))


class TablesOld(Exception):
    """The tables lack a migration that this version knows."""


@lru_cache(maxsize=1)
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest revisions, and all of them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)
    return frozenset(scripts.get_heads()), frozenset(one.revision for one in scripts.walk_revisions())


def check_revision(session: Session) -> None:
    """Return if the tables are those of this version or of a later one; raises TablesOld if not.

    An older process beside newer tables is an upgrade under way, and works: migrations only add.
    """
    newest, known = _revisions()
    found = frozenset(MigrationContext.configure(session.connection()).get_current_heads())
    if not found or (found <= known and found != newest):
        raise TablesOld


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest revision; a no-op when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def storable(text: str) -> str:
    """Return the text; NUL and lone surrogates are in no PostgreSQL text."""
    if "\0" in text:
        raise ValueError("must not hold a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("must be well-formed Unicode") from error
    return text


def storable_time(moment: datetime) -> datetime:
    """Return the aware moment in UTC; PostgreSQL knows years that Python could not read back."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie in the years 1 to 9999") from error
