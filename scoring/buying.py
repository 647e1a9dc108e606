"""How often a customer will buy: the BG/NBD model (Fader, Hardie, Lee 2005, Marketing Science 24(2)).

A customer buys by a Poisson process with their own rate ~ Gamma(r, alpha), and after every repeat purchase
leaves for good with their own chance ~ Beta(a, b). What is known of them is x repeat purchases, the last
at `recency`, seen until `age` (both counted from the first purchase, in any one unit of time).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, expit, gammaln, psi

from scoring.maximum import Maximum, Typical, maximise
from scoring.quadrature import beta_nodes, interval_nodes

Floats = npt.NDArray[np.float64]
LOG_BOUNDS = (-9.0, 9.0)
START = (0.5, 0.2, 1.0, 3.0)
CHUNK = 20_000


@dataclass(frozen=True)
class BuyingModel:
    """Parameters of the BG/NBD model; alpha in the unit of time of the data.

    regularity: 1 here; above it the model is that of `regular`.
    """

    r: float
    alpha: float
    a: float
    b: float
    regularity: int = 1
    trouble: str | None = None
    """What kept the fit from a true maximum."""


@dataclass(frozen=True)
class Histories:
    """Customers grouped by what is known of them; `weight` customers share one line."""

    x: Floats
    recency: Floats
    age: Floats
    weight: Floats


def log_likelihood(model: BuyingModel, histories: Histories) -> float:
    """The log-likelihood of the histories, eq. (6) of the paper."""
    return _likelihood(np.log([model.r, model.alpha, model.a, model.b]), _Prepared.of(histories))[0]


@dataclass(frozen=True)
class _Prepared:
    """Histories with their distinct x apart: gamma functions are asked once for each of these."""

    histories: Histories
    counts: Floats
    count_weight: Floats
    place: npt.NDArray[np.intp]

    @classmethod
    def of(cls, histories: Histories) -> "_Prepared":
        counts, place = np.unique(histories.x, return_inverse=True)
        weight = np.bincount(place, histories.weight).astype(np.float64)
        return cls(histories, counts, weight, place)


def _likelihood(log_parameters: Floats, data: _Prepared) -> tuple[float, Floats]:
    """Log-likelihood and its slope by the logarithms of r, alpha, a, b; nothing leaves log space."""
    r, alpha, a, b = np.exp(log_parameters)
    x, weight, total = data.counts, data.count_weight, float(data.count_weight.sum())
    chances = np.where(x > 0, b + x - 1, 1.0)
    by_age, by_recency = alpha + data.histories.age, alpha + data.histories.recency
    log_age, shorter = np.log(by_age), np.log(by_recency / by_age)
    shape = (r + x)[data.place]
    odds = np.where(x > 0, np.log(a / chances), -np.inf)[data.place] - shape * shorter  # of having left
    gone = data.histories.weight * expit(odds)
    weighted_age = data.histories.weight * log_age
    value = (
        weight @ (gammaln(r + x) + betaln(a, b + x))
        + total * (r * np.log(alpha) - gammaln(r) - betaln(a, b))
        - shape @ weighted_age
        + data.histories.weight @ np.logaddexp(0.0, odds)
    )
    leaving = weight @ (psi(a + b) - psi(a + b + x))
    gone_by_x = np.bincount(data.place, gone, minlength=len(x))
    by_r = weight @ psi(r + x) + total * (np.log(alpha) - psi(r)) - weighted_age.sum() - gone @ shorter
    here_shape, gone_shape = (data.histories.weight - gone) * shape, gone * shape
    by_alpha = total * r / alpha - np.sum(here_shape / by_age) - np.sum(gone_shape / by_recency)
    by_a = leaving + gone.sum() / a
    by_b = leaving + weight @ (psi(b + x) - psi(b)) - gone_by_x @ (1 / chances)
    return float(value), np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])


def fit(
    histories: Histories, *, typical: Typical | None = None, start: BuyingModel | None = None
) -> BuyingModel:
    """The parameters of greatest likelihood; with `typical`, shrunken towards those of typical shops.

    Time is scaled by the mean age meanwhile, so that one start serves days and weeks.
    """
    total = float(histories.weight.sum())
    unit = max(float(histories.weight @ histories.age) / total, 1.0)
    data = _Prepared.of(
        Histories(histories.x, histories.recency / unit, histories.age / unit, histories.weight)
    )
    centre = np.log(typical.parameters) - [0.0, np.log(unit), 0.0, 0.0] if typical else np.zeros(len(START))
    precision = 1 / np.square(typical.log_spreads) if typical else np.zeros(len(START))

    def mean_likelihood(logarithms: Floats) -> tuple[float, Floats]:
        value, slope = _likelihood(logarithms, data)
        off = logarithms - centre
        return (value - 0.5 * float(precision @ off**2)) / total, (slope - precision * off) / total

    found = maximise(mean_likelihood, start_of(start, unit), bounds=[LOG_BOUNDS] * len(START))
    return model_of(found, unit=unit)


def start_of(model: BuyingModel | None, unit: float) -> tuple[float, ...]:
    """Where to begin to search: at a model that was found before, otherwise at the usual place."""
    if model is None or model.trouble:
        return START
    return (model.r, model.alpha / unit, model.a, model.b)


def model_of(found: Maximum, *, unit: float, regularity: int = 1) -> BuyingModel:
    """The model with the parameters that were found, in the unit of time of the data."""
    r, alpha, a, b = (float(number) for number in np.exp(found.logarithms))
    return BuyingModel(r, alpha * unit, a, b, regularity=regularity, trouble=found.trouble)


def chance_alive(model: BuyingModel, x: Floats, *, recency: Floats, age: Floats) -> Floats:
    """The chance that each customer has not left; 1 before the first repeat purchase."""
    longer = (model.r + x) * (np.log(model.alpha + age) - np.log(model.alpha + recency))
    gone = np.log(model.a) - np.log(np.where(x > 0, model.b + x - 1, 1.0)) + longer
    return np.asarray(np.where(x > 0, expit(-gone), 1.0))


def purchases_if_alive(
    model: BuyingModel, x: Floats, *, age: Floats, span: float, discount: float = 0.0
) -> Floats:
    """Expected purchases within `span` from now of customers who have not left, discounted continuously.

    Eq. (10) without its chance of being alive, as the integral it comes from: over p ~ Beta(a, b + x) and
    over time s, of the purchase rate R/A · (1 + p·s/A)^-(R+1) with R = r + x, A = alpha + age. All terms are
    positive, so no cancellation and no pole at a = 1, unlike the hypergeometric form.
    """
    times, time_weights = interval_nodes(span)
    time_weights = time_weights * np.exp(-discount * times)
    counts, place = np.unique(x, return_inverse=True)
    dropouts, dropout_weights = beta_nodes(np.full(len(counts), model.a), model.b + counts)
    expected = np.empty(len(x))
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        shape, scale = (model.r + x[part])[:, None], (model.alpha + age[part])[:, None]
        rate = np.zeros((len(shape), len(times)))
        for node in range(dropouts.shape[1]):
            dropout = dropouts[place[part], node][:, None]
            rate += dropout_weights[place[part], node][:, None] * np.exp(
                -(shape + 1) * np.log1p(dropout * times / scale)
            )
        expected[part] = (shape / scale)[:, 0] * (rate @ time_weights)
    return expected


def chance_of_more(model: BuyingModel, x: Floats | float, *, age: Floats, span: float, n: Floats) -> Floats:
    """The chance of at least n >= 1 purchases within `span` of customers who have not left.

    They are the fewer of a Poisson and a geometric number with independent rate and drop-out, so the chance
    is a product: a negative binomial tail times E[(1 - p)^(n-1)]. Same as eq. (8), without its sums.
    """
    from_rate = betainc(n, model.r + x, span / (model.alpha + age + span))
    stays = np.exp(betaln(model.a, model.b + x + n - 1) - betaln(model.a, model.b + x))
    return np.asarray(from_rate * stays)
