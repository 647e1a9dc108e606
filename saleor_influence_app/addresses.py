"""Which addresses we connect to: a name is resolved once, checked, and the checked address is dialled."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

import httpx

from saleor_influence_app import settings
from saleor_influence_app.deadlines import DeadlineTransport, until
from saleor_influence_app.errors import AppError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

RESOLVED_SECONDS = 60.0
"""How long a checked answer of the resolver is kept by one transport."""
RESPONSE_LIMIT = 64_000_000
"""Bytes of one answer; a page of 100 full orders has about 100 kB."""
CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"})
"""Of content: what was counted on the wire could be a thousand times as large in memory."""
RESPONSE_SECONDS = 120.0
"""From dialling to the last byte of one answer: read time-outs alone let a server drip for ever."""


class AddressForbidden(AppError):
    """A host that resolves to where we must not connect: loopback, a private or a special network."""

    code = "ADDRESS_PROHIBITED"
    status = 403


class AnswerRefused(AppError):
    """An answer that we do not read to its end: it is too large, or may be so once it is unpacked."""

    code = "ANSWER_REFUSED"
    status = 502


class HostUnreachable(AppError):
    """A host without address, or an answer that takes too long: trying again later is right."""

    code = "HOST_UNREACHABLE"
    status = 503


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the resolver's order; none if it cannot be resolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
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

    Asks for answers as they are and refuses compressed ones, so that the bytes counted are those in memory.
    Cookies are dropped: no server has a session with us.

    The name is replaced by the address before dialling, so that a second look-up cannot give another answer
    (DNS rebinding); `Host` and TLS still speak of the name. A subclass says in whose words it fails.
    """

    forbidden: ClassVar[type[AppError]] = AddressForbidden
    refused: ClassVar[type[AppError]] = AnswerRefused
    unreachable: ClassVar[type[AppError]] = HostUnreachable

    def __init__(
        self,
        inner: httpx.BaseTransport | None = None,
        *,
        resolve: Resolve = resolve,
        allow_private: bool | None = None,
        limit: int = RESPONSE_LIMIT,
        seconds: float = RESPONSE_SECONDS,
    ) -> None:
        self._inner = inner if inner is not None else DeadlineTransport()
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
        deadline = time.monotonic() + self._seconds
        addresses = self._addresses(host, port)
        headers = request.headers.copy()
        headers["accept-encoding"] = "identity"
        for position, address in enumerate(addresses, start=1):
            dialled = httpx.Request(
                request.method,
                request.url.copy_with(host=address.partition("%")[0]),
                headers=headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                with until(deadline):
                    response = self._inner.handle_request(dialled)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if time.monotonic() > deadline:
                    raise self._too_slow() from None
                if position == len(addresses):
                    raise
                continue
            except (httpx.ReadTimeout, httpx.WriteTimeout):
                if time.monotonic() < deadline:
                    raise
                raise self._too_slow() from None
            return self._guarded(response, deadline)
        raise self.unreachable(f"The host name {host} cannot be resolved.")

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
            raise self.forbidden(
                f"{host} is at an address that is not public. "
                "Set ALLOW_PRIVATE_NETWORKS=true if it really lives in a private network."
            )
        self._checked[host, port] = (time.monotonic() + RESOLVED_SECONDS, addresses)
        return addresses

    def _guarded(self, response: httpx.Response, deadline: float) -> httpx.Response:
        """Return the answer as one that ends by itself, or refuse it by its headers."""
        codings = {
            coding.strip().lower() for coding in response.headers.get("content-encoding", "").split(",")
        }
        if codings & CODINGS:
            response.close()
            raise self.refused("The answer is compressed, which was not asked for.")
        for dropped in ("content-encoding", "set-cookie"):
            response.headers.pop(dropped, None)
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Bounded(self._bounded(response.stream, deadline), response.stream.close)
        return response

    def _bounded(self, stream: Iterable[bytes], deadline: float) -> Iterator[bytes]:
        read, chunks = 0, iter(stream)
        while True:
            try:
                with until(deadline):
                    chunk = next(chunks, None)
            except httpx.ReadTimeout:
                if time.monotonic() < deadline:
                    raise
                raise self._too_slow() from None
            if chunk is None:
                return
            read += len(chunk)
            if read > self._limit:
                raise self.refused(f"The answer is larger than {self._limit:,} bytes.")
            if time.monotonic() > deadline:
                raise self._too_slow()
            yield chunk

    def _too_slow(self) -> AppError:
        return self.unreachable(f"The answer took longer than {self._seconds:g} seconds.")


class _Bounded(httpx.SyncByteStream):
    """A stream that breaks off when it is too long or too slow."""

    def __init__(self, chunks: Iterator[bytes], close: Callable[[], None]) -> None:
        self._chunks = chunks
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        self._close()
