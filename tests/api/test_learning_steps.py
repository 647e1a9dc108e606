"""What the overview says of how much is known, and of the steps that teach most."""

from typing import Any

import pytest

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, LearningStep, PerkProgramme, Shop
from saleor_influence_app.queries import learning_steps
from tests.support.lots import agree, switch_on
from tests.support.shop_rows import NOW, put_customers, put_run
from tests.support.staff import Staff

STEPS = (("question", None, 0, 0.004), ("trial", "anna", 12, 0.02), ("trial", "berta", 9, 0.0004))


def told(staff: Staff) -> dict[str, Any]:
    answer = staff.get("/api/insights")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()["learning"]
    return body


def put_steps(shop_id: int, *, known: float = 0.31, steps: Any = STEPS) -> int:
    """A run that found these; Anna and Berta agreed to be contacted."""
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "berta")
        switch_on(session, shop_id)
        agree(session, shop_id, "anna", "berta")
        run_id = put_run(session, shop_id, model={"finder": {"known": known, "after": known}})
        for place, (kind, customer_id, messages, gain) in enumerate(steps, 1):
            given = {"kind": kind, "customer_id": customer_id, "messages": messages, "gain": gain}
            session.add(LearningStep(shop_id=shop_id, position=place, run_id=run_id, **given))
    return run_id


def test_before_the_first_run_and_after_one_of_an_older_release_nothing_is_claimed(
    staff: Staff, shop_id: int
) -> None:
    nothing: dict[str, Any] = {"known": None, "after": None, "sentence": learning_steps.NOT_YET, "steps": []}
    assert told(staff) == nothing

    with db.transaction() as session:
        put_run(session, shop_id, model={})

    assert told(staff) == nothing


def test_the_sentence_says_what_is_known_and_what_these_steps_would_make_of_it(
    staff: Staff, shop_id: int
) -> None:
    put_steps(shop_id)

    body = told(staff)

    assert body["sentence"] == (
        "The app knows the influence of 31% of your customers' reach. These three steps would make it 33%."
    )
    assert (body["known"], body["after"]) == (0.31, pytest.approx(0.3344))
    question, first, second = body["steps"]
    assert (question["title"], question["effort"], question["place"]) == (
        "Ask after an order who told them", "no message", "/settings",
    )  # fmt: skip
    assert (first["effort"], first["teaches"], first["points"]) == ("12 letters", "+2.0 points", 2.0)
    assert (first["place"], second["teaches"]) == ("/evidence/anna", "less than 0.1 points")


def test_a_step_that_became_impossible_is_left_out_and_its_points_with_it(staff: Staff, shop_id: int) -> None:
    put_steps(shop_id)
    with db.transaction() as session:
        objections.object_(session, shop_id, "anna", by=AskedBy.SELF)
        agree(session, shop_id, "berta", action="withdrawn")

    body = told(staff)

    assert [step["kind"] for step in body["steps"]] == ["question"]
    assert body["after"] == pytest.approx(0.314)
    with db.transaction() as session:
        session.get_one(Shop, shop_id).survey = True
    assert told(staff)["sentence"].endswith(learning_steps.NOBODY)


def test_a_link_is_given_in_the_programme_that_runs_or_a_new_one(staff: Staff, shop_id: int) -> None:
    put_steps(shop_id, steps=[("link", "anna", 1, 0.001)])
    programme = {
        "title": "Friends",
        "segment": "loyal",
        "terms": {},
        "hold_out": 0,
        "seed": 1,
        "currency": "EUR",
    }
    ends = NOW.replace(year=2036)
    with db.transaction() as session:
        running = PerkProgramme(
            shop_id=shop_id, kind="referral", state="draft", starts_at=NOW, ends_at=ends,
            made_by="VXNlcjox", needs_consent=False, **programme,
        )  # fmt: skip
        session.add(running)
        session.flush()
        programme_id = running.id
    assert told(staff)["steps"] == []  # Anna agreed to be contacted, and to no perk

    with db.transaction() as session:
        session.get_one(PerkProgramme, programme_id).state = "running"

    [step] = told(staff)["steps"]
    assert (step["place"], step["effort"]) == (f"/perks/{programme_id}", "1 message")


def test_steps_of_an_earlier_run_are_not_shown_beside_a_newer_one(staff: Staff, shop_id: int) -> None:
    put_steps(shop_id)
    with db.transaction() as session:
        put_run(session, shop_id, model={"finder": {"known": 0.0, "after": 0.0}})

    body = told(staff)

    assert body["steps"] == []
    assert body["sentence"].startswith(learning_steps.NO_TIES)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (0.0001, "less than 0.1%"),
        (0.004, "0.4%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.314, "31%"),
        (1, "100%"),
    ],
)
def test_a_share_is_never_said_to_be_nothing_where_it_is_something(share: float, said: str) -> None:
    assert learning_steps.percent(share) == said


def test_steps_that_add_next_to_nothing_are_said_to(staff: Staff, shop_id: int) -> None:
    put_steps(shop_id, steps=[("trial", "anna", 12, 0.0002)])

    assert told(staff)["sentence"].endswith("This step would add less than 0.1 points.")
