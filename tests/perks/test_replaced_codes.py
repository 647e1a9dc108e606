"""A code that is replaced: the customer has another, the old one is worth nothing, and both are booked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import (
    CodeLeak,
    GrantState,
    Order,
    PerkGrant,
    PersonalCode,
    Problem,
    Refusal,
    SaleorWrite,
)
from saleor_influence_app.perks import grants, leaks, schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.queries import codes, perks
from saleor_influence_app.shops import problems
from saleor_influence_app.writeback import saleor_writes
from tests.support.perks import APP, grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_customers, put_order

pytestmark = pytest.mark.usefixtures("engine")
TERMS: dict[str, Any] = {
    "discount": "percentage",
    "channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}],
}


@pytest.fixture(scope="module")
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_CHECKOUTS"}
        yield pocket


@pytest.fixture
def shop_id(pocket: Pocket) -> int:
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *(one.id for one in pocket.people(4)))
        put_customers(session, shop_id, "stranger")
    return shop_id


def given(shop_id: int, **more: Any) -> PerkGrant:
    """The first customer of a running programme, whose codes Saleor has."""
    values: dict[str, Any] = {"terms": TERMS, "currency": "USD", "hold_out": 0.0}
    programme_id = started(shop_id, plan(**values | more))
    drain(shop_id)
    return grants_of(programme_id)[0]


def drain(shop_id: int) -> None:
    saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)
    with db.transaction() as session:
        assert session.scalars(select(SaleorWrite.error)).all() == []


def replace(shop_id: int, grant: PerkGrant) -> PerkGrant:
    assert grant.given_at is not None
    with db.transaction() as session:
        grants.replace_code(session, shop_id, grant.id, given_at=grant.given_at)
    return again(grant)


def again(grant: PerkGrant) -> PerkGrant:
    with db.transaction() as session:
        return session.get_one(PerkGrant, grant.id)


def in_saleor(pocket: Pocket) -> set[str]:
    return {code.code for one in pocket.state.store.vouchers.values() for code in one.codes}


def buy(shop_id: int, customer_id: str | None, code: str | None, order_id: str) -> None:
    with db.transaction() as session:
        more: dict[str, Any] = {"voucher_code": code, "discount": 5, "currency": "USD"}
        put_order(session, shop_id, customer_id, order_id=order_id, **more)
    schedule.sweep(db.transaction)


def leak(shop_id: int, grant: PerkGrant) -> None:
    now = datetime.now(UTC)
    with db.transaction() as session:
        row = {"customer_id": grant.customer_id, "reason": "rate", "since": now, "found_at": now}
        session.add(CodeLeak(shop_id=shop_id, code=grant.code, **row))


@pytest.mark.parametrize("app_applies", [False, True])
def test_the_customer_has_a_new_code_and_saleor_has_no_old_one(
    pocket: Pocket, shop_id: int, *, app_applies: bool
) -> None:
    before = given(shop_id, terms=TERMS | {"app_applies": app_applies})
    old = before.code or before.app_code
    assert old in in_saleor(pocket)

    staged = replace(shop_id, before)
    assert staged.state == GrantState.STAGED
    drain(shop_id)

    after = again(before)
    new = after.code or after.app_code
    assert (after.state, after.past_codes) == (GrantState.GIVEN, [old])
    assert new != old
    assert new in in_saleor(pocket)
    assert old not in in_saleor(pocket)


def test_asked_twice_for_the_same_code_it_is_replaced_once(shop_id: int) -> None:
    before = given(shop_id)
    first = replace(shop_id, before)
    assert replace(shop_id, before).code == first.code
    drain(shop_id)

    assert replace(shop_id, before).code == first.code


def test_a_leaking_code_is_credited_no_more_and_staff_need_not_look_again(shop_id: int) -> None:
    before = given(shop_id)
    leak(shop_id, before)
    with db.transaction() as session:
        problems.raise_problem(session, shop_id, problems.CODE_LEAKS, "1 personal code is redeemed.")
        [row] = [
            one
            for one in perks.grants(
                session, shop_id, programme_id=before.programme_id, base=APP, page=(0, 20)
            ).grants
            if one.id == before.id
        ]
        assert row.refusal == Refusal.LEAK_PAUSED
        assert perks.programme(session, shop_id, before.programme_id).leaks == 1

    replace(shop_id, before)
    drain(shop_id)

    with db.transaction() as session:
        assert perks.programme(session, shop_id, before.programme_id).leaks == 0
        open_ones = select(Problem.key).where(Problem.dismissed_at.is_(None))
        assert problems.CODE_LEAKS not in session.scalars(open_ones).all()
        paused = session.scalars(select(CodeLeak)).one()
        assert (paused.code, paused.until) == (before.code, None)
        assert paused.replaced_at is not None
        assert not leaks.clear(session, shop_id, str(before.code), now=datetime.now(UTC))
        shown = {one.code: one for one in codes.personal_codes(session, shop_id, page=(0, 20)).codes}
        owners = set(session.scalars(select(PersonalCode.code)))
    now = again(before).code
    assert {before.code, now} <= owners
    assert shown[str(before.code)].replaced_at is not None
    assert (shown[str(now)].replaced_at, shown[str(now)].grant_id) == (None, before.id)


def test_a_code_replaced_without_a_leak_is_not_credited_from_then_on(shop_id: int) -> None:
    before = given(shop_id)
    replace(shop_id, before)

    with db.transaction() as session:
        row = session.scalars(select(CodeLeak)).one()
    assert (row.code, row.reason, row.until) == (before.code, leaks.REPLACED, None)


def test_orders_with_the_old_code_are_booked_still(shop_id: int) -> None:
    before = given(shop_id)
    buy(shop_id, "stranger", before.code, "theft")
    replace(shop_id, before)
    drain(shop_id)
    buy(shop_id, before.customer_id, again(before).code, "own")
    with db.transaction() as session:
        session.scalars(select(Order).where(Order.order_id == "theft")).one().status = "CANCELED"
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        shown = perks.programme(session, shop_id, before.programme_id)
    assert (shown.uses, shown.uses_by_others) == (1, 0)


def test_what_its_owner_used_cannot_be_replaced(shop_id: int) -> None:
    before = given(shop_id)
    buy(shop_id, before.customer_id, before.code, "own")

    with pytest.raises(InputInvalid, match="can still use"):
        replace(shop_id, before)


def test_another_code_for_a_stolen_one_is_paid_from_the_budget(shop_id: int) -> None:
    fixed = TERMS | {
        "discount": "fixed",
        "channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}],
    }
    before = given(shop_id, terms=fixed, most_money="40")
    buy(shop_id, "stranger", before.code, "theft")

    with pytest.raises(InputInvalid) as refused:
        replace(shop_id, before)
    assert refused.value.reason == Refusal.BUDGET
