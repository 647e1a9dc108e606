"""Where this app is, as the browser and as Saleor see it."""

from fastapi import Request

from saleor_influence_app import settings
from saleor_influence_app.api.proxies import plain_host
from saleor_influence_app.manifest import Addresses

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
    """Return the address as the request has it; `proxies` has put in what trusted proxies say."""
    return f"{'https' if request.url.scheme == 'https' else 'http'}://{_host(request)}"


def _host(request: Request) -> str:
    host = request.headers.get("host", "")
    server = request.scope.get("server") or ("127.0.0.1", None)
    if plain_host(host) is None:
        host = str(server[0])
    # Saleor with its address filter on sends `Host` without the port; on loopback ours is known.
    if host in _LOOPBACK and server[1] not in {None, 80, 443}:
        return f"{host}:{server[1]}"
    return host
