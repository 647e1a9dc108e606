"""Why PostgreSQL or Redis cannot be used: a sentence that names the variable, the fault and the mend.

PostgreSQL gives no code for a refused connection, so its English words are read; a server that speaks another
language has them quoted. The words of a refused connection name host, user and database, never a password.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.exc import SQLAlchemyError

_NOBODY_THERE = ("refused", "timeout", "timed out", "No such file", "unreachable", "No route to host")
_NO_HOST = (
    ("failed to resolve host", "could not translate host name", "Name or service not known", "gaierror"),
    "its host name cannot be found. Correct the host, or check DNS.",
)
_POSTGRESQL = (
    _NO_HOST,
    (
        ('database "{database}" does not exist',),
        'PostgreSQL {place} has no database "{database}". Correct the name, or create the database.',
    ),
    (
        ('role "{user}" does not exist',),
        'PostgreSQL {place} has no user "{user}". Correct the name, or create the role.',
    ),
    (
        ("password authentication failed",),
        'PostgreSQL {place} refuses the password of user "{user}". Correct user and password.',
    ),
    (
        ("no password supplied",),
        'PostgreSQL {place} asks user "{user}" for a password. Write it as user:password@host.',
    ),
    (
        ("pg_hba.conf", "authentication failed"),
        'PostgreSQL {place} does not admit user "{user}" from here. Allow it in pg_hba.conf.',
    ),
    (
        ("starting up", "shutting down", "recovery mode", "too many clients", "connection slots"),
        "PostgreSQL {place} is starting, stopping or full. Try again, or raise max_connections.",
    ),
    (_NOBODY_THERE, "no PostgreSQL answers {place}. Start it, or correct host and port."),
)
_REDIS = (
    _NO_HOST,
    (
        ("Authentication required", "NOAUTH", "already authenticated"),
        "Redis {place} asks for a password. Write it as redis://:password@host.",
    ),
    (
        ("WRONGPASS", "invalid username-password", "invalid password", "AuthenticationError"),
        "Redis {place} refuses user or password. Correct them.",
    ),
    (
        ("DB index is out of range", "invalid DB index"),
        "Redis {place} has no database of that number. Correct the number, usually 0 to 15.",
    ),
    (
        ("OOM command not allowed",),
        "Redis {place} is full. Raise its maxmemory; see Redis in docs/operate.md.",
    ),
    (("READONLY",), "Redis {place} is a replica that takes no writes. Name its primary."),
    (
        (*_NOBODY_THERE, "Connection", "Timeout"),
        "no Redis answers {place}. Start it, or correct host and port.",
    ),
)
"""What a server's or library's words mean, the first that fits; in front goes the variable."""


def of_postgresql(error: SQLAlchemyError, *, variable: str = "DATABASE_URL") -> str:
    """Return what is wrong with the database behind the variable, and what to do."""
    original = getattr(error, "orig", None)
    if isinstance(original, (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)):
        return "The tables are not those of this version. Run ./influence migrate."
    if isinstance(original, psycopg.errors.InsufficientPrivilege):
        return (
            f"{variable}: its user lacks a right on the tables. Run ./influence migrate with "
            "MIGRATION_DATABASE_URL; see Database roles in docs/operate.md."
        )
    if not isinstance(original, psycopg.OperationalError) or original.sqlstate is not None:
        return f"The database cannot be used ({type(error).__name__}). See {variable}, and PostgreSQL's log."
    words, tried = str(original), original.pgconn
    names = {"place": "there", "user": "", "database": ""}
    if tried is not None:
        names = {
            "place": f"at {tried.host.decode()}:{tried.port.decode()}",
            "user": tried.user.decode(),
            "database": tried.db.decode(),
        }
    last = words.strip().splitlines()[-1].strip() if words.strip() else "no reason given"
    return f"{variable}: " + (
        _first(_POSTGRESQL, words, names) or f"PostgreSQL {names['place']} refuses the connection: {last}"
    )


def of_redis(error: BaseException, *, url: str, variable: str = "REDIS_URL") -> str:
    """Return what is wrong with the Redis at `url`, and what to do; `error` is Redis' or wraps it."""
    parts = urlsplit(url)
    place = f"at {parts.hostname}:{parts.port or 6379}" if parts.hostname else f"at {parts.path}"
    words = " ".join(f"{type(one).__name__} {one}" for one in _causes(error))
    said = _first(_REDIS, words, {"place": place})
    return f"{variable}: {said or f'Redis {place} cannot be used ({type(error).__name__}).'}"


def _first(
    meanings: tuple[tuple[tuple[str, ...], str], ...], words: str, names: dict[str, str]
) -> str | None:
    for signs, sentence in meanings:
        if any(sign.format_map(names) in words for sign in signs):
            return sentence.format_map(names)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what it came from, the outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
