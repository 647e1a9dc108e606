"""How often regular customers buy: the MBG/CNBD-k model (Reutterer, Platzer, Schröder 2021, IJRM 38(1)).

Gaps between purchases are Erlang-k with the customer's own rate ~ Gamma(r, alpha) of single phases: every
k-th event of a Poisson process is a purchase. After every purchase, the first included, a customer leaves for
good with their own chance ~ Beta(a, b). With k = 2 or more, who is overdue is likelier to have left. What is
known of them is the same as for BG/NBD: x repeat purchases, the last at `recency`, seen until `age`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, expit, gammaln, psi

from scoring.buying import LOG_BOUNDS, START, BuyingModel, Histories, model_of, start_of
from scoring.maximum import maximise

Floats = npt.NDArray[np.float64]
SHAPES = np.array([2, 3, 4, 6, 8, 12, 24])
REGULAR_FROM = 1.5
MOST_GAPS = 1e-3


def shape_of_gaps(first: Floats, second: Floats) -> float:
    """The shape k of Gamma gaps, 1 for Poisson purchases, by Wheat, Morrison 1990 (J. Marketing Research 27).

    first, second: two gaps of each customer. Their ratio first/(first + second) is Beta(k, k) whatever the
    customer's own pace, with variance 1/(4(2k + 1)).
    """
    ratios = first / (first + second)
    variance = max(float(np.mean((ratios - 0.5) ** 2)), MOST_GAPS)
    return (1 - 4 * variance) / (8 * variance)


def nearest_shape(shape: float) -> int:
    """The whole k that is computed with: 1, hence BG/NBD, below `REGULAR_FROM`."""
    if shape < REGULAR_FROM:
        return 1
    return int(SHAPES[np.argmin(np.abs(np.log(SHAPES / shape)))])


@dataclass(frozen=True)
class Known:
    """What is known of customers, supposed that they have not left: an element each, or broadcast.

    phase: of the running gap, 0..k-1, or its mean.
    """

    x: Floats
    age: Floats
    phase: Floats


@dataclass(frozen=True)
class _Phases:
    """Sums over the phases 0..k-1 in which somebody alive may be, of weights relative to phase 0."""

    log_total: Floats
    phase: Floats
    psi_above: Floats
    """The mean of psi(u + phase) - psi(u)."""


def _phases(u: Floats, ratio: Floats, k: int) -> _Phases:
    """ratio: time since the last purchase over alpha + age; u = r + k·x."""
    weight = np.ones_like(u)
    total, phase, psi_above, above = np.ones_like(u), np.zeros_like(u), np.zeros_like(u), np.zeros_like(u)
    log_scale = np.zeros_like(u)
    for j in range(1, k):
        above += 1 / (u + j - 1)
        weight = weight * (u + j - 1) * ratio / j
        total += weight
        phase += j * weight
        psi_above += above * weight
        scale = np.maximum(total, 1.0)
        weight, total, phase, psi_above = weight / scale, total / scale, phase / scale, psi_above / scale
        log_scale += np.log(scale)
    return _Phases(np.log(total) + log_scale, phase / total, psi_above / total)


def log_likelihood(model: BuyingModel, histories: Histories) -> float:
    """The log-likelihood of the histories without the factor of their gaps, which hangs on k alone."""
    logarithms = np.log([model.r, model.alpha, model.a, model.b])
    return _likelihood(logarithms, histories, model.regularity)[0]


def _likelihood(log_parameters: Floats, data: Histories, k: int) -> tuple[float, Floats]:
    """Log-likelihood and its slope by the logarithms of r, alpha, a, b."""
    r, alpha, a, b = np.exp(log_parameters)
    weight, total = data.weight, float(data.weight.sum())
    counts, place = np.unique(data.x, return_inverse=True)
    by_count = r + k * counts
    u, by_age, by_recency = by_count[place], alpha + data.age, alpha + data.recency
    phases = _phases(u, (data.age - data.recency) / by_age, k)
    log_age, log_recency = np.log(by_age), np.log(by_recency)
    log_odds_of_gone = np.log(a / (b + counts))
    here = phases.log_total - u * log_age
    gone_part = log_odds_of_gone[place] - u * log_recency
    gone = weight * expit(gone_part - here)
    alive = weight - gone
    common = betaln(a, b + counts + 1) + gammaln(by_count)
    value = weight @ (common[place] + np.logaddexp(here, gone_part))
    value += total * (r * np.log(alpha) - gammaln(r) - betaln(a, b))
    psi_u = psi(by_count)[place]
    by_r = total * (np.log(alpha) - psi(r)) + weight @ psi_u + alive @ (phases.psi_above - log_age)
    by_r -= gone @ log_recency
    by_alpha = total * r / alpha - alive @ ((u + phases.phase) / by_age) - gone @ (u / by_recency)
    leaving = total * psi(a + b) - weight @ psi(a + b + counts + 1)[place]
    by_a = leaving + gone.sum() / a
    by_b = leaving - total * psi(b) + weight @ psi(b + counts + 1)[place] - gone @ (1 / (b + counts))[place]
    return float(value), np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])


def fit(histories: Histories, k: int, *, start: BuyingModel | None = None) -> BuyingModel:
    """The parameters of greatest likelihood for gaps of this shape."""
    total = float(histories.weight.sum())
    unit = max(float(histories.weight @ histories.age) / total, 1.0)
    scaled = Histories(histories.x, histories.recency / unit, histories.age / unit, histories.weight)

    def mean_likelihood(logarithms: Floats) -> tuple[float, Floats]:
        value, slope = _likelihood(logarithms, scaled, k)
        return value / total, slope / total

    found = maximise(mean_likelihood, start_of(start, unit), bounds=[LOG_BOUNDS] * len(START))
    return model_of(found, unit=unit, regularity=k)


def standing(model: BuyingModel, x: Floats, *, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
    """The chance that each customer has not left, and, if so, the mean phase of their running gap."""
    u, by_age, by_recency = model.r + model.regularity * x, model.alpha + age, model.alpha + recency
    phases = _phases(u, (age - recency) / by_age, model.regularity)
    odds = np.log(model.a / (model.b + x)) + u * np.log(by_age / by_recency) - phases.log_total
    return np.asarray(expit(-odds)), phases.phase


def chance_of_more(model: BuyingModel, known: Known, *, span: float, n: Floats) -> Floats:
    """The chance of at least n >= 1 purchases within `span` of customers who have not left.

    n·k - phase events of the Poisson process, and nobody left after any of n - 1 purchases.
    """
    k = model.regularity
    shape = model.r + k * known.x + known.phase
    from_rate = betainc(n * k - known.phase, shape, span / (model.alpha + known.age + span))
    b = model.b + known.x + 1
    return np.asarray(from_rate * np.exp(betaln(model.a, b + n - 1) - betaln(model.a, b)))
