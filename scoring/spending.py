"""How much a customer spends on a purchase: "The Gamma-Gamma Model of Monetary Value" (Fader, Hardie 2013).

One basket ~ Gamma(p, rate) with the customer's own rate ~ Gamma(q, gamma). What is known of them is the
number of baskets n and their mean. Before any basket is known, n = 0.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from scoring.maximum import Typical, maximise

Floats = npt.NDArray[np.float64]
LOG_BOUNDS = ((-5.0, 9.0), (-2.0, 9.0), (-12.0, 12.0))
Q_IS_ABOVE = np.array([0.0, 1.0, 0.0])
START = (3.0, 2.0, 1.0)


@dataclass(frozen=True)
class SpendingModel:
    """Parameters of the Gamma-Gamma model, gamma in the currency of the data; q > 1, so that means exist."""

    p: float
    q: float
    gamma: float
    trouble: str | None = None
    """What kept the fit from a true maximum."""


def log_likelihood(model: SpendingModel, n: Floats, mean: Floats) -> float:
    """The log-likelihood of customers with n >= 1 baskets of that mean > 0, eq. (1a) of the note."""
    return _likelihood(np.array([model.p, model.q, model.gamma]), n, mean)[0]


def _likelihood(parameters: Floats, n: Floats, mean: Floats) -> tuple[float, Floats]:
    """Log-likelihood and its slope by p, q, gamma."""
    p, q, gamma = parameters
    counts, place = np.unique(n, return_inverse=True)
    weight = np.bincount(place).astype(np.float64)
    log_mean, log_scale = np.log(mean), np.log(gamma + n * mean)
    shape, size = p * counts, float(len(n))
    by_count = gammaln(shape + q) - gammaln(shape) + shape * np.log(counts)
    by_customer = (p * n - 1) * log_mean - (p * n + q) * log_scale
    value = weight @ by_count + by_customer.sum() + size * (q * np.log(gamma) - gammaln(q))
    slope_of_counts = counts * (psi(shape + q) - psi(shape) + np.log(counts))
    by_p = weight @ slope_of_counts + n @ (log_mean - log_scale)
    by_q = weight @ psi(shape + q) + size * (np.log(gamma) - psi(q)) - log_scale.sum()
    by_gamma = size * q / gamma - np.sum((p * n + q) * np.exp(-log_scale))
    return float(value), np.array([by_p, by_q, by_gamma])


def fit(n: Floats, mean: Floats, *, typical: Typical | None = None) -> SpendingModel:
    """The parameters of greatest likelihood for customers with n >= 1 baskets of that mean > 0.

    With `typical`, p and q - 1 are shrunken towards those of typical shops; the level of money never is.
    """
    order = np.lexsort((mean, n))  # no sum may depend on the customers' names, not even in its last digit
    n, mean, size = n[order], mean[order], len(n)
    unit = float(np.exp(np.mean(np.log(mean))))
    scaled = mean / unit
    centre = np.log(typical.parameters) if typical else np.zeros(len(START))
    precision = 1 / np.square(typical.log_spreads) if typical else np.zeros(len(START))

    def mean_likelihood(logarithms: Floats) -> tuple[float, Floats]:
        parameters, off = np.exp(logarithms), logarithms - centre
        value, slope = _likelihood(parameters + Q_IS_ABOVE, n, scaled)
        return (value - 0.5 * float(precision @ off**2)) / size, (slope * parameters - precision * off) / size

    found = maximise(mean_likelihood, START, bounds=LOG_BOUNDS)
    p, q_above_one, gamma = (float(number) for number in np.exp(found.logarithms))
    return SpendingModel(p=p, q=1 + q_above_one, gamma=gamma * unit, trouble=found.trouble)


def expected_basket(model: SpendingModel, n: Floats, mean: Floats) -> Floats:
    """The mean of each customer's next baskets: their own mean, shrunken to the shop's, eq. (5) of the note.

    The papers fit and foresee from repeat baskets alone. We fit as they do and foresee from all, so that a
    first basket counts too: on the whole CDNOW data the mean error of the next baskets falls from 18.14 to
    17.14 dollars, and the top tenth holds 52.3 % of the hold-out's money instead of 51.6 % (past spend
    49.8 %). On its published tenth alone it is 49.7 % against 50.2 %. `benchmarks/clv_cdnow.py` prints both.
    """
    return np.asarray(model.p * (model.gamma + n * mean) / (model.p * n + model.q - 1))
