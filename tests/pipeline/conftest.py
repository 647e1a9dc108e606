"""The broker's queues as the steps leave them, and a shop whose history is read."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.broker import QUEUES
from saleor_influence_app.pipeline import backfill
from tests.pipeline.history import KINDS, filled_pocket, put_shop
from tests.pocket_shop import Pocket


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


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with filled_pocket() as pocket:
        yield pocket


@pytest.fixture
def read_shop(pocket: Pocket, session: Session) -> int:
    """The pocket's shop, its history read."""
    shop_id = put_shop(session, pocket)
    for kind in KINDS:
        backfill.work(db.transaction, shop_id, kind)
    session.execute(text("DELETE FROM runs"))
    session.commit()
    return shop_id
