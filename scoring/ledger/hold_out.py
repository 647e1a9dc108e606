"""Two arms drawn by lot: did more of the invited buy than of those held out."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import hypergeom, norm

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
