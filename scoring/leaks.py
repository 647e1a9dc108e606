"""Is a personal code leaking: do more strangers redeem it than its past and the shop's other codes explain?

Plain Python. A code's redemptions by strangers are counted as a Poisson process whose rate is Gamma
distributed over the shop's codes, by moments (empirical Bayes: Robbins 1956), so that what comes next is
negative binomial; where they come in clusters, the variance is as much greater. Windows that
begin at each redemption are scanned (Naus 1965, JASA 60): the one with the greatest likelihood ratio
(Kulldorff 1997, Communications in Statistics 26(6)) says when the leak began.

What is found does not depend on when somebody looks: the redemptions are gone through one after another, as
if everybody looked after each of them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TAIL = 1e-7
"""A window less likely than this is a leak."""
DAY = timedelta(days=1)
BLOCK = 3 * DAY
"""What unevenness is seen in: who was told together comes within days."""
SHORTEST = timedelta(hours=6)
"""A window counts as at least so long: people who were told of a code together come together."""
FEWEST_CODES = 5
SHRUNK = 10.0
"""Redemptions that an own past needs to be believed as much as the shop's about clusters."""
NEGLIGIBLE = 1e-12
CLUSTERED = 10.0
"""The variance of strangers who come together, by their mean, is at most this: what is more is a leak."""


class LeakReason(StrEnum):
    """Why a code is said to leak."""

    BURST_OF_FIRST_ORDERS = "BURST_OF_FIRST_ORDERS"
    STRANGERS = "STRANGERS"
    DOZENS = "DOZENS"


@dataclass(frozen=True)
class Rule:
    """What is counted in windows of up to `longest`: from `least` on it may be a leak."""

    reason: LeakReason
    longest: timedelta
    least: int
    first_orders: bool = False


RULES = (
    Rule(LeakReason.BURST_OF_FIRST_ORDERS, DAY, 12, first_orders=True),
    Rule(LeakReason.STRANGERS, 3 * DAY, 12),
    Rule(LeakReason.DOZENS, 30 * DAY, 36),
)


@dataclass(frozen=True)
class Redemption:
    """An order with the code: when, whose, a stranger to its owner, and whether it is their first order.

    A stranger has no tie to the owner from before, and shares no household, card or mailbox with them.
    """

    at: datetime
    buyer: str
    stranger: bool
    first_order: bool = False


@dataclass(frozen=True)
class History:
    """How many strangers redeemed one code in how many days, and the sum of each `BLOCK`'s number squared."""

    strangers: int
    days: float
    squares: int


@dataclass(frozen=True)
class Prior:
    """What is usual in a shop: a code's strangers a day are Gamma(shape, rate `days`), in uneven blocks."""

    shape: float
    days: float
    unevenness: float

    def expected(self, past: History, days: float) -> tuple[float, float]:
        """Return mean and variance of the strangers in as many days that come, after such a past."""
        known = self.days + past.days
        mean = (self.shape + past.strangers) / known * days
        return mean, mean * (_unevenness([past], start=(SHRUNK * self.unevenness, SHRUNK)) + days / known)


FEW_CODES = Prior(shape=0.5, days=15.0, unevenness=1.5)
"""For a shop with hardly any code to learn from: a stranger a month, give or take a month's worth."""


@dataclass(frozen=True)
class Leak:
    """Since when a code leaks, and why: so many were expected, so many came, with this probability."""

    since: datetime
    found_at: datetime
    reason: LeakReason
    expected: float
    seen: int
    tail: float


def history(redemptions: Iterable[Redemption], *, since: datetime, until: datetime) -> History:
    """Return what a code's past was like, each stranger counted once."""
    strangers = _strangers(redemptions)
    days = Counter((one.at - since) // BLOCK for one in strangers if since <= one.at < until)
    return History(days.total(), max((until - since) / DAY, 0.0), sum(count**2 for count in days.values()))


def learn(codes: Sequence[History]) -> Prior:
    """Return the prior by moments of the shop's other codes; `FEW_CODES` where there are hardly any.

    Of a code that leaks, give the history until then: a leak is not what is usual.
    """
    known = [one for one in codes if one.days >= 1]
    total, days = sum(one.strangers for one in known), sum(one.days for one in known)
    if len(known) < FEWEST_CODES or not total:
        return FEW_CODES
    mean = total / days
    # Weighted by days: the variance between codes is what is seen less what chance brings within one.
    seen = sum(one.days * (one.strangers / one.days - mean) ** 2 for one in known)
    weight = days - sum(one.days**2 for one in known) / days
    uneven = _unevenness(known, start=(SHRUNK * FEW_CODES.unevenness, SHRUNK))
    between = (seen - (len(known) - 1) * mean * uneven) / weight if weight > 0 else 0.0
    # Codes that hardly differ would make their mean a certainty: a tenth of it squared is left at least.
    between = max(between, 0.1 * mean**2)
    return Prior(shape=mean**2 / between, days=mean / between, unevenness=uneven)


def find(
    redemptions: Iterable[Redemption],
    *,
    valid_from: datetime,
    prior: Prior,
    cleared: datetime | None = None,
) -> Leak | None:
    """Return the first leak of a code, None where its past explains all; nothing up to `cleared` is one.

    `cleared` is until when staff looked and found it all right: that is past, by which more is expected.
    """
    strangers = _strangers(redemptions)
    watched = valid_from if cleared is None else max(cleared, valid_from)
    found: list[Leak] = []
    for rule in RULES:
        counted = [one.at for one in strangers if one.first_order or not rule.first_orders]
        leak = _first(counted, rule, start=valid_from, watched=watched, prior=prior)
        found += [leak] if leak else []
    if not found:
        return None
    first = min(one.found_at for one in found)
    return min((one for one in found if one.found_at == first), key=lambda one: (one.since, one.tail))


def _first(
    times: Sequence[datetime], rule: Rule, *, start: datetime, watched: datetime, prior: Prior
) -> Leak | None:
    """Return the first window that is too full, looking after each redemption."""
    days = Counter[int]()
    pasts: list[History] = []
    squares = 0
    for place, at in enumerate(times):
        pasts.append(History(place, max((at - start) / DAY, 0.0), squares))
        day = (at - start) // BLOCK
        squares += 2 * days[day] + 1
        days[day] += 1
        fullest = place + 1 - rule.least
        if fullest < 0 or at - times[fullest] > rule.longest:
            continue
        windows: list[Leak] = []
        leaks = False
        for begun in range(place, -1, -1):
            since, seen = times[begun], place + 1 - begun
            if at - since > rule.longest or since < watched:
                break
            mean, variance = prior.expected(pasts[begun], max(at - since, SHORTEST) / DAY)
            tail = at_least(seen, mean, variance, enough=TAIL)
            windows.append(Leak(since, at, rule.reason, mean, seen, tail))
            leaks |= tail <= TAIL and begun <= fullest
        if leaks:
            return max(windows, key=_likelihood_ratio)
    return None


def _likelihood_ratio(window: Leak) -> float:
    """Return how much likelier its own rate makes a window than the usual one: a leak began with the most.

    A tail alone would take in whoever happened to come before: where strangers come in clusters, one more
    counts for more than a day more.
    """
    return window.seen * math.log(window.seen / window.expected) - (window.seen - window.expected)


def at_least(count: int, mean: float, variance: float, *, enough: float = 1.0) -> float:
    """Return P(X >= count) of a negative binomial with this mean and this greater variance.

    What is beyond `enough` need not be exact: adding up ends there.
    """
    if count <= 0:
        return 1.0
    size = mean**2 / (variance - mean)
    chance = mean / variance
    term = math.exp(
        math.lgamma(count + size)
        - math.lgamma(count + 1)
        - math.lgamma(size)
        + size * math.log(chance)
        + count * math.log1p(-chance)
    )
    total = term
    while total <= enough and (term > NEGLIGIBLE * total or count < mean):
        term *= (count + size) / (count + 1) * (1 - chance)
        count += 1
        total += term
    return min(total, 1.0)


def _strangers(redemptions: Iterable[Redemption]) -> list[Redemption]:
    """Return each stranger's first redemption, in order of time."""
    first: dict[str, Redemption] = {}
    for one in sorted(redemptions, key=lambda one: (one.at, one.buyer)):
        if one.stranger:
            first.setdefault(one.buyer, one)
    return list(first.values())


def _unevenness(pasts: Iterable[History], *, start: tuple[float, float]) -> float:
    """Return the variance of the blocks' numbers by their mean: 1 for Poisson's, `CLUSTERED` at most.

    It begins with the numbers `start`.
    """
    above, below = start
    for one in pasts:
        if one.days > 0:
            above += one.squares - one.strangers**2 / max(one.days * DAY / BLOCK, 1.0)
            below += one.strangers
    return min(max(above / below, 1.0), CLUSTERED)
