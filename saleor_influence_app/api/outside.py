"""Calls of other people's servers: in threads of their own, so that nobody waits behind a slow one.

Requests that need only our tables share the web framework's threads; webhooks and health have theirs.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from saleor_influence_app import log
from saleor_influence_app.errors import ServiceUnavailable

logger = log.get(__name__)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Outside:
    """So many calls at a time; so many more wait for a thread; whoever comes then is told to try later."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._running = 0

    async def call(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Return what the function returns, called in one of the threads; raises what it raises."""
        if self._running >= self._most:
            raise ServiceUnavailable(
                "Too many requests wait for other servers. Please try again in a minute."
            )
        self._running += 1
        try:
            work = partial(contextvars.copy_context().run, partial(function, *args, **kwargs))
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1

    def begin(
        self, function: Callable[Parameters, object], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> None:
        """Have the function called by one of the threads, without waiting for it or for its answer."""
        if self._running >= self._most:
            raise ServiceUnavailable("Too many requests wait. Please try again in a minute.")
        self._running += 1
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(
            self._threads, partial(contextvars.copy_context().run, function, *args, **kwargs)
        )
        work.add_done_callback(self._ended)

    def _ended(self, work: "asyncio.Future[object]") -> None:
        self._running -= 1
        if not work.cancelled() and (error := work.exception()) is not None:
            logger.error("outside.failed", error=type(error).__name__)


REGISTRATIONS = Outside("registration", threads=8, waiting=32)
"""Anybody can begin one, and each calls the server that they name."""
KEYS = Outside("keys", threads=4, waiting=40)
SESSIONS = Outside("session", threads=32, waiting=100)
OWN_SHOP = Outside("own-shop", threads=8, waiting=50)
"""Questions of staff that only their Saleor can answer."""
HAND_OFFS = Outside("hand-off", threads=4, waiting=20)
"""Tests of a shop's webhook and mail server, which staff ask for."""
MAILS = Outside("mail", threads=4, waiting=100)
NETWORKS = Outside("network", threads=16, waiting=50)
