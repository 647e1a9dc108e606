"""How long a request may keep the database: so many seconds a statement, and not after its client went."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_influence_app import db
from webhooks.catalog import PATH_PREFIX

READING_SECONDS = 15.0
WRITING_SECONDS = 60.0
"""An import writes some thousands of rows with one statement."""
AGAIN_SECONDS = 0.5
"""After a statement was cancelled the endpoint may send another one."""


class Limits:
    """ASGI middleware: statements have a time-out; those of a page end when its reader has gone away.

    What was sent to be written is written, whether or not the sender waits for the answer. Webhooks store
    one row each and are left alone.
    """

    def __init__(
        self, app: ASGIApp, *, reading: float = READING_SECONDS, writing: float = WRITING_SECONDS
    ) -> None:
        self._app = app
        self._reading = reading
        self._writing = writing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"].startswith(PATH_PREFIX):
            await self._app(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            with db.limited(self._reading) as statements:
                await self._attended(scope, receive, send, statements=statements)
        else:
            with db.limited(self._writing):
                await self._app(scope, receive, send)

    async def _attended(
        self, scope: Scope, receive: Receive, send: Send, *, statements: db.Statements
    ) -> None:
        """Answer a request without a body while somebody waits for the answer."""
        gone = asyncio.Event()
        first = await receive()
        if first.get("more_body"):  # odd, but allowed: who sends is not watched
            await self._app(scope, _put_back(first, receive), send)
            return

        async def watch() -> None:
            message = first
            while message["type"] != "http.disconnect":
                message = await receive()
            gone.set()
            while True:
                await asyncio.to_thread(statements.cancel)  # the other pool may be full of what waits
                await asyncio.sleep(AGAIN_SECONDS)

        async def rest() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        watching = asyncio.create_task(watch())
        try:
            await self._app(scope, _put_back(first, rest), send)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


def _put_back(first: Message, rest: Receive) -> Receive:
    """Return a channel that gives the message which was read, then the rest."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return await rest()
        given = True
        return first

    return receive
