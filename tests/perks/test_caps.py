"""At most so many perks for one customer, several given at once, and why somebody cannot use one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from saleor_influence_app import db
from saleor_influence_app.models import GrantState, PerkArm, PerkGrant, PerkRedemption, Refusal
from saleor_influence_app.perks import grants, programmes, schedule, spending
from saleor_influence_app.queries import perk_check, perk_uses, perks
from saleor_influence_app.targeting import shop_settings
from tests.support.perks import APP, SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_customers, put_order, put_run, put_shop

pytestmark = pytest.mark.usefixtures("engine")
SHIPPING: dict[str, Any] = {"kind": "shipping", "terms": SHIPPING_TERMS, "hold_out": 0.0}
MEMBERS = [f"member-{number}" for number in range(6)]


@pytest.fixture
def shop_id() -> int:
    with db.transaction() as session:
        permissions = ["MANAGE_DISCOUNTS", "MANAGE_SHIPPING", "MANAGE_ORDERS", "MANAGE_USERS"]
        shop_id = put_shop(session, permissions=permissions)
        put_members(session, shop_id, *MEMBERS)
        put_customers(session, shop_id, "other", "newcomer")
    return shop_id


def cap(shop_id: int, most: int) -> None:
    with db.transaction() as session:
        known = shop_settings.read(session, shop_id)
        shop_settings.change(session, shop_id, known.model_copy(update={"most_perks": most}))


def arms(programme_id: int) -> set[tuple[str, str, str | None]]:
    return {(one.arm, one.state, one.refusal) for one in grants_of(programme_id)}


def test_who_has_enough_perks_is_refused_in_words_and_neither_granted_nor_held_out(shop_id: int) -> None:
    cap(shop_id, 1)
    first = started(shop_id, plan(**SHIPPING))
    second = started(shop_id, plan(**SHIPPING | {"hold_out": 0.5}))

    assert arms(first) == {(PerkArm.GRANTED, GrantState.GIVEN, None)}
    assert arms(second) == {(PerkArm.REFUSED, GrantState.NONE, Refusal.CAP)}
    with db.transaction() as session:
        shown = perks.programme(session, shop_id, second)
        page = perks.grants(session, shop_id, programme_id=second, base=APP, page=(0, 20)).grants
        programme = programmes.locked(session, shop_id, second)
        values = spending.values_of(session, programme, until=programme.ends_at)
        assert perks.of_shopper(session, shop_id, MEMBERS[0], base=APP)[-1].title == "Thank you"
        assert len(perks.of_shopper(session, shop_id, MEMBERS[0], base=APP)) == 1
    assert (shown.counts.refused, shown.counts.members, shown.counts.held_out) == (6, 0, 0)
    assert {one.refused for one in page} == {
        "This customer has as many perks already as the shop allows at a time."
    }
    assert values.money == []


def test_who_has_fewer_again_is_drawn_with_the_next_run(shop_id: int) -> None:
    cap(shop_id, 1)
    first = started(shop_id, plan(**SHIPPING))
    second = started(shop_id, plan(**SHIPPING))
    with db.transaction() as session:
        programmes.end(session, shop_id, first)
        put_run(session, shop_id)
    with db.transaction() as session:
        [perk] = perks.of_shopper(session, shop_id, MEMBERS[0], base=APP)
        assert perk.is_over
        assert perk.ends_at < datetime.now(UTC)
    schedule.sweep(db.transaction)

    assert arms(second) == {(PerkArm.GRANTED, GrantState.GIVEN, None)}


def test_without_a_cap_everybody_is_drawn_for_everything(shop_id: int) -> None:
    programmes_made = [started(shop_id, plan(**SHIPPING)) for _ in range(3)]
    assert {arm for one in programmes_made for arm, _, _ in arms(one)} == {PerkArm.GRANTED}


def test_the_check_before_the_start_counts_who_has_enough(shop_id: int) -> None:
    cap(shop_id, 1)
    started(shop_id, plan(**SHIPPING))
    with db.transaction() as session:
        draft = programmes.create(session, shop_id, plan(**SHIPPING), made_by="staff")
        found = perk_check.check(session, shop_id, draft)
    assert (found.members, found.capped, found.granted) == (6, 6, 0)
    assert "6 have as many perks already as the shop allows (Settings)." in found.warnings


def test_several_are_given_it_at_once_and_each_refusal_is_said(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, segment="rising", most_people=1))
    wanted = ["other", "newcomer", "nobody", "other"]

    def each(*, only_look: bool) -> list[tuple[str, Refusal | None]]:
        with db.transaction() as session:
            answers = grants.give_each(
                session, shop_id, programme_id, customer_ids=wanted, only_look=only_look
            )
        return [(customer_id, None if found is None else found.reason) for customer_id, found in answers]

    expected = [("other", None), ("newcomer", Refusal.BUDGET), ("nobody", Refusal.NOT_THEIRS)]
    assert each(only_look=True) == expected
    assert grants_of(programme_id) == []
    assert each(only_look=False) == expected
    [given] = grants_of(programme_id)
    assert (given.customer_id, given.by_hand, given.state) == ("other", True, GrantState.GIVEN)
    assert each(only_look=False)[0] == ("other", Refusal.CAP)


def test_who_was_refused_can_be_given_it_once_they_have_fewer(shop_id: int) -> None:
    cap(shop_id, 1)
    first = started(shop_id, plan(**SHIPPING))
    second = started(shop_id, plan(**SHIPPING))

    def give() -> Refusal | None:
        with db.transaction() as session:
            [(_, found)] = grants.give_each(session, shop_id, second, customer_ids=[MEMBERS[0]])
        return None if found is None else found.reason

    assert give() == Refusal.CAP
    with db.transaction() as session:
        programmes.end(session, shop_id, first)
    assert give() is None


def answer(shop_id: int, programme_id: int, customer_id: str, code: str | None = None) -> Any:
    with db.transaction() as session:
        found = perk_uses.use_of(session, shop_id, programme_id, customer_id=customer_id, code=code)
    return found.usable, found.refusal


def test_why_a_customer_cannot_use_a_code_is_said(shop_id: int) -> None:
    programme_id = started(shop_id, plan(hold_out=0.5))
    given = [one for one in grants_of(programme_id) if one.arm == PerkArm.GRANTED]
    held_out = next(one for one in grants_of(programme_id) if one.arm == PerkArm.HELD_OUT)
    with db.transaction() as session:
        for one in session.scalars(select(PerkGrant).where(PerkGrant.arm == PerkArm.GRANTED)):
            one.state = GrantState.GIVEN
    first, second = given[:2]
    theirs = str(first.customer_id)

    assert answer(shop_id, programme_id, theirs) == (True, None)
    assert answer(shop_id, programme_id, theirs, first.code) == (True, None)
    assert answer(shop_id, programme_id, "other", first.code) == (True, None)  # a referral
    assert answer(shop_id, programme_id, "other") == (False, Refusal.NOT_THEIRS)
    assert answer(shop_id, programme_id, theirs, "UNKNOWN") == (False, Refusal.NOT_THEIRS)
    assert answer(shop_id, programme_id, str(held_out.customer_id)) == (False, Refusal.HELD_OUT)

    with db.transaction() as session:
        put_order(session, shop_id, theirs, voucher_code=first.code, discount=5)
        grants.take_back(session, shop_id, second.id)
    schedule.sweep(db.transaction)
    assert answer(shop_id, programme_id, theirs) == (False, Refusal.USED)
    assert answer(shop_id, programme_id, str(second.customer_id)) == (False, Refusal.NOT_THEIRS)

    with db.transaction() as session:
        programmes.pause(session, shop_id, programme_id)
    assert answer(shop_id, programme_id, theirs) == (False, Refusal.EXPIRED)


def test_orders_with_a_perk_are_listed_and_cancelled_ones_marked(shop_id: int) -> None:
    programme_id = started(shop_id, plan(hold_out=0.0))
    first, second = grants_of(programme_id)[:2]
    with db.transaction() as session:
        put_order(
            session, shop_id, str(first.customer_id), order_id="own", voucher_code=first.code, discount=5
        )
        put_order(session, shop_id, "other", order_id="friend", voucher_code=second.code, discount=7)
    schedule.sweep(db.transaction)
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'CANCELED' WHERE order_id = 'friend'"))
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        page = perk_uses.uses_of(session, shop_id, page=(0, 10))
        assert len(session.scalars(select(PerkRedemption.id)).all()) == 3
    assert {(one.order_id, one.by_owner, one.is_back) for one in page.uses} == {
        ("own", True, False),
        ("friend", False, True),
    }
    assert page.total == 2
