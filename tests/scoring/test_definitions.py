"""Segments as data: what is refused, and that it survives being stored."""

import math
from dataclasses import asdict
from typing import Any

import pytest

from scoring import segments
from scoring.segments import Condition, DefinitionInvalid, SegmentDefinition

MISTAKES: list[tuple[type, dict[str, Any], str]] = [
    (Condition, {"column": "shoe_size"}, "there is no column 'shoe_size'"),
    (Condition, {"operator": "!="}, "no operator '!='"),
    (Condition, {"threshold": math.nan}, "finite number, not nan"),
    (Condition, {"threshold": math.inf}, "finite number"),
    (Condition, {"threshold": "many"}, "finite number, not 'many'"),
    (Condition, {"threshold": True}, "finite number, not True"),
    (Condition, {"threshold": None}, "finite number, not None"),
    (Condition, {"column": "evidence", "threshold": "heaps"}, "evidence is one of none, little"),
    (Condition, {"exit_threshold": 4}, "easier to meet"),
    (Condition, {"operator": "<=", "exit_threshold": 2}, "easier to meet"),
    (Condition, {"operator": "==", "exit_threshold": 3}, "no place beside =="),
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


def test_a_definition_survives_being_stored_as_json() -> None:
    for definition in segments.DEFAULT_SEGMENTS:
        stored = asdict(definition)
        conditions = tuple(Condition(**condition) for condition in stored["conditions"])
        assert SegmentDefinition(**{**stored, "conditions": conditions}) == definition
