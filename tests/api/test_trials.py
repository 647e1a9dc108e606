"""Invitation trials as the panel asks for them, and as nobody should."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Category
from saleor_influence_app.runs import execution
from tests.support.shop_rows import NOW, RESULT, put_customers, put_order, put_tie, put_trial
from tests.support.staff import Staff

Fill = Callable[[], int]
GUESTS = [f"guest-{number:02}" for number in range(24)]


@pytest.fixture
def liked(shop_id: int, valued: Fill) -> int:
    """The shop, in which 24 may follow the customer `often`."""
    valued()
    with db.transaction() as session:
        put_customers(session, shop_id, *GUESTS)
        session.add(Category(shop_id=shop_id, category_id="cups", parent_id=None, name="Cups"))
        for guest in GUESTS:
            put_tie(session, shop_id, "often", guest)
            for days in (100, 200):
                put_order(session, shop_id, guest, days_ago=days)
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return shop_id


def start(staff: Staff, **given: Any) -> Any:
    return staff.ask("POST", "/api/trials", json={"customer_id": "often"} | given)


def test_a_trial_is_planned_started_read_listed_and_stopped(staff: Staff, liked: int) -> None:
    assert liked
    plan = staff.ask("POST", "/api/trials/plan", json={"customer_id": "often"}).json()
    assert (plan["invited"], plan["held_out"], plan["refusal"]) == (12, 12, None)
    assert 0.3 < plan["detectable"] < 0.5
    assert "same offer" in plan["advice"]
    assert staff.get("/api/trials").json() == {"total": 0, "trials": []}

    answer = start(staff, days=14, category_id="cups")
    made = answer.json()

    assert (answer.status_code, made["state"], made["category_name"]) == (201, "running", "Cups")
    assert made["segment"] == f"invited-{made['id']}"
    assert made["invited"] == made["held_out"] == {"drawn": 12, "here": 12, "bought": None}
    assert made["detectable"] == pytest.approx(plan["detectable"])
    assert int(made["seed"]) >= 0
    assert [made[name] for name in ("p", "difference", "proven", "ended_at")] == [None] * 4
    assert staff.get(f"/api/trials/{made['id']}").json() == made
    assert staff.get("/api/trials?customer_id=often").json() == {"total": 1, "trials": [made]}
    assert staff.get("/api/trials?customer_id=once").json()["total"] == 0

    stopped = staff.ask("POST", f"/api/trials/{made['id']}/stop")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    again = staff.ask("POST", f"/api/trials/{made['id']}/stop")
    assert (again.status_code, again.json()["error"]["code"]) == (422, "INVALID_INPUT")


def test_the_plan_draws_nothing_and_two_starts_make_one_trial(staff: Staff, liked: int) -> None:
    assert liked
    for _ in range(2):
        staff.ask("POST", "/api/trials/plan", json={"customer_id": "often"})
    assert staff.get("/api/trials").json()["total"] == 0

    assert [start(staff).status_code for _ in range(2)] == [201, 422]
    assert staff.get("/api/trials").json()["total"] == 1


def test_too_few_guests_are_refused_with_a_sentence(staff: Staff, valued: Fill) -> None:
    valued()

    answer = start(staff)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")
    assert answer.json()["error"]["message"].startswith("Too few candidates: 0 customers could be drawn")
    plan = staff.ask("POST", "/api/trials/plan", json={"customer_id": "often"}).json()
    assert plan["refusal"] == answer.json()["error"]["message"]


def test_a_result_is_told_by_the_run_after_it(staff: Staff, liked: int) -> None:
    with db.transaction() as session:
        trial_id = put_trial(session, liked, "often", **RESULT)

    before = staff.get(f"/api/trials/{trial_id}").json()
    with db.transaction() as session:
        run_id = run_queue.ask(session, liked)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    after = staff.get(f"/api/trials/{trial_id}").json()

    # Its end lies before the as_of of the run that is shown, which did not know it.
    assert before["proven"] is False
    assert after["proven"] is True
    said = "Proven: of 40 invited in this customer's name 12 bought, of 40 held out 3 (p = 0.010)."
    assert after["sentence"] == said
    assert staff.get("/api/customers/often").json()["verdict_sentence"] == said


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        *(
            json.dumps({"customer_id": "often"} | odd).encode()
            for odd in (
                {"customer_id": ""},
                {"customer_id": ["often"]},
                {"customer_id": "a\x00b"},
                {"customer_id": "x" * 201},
                {"days": 6},
                {"days": 91},
                {"days": 30.5},
                {"days": "30"},
                {"days": True},
                {"days": None},
                {"days": 10**30},
                {"category_id": ""},
                {"category_id": "a\x00b"},
                {"category_id": 7},
                {"shop_id": 2},
                {"seed": 1},
                {"made_by": "x"},
                {"p": 0},
            )
        ),
    ],
    ids=lambda body: ascii(body)[:60],
)
@pytest.mark.parametrize("path", ["/api/trials", "/api/trials/plan"])
@pytest.mark.usefixtures("people")
def test_a_trial_that_cannot_be_meant_is_not_started(staff: Staff, path: str, body: bytes) -> None:
    answer = staff.ask("POST", path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 413, 422}
    assert answer.json()["error"]["message"]
    assert staff.get("/api/trials").json()["total"] == 0


def test_strangers_and_unknown_categories_are_not_found(staff: Staff, neighbours: Staff, liked: int) -> None:
    assert neighbours
    assert liked
    answers = [start(staff, customer_id="theirs"), start(staff, category_id="none")]
    answers.append(staff.ask("POST", "/api/trials/plan", json={"customer_id": "nobody"}))
    answers += [staff.get("/api/trials/4711"), staff.ask("POST", "/api/trials/4711/stop")]

    assert [(one.status_code, one.json()["error"]["code"]) for one in answers] == [(404, "NOT_FOUND")] * 5


def test_a_neighbours_trials_cannot_be_seen_or_stopped(
    staff: Staff, neighbours: Staff, neighbour_id: int
) -> None:
    with db.transaction() as session:
        theirs = put_trial(session, neighbour_id, "often", guests={"theirs": True})

    assert staff.get(f"/api/trials/{theirs}").status_code == 404
    assert staff.ask("POST", f"/api/trials/{theirs}/stop").status_code == 404
    assert staff.get("/api/trials").json()["total"] == 0
    assert staff.get("/api/customers", params={"segment": f"invited-{theirs}"}).json()["total"] == 0
    assert neighbours.get(f"/api/trials/{theirs}").json()["state"] == "running"
