"""What a perk programme brought, judged once after its end: members granted against members held out by lot.

Member by member, a value is what counts in the window: order money net of refunds, less what the perk cost
(discount given, card money, shipping paid), or a number of orders. Everybody drawn counts in the arm that
they were drawn into, whatever they did (intention to treat). The plan before the start is
`scoring.perk_design`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import false_discovery_control, t

from scoring.perk_design import LEVEL, enough

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
COVERAGE = 0.90
DRAWS = 4_999
"""Lots drawn anew. With the real one among them the test is exact, however few they are."""
FALSE_DISCOVERY_RATE = 0.10
AT_ONCE = 1_000_000
"""Members times draws held in memory."""
SAME = 1e-9
"""Up to so much apart two statistics count as one: the same arm summed in another order."""
FROM, DOUBLINGS = 3, 30
"""An end is looked for from 2**3 errors off the point, or 2**4 and so on if even that is not refused."""
GRID = 32
HALVINGS = 20


@dataclass(frozen=True)
class Members:
    """Who was drawn, one value a member: net money and orders in the window, and whether they were granted.

    `strata` says within what the lots were drawn; None: among everybody.
    """

    money: Floats
    orders: Floats
    granted: Flags
    strata: Integers | None = None


@dataclass(frozen=True)
class Effect:
    """How much more a granted member had than one held out, its interval, and p for "more than 0"."""

    point: float
    low: float
    high: float
    p: float
    error: float
    """Welch's standard error, by which more members are reckoned."""


@dataclass(frozen=True)
class Outcome:
    """What a programme brought a member: net money and orders; None where members or buyers are too few."""

    granted: int
    held_out: int
    money: Effect | None
    orders: Effect | None


def judge(members: Members, *, seed: int, draws: int = DRAWS) -> Outcome:
    """Return what a programme brought. To be called once, after its end: a second look is another chance."""
    granted, held_out = int(np.sum(members.granted)), int(np.sum(~members.granted))
    if not enough(granted, held_out, buyers=int(np.sum(members.orders > 0))):
        return Outcome(granted, held_out, None, None)
    money, orders = (
        compare(values, granted=members.granted, seed=seed, strata=members.strata, draws=draws)
        for values in (members.money, members.orders)
    )
    return Outcome(granted, held_out, money, orders)


def compare(
    values: Floats, *, granted: Flags, seed: int, strata: Integers | None = None, draws: int = DRAWS
) -> Effect:
    """Return the effect a member: the wider ends of a studentised randomisation test and of Welch's interval.

    The first is exact where the perk moves every member's value by the same amount, whatever the values look
    like and however unequal the arms are: all effects that redrawn lots do not refuse (Fisher 1935; Phipson,
    Smyth 2010, SAGMB 9(1), for drawn lots). Welch's (1947, Biometrika 34) alone claims too much where few
    are held out, and covers where the perk moves members differently, which the first does only in large
    arms (Chung, Romano 2013, Annals of Statistics 41(2); Wu, Ding 2021, JASA 116).
    """
    centred = values - values.mean()
    [lots] = redraw([centred], granted=granted, strata=strata, seed=seed, draws=draws)
    level = (1 - COVERAGE) / 2
    point, error, freedom = welch(centred, granted)
    reach = float(t.ppf(1 - level, freedom)) * error
    low, high = (_end(lots, sign, level=level, start=(point, error)) for sign in (1, -1))
    p = max(lots.p(0.0, 1), float(t.sf(point / error, freedom)) if error else 0.0)
    return Effect(point, min(low, point - reach), max(high, point + reach), p, error)


def shown(p: Sequence[float]) -> list[bool]:
    """Return of each judged programme of a shop whether it is shown to pay.

    `p` is at most `LEVEL`, as for one programme alone, and accepted beside all others (Benjamini, Hochberg
    1995, JRSS B 57(1)).
    """
    if not p:
        return []
    adjusted = false_discovery_control(p)
    return [one <= LEVEL and among <= FALSE_DISCOVERY_RATE for one, among in zip(p, adjusted, strict=True)]


@dataclass(frozen=True)
class Watch:
    """What a daily look says: the greatest effect a member that is still possible, and whether to stop."""

    at_most: float | None
    """None: too few members or buyers yet."""

    @property
    def stops(self) -> bool:
        """Return whether the perk loses money, as far as has come in."""
        return self.at_most is not None and self.at_most < 0


def watch(members: Members, *, planned_error: float) -> Watch:
    """Return whether a running programme loses money; to be asked as often as wanted, every day even.

    The upper end of a confidence sequence: over the whole life of a programme that loses nothing it falls
    below 0 in at most `LEVEL` of all programmes, by a normal mixture (Robbins 1970, Annals of Mathematical
    Statistics 41(5); Howard, Ramdas, McAuliffe, Sekhon 2021, Annals of Statistics 49(2), proposition 6) in
    the variance of the difference, which grows as money comes in: asymptotic (Waudby-Smith, Arbour, Sinha,
    Kennedy, Ramdas 2024, Annals of Statistics 52(6)). Members who buy much go on buying much, so that days
    are positively correlated, which makes a crossing rarer still (Slepian 1962).
    `planned_error`, the standard error planned for the end, is where the sequence is narrowest; any value,
    chosen beforehand, is valid.
    """
    granted, held_out = int(np.sum(members.granted)), int(np.sum(~members.granted))
    point, error, _ = welch(members.money, members.granted) if held_out > 1 else (0.0, 0.0, 0.0)
    if not enough(granted, held_out, buyers=int(np.sum(members.orders > 0))) or error == 0:
        return Watch(None)
    odds = math.log(1 / (2 * LEVEL))
    mixed = planned_error**2 / (2 * odds + math.log(1 + 2 * odds))
    total = error**2 + mixed
    return Watch(point + math.sqrt(2 * total * math.log(math.sqrt(total / mixed) / (2 * LEVEL) + 1)))


@dataclass(frozen=True)
class Lots:
    """Lots drawn anew, as sums over whom each would have held out, so that any effect can be taken off again.

    `granted` is how many of those were granted in truth, and `money_granted` their values. `seen` are the
    same five numbers of the real lot, `everybody` those of all members.
    """

    sums: Floats
    seen: Floats
    everybody: Floats

    def p(self, effect: float, sign: int) -> float:
        """Return P(a statistic as great as the real one, or as small if `sign` is -1) if `effect` is true."""
        drawn = sign * self._statistics(self.sums, effect)
        seen = sign * float(self._statistics(self.seen, effect))
        return float((1 + np.sum(drawn >= seen - SAME * max(1.0, abs(seen)))) / (len(drawn) + 1))

    def _statistics(self, sums: Floats, effect: float) -> Floats:
        """Return Welch's statistic of lots once `effect` is taken off whoever was granted."""
        few, held_out, squares = _without(sums, effect)
        everybody, total, all_squares = _without(self.everybody, effect)
        many, granted = everybody - few, total - held_out
        apart = granted / many - held_out / few
        above = np.maximum(all_squares - squares - granted**2 / many, 0) / (many * (many - 1))
        variance = above + np.maximum(squares - held_out**2 / few, 0) / (few * (few - 1))
        least = SAME**1.5 * all_squares / everybody**2
        sure = np.where(
            np.abs(apart) > SAME * np.sqrt(all_squares / everybody), np.copysign(np.inf, apart), 0.0
        )
        return np.asarray(
            np.where(variance > least, apart / np.sqrt(np.maximum(variance, least) + (least == 0)), sure)
        )


def _without(sums: Floats, effect: float) -> tuple[Floats, Floats, Floats]:
    """Return size, sum and sum of squares once `effect` is taken off whoever was granted."""
    size, money, squares, granted, money_granted = sums
    return size, money - effect * granted, squares - 2 * effect * money_granted + effect**2 * granted


def redraw(
    values: Sequence[Floats], *, granted: Flags, strata: Integers | None, seed: int, draws: int
) -> list[Lots]:
    """Draw lots anew, in each stratum as many as were held out of it; the same ones for each of `values`."""
    rng = np.random.default_rng(seed)
    groups = np.zeros(len(granted), np.int64) if strata is None else strata
    ones = np.ones(len(granted))
    columns = np.concatenate([np.stack([ones, one, one**2, granted, one * granted]) for one in values])
    sums = np.zeros((len(columns), draws))
    for group in np.unique(groups):
        inside = np.flatnonzero(groups == group)
        size = int(np.sum(~granted[inside]))
        rows = max(1, AT_ONCE // len(inside))
        for first in range(0, draws if size else 0, rows):
            keys = rng.random((min(rows, draws - first), len(inside)))
            held_out = keys <= np.partition(keys, size - 1, axis=1)[:, size - 1 : size]
            sums[:, first : first + rows] += columns[:, inside] @ held_out.T
    seen, everybody = columns[:, ~granted].sum(axis=1), columns.sum(axis=1)
    parts = (slice(5 * place, 5 * place + 5) for place in range(len(values)))
    return [Lots(sums[part], seen[part], everybody[part]) for part in parts]


def welch(values: Floats, granted: Flags) -> tuple[float, float, float]:
    """Return the difference of the arms' means, its standard error, and Welch's degrees of freedom."""
    arms = values[granted], values[~granted]
    parts = [float(arm.var(ddof=1)) / len(arm) for arm in arms]
    freedom = sum(part**2 / (len(arm) - 1) for part, arm in zip(parts, arms, strict=True))
    total = sum(parts)
    return float(arms[0].mean() - arms[1].mean()), math.sqrt(total), total**2 / freedom if freedom else 1.0


def _end(lots: Lots, sign: int, *, level: float, start: tuple[float, float]) -> float:
    """Return the outermost effect whose p exceeds `level`: the low end with sign 1, the high one with -1.

    It is sought from far outside towards the point in steps of the error; `start` is both. The p of a
    studentised test need not rise all the way: what the grid meets first is taken, the safe side.
    """
    point, step = start
    if step == 0:
        return point

    def refused(far: float) -> bool:
        return lots.p(point - sign * far, sign) <= level

    farther = (step * 2**doublings for doublings in range(FROM, DOUBLINGS))
    outside = next((far for far in farther if refused(far)), math.inf)
    if outside == math.inf:
        return -sign * math.inf
    inside = next(
        (outside * place / GRID for place in range(GRID - 1, 0, -1) if not refused(outside * place / GRID)),
        0.0,
    )
    outside = min(outside, inside + outside / GRID)
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if refused(middle) else (middle, outside)
    return point - sign * outside
