"""Segments through the API: looked at before they are saved, saved, dropped, refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from saleor_influence_app import db
from saleor_influence_app.runs import execution
from tests.support.shop_rows import NOW
from tests.support.staff import Staff

Fill = Callable[[], int]


def definition(**given: Any) -> dict[str, Any]:
    return {
        "name": "big-spender",
        "title": "Big spender",
        "description": "Spent a lot.",
        "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100}],
        "max_share": 0.9,
    } | given


def tables() -> tuple[int, ...]:
    """How many rows there are of everything that saving a segment could change."""
    with db.transaction() as session:
        return tuple(
            session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("segments", "memberships", "runs", "outbox")
        )


def test_a_preview_says_who_would_be_in_and_saves_nothing(staff: Staff, valued: Fill) -> None:
    valued()
    before = tables()

    body = staff.ask("POST", "/api/segments/preview", json=definition()).json()

    assert (body["size"], body["entering"], body["leaving"], body["share"]) == (1, 1, 0, 0.5)
    [sample] = body["sample"]
    assert sample["customer_id"] == "often"
    assert "600.00 EUR" in sample["reason"]
    assert tables() == before


def test_a_preview_of_a_change_counts_who_would_leave(staff: Staff, valued: Fill) -> None:
    valued()
    harder = definition(name="loyal", conditions=[{"column": "frequency", "operator": ">=", "threshold": 99}])

    body = staff.ask("POST", "/api/segments/preview", json=harder).json()

    assert (body["size"], body["entering"], body["leaving"]) == (0, 0, 1)
    assert "Nobody meets this" in body["why_empty"]


def test_a_preview_before_the_first_run_finds_nobody(staff: Staff) -> None:
    body = staff.ask("POST", "/api/segments/preview", json=definition()).json()

    assert (body["size"], body["share"]) == (0, 0.0)
    assert body["why_empty"] == "There are no customers yet."


def test_a_saved_segment_is_filled_by_the_run_that_saving_queued(
    staff: Staff, shop_id: int, valued: Fill
) -> None:
    valued()

    answer = staff.ask("PUT", "/api/segments/big-spender", json=definition())
    assert answer.status_code == 200
    with db.transaction() as session:
        [run_id] = session.scalars(text("SELECT id FROM runs WHERE state = 'queued'"))
    execution.execute(db.transaction, run_id, as_of=NOW)

    sizes = {segment["name"]: segment["size"] for segment in staff.get("/api/segments").json()}
    assert sizes["big-spender"] == 1
    assert shop_id


def test_what_was_saved_is_read_back_as_it_was_given(staff: Staff) -> None:
    plain = {"about": None, "about_name": None}
    shoes = {"about": "Q2F0ZWdvcnk6MQ==", "about_name": "Shoes"}
    given = definition(
        conditions=[
            {"column": "value", "operator": ">=", "threshold": 12.5, "exit_threshold": 10},
            {"column": "evidence", "operator": ">=", "threshold": "some"},
            {"column": "category_verdict", "operator": ">=", "threshold": "leads"} | shoes,
        ]
    )

    staff.ask("PUT", "/api/segments/big-spender", json=given)

    [read] = [one for one in staff.get("/api/segments").json() if one["name"] == "big-spender"]
    assert read["conditions"] == [
        {"column": "value", "operator": ">=", "threshold": 12.5, "exit_threshold": 10.0} | plain,
        {"column": "evidence", "operator": ">=", "threshold": "some", "exit_threshold": None} | plain,
        {"column": "category_verdict", "operator": ">=", "threshold": "leads", "exit_threshold": None}
        | shoes,
    ]
    assert (read["title"], read["max_share"], read["order_by"]) == ("Big spender", 0.9, "value")


def test_a_dropped_segment_has_nobody_in_it(staff: Staff, valued: Fill) -> None:
    valued()

    assert staff.ask("DELETE", "/api/segments/loyal").status_code == 204

    assert staff.get("/api/customers/often").json()["segments"] == []
    assert staff.ask("DELETE", "/api/segments/loyal").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Not A Slug"},
        {"name": "x" * 10_000},
        {"name": ""},
        {"title": ""},
        {"title": "\0"},
        {"conditions": []},
        {"conditions": [{"column": "revenue", "operator": ">=", "threshold": 1}] * 1000},
        {"conditions": [{"column": "email", "operator": ">=", "threshold": 1}]},
        {"conditions": [{"column": "1; DROP TABLE scores", "operator": ">=", "threshold": 1}]},
        {"conditions": [{"column": "revenue", "operator": "LIKE", "threshold": 1}]},
        {"conditions": [{"column": "revenue", "operator": ">=", "threshold": "much"}]},
        {"conditions": [{"column": "revenue", "operator": ">=", "threshold": None}]},
        {"conditions": [{"column": "revenue", "operator": ">=", "threshold": True}]},
        {"conditions": [{"column": "revenue", "operator": ">="}]},
        {"conditions": [{"column": "evidence", "operator": ">=", "threshold": "heaps"}]},
        {"conditions": [{"column": "value", "operator": ">=", "threshold": 1, "exit_threshold": 2}]},
        {"conditions": [{"column": "category_verdict", "operator": ">=", "threshold": "leads"}]},
        {"conditions": [{"column": "network_reach", "operator": ">=", "threshold": 50, "about": "reddit"}]},
        {"conditions": [{"column": "consent_perks", "operator": "<=", "threshold": "no"}]},
        {"conditions": "all of them"},
        {"max_share": 0},
        {"max_share": 1.01},
        {"max_share": "half"},
        {"needs": "magic"},
        {"order_by": "customer_id; --"},
        {"unknown": 1},
    ],
)
def test_a_definition_that_cannot_be_meant_is_refused_with_a_sentence(
    staff: Staff, wrong: dict[str, Any]
) -> None:
    before = tables()
    given = definition(**wrong)

    preview = staff.ask("POST", "/api/segments/preview", json=given)
    saved = staff.ask("PUT", "/api/segments/big-spender", json=given)

    for answer in (preview, saved):
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "INVALID_INPUT"
        assert answer.json()["error"]["message"]
    assert tables() == before


@pytest.mark.parametrize(
    "condition",
    [
        {"column": "percentile", "operator": "<=", "threshold": 10},
        {"column": "value", "operator": "<", "threshold": 1e300},
        {"column": "score", "operator": "==", "threshold": 100},
        {"column": "rank", "operator": ">=", "threshold": 1},
        {"column": "verdict", "operator": "<=", "threshold": "proven"},
        {"column": "orders_count", "operator": "<=", "threshold": 3, "exit_threshold": 4},
    ],
)
def test_a_segment_that_would_pick_people_for_a_low_value_is_refused_with_the_reason(
    staff: Staff, condition: dict[str, Any]
) -> None:
    before = tables()
    given = definition(conditions=[condition], description="serve last")

    for method, path in (("POST", "/api/segments/preview"), ("PUT", "/api/segments/big-spender")):
        answer = staff.ask(method, path, json=given)
        assert answer.status_code == 422
        told = answer.json()["error"]["message"]
        assert f"nobody may be picked for a low value: {condition['column']} says" in told
    assert tables() == before


def test_who_bought_lately_may_be_picked(staff: Staff) -> None:
    lately = definition(conditions=[{"column": "days_since_last_order", "operator": "<=", "threshold": 30}])

    assert staff.ask("PUT", "/api/segments/big-spender", json=lately).status_code == 200


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(staff: Staff, number: str) -> None:
    body = (
        '{"name": "a", "title": "A", "conditions": [{"column": "revenue", "operator": ">=", "threshold": '
        + number
        + "}]}"
    )

    answer = staff.ask(
        "POST", "/api/segments/preview", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422


def test_a_shop_has_at_most_fifty_segments(staff: Staff) -> None:
    answers = []
    for number in range(50):
        name = f"segment-{number}"
        answers.append(staff.ask("PUT", f"/api/segments/{name}", json=definition(name=name)).status_code)

    assert answers == [200] * 45 + [422] * 5
    assert len(staff.get("/api/segments").json()) == 50
