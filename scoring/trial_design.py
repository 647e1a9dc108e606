"""Invitation trials before they start: random assignment, the fewest people, the smallest difference.

Plain Python: importing it brings no analytical library. What came of a trial is `scoring.ledger.trials`.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence

RULE_VERSION = "trial-1"
LEAST = 10
"""In each arm. With fewer not even half of the invited, against none, would be found four times in five."""
LEVEL = 0.05
"""The greatest p that can prove, `scoring.ledger.trials.level` of the usual parameters."""
SAME = 1 + 1e-9
"""Up to so much above the level a p counts as the level: 1/20 is computed in more than one way."""
STEPS = 20
"""Halvings of an interval of shares: to a millionth."""
NEGLIGIBLE = 1e-16
"""A probability beside which nothing is added any more."""


def draw(candidates: Iterable[str], seed: int) -> dict[str, bool]:
    """Return whether each candidate is invited: the half, rounded down, whose digests are least.

    A digest is the SHA-256 of seed and id: an assignment can be repeated, whatever the order of rows.
    """
    ordered = sorted(set(candidates), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return {candidate: place < len(ordered) // 2 for place, candidate in enumerate(ordered)}


def power(invited: int, held_out: int, *, level: float, shares: tuple[float, float]) -> float:
    """Return P(Fisher's p is at most `level`) where invited and held out buy with these shares.

    Exact: the sum over every outcome of the two binomials, but for outcomes that do not happen in practice.
    """
    chances = _chances(held_out, shares[1])
    needed = _needed(invited, held_out, level=level, among=chances)
    return _power(needed, invited, share=shares[0], chances=chances)


def detectable(
    invited: int, held_out: int, *, level: float, base: float, wanted: float = 0.8
) -> float | None:
    """Return the smallest difference found with power `wanted` if a share `base` of those held out buys.

    None where not even everybody's buying would be found so surely.
    """
    chances = _chances(held_out, base)
    needed = _needed(invited, held_out, level=level, among=chances)
    low, high = base, 1.0
    if _power(needed, invited, share=high, chances=chances) < wanted:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        seen = _power(needed, invited, share=middle, chances=chances) >= wanted
        low, high = (low, middle) if seen else (middle, high)
    return high - base


def _power(needed: Sequence[int], invited: int, *, share: float, chances: dict[int, float]) -> float:
    beyond = _at_least(needed[0], needed[-1], size=invited, share=share)
    terms = zip(needed, chances.values(), strict=True)
    return math.fsum(chance * beyond[count - needed[0]] for count, chance in terms)


def _chances(size: int, share: float) -> dict[int, float]:
    """Return P(so many of `size` buy), for all numbers within ten standard deviations of the mean."""
    reach = 10 * math.sqrt(size * share * (1 - share)) + 10
    first, last = (
        max(0, math.floor(size * share - reach)),
        min(size, math.ceil(size * share + reach)),
    )
    return {count: _binomial(count, size, share) for count in range(first, last + 1)}


def _at_least(first: int, last: int, *, size: int, share: float) -> list[float]:
    """Return P(at least so many of `size` buy), for each number from `first` to `last`."""
    tail, count = [], last
    while count <= size:
        tail.append(_binomial(count, size, share))
        if count > size * share and tail[-1] < NEGLIGIBLE:
            break
        count += 1
    found = [math.fsum(tail)]
    for one in range(last - 1, first - 1, -1):
        found.append(found[-1] + _binomial(one, size, share))
    return found[::-1]


def _needed(invited: int, held_out: int, *, level: float, among: Iterable[int]) -> list[int]:
    """Return how many of the invited must buy for p <= level, for each number of the others, in order.

    invited + 1 if no number is enough. The least one grows with the others, and is beyond their share: up to
    there p is about a half or more.
    """
    found: list[int] = []
    most = level * SAME
    for others in among:
        least = math.floor(others * invited / held_out)
        least = max(least, found[-1]) if found else least
        while least <= invited and _fisher_p(least, others, invited=invited, held_out=held_out) > most:
            least += 1
        found.append(least)
    return found


def _fisher_p(bought: int, others: int, *, invited: int, held_out: int) -> float:
    """Return Fisher's one-sided p, as `scoring.ledger.hold_out.fisher_p` does: a hypergeometric tail.

    For where more of the invited bought than of the others: the terms fall from the first one on.
    """
    buyers, everybody = bought + others, invited + held_out
    first = max(bought, buyers - held_out)
    term = math.exp(
        _log_choose(invited, first) + _log_choose(held_out, buyers - first) - _log_choose(everybody, buyers)
    )
    total, count = term, first
    while count < min(invited, buyers):
        ratio = (invited - count) * (buyers - count) / ((count + 1) * (held_out - buyers + count + 1))
        term, count = term * ratio, count + 1
        total += term
        if term < total * NEGLIGIBLE:
            break
    return total


def _binomial(count: int, size: int, share: float) -> float:
    if share in (0.0, 1.0):
        return float(count == size * share)
    chance = count * math.log(share) + (size - count) * math.log1p(-share)
    return math.exp(_log_choose(size, count) + chance)


def _log_choose(size: int, count: int) -> float:
    return math.lgamma(size + 1) - math.lgamma(count + 1) - math.lgamma(size - count + 1)
