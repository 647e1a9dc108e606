"""What holds for every request and answer: no body without a bound, no sniffing, no address in a referrer."""

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_influence_app.api.failures import answer
from webhooks.catalog import PATH_PREFIX

BODY_LIMIT = 1_000_000
"""Bytes of a request to the panel's API; webhooks have a bound of their own in their router."""
UPLOADS = {"/api/ties/import": 10_000_000}
"""The same where staff send files."""
HEADERS = {
    "x-content-type-options": "nosniff",
    # the panel's address names a customer
    "referrer-policy": "no-referrer",
}


class Bounds:
    """ASGI middleware: a body beyond the limit is answered with 413, unread; answers carry `HEADERS`."""

    def __init__(self, app: ASGIApp, *, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit

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

        if scope["path"].startswith(PATH_PREFIX):
            await self._app(scope, receive, send_with_headers)
            return
        limit = UPLOADS.get(scope["path"], self._limit)
        body = await self._read(scope, receive, limit=limit)
        if body is None:
            refusal: Response = answer(413, "INVALID_INPUT", f"The request is larger than {limit:,} bytes.")
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, _replay(body, receive), send_with_headers)

    async def _read(self, scope: Scope, receive: Receive, *, limit: int) -> bytes | None:
        """Return the whole body, None as soon as it is too large."""
        announced: bytes = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and (len(announced) > len(str(limit)) or int(announced) > limit):
            return None
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":  # the client went away
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > limit:
                return None
            if not message.get("more_body", False):
                return bytes(body)


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
