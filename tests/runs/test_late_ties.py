"""Booked money that rests on a tie recorded after the purchase would be seen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run
from saleor_influence_app.queries import influence
from saleor_influence_app.runs import late_ties
from tests.support.shop_rows import (
    NOW,
    put_credit,
    put_customers,
    put_evidence,
    put_order,
    put_run,
    put_score,
    put_shop,
    put_tie,
)

FOLLOWED, DAYS = NOW - timedelta(days=100), 12.0
LED = FOLLOWED - timedelta(days=DAYS)


@pytest.fixture
def shop_id(session: Session) -> int:
    """Half of Berta's line of 40 is booked to Anna, who leads and bought the same twelve days before."""
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", "berta")
    order_id = put_order(session, shop_id, "berta", days_ago=100)
    put_evidence(session, shop_id, "anna", inferred="leads", af=0.5)
    put_credit(session, shop_id, "anna", "berta", order_id=order_id, days_between=DAYS)
    return shop_id


@pytest.mark.parametrize(
    ("tie", "late"),
    [
        ({"valid_from": LED, "known_at": LED}, 0),
        ({"valid_from": None, "known_at": LED - timedelta(days=1)}, 0),
        ({"valid_from": LED, "known_at": LED + timedelta(minutes=1)}, 20),
        ({"valid_from": LED + timedelta(days=1), "known_at": LED}, 20),
        ({"valid_from": None, "known_at": FOLLOWED + timedelta(days=1)}, 20),
        ({"valid_from": LED, "kind": "code", "origin": "orders"}, 0),
        ({"valid_from": FOLLOWED, "kind": "code", "origin": "orders"}, 20),
    ],
    ids=[
        "in time",
        "undated",
        "told after",
        "begun after",
        "told much later",
        "proved before",
        "proved after",
    ],
)
def test_money_on_a_tie_that_was_known_after_the_purchase_is_counted(
    session: Session, shop_id: int, tie: dict[str, Any], late: float
) -> None:
    put_tie(session, shop_id, "anna", "berta", **tie)

    assert late_ties.booked_late(session, shop_id) == late


def test_one_tie_in_time_is_enough(session: Session, shop_id: int) -> None:
    put_tie(session, shop_id, "anna", "berta", kind="club", valid_from=LED, known_at=NOW)
    put_tie(session, shop_id, "anna", "berta", kind="gift", origin="orders", valid_from=LED)

    assert late_ties.booked_late(session, shop_id) == 0


@pytest.mark.parametrize(
    "row", [{"proven": True}, {"credit": 0}], ids=["with the own code", "nothing counted"]
)
def test_what_rests_on_no_tie_is_not_looked_at(session: Session, row: dict[str, Any]) -> None:
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", "berta")
    order_id = put_order(session, shop_id, "berta", days_ago=100)
    put_evidence(session, shop_id, "anna", inferred="leads", af=0.5)
    put_credit(session, shop_id, "anna", "berta", order_id=order_id, days_between=DAYS, **row)
    put_tie(session, shop_id, "anna", "berta", valid_from=LED, known_at=NOW)

    assert late_ties.booked_late(session, shop_id) == 0


def test_the_panel_says_it_of_the_run_that_is_shown(session: Session, shop_id: int) -> None:
    run_id = put_run(session, shop_id)
    put_score(session, shop_id, "anna", run_id=run_id)
    run = session.get_one(Run, run_id)
    assert influence.influence(session, shop_id).late_ties is None, "runs of before did not look"

    run.model = dict(run.model) | {"late_ties": 20.0}
    session.flush()
    said = influence.influence(session, shop_id).late_ties

    assert said is not None
    assert said.booked.amount == "20.00"
    assert "recorded after the purchase" in said.sentence
