"""What a line in the log belongs to: the ids of the deliveries and requests that led to it.

A request has one id, and whatever follows carries it on: the message's row, the projection, the run, the
outbox, each possibly caused by several. The ids are in every line as `correlation_ids`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars

MOST = 20
"""Ids that a line names; what thousands of deliveries caused names the first of them."""
_KEY = "correlation_ids"


def begin(given: str | None = None) -> str:
    """Lines of this request carry its id from now on: `given` if that is a UUID, or a new one."""
    one = _uuid(given) or str(uuid4())
    clear_contextvars()
    bind_contextvars(**{_KEY: [one]})
    return one


def resume(ids: Iterable[str] = (), **fields: object) -> None:
    """Lines of this task carry these ids and fields from now on, and no others."""
    clear_contextvars()
    bind_contextvars(**_bound(ids), **fields)


@contextmanager
def caused_by(ids: Iterable[str | None], **fields: object) -> Iterator[None]:
    """Inside the block, lines carry the ids of what caused this besides those they carry already."""
    with bound_contextvars(**_bound([*ids, *current()]), **fields):
        yield


def current() -> list[str]:
    """Return the ids of what led here."""
    return list(get_contextvars().get(_KEY, ()))


def _bound(ids: Iterable[str | None]) -> dict[str, list[str]]:
    known = list(dict.fromkeys(one for one in ids if one))[:MOST]
    return {_KEY: known} if known else {}


def _uuid(given: str | None) -> str | None:
    """Return a UUID in its usual form: anything else might hold what belongs in no log."""
    try:
        return str(UUID(given)) if given else None
    except ValueError:
        return None
