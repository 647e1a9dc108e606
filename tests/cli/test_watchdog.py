"""A worker or beat that no longer works, though nothing told it so, ends with status 70."""

import os
import subprocess
import sys
import time

import pytest
import redis

from saleor_influence_app import broker, watchdog
from tests.support.laws import some
from tests.support.serving import REPOSITORY, WAIT_SECONDS

pytestmark = pytest.mark.usefixtures("engine")
QUICK = """
from saleor_influence_app import watchdog
watchdog.LOOK_SECONDS = 0.2
"""
WORKER = """
from saleor_influence_app import worker
worker.app.worker_main(["worker", "--concurrency=1", "--queues=facts", "--loglevel=WARNING"])
"""
BEAT = """
from saleor_influence_app import beat, worker
beat.LONGEST_SLEEP = 0.5
beat.beat.Scheduler.tick = lambda *_: __import__("time").sleep(600)
worker.app.Beat(scheduler="saleor_influence_app.beat:Scheduler", quiet=True).run()
"""
LOOP_STANDS_STILL = "from saleor_influence_app import worker; worker.Consuming._tick = lambda self: None"
TAKES_NO_MESSAGE = "from kombu.transport import virtual; virtual.QoS.can_consume = lambda self: False"


def process(*script: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join((QUICK, *script))], cwd=REPOSITORY, env=os.environ
    )


@some(
    "script",
    pytest.param((TAKES_NO_MESSAGE, WORKER), id="a worker takes no message"),
    pytest.param((LOOP_STANDS_STILL, WORKER), id="a worker's loop stands still"),
    pytest.param((BEAT,), id="beat stands still"),
)
def test_a_process_that_does_nothing_while_redis_answers_ends(
    script: tuple[str, ...], redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as server, process(*script) as stuck:
        server.delete("facts")
        broker.send("facts.sweep")
        try:
            assert stuck.wait(timeout=WAIT_SECONDS) == watchdog.STATUS
        finally:
            stuck.kill()
            server.delete("facts")


@pytest.mark.exhaustive
def test_a_worker_with_nothing_to_do_stays(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as server, process(WORKER) as idle:
        try:
            deadline = time.monotonic() + WAIT_SECONDS
            broker.send("facts.sweep")
            while server.llen("facts") or not server.keys("influence:alive:worker:*"):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            with pytest.raises(subprocess.TimeoutExpired):
                idle.wait(timeout=3 * 0.2 * watchdog.MOST_LOOKS)
        finally:
            idle.terminate()
            idle.wait(timeout=60)
