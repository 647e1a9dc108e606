"""Who belongs to a segment, and the reason in words: the rule for one customer. `segments` takes whole shops.

Plain Python: importing it brings no analytical library.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from scoring.columns import (
    CONSENTS,
    GRADED,
    MONEY,
    WORDS,
    Numbers,
    column_of,
    described,
    in_singular,
    plain,
    told,
)
from scoring.definitions import BOUND, Condition, SegmentDefinition

STAY_SLACK = 1.2
NEEDS_LEDGER = "It needs a verdict of the credit ledger, and there is not enough evidence on anybody yet."


def numbers(definition: SegmentDefinition, row: Mapping[str, Any]) -> list[float]:
    """Return the number of each condition in one customer's row of `values.VALUES`; NaN: not known.

    Columns of other tables stand in the row by the conditions' keys, where something is known.
    """

    def stored(key: str) -> float:
        given, column = row.get(key), column_of(key)
        if column in GRADED:
            return float(GRADED[column].index(given)) if given in GRADED[column] else math.nan
        return math.nan if given is None else float(given)

    source = Numbers(
        stored, lambda condition, number, otherwise: number if condition else otherwise, math.nan
    )
    return [source.of(condition.key) for condition in definition.conditions]


def stays(definition: SegmentDefinition, own: Sequence[float]) -> bool:
    """Say whether a member's own numbers still meet what it takes to stay, whatever others have."""
    pairs = zip(definition.conditions, own, strict=True)
    return all(condition.holds(number, staying=True) for condition, number in pairs)


def places(definition: SegmentDefinition, customers: int, *, slack: float = 1.0) -> int:
    """Return how many may be in; the small addition keeps 0.07 x 100 from being 6."""
    return min(customers, math.floor(definition.max_share * slack * customers + 1e-9))


def waits(definition: SegmentDefinition, *, judged: int) -> bool:
    """Say whether the segment must stay empty because the ledger has `judged` nobody yet."""
    return definition.needs == "ledger" and judged == 0


def why_empty(
    definition: SegmentDefinition, *, customers: int, judged: int, meeting: Sequence[int]
) -> str | None:
    """Return a sentence about what keeps newcomers out altogether, or None if somebody could enter.

    customers: how many have a value; judged: how many of them have a CIV; meeting: how many meet the first
    condition, the first two, and so on.
    """
    if waits(definition, judged=judged):
        return NEEDS_LEDGER
    if customers == 0:
        return "There are no customers yet."
    for condition, count in zip(definition.conditions, meeting, strict=True):
        if count == 0:
            bound = f"{BOUND[condition.operator]} {condition.threshold}"
            wanted = WORDS[condition.column].format(bound, about=condition.called)
            return f"Nobody meets this (with what stands before it): {wanted}."
    if places(definition, customers) == 0:
        share = f"{definition.max_share:.1%} of {customers} customers"
        return f"{share} is less than one person: allow a larger share."
    return None


def reason(definition: SegmentDefinition, own: Sequence[float], currency: str) -> str:
    """Return the customer's own numbers and the bounds that they had to meet, as one sentence."""
    pairs = zip(definition.conditions, own, strict=True)
    text = "; ".join(_told(condition, number, currency) for condition, number in pairs)
    return f"{text[:1].upper()}{text[1:]}."


def unmet(definition: SegmentDefinition, own: Sequence[float], currency: str) -> str | None:
    """Return in words what of it takes to stay is not met; None where everything is."""
    pairs = zip(definition.conditions, own, strict=True)
    lacking = [
        _unmet(condition, number, currency)
        for condition, number in pairs
        if not condition.holds(number, staying=True)
    ]
    text = "; ".join(lacking)
    return f"{text[:1].upper()}{text[1:]}." if lacking else None


def _unmet(condition: Condition, number: float, currency: str) -> str:
    must = _bound_told(condition, currency, staying=True)
    if math.isnan(number):
        return f"not known: {WORDS[condition.column].format(must, about=condition.called)}"
    return f"{described(condition.column, number, currency, about=condition.called)} ({must})"


def asked(definition: SegmentDefinition, currency: str) -> str:
    """Return what somebody must meet to enter, without anybody's numbers: "at least 3 paid orders"."""
    return "; ".join(_asked(one, currency) for one in definition.conditions)


def _asked(condition: Condition, currency: str) -> str:
    text = WORDS[condition.column].format(_entry_told(condition, currency), about=condition.called)
    return in_singular(text) if condition.bound(staying=False) == 1 else text


def asked_parts(definition: SegmentDefinition) -> list[dict[str, Any]]:
    """Return the same for whoever words it in another language."""
    return [_part(one, one.bound(staying=False)) for one in definition.conditions]


def parts(definition: SegmentDefinition, own: Sequence[float]) -> str:
    """Return the same as JSON for whoever words it in another language: number, bound, and what they are."""
    return json.dumps(
        [_part(condition, number) for condition, number in zip(definition.conditions, own, strict=True)]
    )


def _told(condition: Condition, number: float, currency: str) -> str:
    entered = bool(condition.holds(number, staying=False))
    must = _bound_told(condition, currency, staying=not entered)
    return f"{described(condition.column, number, currency, about=condition.called)} ({must})"


def _entry_told(condition: Condition, currency: str) -> str:
    bound = told(condition.column, condition.bound(staying=False), currency)
    return bound if condition.column in CONSENTS else f"{BOUND[condition.operator]} {bound}"


@lru_cache(maxsize=1_000)
def _bound_told(condition: Condition, currency: str, *, staying: bool) -> str:
    """Return the bound in words; kept, for it is the same for all members of a segment."""
    bound = told(condition.column, condition.bound(staying=staying), currency)
    must = f"{BOUND[condition.operator]} {bound}"
    return f"stays while {must}" if staying else must


def _part(condition: Condition, number: float) -> dict[str, str | float | bool]:
    column, entered = condition.column, bool(condition.holds(number, staying=False))
    about = {} if condition.about is None else {"about": condition.called}
    return about | {
        "column": column,
        "kind": "grade" if column in GRADED else "money" if column in MONEY else "number",
        "value": plain(column, number),
        "operator": condition.operator,
        "bound": plain(column, condition.bound(staying=not entered)),
        "staying": not entered,
    }
