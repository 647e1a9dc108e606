"""What a run writes within a week: what new facts change, and nothing that time alone would."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Membership, Run, Score
from saleor_influence_app.queries.customer import customer
from saleor_influence_app.runs import execution
from saleor_influence_app.targeting import condition_sources, definitions
from scoring import membership
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_shop, put_tie

pytestmark = pytest.mark.usefixtures("engine")

TUESDAY = NOW - timedelta(days=5)
SUNDAY, NEXT_MONDAY = NOW, NOW + timedelta(days=1)
YOUNG = definitions.read(
    {
        "name": "young",
        "title": "Young",
        "description": "",
        "conditions": [{"column": "age_days", "operator": "<=", "threshold": 400}],
    }
)


def run_on(shop_id: int, moment: datetime) -> dict[str, Any]:
    """What a full run of that moment counted."""
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=moment)
    with db.transaction() as session:
        return dict(session.get_one(Run, run_id).counts)


def written(counts: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name.endswith(("_changed", "_gone")) and count}


@remembered
def scored_on_tuesday() -> int:
    """Anna buys every month and has a code, Berta redeemed it, Cleo bought once; all before the week."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "berta", "cleo")
        put_code(session, shop_id, "ANNA", "anna")
        put_tie(session, shop_id, "anna", "berta")
        for month in range(1, 13):
            put_order(session, shop_id, "anna", days_ago=30 * month, product=f"p{month}")
        put_order(session, shop_id, "berta", voucher_code="ANNA", charged=80, days_ago=25, product="p1")
        put_order(session, shop_id, "cleo", days_ago=395)
        definitions.store_defaults(session, shop_id)
    run_on(shop_id, TUESDAY)
    return shop_id


def test_a_night_without_new_facts_writes_no_value_no_evidence_and_no_membership() -> None:
    shop_id = scored_on_tuesday()
    with db.transaction() as session:
        assert session.scalars(select(Membership.customer_id)).all()

    assert written(run_on(shop_id, SUNDAY)) == {}

    with db.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM scores_past")).scalar_one() == 0


def test_the_first_night_of_a_week_moves_every_value_and_keeps_what_it_was() -> None:
    shop_id = scored_on_tuesday()

    assert run_on(shop_id, NEXT_MONDAY)["scores_changed"] == 3

    with db.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM scores_past")).scalar_one() == 3


def test_a_new_order_counts_at_once_and_for_its_customer() -> None:
    shop_id = scored_on_tuesday()
    with db.transaction() as session:
        before = {row.customer_id: (row.clv, row.orders_count) for row in session.scalars(select(Score))}
        put_order(session, shop_id, "cleo", days_ago=1, product="p77")

    run_on(shop_id, SUNDAY)

    with db.transaction() as session:
        after = {row.customer_id: (row.clv, row.orders_count) for row in session.scalars(select(Score))}
    assert {one for one in before if before[one] != after[one]} == {"cleo"}
    assert after["cleo"][1] == 2
    assert after["cleo"][0] > before["cleo"][0]


def test_days_are_counted_to_the_run_although_nothing_is_written() -> None:
    """Ages, silences and reasons are told as of the last run, and conditions hold as of it."""
    shop_id = scored_on_tuesday()
    told = {}
    for moment in (TUESDAY, SUNDAY):
        run_on(shop_id, moment)
        with db.transaction() as session:
            told[moment] = customer(session, shop_id, "cleo"), customer(session, shop_id, "anna")
            row = condition_sources.row_of(session, shop_id, "cleo", definitions=[YOUNG])
        assert row is not None
        assert row["age_days"] == 395 - (SUNDAY - moment).days
        assert membership.stays(YOUNG, membership.numbers(YOUNG, row))
    (cleo, anna), (later, anna_later) = told[TUESDAY], told[SUNDAY]
    assert (cleo.days_since_last_order, later.days_since_last_order) == (390, 395)
    assert cleo.stands_on == later.stands_on == (NOW - timedelta(days=6)).date()
    assert cleo.value == later.value
    loyal, still = (
        next(one.reason for one in found.segments if one.name == "loyal") for found in (anna, anna_later)
    )
    assert "0.8 times the usual gap since the last order" in loyal
    assert "1 times the usual gap since the last order" in still
