"""Ties that begin after the purchases: who buys the same soon after somebody follows them from then on."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from scoring.simulate.circles import Floats, Integers, People
from scoring.simulate.planted import DAYS, LATE_TIES, Lines, Planted, first_purchases, instants, nobody

NEXT_BUYERS = 5
NEAR_DAYS = 20.0
FOLLOWS = 0.3
AFTER_DAYS = 1.0


def with_late_ties(
    rng: np.random.Generator, made: Planted, *, lines: Lines, people: People, dated: bool
) -> Planted:
    """Return the world with ties that began after the purchases.

    Every tie has a valid_from: those that were there before, the beginning of the world; those that began
    later, the day they did, or null if not `dated`.
    """
    source, target, day = _followed(rng, lines, people)
    begun = instants(day)
    late = pa.table({"source_id": source, "target_id": target, "begun_at": begun}).cast(LATE_TIES)
    said = begun if dated else pa.nulls(len(begun), begun.type)
    before = instants(np.zeros(made.ties.num_rows))
    ties = pa.concat_tables(
        [
            made.ties.append_column("valid_from", before),
            pa.table({"source_id": source, "target_id": target, "valid_from": said}),
        ]
    )
    return replace(made, ties=ties, late_ties=late)


def _followed(rng: np.random.Generator, lines: Lines, people: People) -> tuple[Integers, Integers, Floats]:
    """Return (source, target, day) of each new tie: some of a product's next buyers follow the one before.

    Both are of one circle, buy it for the first time, and had no such tie; of several times the first counts.
    """
    lines = lines.taken(first_purchases(lines))
    lines = lines.taken(np.lexsort((lines.day, lines.product)))
    codes, days = [nobody()], [np.array([])]
    for step in range(1, min(NEXT_BUYERS, lines.size - 1) + 1):
        one, other = lines.taken(np.arange(lines.size - step)), lines.taken(np.arange(step, lines.size))
        near = (one.product == other.product) & (other.day - one.day < NEAR_DAYS)
        near &= people.circle[one.customer] == people.circle[other.customer]
        near &= rng.random(len(near)) < FOLLOWS
        codes.append((one.customer * people.size + other.customer)[near])
        days.append(other.day[near] + AFTER_DAYS)
    code, day = np.concatenate(codes), np.concatenate(days)
    fresh = (day < DAYS) & ~np.isin(code, people.source * people.size + people.target)
    code, day = code[fresh], day[fresh]
    by_time = np.argsort(day, kind="stable")
    code, first = np.unique(code[by_time], return_index=True)
    return code // people.size, code % people.size, day[by_time][first]
