"""A shop's own orders are audited: bands by month, who is in it, and a planted double standard is found."""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from saleor_influence_app import db, run_queue
from saleor_influence_app.cli.commands import app
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Order, OrderService, ScoreBand
from saleor_influence_app.runs import execution, service_audit
from saleor_influence_app.targeting import score_bands
from scoring.fairness import Verdict
from tests.support.shop_rows import NOW, put_customers, put_order, put_score, put_shop

MONTHS = [date(2026, month, 1) for month in range(7, 12)]
PEOPLE = 400


def busy_shop(session: Session, *, slower: float, installed_days_ago: float = 400.0) -> int:
    """Two orders a person in the last quarter; a third of them are in the lowest band."""
    rng = np.random.default_rng(5)
    shop_id = put_shop(session, fair_service=True, installed_at=NOW - timedelta(days=installed_days_ago))
    names = [f"c{number:03}" for number in range(PEOPLE)]
    put_customers(session, shop_id, *names)
    bands = [("low", "middle", "high")[number % 3] for number in range(PEOPLE)]
    of_months = [(name, band, month) for name, band in zip(names, bands, strict=True) for month in MONTHS]
    session.execute(
        insert(ScoreBand),
        [{"shop_id": shop_id, "customer_id": c, "band": band, "month": m} for c, band, m in of_months],
    )
    orders, services = [], []
    for number in range(PEOPLE * 2):
        who = number % PEOPLE
        placed = NOW - timedelta(days=8 + float(rng.uniform(0, 88)))
        common = {"shop_id": shop_id, "order_id": f"o{number}"}
        orders.append(
            common
            | {
                "number": str(number),
                "created_at": placed,
                "updated_at": placed,
                "seen_at": placed,
                "status": "FULFILLED",
                "charge_status": "FULL",
                "channel": "web",
                "currency": "EUR",
                "gross": 50,
                "net": 50,
                "charged": 50,
                "customer_id": names[who],
                "fingerprint": b"1",
            }
        )
        hours = float(rng.lognormal(3, 0.4)) * (1 + slower * (bands[who] == "low"))
        services.append(
            common
            | {
                "paid_at": placed,
                "first_fulfilled_at": placed + timedelta(hours=hours),
                "refunded": 0,
                "cancelled_by_staff": False,
                "updated_at": placed,
                "seen_at": placed,
                "fingerprint": b"1",
            }
        )
    session.execute(insert(Order), orders)
    session.execute(insert(OrderService), services)
    session.commit()
    return shop_id


def verdicts(session: Session, shop_id: int) -> dict[tuple[str, str], Verdict]:
    found = service_audit.audit(session, shop_id, as_of=NOW).audit.findings
    return {(one.comparison, one.outcome): one.verdict for one in found}


def test_a_shop_that_lets_the_lowest_third_wait_reads_so(session: Session) -> None:
    assert verdicts(session, busy_shop(session, slower=0.4))["lowest_third", "fulfilment_hours"] == "found"


def test_a_shop_that_serves_everybody_alike_reads_of_nothing(session: Session) -> None:
    found = verdicts(session, busy_shop(session, slower=0.0))
    assert set(found.values()) == {Verdict.NOT_FOUND, Verdict.TOO_FEW}
    assert found["lowest_third", "fulfilment_hours"] == Verdict.NOT_FOUND


def test_where_it_is_off_nothing_is_audited_and_without_bands_nothing_is_said(session: Session) -> None:
    off = put_shop(session, "https://off.example/graphql/")
    with pytest.raises(InputInvalid, match="Fair service is off"):
        service_audit.audit(session, off, as_of=NOW)

    new = put_shop(session, "https://new.example/graphql/", fair_service=True)
    assert set(verdicts(session, new).values()) == {Verdict.TOO_FEW}


def test_promises_are_counted_as_kept_broken_or_still_open(session: Session) -> None:
    shop_id = put_shop(session, fair_service=True)
    day = timedelta(days=1)
    paid = NOW - 20 * day
    told: list[dict[str, Any]] = [
        {"promised_by": paid + 2 * day, "first_fulfilled_at": paid + day},
        {"promised_by": paid + 2 * day, "first_fulfilled_at": paid + 3 * day},
        {"promised_by": paid + 2 * day, "first_fulfilled_at": None},
        {"promised_by": NOW + day, "first_fulfilled_at": None},
        {"refund_asked_at": paid + day},
        {"refund_asked_at": paid + day, "refunded_at": paid + 2 * day},
    ]
    for one in told:
        order_id = put_order(session, shop_id, None, days_ago=20)
        row = {"shop_id": shop_id, "order_id": order_id, "paid_at": paid, "refunded": 0} | one
        row |= {"cancelled_by_staff": False, "updated_at": paid, "seen_at": paid, "fingerprint": b"1"}
        session.execute(insert(OrderService), [row])

    found = service_audit.audit(session, shop_id, as_of=NOW).promises
    assert found == service_audit.Promises(
        orders=6, promised=4, kept=1, broken=2, refunds_asked=2, refunds_paid=1
    )


def test_who_objected_is_staff_left_out_or_a_guest_is_in_no_audit(session: Session) -> None:
    shop_id = put_shop(session, fair_service=True, installed_at=NOW - timedelta(days=400))
    put_customers(session, shop_id, "anna", "berta", "carla")
    put_customers(session, shop_id, "dora", is_staff=True)
    for who in ("anna", "berta", "carla", "dora", None):
        put_order(session, shop_id, who, days_ago=20)
    session.execute(insert(ScoreBand), [
        {"shop_id": shop_id, "customer_id": who, "band": "low", "month": date(2026, 10, 1)}
        for who in ("anna", "berta", "carla")
    ])  # fmt: skip
    session.execute(text("INSERT INTO exclusions VALUES (:id, 'berta', 'test')"), {"id": shop_id})
    columns = "shop_id, customer_id, reason, by, at"
    objection = text(f"INSERT INTO objections ({columns}) VALUES (:id, 'carla', 'me', 'self', now())")
    session.execute(objection, {"id": shop_id})
    assert service_audit.audit(session, shop_id, as_of=NOW).audit.orders == 1


def test_orders_from_before_the_first_bands_count_only_as_from_before_the_app(session: Session) -> None:
    """The score was seen from the installation on; in which band somebody was, only since it is kept."""
    shop_id = put_shop(session, fair_service=True, installed_at=NOW - timedelta(days=60))
    put_customers(session, shop_id, "anna")
    row = {"shop_id": shop_id, "customer_id": "anna", "band": "low", "month": date(2026, 10, 1)}
    session.execute(insert(ScoreBand), [row])
    for days in (20, 40, 70, 200):
        put_order(session, shop_id, "anna", days_ago=days)

    found = service_audit.audit(session, shop_id, as_of=NOW).audit
    assert (found.orders, found.orders_before) == (1, 1)


def test_a_month_has_the_bands_of_its_first_run_and_thirteen_months_are_kept(session: Session) -> None:
    shop_id = put_shop(session, fair_service=True)
    worth = {"anna": 10, "berta": 20, "carla": 30, "new": 900}
    for who, value in worth.items():
        put_score(session, shop_id, who, value=value, evidence="little" if who == "new" else "some")
    old = {"shop_id": shop_id, "customer_id": "anna", "band": "low", "month": date(2025, 9, 1)}
    session.execute(insert(ScoreBand), [old, old | {"month": date(2025, 10, 1)}])

    score_bands.keep(session, shop_id, as_of=NOW)
    session.execute(text("UPDATE scores SET value = 1000 WHERE customer_id = 'anna'"))
    score_bands.keep(session, shop_id, as_of=NOW + timedelta(days=9))

    found = session.execute(text("SELECT customer_id, band FROM score_bands WHERE month = '2026-11-01'"))
    assert {row.customer_id: row.band for row in found} == {
        "anna": "low", "berta": "middle", "carla": "high", "new": "unknown"
    }  # fmt: skip
    assert session.scalar(text("SELECT min(month) FROM score_bands")) == date(2025, 10, 1)


@pytest.mark.parametrize("on", [True, False])
def test_a_run_keeps_bands_where_fair_service_is_on(session: Session, *, on: bool) -> None:
    shop_id = put_shop(session, fair_service=on)
    put_customers(session, shop_id, "anna")
    put_order(session, shop_id, "anna")
    session.commit()
    with db.transaction() as transaction:
        run_id = run_queue.ask(transaction, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)

    kept = session.execute(text("SELECT customer_id, month, band FROM score_bands")).all()
    assert kept == ([("anna", date(2026, 11, 1), "unknown")] if on else [])


def test_the_command_prints_it_and_says_where_it_is_off(session: Session) -> None:
    put_shop(session, "https://on.example/graphql/", fair_service=True)
    put_shop(session, "https://off.example/graphql/")
    session.commit()

    said = CliRunner().invoke(app, ["fairness", "--shop", "https://on.example/graphql/"])
    assert said.exit_code == 0, said.output
    assert len(json.loads(said.stdout)["audit"]["findings"]) == 15
    refused = CliRunner().invoke(app, ["fairness", "--shop", "https://off.example/graphql/"])
    assert isinstance(refused.exception, InputInvalid)
