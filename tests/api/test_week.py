"""The overview's week: what is counted, on both sides alike, and what is not told yet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Backfill, BackfillState, Run, Shop
from saleor_influence_app.runs import headline
from tests.support.shop_rows import (
    NOW,
    put_credit,
    put_customers,
    put_order,
    put_run,
    put_score,
)
from tests.support.staff import Staff

MODEL: dict[str, Any] = {"currency": "EUR", "horizon_days": 365}


def _model(value: str, **verdicts: int) -> dict[str, Any]:
    return MODEL | {headline.IN_RUN: {"value": value, "verdicts": verdicts}}


def _figures(staff: Staff) -> dict[str, Any]:
    return {one["key"]: one for one in staff.get("/api/overview/week").json()["figures"]}


@pytest.fixture
def read(shop_id: int) -> int:
    """The shop, here since long ago, with its whole history read."""
    with db.transaction() as session:
        session.execute(update(Shop).where(Shop.id == shop_id).values(installed_at=NOW - timedelta(days=90)))
        for kind in ("orders", "customers"):
            session.merge(Backfill(shop_id=shop_id, kind=kind, state=BackfillState.DONE))
    return shop_id


def test_whole_days_before_the_day_of_the_last_run_are_held_against_seven_before(
    staff: Staff, read: int
) -> None:
    with db.transaction() as session:
        run_id = put_run(session, read, model=_model("300.00", leads=2, proven=1, **{"buys early": 4}))
        put_customers(session, read, "anna", "berta")
        put_score(session, read, "anna", run_id=run_id, civ=20, verdict="leads")
        for days in (0.2, 1, 3, 7.4, 8, 12, 15):  # today's is in no week, as is the last
            put_order(session, read, "berta", days_ago=days)
        led = put_order(session, read, "berta", days_ago=2)
        put_order(session, read, "berta", days_ago=4, charged=0)
        put_order(session, read, "berta", days_ago=4, status="CANCELED")
        put_credit(session, read, "anna", "berta", run_id=run_id, order_id=led)
        aside = put_order(session, read, "berta", days_ago=9)
        put_credit(session, read, "anna", "berta", run_id=run_id, order_id=aside, tie_kind="code: home")

    told = staff.get("/api/overview/week").json()

    assert (told["since"], told["until"]) == ("2026-10-25", "2026-11-01")
    figures = {one["key"]: (one["now"], one["before"], one["missing"]) for one in told["figures"]}
    assert figures == {
        "orders_paid": (4, 3, None),
        "orders_led": (1, 0, None),
        "value_expected": ({"amount": "300.00", "currency": "EUR"}, None, "no-run-before"),
        "customers_leading": (3, None, "no-run-before"),
        "perks_used": (0, 0, None),
    }


def test_a_run_of_a_week_ago_gives_the_figures_of_everybody_then(staff: Staff, read: int) -> None:
    with db.transaction() as session:
        then = NOW - timedelta(days=7, hours=1)
        put_run(session, read, as_of=then, finished_at=then, model=_model("280.00", leads=1))
        put_run(session, read, model=_model("300.00", leads=2, proven=1))

    figures = _figures(staff)

    assert figures["value_expected"]["before"]["amount"] == "280.00"
    assert (figures["customers_leading"]["now"], figures["customers_leading"]["before"]) == (3, 1)


def test_money_for_another_horizon_is_held_against_nothing(staff: Staff, read: int) -> None:
    with db.transaction() as session:
        then = NOW - timedelta(days=8)
        other = _model("140.00") | {"horizon_days": 180}
        put_run(session, read, as_of=then, finished_at=then, model=other)
        put_run(session, read, model=_model("300.00"))

    figure = _figures(staff)["value_expected"]

    assert (figure["before"], figure["missing"]) == (None, "other-terms")


def test_a_run_of_two_weeks_ago_is_not_a_week_before(staff: Staff, read: int) -> None:
    with db.transaction() as session:
        then = NOW - timedelta(days=14)
        put_run(session, read, as_of=then, finished_at=then, model=_model("280.00"))
        put_run(session, read, model=_model("300.00"))

    assert _figures(staff)["value_expected"]["missing"] == "no-run-before"


def test_an_app_that_came_this_week_holds_nothing_against_what_it_could_not_see(
    staff: Staff, read: int
) -> None:
    with db.transaction() as session:
        session.execute(update(Shop).where(Shop.id == read).values(installed_at=NOW - timedelta(days=3)))
        put_run(session, read, model=_model("300.00"))
        put_order(session, read, None, days_ago=9)

    figures = _figures(staff)

    assert (figures["orders_paid"]["before"], figures["orders_paid"]["missing"]) == (1, None)
    assert {figures[key]["missing"] for key in ("orders_led", "perks_used")} == {"young"}


def test_before_the_history_is_read_no_order_is_counted(staff: Staff, shop_id: int) -> None:
    assert shop_id

    figures = _figures(staff)

    assert {figures[key]["missing"] for key in ("orders_paid", "orders_led")} == {"history"}
    assert figures["value_expected"]["missing"] == "not-run"


def test_a_run_keeps_what_is_expected_of_everybody_as_the_panel_shows_it(
    staff: Staff, valued: Any, session: Session
) -> None:
    run_id = valued()

    kept = session.get_one(Run, run_id).model[headline.IN_RUN]
    told = staff.get("/api/influence").json()

    assert kept == {"value": told["totals"]["value"]["amount"], "verdicts": told["verdicts"]}


def test_segments_have_their_sizes_after_each_run(staff: Staff, valued: Any) -> None:
    run_id = valued()

    segments = staff.get("/api/overview/week").json()["segments"]

    assert {one["name"] for one in segments} >= {"loyal"}
    assert all([size["run_id"] for size in one["sizes"]] == [run_id] for one in segments)


def test_who_moved_most_in_the_last_run_is_told_with_the_terms_that_moved(
    staff: Staff, shop_id: int, valued: Any
) -> None:
    valued()
    assert staff.get("/api/overview/movers").json() == {"difference": None}
    with db.transaction() as session:
        for day in (1, 2, 3):
            put_order(session, shop_id, "once", days_ago=day, charged=400)
    valued_again = staff.ask("POST", "/api/runs").json()["id"]
    from saleor_influence_app.runs import execution

    assert execution.execute(db.transaction, valued_again, as_of=NOW + timedelta(hours=1))

    told = staff.get("/api/overview/movers").json()["difference"]

    once = next(move for move in told["moves"] if move["customer_id"] == "once")
    assert once["orders"] == 3
    assert [term["term"] for term in once["terms"]] == ["clv"]
    assert (told["later"]["id"], told["total"]) == (valued_again, len(told["moves"]))
