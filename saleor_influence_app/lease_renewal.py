"""Leases are renewed by time: what a process holds is its own for as long as it works on it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import log

logger = log.get(__name__)

TIMES = 6
"""A lease is renewed so often before it would end: a renewal or two may fail."""


@contextmanager
def renewed(renew: Callable[[], bool], *, lease: timedelta) -> Iterator[None]:
    """Call `renew` from a thread, six times in the time of a lease, until the block ends or it says False.

    It uses a connection of its own: the block may be within one long statement.
    """
    over = threading.Event()
    thread = threading.Thread(target=_repeat, args=(renew, lease / TIMES, over), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _repeat(renew: Callable[[], bool], every: timedelta, over: threading.Event) -> None:
    while not over.wait(every.total_seconds()):
        try:
            if not renew():
                return
        except SQLAlchemyError as error:
            logger.warning("lease.not_renewed", error=type(error).__name__)
