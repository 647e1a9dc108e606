"""Which addresses we connect to: a name is resolved once, checked, and the checked address is dialled."""

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx

from saleor_influence_app import settings
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

URL_LIMIT = 500
RESOLVED_SECONDS = 60.0
"""How long a checked answer of the resolver is kept by one transport."""
RESPONSE_LIMIT = 64_000_000
"""Bytes of one answer; a page of 100 full orders has about 100 kB."""
RESPONSE_SECONDS = 120.0
"""From the first to the last byte of one answer: read time-outs alone let a server drip for ever."""


# One plain form only: what Python, httpx and a browser might read differently never gets past this.
_API_URL = re.compile(
    r"(?P<origin>https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)(?P<path>/[A-Za-z0-9/_.-]*)"
)


class AddressForbidden(SaleorRefused):
    """A host that resolves to where we must not connect: loopback, a private or a special network."""

    code = "SALEOR_URL_PROHIBITED"
    status = 403


def allowed_origin(api_url: str, pattern: str) -> str:
    """Return the API URL's origin if `pattern` matches it from end to end, else raise `AddressForbidden`."""
    plain = _API_URL.fullmatch(api_url) if len(api_url) <= URL_LIMIT else None
    if plain is None:
        raise AddressForbidden("The Saleor API URL is not of the form https://shop.example/graphql/.")
    if not re.fullmatch(pattern, plain["origin"]):
        raise AddressForbidden(f"{plain['origin']} is not allowed by ALLOWED_DOMAIN_PATTERN of this app.")
    return plain["origin"]


def origin_of(api_url: str) -> str:
    """Return scheme, host and port of a URL that was accepted before."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}"


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the resolver's order; raises `SaleorUnreachable` if there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SaleorUnreachable(f"The host name {host} cannot be resolved.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Say whether an address is one of the open Internet, looking through IPv6 wrappings of IPv4."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in ipaddress.IPv6Network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


class CheckedTransport(httpx.BaseTransport):
    """Connects to checked addresses only, never follows anything, and bounds size and time of each answer.

    The name is replaced by the address before dialling, so that a second look-up cannot give another answer
    (DNS rebinding); `Host` and TLS still speak of the name.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport | None = None,
        *,
        resolve: Resolve = resolve,
        allow_private: bool | None = None,
        limit: int = RESPONSE_LIMIT,
        seconds: float = RESPONSE_SECONDS,
    ) -> None:
        self._inner = inner if inner is not None else httpx.HTTPTransport()
        self._resolve = resolve
        self._allow_private = (
            settings.get().allow_private_networks if allow_private is None else allow_private
        )
        self._limit = limit
        self._seconds = seconds
        self._checked: dict[tuple[str, int], tuple[float, list[str]]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first checked address that accepts a connection."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = self._addresses(host, port)
        for position, address in enumerate(addresses, start=1):
            dialled = httpx.Request(
                request.method,
                request.url.copy_with(host=address.partition("%")[0]),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                response = self._inner.handle_request(dialled)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if position == len(addresses):
                    raise
                continue
            if isinstance(response.stream, httpx.SyncByteStream):
                response.stream = _Bounded(response.stream, self._limit, self._seconds)
            return response
        raise SaleorUnreachable(f"The host name {host} has no address.")

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        kept = self._checked.get((host, port))
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        addresses = self._resolve(host, port)
        # One forbidden address among good ones is refused too: a mixed answer is what rebinding looks like.
        if not self._allow_private and not all(map(is_public, addresses)):
            raise AddressForbidden(
                f"{host} is at an address that is not public. "
                "Set ALLOW_PRIVATE_NETWORKS=true if Saleor really lives in a private network."
            )
        self._checked[host, port] = (time.monotonic() + RESOLVED_SECONDS, addresses)
        return addresses


class _Bounded(httpx.SyncByteStream):
    """A stream that breaks off when it is too long or too slow."""

    def __init__(self, inner: httpx.SyncByteStream, limit: int, seconds: float) -> None:
        self._inner = inner
        self._limit = limit
        self._seconds = seconds

    def __iter__(self) -> Iterator[bytes]:
        deadline = time.monotonic() + self._seconds
        read = 0
        for chunk in self._inner:
            read += len(chunk)
            if read > self._limit:
                raise SaleorRefused(f"The answer is larger than {self._limit:,} bytes.")
            if time.monotonic() > deadline:
                raise SaleorUnreachable(f"The answer took longer than {self._seconds:g} seconds.")
            yield chunk

    def close(self) -> None:
        self._inner.close()
