"""The shop's year: when orders come, and a clock that runs fast in the season and slowly outside.

By this clock customers buy evenly, so that the models of buying hold as they are: a Poisson process whose
rate is a customer's own times the same known season for everybody becomes an even one when time is counted
by the sum of the season (Daley, Vere-Jones 2003, An Introduction to the Theory of Point Processes I, 7.4).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.purchases import Daily

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
DAYS_PER_YEAR = 365.25
BINS = 26
FEWEST_YEARS, MOST_YEARS = 2, 4
FEWEST_ORDERS = 500
LEAST_AGREEMENT = 0.4
"""Correlation of the years, bin by bin: chance alone reaches it in 2 of 100 shops."""
LEAST_SPREAD = 0.1
LEAST_INDEX = 0.02
MOST_GROWTH = 10.0


@dataclass(frozen=True)
class Clock:
    """Days from 1970 to days of the shop's even time, 0 at `now`; a whole year is as long in both.

    index: how many times the usual number of orders come in each of the `BINS` parts of a year from `now` on;
    None where no season is known, and time is the calendar's.
    """

    now: int
    index: Floats | None = None

    def at(self, day: Integers | Floats) -> Floats:
        """Even time of each day, in whole days."""
        ahead = np.asarray(day, dtype=np.float64) - self.now
        return ahead if self.index is None else np.round(self._summed(ahead))

    def length(self, days: float) -> float:
        """How long the next days are in even time."""
        return days if self.index is None else max(float(self._summed(np.array([days]))[0]), LEAST_INDEX)

    def _summed(self, ahead: Floats) -> Floats:
        index = np.ones(BINS) if self.index is None else self.index
        years = ahead / DAYS_PER_YEAR
        whole = np.floor(years)
        edges, sums = np.linspace(0, 1, BINS + 1), np.append(0.0, np.cumsum(index) / BINS)
        return np.asarray(DAYS_PER_YEAR * (whole + np.interp(years - whole, edges, sums)))


def clock_of(orders: Daily, *, now: int) -> Clock:
    """The clock of a shop that is seen until `now`: with a season if two or more full years agree on one."""
    past = orders.day <= now
    day, count = orders.day[past], orders.orders[past]
    years = min(int((now - day.min() + 1) / (DAYS_PER_YEAR - 0.5)), MOST_YEARS) if len(day) else 0
    if years < FEWEST_YEARS:
        return Clock(now)
    ago = now - day
    seen = ago < years * DAYS_PER_YEAR
    year, rest = np.divmod(ago[seen] / DAYS_PER_YEAR, 1)
    part = np.minimum(((1 - rest) * BINS).astype(np.int64), BINS - 1)
    place = np.minimum(year.astype(np.int64), years - 1) * BINS + part
    counts = np.bincount(place, count[seen], minlength=years * BINS).astype(np.float64)
    counts = counts.reshape(years, BINS)
    if counts.sum() < FEWEST_ORDERS * years or (counts.sum(axis=1) == 0).any():
        return Clock(now)
    return Clock(now, _index(counts))


def _index(counts: Floats) -> Floats | None:
    """The index of each part of the year, mean 1, by counts[years ago, part]; None if the years disagree.

    Counts are freed of steady growth, and logarithms shrunken by how well one year foretells another
    (Spearman 1910, Brown 1910).
    """
    years, totals = len(counts), counts.sum(axis=1)
    growth = (totals[0] / totals[-1]) ** (1 / (years - 1))
    trend = np.clip(growth, 1 / MOST_GROWTH, MOST_GROWTH) ** ((np.arange(BINS) + 0.5) / BINS)
    expected = totals[:, None] * trend / trend.sum()
    single = np.log((counts + 0.5) / expected)
    pairs = np.corrcoef(single) if (single.std(axis=1) > 0).all() else np.zeros((years, years))
    agreement = float(pairs[np.triu_indices(years, 1)].mean())
    if agreement < LEAST_AGREEMENT:
        return None
    reliability = years * agreement / (1 + (years - 1) * agreement)
    pooled = np.log((counts.sum(axis=0) + 0.5) / expected.sum(axis=0))
    index = np.maximum(np.exp(reliability * pooled), LEAST_INDEX)
    index = index / index.mean()
    return index if index.std() >= LEAST_SPREAD else None
