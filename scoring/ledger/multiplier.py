"""How many times more often than by chance: RR = (a + O)/(b + E), shrunk to the shop (empirical Bayes).

O is Poisson with mean RR times E, RR ~ Gamma(a, rate b); over the shop O is negative binomial, and (a, b)
are the parameters of greatest likelihood (DuMouchel 1999, The American Statistician 53(3), one component).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln, psi
from scipy.stats import gamma

Floats = npt.NDArray[np.float64]
BOUNDS = (-6.0, 8.0)
FEWEST = 2
HYPER_SD = 1.5


@dataclass(frozen=True)
class Prior:
    """Gamma(a, rate b) of the multiplier in one shop."""

    a: float
    b: float


@dataclass(frozen=True)
class Multiplier:
    """Posterior mean and interval of each multiplier."""

    rr: Floats
    low: Floats
    high: Floats


def fit_prior(observed: Floats, expected: Floats) -> Prior:
    """The prior of greatest likelihood; without data a weak one around 1 (a = b = 1).

    A weak belief (log RR ~ N(0, 1), log a ~ N(0, 1.5)) keeps a shop of few customers from being certain;
    it weighs as much as one customer.
    """
    known = expected > 0
    o, e = observed[known], expected[known]
    if len(o) < FEWEST:
        return Prior(1.0, 1.0)
    counts = len(o)
    grouped, weight = np.unique(np.column_stack([o, np.round(e, 6)]), axis=0, return_counts=True)
    o, e, w = grouped[:, 0], np.maximum(grouped[:, 1], 1e-9), weight.astype(np.float64)

    def loss(log_parameters: Floats) -> tuple[float, Floats]:
        a, b = np.exp(log_parameters)
        value = w @ (gammaln(a + o) - gammaln(a) + a * np.log(b) - (a + o) * np.log(b + e))
        by_a = w @ (psi(a + o) - psi(a) + np.log(b) - np.log(b + e))
        by_b = w @ (a / b - (a + o) / (b + e))
        level, strength = log_parameters[0] - log_parameters[1], log_parameters[0]
        value -= (level**2 + (strength / HYPER_SD) ** 2) / 2
        slope = [by_a * a - level - strength / HYPER_SD**2, by_b * b + level]
        return -float(value) / counts, -np.array(slope) / counts

    start = np.log([1.0, float(np.clip(float(w @ e) / max(float(w @ o), 1e-9), 1e-2, 1e2))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[BOUNDS, BOUNDS])
    a, b = np.exp(found.x)
    return Prior(float(a), float(b))


def shrink(
    observed: Floats, expected: Floats, *, a: Floats | float, b: Floats | float, interval: float
) -> Multiplier:
    """Posterior mean (a + O)/(b + E) and the equal-tailed interval of Gamma(a + O, rate b + E)."""
    shape, rate = a + observed, b + expected
    tail = (1 - interval) / 2
    low = gamma.ppf(tail, shape, scale=1 / rate)
    high = gamma.ppf(1 - tail, shape, scale=1 / rate)
    return Multiplier(rr=shape / rate, low=np.asarray(low), high=np.asarray(high))


def attributable(rr: Floats) -> Floats:
    """Attributable fraction AF = max(0, 1 - 1/RR) (Levin 1953)."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(0.0, 1 - 1 / rr), dtype=np.float64)


def topic_strength(observed: Floats, expected: Floats, centre: Floats) -> float:
    """How firmly topics follow their customer: likeliest s in RR_topic ~ Gamma(s centre, rate s)."""
    known = (expected > 0) & (centre > 0)
    o, e, c = observed[known], expected[known], centre[known]
    if len(o) < FEWEST:
        return 1.0
    grid = np.exp(np.linspace(-3, 6, 37))
    value = [
        float(np.sum(gammaln(s * c + o) - gammaln(s * c) + s * c * np.log(s) - (s * c + o) * np.log(s + e)))
        for s in grid
    ]
    return float(grid[int(np.argmax(value))])
