"""`serve` runs the three parts, and ends all of them however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from sqlalchemy import Engine

from saleor_influence_app import broker

WAIT_SECONDS = 240
"""Three processes import the whole app: seconds on an idle machine, minutes on a busy one."""
REPOSITORY = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(*arguments: str, log: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "saleor_influence_app.cli", "serve", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "LOG_LEVEL": "WARNING", **environment},
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)


def children(group: int) -> list[int]:
    """Processes of the group that are not zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for_health(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)


@pytest.mark.usefixtures("engine")
def test_web_worker_and_beat_run_and_a_signal_ends_all_of_them(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving("--port", str(port), "--concurrency", "1", log=log) as process:
        wait_for_health(port, process, log)
        deadline = time.monotonic() + WAIT_SECONDS
        served: set[str] = set()
        while served != set(broker.QUEUES):
            assert time.monotonic() < deadline, log.read_text()
            queues = broker.app.control.inspect(timeout=1.0).active_queues() or {}
            served = {queue["name"] for worker in queues.values() for queue in worker}
        assert len(children(process.pid)) >= 7  # serve, web, three workers, a run's process, beat

        process.send_signal(signal.SIGINT)  # SIGTERM ends the other tests

        assert process.wait(timeout=60) == 0, log.read_text()
    assert children(process.pid) == []


@pytest.mark.usefixtures("engine")
def test_when_one_part_ends_the_others_are_ended_and_the_code_says_so(tmp_path: Path, engine: Engine) -> None:
    assert engine
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving("--port", port, log=log) as process:
            assert process.wait(timeout=WAIT_SECONDS) == 1
    assert "web ended" in log.read_text()
    assert children(process.pid) == []


@pytest.mark.usefixtures("engine")
def test_a_start_looks_for_what_is_due_and_waits_for_no_interval(tmp_path: Path, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as server:
        server.delete("facts")
        with serving("--only", "beat", log=tmp_path / "log"):
            deadline = time.monotonic() + WAIT_SECONDS
            while not any(b'"history.sweep"' in each for each in server.lrange("facts", 0, -1)):
                assert time.monotonic() < deadline
                time.sleep(0.1)


@pytest.mark.usefixtures("engine")
def test_one_part_alone_can_be_served(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving("--only", "web", "--port", str(port), log=log) as process:
        wait_for_health(port, process, log)
        assert len(children(process.pid)) == 2
