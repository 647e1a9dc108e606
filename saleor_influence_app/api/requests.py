"""Every request: its id in the log and the answer, how it ended and how long it took in the metrics."""

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_influence_app import correlation, exporters, log, telemetry

logger = log.get(__name__)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ID_HEADER = "x-request-id"
LATENCY = "influence_http_request_seconds"
SECONDS = (0.05, 0.25, 1.0, 5.0, 30.0)
"""Upper bounds of the classes of a request's time."""


class Requests:
    """ASGI middleware, the outermost: a request has an id from its first line in the log to its last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        one = correlation.begin(Headers(scope=scope).get(ID_HEADER))
        started, status, seconds = time.monotonic(), 500, 0.0

        async def send_with_id(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.monotonic() - started
                MutableHeaders(scope=message)[ID_HEADER] = one
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        with exporters.span("request", kind="server") as span:
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                route = template(scope)
                span.name(f"{method} {route}")
                span.set_attributes(**{"http.request.method": method, "http.route": route})
                span.set_attributes(**{"http.response.status_code": status})
                seconds = seconds or time.monotonic() - started
                # The route as declared, without what is in its places and without the query.
                logger.debug("request.answered", method=method, route=route, status=int(status))
                _count(method, route, status=status, seconds=seconds)


def template(scope: Scope) -> str:
    """Return the address as the route was declared: an address itself names a customer."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "none"


def _count(method: str, route: str, *, status: int, seconds: float) -> None:
    telemetry.count("influence_http_requests", method, route, str(status))
    bound = next((str(bound) for bound in SECONDS if seconds <= bound), "+Inf")
    telemetry.count(LATENCY, method, route, bound)
    telemetry.count(LATENCY, method, route, "sum", by=seconds)
