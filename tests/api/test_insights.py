"""What a shop is told without a single tie: what is expected, who is due, what sells together, what next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Exclusion, PerkProgramme, PrivacySettingsRow, Run, Shop
from saleor_influence_app.queries import first_steps
from saleor_influence_app.runs import execution
from tests.support.shop_rows import (
    NOW,
    put_customers,
    put_order,
    put_run,
    put_score,
    put_tie,
    put_trial,
)
from tests.support.staff import Staff

Fill = Callable[[], int]
TODAY = datetime.now(UTC)


def told(staff: Staff) -> dict[str, Any]:
    answer = staff.get("/api/insights")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def run_now(shop_id: int) -> int:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return run_id


def put_regular(shop_id: int, run_id: int, customer_id: str, *, gap: int, silence: int, **given: Any) -> None:
    """A customer who bought on five days, each so many days after the one before, and was quiet since."""
    columns = {"frequency": 4, "recency_days": 4.0 * gap, "age_days": 4.0 * gap + silence} | given
    with db.transaction() as session:
        put_customers(session, shop_id, customer_id)
        put_score(session, shop_id, customer_id, run_id=run_id, **columns)


@pytest.fixture
def run_id(shop_id: int) -> int:
    """A run of today."""
    with db.transaction() as session:
        return put_run(session, shop_id, as_of=TODAY)


def test_before_the_first_run_nothing_is_said_to_be_zero(staff: Staff) -> None:
    body = told(staff)

    assert (body["run_id"], body["as_of"]) == (None, None)
    assert body["expected"]["total"] is None
    assert body["expected"]["sentence"].startswith("Nothing has been calculated yet")
    for part in ("due", "slipping"):
        assert (body[part]["customers"], body[part]["money"], body[part]["first"]) == (0, None, [])
        assert body[part]["sentence"] == "No rhythms are known before the first calculation."
    assert body["sells_together"]["pairs"] == []
    assert [step["key"] for step in body["steps"]] == ["import", "survey", "referral"]
    assert not any(step["is_done"] for step in body["steps"])


def test_a_shop_without_orders_is_told_so(staff: Staff, shop_id: int) -> None:
    run_now(shop_id)

    body = told(staff)

    assert body["expected"]["sentence"] == "No order has been paid yet, so there is nothing to go by."
    assert body["due"]["sentence"].startswith("No rhythms are known yet")
    assert body["sells_together"]["sentence"] == "No product has been bought yet."


def test_a_shop_of_guests_alone_is_told_why_nothing_is_expected_and_what_they_buy_together(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        for place in range(60):
            hashed = place.to_bytes(8, "big")
            for product in ("cup", "plate") if place < 15 else (f"other {place % 20}",):
                put_order(session, shop_id, None, email_hash=hashed, product=product, days_ago=place + 1)
    run_now(shop_id)

    body = told(staff)

    assert body["expected"]["sentence"].startswith("Every paid order so far is a guest's.")
    assert body["expected"]["total"] is None
    [pair] = body["sells_together"]["pairs"]
    assert ({pair["product_id"], pair["other_id"]}, pair["customers"]) == ({"cup", "plate"}, 15)
    assert pair["sentence"].startswith("15 customers bought both; by chance it would be ")
    assert "guest:" not in str(body)


def test_a_shop_without_ties_is_told_what_is_expected_with_its_interval(staff: Staff, valued: Fill) -> None:
    run_id = valued()

    body = told(staff)

    assert (body["run_id"], body["as_of"]) == (run_id, "2026-11-01T12:00:00Z")
    expected = body["expected"]
    with db.transaction() as session:
        total = session.get_one(Run, run_id).model["total"]
    low, most_likely, high = (float(expected[name]["amount"]) for name in ("low", "total", "high"))
    assert 0 < low < most_likely < high
    assert most_likely == pytest.approx(total["expected"], abs=0.01)
    assert (expected["customers"], expected["horizon_days"]) == (2, 365)
    assert expected["sentence"].startswith("2 customers are expected to spend ")
    assert f"between {expected['low']['amount']} EUR and " in expected["sentence"]


def test_the_back_test_says_how_far_to_trust_it(staff: Staff, shop_id: int) -> None:
    model = {
        "currency": "EUR",
        "horizon_days": 30,
        "customers": 1,
        "total": {"expected": 1200.5, "low": 1000, "high": 1500},
        "back_test": {"since": "2026-08-01", "until": "2026-10-30", "foretold": 340.0, "came": 351.25},
    }
    with db.transaction() as session:
        put_run(session, shop_id, model=model)

    expected = told(staff)["expected"]

    assert expected["sentence"].startswith(
        "1 customer is expected to spend 1,200.50 EUR within the next 30 days"
    )
    assert expected["checked"] == (
        "How far to trust it: for 2026-08-01 to 2026-10-30 the same method would have foretold 340.00 EUR, "
        "and 351.25 EUR came."
    )


@pytest.mark.parametrize(
    ("silence", "where"),
    [(15, None), (16, "due"), (30, "due"), (31, None), (50, None), (51, "slipping"), (365, "slipping"),
     (366, None)],
)  # fmt: skip
def test_silence_in_usual_gaps_says_who_is_due_and_who_is_slipping(
    staff: Staff, shop_id: int, run_id: int, silence: int, where: str | None
) -> None:
    put_regular(shop_id, run_id, "anna", gap=20, silence=silence)

    body = told(staff)

    assert [part for part in ("due", "slipping") if body[part]["customers"]] == ([where] if where else [])


def test_due_customers_come_by_what_is_expected_of_them_with_a_sentence(
    staff: Staff, shop_id: int, run_id: int
) -> None:
    for place in range(7):
        put_regular(shop_id, run_id, f"c{place}", gap=21, silence=20, clv=100 + place)
    put_regular(shop_id, run_id, "daily", gap=1, silence=1, clv=1)

    due = told(staff)["due"]

    assert (due["customers"], due["money"]) == (8, {"amount": "722.00", "currency": "EUR"})
    assert [one["customer_id"] for one in due["first"]] == ["c6", "c5", "c4", "c3", "c2"]
    assert due["first"][0]["sentence"] == "Usually every 21 days; last order 20 days ago."
    assert (
        due["sentence"] == "8 customers usually buy again about now. 722.00 EUR is expected of them in all."
    )


def test_slipping_customers_come_by_what_they_spent_a_year_and_nobody_is_blamed(
    staff: Staff, shop_id: int, run_id: int
) -> None:
    put_regular(shop_id, run_id, "short", gap=30, silence=100, revenue=500)
    put_regular(shop_id, run_id, "long", gap=182, silence=365, revenue=1000)
    put_regular(shop_id, run_id, "slow", gap=100, silence=300, revenue=800)
    put_regular(shop_id, run_id, "nothing", gap=30, silence=100, revenue=9000, clv=0)

    slipping = told(staff)["slipping"]

    assert [one["customer_id"] for one in slipping["first"]] == ["slow", "short"]
    assert [one["yearly"]["amount"] for one in slipping["first"]] == ["730.00", "500.00"]
    assert slipping["money"]["amount"] == "1230.00"
    assert slipping["sentence"] == (
        "2 customers have been quiet for more than 2.5 times as long as usual. While they bought, they spent "
        "about 1,230.00 EUR a year. Nothing here says why they pause."
    )


def test_silence_goes_on_after_the_run_and_an_order_since_ends_it(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id, as_of=TODAY - timedelta(days=6))
    for name in ("quiet", "back"):
        put_regular(shop_id, run_id, name, gap=20, silence=12)
    with db.transaction() as session:
        put_order(session, shop_id, "back", created_at=TODAY - timedelta(days=2))

    due = told(staff)["due"]

    assert [(one["customer_id"], one["days_since_last_order"]) for one in due["first"]] == [("quiet", 18)]


def test_three_repeat_purchases_make_a_rhythm_and_staff_or_test_accounts_have_none(
    staff: Staff, shop_id: int, run_id: int
) -> None:
    put_regular(shop_id, run_id, "twice", gap=20, silence=20, frequency=2, recency_days=40, age_days=60)
    put_regular(shop_id, run_id, "tester", gap=20, silence=20)
    with db.transaction() as session:
        session.execute(insert(Exclusion), [{"shop_id": shop_id, "customer_id": "tester", "reason": "test"}])
        put_customers(session, shop_id, "clerk", is_staff=True)
        put_score(session, shop_id, "clerk", run_id=run_id, frequency=4, recency_days=80, age_days=100)

    assert told(staff)["due"]["sentence"].startswith("No rhythms are known yet")


def steps_of(staff: Staff) -> dict[str, dict[str, Any]]:
    return {step["key"]: step for step in told(staff)["steps"]}


def test_what_has_to_be_done_before_comes_later(staff: Staff, shop_id: int) -> None:
    steps = told(staff)["steps"]
    assert [(step["key"], len(step["needs"])) for step in steps] == [
        ("import", 0), ("survey", 0), ("referral", 1)
    ]  # fmt: skip
    assert [step["place"] for step in steps] == ["/ties", "/settings", "/perks/new/referral"]

    with db.transaction() as session:
        granted = ["MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD"]
        session.execute(update(Shop).where(Shop.id == shop_id).values(permissions=granted))

    assert [step["key"] for step in told(staff)["steps"]] == ["referral", "import", "survey"]


def test_a_step_that_is_done_says_what_it_brought_by_kind(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "a", "b", "c")
        put_tie(session, shop_id, "a", "b", kind="club")
        put_tie(session, shop_id, "b", "c", kind="club")
        put_tie(session, shop_id, "a", "c", kind="team")
        put_tie(session, shop_id, "c", "a", kind="code", origin="orders")
    put_programme(shop_id, state="running")

    steps = steps_of(staff)

    assert list(steps) == ["survey", "profiles", "referral", "import"]
    assert (steps["import"]["ties"], steps["import"]["sentence"]) == (
        {"club": 2, "team": 1},
        "3 ties so far.",
    )
    assert (steps["referral"]["ties"], steps["referral"]["sentence"]) == ({"code": 1}, "1 tie so far.")
    assert steps["profiles"]["sentence"] is None


def put_programme(shop_id: int, *, state: str) -> None:
    with db.transaction() as session:
        session.add(
            PerkProgramme(
                shop_id=shop_id, kind="referral", title="Friends", segment="loyal", terms={}, hold_out=0,
                seed=1, state=state, starts_at=NOW, ends_at=NOW + timedelta(days=30), currency="EUR",
                made_by="VXNlcjox",
            )
        )  # fmt: skip


def test_a_draft_of_a_referral_programme_is_not_a_step_that_is_done(staff: Staff, shop_id: int) -> None:
    put_programme(shop_id, state="draft")
    assert not steps_of(staff)["referral"]["is_done"]

    put_programme(shop_id, state="running")
    assert steps_of(staff)["referral"]["sentence"] == "No tie has come of it yet."


def test_a_trial_is_shown_where_contacts_agreed_or_one_has_begun(staff: Staff, shop_id: int) -> None:
    assert "trial" not in steps_of(staff)

    with db.transaction() as session:
        put_customers(session, shop_id, "anna")
        put_trial(session, shop_id, "anna", state="running")

    trial = steps_of(staff)["trial"]
    assert (trial["is_done"], trial["sentence"], trial["ties"]) == (True, "1 trial has begun.", {})


def test_one_more_way_is_one_more_entry() -> None:
    assert len({step.key for step in first_steps.STEPS}) == len(first_steps.STEPS)
    for step in first_steps.STEPS:
        assert step.title
        assert step.text.endswith(".")


def test_where_profiles_are_on_the_step_leads_to_inviting(staff: Staff, shop_id: int) -> None:
    confirmed = {
        "shop_id": shop_id, "enabled": True, "confirmed_by": "VXNlcjox", "confirmed_at": NOW,
        "minimum_age": 16, "posts_days": 90, "features_months": 24, "controller_name": "Shop",
        "controller_contact": "privacy@shop.example", "storefront_origins": [], "networks": {},
        "secrets_encrypted": "",
    }  # fmt: skip
    with db.transaction() as session:
        session.execute(insert(PrivacySettingsRow), [confirmed])

    profiles = steps_of(staff)["profiles"]
    assert (profiles["place"], profiles["needs"]) == ("/profiles", [])


def test_nothing_of_a_neighbour_is_told(
    staff: Staff, neighbours: Staff, neighbouring_shop_id: int, shop_id: int
) -> None:
    with db.transaction() as session:
        later = TODAY + timedelta(hours=1)
        theirs = put_run(
            session, neighbouring_shop_id, as_of=TODAY, finished_at=later, model={"affinity": PAIR}
        )
        put_tie(session, neighbouring_shop_id, "often", "theirs")
    put_programme(neighbouring_shop_id, state="running")
    put_regular(neighbouring_shop_id, theirs, "regular", gap=20, silence=20)

    mine, their = told(staff), told(neighbours)

    assert (their["due"]["customers"], len(their["sells_together"]["pairs"])) == (1, 1)
    assert [step["is_done"] for step in their["steps"]] == [False, False, True, True]
    assert mine["run_id"] is None
    assert (mine["due"]["customers"], mine["sells_together"]["pairs"]) == (0, [])
    assert not any(step["is_done"] for step in mine["steps"])
    assert shop_id != neighbouring_shop_id


PAIR = {
    "customers": 200_000,
    "of": 900_000,
    "products": 200,
    "found": 40,
    "pairs": [
        {
            "product_id": "cup", "other_id": "plate", "buyers": 90, "other_buyers": 70, "customers": 40,
            "expected": 0.4, "times": 100.0, "times_low": 80.0,
        }
    ],
}  # fmt: skip


def test_a_sample_is_called_one_and_runs_of_before_say_to_wait(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_run(session, shop_id, model={"currency": "EUR"})
    assert (
        told(staff)["sells_together"]["sentence"] == "What sells together is not known before the next run."
    )

    with db.transaction() as session:
        put_run(session, shop_id, model={"affinity": PAIR}, finished_at=NOW + timedelta(hours=1))

    together = told(staff)["sells_together"]
    assert together["sentence"].endswith("among a sample of 200,000 of 900,000 customers; the first 1 of 40.")
    assert (
        "by chance it would be less than 1. At least 80.0 times as many." in together["pairs"][0]["sentence"]
    )


@pytest.mark.parametrize(
    "query",
    [
        "?limit=9999999999",
        "?now=2020-01-01",
        "?shop_id=2",
        "?" + "x" * 4000,
        "?a=%00",
        "?%ff=1",
        "?run_id='--",
    ],
    ids=range(7),
)
def test_nothing_in_the_address_changes_the_answer(staff: Staff, valued: Fill, query: str) -> None:
    valued()

    answer = staff.get(f"/api/insights{query}")

    assert answer.status_code == 200
    assert answer.json() == told(staff)
