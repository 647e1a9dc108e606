"""Case 12 and its kind: whatever happens to Redis, a message sent afterwards is done within a minute."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, text

from saleor_influence_app import broker, db
from saleor_influence_app.models import Run
from sandbox.servers import free_port, redis_executable
from tests.support.serving import serving, wait_until
from tests.support.shop_rows import put_run, put_shop

TROUBLE_SECONDS = 10
RECOVERED_SECONDS = 60


@dataclass
class Server:
    """A Redis of the test's own, which can be hurt."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.client = redis.Redis(port=self.port)
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([redis_executable(), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        self.client.close()


@contextmanager
def full(server: Server) -> Iterator[None]:
    server.client.config_set("maxmemory", 1)
    yield
    server.client.config_set("maxmemory", 0)


@contextmanager
def evicting(server: Server) -> Iterator[None]:
    server.client.config_set("maxmemory-policy", "allkeys-lru")
    with full(server):
        yield


@contextmanager
def flushed(server: Server) -> Iterator[None]:
    server.client.flushall()
    yield
    server.client.flushall()


@contextmanager
def restarted(server: Server) -> Iterator[None]:
    server.kill()
    yield
    server.start()


@contextmanager
def read_only(server: Server) -> Iterator[None]:
    server.client.replicaof("127.0.0.1", "1")
    yield
    server.client.replicaof("NO", "ONE")


@contextmanager
def without_replicas(server: Server) -> Iterator[None]:
    server.client.config_set("min-replicas-to-write", 1)
    yield
    server.client.config_set("min-replicas-to-write", 0)


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="influence-redis-") as folder:
        server = Server(Path(folder))
        yield server
        server.close()


def send(server: Server, task: str, *arguments: int) -> None:
    with broker.app.connection(server.url) as connection:
        broker.app.send_task(task, args=arguments, connection=connection, queue=task.partition(".")[0])


def put_deserted_run(name: str) -> Callable[[], bool]:
    """A run whose worker is gone; gives a function that says whether `runs.sweep` has seen it."""
    lease_until = datetime.now(UTC) - timedelta(minutes=1)
    with db.transaction() as session:
        shop_id = put_shop(session, f"https://{name}.example/graphql/")
        run_id = put_run(session, shop_id, state="running", attempts=1, lease_until=lease_until)

    def is_seen() -> bool:
        with db.transaction() as session:
            return session.get_one(Run, run_id).lease_until != lease_until

    return is_seen


@pytest.mark.exhaustive
@pytest.mark.parametrize("trouble", [restarted, full, evicting, flushed, read_only, without_replicas])
def test_after_trouble_with_redis_a_message_is_done_within_a_minute(
    engine: Engine, server: Server, tmp_path: Path, trouble: Callable[[Server], AbstractContextManager[None]]
) -> None:
    """Case 12: the worker is busy, and ends a task while Redis refuses; today it takes no message again."""
    is_seen, log = put_deserted_run("one"), tmp_path / "log"
    arguments = ("--only", "worker", "--concurrency", "2")
    with serving(*arguments, log=log, environment={"REDIS_URL": server.url}):
        send(server, "runs.sweep")
        start_seconds = wait_until(is_seen, log)
        with engine.connect() as short, engine.connect() as long:
            # Two tasks wait for the database: one ends amid the trouble, the other one after it.
            for one in (short, long):
                one.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            short.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
            long.execute(text("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))
            send(server, "outbox.sweep")
            for _ in range(20):
                send(server, "facts.sweep")
            wait_until(lambda: server.client.hlen("unacked") >= 2, log)
            with trouble(server):
                time.sleep(1)
                short.rollback()
                time.sleep(TROUBLE_SECONDS - 1)
            is_seen = put_deserted_run("two")
            send(server, "runs.sweep")
            # A worker that is started again takes as long as the first, which a busy machine makes minutes.
            wait_until(is_seen, log, seconds=max(RECOVERED_SECONDS, 2 * start_seconds))
            long.rollback()
