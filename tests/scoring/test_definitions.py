"""Segments as data: what is refused, and that it survives being stored."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import segments
from scoring.columns import COLUMNS, CONSENTS, GRADED
from scoring.definitions import BOUND
from scoring.segments import Condition, DefinitionInvalid, SegmentDefinition

MISTAKES: list[tuple[type, dict[str, Any], str]] = [
    (Condition, {"column": "shoe_size"}, "there is no column 'shoe_size'"),
    (Condition, {"operator": "!="}, "no operator '!='"),
    (Condition, {"about": "x"}, "frequency: about has no place"),
    (Condition, {"about_name": "x"}, "frequency: about has no place"),
    (Condition, {"column": "category_verdict", "threshold": "leads"}, "must say which category, not None"),
    (
        Condition,
        {"column": "category_verdict", "threshold": "leads", "about": "c1", "about_name": " "},
        "about_name must be a name",
    ),
    (Condition, {"column": "network_reach", "about": "x" * 201}, "must say which network"),
    (Condition, {"column": "consent_perks", "threshold": "no"}, "nobody may be picked for not having agreed"),
    (Condition, {"column": "consent_perks", "operator": "==", "threshold": "no"}, "not having agreed"),
    (Condition, {"column": "consent_outreach", "operator": "<", "threshold": "yes"}, "not having agreed"),
    (Condition, {"threshold": math.nan}, "finite number, not nan"),
    (Condition, {"threshold": math.inf}, "finite number"),
    (Condition, {"threshold": "many"}, "finite number, not 'many'"),
    (Condition, {"threshold": True}, "finite number, not True"),
    (Condition, {"threshold": None}, "finite number, not None"),
    (Condition, {"column": "evidence", "threshold": "heaps"}, "evidence is one of none, little"),
    (Condition, {"exit_threshold": 4}, "easier to meet"),
    (Condition, {"column": "age_days", "operator": "<=", "exit_threshold": 2}, "easier to meet"),
    (Condition, {"column": "age_days", "operator": "==", "exit_threshold": 3}, "no place beside =="),
    (SegmentDefinition, {"name": "Beta Tester"}, "lower-case letters"),
    (SegmentDefinition, {"name": ""}, "lower-case letters"),
    (SegmentDefinition, {"name": "x" * 65}, "up to 64"),
    (SegmentDefinition, {"name": 7}, "not 7"),
    (SegmentDefinition, {"title": "  "}, "needs a title"),
    (SegmentDefinition, {"description": None}, "description must be text"),
    (SegmentDefinition, {"conditions": ()}, "1 to 20 conditions"),
    (SegmentDefinition, {"conditions": ("frequency > 3",)}, "must be Condition values"),
    (SegmentDefinition, {"max_share": 0}, "max_share must lie in"),
    (SegmentDefinition, {"max_share": 1.01}, "max_share must lie in"),
    (SegmentDefinition, {"max_share": math.nan}, "finite number"),
    (SegmentDefinition, {"max_share": "half"}, "finite number"),
    (SegmentDefinition, {"needs": "luck"}, "needs is ledger or nothing"),
    (SegmentDefinition, {"order_by": "rank"}, "order_by must be a column"),
    (SegmentDefinition, {"order_by": "category_verdict"}, "order_by must be a column"),
    (SegmentDefinition, {"order_by": "consent_perks"}, "order_by must be a column"),
]
RIGHT: dict[type, dict[str, Any]] = {
    Condition: {"column": "frequency", "operator": ">=", "threshold": 3},
    SegmentDefinition: {
        "name": "test",
        "title": "Test",
        "description": "",
        "conditions": (Condition("frequency", ">=", 3),),
    },
}


@pytest.mark.parametrize(("kind", "mistake", "message"), MISTAKES)
def test_a_definition_that_cannot_be_meant_is_refused_by_name(
    kind: type, mistake: dict[str, Any], message: str
) -> None:
    kind(**RIGHT[kind])

    with pytest.raises(DefinitionInvalid, match=message):
        kind(**RIGHT[kind] | mistake)


WORTH = sorted(name for name, column in COLUMNS.items() if column.is_worth)
TIMES = sorted(name for name, column in COLUMNS.items() if not column.is_worth and name not in CONSENTS)
EXTREMES = (-1e300, -1.0, 0.0, 1.0, 100.0, 1e300)


def threshold_of(column: str, number: float) -> float | str:
    return GRADED[column][0 if number < 1 else -1] if column in GRADED else number


def about(column: str) -> dict[str, str]:
    return {} if COLUMNS[column].about is None else {"about": "which"}


def is_taken(column: str, operator: str) -> bool:
    try:
        Condition(column, operator, threshold_of(column, 1.0), **about(column))
    except DefinitionInvalid:
        return False
    return True


@pytest.mark.parametrize("column", WORTH)
@given(operator=st.sampled_from(sorted(BOUND)), number=st.sampled_from(EXTREMES) | st.floats(-1e9, 1e9))
def test_nobody_can_be_picked_for_a_low_value_wherever_the_bound_lies(
    column: str, operator: str, number: float
) -> None:
    """Worked backwards: what a condition that is accepted holds for, it holds for at the better end too."""
    threshold = threshold_of(column, number)
    worst, best = (-np.inf, np.inf) if COLUMNS[column].better == "high" else (np.inf, -np.inf)
    if not is_taken(column, operator):
        with pytest.raises(DefinitionInvalid, match=f"picked for a low value: {column} says what"):
            Condition(column, operator, threshold, **about(column))
        return
    holds = Condition(column, operator, threshold, **about(column)).holds(
        np.array([worst, best]), staying=False
    )
    assert holds.tolist() == [False, True]


@pytest.mark.parametrize("column", WORTH)
def test_of_the_five_operators_a_column_of_worth_takes_the_two_at_its_better_end(column: str) -> None:
    taken = {operator for operator in BOUND if is_taken(column, operator)}

    assert taken == ({"<=", "<"} if column == "rank" else {">=", ">"})


@pytest.mark.parametrize("operator", sorted(BOUND))
def test_when_somebody_bought_may_be_bounded_from_either_side(operator: str) -> None:
    assert TIMES == ["age_days", "days_since_last_order", "gaps_since_last_order", "recency_days"]
    for column in TIMES:
        assert Condition(column, operator, 60).operator == operator


def test_a_definition_survives_being_stored_as_json() -> None:
    for definition in segments.DEFAULT_SEGMENTS:
        stored = asdict(definition)
        conditions = tuple(Condition(**condition) for condition in stored["conditions"])
        assert SegmentDefinition(**{**stored, "conditions": conditions}) == definition
