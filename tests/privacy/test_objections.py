"""Who objects has nothing computed of them at once, and four states change each for itself."""

from datetime import UTC, datetime

import pytest

from saleor_influence_app import db
from saleor_influence_app.pipeline.privacy import erasure, objections
from saleor_influence_app.pipeline.privacy.standing import Standing, standing
from tests.privacy.conftest import Shop

GUEST = "guest:" + b"visitor".hex()


def stands(shop: Shop, customer_id: str = "ines") -> Standing:
    with db.transaction() as session:
        return standing(session, shop.shop_id, customer_id)


def act(shop: Shop, name: str, customer_id: str = "ines") -> bool:
    with db.transaction() as session:
        if name == "object":
            return objections.object_(session, shop.shop_id, customer_id, by="self")
        if name == "return":
            return objections.end(session, shop.shop_id, customer_id, by="self")
        erasure.erase(session, shop.shop_id, customer_id)
        return True


@pytest.mark.parametrize("who", ["ines", GUEST])
def test_an_objection_is_made_once_and_ends_by_taking_part_again(shop: Shop, who: str) -> None:
    before = datetime.now(UTC)
    assert act(shop, "object", who)
    assert not act(shop, "object", who)
    objected_at = stands(shop, who).objected_at
    assert objected_at is not None
    assert before <= objected_at <= datetime.now(UTC)
    assert act(shop, "return", who)
    assert not act(shop, "return", who)
    assert stands(shop, who) == Standing(objected_at=None, erased_at=None, networks=(), consents=())
    assert act(shop, "object", who), "and may object anew"
    assert stands(shop, who).objected_at is not None
