"""Who belongs to which segment since when, with what the reason is made of, and without flapping."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring import membership
from scoring.columns import CONSENTS, GRADED, Numbers, column_of
from scoring.defaults import DEFAULT_SEGMENTS
from scoring.definitions import Condition, DefinitionInvalid, SegmentDefinition

__all__ = [
    "DEFAULT_SEGMENTS",
    "MEMBERSHIPS",
    "Condition",
    "DefinitionInvalid",
    "Details",
    "SegmentDefinition",
    "assign",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
MEMBERSHIPS = pa.schema(
    [
        ("segment", pa.string()),
        ("customer_id", pa.string()),
        ("since", pa.timestamp("us", tz="UTC")),
        ("parts", pa.string()),
    ]
)


@dataclass(frozen=True)
class Details:
    """What conditions may ask beside values: verdicts by category, scores by network, and who agreed to what.

    evidence, networks: of `valuation`, or nothing. consents: the customers who agreed, by column. stands_on:
    the day to which the values count ages, if not that of `as_of`, to which conditions count them.
    """

    evidence: pa.Table | None = None
    networks: pa.Table | None = None
    consents: Mapping[str, Collection[str]] = field(default_factory=dict)
    stands_on: date | None = None

    def of(self, key: str, customer_ids: list[str]) -> list[Any]:
        """Return what the condition of this key asks of each customer; None: nothing is known."""
        column, _, about = key.partition(":")
        if column in CONSENTS:
            agreed = frozenset(self.consents.get(column, ()))
            return ["yes" if one in agreed else "no" for one in customer_ids]
        table, whose, asked = (
            (self.evidence, "topic", "verdict")
            if column == "category_verdict"
            else (self.networks, "kind", column.removeprefix("network_"))
        )
        if table is None:
            return [None] * len(customer_ids)
        rows = table.filter(pc.equal(table[whose], about))
        known = dict(zip(rows["customer_id"].to_pylist(), rows[asked].to_pylist(), strict=True))
        return [known.get(one) for one in customer_ids]


def assign(
    values: pa.Table,
    definitions: Iterable[SegmentDefinition],
    previous: pa.Table,
    *,
    as_of: datetime,
    details: Details | None = None,
) -> pa.Table:
    """segment, customer_id, since, parts: by segment in the order given, the best member first.

    Somebody enters who meets all conditions and is among the first max_share of all customers by order_by;
    they stay while they meet the exit thresholds and are among the first max_share x 1.2. So the size never
    exceeds 1.2 x max_share, and only a real change moves anybody.
    """
    chosen = tuple(definitions)
    names = [definition.name for definition in chosen]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DefinitionInvalid(f"several segments are named {', '.join(twice)}")
    today = as_of.astimezone(UTC).date()
    given = details or Details()
    aged = _aged(values, today - (given.stands_on or today))
    whole = _with_details(aged, chosen, given)
    parts = [_members(whole, definition, previous, as_of=as_of) for definition in chosen]
    return pa.concat_tables(parts) if parts else MEMBERSHIPS.empty_table()


def _aged(values: pa.Table, passed: timedelta) -> pa.Table:
    """The values with ages of a later day: of who has bought."""
    age = pc.if_else(pc.greater(values["orders_count"], 0), pc.add(values["age_days"], passed.days), 0)
    return values.set_column(values.column_names.index("age_days"), "age_days", age)


def _with_details(values: pa.Table, definitions: Iterable[SegmentDefinition], details: Details) -> pa.Table:
    """The values, with a column for each condition that asks for something else."""
    keys = {condition.key for definition in definitions for condition in definition.conditions}
    ids: list[str] = values["customer_id"].to_pylist()
    for key in sorted(keys):
        if key in CONSENTS or ":" in key:
            kind = pa.string() if column_of(key) in GRADED else pa.float64()
            values = values.append_column(key, pa.array(details.of(key, ids), kind))
    return values


def _members(
    values: pa.Table, definition: SegmentDefinition, previous: pa.Table, *, as_of: datetime
) -> pa.Table:
    """The members of one segment."""
    judged = values.num_rows - values["civ"].null_count
    if values.num_rows == 0 or membership.waits(definition, judged=judged):
        return MEMBERSHIPS.empty_table()
    since = _since(previous, definition.name)
    inside = np.asarray(pc.is_in(values["customer_id"], pa.array(list(since), pa.string())))
    conditions = definition.conditions
    columns = [_numbers(values, condition.key) for condition in conditions]
    pairs = list(zip(conditions, columns, strict=True))
    enters = np.logical_and.reduce([one.holds(numbers, staying=False) for one, numbers in pairs])
    stays = inside & np.logical_and.reduce([one.holds(numbers, staying=True) for one, numbers in pairs])
    ranked = _ranked(values, definition, eligible=enters | stays, inside=inside)
    chosen = ranked[_within(definition, inside[ranked], customers=values.num_rows)]
    taken = values.select(["customer_id", *membership.TIMES]).take(pa.array(chosen)).to_pylist()
    ids, today = [one["customer_id"] for one in taken], as_of.astimezone(UTC).date()
    times = [membership.times(one, today) for one in taken]
    own = zip(*(numbers[chosen].tolist() for numbers in columns), strict=True)
    parts = [membership.parts(definition, *one) for one in zip(own, times, strict=True)]
    rows = {
        "segment": pa.repeat(definition.name, len(ids)),
        "customer_id": ids,
        "since": pa.array([since.get(one, as_of) for one in ids], MEMBERSHIPS.field("since").type),
        "parts": pa.array(parts, pa.string()),
    }
    return pa.table(rows).cast(MEMBERSHIPS)


def _within(definition: SegmentDefinition, inside: Flags, *, customers: int) -> Flags:
    """Which of those who are eligible, the best first, have a place."""
    place = np.arange(len(inside))
    slack = membership.places(definition, customers, slack=membership.STAY_SLACK)
    return (place < membership.places(definition, customers)) | (inside & (place < slack))


def _numbers(values: pa.Table, key: str) -> Floats:
    """Return one number a customer; NaN where nothing is known, so that no comparison holds."""

    def stored(name: str) -> Floats:
        if column_of(name) in GRADED:
            grade = {word: float(place) for place, word in enumerate(GRADED[column_of(name)])}
            return np.array([grade.get(word, np.nan) for word in values[name].to_pylist()], dtype=np.float64)
        return np.asarray(values[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)

    return np.asarray(Numbers(stored, np.where, np.nan).of(key))


def _ranked(values: pa.Table, definition: SegmentDefinition, *, eligible: Flags, inside: Flags) -> Integers:
    """The eligible rows, best first by order_by; among equals members first, then by id."""
    rows = np.flatnonzero(eligible)
    measure = np.nan_to_num(_numbers(values, definition.order_by)[rows], nan=-np.inf)
    ids = values["customer_id"].take(pa.array(rows))
    by_id = np.empty(len(rows), dtype=np.int64)
    by_id[np.asarray(pc.sort_indices(ids))] = np.arange(len(rows))
    return np.asarray(rows[np.lexsort((by_id, ~inside[rows], -measure))])


def _since(previous: pa.Table, name: str) -> dict[str, datetime]:
    """Since when each member of the segment has been in."""
    rows = previous.filter(pc.equal(previous["segment"], name))
    return dict(zip(rows["customer_id"].to_pylist(), rows["since"].to_pylist(), strict=True))
