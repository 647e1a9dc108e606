"""A pocket network on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from starlette.types import ASGIApp

from sandbox.server import serving


class Network(Protocol):
    """What can be served as a network."""

    base_url: str
    """Where it is served."""

    def app(self) -> ASGIApp:
        """Return the application."""


@contextmanager
def running(network: Network, port: int = 0, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the network until the block ends; gives its base URL. Port 0 takes a free one."""
    with socket.create_server((host, port)) as listener:
        network.base_url = f"http://{host}:{listener.getsockname()[1]}"
        with serving(network.app(), listener):
            yield network.base_url
