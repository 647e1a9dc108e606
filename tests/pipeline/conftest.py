"""The broker's queues, as the steps leave them."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from sqlalchemy import Engine

from saleor_influence_app import settings
from saleor_influence_app.broker import QUEUES


@pytest.fixture
def bells(engine: Engine) -> Iterator[Callable[[], list[tuple[Any, ...]]]]:  # noqa: ARG001 - gives the settings
    """A function that empties the queues and returns what was rung: (task, *arguments)."""
    with redis.Redis.from_url(settings.get().redis_url.get_secret_value()) as broker:

        def ring() -> list[tuple[Any, ...]]:
            found = []
            for queue in QUEUES:
                for message in broker.lrange(queue, 0, -1):
                    envelope = json.loads(message)
                    arguments = json.loads(base64.b64decode(envelope["body"]))[0]
                    found.append((envelope["headers"]["task"], *arguments))
                broker.delete(queue)
            return found

        ring()
        yield ring
