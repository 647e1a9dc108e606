"""Who is drawn for a programme: by lot, within the limits, and nobody against whom something speaks."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import (
    AskedBy,
    Exclusion,
    GrantState,
    PerkArm,
    PerkProgramme,
    ProgrammeState,
    Refusal,
)
from saleor_influence_app.perks import enrolment, grants, lots, programmes, schedule
from saleor_influence_app.queries import perk_check, perks
from tests.support.perks import SEGMENT, SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_customers, put_membership, put_order, put_run, put_score, put_shop

pytestmark = pytest.mark.usefixtures("engine")
PEOPLE = [f"member-{number:03}" for number in range(60)]
SHIPPING = {"kind": "shipping", "terms": SHIPPING_TERMS}


@pytest.fixture
def shop_id() -> int:
    """A shop with sixty members of a segment, that may offer shipping."""
    with db.transaction() as session:
        shop_id = put_shop(
            session, permissions=["MANAGE_DISCOUNTS", "MANAGE_SHIPPING", "MANAGE_ORDERS", "MANAGE_USERS"]
        )
        put_members(session, shop_id, *PEOPLE)
    return shop_id


def granted(programme_id: int) -> set[str | None]:
    return {one.customer_id for one in grants_of(programme_id) if one.arm == PerkArm.GRANTED}


@given(st.sets(st.text(max_size=8), max_size=40), st.integers(0, 2**63 - 1), st.floats(0, 0.5))
def test_a_lot_depends_on_nobody_else(people: set[str], seed: int, share: float) -> None:
    held_out = {one for one in people if lots.is_held_out(one, seed, share)}
    assert lots.in_order(people, seed) == lots.in_order(sorted(people, reverse=True), seed)
    for one in people:
        assert lots.is_held_out(one, seed, share) == (one in held_out)
    assert not [one for one in people if lots.is_held_out(one, seed, 0.0)]


def test_as_many_are_held_out_as_were_asked_for() -> None:
    people = [f"customer-{number}" for number in range(20_000)]
    share = sum(lots.is_held_out(one, 7, 0.2) for one in people) / len(people)
    assert share == pytest.approx(0.2, abs=0.01)
    # Who gets a seat first has nothing to do with who is held out.
    first = lots.in_order(people, 7)[:10_000]
    assert sum(lots.is_held_out(one, 7, 0.2) for one in first) / 10_000 == pytest.approx(0.2, abs=0.02)


def test_what_is_checked_before_is_what_is_drawn(shop_id: int) -> None:
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, plan(**SHIPPING), made_by="staff")
        seen = perk_check.check(session, shop_id, programme_id)
    assert grants_of(programme_id) == []

    with db.transaction() as session:
        programmes.start(session, shop_id, programme_id)
    schedule.sweep(db.transaction)

    assert (len(granted(programme_id)), len(grants_of(programme_id))) == (seen.granted, 60)
    assert seen.held_out == 60 - seen.granted
    assert set(seen.examples) <= granted(programme_id)
    assert seen.reserved.amount == str(Decimal(8 * seen.granted).quantize(Decimal("0.01")))


def test_who_objects_is_excluded_or_is_staff_is_not_drawn(shop_id: int) -> None:
    with db.transaction() as session:
        objections.object_(session, shop_id, PEOPLE[0], by=AskedBy.SELF)
        session.add(Exclusion(shop_id=shop_id, customer_id=PEOPLE[1], reason="reseller"))
        put_customers(session, shop_id, "staff", is_staff=True)
        put_membership(session, shop_id, SEGMENT, "staff")

    programme_id = started(shop_id, plan(**SHIPPING, hold_out=0.0))

    assert granted(programme_id) == set(PEOPLE[2:])


def test_without_a_tick_nobody_is_drawn_where_the_rule_asks_for_it(shop_id: int) -> None:
    with db.transaction() as session:
        programme_id = programmes.create(
            session, shop_id, plan(**SHIPPING, needs_consent=True), made_by="staff"
        )
        seen = perk_check.check(session, shop_id, programme_id)
    assert (seen.members, seen.without_consent, seen.granted) == (60, 60, 0)
    assert any("60 of 60 members have not agreed to perks" in one for one in seen.warnings)


def test_who_enters_the_segment_later_is_drawn_after_the_next_run(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING))
    before = grants_of(programme_id)
    with db.transaction() as session:
        put_customers(session, shop_id, "late")
        put_membership(session, shop_id, SEGMENT, "late")  # by a run of its own
    for _ in range(2):
        schedule.sweep(db.transaction)

    after = grants_of(programme_id)
    assert [one.customer_id for one in after[len(before) :]] == ["late"]


def test_a_draw_in_slices_is_the_same_draw(shop_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**SHIPPING, "most_people": 25, "hold_out": 0.3}
    at_once = {(one.customer_id, one.arm) for one in grants_of(started(shop_id, plan(**given)))}
    assert len(at_once) > 25

    monkeypatch.setattr(enrolment, "AT_ONCE", 4)
    sliced = grants_of(started(shop_id, plan(**given)))

    assert {(one.customer_id, one.arm) for one in sliced} == at_once
    assert sum(one.arm == PerkArm.GRANTED for one in sliced) == 25


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"most_people": 7}, 7),
        ({"most_uses": 20, "uses_each": 3}, 6),
        ({"most_money": "50"}, 6),
        ({"most_money": "7.999"}, 0),
    ],
    ids=str,
)
def test_a_limit_is_never_passed(shop_id: int, limits: dict[str, Any], most: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, **limits))
    assert len(granted(programme_id)) == most
    with db.transaction() as session:
        put_run(session, shop_id)
    schedule.sweep(db.transaction)
    assert len(granted(programme_id)) == most


def test_seats_for_regular_customers_go_to_regular_customers_who_are_no_members(shop_id: int) -> None:
    with db.transaction() as session:
        for number in range(120):
            put_customers(session, shop_id, f"quiet-{number}")
            put_score(session, shop_id, f"quiet-{number}", orders_count=1 + number % 2)

    programme_id = started(shop_id, plan(**SHIPPING, most_people=20, open_share=0.5))

    found = grants_of(programme_id)
    open_seats = [one for one in found if one.is_open and one.arm == PerkArm.GRANTED]
    assert len(open_seats) == 10
    assert {int(str(one.customer_id).removeprefix("quiet-")) % 2 for one in open_seats} == {1}
    assert sum(one.arm == PerkArm.GRANTED for one in found) == 20


def test_fifty_who_give_at_once_never_give_more_than_is_left(shop_id: int) -> None:
    others = [f"other-{number}" for number in range(50)]
    with db.transaction() as session:
        put_customers(session, shop_id, *others)
    programme_id = started(shop_id, plan(**SHIPPING, segment="rising", most_money="80", hold_out=0.0))
    refused: list[str | None] = []
    begin = threading.Barrier(50)

    def give(customer_id: str) -> None:
        begin.wait()
        try:
            with db.transaction() as session:
                grants.give(session, shop_id, programme_id, customer_id=customer_id)
        except InputInvalid as error:
            refused.append(error.reason)

    together(give, others)

    assert len(granted(programme_id)) == 10
    assert refused == [Refusal.BUDGET] * 40


def together(step: Callable[[str], None], names: list[str]) -> None:
    threads = [threading.Thread(target=step, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_why_somebody_cannot_be_given_it_is_said(shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "other")
        put_customers(session, shop_id, "agrees-not")
    programme_id = started(shop_id, plan(**SHIPPING))
    drawn = {one.arm: str(one.customer_id) for one in grants_of(programme_id)}

    def refusal(customer_id: str, of: int = programme_id) -> str | None:
        with pytest.raises(InputInvalid) as refused, db.transaction() as session:
            grants.give(session, shop_id, of, customer_id=customer_id)
        return refused.value.reason

    assert refusal(drawn[PerkArm.HELD_OUT]) == Refusal.HELD_OUT
    assert refusal(drawn[PerkArm.GRANTED]) == Refusal.CAP
    strict = started(shop_id, plan(**SHIPPING, needs_consent=True))
    assert refusal("agrees-not", strict) == Refusal.NO_CONSENT
    with db.transaction() as session:
        grants.give(session, shop_id, programme_id, customer_id="other")
        programmes.pause(session, shop_id, programme_id)
    assert refusal("agrees-not") == Refusal.EXPIRED
    with pytest.raises(RowMissing), db.transaction() as session:
        grants.give(session, shop_id, programme_id, customer_id="nobody")


def test_what_is_taken_back_or_declined_frees_its_seat_and_is_never_given_again(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, most_people=5, hold_out=0.0))
    first, second = (one for one in grants_of(programme_id)[:2])
    with db.transaction() as session:
        grants.take_back(session, shop_id, first.id)
        grants.decline(session, shop_id, second.id, customer_id=str(second.customer_id))
        with pytest.raises(RowMissing):
            grants.decline(session, shop_id, first.id, customer_id="somebody else")
        with pytest.raises(InputInvalid):
            grants.take_back(session, shop_id, first.id)
        put_run(session, shop_id)
    schedule.sweep(db.transaction)

    found = grants_of(programme_id)
    alive = [one for one in found if one.state == GrantState.GIVEN]
    assert len(alive) == 5
    assert {first.customer_id, second.customer_id}.isdisjoint({one.customer_id for one in alive})


def test_a_programme_waits_for_its_day_and_ends_on_its_last(shop_id: int) -> None:
    now = datetime.now(UTC)
    days = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=9)}
    programme_id = started(shop_id, plan(**SHIPPING, **days))

    def state() -> str:
        with db.transaction() as session:
            return session.get_one(PerkProgramme, programme_id).state

    assert (state(), grants_of(programme_id)) == (ProgrammeState.SCHEDULED, [])
    schedule.sweep(db.transaction, now=now + timedelta(days=3))
    assert (state(), len(grants_of(programme_id))) == (ProgrammeState.RUNNING, 60)
    schedule.sweep(db.transaction, now=now + timedelta(days=9))
    assert state() == ProgrammeState.ENDED
    for step in (programmes.start, programmes.pause, programmes.end):
        with pytest.raises(InputInvalid), db.transaction() as session:
            step(session, shop_id, programme_id)


def test_only_a_draft_is_changed_or_deleted_and_a_copy_has_lots_of_its_own(shop_id: int) -> None:
    with db.transaction() as session:
        draft = programmes.create(session, shop_id, plan(**SHIPPING), made_by="staff")
        programmes.change(session, shop_id, draft, wanted=plan(**SHIPPING, title="Another name"))
        copy = programmes.duplicate(session, shop_id, draft, made_by="staff")
        seeds = {session.get_one(PerkProgramme, one).seed for one in (draft, copy)}
        assert session.get_one(PerkProgramme, copy).title == "Another name"
        assert len(seeds) == 2
        programmes.delete(session, shop_id, draft)
        programmes.start(session, shop_id, copy)
        with pytest.raises(InputInvalid, match="cannot be deleted"):
            programmes.delete(session, shop_id, copy)
        with pytest.raises(InputInvalid, match="not changed"):
            programmes.change(session, shop_id, copy, wanted=plan(**SHIPPING))
        with pytest.raises(RowMissing):
            programmes.pause(session, shop_id, draft)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "unicorn"}, "no such kind"),
        ({"segment": "nobody"}, "no segment 'nobody'"),
        ({"currency": "USD"}, "in USD, and what is given in EUR"),
        ({"terms": {}}, "terms.name"),
        ({"terms": SHIPPING_TERMS | {"cost": "-1"}}, "terms.cost"),
        ({"terms": SHIPPING_TERMS | {"channels": SHIPPING_TERMS["channels"] * 2}}, "names a channel twice"),
        ({"terms": SHIPPING_TERMS | {"more": 1}}, "terms.more"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_in_words(shop_id: int, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InputInvalid, match=words), db.transaction() as session:
        programmes.create(session, shop_id, plan(**SHIPPING | wrong), made_by="staff")


def test_a_kind_whose_permission_is_missing_says_so(shop_id: int) -> None:
    cards = {"kind": "gift_card", "terms": {"amount": "20", "currency": "EUR"}}
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, plan(**cards), made_by="staff")
        assert any(
            "MANAGE_GIFT_CARD" in one for one in perk_check.check(session, shop_id, programme_id).warnings
        )
        with pytest.raises(InputInvalid.__mro__[1], match="MANAGE_GIFT_CARD"):
            programmes.start(session, shop_id, programme_id)


def test_shipments_are_booked_by_the_method_of_the_order(shop_id: int) -> None:
    from saleor_influence_app.perks.strategies.shipping.methods import method_id

    programme_id = started(shop_id, plan(**SHIPPING, hold_out=0.0))
    with db.transaction() as session:
        put_order(session, shop_id, PEOPLE[0], delivery_method=method_id(programme_id))
        put_order(session, shop_id, PEOPLE[1], delivery_method="another")
        put_order(session, shop_id, "somebody else", delivery_method=method_id(programme_id))
    schedule.sweep(db.transaction)
    with db.transaction() as session:
        seen = perks.programme(session, shop_id, programme_id)
    assert (seen.uses, seen.uses_by_others, seen.cost.amount, seen.paid.amount) == (1, 0, "8.00", "50.00")
