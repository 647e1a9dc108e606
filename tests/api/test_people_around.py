"""The graphs that staff see rest on no network whose consent ended."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.support.shop_rows import put_credit, put_customers, put_order, put_run, put_score, put_tie
from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
GRAPHS = ("/customers/ines/neighbourhood?depth=2", "/products/lamp/cascade")


@pytest.fixture
def led(shop: Shop, session: Session, link: Callable[..., int]) -> None:
    """Ines led Mara, whom Mastodon ties to them, and Zoe, whom staff do."""
    for who in ("ines", "mara"):
        shop.agree(who, LINK, SCORE)
        link(who, who)
    put_customers(session, shop.shop_id, "zoe")
    run_id = put_run(session, shop.shop_id)
    put_tie(session, shop.shop_id, "ines", "mara", kind="mastodon", origin="social")
    for who, kind in (("mara", "mastodon"), ("zoe", "friend")):
        order_id = put_order(session, shop.shop_id, who, days_ago=3)
        put_credit(session, shop.shop_id, "ines", who, run_id=run_id, order_id=order_id, tie_kind=kind)
    for who in ("ines", "mara", "zoe"):
        put_score(session, shop.shop_id, who, run_id=run_id)
    session.commit()


def followers(shop: Shop, path: str) -> list[str]:
    found: dict[str, Any] = shop.as_staff("GET", path).json()
    assert {one["customer_id"] for one in found["people"]} == {"ines"} | {
        one["customer_id"] for one in found["links"]
    }
    return sorted(one["customer_id"] for one in found["links"])


@pytest.mark.usefixtures("led")
@pytest.mark.parametrize("who", ["ines", "mara"])
def test_a_link_by_a_network_goes_with_the_consent_of_either(shop: Shop, who: str) -> None:
    assert [followers(shop, path) for path in GRAPHS] == [["mara", "zoe"]] * 2

    assert shop.as_customer(who, "DELETE", "/consents?purpose=score&network=mastodon").status_code == 204

    assert [followers(shop, path) for path in GRAPHS] == [["zoe"]] * 2


@pytest.mark.usefixtures("led")
def test_a_row_whose_network_tie_is_gone_is_not_shown_even_if_it_were_left(
    shop: Shop, session: Session
) -> None:
    sql(session, "DELETE FROM ties")
    session.commit()
    assert len(sql(session, "SELECT * FROM credits")) == 2

    assert [followers(shop, path) for path in GRAPHS] == [["zoe"]] * 2


@pytest.mark.usefixtures("led")
def test_an_order_names_nobody_whose_network_tie_is_gone(shop: Shop, session: Session) -> None:
    order = put_order(session, shop.shop_id, "ines", days_ago=9)
    session.commit()

    def named() -> list[str]:
        led = shop.as_staff("GET", f"/orders/{order}/influence").json()["led"]
        assert led["people"] == len(led["newest"])
        return sorted(one["customer_id"] for one in led["newest"])

    assert named() == ["mara", "zoe"]

    sql(session, "DELETE FROM ties")
    session.commit()

    assert named() == ["zoe"]
