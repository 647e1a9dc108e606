"""The application with metrics switched on."""

from collections.abc import Iterator

import pytest
import redis
from sqlalchemy import Engine

from saleor_influence_app import settings, telemetry
from saleor_influence_app.main import create_app
from tests.support.databases import empty_database
from tests.support.shop_server import AppClient

METRICS_TOKEN = "a-token-for-prometheus-alone"


@pytest.fixture
def nothing_told(engine: Engine, redis_url: str) -> Iterator["redis.Redis"]:
    """Redis without anything that processes told before."""
    assert engine
    telemetry.OURS.write()
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.delete(telemetry.COUNTERS, telemetry.SIGNS)
        yield client
        client.delete(telemetry.COUNTERS, telemetry.SIGNS)


@pytest.fixture
def client(nothing_told: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppClient]:
    """Requests to the application, whose environment names a token for metrics."""
    assert nothing_told
    monkeypatch.setenv("METRICS_TOKEN", METRICS_TOKEN)  # the environment is the only way in for settings
    settings.get.cache_clear()
    yield AppClient(create_app())
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def fresh_database(postgresql_url: str) -> Iterator[str]:
    """An empty database."""
    with empty_database(postgresql_url) as url:
        yield url
