"""The double-standard audit: every question about a period's orders, and what can be said of each.

All tests of an audit are one family of Benjamini and Hochberg (1995, JRSS B 57(1)), and not one of
Bonferroni: where nobody is treated differently, both raise an alarm in at most `LEVEL` of the audits, and
where a shop fails people in several ways at once, the first finds more of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import false_discovery_control, norm

from scoring.fairness.permutation import DRAWS, Compared, Sample, compare
from scoring.fairness.questions import COMPARISONS, OUTCOMES, Comparison, Flags, Floats, Outcome
from scoring.fairness.strata import prepare

LEVEL: Final = 0.05
POWER: Final = 0.80
SHORTEST: Final = {"hours": 0.25, "days": 0.05}
"""Shorter waits count as this long: their logarithms would be all that is seen."""

Columns = dict[str, npt.NDArray[Any]]


class Verdict(StrEnum):
    """What is said of one outcome of one comparison."""

    FOUND = "found"
    AS_BEFORE = "as_before"
    """A difference, which was as great before the app was installed: the score cannot be its cause."""
    NOT_FOUND = "not_found"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Effect:
    """How much more of the outcome the group had, with its 90 % interval, in the outcome's unit."""

    point: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """What is known of one outcome of one comparison; what cannot be known of too few orders is None.

    `detectable`: the smallest unfair effect that would have been found in four of five such shops, signed.
    `typical`: what the others wait, or their share. `p` and `adjusted`: one-sided, alone and in the family.
    `placebo`: the same comparison of orders from before the app was installed.
    """

    comparison: str
    outcome: str
    unit: str
    verdict: Verdict
    customers: int = 0
    others: int = 0
    orders: int = 0
    typical: float | None = None
    effect: Effect | None = None
    detectable: float | None = None
    p: float | None = None
    adjusted: float | None = None
    placebo: Effect | None = None


@dataclass(frozen=True)
class Audit:
    """All findings, in the order of questions; `orders` of the period that were looked at, and before it."""

    findings: tuple[Finding, ...]
    orders: int
    orders_before: int


@dataclass(frozen=True)
class _Asked:
    comparison: Comparison
    outcome: Outcome
    seen: Compared
    placebo: Compared | None
    typical: float

    @property
    def side(self) -> int:
        """1 if more of the outcome is the unfair answer, -1 if less is."""
        return self.comparison.suspected * self.outcome.worse

    @property
    def p(self) -> float:
        return self.seen.above if self.side > 0 else self.seen.below

    @property
    def could_see_much(self) -> bool:
        """Whether a wait twice as long, or all of a share taken away, would have been found.

        Other tests say nothing, and as part of the family would only hide what the rest say.
        """
        much = np.log(2) if self.outcome.is_ratio else self.typical / 100
        return _detectable(self.seen, family=len(OUTCOMES)) <= much


@dataclass(frozen=True)
class _Period:
    columns: Columns
    before: Flags
    seed: int
    draws: int

    def ask(self, comparison: Comparison, outcome: Outcome) -> _Asked | None:
        group, reference = comparison.group(self.columns), comparison.reference(self.columns)
        values = self.columns[outcome.name]
        known = (group | reference) & np.isfinite(values)
        seen = self._compared(known & ~self.before, group, outcome)
        if seen is None:
            return None
        others = values[known & ~self.before & reference]
        typical = float(np.median(others) if outcome.is_ratio else np.mean(others) * 100)
        placebo = self._compared(known & self.before, group, outcome)
        asked = _Asked(comparison, outcome, seen, placebo, typical)
        return asked if asked.could_see_much else None

    def _compared(self, rows: Flags, group: Flags, outcome: Outcome) -> Compared | None:
        values: Floats = self.columns[outcome.name][rows]
        usual = ["calendar_week"]
        if outcome.is_ratio:  # nobody packs on a Sunday night
            values = np.log(np.maximum(values, SHORTEST[outcome.unit]))
            usual.append("day_part")
        customer, place, week, month, *others = (
            self.columns[name][rows] for name in ("customer", "place", "week", "month", *usual)
        )
        sample = Sample(values, group[rows], customer, place, (week, month), tuple(others))
        return compare(sample, seed=self.seed, draws=self.draws)


def audit(orders: pa.Table, *, seed: int, draws: int = DRAWS) -> Audit:
    """Return what can be said of the orders (schema `ORDERS`); the same table and seed give the same answer.

    Raises ValueError if the table lacks a column or names an unknown band.
    """
    columns = prepare(orders)
    before = columns["before"].astype(np.bool_)
    period = _Period(columns, before, seed, draws)
    asked = {
        (comparison.name, outcome.name): period.ask(comparison, outcome)
        for comparison in COMPARISONS
        for outcome in OUTCOMES
    }
    tested = {key: one for key, one in asked.items() if one is not None}
    adjusted = dict(zip(tested, _adjusted([one.p for one in tested.values()]), strict=True))
    findings = tuple(
        _finding(tested[key], adjusted[key], family=len(tested)) if key in tested else _too_few(*key)
        for key in asked
    )
    return Audit(findings, int(np.sum(~before)), int(np.sum(before)))


def _detectable(seen: Compared, *, family: int) -> float:
    return float(norm.ppf(1 - LEVEL / family) + norm.ppf(POWER)) * seen.error


def _adjusted(p: list[float]) -> list[float]:
    return [float(one) for one in false_discovery_control(p)] if p else []


def _finding(asked: _Asked, adjusted: float, *, family: int) -> Finding:
    seen, outcome = asked.seen, asked.outcome
    needed = _detectable(seen, family=family)
    placebo = asked.placebo
    return Finding(
        asked.comparison.name,
        outcome.name,
        outcome.unit,
        _verdict(asked, adjusted),
        seen.customers,
        seen.others,
        seen.orders,
        asked.typical,
        _in_units(asked, seen),
        _in_unit(asked, asked.side * needed),
        asked.p,
        adjusted,
        None if placebo is None else _in_units(asked, placebo),
    )


def _verdict(asked: _Asked, adjusted: float) -> Verdict:
    if adjusted > LEVEL:
        return Verdict.NOT_FOUND
    return Verdict.AS_BEFORE if _was_there_before(asked) else Verdict.FOUND


def _was_there_before(asked: _Asked) -> bool:
    """Return whether orders from before the app show the difference, and no less of it than today's."""
    placebo, seen = asked.placebo, asked.seen
    if placebo is None or (placebo.above if asked.side > 0 else placebo.below) > LEVEL:
        return False
    grown = asked.side * (seen.effect - placebo.effect) / np.hypot(seen.error, placebo.error)
    return float(norm.sf(grown)) > LEVEL


def _in_units(asked: _Asked, compared: Compared) -> Effect:
    return Effect(*(_in_unit(asked, value) for value in (compared.effect, compared.low, compared.high)))


def _in_unit(asked: _Asked, value: float) -> float:
    """Return an effect in hours or days of a typical wait, or in percentage points."""
    return float(asked.typical * np.expm1(value)) if asked.outcome.is_ratio else value * 100


def _too_few(comparison: str, outcome: str) -> Finding:
    unit = next(one.unit for one in OUTCOMES if one.name == outcome)
    return Finding(comparison, outcome, unit, Verdict.TOO_FEW)
