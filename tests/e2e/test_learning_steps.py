"""The card that says how much is known and which steps teach most: where each leads, at every width."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support.dashboard import SCREENSHOTS, Dashboard, Shop

pytestmark = pytest.mark.e2e
SENTENCE = "The app knows the influence of 31% of your customers' reach. These ten steps would make it 47%."


def card(frame: Frame) -> Any:
    return frame.get_by_role("region", name="What teaches most")


def step(kind: str, customer_id: str | None, place: str, **words: Any) -> dict[str, Any]:
    titles = {
        "trial": "Begin a trial in their name",
        "link": "Give them a referral link",
        "question": "Ask after an order who told them",
    }
    return {
        "kind": kind,
        "customer_id": customer_id,
        "title": titles[kind],
        "place": place,
        "points": 1.0,
    } | words


def ten_steps(shop: Shop) -> dict[str, Any]:
    """What the overview asks for, with ten steps of real customers."""
    people = [row["customer_id"] for row in shop.top(9)]
    steps = [step("question", None, "/settings", messages=0, effort="no message", teaches="+4.0 points")]
    steps += [
        step("trial", one, f"/evidence/{one}", messages=34, effort="34 letters", teaches="+3.1 points")
        for one in people[:4]
    ]
    steps += [
        step(
            "link", one, "/perks/new/referral", messages=1, effort="1 message", teaches="less than 0.1 points"
        )
        for one in people[4:]
    ]
    learning = {"known": 0.31, "after": 0.474, "sentence": SENTENCE, "steps": steps}
    return shop.get("/api/insights") | {"learning": learning}


def test_the_shop_is_told_how_much_it_knows_and_the_question_is_one_click(
    dashboard: Dashboard, shop: Shop
) -> None:
    told = shop.get("/api/insights")["learning"]
    assert 0 < told["known"] < told["after"] < 1
    assert told["steps"][0]["kind"] == "question"

    frame = dashboard.app()

    expect(card(frame).get_by_text(told["sentence"], exact=True)).to_be_visible()
    expect(card(frame).get_by_text("no message", exact=True)).to_be_visible()
    card(frame).get_by_role("button", name="Ask after an order who told them").press("Enter")
    expect(frame.get_by_role("heading", name="Settings", exact=True, level=1)).to_be_visible()


def test_ten_steps_name_whom_they_are_of_and_lead_there(dashboard: Dashboard, shop: Shop) -> None:
    told = ten_steps(shop)
    dashboard.answer({"GET /api/insights": told})

    frame = dashboard.app()

    expect(card(frame).get_by_text(SENTENCE, exact=True)).to_be_visible()
    rows = card(frame).get_by_role("listitem")
    expect(rows).to_have_count(10)
    first = told["learning"]["steps"][1]["customer_id"]
    person = shop.person(first)
    name = f"{person['firstName']} {person['lastName']}"
    expect(rows.nth(1)).to_contain_text(name)
    expect(rows.nth(1)).to_contain_text("34 letters")
    dashboard.settled(frame)
    card(frame).screenshot(path=SCREENSHOTS / "learning-steps.png", animations="disabled")
    dashboard.look_at_widths(frame, "learning-steps")
    rows.nth(1).get_by_role("button", name="Begin a trial in their name").click()
    expect(frame.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_where_there_is_nothing_to_suggest_the_card_says_why(dashboard: Dashboard, shop: Shop) -> None:
    why = "The app knows the influence of 31% of your customers' reach. No step can be suggested."
    learning = {"known": 0.31, "after": 0.31, "sentence": why, "steps": []}
    dashboard.answer({"GET /api/insights": shop.get("/api/insights") | {"learning": learning}})

    frame = dashboard.app()

    expect(card(frame).get_by_text(why, exact=True)).to_be_visible()
    expect(card(frame).get_by_role("list")).to_have_count(0)
