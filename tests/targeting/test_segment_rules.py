"""Stored segments that pick people for a low value, of before the rule: assigned to nobody, and named."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Membership, OutboxRow, Problem
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import problems
from saleor_influence_app.targeting import segment_rules, segments
from saleor_influence_app.writeback import staging
from tests.support.shop_rows import NOW, put_customers, put_membership, put_order, put_score, put_shop

pytestmark = pytest.mark.usefixtures("engine")
LAST = {
    "name": "serve-last",
    "title": "Serve last",
    "description": "",
    "conditions": [{"column": "percentile", "operator": "<=", "threshold": 10, "exit_threshold": None}],
    "max_share": 1.0,
    "needs": None,
    "order_by": "value",
}
GOOD = LAST | {
    "name": "everybody",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 1, "exit_threshold": None}],
}


@pytest.fixture
def shop_id() -> int:
    """A shop of one customer, with a segment of before the rule and one that is within it."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna")
        put_order(session, shop_id, "anna")
        for segment in (LAST, GOOD):
            session.execute(
                text("INSERT INTO segments VALUES (:shop, :name, 0, :definition)"),
                {"shop": shop_id, "name": segment["name"], "definition": json.dumps(segment)},
            )
    return shop_id


def run_now(shop_id: int) -> None:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        session.execute(text("UPDATE runs SET not_before = now() WHERE state = 'queued'"))
    assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)


def members(shop_id: int) -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(Membership.segment).where(Membership.shop_id == shop_id)))


def problem(shop_id: int) -> str | None:
    with db.transaction() as session:
        found = session.get(Problem, (shop_id, problems.SEGMENT_REFUSED))
        return None if found is None or found.dismissed_at is not None else found.message


def record(shop_id: int) -> Any:
    with db.transaction() as session:
        wanted = session.get_one(OutboxRow, (shop_id, "anna")).wanted
        return None if wanted is None else json.loads(wanted["private"]["influence.segments"])


def test_a_run_assigns_it_to_nobody_and_names_it_and_does_all_else(shop_id: int) -> None:
    run_now(shop_id)

    assert members(shop_id) == record(shop_id) == ["everybody"]
    told = str(problem(shop_id))
    assert "serve-last: nobody may be picked for a low value: percentile says" in told


def test_changed_or_dropped_it_is_named_no_more(shop_id: int) -> None:
    run_now(shop_id)
    with db.transaction() as session:
        segments.save(session, shop_id, GOOD | {"name": "serve-last"})

    run_now(shop_id)

    assert problem(shop_id) is None
    assert sorted(members(shop_id)) == ["everybody", "serve-last"]


def test_in_a_held_shop_the_night_takes_it_from_records_and_leaves_others(shop_id: int) -> None:
    with db.transaction() as session:
        put_score(session, shop_id, "anna")
        put_membership(session, shop_id, "serve-last", "anna")
        put_membership(session, shop_id, "everybody", "anna")
        staging.stage(session, shop_id, as_of=NOW)
        session.execute(text("UPDATE shops SET held_run_id = (SELECT max(id) FROM runs)"))
    assert record(shop_id) == ["everybody", "serve-last"]

    with db.transaction() as session:
        execution.nightly(session, shop_id)

    assert members(shop_id) == record(shop_id) == ["everybody"]
    assert "serve-last" in str(problem(shop_id))


def test_the_doctor_is_told_which_and_why(shop_id: int) -> None:
    with db.transaction() as session:
        refused = segment_rules.refused(session, shop_id)

    assert refused.keys() == {"serve-last"}
    assert "nobody may be picked for a low value" in refused["serve-last"]
