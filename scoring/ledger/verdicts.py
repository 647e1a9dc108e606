"""What may be said of a customer, and the tests behind it.

- timing test: pairs after, against the sum of hypergeometrics (a binomial of the same mean and variance);
- lead test: pairs after, of those after and before, against E/(E + E_before) (binomial);
- many customers are tested, so both go through Benjamini-Hochberg (1995, JRSS B 57(1)).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, pdtrc

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Spread(NamedTuple):
    """Sums of x^2, x(x + y), (x + y)^2 over clusters, x after and y before."""

    xx: Floats
    xb: Floats
    bb: Floats


def timing_p(observed: Floats, expected: Floats, variance: Floats) -> Floats:
    """P(at least so many within the window after) if times were exchangeable; 1 where nothing is expected.

    A sum of hypergeometrics is a sum of independent Bernoullis, so a binomial with n p = E and
    n p (1 - p) = V fits it; where V >= E (no room for one) the Poisson tail stands, which is wider.
    """
    p = np.ones(len(observed))
    known = (observed > 0) & (expected > 0)
    o, e = observed[known], expected[known]
    v = np.minimum(variance[known], e)
    chance = 1 - v / e
    size = np.maximum(e / np.maximum(chance, 1e-300), o)
    binomial = betainc(o, size - o + 1, np.minimum(e / size, 1.0))
    p[known] = np.where(chance > 1e-9, binomial, pdtrc(np.floor(o) - 1, e))  # noqa: PLR2004
    return p


def more_often_p(near: Floats, expected: Floats) -> Floats:
    """P(at least so many within the windows before and after together) by chance, Poisson."""
    return np.asarray(np.where(near > 0, pdtrc(near - 1, expected), 1.0), dtype=np.float64)


def lead_p(after: Floats, before: Floats, *, chance: Floats, wide: Floats) -> Floats:
    """P(at least so many of them after) if order in time were chance alone; clusters count as few, not many.

    After and before are divided by the overdispersion `wide`, as in quasi-binomial models (Wedderburn 1974).
    """
    p = np.ones(len(after))
    known = (after > 0) & (chance > 0) & (chance < 1)
    x, y = after[known] / wide[known], before[known] / wide[known]
    p[known] = betainc(x, y + 1, chance[known])
    return p


def overdispersion(spread: Spread, total: Floats, chance: Floats) -> Floats:
    """How many times wider than binomial the clusters spread around their expectation; at least 1.

    One product that three friends of hers bought the day after an advert is one coincidence, not three.
    """
    squares = spread.xx - 2 * chance * spread.xb + chance**2 * spread.bb
    binomial = total * chance * (1 - chance)
    wide = np.divide(squares, binomial, out=np.ones(len(total)), where=binomial > 0)
    return np.asarray(np.maximum(1.0, wide), dtype=np.float64)


def discoveries(p: Floats, family: Flags, rate: float) -> Flags:
    """Which of the family Benjamini-Hochberg accepts at that false discovery rate; nobody outside it."""
    return np.asarray(family & (p <= accepted_up_to(p[family], rate)))


def accepted_up_to(p: Floats, rate: float) -> float:
    """The greatest of these p that Benjamini-Hochberg accepts at that rate; -1 if none."""
    ordered = np.sort(p)
    accepted = ordered[ordered <= rate * np.arange(1, len(p) + 1) / max(len(p), 1)]
    return float(accepted[-1]) if len(accepted) else -1.0
