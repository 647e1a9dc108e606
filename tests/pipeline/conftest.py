"""A shop whose history is read."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.sync import backfill
from tests.pipeline.history import KINDS, filled_pocket, put_shop
from tests.pocket_shop import Pocket


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
