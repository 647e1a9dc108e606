"""How many purchases of others may follow: from the run to the sentence, the list and a segment."""

from collections.abc import Callable
from typing import Any

import pytest

from saleor_influence_app import db, run_queue
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, Run
from saleor_influence_app.runs import execution
from scoring import simulate
from tests.support.shop_rows import NOW, put_score
from tests.support.simulated_shop import put_simulated
from tests.support.staff import Staff

Fill = Callable[[], int]


def run(shop_id: int) -> int:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return run_id


def listed(staff: Staff, **given: Any) -> list[dict[str, Any]]:
    answer = staff.get("/api/customers", params={"sort": "follow_on", "limit": 100} | given)
    rows: list[dict[str, Any]] = answer.json()["customers"]
    return rows


def test_a_run_says_who_may_be_followed_and_an_objection_ends_it(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        world = simulate.shop(customers=1_500, orders=20_000, seed=3, as_of=NOW)
        put_simulated(session, shop_id, world=world, until=NOW)
    run_id = run(shop_id)

    rows = listed(staff)

    expected = [row["follow_on"] for row in rows]
    assert None not in expected, "there are more than a hundred who have a tie to somebody"
    assert expected == sorted(expected, reverse=True)
    assert expected[0] > 0
    assert all(0 <= row["follow_on_low"] <= row["follow_on_high"] for row in rows)
    first = rows[0]["customer_id"]
    body = staff.get(f"/api/customers/{first}").json()
    with db.transaction() as session:
        model = session.get_one(Run, run_id).model["ledger"]["forecast"]
    assert body["follow_on"] == expected[0]
    assert body["follow_on_days"] == model["days"] > 1
    assert f"In the next {model['days']} days" in body["forecast_sentence"]
    assert (
        f"80% interval {rows[0]['follow_on_low']} to {rows[0]['follow_on_high']}" in body["forecast_sentence"]
    )

    put = staff.ask(
        "PUT",
        "/api/segments/next",
        json={
            "name": "next",
            "title": "Followed next",
            "description": "",
            "conditions": [{"column": "follow_on", "operator": ">=", "threshold": round(expected[5], 3)}],
            "max_share": 1.0,
            "order_by": "follow_on",
        },
    )
    assert put.status_code < 300, put.text
    with db.transaction() as session:
        objections.object_(session, shop_id, first, by=AskedBy.SELF)
    run(shop_id)

    assert first not in {row["customer_id"] for row in listed(staff)}
    gone = staff.get(f"/api/customers/{first}").json()
    assert (gone["state"], gone["follow_on"], gone["forecast_sentence"]) == ("objected", None, None)
    members = listed(staff, segment="next")
    assert 0 < len(members) < 100
    member = staff.get(f"/api/customers/{members[0]['customer_id']}").json()
    (reason,) = (one["reason"] for one in member["segments"] if one["name"] == "next")
    assert "of others may follow" in reason


def test_a_shop_with_too_few_purchases_that_followed_says_so(staff: Staff, valued: Fill) -> None:
    valued()

    body = staff.get("/api/customers/often").json()

    assert (body["follow_on"], body["follow_on_days"]) == (None, None)
    assert body["forecast_sentence"] == "Not enough evidence yet to say who may follow."
    assert {row["follow_on"] for row in listed(staff)} == {None}


@pytest.mark.parametrize(
    ("expected", "low", "high", "days", "sentence"),
    [
        (2.9, 0, 7, 60, "In the next 60 days about 3 purchases of others may follow this customer's (80%"),
        (1.2, 0, 3, 60, "In the next 60 days about 1 purchase of others may follow this customer's (80%"),
        (0.3, 0, 1, 60, "In the next 60 days up to 1 purchase of others may follow this customer's (80%"),
        (
            0.02,
            0,
            0,
            60,
            "Most likely no purchase of others will follow this customer's in the next 60 days.",
        ),
        (
            2.0,
            1,
            4,
            1,
            "In the next day about 2 purchases of others may follow this customer's (80% interval 1",
        ),
    ],
)
def test_the_forecast_is_one_sentence(
    expected: float, low: int, high: int, days: int, sentence: str, staff: Staff, shop_id: int
) -> None:
    ends = {"follow_on_low": low, "follow_on_high": high, "follow_on_days": days}
    with db.transaction() as session:
        put_score(session, shop_id, "anna", follow_on=expected, **ends)

    assert staff.get("/api/customers/anna").json()["forecast_sentence"].startswith(sentence)
