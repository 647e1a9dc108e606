"""Who belongs to a segment, and the reason in words: the rule for one customer. `segments` takes whole shops.

What a reason is made of is stored, with days in place of ages, so that no night changes it; the sentence is
made when it is read. Plain Python: importing it brings no analytical library.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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

Part = dict[str, Any]
TIMES = ("age_days", "recency_days", "frequency")
STAY_SLACK = 1.2
NEEDS_LEDGER = "It needs a verdict of the credit ledger, and there is not enough evidence on anybody yet."


@dataclass(frozen=True)
class Times:
    """The days of somebody's first and last paid order, and their usual gap in days; 0 without any."""

    first: date
    last: date
    gap: float


def times(row: Mapping[str, Any], day: date) -> Times:
    """Return them by a customer's row (`TIMES`) with their age on that day."""
    age, recency, frequency = (row[name] for name in TIMES)
    first = day - timedelta(days=age)
    return Times(first, first + timedelta(days=recency), recency / frequency if frequency else 0.0)


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


def reason(told_parts: Iterable[Part], currency: str) -> str:
    """Return the customer's own numbers and the bounds that they had to meet, as one sentence."""
    text = "; ".join(_told(one, currency) for one in told_parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


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


def asked_parts(definition: SegmentDefinition) -> list[Part]:
    """Return the same for whoever words it in another language."""
    return [_part(one, one.bound(staying=False)) for one in definition.conditions]


def own_parts(definition: SegmentDefinition, own: Sequence[float]) -> list[Part]:
    """Return the reason for whoever words it in any language: numbers, bounds, and what they are."""
    return [_part(condition, number) for condition, number in zip(definition.conditions, own, strict=True)]


def parts(definition: SegmentDefinition, own: Sequence[float], when: Times) -> str:
    """Return the same as JSON to store: for a number that grows with time, the day that it counts from.

    That is `since`; `gap` is how many days count as one, 1 where it is left out.
    """
    return json.dumps([_undated(one, when) for one in own_parts(definition, own)])


def parts_on(stored: str, day: date) -> list[Part]:
    """Return stored parts with their numbers as of that day."""
    return [_dated(one, day) for one in json.loads(stored)]


def _undated(part: Part, when: Times) -> Part:
    of: dict[str, Part] = {
        "age_days": {"since": when.first.isoformat()},
        "days_since_last_order": {"since": when.last.isoformat()},
        "gaps_since_last_order": {"since": when.last.isoformat(), "gap": when.gap},
    }
    since = of.get(part["column"])
    return part if since is None else {key: part[key] for key in part if key != "value"} | since


def _dated(part: Part, day: date) -> Part:
    if "since" not in part:
        return part
    kept = {key: part[key] for key in part if key not in {"since", "gap"}}
    days = (day - date.fromisoformat(part["since"])).days
    return kept | {"value": plain(part["column"], days / part.get("gap", 1))}


def _told(part: Part, currency: str) -> str:
    column, value, about = part["column"], part["value"], part.get("about", "")
    text = WORDS[column].format(_value_told(column, value, currency), about=about)
    must = f"{BOUND[part['operator']]} {_value_told(column, part['bound'], currency)}"
    staying = "stays while " if part["staying"] else ""
    return f"{in_singular(text) if value == 1 else text} ({staying}{must})"


def _value_told(column: str, value: float | str, currency: str) -> str:
    return value if isinstance(value, str) else told(column, value, currency)


def _entry_told(condition: Condition, currency: str) -> str:
    bound = told(condition.column, condition.bound(staying=False), currency)
    return bound if condition.column in CONSENTS else f"{BOUND[condition.operator]} {bound}"


@lru_cache(maxsize=1_000)
def _bound_told(condition: Condition, currency: str, *, staying: bool) -> str:
    """Return the bound in words; kept, for it is the same for all members of a segment."""
    bound = told(condition.column, condition.bound(staying=staying), currency)
    must = f"{BOUND[condition.operator]} {bound}"
    return f"stays while {must}" if staying else must


def _part(condition: Condition, number: float) -> Part:
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
