"""Two arms drawn by lot: did more of the invited buy than of those held out, and what could be seen."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom, norm

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
STEPS = 20
"""Halvings of an interval of shares: to a millionth."""


@dataclass(frozen=True)
class Arms:
    """How many were drawn into each arm, and how many of them bought."""

    invited: int
    invited_bought: int
    held_out: int
    held_out_bought: int

    @property
    def difference(self) -> float:
        """Return the share of the invited who bought, less that of those held out."""
        return self.invited_bought / self.invited - self.held_out_bought / self.held_out


def fisher_p(bought: Integers, *, invited: Integers, others: Integers, held_out: Integers) -> Floats:
    """Return P(at least so many of all buyers among the invited) if the invitation changed nothing.

    Fisher's exact test, one-sided (Fisher 1935, The Design of Experiments, chapter II): the arms were drawn
    by lot, so that under that hypothesis the number is hypergeometric, with nothing assumed of who buys.
    `others` are those who bought of the `held_out`.
    """
    return np.asarray(
        hypergeom.sf(bought - 1, invited + held_out, bought + others, invited), dtype=np.float64
    )


def difference_interval(arms: Arms, coverage: float) -> tuple[float, float]:
    """Return the difference's interval: Newcombe 1998, Statistics in Medicine 17(8), method 10."""
    p, q = arms.invited_bought / arms.invited, arms.held_out_bought / arms.held_out
    p_low, p_high = wilson(p, arms.invited, coverage)
    q_low, q_high = wilson(q, arms.held_out, coverage)
    low = p - q - math.hypot(p - p_low, q_high - q)
    return low, p - q + math.hypot(p_high - p, q - q_low)


def wilson(share: float, size: int, coverage: float) -> tuple[float, float]:
    """Return the score interval of one share (Wilson 1927, J. American Statistical Association 22)."""
    z = float(norm.ppf((1 + coverage) / 2))
    centre = share + z**2 / (2 * size)
    half = z * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return (centre - half) / (1 + z**2 / size), (centre + half) / (1 + z**2 / size)


def power(invited: int, held_out: int, *, level: float, shares: tuple[float, float]) -> float:
    """Return P(Fisher's p is at most `level`) where the two arms buy with these shares, the invited first.

    Exact: the sum over every outcome of the two binomials.
    """
    return _power(_needed(invited, held_out, level=level), invited, shares)


def detectable(
    invited: int, held_out: int, *, level: float, base: float, wanted: float = 0.8
) -> float | None:
    """Return the smallest difference found with power `wanted` if a share `base` of those held out buys.

    None where not even everybody's buying would be found so surely.
    """
    needed = _needed(invited, held_out, level=level)
    low, high = base, 1.0
    if _power(needed, invited, (high, base)) < wanted:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        seen = _power(needed, invited, (middle, base)) >= wanted
        low, high = (low, middle) if seen else (middle, high)
    return high - base


def _power(needed: Integers, invited: int, shares: tuple[float, float]) -> float:
    held_out = len(needed) - 1
    chance = binom.pmf(np.arange(held_out + 1), held_out, shares[1])
    return float(np.sum(chance * binom.sf(needed - 1, invited, shares[0])))


def _needed(invited: int, held_out: int, *, level: float) -> Integers:
    """Return how many invited must buy for p <= level, by number of the others; invited + 1 if none do.

    Fisher's p falls with them, so halving finds the least.
    """
    others = np.arange(held_out + 1)
    sizes = {"invited": np.full_like(others, invited), "held_out": np.full_like(others, held_out)}
    low, high = np.zeros_like(others), np.full_like(others, invited + 1)
    while np.any(low < high):
        middle = (low + high) // 2
        enough = (middle <= invited) & (fisher_p(middle, others=others, **sizes) <= level)
        high, low = np.where(enough, middle, high), np.where(enough | (low >= high), low, middle + 1)
    return np.asarray(low, dtype=np.int64)
