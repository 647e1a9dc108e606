"""All workers keep one pace, which lives in a real Redis."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from saleor_influence_app.social.answers import Cause, Transient
from saleor_influence_app.social.network import Account, Credentials
from saleor_influence_app.social.networks import mastodon as client
from saleor_influence_app.social.pace import BACKOFF, Lane, Pace
from saleor_influence_app.social.wire import Wire, open_client
from sandbox.networks.mastodon import Mastodon as Server

SLOW = Lane(key="slow", per_second=0.01, burst=5)
REPOSITORY = Path(__file__).resolve().parents[2]

# One worker of several: takes turns for a second and says how many it got.
WORKER = """
import sys, time, redis
from saleor_influence_app.social.pace import Lane, Pace
url, prefix = sys.argv[1:]
pace, lane = Pace(redis.Redis.from_url(url), prefix=prefix), Lane(key="shared", per_second=20, burst=10)
got, end = 0, time.monotonic() + 2
while time.monotonic() < end:
    wait = pace.take(lane)
    if wait: time.sleep(min(wait, 0.05))
    else: got += 1
print(got)
"""


def test_a_burst_is_free_and_then_a_turn_comes_when_the_rate_gives_one(pace: Pace) -> None:
    assert [pace.take(SLOW) for _ in range(5)] == [0.0] * 5
    assert pace.take(SLOW) == pytest.approx(100, abs=1)


def test_several_processes_together_get_no_more_than_one_would(redis_url: str) -> None:
    prefix = f"test-{uuid4().hex}"
    began = time.monotonic()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, redis_url, prefix],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    got = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    took = time.monotonic() - began

    assert 10 + 20 * 1.5 < sum(got) <= 10 + 20 * took + 1
    assert all(one > 0 for one in got), "nobody is kept out"


def test_threads_never_get_the_same_turn(pace: Pace) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: pace.take(SLOW), range(200)))

    assert waits.count(0.0) == 5


def test_lanes_do_not_hold_each_other(pace: Pace) -> None:
    other = Lane(key="other", per_second=1, burst=1)
    pace.hold(SLOW, 60)

    assert pace.take(SLOW) > 50
    assert pace.take(other) == 0.0


def test_of_two_holds_the_later_counts(pace: Pace) -> None:
    pace.hold(SLOW, 60)
    pace.hold(SLOW, 5)

    assert pace.take(SLOW) > 50


def test_nobody_is_held_for_longer_than_a_day_whatever_a_header_says(pace: Pace) -> None:
    pace.hold(SLOW, 10.0**12)

    assert pace.take(SLOW) <= 90_000


def test_failures_in_a_row_double_the_wait_up_to_an_hour(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    pace, waits = Pace(redis_server, prefix=prefix), []
    for _ in range(20):
        waits.append(pace.failed(SLOW))
        redis_server.delete(f"{prefix}:{{slow}}:held")  # the time that was to be waited is over

    for earlier, later in pairwise(waits[:9]):
        assert 1.3 < later / earlier < 3.1, "twice, give or take a fifth each"
    longest = BACKOFF.longest.total_seconds()
    assert all(0.8 * longest <= wait <= 1.2 * longest for wait in waits[-5:])


def test_many_workers_that_meet_one_outage_count_it_once(pace: Pace) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: pace.failed(SLOW), range(50)))

    assert max(waits) <= 2 * 1.2, "the first back-off, not the fiftieth"


def test_success_ends_the_row_of_failures(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    pace = Pace(redis_server, prefix=prefix)
    for _ in range(6):
        pace.failed(SLOW)
        redis_server.delete(f"{prefix}:{{slow}}:held")
    pace.worked(SLOW)

    assert pace.failed(SLOW) <= 2 * 1.2


def test_every_key_goes_by_itself(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    pace = Pace(redis_server, prefix=prefix)
    pace.take(SLOW)
    pace.failed(SLOW)

    keys = list(redis_server.scan_iter(f"{prefix}*"))

    assert len(keys) == 3
    assert all(0 < redis_server.ttl(key) <= 86_400 for key in keys)


def test_a_network_that_is_down_for_a_day_is_asked_a_few_dozen_times_and_found_again(
    mastodon: Server, redis_server: "redis.Redis"
) -> None:
    prefix = f"test-{uuid4().hex}"
    mastodon.faults.add("status", 503, times=None)
    clock, account = 0.0, Account(api_id="1")
    with open_client(allow_private=True) as http:
        wire = Wire(http, Pace(redis_server, prefix=prefix), patience=0)
        network = client.at(wire, mastodon.base_url, Credentials(client_id="x", client_secret="x"))
        asked = 0
        while clock < 86_400:
            later = network.profile(account)
            assert isinstance(later, Transient)
            assert later.retry_after is not None
            clock += later.retry_after
            asked += 1
            # As if the time had passed, in which the bucket fills again.
            for key in redis_server.scan_iter(f"{prefix}*"):
                if not key.endswith(b":failures"):
                    redis_server.delete(key)
        mastodon.faults.clear()
        assert not isinstance(network.profile(account), Transient)

    assert 20 < asked < 60


def test_a_short_wait_is_waited_and_a_long_one_goes_back_to_the_queue(mastodon: Server, pace: Pace) -> None:
    slept: list[float] = []
    with open_client(allow_private=True) as http:
        ask = _asking(Wire(http, pace, patience=5, sleep=lambda seconds: _sleep(slept, seconds)), mastodon)
        for _ in range(client.BURST):
            ask()
        assert not isinstance(ask(), Transient)
        assert 0 < sum(slept) < 5

        pace.hold(client.line_to(Wire(http, pace), mastodon.base_url).lane, 60)
        later = ask()

    assert isinstance(later, Transient)
    assert later.cause is Cause.BUSY
    assert "our turn is in" in later.sentence


def _asking(wire: Wire, mastodon: Server) -> Callable[[], object]:
    network = client.at(wire, mastodon.base_url, Credentials(client_id="x", client_secret="x"))
    return lambda: network.profile(Account(api_id="1"))


def _sleep(slept: list[float], seconds: float) -> None:
    slept.append(seconds)
    time.sleep(seconds)
