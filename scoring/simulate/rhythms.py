"""Customers who buy otherwise than models suppose: at regular gaps, at Christmas, for a lifetime in days."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from scoring.simulate.behaviour import Floats, Integers

YEAR = 365.25
UTC_TIME = pa.timestamp("us", tz="UTC")
FUTURE_DAYS = 365
RUSH_DAYS, RUSH_ENDS = 42, 358
"""The six weeks before Christmas, the last day counted from the first of January."""


@dataclass(frozen=True)
class Rhythm:
    """How a shop's customers buy, times in days.

    shape: of the Gamma gaps, 1 at random. gap: median of the customers' mean gaps; spread: of its logarithm.
    lifetime: mean of an exponential lifetime, by the calendar. returning: the share who ever come back.
    christmas: the share of a year's purchases in the six weeks before Christmas (0.115 without a season).
    yearly: whoever lives buys each Christmas with this chance, and at no other time.
    imported: the share of the past that is stamped with one day, the first that the shop really recorded.
    """

    shape: float = 1.0
    gap: float = 60.0
    spread: float = 0.7
    lifetime: float = 500.0
    returning: float = 1.0
    christmas: float = 0.115
    yearly: float = 0.0
    years: float = 3.0
    imported: float = 0.0
    basket: float = 40.0


SHOPS = {
    "apparel": Rhythm(gap=110, spread=1.0, lifetime=400, returning=0.6),
    "grocery": Rhythm(shape=1.6, gap=14, spread=0.8, lifetime=400, returning=0.8, basket=55),
    "subscriptions": Rhythm(shape=400, gap=30, spread=0.02, lifetime=300),
    "refills": Rhythm(shape=6, gap=55, spread=0.5, lifetime=365),
    "regular with a lifetime": Rhythm(shape=4, gap=30, spread=0.5, lifetime=365),
    "seasonal gifts": Rhythm(gap=250, spread=0.5, lifetime=900, christmas=0.75),
    "yearly gifts": Rhythm(yearly=0.65, lifetime=1500, gap=250, christmas=0.85),
    "import day": Rhythm(gap=60, lifetime=600, imported=0.6),
}


@dataclass(frozen=True)
class Diary:
    """Every purchase of the customers, `day` counted from the day of as_of; those after it are the future."""

    size: int
    owner: Integers
    day: Integers
    money: Floats
    stamp: Integers

    def orders(self, as_of: datetime) -> pa.Table:
        """The past as orders, as a shop has recorded it."""
        past = self.day <= 0
        noon = np.datetime64(as_of.replace(hour=12, tzinfo=None), "us")
        placed = pa.array(noon + self.stamp[past].astype("timedelta64[D]"), pa.timestamp("us"))
        size = int(past.sum())
        return pa.table(
            {
                "customer_id": pa.array(self.owner[past]).cast(pa.string()),
                "order_id": pa.array(np.arange(size)).cast(pa.string()),
                "created_at": placed.cast(UTC_TIME),
                "currency": pa.repeat("EUR", size),
                "charged": self.money[past],
                "voucher_code": pa.nulls(size, pa.string()),
            }
        )

    def future(self, annual_discount: float = 0.0) -> dict[str, float]:
        """What each known customer really spends in the year after as_of, discounted to it."""
        known = np.unique(self.owner[self.day <= 0])
        ahead = self.day > 0
        paid = self.money[ahead] * (1 + annual_discount) ** (-self.day[ahead] / YEAR)
        spent = np.bincount(self.owner[ahead], paid, minlength=self.size)
        return {str(one): float(spent[one]) for one in known}


def draw_diary(customers: int, rhythm: Rhythm, *, seed: int, as_of: datetime) -> Diary:
    """The purchases of customers who came evenly over the years, up to a year after as_of."""
    rng = np.random.default_rng(seed)
    began = -rng.random(customers) * rhythm.years * YEAR
    gap = rhythm.gap * np.exp(rhythm.spread * rng.standard_normal(customers))
    ends = began + rng.exponential(rhythm.lifetime, customers)
    ends = np.where(rng.random(customers) < rhythm.returning, ends, began)
    until = np.minimum(ends, FUTURE_DAYS)
    season = _Season.of(rhythm.christmas, as_of)
    if rhythm.yearly:
        owner, day = _each_christmas(rng, (began, until), season=season, chance=rhythm.yearly)
    else:
        owner, day = _by_gaps(rng, (began, until), gap=gap, shape=rhythm.shape, season=season)
    on: Integers = np.floor(day).astype(np.int64)
    scale = rng.gamma(4, 1 / 3.0, customers) * rhythm.basket
    money = np.maximum(np.round(scale[owner] * rng.gamma(4, 1 / 4.0, len(owner)), 2), 0.01)
    switch = int(np.quantile(on[on <= 0], rhythm.imported)) if rhythm.imported else int(on.min())
    return Diary(customers, owner, on, money, np.maximum(on, switch).astype(np.int64))


@dataclass(frozen=True)
class _Season:
    """Even time against the calendar, on a fine grid of days from as_of."""

    days: Floats
    even: Floats

    @classmethod
    def of(cls, christmas: float, as_of: datetime) -> "_Season":
        days = np.arange(-12 * 366.0, 3 * 366.0)
        today = as_of.replace(tzinfo=None)
        of_year = (days + (today - datetime(today.year, 1, 1)).days) % YEAR  # noqa: DTZ001 - a count of days
        rush = (of_year >= RUSH_ENDS - RUSH_DAYS) & (of_year < RUSH_ENDS)
        rest = YEAR - RUSH_DAYS
        weight = np.where(rush, christmas * YEAR / RUSH_DAYS, (1 - christmas) * YEAR / rest)
        even = np.cumsum(weight) - weight
        return cls(days, even - np.interp(0.0, days, even))

    def to_even(self, day: Floats) -> Floats:
        return np.interp(day, self.days, self.even)

    def to_calendar(self, even: Floats) -> Floats:
        return np.interp(even, self.even, self.days)


def _by_gaps(
    rng: np.random.Generator, life: tuple[Floats, Floats], *, gap: Floats, shape: float, season: _Season
) -> tuple[Integers, Floats]:
    """The first purchase of each, and those at Gamma gaps of even time that follow until the end."""
    began, until = life
    alive, last = np.arange(len(began)), season.to_even(until)
    owners, days = [alive], [began]
    at = season.to_even(began)
    while len(alive):
        at = at + rng.gamma(shape, 1 / shape, len(alive)) * gap[alive]
        kept = at <= last[alive]
        at, alive = at[kept], alive[kept]
        owners.append(alive)
        days.append(season.to_calendar(at))
    return np.concatenate(owners), np.concatenate(days)


def _each_christmas(
    rng: np.random.Generator, life: tuple[Floats, Floats], *, season: _Season, chance: float
) -> tuple[Integers, Floats]:
    """The first purchase of each within a season, and one in each season after it by chance."""
    (began, until), first = life, life[0]
    owners, days = [np.arange(len(began))], [_within(rng, first, season)]
    for years in range(1, int(np.ceil((FUTURE_DAYS - began.min()) / YEAR)) + 1):
        day = _within(rng, first + years * YEAR, season)
        comes = (rng.random(len(began)) < chance) & (day <= until)
        owners.append(np.flatnonzero(comes))
        days.append(day[comes])
    return np.concatenate(owners), np.concatenate(days)


def _within(rng: np.random.Generator, day: Floats, season: _Season) -> Floats:
    """A random day by the season's weights in the year up to each day."""
    start, end = season.to_even(day - YEAR), season.to_even(day)
    return season.to_calendar(start + rng.random(len(day)) * (end - start))
