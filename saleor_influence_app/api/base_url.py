"""Where this app is, as the browser and as Saleor see it."""

import re

from fastapi import Request

from saleor_influence_app import settings
from saleor_influence_app.manifest import Addresses

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def addresses(request: Request) -> Addresses:
    """Return the addresses that the operator set; what is not set comes from the request."""
    given = settings.get()
    seen = _of_request(request)
    iframe, api = (
        given.app_iframe_base_url or seen,
        given.app_api_base_url or given.app_iframe_base_url or seen,
    )
    return Addresses(iframe_url=iframe.rstrip("/"), api_url=api.rstrip("/"))


def _of_request(request: Request) -> str:
    scheme = _first(request, "x-forwarded-proto")
    if scheme not in {"http", "https"}:
        scheme = "https" if request.url.scheme == "https" else "http"
    forwarded = _first(request, "x-forwarded-host")
    host = forwarded if forwarded and _HOST.fullmatch(forwarded) else _host(request)
    return f"{scheme}://{host}"


def _host(request: Request) -> str:
    host = request.headers.get("host", "")
    server = request.scope.get("server") or ("127.0.0.1", None)
    if not _HOST.fullmatch(host):
        host = str(server[0])
    # Saleor with its address filter on sends `Host` without the port; on loopback ours is known.
    if host in _LOOPBACK and server[1] not in {None, 80, 443}:
        return f"{host}:{server[1]}"
    return host


def _first(request: Request, name: str) -> str:
    return request.headers.get(name, "").partition(",")[0].strip()
