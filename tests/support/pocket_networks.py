"""Pocket networks for one test each, on servers that a test process starts once: stopping one takes 0.2 s."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.networks.server import Network


class NetworkServer:
    """A network to be served, whose application is that of the test's own network."""

    def __init__(self) -> None:
        self.base_url = ""
        self._app: ASGIApp | None = None

    def app(self) -> ASGIApp:
        return self

    @contextmanager
    def lent(self, network: Network) -> Iterator[None]:
        """Serve the network until the block ends."""
        network.base_url = self.base_url
        self._app = network.app()
        yield
        self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None, "no test has a network here"
        await self._app(scope, receive, send)
