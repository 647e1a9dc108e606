"""A running sandbox, for tests and for `python -m sandbox`."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from sandbox.app import create_app
from sandbox.state import State

START_SECONDS = 10


@contextmanager
def running(state: State, port: int = 0, *, host: str = "127.0.0.1") -> Iterator[str]:
    """The address of the sandbox, which answers there until the block ends; port 0 takes a free one.

    The shop's own idea of its address (`settings.public_url`) becomes the address it is served at.
    """
    with socket.create_server((host, port)) as listener:
        address = f"http://{host}:{listener.getsockname()[1]}/"
        state.settings = replace(state.settings, public_url=address)
        with serving(create_app(state), listener):
            yield address


@contextmanager
def serving(
    app: ASGIApp, listener: socket.socket, *, lifespan: Literal["auto", "off"] = "auto"
) -> Iterator[None]:
    """The application answers on the listener until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", ws="none", lifespan=lifespan, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait(lambda: server.started or not thread.is_alive())
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("The sandbox did not start")
        time.sleep(0.01)
