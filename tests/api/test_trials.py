"""Trials by lot as the panel asks for them, and as nobody should."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from saleor_influence_app import db, run_queue
from saleor_influence_app.experiments import planning
from saleor_influence_app.runs import execution
from tests.support.lots import agree, switch_on
from tests.support.shop_rows import NOW, RESULT, put_customers, put_order, put_tie, put_trial
from tests.support.staff import Staff

Fill = Callable[[], int]
CONTACTS = [f"contact-{number:02}" for number in range(24)]
ODD: tuple[dict[str, Any], ...] = (
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
    {"things": []},
    {"things": ["cup"]},
    {"things": "cup"},
    {"things": ["cup", ""]},
    {"things": ["cup", "a\x00b"]},
    {"things": ["cup", "two words"]},
    {"things": ["cup", 7]},
    {"things": ["cup", "cup"]},
    {"things": [f"thing {number}" for number in range(11)]},
    {"shop_id": 2},
    {"seed": 1},
    {"made_by": "x"},
    {"p": 0},
)
WANTED: dict[str, Any] = {"customer_id": "often", "things": ["cup", "plate"]}


@pytest.fixture
def liked(shop_id: int, valued: Fill) -> int:
    """The shop, in which 24 who agreed to be contacted may follow the customer `often`."""
    valued()
    with db.transaction() as session:
        put_customers(session, shop_id, *CONTACTS)
        for contact in CONTACTS:
            put_tie(session, shop_id, "often", contact)
            for days in (100, 200):
                put_order(session, shop_id, contact, days_ago=days)
        switch_on(session, shop_id)
        agree(session, shop_id, *CONTACTS)
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return shop_id


def plan(staff: Staff, **given: Any) -> Any:
    return staff.ask("POST", "/api/trials", json=WANTED | given)


def test_a_trial_is_planned_started_read_listed_handed_off_and_stopped(staff: Staff, liked: int) -> None:
    assert liked
    answer = plan(staff, days=14)
    made = answer.json()
    assert (answer.status_code, made["state"], made["things"]) == (201, "planning", ["cup", "plate"])
    assert made["sentence"] == "Being planned: a worker is finding the contacts."
    planning.work(db.transaction, made["id"])
    planned = staff.get(f"/api/trials/{made['id']}").json()
    assert (planned["state"], planned["contacts"], planned["segment"]) == (
        "planned",
        24,
        f"invited-{made['id']}",
    )
    assert [one["effect"] for one in planned["needs"]] == [0.05, 0.02, 0.01]

    started = staff.ask("POST", f"/api/trials/{made['id']}/start")
    assert (started.status_code, started.json()["state"]) == (200, "starting")
    planning.work(db.transaction, made["id"])

    running = staff.get(f"/api/trials/{made['id']}").json()
    assert (running["state"], running["here"], running["seed"]) == ("running", 24, None)
    assert running["invited"]["drawn"] + running["held_out"]["drawn"] == 48
    assert staff.get("/api/trials?customer_id=often").json() == {"total": 1, "trials": [running]}
    assert staff.get("/api/trials?customer_id=once").json()["total"] == 0
    letters = staff.get(f"/api/trials/{made['id']}/letters")
    assert letters.headers["content-type"].startswith("text/csv")
    assert len(letters.text.splitlines()) == 49

    stopped = staff.ask("POST", f"/api/trials/{made['id']}/stop")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert int(stopped.json()["seed"]) >= 0
    for again in ("POST", f"/api/trials/{made['id']}/stop"), ("DELETE", f"/api/trials/{made['id']}"):
        refused = staff.ask(*again)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "INVALID_INPUT")


def test_a_plan_is_discarded_and_only_one_is_made_in_one_name(staff: Staff, liked: int) -> None:
    assert liked
    assert [plan(staff).status_code for _ in range(2)] == [201, 422]
    trial_id = staff.get("/api/trials").json()["trials"][0]["id"]

    assert staff.ask("DELETE", f"/api/trials/{trial_id}").status_code == 204
    assert staff.get("/api/trials").json() == {"total": 0, "trials": []}


def test_without_contacts_who_agreed_the_plan_says_why(staff: Staff, valued: Fill) -> None:
    valued()
    trial_id = plan(staff).json()["id"]
    planning.work(db.transaction, trial_id)

    refused = staff.get(f"/api/trials/{trial_id}").json()

    assert refused["state"] == "refused"
    assert refused["sentence"].startswith("Too few contacts: 0 customers are tied to them")
    assert staff.ask("POST", f"/api/trials/{trial_id}/start").status_code == 422


def test_the_result_of_an_invitation_trial_of_before_is_told_still(staff: Staff, liked: int) -> None:
    with db.transaction() as session:
        trial_id = put_trial(session, liked, "often", **RESULT)
        run_id = run_queue.ask(session, liked)
    assert execution.execute(db.transaction, run_id, as_of=NOW + timedelta(minutes=1))

    after = staff.get(f"/api/trials/{trial_id}").json()

    assert (after["proven"], after["things"]) == (True, None)
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
        *(json.dumps(WANTED | odd).encode() for odd in ODD),
    ],
    ids=lambda body: ascii(body)[:60],
)
@pytest.mark.usefixtures("people")
def test_a_trial_that_cannot_be_meant_is_not_planned(staff: Staff, body: bytes) -> None:
    answer = staff.ask("POST", "/api/trials", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 404, 413, 422}
    assert answer.json()["error"]["message"]
    assert staff.get("/api/trials").json()["total"] == 0


def test_strangers_are_not_found(staff: Staff, neighbours: Staff, liked: int) -> None:
    assert neighbours
    assert liked
    answers = [plan(staff, customer_id="theirs"), plan(staff, customer_id="nobody")]
    answers += [staff.get("/api/trials/4711"), staff.get("/api/trials/4711/letters")]
    answers += [staff.ask("POST", f"/api/trials/4711/{step}") for step in ("start", "stop")]
    answers.append(staff.ask("DELETE", "/api/trials/4711"))

    assert [(one.status_code, one.json()["error"]["code"]) for one in answers] == [(404, "NOT_FOUND")] * 7


def test_a_neighbours_trials_cannot_be_seen_or_touched(
    staff: Staff, neighbours: Staff, neighbour_id: int
) -> None:
    with db.transaction() as session:
        theirs = put_trial(session, neighbour_id, "often", guests={"theirs": True})

    assert staff.get(f"/api/trials/{theirs}").status_code == 404
    assert staff.get(f"/api/trials/{theirs}/letters").status_code == 404
    for step in ("stop", "start"):
        assert staff.ask("POST", f"/api/trials/{theirs}/{step}").status_code == 404
    assert staff.ask("DELETE", f"/api/trials/{theirs}").status_code == 404
    assert staff.get("/api/trials").json()["total"] == 0
    assert staff.get("/api/customers", params={"segment": f"invited-{theirs}"}).json()["total"] == 0
    assert neighbours.get(f"/api/trials/{theirs}").json()["state"] == "running"
