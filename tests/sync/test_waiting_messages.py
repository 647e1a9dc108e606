"""At most one message per task and arguments waits while no worker takes any, whatever happens (case 14)."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import redis
from celery.beat import Scheduler
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import broker, db, pools, settings
from saleor_influence_app.clock import schedule
from saleor_influence_app.sync import group_commit
from tests.support.tellings import customer, make_shop, told
from webhooks.router import Delivery

Bells = Callable[[], list[tuple[Any, ...]]]
REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 300
SHOPS = 4
DELIVERIES = 1_000


@pytest.fixture
def server(bells: Bells) -> Iterator["redis.Redis"]:
    """Redis itself; the queues are empty."""
    assert bells() == []
    with redis.Redis.from_url(settings.get().redis_url.get_secret_value()) as server:
        yield server


def deliver_many(shop_ids: list[int]) -> None:
    """Webhooks come, as the web process takes them: many threads, one commit for several, one ring each."""
    accept = group_commit.GroupCommit(db.transaction, notify=group_commit.ProjectionNotifier().notify).accept

    def take(number: int) -> None:
        slug, body = told("customer_created", customer(f"user-{number}"), minutes=number)
        accept(Delivery(shop_ids[number % SHOPS], slug, body, sha256(body).digest(), None))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(DELIVERIES)))


def let_the_clock_run(seconds: float) -> int:
    """Beat's own scheduler sends every entry as often as in so many seconds."""
    clock = Scheduler(app=broker.app, lazy=True)
    clock.merge_inplace(schedule())
    count = 0
    for entry in clock.schedule.values():
        for _ in range(int(seconds / entry.schedule.seconds)):
            clock.apply_async(entry, advance=False)
            count += 1
    return count


@contextmanager
def working(*queues: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process that serves the queues, until the block ends."""
    command = [sys.executable, "-m", "celery", "--app=saleor_influence_app.worker", "--quiet", "worker"]
    command += [f"--queues={','.join(queues)}", "--pool=threads", "--concurrency=4"]
    with (
        log.open("wb") as sink,
        subprocess.Popen(command, cwd=REPOSITORY, stdout=sink, stderr=sink) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def until(done: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not done():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


@pytest.mark.exhaustive
def test_a_stopped_worker_leaves_one_message_per_task_and_shop_and_a_started_one_does_all(
    session: Session, bells: Bells, server: "redis.Redis", tmp_path: Path
) -> None:
    shop_ids = [make_shop(session) for _ in range(SHOPS)]
    with ThreadPoolExecutor(2) as threads:
        delivered = threads.submit(deliver_many, shop_ids)
        sent = let_the_clock_run(max(entry["schedule"] for entry in schedule().values()))
        delivered.result(WAIT_SECONDS)
    assert sent > 1_000

    def projected() -> set[int]:
        return {int(one) for one in shop_ids if (b'["facts.project", [%d], {}]' % one) in waiting()}

    def waiting() -> dict[bytes, bytes]:
        return server.hgetall(broker.waiting_in("facts"))  # type: ignore[return-value]

    until(lambda: projected() == set(shop_ids), tmp_path / "none")
    lengths = {queue: server.llen(queue) for queue in pools.QUEUES}
    assert sum(lengths.values()) == len(schedule()) + SHOPS

    log = tmp_path / "log"
    with working("facts", log=log):
        until(lambda: server.llen("facts") == 0, log)
        until(lambda: pending(session) == 0, log)
    done = session.scalar(text("SELECT count(*) FROM customers"))
    assert done == DELIVERIES
    found = bells()
    assert len(found) == len(set(found))


def pending(session: Session) -> int:
    session.rollback()
    return session.scalar(text("SELECT count(*) FROM messages WHERE state = 'pending'")) or 0


def test_what_is_sent_after_the_work_began_waits_as_a_message_of_its_own(bells: Bells) -> None:
    broker.send("facts.project", 7)
    broker.send("facts.project", 7)
    assert bells() == [("facts.project", 7)]

    broker.send("facts.project", 7)
    broker.begin("facts.project", (7,), {})  # a worker took it, and works
    broker.send("facts.project", 7)
    broker.send("facts.project", 7)
    broker.send("facts.project", 8)

    # the one that was taken lies in the list here, since no worker popped it
    assert bells() == [("facts.project", 8), ("facts.project", 7), ("facts.project", 7)]


def test_a_message_that_was_lost_with_its_mark_left_is_sent_again(
    server: "redis.Redis", bells: Bells
) -> None:
    broker.send("facts.project", 7)
    server.delete("facts")  # evicted, or taken by a worker that died before it could say so

    broker.send("facts.project", 7)

    assert bells() == [("facts.project", 7)]


def test_a_lost_message_is_sent_again_when_a_newer_one_was_begun(server: "redis.Redis", bells: Bells) -> None:
    for shop_id in (7, 8, 9):
        broker.send("facts.project", shop_id)
    assert server.rpop("facts") is not None  # lost: 7
    broker.send("facts.project", 7)
    assert len(server.lrange("facts", 0, -1)) == 2  # it may be about to be begun  # type: ignore[arg-type]

    assert server.rpop("facts") is not None
    broker.begin("facts.project", (8,), {})
    broker.send("facts.project", 7)

    assert bells() == [("facts.project", 7), ("facts.project", 9)]


def test_a_flushed_redis_is_filled_anew(server: "redis.Redis", bells: Bells) -> None:
    broker.send("facts.project", 7)
    server.flushall()

    broker.send("facts.project", 7)

    assert bells() == [("facts.project", 7)]


def test_every_message_of_the_clock_expires_and_says_nothing_that_a_row_does_not() -> None:
    for entry in schedule().values():
        assert 0 < entry["schedule"] <= entry["options"]["expires"]
        assert "args" not in entry
