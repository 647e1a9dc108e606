"""A pocket network on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.server import serving


@contextmanager
def running(network: Mastodon | Bluesky, port: int = 0, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the network until the block ends; gives its base URL. Port 0 takes a free one."""
    with socket.create_server((host, port)) as listener:
        network.base_url = f"http://{host}:{listener.getsockname()[1]}"
        with serving(network.app(), listener):
            yield network.base_url
