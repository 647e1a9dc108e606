"""`serve` runs the three parts, starts again what ended, and leaves nothing behind however it ends."""

import os
import signal
import socket
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import Engine, text

from saleor_influence_app import broker, db, pools
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.cli import supervisor
from saleor_influence_app.models import Run
from sandbox.servers import free_port
from tests.support.serving import (
    WAIT_SECONDS,
    in_session,
    is_healthy,
    is_running,
    part_of,
    serving,
    wait_until,
)
from tests.support.shop_rows import put_customers, put_run, put_shop

pytestmark = pytest.mark.usefixtures("engine")


def is_worked_for() -> bool:
    queues = broker.app.control.inspect(timeout=1.0).active_queues() or {}
    return {queue["name"] for worker in queues.values() for queue in worker} == set(pools.QUEUES)


def is_alive(server: "redis.Redis", role: str) -> bool:
    return bool(server.keys(f"influence:alive:{role}:*"))


def test_web_worker_and_beat_run_and_a_signal_ends_all_of_them(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving("--port", str(port), "--concurrency", "1", log=log) as process:
        wait_until(lambda: is_healthy(port), log)
        wait_until(is_worked_for, log)
        assert len(in_session(process.pid)) >= 7  # serve, web, three workers, a run's process, beat

        process.send_signal(signal.SIGINT)  # SIGTERM ends the other tests

        assert process.wait(timeout=60) == 0, log.read_text()
    assert in_session(process.pid) == {}


@pytest.mark.exhaustive
def test_a_part_that_is_killed_is_started_again_and_the_others_go_on(tmp_path: Path, redis_url: str) -> None:
    port, log = free_port(), tmp_path / "log"
    with (
        redis.Redis.from_url(redis_url) as server,
        serving("--port", str(port), "--concurrency", "1", "--web-workers", "2", log=log) as process,
    ):
        wait_until(lambda: is_healthy(port), log)
        wait_until(is_worked_for, log)
        wait_until(lambda: is_alive(server, "beat"), log)
        for word in PARTS:
            others = {part_of(process.pid, other) for other in PARTS if other != word}
            killed = part_of(process.pid, word)
            os.kill(killed, signal.SIGKILL)

            def is_replaced(word: str = word, killed: int = killed) -> bool:
                return new_part(process.pid, word) not in {None, killed}

            wait_until(is_replaced, log)
            assert others == {part_of(process.pid, other) for other in PARTS if other != word}
        wait_until(lambda: is_healthy(port), log)
        wait_until(is_worked_for, log)
    told = log.read_text()
    assert [f"{role} ended with -9: starting it again in" in told for role in ("web", "worker", "beat")]
    assert '"event": "serve.restarting"' in told


PARTS = ("cli web", "--hostname=runs", "--quiet beat")
"""Words of the command lines that `serve` starts."""


def new_part(serve: int, word: str) -> int | None:
    try:
        return part_of(serve, word)
    except ValueError:  # between its end and its new beginning
        return None


@pytest.mark.exhaustive
def test_kill_9_of_serve_leaves_no_orphan_and_the_next_start_finds_port_and_beat_free(
    tmp_path: Path, redis_url: str
) -> None:
    port, log = free_port(), tmp_path / "log"
    arguments = ("--port", str(port), "--concurrency", "2", "--web-workers", "2")
    with redis.Redis.from_url(redis_url) as server, serving(*arguments, log=log) as first:
        wait_until(lambda: is_healthy(port), log)
        wait_until(is_worked_for, log)
        commands = in_session(first.pid).values()
        assert sum("--hostname=runs" in command for command in commands) == 3, (
            "the pool's processes are there"
        )
        assert sum("multiprocessing" in command for command in commands) >= 2, "and the web's"

        first.kill()
        first.wait()

        wait_until(lambda: in_session(first.pid) == {}, log, seconds=10)
        server.delete("history")
        with serving(*arguments, log=log) as second:
            wait_until(lambda: is_healthy(port), log)
            wait_until(lambda: part_of(second.pid, "quiet beat"), log)
            wait_until(is_worked_for, log)


def test_a_port_that_another_program_holds_is_said_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving("--port", port, log=log) as process:
            assert process.wait(timeout=WAIT_SECONDS) == 1
    assert f"Port {port} of 127.0.0.1 cannot be had" in log.read_text()
    assert "choose another port with --port" in log.read_text()
    assert in_session(process.pid) == {}


def test_a_part_that_always_ends_is_given_up_with_a_sentence_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # the waits are a minute and a half
    short = Backoff(timedelta(milliseconds=10), timedelta(milliseconds=20))
    monkeypatch.setattr(supervisor, "BACKOFF", short)
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    failing = [sys.executable, "-c", "raise SystemExit(3)"]

    assert supervisor.supervise({"web": sleeping, "worker": failing}) == 1

    told = capsys.readouterr().err
    assert told.count("worker ended with 3: starting it again") == supervisor.MOST_ENDS - 1
    assert "worker ended 8 times within 10 minutes, at last with 3: it is not started again." in told


def test_the_waits_grow_and_ends_of_long_ago_do_not_count() -> None:
    part = supervisor._Part("worker", [])

    assert [part.wait_before_start(now) for now in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert part.wait_before_start(7) is None
    assert part.wait_before_start(7 + supervisor.WITHIN_SECONDS) == 2


def test_a_part_that_does_not_stop_is_killed_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 1.0)  # as it is, twenty
    pids = tmp_path / "pids"
    stubborn = (
        "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "child = subprocess.Popen(['sleep', '600']); "
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); "
        "os.kill(os.getppid(), signal.SIGTERM); time.sleep(600)"
    )

    assert supervisor.supervise({"worker": [sys.executable, "-c", stubborn]}) == 0

    left = [int(pid) for pid in pids.read_text().split()]
    wait_until(lambda: not any(is_running(pid) for pid in left), pids, seconds=10)  # the kernel's work


def test_a_stop_waits_for_a_run_that_must_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)  # as it is, twenty
    slow = (
        "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "os.kill(os.getppid(), signal.SIGTERM); time.sleep(3); "
        f"open({str(tmp_path / 'finished')!r}, 'w')"
    )
    asked: list[bool] = []

    def is_held_up() -> bool:
        asked.append(True)
        return True

    assert supervisor.supervise({"worker": [sys.executable, "-c", slow]}, is_held_up=is_held_up) == 0

    assert asked
    assert (tmp_path / "finished").exists()


@pytest.mark.exhaustive
def test_a_stop_gives_the_run_under_way_back_within_seconds(tmp_path: Path, engine: Engine) -> None:
    log = tmp_path / "log"
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "one")
        run_id = put_run(session, shop_id, state="queued", as_of=None, started_at=None, finished_at=None)

    def run() -> Run:
        with db.transaction() as session:
            return session.get_one(Run, run_id)

    with serving("--only", "worker", "--concurrency", "1", log=log) as process, engine.connect() as other:
        wait_until(is_worked_for, log)
        other.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        other.execute(text("LOCK TABLE order_lines IN ACCESS EXCLUSIVE MODE"))  # reading it takes a while
        broker.send("runs.execute", run_id)
        wait_until(lambda: run().step == "reading facts", log)
        process.terminate()
        wait_until(lambda: run().state == "queued", log, seconds=10)
        assert process.wait(timeout=60) == 0
        other.rollback()
    assert (run().interruptions, run().attempts) == (1, 1)
    assert in_session(process.pid) == {}


@pytest.mark.exhaustive
def test_a_start_looks_for_what_is_due_and_waits_for_no_interval(tmp_path: Path, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as server:
        server.delete("facts")
        log = tmp_path / "log"
        with serving("--only", "beat", log=log):
            wait_until(lambda: is_asked_to_look(server), log)


def is_asked_to_look(server: "redis.Redis") -> bool:
    return any(b'"history.sweep"' in each for each in server.lrange("facts", 0, -1))


@pytest.mark.exhaustive
def test_of_two_beats_one_sends_and_the_other_takes_over_when_it_dies(
    tmp_path: Path, redis_url: str, engine: Engine
) -> None:
    logs = tmp_path / "first", tmp_path / "second"
    loud = {"LOG_LEVEL": "INFO"}
    with (
        redis.Redis.from_url(redis_url) as server,
        serving("--only", "beat", log=logs[0], environment=loud) as first,
    ):
        wait_until(lambda: "beat.sends" in logs[0].read_text(), logs[0])
        with serving("--only", "beat", log=logs[1], environment=loud):
            wait_until(lambda: len(server.keys("influence:alive:beat:*")) >= 2, logs[1])
            sent = logs[0].read_text().count("Sending due task")
            wait_until(lambda: logs[0].read_text().count("Sending due task") > sent, logs[0])
            assert "Sending due task" not in logs[1].read_text()

            first.kill()
            first.wait()

            wait_until(lambda: "Sending due task" in logs[1].read_text(), logs[1])
            assert "beat.sends" in logs[1].read_text()
    assert engine


@pytest.mark.exhaustive
def test_a_beat_whose_database_was_away_sends_again(tmp_path: Path, engine: Engine) -> None:
    log = tmp_path / "log"
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with serving("--only", "beat", log=log, environment={"LOG_LEVEL": "INFO"}):
        wait_until(lambda: "beat.sends" in log.read_text(), log)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        wait_until(lambda: log.read_text().count("beat.sends") == 2, log)


def test_one_part_alone_can_be_served(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving("--only", "web", "--port", str(port), log=log) as process:
        wait_until(lambda: is_healthy(port), log)
        assert len(in_session(process.pid)) == 2
