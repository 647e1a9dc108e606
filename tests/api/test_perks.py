"""Perk programmes as the panel asks for them, and as nobody should."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from saleor_influence_app import db
from saleor_influence_app.models import PerkGrant, PerkRedemption
from saleor_influence_app.perks import schedule
from tests.support.perks import SEGMENT, SHIPPING_TERMS, put_members
from tests.support.shop_rows import put_customers, put_leak
from tests.support.staff import Staff

PEOPLE = [f"member-{number:02}" for number in range(30)]


def body(**given: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "kind": "shipping",
        "title": "Priority for the loyal",
        "segment": SEGMENT,
        "terms": SHIPPING_TERMS,
        "starts_at": (now - timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=30)).isoformat(),
        "currency": "EUR",
        "needs_consent": False,
    } | given


@pytest.fixture
def filled(shop_id: int) -> int:
    with db.transaction() as session:
        session.execute(text("UPDATE shops SET permissions = permissions || ARRAY['MANAGE_SHIPPING']"))
        put_members(session, shop_id, *PEOPLE)
    return shop_id


def test_a_programme_is_planned_checked_started_and_ended(staff: Staff, filled: int) -> None:
    assert filled
    kinds = {one["kind"]: one for one in staff.get("/api/perks/kinds").json()}
    assert (kinds["shipping"]["granted"], kinds["gift_card"]["granted"]) == (True, False)
    assert kinds["discount_code"]["binding"].startswith("Binds softly")

    answer = staff.ask("POST", "/api/perks", json=body())
    made = answer.json()
    assert (answer.status_code, made["state"], made["seed"]) == (201, "draft", None)
    assert made["summary"] == "Priority, from 0 EUR"
    path = f"/api/perks/{made['id']}"
    seen = staff.get(f"{path}/check").json()
    assert seen["granted"] + seen["held_out"] == 30

    assert staff.ask("POST", f"{path}/start").json()["state"] == "running"
    schedule.sweep(db.transaction)
    running = staff.get(path).json()
    assert running["counts"]["given"] == seen["granted"]
    assert staff.get("/api/perks").json() == {"total": 1, "programmes": [running]}
    page = staff.get(f"{path}/grants?limit=5").json()
    assert (page["total"], len(page["grants"])) == (30, 5)

    later = (datetime.now(UTC) + timedelta(days=60)).isoformat()
    assert staff.ask("POST", f"{path}/extend", json={"ends_at": later}).json()["ends_at"] != made["ends_at"]
    assert staff.ask("POST", f"{path}/pause").json()["state"] == "paused"
    ended = staff.ask("POST", f"{path}/end").json()
    assert (ended["state"], ended["seed"] is None) == ("ended", False)
    copy = staff.ask("POST", f"{path}/duplicate")
    assert (copy.status_code, copy.json()["state"]) == (201, "draft")
    assert staff.ask("DELETE", f"/api/perks/{copy.json()['id']}").status_code == 204


def test_one_customer_is_given_it_by_hand_and_it_is_taken_back(staff: Staff, filled: int) -> None:
    with db.transaction() as session:
        put_customers(session, filled, "other")
    path = f"/api/perks/{staff.ask('POST', '/api/perks', json=body()).json()['id']}"
    assert staff.ask("POST", f"{path}/grants", json={"customer_id": "other"}).json()["error"]["reason"] == (
        "expired"
    )
    staff.ask("POST", f"{path}/start")

    assert staff.ask("POST", f"{path}/grants", json={"customer_id": "other"}).status_code == 204
    [grant] = staff.get("/api/perks/grants?customer_id=other").json()["grants"]
    assert (grant["state"], grant["by_hand"]) == ("given", True)
    assert staff.ask("POST", f"/api/perks/grants/{grant['id']}/take-back").status_code == 204
    [grant] = staff.get("/api/perks/grants?customer_id=other").json()["grants"]
    assert grant["state"] == "taken_back"


@pytest.mark.parametrize(
    "wrong",
    [
        {"hold_out": 0.6},
        {"hold_out": -0.1},
        {"hold_out": "0.2"},
        {"open_share": 0.2},
        {"most_money": "ten"},
        {"starts_at": "2026-01-01"},
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"currency": "eur"},
        {"most_people": 0},
        {"most_money": "-1"},
        {"uses_each": 0},
        {"title": " "},
        {"title": "a\nb"},
        {"kind": "unicorn"},
        {"segment": "nobody"},
        {"terms": []},
        {"terms": {"name": 7}},
        {"more": True},
    ],
    ids=str,
)
def test_garbage_is_refused_in_words_and_stores_nothing(
    staff: Staff, filled: int, wrong: dict[str, Any]
) -> None:
    assert filled
    answer = staff.ask("POST", "/api/perks", json=body(**wrong))
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert staff.get("/api/perks").json()["total"] == 0


def test_what_is_not_this_shops_is_not_found(staff: Staff, filled: int) -> None:
    assert filled
    for method, path in (
        ("GET", "/api/perks/7"),
        ("GET", "/api/perks/7/check"),
        ("POST", "/api/perks/7/start"),
        ("DELETE", "/api/perks/7"),
        ("POST", "/api/perks/grants/7/take-back"),
    ):
        assert staff.ask(method, path).status_code == 404


def test_a_programme_names_who_uses_its_perk_most(staff: Staff, filled: int) -> None:
    made = staff.ask("POST", "/api/perks", json=body(hold_out=0)).json()
    path = f"/api/perks/{made['id']}"
    staff.ask("POST", f"{path}/start")
    schedule.sweep(db.transaction)
    with db.transaction() as session:
        grants = session.scalars(select(PerkGrant).order_by(PerkGrant.id).limit(3)).all()
        shared = {"shop_id": filled, "programme_id": made["id"], "cost": 5, "currency": "EUR"}
        for grant, order, uses, by_owner in (
            (grants[0], "1", 1, True),
            (grants[1], "2", 1, False),
            (grants[1], "3", 1, True),
            (grants[2], "4", 1, True),
            (grants[2], "4", -1, True),
        ):
            row = {"grant_id": grant.id, "order_id": order, "uses": uses, "by_owner": by_owner, "paid": 50}
            session.execute(insert(PerkRedemption), [shared | row])
        grants[1].code = "LEAKY"
        put_leak(session, filled, "LEAKY", str(grants[1].customer_id), days_ago=1)
        expected = [grants[1].customer_id, grants[0].customer_id]

    holders = staff.get(f"{path}/holders").json()

    assert [one["customer_id"] for one in holders] == expected
    assert [(one["uses"], one["uses_by_others"], one["leaks"]) for one in holders] == [
        (2, 1, True),
        (1, 0, False),
    ]
    assert holders[0]["paid"] == {"amount": "100.00", "currency": "EUR"}
    assert staff.get(f"/api/perks/{made['id'] + 1}/holders").status_code == 404
