"""How segments changed from run to run, and what they can be made of."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, text

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Category
from saleor_influence_app.runs import execution
from saleor_influence_app.targeting import segment_columns, segment_sizes
from scoring.columns import COLUMNS
from scoring.definitions import COMPARE, Condition, DefinitionInvalid
from tests.support.shop_rows import NOW, put_evidence, put_membership, put_order
from tests.support.staff import Staff

Fill = Callable[[], int]
SPENDERS: dict[str, Any] = {
    "name": "big-spender",
    "title": "Big spender",
    "description": "",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100, "exit_threshold": 90}],
}


def run_again() -> int:
    with db.transaction() as session:
        shop_id = session.scalars(text("SELECT min(id) FROM shops")).one()
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return run_id


def test_who_entered_and_who_left_is_told_with_the_reason_and_sizes_of_each_run(
    staff: Staff, shop_id: int, valued: Fill
) -> None:
    first = valued()
    staff.ask("PUT", "/api/segments/big-spender", json=SPENDERS)
    second = run_again()
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET charged = 1, gross = 1 WHERE customer_id = 'often'"))
        put_order(session, shop_id, "once", charged=500)
    third = run_again()

    sizes = staff.get("/api/segments/big-spender/sizes").json()
    last = staff.get("/api/segments/big-spender/moves").json()
    before = staff.get("/api/segments/big-spender/moves", params={"run_id": second}).json()
    oldest = staff.get("/api/segments/big-spender/moves", params={"run_id": first}).json()

    assert [(one["run_id"], one["size"]) for one in sizes] == [(first, 0), (second, 1), (third, 1)]
    assert (last["run_id"], last["earlier"], last["entered"], last["left"]) == (third, second, 1, 1)
    assert [(one["customer_id"], one["entered"]) for one in last["moves"]] == [
        ("once", True),
        ("often", False),
    ]
    entered, left = (one["why"] for one in last["moves"])
    assert entered == "550.00 EUR spent so far (at least 100.00 EUR)."
    assert left == "12.00 EUR spent so far (stays while at least 90.00 EUR)."
    assert [(one["customer_id"], one["entered"]) for one in before["moves"]] == [("often", True)]
    assert (oldest["earlier"], oldest["moves"]) == (None, [])
    [listed] = [one for one in staff.get("/api/segments").json() if one["name"] == "big-spender"]
    assert (listed["sizes"], listed["share"]) == ([0, 1, 1], 0.5)


def test_who_left_because_others_rank_higher_is_told_so(staff: Staff, shop_id: int, valued: Fill) -> None:
    valued()
    narrow = SPENDERS | {"max_share": 0.5, "order_by": "revenue"}
    staff.ask("PUT", "/api/segments/big-spender", json=narrow)
    run_again()
    with db.transaction() as session:
        put_order(session, shop_id, "once", charged=5000)
    run_again()

    found = staff.get("/api/segments/big-spender/moves").json()["moves"]

    assert [(one["customer_id"], one["entered"]) for one in found] == [("once", True), ("often", False)]
    assert "others ranked higher within the largest share" in found[1]["why"]


def test_the_history_of_no_segment_and_of_a_run_that_is_not_kept_is_refused(
    staff: Staff, valued: Fill
) -> None:
    valued()

    assert staff.get("/api/segments/nothing/sizes").status_code == 404
    assert staff.get("/api/segments/nothing/moves").status_code == 404
    assert staff.get("/api/segments/loyal/moves", params={"run_id": 999}).status_code == 422


def test_before_the_first_run_there_are_no_sizes_and_no_moves(staff: Staff) -> None:
    assert staff.get("/api/segments/loyal/sizes").json() == []
    assert staff.get("/api/segments/loyal/moves").status_code == 404


def test_every_column_can_be_chosen_once_with_the_operators_that_are_taken(staff: Staff) -> None:
    found = staff.get("/api/segments/choices").json()["columns"]

    assert sorted(one["column"] for one in found) == sorted(COLUMNS)
    assert sum(len(columns) for columns in segment_columns.GROUPS.values()) == len(COLUMNS)
    for one in found:
        threshold = one["grades"][-1] if one["grades"] else 1.0
        about = {"about": "x"} if one["about"] else {}
        taken = []
        for operator in COMPARE:
            try:
                Condition(one["column"], operator, threshold, **about)
            except DefinitionInvalid:
                continue
            taken.append(operator)
        assert one["operators"] == taken, one


def test_the_categories_are_those_of_which_there_is_evidence_the_most_led_first(
    staff: Staff, shop_id: int, neighbouring_shop_id: int
) -> None:
    with db.transaction() as session:
        session.execute(
            insert(Category), [{"shop_id": shop_id, "category_id": "c1", "parent_id": None, "name": "Shoes"}]
        )
        put_evidence(session, shop_id, "anna", topic="c1", verdict="leads")
        put_evidence(session, shop_id, "anna", topic="c2")
        put_evidence(session, shop_id, "anna", topic="")
        put_evidence(session, neighbouring_shop_id, "anna", topic="c3")

    found = staff.get("/api/segments/choices").json()

    assert found["categories"] == [
        {"id": "c1", "name": "Shoes", "customers": 1},
        {"id": "c2", "name": "c2", "customers": 0},
    ]
    assert (found["networks"], found["asks_for_consent"], found["currency"]) == ([], False, None)


def test_of_many_members_the_sizes_are_those_of_the_last_run(
    staff: Staff, shop_id: int, valued: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    valued()
    staff.ask("PUT", "/api/segments/big-spender", json=SPENDERS)
    run_again()
    with db.transaction() as session:
        put_membership(session, shop_id, "big-spender", "later")

    def size() -> int:
        [found] = [one for one in staff.get("/api/segments").json() if one["name"] == "big-spender"]
        return int(found["size"])

    assert size() == 2
    monkeypatch.setattr(segment_sizes, "MOST_COUNTED", 1)  # twenty thousand would take a while
    assert size() == 1


def test_sizes_after_runs_of_versions_that_kept_none_are_counted(staff: Staff, valued: Fill) -> None:
    valued()
    staff.ask("PUT", "/api/segments/big-spender", json=SPENDERS)
    run_again()
    kept = staff.get("/api/segments/big-spender/sizes").json()
    with db.transaction() as session:
        session.execute(text("UPDATE runs SET model = model - 'segment_sizes'"))

    assert staff.get("/api/segments/big-spender/sizes").json() == kept
    assert [one["size"] for one in kept] == [0, 1]
