"""Connections that end at a moment: read time-outs begin anew with each byte, so a server could drip on."""

import os
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import httpcore
import httpx

CONNECTIONS = 20
"""Of one transport, to all hosts together."""

_now_reading = threading.local()


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Within the block, this thread's reads and writes on a network end at the deadline."""
    before = getattr(_now_reading, "deadline", None)
    _now_reading.deadline = deadline
    try:
        yield
    finally:
        _now_reading.deadline = before


def _within(timeout: float | None, late: type[Exception]) -> float | None:
    """Return the shorter of a time-out and what is left; raise `late` when nothing is."""
    deadline = getattr(_now_reading, "deadline", None)
    if deadline is None:
        return timeout
    left: float = deadline - time.monotonic()
    if left <= 0:
        raise late
    return left if timeout is None else min(timeout, left)


def trusted() -> ssl.SSLContext:
    """Return what this process trusts, read once: it takes a fiftieth of a second, and each task connects."""
    return _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _trusted(*_: str | None) -> ssl.SSLContext:
    return httpx.create_ssl_context()


class DeadlineTransport(httpx.HTTPTransport):
    """httpx' own transport on sockets that know the deadline: headers may drip as well as bodies."""

    def __init__(self) -> None:
        super().__init__(verify=trusted())
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(  # noqa: PLR0917 - the parent's signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
