"""Filters of the list of customers, views that are saved, and files that a worker writes."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger, privacy_settings
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, PerkGrant, PerkProgramme, Profile
from saleor_influence_app.queries import customer_exports
from tests.support.full_rows import READ, SET
from tests.support.shop_rows import (
    NOW,
    put_code,
    put_customers,
    put_evidence,
    put_membership,
    put_score,
)
from tests.support.social_shop import SETTINGS
from tests.support.staff import Staff, each_of

pytestmark = pytest.mark.usefixtures("five")
SWITCHED_ON = SETTINGS | {"networks": {"mastodon": {}}}
CLERK = ("MANAGE_USERS",)
WHOEVER = ("anna", "berta", "carla", "dora", "elsa")


@pytest.fixture
def five(shop_id: int) -> None:
    """Five customers, worth 500 to 100, whose last orders were 10 to 50 days before the run's day."""
    with db.transaction() as session:
        put_customers(session, shop_id, *WHOEVER)
        for place, who in enumerate(WHOEVER):
            age = 110.0 + 10 * place
            put_score(session, shop_id, who, value=500 - 100 * place, age_days=age, recency_days=100.0)


def shown(staff: Staff, **asked: Any) -> list[str]:
    return [row["customer_id"] for row in each_of(staff, "/api/customers", "customers", limit=2, **asked)]


def test_filters_combine_and_each_can_be_left_out(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", "anna", "berta", "carla")
        put_evidence(session, shop_id, "berta", topic="cups", verdict="leads")
        put_evidence(session, shop_id, "carla", topic="cups", verdict="proven")
        put_evidence(session, shop_id, "anna", topic="cups", verdict="buys early")
        put_code(session, shop_id, "CARLA-10", "carla")

    assert shown(staff) == [*WHOEVER]
    assert shown(staff, segment="loyal") == ["anna", "berta", "carla"]
    assert shown(staff, topic="cups") == ["berta", "carla"]
    assert shown(staff, value_from="300") == ["anna", "berta", "carla"]
    assert shown(staff, has_code="yes") == ["carla"]
    assert shown(staff, segment="loyal", topic="cups", value_from="300.01") == ["berta"]
    assert shown(staff, segment="loyal", has_code="yes", value_from="400") == []
    counted = staff.get("/api/customers", params={"topic": "cups", "limit": 1}).json()
    assert (counted["total"], counted["total_is_exact"]) == (2, True)


def test_last_orders_are_of_the_day_that_the_list_shows(staff: Staff) -> None:
    rows = staff.get("/api/customers").json()["customers"]
    days = {row["customer_id"]: row["last_order"] for row in rows}
    middle = (NOW - timedelta(days=30)).date().isoformat()

    assert days["carla"] == middle
    assert shown(staff, ordered_from=middle) == ["anna", "berta", "carla"]
    assert shown(staff, ordered_before=middle) == ["dora", "elsa"]
    assert shown(staff, ordered_from=days["dora"], ordered_before=middle) == ["dora"]


def put_perk(session: Session, shop_id: int, customer_id: str, **given: Any) -> int:
    """A programme, and a customer who has its perk."""
    plain = {"shop_id": shop_id, "made_by": "staff", "title": "Thanks", "currency": "EUR", "seed": 1}
    programme = SET["perk_programmes"] | plain | {"kind": "discount_code"}
    made = session.execute(insert(PerkProgramme).values(programme).returning(PerkProgramme.id)).scalar_one()
    grant = {"shop_id": shop_id, "programme_id": made, "customer_id": customer_id, "is_open": False}
    told = {"arm": "granted", "state": "given", "drawn_at": NOW}
    session.execute(insert(PerkGrant).values(grant | told | given))
    return int(made)


def test_who_holds_a_perk_is_found_and_who_was_held_out_is_not(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        first = put_perk(session, shop_id, "berta")
        put_perk(session, shop_id, "carla", arm="held_out", state="none")
        second = put_perk(session, shop_id, "elsa")
        put_perk(session, shop_id, "dora", state="taken_back")

    assert shown(staff, perk="any") == ["berta", "elsa"]
    assert (shown(staff, perk=str(first)), shown(staff, perk=str(second))) == (["berta"], ["elsa"])


def test_linked_profiles_and_agreements_are_filters_only_while_profiles_are_on(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        wanted = privacy_settings.PrivacySettingsInput.model_validate(SWITCHED_ON)
        privacy_settings.confirm(session, shop_id, wanted, user_id="staff")
        agreed = [("link", "mastodon"), ("perks", None)]
        limits = {"controller": SETTINGS["controller_name"]}
        decisions = [
            Decision(
                purpose=purpose,
                network=network,
                action="given",
                proof=ledger.SESSION,
                age_ok=True,
                limits=limits,
                **READ,
            )
            for purpose, network in agreed
        ]
        ledger.record(session, shop_id, "dora", decisions=decisions)
        profile = {
            "network_hash": b"dora",
            "network_id": "id",
            "base_url": "https://m.example",
            "api_id": "1",
        }
        shown_as = {"handle": "@dora", "url": "https://m.example/@dora", "proof": "nonce", "proven_at": NOW}
        named = {"shop_id": shop_id, "customer_id": "dora", "network": "mastodon"}
        session.execute(insert(Profile).values(named | profile | shown_as))

    assert shown(staff, network="mastodon") == ["dora"]
    assert shown(staff, network="bluesky") == []
    assert shown(staff, agreed="perks") == ["dora"]
    assert shown(staff, agreed="outreach") == []
    with db.transaction() as session:
        session.execute(text("UPDATE privacy_settings SET enabled = false"))
    assert shown(staff, network="mastodon") == shown(staff, agreed="perks") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"value_from": "-1"},
        {"value_from": "much"},
        {"value_to": "10"},
        {"ordered_from": "yesterday"},
        {"ordered_before": "45322"},
        {"perk": "all"},
        {"has_code": "no"},
        {"agreed": "link"},
        {"verdict": "bad"},
    ],
)
def test_a_filter_that_is_none_is_refused_and_worth_has_no_upper_bound(staff: Staff, asked: Any) -> None:
    if "value_to" in asked:
        answer = staff.ask("POST", "/api/customer-exports", json={"asked": asked})
    else:
        answer = staff.get("/api/customers", params=asked)

    assert answer.status_code == 422


def test_of_those_whom_saleor_finds_only_these_are_shown(staff: Staff) -> None:
    found = staff.get("/api/customers", params={"customer_id": ["elsa", "berta", "stranger"]}).json()

    assert [row["customer_id"] for row in found["customers"]] == ["berta", "elsa"]
    too_many = staff.get("/api/customers", params={"customer_id": ["x"] * 51})
    assert too_many.status_code == 422


@pytest.mark.parametrize("asked", [{"perk": "any"}, {"has_code": "yes"}])
def test_who_may_not_see_perks_cannot_ask_who_has_one(staff: Staff, asked: dict[str, str]) -> None:
    listed = staff.get("/api/customers", params=asked, permissions=CLERK)
    filed = staff.ask("POST", "/api/customer-exports", json={"asked": asked}, permissions=CLERK)

    assert (listed.status_code, filed.status_code) == (403, 403)


VIEW: dict[str, Any] = {
    "name": "  Leaders in cups ",
    "sort": "civ",
    "asked": {"topic": "cups", "value_from": "100.50", "ordered_from": "2026-01-31"},
    "columns": ["civ", "verdict"],
}


def test_a_view_is_kept_as_its_filters_and_replaced_by_its_name(staff: Staff) -> None:
    [kept] = staff.ask("POST", "/api/customer-views", json=VIEW).json()

    assert kept["name"] == "Leaders in cups"
    assert {name: value for name, value in kept["asked"].items() if value} == VIEW["asked"]
    again = VIEW | {"name": "Leaders in cups", "sort": "value"}
    assert [one["sort"] for one in staff.ask("POST", "/api/customer-views", json=again).json()] == ["value"]
    gone = staff.ask("DELETE", "/api/customer-views", params={"name": "Leaders in cups"})
    assert gone.status_code == 204
    assert staff.get("/api/customer-views").json() == []
    assert staff.ask("DELETE", "/api/customer-views", params={"name": "None"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 61},
        {"name": "a\u202eb"},
        {"columns": []},
        {"columns": ["civ", "civ"]},
        {"columns": ["email"]},
        {"asked": {"value_to": "3"}},
        {"sort": "email"},
    ],
)
def test_a_view_that_cannot_be_meant_is_refused(staff: Staff, wrong: dict[str, Any]) -> None:
    assert staff.ask("POST", "/api/customer-views", json=VIEW | wrong).status_code == 422
    assert staff.get("/api/customer-views").json() == []


def test_a_shop_has_fifty_views_at_most(staff: Staff) -> None:
    answers = [staff.ask("POST", "/api/customer-views", json=VIEW | {"name": f"View {n}"}) for n in range(51)]

    assert [one.status_code for one in answers] == [200] * 50 + [422]
    assert "at most 50 saved views" in answers[-1].text
    replaced = staff.ask("POST", "/api/customer-views", json=VIEW | {"name": "View 3"})
    assert replaced.status_code == 200


def asked_for(staff: Staff, **given: Any) -> int:
    answer = staff.ask("POST", "/api/customer-exports", json=given)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    return int(answer.json()["id"])


def rows_of(staff: Staff, export_id: int) -> list[dict[str, str]]:
    answer = staff.get(f"/api/customer-exports/{export_id}/file")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_file_has_a_row_for_each_customer_of_the_filter(staff: Staff) -> None:
    export_id = asked_for(staff, asked={"value_from": "200"}, sort="value")

    customer_exports.write(db.transaction, export_id)

    found = rows_of(staff, export_id)
    assert [(row["customer_id"], row["value"], row["currency"]) for row in found] == [
        (who, f"{500 - 100 * place}.00", "EUR") for place, who in enumerate(WHOEVER[:4])
    ]
    [told] = staff.get("/api/customer-exports").json()
    assert (told["state"], told["rows"], told["asked_by"]) == ("done", 4, "VXNlcjox")
    assert told["asked"]["value_from"] == "200"


def test_a_worker_that_dies_loses_a_page_and_the_next_one_goes_on(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_exports, "PAGE", 2)  # a page has two thousand otherwise
    export_id = asked_for(staff)
    written: list[int] = []

    def dying(session: Session, found: Any, rows: Any) -> None:
        put(session, found, rows)
        written.append(len(rows))
        if len(written) == 2:
            raise SystemExit

    put = customer_exports._put
    monkeypatch.setattr(customer_exports, "_put", dying)
    with pytest.raises(SystemExit):
        customer_exports.write(db.transaction, export_id)
    [half] = staff.get("/api/customer-exports").json()
    customer_exports.write(db.transaction, export_id)

    assert (half["state"], half["rows"]) == ("running", 2)
    assert [row["customer_id"] for row in rows_of(staff, export_id)] == [*WHOEVER]


def test_a_cell_is_no_formula(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_score(session, shop_id, "=HYPERLINK(1)", value=900)
    export_id = asked_for(staff)
    customer_exports.write(db.transaction, export_id)

    assert rows_of(staff, export_id)[0]["customer_id"] == "'=HYPERLINK(1)"


def test_a_file_is_loaded_by_who_asked_for_it_alone(staff: Staff, neighbours: Staff) -> None:
    export_id = asked_for(staff)
    path = f"/api/customer-exports/{export_id}/file"
    early = staff.get(path)
    customer_exports.write(db.transaction, export_id)
    with db.transaction() as session:
        session.execute(text("UPDATE customer_exports SET asked_by = 'another'"))

    assert (early.status_code, staff.get(path).status_code) == (404, 404)
    assert "not ready" in early.text
    assert neighbours.get(path).status_code == 404
    assert neighbours.get("/api/customer-exports").json() == []


def test_after_an_hour_the_rows_are_gone_and_who_asked_stays_known(staff: Staff) -> None:
    export_id = asked_for(staff)
    customer_exports.write(db.transaction, export_id)
    with db.transaction() as session:
        customer_exports.sweep(session)
    assert len(rows_of(staff, export_id)) == 5

    with db.transaction() as session:
        past = {"at": datetime.now(UTC) - timedelta(minutes=61)}
        session.execute(text("UPDATE customer_exports SET finished_at = :at"), past)
        customer_exports.sweep(session)

    assert staff.get(f"/api/customer-exports/{export_id}/file").status_code == 404
    [told] = staff.get("/api/customer-exports").json()
    assert (told["state"], told["rows"], told["asked_by"]) == ("expired", 5, "VXNlcjox")
    with db.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM customer_export_rows")).scalar_one() == 0
        session.execute(text("UPDATE customer_exports SET finished_at = now() - interval '400 days'"))
        customer_exports.sweep(session)
    assert staff.get("/api/customer-exports").json() == []


def test_who_objects_is_in_no_file_any_more(staff: Staff, shop_id: int) -> None:
    export_id = asked_for(staff)
    customer_exports.write(db.transaction, export_id)

    with db.transaction() as session:
        objections.object_(session, shop_id, "berta", by=AskedBy.SELF)

    assert "berta" not in [row["customer_id"] for row in rows_of(staff, export_id)]


def test_at_most_five_files_are_written_at_once(staff: Staff) -> None:
    made = [asked_for(staff) for _ in range(5)]
    refused = staff.ask("POST", "/api/customer-exports", json={})
    customer_exports.write(db.transaction, made[0])

    assert refused.status_code == 422
    assert "5 files are being written" in refused.text
    asked_for(staff)
