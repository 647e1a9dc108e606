"""The customer's page: what happened, value over time, the record in Saleor; figures agree everywhere."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import (
    AskedBy,
    Correction,
    Customer,
    Evidence,
    OutboxRow,
    PerkGrant,
    Run,
    Score,
)
from saleor_influence_app.orders import ownership
from saleor_influence_app.perks import programmes
from saleor_influence_app.queries.credits import CreditPage, CreditRow, Part, credits_of
from saleor_influence_app.queries.customer import customer
from saleor_influence_app.queries.value_history import SPENT, value_history
from saleor_influence_app.queries.verdicts import SET_ASIDE
from saleor_influence_app.runs import execution
from saleor_influence_app.runs.inputs import NO_PURCHASE
from scoring import simulate
from tests.support.perks import SHIPPING_TERMS, plan, put_members
from tests.support.shop_rows import NOW, put_credit, put_customers, put_order, put_run, put_score
from tests.support.simulated_shop import put_simulated
from tests.support.staff import Staff


def path_of(customer_id: str, what: str = "") -> str:
    return f"/api/customers/{quote(customer_id, safe='')}/{what}".rstrip("/")


def run(shop_id: int, as_of: Any = NOW) -> int:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=as_of)
    return run_id


@pytest.fixture
def world(shop_id: int) -> int:
    """A run world: a simulated shop in which some lead and some have codes, valued."""
    with db.transaction() as session:
        shop = simulate.shop(customers=300, orders=5_000, seed=3, as_of=NOW)
        put_simulated(session, shop_id, world=shop, until=NOW)
    run(shop_id)
    return shop_id


def rows_of(
    session: Session, shop_id: int, customer_id: str, part: Part
) -> tuple[CreditPage, list[CreditRow]]:
    page = credits_of(session, shop_id, customer_id, part=part, page=(0, 100_000))
    assert len(page.rows) == page.total
    return page, page.rows


def booked(rows: list[CreditRow]) -> Decimal:
    return sum((Decimal(row.booked.amount) for row in rows), Decimal(0))


def test_every_figure_is_the_same_number_on_widget_page_rows_and_inputs(session: Session, world: int) -> None:
    """For every customer of a run world, of what the widget and the page show."""
    found = session.scalars(select(Score).where(Score.shop_id == world)).all()
    led = 0
    for score in found:
        shown = customer(session, world, score.customer_id)
        if shown.state != "valued":
            continue
        proven, by_code = rows_of(session, world, score.customer_id, "proven")
        inferred, followed = rows_of(session, world, score.customer_id, "inferred")
        assert proven.booked == shown.crv
        assert booked(by_code) == Decimal(proven.booked.amount)
        assert (
            booked(followed)
            == Decimal(inferred.booked.amount)
            == Decimal(shown.civ.amount if shown.civ else 0)
        )
        assert len({row.order_id for row in by_code if row.tie_kind not in SET_ASIDE}) == shown.crv_orders
        led_to = {row.customer_id or row.order_id for row in [*by_code, *followed] if booked([row]) > 0}
        assert len(led_to) == (shown.influenced or 0)
        led += len(led_to)
        evidence = session.get(Evidence, (world, score.customer_id, ""))
        assert shown.followed == (None if evidence is None else evidence.observed)
        if shown.followed is not None and "purchases followed" in shown.verdict_sentence:
            assert f"{shown.followed:,.0f} purchases followed theirs" in shown.verdict_sentence
        history = value_history(session, world, score.customer_id)
        last = history.values[-1]
        assert (last.value, last.value_low, last.value_high) == (
            shown.value,
            shown.value_low,
            shown.value_high,
        )
        assert last.verdict == shown.verdict
        if history.spent:
            assert history.spent[-1].so_far == shown.revenue
    assert led > 0, "in this world some lead"


def test_what_was_spent_by_month_is_what_the_run_counted(session: Session, world: int) -> None:
    """The months are read from orders, the sum is the run's: both are the same money."""
    told = 0
    for score in session.scalars(select(Score).where(Score.shop_id == world, Score.revenue > 0)):
        run = session.get_one(Run, score.run_id)
        given = {"shop_id": world, "customer_id": score.customer_id, "as_of": run.as_of}
        by_month = session.execute(
            SPENT, given | {"rates": '{"EUR": 1}', "no_purchase": list(NO_PURCHASE)}
        ).all()
        assert abs(by_month[-1].so_far - score.revenue) <= Decimal("0.000001") * score.orders_count
        told += 1
    assert told > 100


def test_the_orders_of_one_customer_are_those_of_which_they_are_the_owner(
    session: Session, world: int
) -> None:
    owners: dict[str, set[str]] = {}
    for row in session.execute(ownership.order_owners(world)):
        owners.setdefault(row.customer_id, set()).add(row.order_id)
    for customer_id in session.scalars(select(Customer.customer_id).where(Customer.shop_id == world)):
        whose = {"shop_id": world, "customer_id": customer_id}
        found = set(session.scalars(text(ownership.ORDERS_OF), whose))
        assert found == owners.get(customer_id, set())


def test_a_guests_order_is_of_the_newer_of_two_accounts_and_a_correction_takes_it_away(
    session: Session, shop_id: int
) -> None:
    put_customers(session, shop_id, "older", email_hash=b"hash")
    put_customers(session, shop_id, "newer", email_hash=b"hash")
    session.execute(
        text("UPDATE customers SET updated_at = updated_at + interval '1 day' WHERE customer_id = 'newer'")
    )
    order_id = put_order(session, shop_id, None, email_hash=b"hash")

    def found(who: str) -> list[str]:
        whose = {"shop_id": shop_id, "customer_id": who}
        return list(session.scalars(text(ownership.ORDERS_OF), whose))

    assert (found("older"), found("newer")) == ([], [order_id])
    session.add(
        Correction(shop_id=shop_id, customer_id="newer", kind="order", order_id=order_id, made_by="VXNlcjox")
    )
    session.flush()
    assert found("newer") == []


@pytest.fixture
def lived(shop_id: int) -> int:
    """Anna ordered, led Bert by code and Cleo otherwise, was led by Olga, and runs moved their value."""
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "bert", "cleo", "olga", email_hash=None)
        first = put_run(session, shop_id, finished_at=NOW - timedelta(days=5))
        second = put_run(session, shop_id, finished_at=NOW - timedelta(days=1))
        for who in ("anna", "bert", "cleo", "olga"):
            put_score(
                session, shop_id, who, run_id=second, verdict="leads" if who == "anna" else "buys early"
            )
        session.execute(
            text(
                "INSERT INTO scores_past SELECT (jsonb_populate_record(NULL::scores_past, to_jsonb(s)"
                " || jsonb_build_object('run_id', CAST(:first AS int), 'until_run', CAST(:second AS int),"
                " 'verdict', 'not enough evidence'))).* FROM scores s WHERE customer_id = 'anna'"
            ),
            {"first": first, "second": second},
        )
        put_order(session, shop_id, "anna", days_ago=40, charged=30)
        put_order(session, shop_id, "anna", days_ago=39, status="CANCELED", charged=0)
        for days, source, buyer, proven in (
            (20, "anna", "bert", True),
            (10, "anna", "cleo", False),
            (3, "olga", "anna", False),
        ):
            order_id = put_order(session, shop_id, buyer, days_ago=days)
            kind = "code" if proven else "friend"
            put_credit(
                session,
                shop_id,
                source,
                buyer,
                run_id=second,
                order_id=order_id,
                proven=proven,
                tie_kind=kind,
            )
        session.add(OutboxRow(shop_id=shop_id, customer_id="anna", wanted={"private": {}}, run_id=second))
    return shop_id


def kinds(found: dict[str, Any]) -> list[str]:
    return [entry["kind"] for entry in found["entries"]]


@pytest.mark.usefixtures("lived")
def test_the_timeline_has_everything_newest_first(staff: Staff) -> None:
    found = staff.get(path_of("anna", "timeline")).json()

    entries = found["entries"]
    assert kinds(found)[1:] == ["run", "order", "credit", "credit", "credit", "order", "order"]
    assert kinds(found)[0] == "saleor"
    assert [entry["at"] for entry in entries] == sorted((entry["at"] for entry in entries), reverse=True)
    _, moved, own, followed, inferred, proven, cancelled, ordered = entries
    assert (moved["verdict_before"], moved["verdict"]) == ("not enough evidence", "leads")
    assert own["paid"] == {"amount": "50.00", "currency": "EUR"}
    assert (followed["direction"], followed["other_id"]) == ("given", "olga")
    assert (inferred["direction"], inferred["other_id"], inferred["proven"]) == ("received", "cleo", False)
    assert (proven["other_id"], proven["proven"], proven["days_between"]) == ("bert", True, 12.0)
    assert (cancelled["status"], cancelled["paid"]["amount"]) == ("CANCELED", "0.00")
    assert ordered["paid"]["amount"] == "30.00"
    assert (found["next"], found["withheld"]) == (None, [])


@pytest.mark.usefixtures("lived")
def test_the_timeline_goes_page_by_page_and_kind_by_kind(staff: Staff) -> None:
    path = path_of("anna", "timeline")
    whole = staff.get(path).json()["entries"]
    pages, after = [], ""
    while True:
        page = staff.get(f"{path}?limit=2{after}").json()
        pages += page["entries"]
        if page["next"] is None:
            break
        after = f"&after={quote(page['next'], safe='')}"
    assert pages == whole
    for kind in ("order", "credit", "run", "saleor"):
        assert staff.get(f"{path}?kind={kind}").json()["entries"] == [
            entry for entry in whole if entry["kind"] == kind
        ]
    assert staff.ask("GET", f"{path}?kind=weather").status_code == 422
    stranger = staff.get(f"{path}?limit=2&kind=order").json()["next"]
    assert staff.ask("GET", f"{path}?after={quote(stranger, safe='')}").status_code == 422


@pytest.mark.usefixtures("lived")
def test_the_timeline_of_who_objects_has_consents_and_their_record_alone(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        objections.object_(session, shop_id, "anna", by=AskedBy.STAFF)

    assert set(kinds(staff.get(path_of("anna", "timeline")).json())) <= {"consent", "saleor"}
    assert "anna" not in json.dumps(staff.get(path_of("bert", "timeline")).json())
    assert staff.get(path_of("anna", "value-history")).json()["values"] == []


def test_perks_are_told_to_who_may_manage_discounts(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE shops SET permissions = permissions || ARRAY['MANAGE_SHIPPING']"))
        put_members(session, shop_id, "anna", "bert")
        wanted = plan(kind="shipping", terms=SHIPPING_TERMS)
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        session.add(
            PerkGrant(
                shop_id=shop_id,
                programme_id=programme_id,
                customer_id="anna",
                arm="granted",
                is_open=False,
                state="given",
                drawn_at=NOW - timedelta(days=2),
                given_at=NOW - timedelta(days=1),
            )
        )
    told = staff.get(path_of("anna", "timeline")).json()
    less = staff.ask("GET", path_of("anna", "timeline"), permissions=("MANAGE_USERS",)).json()

    assert [entry["event"] for entry in told["entries"] if entry["kind"] == "perk"] == ["given", "drawn"]
    assert "perk" not in kinds(less)
    assert less["withheld"] == ["perk"]


@pytest.mark.usefixtures("lived")
def test_the_record_in_saleor_is_told_with_its_run(staff: Staff) -> None:
    found = staff.get(path_of("anna", "written")).json()
    nothing = staff.get(path_of("bert", "written")).json()

    assert (found["state"], found["written"], found["wanted"]) == ("pending", None, {"private": {}})
    assert set(nothing.values()) == {None}
