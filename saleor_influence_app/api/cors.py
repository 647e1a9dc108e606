"""The shopper's API answers pages of the storefronts that shops have named, and no other origin's."""

import threading
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_influence_app import db
from saleor_influence_app.consent import privacy_settings

PREFIX = "/api/shopper"
KNOWN_SECONDS = 10.0
PREFLIGHT = {
    "access-control-allow-methods": "GET, POST, PUT, DELETE",
    "access-control-allow-headers": "authorization, saleor-api-url, content-type",
    "access-control-max-age": "600",
}


class Origins:
    """The origins that shops have named, looked up every few seconds."""

    def __init__(
        self, transaction: db.Transaction = db.transaction, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._transaction = transaction
        self._clock = clock
        self._until = 0.0
        self._known: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def __contains__(self, origin: str) -> bool:
        """Say whether any shop names it; whether it is the asked shop's own is for its endpoint to say."""
        with self._lock:
            if self._clock() >= self._until:
                with self._transaction() as session:
                    self._known = privacy_settings.origins(session)
                self._until = self._clock() + KNOWN_SECONDS
            return origin in self._known


class ShopperCors:
    """ASGI middleware for the shopper's API. No cookies are in it: a session travels in a header alone."""

    def __init__(self, app: ASGIApp, *, origins: Origins | None = None) -> None:
        self._app = app
        self._origins = origins or Origins()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        allowed = await run_in_threadpool(self._origins.__contains__, origin)
        headers = {"vary": "Origin"} | ({"access-control-allow-origin": origin} if allowed else {})
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=headers | PREFLIGHT)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)
