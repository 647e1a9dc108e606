"""Codes that leak: what they brought since the burst is credited to nobody, until staff say otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.models import CodeLeak, Problem
from saleor_influence_app.perks import leaks
from saleor_influence_app.shops import problems
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_shop, put_tie

pytestmark = pytest.mark.usefixtures("engine")
BURST = 10.0
"""Days before NOW at which somebody posted the code."""


@pytest.fixture
def shop_id() -> int:
    """A shop with six codes, each redeemed by a stranger every two months."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        for number in range(6):
            owner = f"owner-{number}"
            put_customers(session, shop_id, owner)
            put_code(session, shop_id, f"CODE-{number}", owner, days_ago=400)
            for month in range(6):
                friend = f"friend-{number}-{month}"
                put_customers(session, shop_id, friend)
                put_order(session, shop_id, friend, voucher_code=f"CODE-{number}", days_ago=30 + 55 * month)
    return shop_id


def post_on_a_coupon_site(shop_id: int, code: str, *, strangers: int) -> None:
    with db.transaction() as session:
        for number in range(strangers):
            name = f"stranger-{number}"
            put_customers(session, shop_id, name)
            put_order(session, shop_id, name, voucher_code=code, days_ago=BURST - number * 2 / strangers)


def paused(shop_id: int) -> dict[str, CodeLeak]:
    with db.transaction() as session:
        rows = select(CodeLeak).where(CodeLeak.shop_id == shop_id, CodeLeak.until.is_(None))
        return {one.code: one for one in session.scalars(rows)}


def test_a_shop_as_usual_has_no_leak(shop_id: int) -> None:
    leaks.sweep(db.transaction, now=NOW)
    assert paused(shop_id) == {}


def test_a_code_on_a_coupon_site_is_paused_from_the_start_of_the_burst(shop_id: int) -> None:
    post_on_a_coupon_site(shop_id, "CODE-3", strangers=300)

    leaks.sweep(db.transaction, now=NOW)
    leaks.sweep(db.transaction, now=NOW + timedelta(days=1))

    [(code, leak)] = paused(shop_id).items()
    assert (code, leak.customer_id) == ("CODE-3", "owner-3")
    assert abs(leak.since - (NOW - timedelta(days=BURST))) < timedelta(hours=2)
    assert leak.found_at < NOW - timedelta(days=BURST) + timedelta(hours=8)
    with db.transaction() as session:
        told = session.scalars(select(Problem.message).where(Problem.key == problems.CODE_LEAKS)).one()
    assert told.startswith("1 personal code is redeemed by more strangers")


def test_friends_of_the_owner_are_no_strangers(shop_id: int) -> None:
    post_on_a_coupon_site(shop_id, "CODE-3", strangers=40)
    with db.transaction() as session:
        for number in range(40):
            put_tie(session, shop_id, "owner-3", f"stranger-{number}")

    leaks.sweep(db.transaction, now=NOW)

    assert paused(shop_id) == {}


def test_what_staff_find_all_right_is_credited_again_and_not_found_anew(shop_id: int) -> None:
    post_on_a_coupon_site(shop_id, "CODE-3", strangers=60)
    leaks.sweep(db.transaction, now=NOW)

    with db.transaction() as session:
        assert leaks.clear(session, shop_id, "CODE-3", now=NOW)
        assert not leaks.clear(session, shop_id, "CODE-3", now=NOW)
    leaks.sweep(db.transaction, now=NOW + timedelta(days=1))

    assert paused(shop_id) == {}
    with db.transaction() as session:
        open_ones = select(Problem.key).where(
            Problem.key == problems.CODE_LEAKS, Problem.dismissed_at.is_(None)
        )
        assert session.scalars(open_ones).all() == []
