"""Perk programmes before they start and in words: what would be found, what was found.

Plain Python: importing it brings no analytical library. What came of a programme is `scoring.perk_effects`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

LEAST = 20
"""Members in each arm. With fewer nothing is said."""
LEAST_BUYERS = 10
"""So many buyers the smaller arm must expect by its share of all buyers. A number that the lots do not move:
to ask each arm for its own buyers would leave out the very programmes whose arms differ."""
LEVEL = 0.05
"""The greatest p that shows an effect, one-sided: then the 90 % interval lies above 0."""
POWER = 0.8


def enough(granted: int, held_out: int, *, buyers: int) -> bool:
    """Return whether anything can be said: `LEAST` members an arm, `LEAST_BUYERS` expected in the smaller."""
    smaller = min(granted, held_out)
    return smaller >= LEAST and buyers * smaller >= LEAST_BUYERS * (granted + held_out)


@dataclass(frozen=True)
class Spread:
    """How the members' own net money in past windows was spread: moments, the third and fourth say the tail.

    `skewness` is 0 for a symmetric spread and 2 for an exponential one, `kurtosis` 3 and 9.
    """

    mean: float
    deviation: float
    skewness: float
    kurtosis: float


def spread_of(money: Sequence[float]) -> Spread:
    """Return the moments of past net money, a value a member and window; zeros count."""
    size = len(money)
    mean = math.fsum(money) / size if size else 0.0
    second, third, fourth = (
        math.fsum((one - mean) ** degree for one in money) / max(size, 1) for degree in (2, 3, 4)
    )
    if second == 0:
        return Spread(mean, 0.0, 0.0, 3.0)
    deviation = math.sqrt(second * size / max(size - 1, 1))
    return Spread(mean, deviation, third / second**1.5, fourth / second**2)


@dataclass(frozen=True)
class Plan:
    """What programmes of this size would show: 80 % of them an effect of `detectable` net money a member."""

    granted: int
    held_out: int
    error: float
    """The standard error expected at the end: `scoring.perk_effects.watch` takes it."""
    detectable: float | None
    """None: arms too small for anything to be said."""


def plan(granted: int, held_out: int, spread: Spread) -> Plan:
    """Return what will be detectable if members spend as unevenly as before.

    The normal reckoning, (z + z') times the standard error, promises too much where few are held out and few
    spend most: the critical value is moved by the skewness (Hall 1987, Biometrika 74(3), for Student's
    statistic), and the spread of the statistic where there is an effect by how the error moves with the
    difference and by itself.
    """
    if min(granted, held_out) < LEAST:
        return Plan(granted, held_out, 0.0, None)
    parts = 1 / granted + 1 / held_out
    error = spread.deviation * math.sqrt(parts)
    skewness = spread.skewness * (1 / granted**2 - 1 / held_out**2) / parts**1.5
    unsteady = (spread.kurtosis - 1) * (1 / granted**3 + 1 / held_out**3) / parts**2
    z, beyond = (NormalDist().inv_cdf(share) for share in (1 - LEVEL, POWER))
    critical = max(z, z - skewness * (2 * z**2 + 1) / 6)
    moved = math.sqrt(max(1.0, 1 - critical * skewness + critical**2 * unsteady / 4))
    return Plan(granted, held_out, error, (critical + beyond * moved) * error)


def more_members(point: float, error: float, *, members: int) -> int | None:
    """Return about how many more members it takes to show, in 80 % of all programmes, what this one brought.

    None where it brought nothing. To two digits: nobody knows it better.
    """
    if point <= 0:
        return None
    z, beyond = (NormalDist().inv_cdf(share) for share in (1 - LEVEL, POWER))
    more = members * (((z + beyond) * error / point) ** 2 - 1)
    if more <= 0:
        return 0
    digits = 1 - math.floor(math.log10(max(more, 1)))
    return max(1, int(round(more, digits)))


class Standing(StrEnum):
    """What is known of whether a programme pays."""

    TOO_FEW = "too few"
    NOT_SHOWN = "not shown"
    PAYS = "pays"
    LOSES = "loses"


@dataclass(frozen=True)
class Result:
    """What the sentence for staff is made of: numbers as they are stored, in the shop's currency."""

    granted: int
    held_out: int
    currency: str
    point: float | None = None
    """Net money a member; None: too few members or buyers for anything to be said."""
    low: float = 0.0
    high: float = 0.0
    error: float = 0.0
    shown: bool = False
    """Accepted among the shop's programmes: `scoring.perk_effects.shown`."""

    @property
    def standing(self) -> Standing:
        """Return what the numbers say."""
        if self.point is None:
            return Standing.TOO_FEW
        if self.high < 0:
            return Standing.LOSES
        return Standing.PAYS if self.shown else Standing.NOT_SHOWN


def sentence(result: Result) -> str:
    """Return the result as a sentence for staff."""
    members = result.granted + result.held_out
    drawn = f"{result.held_out:,} of {members:,} held out"
    if result.point is None:
        return (
            f"{drawn}: not enough evidence. It takes {LEAST} members granted and {LEAST} held out, "
            f"and about {LEAST_BUYERS} buyers in the smaller group."
        )
    money = f"{result.point:+,.2f} {result.currency} a member"
    seen = f"{drawn}; {money}, 90% interval {result.low:,.2f} to {result.high:,.2f}"
    if result.standing is Standing.LOSES:
        return f"{seen}: it loses money."
    if result.standing is Standing.PAYS:
        return f"{seen}: it pays."
    if result.low > 0:
        return f"{seen}: not shown beside the shop's other programmes."
    more = more_members(result.point, result.error, members=members)
    return f"{seen}: not shown yet; about {more:,} more members needed." if more else f"{seen}: not shown."


def naive_sentence(redeemed: float, orders: int, *, currency: str) -> str:
    """Return the naive figure as a sentence: all orders with the perk, caused by it or not."""
    count = "1 order" if orders == 1 else f"{orders:,} orders"
    return (
        f"All redemptions: {redeemed:,.2f} {currency} in {count}. "
        "This counts what would have been bought without the perk as well."
    )
