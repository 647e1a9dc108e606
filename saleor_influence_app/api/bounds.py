"""What holds for every request and answer: no body without a bound, no sniffing, no address in a referrer."""

import inspect
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_influence_app.api import auth
from saleor_influence_app.api.failures import answer, respond
from saleor_influence_app.errors import ServiceUnavailable
from webhooks import reading
from webhooks.catalog import PATH_PREFIX
from webhooks.reading import FREE, BodyTooLarge, BodyTooSlow, NoRoom, body_of

BODY_LIMIT = 64_000
"""Bytes of a request to the panel's API; webhooks have a bound of their own in their router."""
LIMITS = {
    "/api/register": 4_000,
    "/api/ties": 1_000_000,
    "/api/invitations/import": 1_000_000,
    "/api/ties/import": 10_000_000,
}
"""The same where less is enough, or where staff send lists and files."""
SHOPPERS = "/api/shopper"
"""Shoppers send no more than anybody may."""
FREE_SECONDS = 15.0
STAFF_SECONDS = 60.0
"""How long a body may take: of anybody, and of staff who have signed in."""
MOST_AT_ONCE = 600
"""Requests in one process, beside webhooks and those of `ALWAYS`; more are told to try again.

Twice as many as may wait for other servers (`outside`)."""
ALWAYS = frozenset({"/api/live", "/api/ready", "/api/health"})
BUSY = "The app has as many requests as it can answer. Please try again."
HEADERS = {
    "x-content-type-options": "nosniff",
    # the panel's address names a customer
    "referrer-policy": "no-referrer",
}


class Bounds:
    """ASGI middleware: bodies are bounded in size, time and memory; answers carry `HEADERS`.

    Of a body, `FREE` bytes are read for anybody; the rest of a larger one only for staff who have signed in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._budget = reading.Budget(64_000_000)
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["path"].startswith(PATH_PREFIX) or scope["path"] in ALWAYS:
            await self._app(scope, receive, send_with_headers)
            return
        self._running += 1
        try:
            refusal = await self._handle(scope, receive, send_with_headers)
        finally:
            self._running -= 1
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Give the application the request with its body; returns the answer where it may not have it."""
        if self._running > MOST_AT_ONCE:
            return respond(ServiceUnavailable(BUSY))

        async def admit() -> None:
            await _sign_in(scope)

        bounds = reading.Bounds(limit_of(scope["path"]), FREE_SECONDS, STAFF_SECONDS, self._budget)
        announced = Headers(scope=scope).get("content-length", "")
        handed_over = False
        try:
            async with body_of(receive, announced=announced, bounds=bounds, admit=admit) as body:
                handed_over = True
                await self._app(scope, _replay(body, receive), send)
        except ClientDisconnect:
            return None
        except (BodyTooLarge, BodyTooSlow, NoRoom) as trouble:
            return _refusal(trouble, bounds.limit)
        except Exception as error:
            if handed_over:
                raise
            return respond(error)
        return None


def limit_of(path: str) -> int:
    """Return how many bytes a body to this path may have."""
    if path.startswith(SHOPPERS) or not path.startswith("/api/"):
        return FREE
    return LIMITS.get(path, BODY_LIMIT)


def _refusal(trouble: Exception, limit: int) -> Response:
    if isinstance(trouble, BodyTooLarge):
        return answer(413, "INVALID_INPUT", f"The request is larger than {limit:,} bytes.")
    if isinstance(trouble, NoRoom):
        return respond(ServiceUnavailable(BUSY))
    headers = {"connection": "close"}
    return answer(408, "TOO_SLOW", "The request did not arrive in time.", headers=headers)


async def _sign_in(scope: Scope) -> None:
    """Return if staff of a shop send this; raises what their endpoint would answer otherwise."""
    headers = Headers(scope=scope)
    await auth.signed_in(
        transaction=await _provided(scope, auth.transactions),
        fetch=await _provided(scope, auth.key_fetcher),
        authorization_bearer=headers.get("authorization-bearer"),
        saleor_api_url=headers.get("saleor-api-url"),
    )


async def _provided(scope: Scope, dependency: Any) -> Any:
    """Return what FastAPI would give for a dependency; tests put their own in its place."""
    found = scope["app"].dependency_overrides.get(dependency, dependency)()
    return await found if inspect.isawaitable(found) else found


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives the body which was read, then what really comes."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
