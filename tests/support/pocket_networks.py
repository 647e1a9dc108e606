"""Pocket networks for one test each, on servers that a test process starts once: stopping one takes 0.2 s."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.server import serving


class NetworkServer:
    """A served address whose application is that of the test's own network."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None, "no test has a network here"
        await self._app(scope, receive, send)

    @contextmanager
    def lent(self, network: Mastodon | Bluesky) -> Iterator[None]:
        """Serve the network until the block ends."""
        network.base_url = self.base_url
        self._app = network.app()
        yield
        self._app = None


@contextmanager
def network_server() -> Iterator[NetworkServer]:
    """A server on a free port of loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = NetworkServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with serving(server, listener):
            yield server
