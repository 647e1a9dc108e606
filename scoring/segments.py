"""Who belongs to which segment since when, with the reason in words, and without flapping in and out."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring.columns import GRADED, MONEY, WORDS, described, numbers, plain, told
from scoring.defaults import DEFAULT_SEGMENTS
from scoring.definitions import BOUND, Condition, DefinitionInvalid, SegmentDefinition

__all__ = [
    "DEFAULT_SEGMENTS",
    "MEMBERSHIPS",
    "Condition",
    "DefinitionInvalid",
    "Preview",
    "SegmentDefinition",
    "assign",
    "preview",
    "still_in",
    "why_empty",
]

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
STAY_SLACK = 1.2
MEMBERSHIPS = pa.schema(
    [
        ("segment", pa.string()),
        ("customer_id", pa.string()),
        ("since", pa.timestamp("us", tz="UTC")),
        ("reason", pa.string()),
        ("parts", pa.string()),
    ]
)
NEEDS_LEDGER = "It needs a verdict of the credit ledger, and there is not enough evidence on anybody yet."


@dataclass(frozen=True)
class Preview:
    """Who would be in, before anything is saved; `sample` is (customer_id, reason), the best first."""

    size: int
    share: float
    entering: int
    leaving: int
    sample: tuple[tuple[str, str], ...]


def assign(
    values: pa.Table, definitions: Iterable[SegmentDefinition], previous: pa.Table, *, as_of: datetime
) -> pa.Table:
    """segment, customer_id, since, reason, parts: by segment in the order given, the best member first.

    Somebody enters who meets all conditions and is among the first max_share of all customers by order_by;
    they stay while they meet the exit thresholds and are among the first max_share x 1.2. So the size never
    exceeds 1.2 x max_share, and only a real change moves anybody.
    """
    chosen = tuple(definitions)
    names = [definition.name for definition in chosen]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DefinitionInvalid(f"several segments are named {', '.join(twice)}")
    parts = [_members(values, definition, previous, as_of=as_of) for definition in chosen]
    return pa.concat_tables(parts) if parts else MEMBERSHIPS.empty_table()


def still_in(values: pa.Table, definitions: Iterable[SegmentDefinition], previous: pa.Table) -> pa.Table:
    """Of the members in `previous`, those whose own numbers still meet what it takes to stay.

    Nobody enters, and places among others are as they were: only `values` of the members are asked for.
    """
    alone = [replace(definition, max_share=1.0, needs=None) for definition in definitions]
    found = assign(values, alone, previous, as_of=datetime.max.replace(tzinfo=UTC))
    inside = set(zip(previous["segment"].to_pylist(), previous["customer_id"].to_pylist(), strict=True))
    pairs = zip(found["segment"].to_pylist(), found["customer_id"].to_pylist(), strict=True)
    return found.filter(pa.array([pair in inside for pair in pairs], pa.bool_()))


def preview(
    values: pa.Table,
    definition: SegmentDefinition,
    previous: pa.Table,
    *,
    as_of: datetime,
    sample: int = 10,
) -> Preview:
    """Who would be in if the definition were saved now, against those who are in under its name."""
    members = assign(values, (definition,), previous, as_of=as_of)
    after = set(members["customer_id"].to_pylist())
    before = set(_since(previous, definition.name))
    first = members.slice(0, sample)
    return Preview(
        size=len(after),
        share=len(after) / max(values.num_rows, 1),
        entering=len(after - before),
        leaving=len(before - after),
        sample=tuple(zip(first["customer_id"].to_pylist(), first["reason"].to_pylist(), strict=True)),
    )


def why_empty(values: pa.Table, definition: SegmentDefinition) -> str | None:
    """A sentence about what keeps newcomers out altogether, or nothing if somebody could enter."""
    if _waits(values, definition):
        return NEEDS_LEDGER
    if values.num_rows == 0:
        return "There are no customers yet."
    everybody = np.ones(values.num_rows, dtype=np.bool_)
    for condition in definition.conditions:
        everybody &= condition.holds(numbers(values, condition.column), staying=False)
        if not everybody.any():
            wanted = WORDS[condition.column].format(f"{BOUND[condition.operator]} {condition.threshold}")
            return f"Nobody meets this (with what stands before it): {wanted}."
    if _places(definition, values.num_rows) == 0:
        return (
            f"{definition.max_share:.1%} of {values.num_rows} customers is less than one person: "
            "allow a larger share."
        )
    return None


def _waits(values: pa.Table, definition: SegmentDefinition) -> bool:
    return definition.needs == "ledger" and values["civ"].null_count == values.num_rows


def _places(definition: SegmentDefinition, customers: int, *, slack: float = 1.0) -> int:
    """How many may be in; the small addition keeps 0.07 x 100 from being 6."""
    return min(customers, math.floor(definition.max_share * slack * customers + 1e-9))


def _members(
    values: pa.Table, definition: SegmentDefinition, previous: pa.Table, *, as_of: datetime
) -> pa.Table:
    """The members of one segment."""
    if values.num_rows == 0 or _waits(values, definition):
        return MEMBERSHIPS.empty_table()
    since = _since(previous, definition.name)
    inside = np.asarray(pc.is_in(values["customer_id"], pa.array(list(since), pa.string())))
    tests = [_Test(condition, numbers(values, condition.column)) for condition in definition.conditions]
    enters = np.logical_and.reduce([test.enters() for test in tests])
    stays = inside & np.logical_and.reduce([test.stays() for test in tests])
    ranked = _ranked(values, definition, eligible=enters | stays, inside=inside)
    place = np.arange(len(ranked))
    within = place < _places(definition, values.num_rows)
    within |= inside[ranked] & (place < _places(definition, values.num_rows, slack=STAY_SLACK))
    chosen = ranked[within]
    ids = values["customer_id"].take(pa.array(chosen)).to_pylist()
    currency = next(iter(values["currency"].slice(0, 1).to_pylist()), "")
    sentences = zip(*(test.sentences(chosen, currency) for test in tests), strict=True)
    parts = zip(*(test.parts(chosen) for test in tests), strict=True)
    rows = {
        "segment": pa.repeat(definition.name, len(ids)),
        "customer_id": ids,
        "since": pa.array([since.get(one, as_of) for one in ids], MEMBERSHIPS.field("since").type),
        "reason": pa.array([_sentence(said) for said in sentences], pa.string()),
        "parts": pa.array([json.dumps(each) for each in parts], pa.string()),
    }
    return pa.table(rows).cast(MEMBERSHIPS)


def _sentence(parts: tuple[str, ...]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


@dataclass(frozen=True)
class _Test:
    """A condition with every customer's number."""

    condition: Condition
    numbers: npt.NDArray[np.float64]

    def enters(self) -> Flags:
        return self.condition.holds(self.numbers, staying=False)

    def stays(self) -> Flags:
        return self.condition.holds(self.numbers, staying=True)

    def sentences(self, rows: Integers, currency: str) -> Iterator[str]:
        """The customer's own number and the bound it had to meet, for each of the rows."""
        column, must = self.condition.column, BOUND[self.condition.operator]
        enter, stay = (
            told(column, self.condition.bound(staying=staying), currency) for staying in (False, True)
        )
        for number, entered in zip(self.numbers[rows].tolist(), self.enters()[rows].tolist(), strict=True):
            bound = f"{must} {enter}" if entered else f"stays while {must} {stay}"
            yield f"{described(column, number, currency)} ({bound})"

    def parts(self, rows: Integers) -> Iterator[dict[str, str | float | bool]]:
        """The same for whoever words it in another language: plain(…) of number and bound, and what it is."""
        column = self.condition.column
        for number, entered in zip(self.numbers[rows].tolist(), self.enters()[rows].tolist(), strict=True):
            yield {
                "column": column,
                "kind": "grade" if column in GRADED else "money" if column in MONEY else "number",
                "value": plain(column, number),
                "operator": self.condition.operator,
                "bound": plain(column, self.condition.bound(staying=not entered)),
                "staying": not entered,
            }


def _ranked(values: pa.Table, definition: SegmentDefinition, *, eligible: Flags, inside: Flags) -> Integers:
    """The eligible rows, best first by order_by; among equals members first, then by id."""
    rows = np.flatnonzero(eligible)
    measure = np.nan_to_num(numbers(values, definition.order_by)[rows], nan=-np.inf)
    ids = values["customer_id"].take(pa.array(rows))
    by_id = np.empty(len(rows), dtype=np.int64)
    by_id[np.asarray(pc.sort_indices(ids))] = np.arange(len(rows))
    return np.asarray(rows[np.lexsort((by_id, ~inside[rows], -measure))])


def _since(previous: pa.Table, name: str) -> dict[str, datetime]:
    """Since when each member of the segment has been in."""
    rows = previous.filter(pc.equal(previous["segment"], name))
    return dict(zip(rows["customer_id"].to_pylist(), rows["since"].to_pylist(), strict=True))
