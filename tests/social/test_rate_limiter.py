"""All workers share one rate limit, in a real Redis."""

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

from saleor_influence_app.social.failures import Cause, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.network import AccountRef, Credentials
from saleor_influence_app.social.networks import mastodon as client
from saleor_influence_app.social.rate_limiter import BACKOFF, Bucket, RateLimiter
from sandbox.networks.mastodon import Mastodon as Server

SLOW = Bucket(key="slow", per_second=0.01, burst=5)
REPOSITORY = Path(__file__).resolve().parents[2]

# One worker of several: takes turns for a second and says how many it got.
WORKER = """
import sys, time, redis
from saleor_influence_app.social.rate_limiter import Bucket, RateLimiter
url, prefix = sys.argv[1:]
limiter = RateLimiter(redis.Redis.from_url(url), prefix=prefix)
bucket = Bucket(key="shared", per_second=20, burst=10)
got, end = 0, time.monotonic() + 2
while time.monotonic() < end:
    wait = limiter.acquire(bucket)
    if wait: time.sleep(min(wait, 0.05))
    else: got += 1
print(got)
"""


def test_a_burst_is_free_and_then_a_turn_comes_when_the_rate_gives_one(limiter: RateLimiter) -> None:
    assert [limiter.acquire(SLOW) for _ in range(5)] == [0.0] * 5
    assert limiter.acquire(SLOW) == pytest.approx(100, abs=1)


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


def test_threads_never_get_the_same_turn(limiter: RateLimiter) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: limiter.acquire(SLOW), range(200)))

    assert waits.count(0.0) == 5


def test_lanes_do_not_hold_each_other(limiter: RateLimiter) -> None:
    other = Bucket(key="other", per_second=1, burst=1)
    limiter.hold(SLOW, 60)

    assert limiter.acquire(SLOW) > 50
    assert limiter.acquire(other) == 0.0


def test_of_two_holds_the_later_counts(limiter: RateLimiter) -> None:
    limiter.hold(SLOW, 60)
    limiter.hold(SLOW, 5)

    assert limiter.acquire(SLOW) > 50


def test_nobody_is_held_for_longer_than_a_day_whatever_a_header_says(limiter: RateLimiter) -> None:
    limiter.hold(SLOW, 10.0**12)

    assert limiter.acquire(SLOW) <= 90_000


def test_failures_in_a_row_double_the_wait_up_to_an_hour(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    limiter, waits = RateLimiter(redis_server, prefix=prefix), []
    for _ in range(20):
        waits.append(limiter.back_off(SLOW))
        redis_server.delete(f"{prefix}:{{slow}}:held")  # the time that was to be waited is over

    for earlier, later in pairwise(waits[:9]):
        assert 1.3 < later / earlier < 3.1, "twice, give or take a fifth each"
    longest = BACKOFF.longest.total_seconds()
    assert all(0.8 * longest <= wait <= 1.2 * longest for wait in waits[-5:])


def test_many_workers_that_meet_one_outage_count_it_once(limiter: RateLimiter) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: limiter.back_off(SLOW), range(50)))

    assert max(waits) <= 2 * 1.2, "the first back-off, not the fiftieth"


def test_success_ends_the_row_of_failures(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    limiter = RateLimiter(redis_server, prefix=prefix)
    for _ in range(6):
        limiter.back_off(SLOW)
        redis_server.delete(f"{prefix}:{{slow}}:held")
    limiter.reset(SLOW)

    assert limiter.back_off(SLOW) <= 2 * 1.2


def test_every_key_goes_by_itself(redis_server: "redis.Redis") -> None:
    prefix = f"test-{uuid4().hex}"
    limiter = RateLimiter(redis_server, prefix=prefix)
    limiter.acquire(SLOW)
    limiter.back_off(SLOW)

    keys = list(redis_server.scan_iter(f"{prefix}*"))

    assert len(keys) == 3
    assert all(0 < redis_server.ttl(key) <= 86_400 for key in keys)


def test_a_network_that_is_down_for_a_day_is_asked_a_few_dozen_times_and_found_again(
    mastodon: Server, redis_server: "redis.Redis"
) -> None:
    prefix = f"test-{uuid4().hex}"
    mastodon.faults.add("status", 503, times=None)
    clock, account = 0.0, AccountRef(api_id="1")
    with open_client(allow_private=True) as opened:
        http = RateLimitedHttp(opened, RateLimiter(redis_server, prefix=prefix), patience=0)
        network = client.at(http, mastodon.base_url, Credentials(client_id="x", client_secret="x"))
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


def test_a_short_wait_is_waited_and_a_long_one_goes_back_to_the_queue(
    mastodon: Server, limiter: RateLimiter
) -> None:
    slept: list[float] = []
    with open_client(allow_private=True) as http:
        request = _asking(
            RateLimitedHttp(http, limiter, patience=5, sleep=lambda seconds: _sleep(slept, seconds)), mastodon
        )
        for _ in range(client.BURST):
            request()
        assert not isinstance(request(), Transient)
        assert 0 < sum(slept) < 5

        limiter.hold(client.client_at(RateLimitedHttp(http, limiter), mastodon.base_url).bucket, 60)
        later = request()

    assert isinstance(later, Transient)
    assert later.cause is Cause.BUSY
    assert "rate limit" in later.sentence


def _asking(http: RateLimitedHttp, mastodon: Server) -> Callable[[], object]:
    network = client.at(http, mastodon.base_url, Credentials(client_id="x", client_secret="x"))
    return lambda: network.profile(AccountRef(api_id="1"))


def _sleep(slept: list[float], seconds: float) -> None:
    slept.append(seconds)
    time.sleep(seconds)
