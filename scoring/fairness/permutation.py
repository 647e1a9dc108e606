"""One outcome, two groups of customers: are those of the group treated otherwise in orders that are alike?

An order's residual is what it lies above the others of its stratum, whoever's they are, less what is usual
in its week and at its time of day (a regression on both, by alternating projections). A customer's residuals
are one sum, and it is customers whose group is drawn anew, among those who order in the same places and as
often: somebody with five slow orders is one coincidence. The statistic is studentised, so that it stays right
where groups spread differently (Chung, Romano 2013, Annals of Statistics 41(2)).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from scoring.fairness.questions import Flags, Floats

Integers = npt.NDArray[np.int64]
DRAWS = 1_999
COVERAGE = 0.90
LARGE = 10_000
"""Beyond so many customers the limit of the permutation's law is used, the normal one (Hájek 1961)."""
AT_ONCE = 2_000_000
"""Customers times draws held in memory."""
ENOUGH_CUSTOMERS = 30
"""In each group."""
ENOUGH_ORDERS = 20
"""With something to see: orders of which the outcome is not the commonest value."""
COMPARABLE = 0.9
"""Of orders that must have a counterpart in the finest strata; if fewer do, coarser ones are compared."""
PASSES = 12
OFTEN = 3
"""Customers with so many orders or more are drawn among one another."""
SAME = 1e-9


@dataclass(frozen=True)
class Sample:
    """Orders of a comparison, by customer and time; `group`: whose they are.

    `strata` from fine to coarse. `usual`: what counts beside them, each with a level and no more.
    """

    values: Floats
    group: Flags
    customer: Integers
    place: Integers
    strata: tuple[Integers, ...]
    usual: tuple[Integers, ...] = ()


@dataclass(frozen=True)
class Compared:
    """How much more of the outcome the group had, per order, its standard error and interval.

    `above` and `below`: P(so much more, so much less) if the group made no difference.
    """

    effect: float
    error: float
    low: float
    high: float
    above: float
    below: float
    customers: int
    others: int
    orders: int


@dataclass(frozen=True)
class _Units:
    """Customers whose group can be drawn anew, sorted by block: sums of residuals, and of their design."""

    residual: Floats
    design: Floats
    group: Flags
    block: Integers
    orders: int


def compare(sample: Sample, *, seed: int, draws: int = DRAWS) -> Compared | None:
    """Return the effect; None where customers or orders with something to see are too few."""
    units = _units(_constant(sample))
    if units is None:
        return None
    share = _mean_by(units.block, units.group.astype(np.float64))
    weights = units.group - share
    centred = units.residual - _mean_by(units.block, units.residual)
    design = float(weights @ units.design)
    spread = float(np.sum(weights**2 * centred**2))
    if design <= SAME or spread <= SAME**2:
        return None
    effect = float(weights @ centred) / design
    left = units.residual - effect * units.design
    error = float(np.sqrt(np.sum(weights**2 * (left - _mean_by(units.block, left)) ** 2))) / design
    seen = effect * design / np.sqrt(spread)
    drawn = _drawn(units, seed=seed, draws=draws) if len(centred) <= LARGE else None
    above, below, reach = _against_chance(float(seen), drawn)
    customers = int(units.group.sum())
    return Compared(
        effect,
        error,
        effect - reach[1] * error,
        effect - reach[0] * error,
        above,
        below,
        customers,
        len(units.group) - customers,
        units.orders,
    )


def _constant(sample: Sample) -> Sample:
    """Return the orders of each customer that are of their first group: who changes counts as they began."""
    if not len(sample.values):
        return sample
    first = np.flatnonzero(np.diff(sample.customer, prepend=-1))
    began = np.repeat(sample.group[first], np.diff(first, append=len(sample.group)))
    return _picked(sample, sample.group == began)


def _picked(sample: Sample, kept: Flags) -> Sample:
    return Sample(
        sample.values[kept],
        sample.group[kept],
        sample.customer[kept],
        sample.place[kept],
        tuple(one[kept] for one in sample.strata),
        tuple(one[kept] for one in sample.usual),
    )


def _units(sample: Sample) -> _Units | None:
    """Return the customers with the residuals of their orders that have a counterpart; None if too few."""
    if not len(sample.values):
        return None
    for stratum in sample.strata:
        share = _mean_by(stratum, sample.group.astype(np.float64))
        met = (share > 0) & (share < 1)
        if met.mean() >= COMPARABLE:
            break
    sample, factors = _picked(sample, met), (stratum[met], *(one[met] for one in sample.usual))
    if not _is_enough(sample):
        return None
    residual = _without(factors, sample.values)
    design = _without(factors, sample.group.astype(np.float64))
    first = np.flatnonzero(np.diff(sample.customer, prepend=-1))
    counts = np.diff(first, append=len(sample.customer))
    block = sample.place[first] * OFTEN + np.minimum(counts, OFTEN) - 1
    group = sample.group[first]
    mixed = _mean_by(block, group.astype(np.float64))
    kept = np.flatnonzero((mixed > 0) & (mixed < 1))
    kept = kept[np.argsort(block[kept], kind="stable")]
    if min(group[kept].sum(), (~group[kept]).sum()) < ENOUGH_CUSTOMERS:
        return None
    return _Units(
        np.add.reduceat(residual, first)[kept],
        np.add.reduceat(design, first)[kept],
        group[kept],
        np.unique(block[kept], return_inverse=True)[1],
        int(counts[kept].sum()),
    )


def _is_enough(sample: Sample) -> bool:
    if not len(sample.values):
        return False
    _, counts = np.unique(sample.values, return_counts=True)
    return len(sample.values) - int(counts.max()) >= ENOUGH_ORDERS


def _against_chance(seen: float, drawn: Floats | None) -> tuple[float, float, tuple[float, float]]:
    """Return P(as great), P(as small) and the 5 % and 95 % points of the statistic of groups drawn by lot."""
    tail = (1 - COVERAGE) / 2
    if drawn is None:
        return float(norm.sf(seen)), float(norm.cdf(seen)), (float(norm.ppf(tail)), float(norm.ppf(1 - tail)))
    above = float((1 + np.sum(drawn >= seen - SAME)) / (len(drawn) + 1))
    below = float((1 + np.sum(drawn <= seen + SAME)) / (len(drawn) + 1))
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return above, below, (float(low), float(high))


def _drawn(units: _Units, *, seed: int, draws: int) -> Floats:
    """Return the statistic of each draw of groups within blocks."""
    share = _mean_by(units.block, units.group.astype(np.float64))
    centred = units.residual - _mean_by(units.block, units.residual)
    rng = np.random.default_rng(seed)
    starts = np.flatnonzero(np.diff(units.block, prepend=-1))
    sizes = np.diff(starts, append=len(units.block))
    rank = np.arange(len(units.block)) - np.repeat(starts, sizes)
    chosen = rank < np.repeat(np.add.reduceat(units.group, starts, dtype=np.int64), sizes)
    squares = centred**2
    always = float(np.sum(share**2 * squares))
    moved = (1 - 2 * share) * squares
    found = []
    at_once = max(1, AT_ONCE // len(centred))
    for start in range(0, draws, at_once):
        keys = rng.random((min(at_once, draws - start), len(centred))) + units.block
        taken = np.argsort(keys, axis=1)[:, chosen]
        sums, spreads = centred[taken].sum(axis=1), always + moved[taken].sum(axis=1)
        found.append(sums / np.sqrt(np.maximum(spreads, SAME**2)))
    return np.concatenate(found)


def _without(factors: tuple[Integers, ...], values: Floats) -> Floats:
    """Return what is left of the values once a level for each value of each factor is taken off."""
    for _ in range(PASSES if len(factors) > 1 else 1):
        for factor in reversed(factors):
            values = values - _mean_by(factor, values)
    return values


def _mean_by(key: Integers, values: Floats) -> Floats:
    """Return of each row the mean over the rows with its key."""
    counts = np.bincount(key)
    sums = np.bincount(key, weights=values)
    return np.asarray((sums / np.maximum(counts, 1))[key], dtype=np.float64)
