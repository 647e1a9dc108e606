"""Real clients, a real Redis, and pocket networks on loopback."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.rate_limiter import RateLimiter
from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import generate
from tests.support.apis import Api
from tests.support.apis import running as prepared
from tests.support.pocket_networks import NetworkServer


@pytest.fixture(scope="session")
def redis_server(redis_url: str) -> Iterator["redis.Redis"]:
    server = redis.Redis.from_url(redis_url)
    yield server
    server.close()


@pytest.fixture
def limiter(redis_server: "redis.Redis") -> RateLimiter:
    """An agreement that no other test is part of."""
    return RateLimiter(redis_server, prefix=f"test-{uuid4().hex}")


@pytest.fixture
def http(limiter: RateLimiter) -> Iterator[RateLimitedHttp]:
    """A client that may reach loopback, gives up early and never waits for the rate limit."""
    with open_client(limit=300_000, seconds=1.5, allow_private=True) as client:
        yield RateLimitedHttp(client, limiter, patience=0)


@pytest.fixture
def mastodon(mastodon_server: NetworkServer) -> Iterator[Mastodon]:
    server = Mastodon(people=generate(20, seed=7))
    with mastodon_server.lent(server):
        yield server


@pytest.fixture
def bluesky(bluesky_server: NetworkServer) -> Iterator[Bluesky]:
    server = Bluesky(people=generate(20, seed=7))
    with bluesky_server.lent(server):
        yield server


@pytest.fixture
def api() -> Iterator[Api]:
    """A server for the networks that need a shop's own app: answers are prepared by the test."""
    with prepared() as server:
        yield server
