"""`serve` as a process of its own, in a session of its own, and what is left of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from saleor_influence_app import processes

WAIT_SECONDS = 600
"""Every process reads the whole app: ten seconds of computing, which a busy machine makes minutes."""
REPOSITORY = Path(__file__).resolve().parents[2]


@contextmanager
def serving(
    *arguments: str, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "saleor_influence_app.cli", "serve", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "LOG_LEVEL": "WARNING", **(environment or {})},
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(processes.end_with_parent, os.getpid()),  # noqa: PLW1509 - one system call
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)
            for left in in_session(process.pid):  # of a test that failed
                os.kill(left, signal.SIGKILL)


def in_session(session: int) -> dict[int, str]:
    """Return the processes of the session that are not zombies: id to command line."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found[int(stat.parent.name)] = command
    return found


def is_running(pid: int) -> bool:
    """Return whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it ended while we looked
        return None


def part_of(serve: int, word: str) -> int:
    """Return the process that `serve` started whose command line holds the word."""
    [found] = [
        pid for pid, command in in_session(serve).items() if word in command and parent_of(pid) == serve
    ]
    return found


def wait_until(true: Callable[[], object], log: Path, *, seconds: float = WAIT_SECONDS) -> float:
    """Return the seconds until it was true."""
    begin = time.monotonic()
    while not true():
        assert time.monotonic() < begin + seconds, log.read_text()[-6000:]
        time.sleep(0.2)
    return time.monotonic() - begin


def is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=2).is_success
    except httpx.TransportError:
        return False
