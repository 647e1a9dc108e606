"""Trials: who counts as having bought, whose verdict it makes, and how often it errs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from scoring import lots
from scoring.ledger import Parameters, compute_ledger
from scoring.ledger.hold_out import Arms
from scoring.ledger.inputs import instant
from scoring.ledger.trials import TRIALS, accepted, buyers, level, p_value, summary
from scoring.simulate.letters import Letters
from scoring.simulate.letters import purchases as purchases_by_lot
from tests.support.book import START, TIME, Book

TREE = pa.table({"category_id": ["all", "cups", "red cups"], "parent_id": [None, "all", "cups"]})
DEFAULT = Parameters()
Row = tuple[int, str, float, Arms]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def ended(*rows: Row) -> pa.Table:
    """Invitation trials as (id, customer, day of the end, arms)."""
    made = [
        {"trial_id": trial_id, "customer_id": customer_id, "seen_at": day(when), "p": p_value(arms)}
        for trial_id, customer_id, when, arms in rows
    ]
    return pa.Table.from_pylist(made, TRIALS)


def won(trials: pa.Table, *, on: float = 400) -> list[int]:
    found: list[int] = accepted(trials, as_of=instant(day(on)), parameters=DEFAULT)["trial_id"].to_pylist()
    return found


GOOD, BETTER, EVEN = Arms(40, 12, 40, 3), Arms(40, 20, 40, 2), Arms(40, 5, 40, 5)
NEARLY = Arms(40, 8, 40, 2)


def purchases(*rows: dict[str, Any]) -> pa.Table:
    usual = {"order_id": "o", "line_id": "l", "product_id": "p", "category_id": "red cups", "net": 10.0}
    made = [usual | {"customer_id": "anna", "created_at": day(5)} | row for row in rows]
    columns = {name: [row[name] for row in made] for name in made[0]}
    types = {"created_at": TIME, "category_id": pa.string()}
    return pa.table(columns | {name: pa.array(columns[name], kind) for name, kind in types.items()})


@pytest.mark.parametrize(
    ("row", "category", "counts"),
    [
        ({}, None, True),
        ({}, "cups", True),
        ({}, "red cups", True),
        ({"category_id": "all"}, "cups", False),
        ({"category_id": None}, None, True),
        ({"category_id": None}, "cups", False),
        ({"category_id": "unheard of"}, "unheard of", True),
        ({"created_at": day(1)}, None, False),
        ({"created_at": day(1.001)}, None, True),
        ({"created_at": day(10)}, None, True),
        ({"created_at": day(10.001)}, None, False),
        ({"net": 0.0}, None, False),
        ({"net": None}, None, False),
    ],
)
def test_who_paid_for_such_a_thing_inside_the_window_has_bought(
    row: dict[str, Any],
    category: str | None,
    counts: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    found = buyers(purchases(row), since=day(1), until=day(10), category=(category, TREE))
    assert found == ({"anna"} if counts else set())


def test_a_trial_that_beats_its_hold_out_wins_and_an_even_one_does_not() -> None:
    assert won(ended((1, "anna", 30, GOOD), (2, "bert", 30, EVEN))) == [1]
    assert won(ended((1, "anna", 30, Arms(40, 3, 40, 12)))) == []
    assert won(TRIALS.empty_table()) == []


def test_a_p_just_above_the_level_does_not_prove_though_benjamini_hochberg_would_take_it() -> None:
    assert 0.04 < level(DEFAULT) < 0.06
    assert won(ended((1, "anna", 30, NEARLY))) == [1]
    assert won(ended((1, "anna", 30, Arms(40, 7, 40, 2)))) == []


def test_among_many_trials_without_effect_a_middling_one_proves_nothing() -> None:
    alone, among = ended((1, "anna", 30, NEARLY)), [(n, f"c{n}", 30, EVEN) for n in range(2, 12)]
    assert won(alone) == [1]
    assert won(ended((1, "anna", 30, NEARLY), *among)) == []
    assert won(ended((1, "anna", 30, BETTER), *among)) == [1]


def test_a_trial_that_ends_after_the_run_is_not_known_to_it() -> None:
    trials = ended((1, "anna", 30, GOOD), (2, "bert", 31, GOOD))
    assert won(trials, on=30.5) == [1]
    assert sorted(won(trials, on=31)) == [1, 2]
    said = summary(trials, as_of=instant(day(30.5)), parameters=DEFAULT)
    assert said == {"rule_version": "lots-1", "ended": 1, "won": [1]}


def ledger_rows(book: Book, trials: pa.Table | None) -> dict[str, dict[str, Any]]:
    shop = replace(book.shop(), trials=trials)
    found = compute_ledger(shop, as_of=day(400), engine=book.engine)
    return {row["customer_id"]: row for row in found.evidence.to_pylist()}


def test_a_won_trial_makes_the_verdict_proven_and_books_nothing(friends: Book) -> None:
    before = ledger_rows(friends, None)["ada"]
    after = ledger_rows(friends, ended((7, "ada", 30, GOOD), (8, "ada", 60, BETTER)))["ada"]

    assert (before["verdict"], before["trial_id"]) == ("not enough evidence", None)
    assert (after["verdict"], after["trial_id"]) == ("proven", 8)
    same = set(before) - {"verdict", "trial_id"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_customer_of_whom_nothing_else_is_known_is_proven_by_their_trial(friends: Book) -> None:
    found = ledger_rows(friends, ended((7, "zoe", 30, GOOD), (8, "bob", 30, EVEN)))
    assert (found["zoe"]["verdict"], found["zoe"]["inferred"]) == ("proven", "not enough evidence")
    assert found["zoe"]["credit"] == found["zoe"]["civ"] == found["zoe"]["proven"] == 0
    assert "bob" not in found


def test_staff_and_resellers_are_not_proven_by_a_trial(friends: Book) -> None:
    friends.customers = [{"customer_id": "zoe", "is_reseller": True}]
    assert "zoe" not in ledger_rows(friends, ended((7, "zoe", 30, GOOD)))


def test_a_p_that_lots_give_counts_in_the_same_family(friends: Book) -> None:
    """One over the greatest e-value is a p that holds whenever somebody looks."""
    columns = {"trial_id": 9, "customer_id": "ada", "seen_at": day(30), "p": 1 / 31.9}
    by_lot = pa.Table.from_pylist([columns | {"told": 60, "told_bought": 7, "untold_bought": 0}], TRIALS)

    assert won(by_lot) == [9]
    assert ledger_rows(friends, by_lot)["ada"]["verdict"] == "proven"
    many = ended(*((n, f"c{n}", 30, EVEN) for n in range(1, 9)))
    assert won(pa.concat_tables([by_lot, many])) == []


def test_in_a_shop_of_many_trials_few_of_those_won_are_won_by_chance() -> None:
    """Benjamini-Hochberg at 10 %: of twenty trials by lot three have an effect; over seeds of shops."""
    false, all_won = 0, 0
    for seed in range(60):
        rows = []
        for n in range(20):
            world = Letters(contacts=120, things=4, base=0.02, effect=0.1 * (n < 3))
            told = [one for _, one in purchases_by_lot(world, seed=100 * seed + n)]
            e_value = max(lots.e_value(sum(told[:k]), k - sum(told[:k])) for k in range(1, len(told) + 1))
            row = {"trial_id": n, "customer_id": f"c{n}", "seen_at": day(30), "p": min(1, 1 / e_value)}
            rows.append(row | {"told": 240, "told_bought": sum(told), "untold_bought": len(told) - sum(told)})
        ids = won(pa.Table.from_pylist(rows, TRIALS))
        false, all_won = false + sum(n >= 3 for n in ids), all_won + len(ids)
    assert all_won > 100
    assert false / all_won <= 0.10
