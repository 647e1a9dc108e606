"""Programmes of perks, from the plan to the order, against a pocket Saleor."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.models import (
    GrantState,
    Order,
    PerkArm,
    PerkProgramme,
    PerkRedemption,
    PersonalCode,
    ProgrammeState,
    SaleorWrite,
)
from saleor_influence_app.perks import budgets, programmes, schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.queries import perks
from saleor_influence_app.writeback import saleor_writes
from sandbox import programmes as demo
from tests.support.perks import grants_of, plan, put_members, started
from tests.support.pocket_shop import Pocket, pocket_saleor
from tests.support.shop_rows import put_order

pytestmark = pytest.mark.usefixtures("engine")
IN_POCKET: dict[str, Any] = {
    "currency": "USD",
    "terms": {
        "discount": "percentage",
        "channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}],
        "prefix": "THANKS",
    },
}
"""What the pocket shop's channel can have."""


@pytest.fixture(scope="module")
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        yield pocket


@pytest.fixture
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(20)]


@pytest.fixture
def shop_id(pocket: Pocket, members: list[str]) -> int:
    """The pocket's shop, with twenty members in a segment."""
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
    return shop_id


def drained(shop_id: int) -> int:
    done = saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)
    with db.transaction() as session:
        assert session.scalars(select(SaleorWrite.error)).all() == []
    return done


def codes_in(pocket: Pocket, title: str) -> list[str]:
    vouchers = [one for one in pocket.state.store.vouchers.values() if (one.name or "").startswith(title)]
    return sorted(code.code for voucher in vouchers for code in voucher.codes)


def test_a_programme_gives_each_drawn_customer_a_code_of_their_own(pocket: Pocket, shop_id: int) -> None:
    programme_id = started(shop_id, plan(**IN_POCKET, title="Each their own"))

    found = grants_of(programme_id)
    assert len(found) == 20
    granted = [one for one in found if one.arm == PerkArm.GRANTED]
    held_out = [one for one in found if one.arm == PerkArm.HELD_OUT]
    assert granted
    assert held_out
    assert {one.state for one in granted} == {GrantState.STAGED}
    assert {(one.state, one.code) for one in held_out} == {(GrantState.NONE, None)}
    assert codes_in(pocket, "Each their own") == []

    assert drained(shop_id) == 1

    found = [one for one in grants_of(programme_id) if one.arm == PerkArm.GRANTED]
    assert {one.state for one in found} == {GrantState.GIVEN}
    assert codes_in(pocket, "Each their own") == sorted(str(one.code) for one in found)
    with db.transaction() as session:
        owners = dict(session.execute(select(PersonalCode.code, PersonalCode.customer_id)).all())
        assert owners == {one.code: one.customer_id for one in found}
        assert session.scalars(select(SaleorWrite.id)).all() == []
    assert drained(shop_id) == 0


def test_a_use_is_booked_once_and_given_back_when_the_order_is_cancelled(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**IN_POCKET, title="Booked"))
    drained(shop_id)
    grant = next(one for one in grants_of(programme_id) if one.state == GrantState.GIVEN)
    order: dict[str, Any] = {"voucher_code": grant.code, "discount": 5, "currency": "USD"}
    with db.transaction() as session:
        put_order(session, shop_id, grant.customer_id, order_id="used", charged=45, **order)

    for _ in range(2):
        schedule.sweep(db.transaction)
    assert rows(programme_id) == [(1, 45, 5, True)]

    with db.transaction() as session:
        row = session.scalars(select(Order).where(Order.order_id == "used")).one()
        row.status, row.charged = "CANCELED", Decimal(0)
    for _ in range(2):
        schedule.sweep(db.transaction)
    assert rows(programme_id) == [(1, 45, 5, True), (-1, -45, -5, True)]


def test_money_in_another_currency_is_never_added_up(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**IN_POCKET, title="Abroad", most_money="500", most_uses=50))
    drained(shop_id)
    grant = next(one for one in grants_of(programme_id) if one.state == GrantState.GIVEN)
    with db.transaction() as session:
        before = budgets.left(session, session.get_one(PerkProgramme, programme_id))
        order: dict[str, Any] = {"voucher_code": grant.code, "discount": 90, "currency": "EUR"}
        put_order(session, shop_id, grant.customer_id, order_id="abroad", charged=900, **order)
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        shown = perks.programme(session, shop_id, programme_id)
        after = budgets.left(session, session.get_one(PerkProgramme, programme_id))
    assert (shown.uses, shown.cost.amount) == (1, "0.00")
    assert "0.00 USD in 1 order" in shown.naive
    assert (after.money, after.uses) == (before.money, before.uses)


def rows(programme_id: int) -> list[tuple[int, int, int, bool]]:
    with db.transaction() as session:
        found = select(PerkRedemption).where(PerkRedemption.programme_id == programme_id)
        return [
            (one.uses, int(one.paid), int(one.cost), one.by_owner)
            for one in session.scalars(found.order_by(PerkRedemption.id))
        ]


def test_it_ends_on_its_day(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**IN_POCKET, title="Ends"))

    later = datetime.now(UTC) + timedelta(days=31)
    schedule.sweep(db.transaction, now=later)

    with db.transaction() as session:
        programme = session.get_one(PerkProgramme, programme_id)
        assert (programme.state, programme.ended_at) == (ProgrammeState.ENDED, later)


def test_the_past_of_the_demos_ended_programme_lies_within_its_time(shop_id: int) -> None:
    programme_id = started(shop_id, plan(hold_out=0.0))
    grant = grants_of(programme_id)[0]
    now = datetime.now(UTC)
    with db.transaction() as session:
        programme = session.get_one(PerkProgramme, programme_id)
        programmes.end(session, shop_id, programme_id)
        programme.starts_at, programme.ended_at = now - timedelta(days=200), now - timedelta(days=20)
        order_id = put_order(
            session,
            shop_id,
            grant.customer_id,
            voucher_code=grant.code,
            created_at=now - timedelta(days=demo.ORDERED_DAYS_AGO),
        )
    schedule.sweep(db.transaction)
    with db.transaction() as session:
        assert session.scalars(select(PerkRedemption.order_id)).all() == [order_id]
        run = session.connection().exec_driver_sql
        assert run(demo.OUTSIDE).scalar() == 1, "booked now, after the end"
        run(demo.BOOK_THEN, {"id": programme_id})
        assert run(demo.OUTSIDE).scalar() == 0
