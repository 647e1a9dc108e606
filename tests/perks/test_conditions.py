"""Programmes for who meets conditions of their own, without a segment."""

from typing import Any

import pytest
from sqlalchemy import func, select

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Membership, OutboxRow, PerkArm, PerkProgramme, Segment
from saleor_influence_app.perks import programmes, schedule
from saleor_influence_app.queries import perk_check, perks
from tests.support.perks import APP, SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_customers, put_evidence, put_run, put_score, put_shop

pytestmark = pytest.mark.usefixtures("engine")
PEOPLE = [f"person-{number:02}" for number in range(10)]
CATEGORY = "Q2F0ZWdvcnk6MQ=="
OFTEN: dict[str, Any] = {"column": "orders_count", "operator": ">=", "threshold": 5}
PROVEN: dict[str, Any] = {"column": "verdict", "operator": ">=", "threshold": "proven"}
IN_SHOES: dict[str, Any] = {
    "column": "category_verdict",
    "operator": ">=",
    "threshold": "proven",
    "about": CATEGORY,
    "about_name": "Shoes",
}
OUTDATED: dict[str, Any] = OFTEN | {"column": "shoe_size", "exit_threshold": None}
FIRST: dict[str, Any] = {"column": "rank", "operator": "<=", "threshold": 2}
ABOVE: dict[str, Any] = {"column": "percentile", "operator": ">=", "threshold": 84.5}
AGREED: dict[str, Any] = {"column": "consent_perks", "operator": ">=", "threshold": "yes"}
SHIPPING: dict[str, Any] = {
    "kind": "shipping",
    "terms": SHIPPING_TERMS,
    "segment": None,
    "hold_out": 0.0,
}


@pytest.fixture
def shop_id() -> int:
    """Ten customers with a value: of them four ordered often, and one of these has proven influence."""
    with db.transaction() as session:
        shop_id = put_shop(session, permissions=["MANAGE_DISCOUNTS", "MANAGE_SHIPPING"])
        put_members(session, shop_id, *PEOPLE)
        for number, one in enumerate(PEOPLE):
            verdict = "proven" if number == 0 else "leads"
            count = 5 if number < 4 else 1
            put_score(session, shop_id, one, orders_count=count, verdict=verdict, value=200 - number)
        put_evidence(session, shop_id, PEOPLE[1], topic=CATEGORY, verdict="proven")
    return shop_id


def drawn(programme_id: int) -> list[str]:
    return sorted(str(one.customer_id) for one in grants_of(programme_id) if one.arm == PerkArm.GRANTED)


@pytest.mark.parametrize(
    ("conditions", "who"),
    [
        ([OFTEN], PEOPLE[:4]),
        ([OFTEN, PROVEN], PEOPLE[:1]),
        ([IN_SHOES], PEOPLE[1:2]),
        ([FIRST], PEOPLE[:2]),
        ([ABOVE], PEOPLE[:2]),
        ([AGREED], []),
    ],
    ids=["orders", "verdict", "category", "rank", "percentile", "consent"],
)
def test_who_meets_all_conditions_is_drawn(
    shop_id: int, conditions: list[dict[str, Any]], who: list[str]
) -> None:
    wanted = plan(**SHIPPING, conditions=conditions)
    with db.transaction() as session:
        draft = programmes.create(session, shop_id, wanted, made_by="staff")
        seen = perk_check.check(session, shop_id, draft)
    assert (seen.members, seen.granted, sorted(seen.examples)) == (len(who), len(who), who)

    assert drawn(started(shop_id, wanted)) == who


def test_who_meets_them_later_is_drawn_after_the_next_run(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, conditions=[OFTEN]))
    with db.transaction() as session:
        put_run(session, shop_id)
        put_customers(session, shop_id, "later")
        put_score(session, shop_id, "later", orders_count=9)
    schedule.sweep(db.transaction)

    assert drawn(programme_id) == sorted(["later", *PEOPLE[:4]])


def test_conditions_are_no_segment_and_nothing_of_them_is_written_to_saleor(shop_id: int) -> None:
    with db.transaction() as session:
        before = session.scalars(select(Segment.name)).all()
        members = session.scalar(select(func.count()).select_from(Membership))
    programme_id = started(shop_id, plan(**SHIPPING, conditions=[OFTEN]))
    with db.transaction() as session:
        assert session.scalars(select(Segment.name)).all() == before
        assert session.scalar(select(func.count()).select_from(Membership)) == members
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0
        shown = perks.programme(session, shop_id, programme_id)
    assert (shown.segment, shown.whom) == (None, "at least 5 paid orders")
    assert [one.column for one in shown.conditions or ()] == ["orders_count"]


def test_staff_and_who_was_drawn_read_the_conditions_in_words(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, conditions=[OFTEN, PROVEN | {"threshold": "leads"}]))
    with db.transaction() as session:
        shown = perks.programme(session, shop_id, programme_id)
        [perk] = perks.of_shopper(session, shop_id, PEOPLE[0], base=APP)
    assert shown.whom == "at least 5 paid orders; verdict: at least leads"
    assert perk.segment is None
    assert [(one.column, one.operator, one.bound) for one in perk.conditions] == [
        ("orders_count", ">=", 5),
        ("verdict", ">=", "leads"),
    ]


def test_a_copy_has_the_conditions_and_a_draft_can_change_to_a_segment(shop_id: int) -> None:
    with db.transaction() as session:
        first = programmes.create(session, shop_id, plan(**SHIPPING, conditions=[OFTEN]), made_by="staff")
        copy = programmes.duplicate(session, shop_id, first, made_by="staff")
        programmes.change(session, shop_id, first, wanted=plan(**SHIPPING | {"segment": "loyal"}))
        rows = {one: session.get_one(PerkProgramme, one) for one in (first, copy)}
        assert (rows[first].segment, rows[first].conditions) == ("loyal", None)
        assert rows[copy].segment == ""
        assert [one["column"] for one in rows[copy].conditions or ()] == ["orders_count"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"conditions": []}, "needs 1 to 20 conditions"),
        ({"conditions": [OFTEN | {"operator": "<="}]}, "nobody may be picked for a low value"),
        ({"conditions": [AGREED | {"threshold": "no"}]}, "nobody may be picked for not having agreed"),
        ({"conditions": [OFTEN | {"column": "shoe_size"}]}, "no column 'shoe_size'"),
    ],
    ids=str,
)
def test_conditions_have_the_rules_of_segments(shop_id: int, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InputInvalid, match=words), db.transaction() as session:
        programmes.create(session, shop_id, plan(**SHIPPING | wrong), made_by="staff")


@pytest.mark.parametrize("whom", [{"conditions": None}, {"segment": "loyal", "conditions": [OFTEN]}], ids=str)
def test_a_programme_is_for_a_segment_or_for_conditions(whom: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give one of both"):
        plan(**SHIPPING | whom)


def test_stored_conditions_that_are_against_the_rules_by_now_are_met_by_nobody(shop_id: int) -> None:
    with db.transaction() as session:
        draft = programmes.create(session, shop_id, plan(**SHIPPING, conditions=[OFTEN]), made_by="staff")
        session.get_one(PerkProgramme, draft).conditions = [OUTDATED]
        seen = perk_check.check(session, shop_id, draft)
        assert perks.programme(session, shop_id, draft).whom == "conditions that do not hold any more"
    assert seen.members == 0
    assert any("there is no column 'shoe_size'" in one for one in seen.warnings)
