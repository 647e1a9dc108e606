"""Trials by lots of (contact, thing): the lot, the e-value, and how many exposures find an effect.

Plain Python: importing it brings no analytical library. What is made of trials is `scoring.ledger.trials`.
"""

import hashlib
import hmac
import math
from collections.abc import Callable
from functools import cache

RULE_VERSION = "lots-1"
PROVES = 20.0
"""An e-value that proves: with no effect one trial in twenty ever reaches it, whenever it is looked at."""
USUAL_POWER = 0.8
PRIOR_BASE, PRIOR_EXPOSURES = 0.0015, 1_000.0
"""Of a thing that one is not told of one contact in 667 buys it within a month, until the shop says more."""
STEPS = 40
"""Halvings of an interval."""
MANY = 300
"""With more buyers than this, power is reckoned for one look at the end, by the normal distribution."""
FAR = 200
NEGLIGIBLE = 1e-9


def is_told(seed: int, contact: str, thing: str) -> bool:
    """Return whether the sender is said to have chosen the thing in this contact's letter.

    The lowest bit of HMAC-SHA256 by the seed over both ids: a fair coin for each (contact, thing), which can
    be thrown again whatever the order of rows.
    """
    said = f"{len(contact)}:{contact}{thing}".encode()
    return hmac.digest(str(seed).encode(), said, hashlib.sha256)[-1] & 1 == 1


def e_value(told: int, untold: int, *, share: float = 0.5) -> float:
    """Return the evidence that more than this share of those who buy were told: 20 proves it.

    Under no effect each buyer's lot is a fair coin. The mixture of likelihood ratios over (share, 1),
    2^n 2 B(T+1, C+1) P(Beta(T+1, C+1) > 1/2) for one half, is a martingale then: the probability that it ever
    reaches 20 is at most 1/20, looked at after every purchase (Ville 1939; Robbins 1970).
    """
    buyers = told + untold
    far = math.floor((buyers + 1) * share - 12 * math.sqrt(buyers + 1))
    first = max(0, min(told - FAR, far))
    beyond = math.fsum(_binomial(count, buyers + 1, share) for count in range(first, told + 1))
    if beyond <= 0:
        return 0.0
    log = _log_beta(told + 1, untold + 1) + math.log(beyond) - math.log1p(-share)
    log -= told * math.log(share) + untold * math.log1p(-share)
    return math.exp(min(log, 700.0))


def share_low(told: int, untold: int) -> float:
    """Return the lower bound, 95 % and valid at any time, of the share of buyers who were told."""
    if told == 0:
        return 0.0
    low, high = 1e-9, told / (told + untold)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if e_value(told, untold, share=middle) >= PROVES else (low, middle)
    return low


def caused_low(told: int, untold: int) -> float:
    """Return the lower bound of the share of told purchases that were caused: 0 if there may be none."""
    share = share_low(told, untold)
    return max(0.0, 2 - 1 / share) if share > 0 else 0.0


def proves_by(buyers: int, share: float) -> float:
    """Return P(the e-value reaches 20 by so many buyers), of whom this share is told: exact, step by step."""
    return _ever_proves(buyers, round(share, 12))[buyers]


def power(exposures: float, *, base: float, effect: float) -> float:
    """Return P(proven) with so many exposures on each side, of whom base, and base + effect, buy.

    It is looked at after every purchase; buyers are counted as rare events are (Poisson).
    """
    mean = exposures * (2 * base + effect)
    share = (base + effect) / (2 * base + effect)
    if mean > MANY:
        return _power_of_many(round(mean), share)
    most = math.ceil(mean + 8 * math.sqrt(mean) + 10)
    proves = _ever_proves(most, round(share, 12))
    return math.fsum(_poisson(count, mean) * proves[count] for count in range(most + 1))


def exposures_needed(effect: float, *, base: float, wanted: float = USUAL_POWER) -> int:
    """Return the exposures on each side that prove the effect with this power, looked at at any time."""
    return _fewest(lambda size: power(size, base=base, effect=effect) >= wanted, within=500)


def detectable(exposures: float, *, base: float, wanted: float = USUAL_POWER) -> float | None:
    """Return the smallest effect that is proven with this power; None where not even 1 - base is."""
    low, high = 0.0, 1e-4
    while power(exposures, base=base, effect=high) < wanted:
        if high >= 1 - base:
            return None
        low, high = high, min(2 * high, 1 - base)
    while high - low > high / 200:
        middle = (low + high) / 2
        seen = power(exposures, base=base, effect=middle) >= wanted
        low, high = (low, middle) if seen else (middle, high)
    return high


def needed_at_once(
    effect: float, *, base: float, level: float = 1 / PROVES, wanted: float = USUAL_POWER
) -> int:
    """Return the exposures on each side that one look at the end would take, by the exact sign test."""
    return _fewest(
        lambda size: _power_at_once(size, base=base, effect=effect, level=level) >= wanted, within=100
    )


def base_share(bought: int, exposures: int) -> float:
    """Return the chance that a contact buys a thing anyway, from what they did before."""
    return (bought + PRIOR_BASE * PRIOR_EXPOSURES) / (exposures + PRIOR_EXPOSURES)


def _fewest(suffices: Callable[[int], bool], *, within: int) -> int:
    """Return the least number that suffices, or one that is larger by one in `within` of it at most."""
    high = 1
    while not suffices(high):
        high *= 2
    low = high // 2
    while high - low > max(1, low // within):
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _power_of_many(buyers: int, share: float) -> float:
    low, high = buyers // 2, buyers
    while high - low > 1:
        middle = (low + high) // 2
        proven = e_value(middle, buyers - middle) >= PROVES
        low, high = (low, middle) if proven else (middle, high)
    beyond = (buyers * share - high) / math.sqrt(buyers * share * (1 - share))
    return 0.5 * (1 + math.erf(beyond / math.sqrt(2)))


def _power_at_once(exposures: int, *, base: float, effect: float, level: float) -> float:
    told, untold = (_likely(exposures, share) for share in (base + effect, base))
    return math.fsum(
        chance * other
        for count, chance in told.items()
        for others, other in untold.items()
        if _at_least(count, count + others) <= level
    )


@cache
def _at_least(count: int, size: int) -> float:
    """Return P(at least so many heads of `size` fair coins)."""
    return math.fsum(_binomial(one, size, 0.5) for one in range(count, size + 1))


def _likely(size: int, share: float) -> dict[int, float]:
    """Return P(so many of `size`), for all numbers that happen in practice."""
    found: dict[int, float] = {}
    total, count = 0.0, 0
    while count <= size and total < 1 - NEGLIGIBLE:
        found[count] = _binomial(count, size, share)
        total += found[count]
        count += 1
    return found


@cache
def _fewest_that_prove(untold: int) -> int:
    """Return how many must be told among buyers of whom so many were not."""
    least = untold
    while e_value(least, untold) < PROVES:
        least += 1
    return least


@cache
def _ever_proves(buyers: int, share: float) -> tuple[float, ...]:
    """Return P(proven by so many buyers), for each number up to `buyers`."""
    alive, proven = {0: 1.0}, [0.0]
    for count in range(1, buyers + 1):
        following: dict[int, float] = {}
        done = proven[-1]
        for told, chance in alive.items():
            for now, part in ((told + 1, chance * share), (told, chance * (1 - share))):
                if now >= _fewest_that_prove(count - now):
                    done += part
                elif part > NEGLIGIBLE * 1e-6:
                    following[now] = following.get(now, 0.0) + part
        alive = following
        proven.append(done)
    return tuple(proven)


def _poisson(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) if mean > 0 else float(count == 0)


def _binomial(count: int, size: int, share: float) -> float:
    if share in (0.0, 1.0):
        return float(count == size * share)
    chosen = math.lgamma(size + 1) - math.lgamma(count + 1) - math.lgamma(size - count + 1)
    return math.exp(chosen + count * math.log(share) + (size - count) * math.log1p(-share))


def _log_beta(one: int, other: int) -> float:
    return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)
