"""The shop's model of buying, whichever it is: BG/NBD (`buying`), or MBG/CNBD-k where gaps are regular."""

import numpy as np
import numpy.typing as npt

from scoring import buying, regular
from scoring.buying import BuyingModel
from scoring.quadrature import interval_nodes
from scoring.regular import Known
from scoring.tables import Covered, Table

Floats = npt.NDArray[np.float64]
EVERY_PURCHASE, PURCHASE_NODES = 30, 40
PHASE_NODES = 3
DISCOUNT_NODES = 6
HARDLY_ANY = 1e-300


def standing(model: BuyingModel, x: Floats, *, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
    """The chance that each customer has not left, and the phase of their running gap."""
    if model.regularity > 1:
        return regular.standing(model, x, recency=recency, age=age)
    return buying.chance_alive(model, x, recency=recency, age=age), np.zeros(len(x))


def chance_of_more(model: BuyingModel, known: Known, *, span: float, n: Floats) -> Floats:
    """The chance of at least n >= 1 purchases within `span` of those who have not left."""
    if model.regularity > 1:
        return regular.chance_of_more(model, known, span=span, n=n)
    return buying.chance_of_more(model, known.x, age=known.age, span=span, n=n)


def chance_of_any(model: BuyingModel, known: Known, *, span: float) -> Floats:
    """The chance of a purchase within `span` of each customer if they have not left."""
    if model.regularity > 1:
        return chance_of_more(model, known, span=span, n=np.ones(1))
    return np.asarray(-np.expm1(-(model.r + known.x) * np.log1p(span / (model.alpha + known.age))))


def phase_nodes(model: BuyingModel) -> Floats:
    """The phases for which tables are made."""
    return np.linspace(0.0, model.regularity - 1, PHASE_NODES if model.regularity > 1 else 1)


def purchases_if_alive(
    model: BuyingModel, known: Known, covered: Covered | None = None, *, span: float, discount: float = 0.0
) -> Floats:
    """Expected discounted purchases within `span` from now of customers who have not left.

    Where gaps are regular, computed at a few x, ages and phases of `covered`, or of their own, and read off
    in between.
    """
    if model.regularity == 1:
        return _once_for_each(model, known, span=span, discount=discount)
    covered = covered or Covered(known.x, known.age)
    (counts, log_ages), phases = covered.nodes(model.alpha), phase_nodes(model)
    ages = np.maximum(np.exp(log_ages) - model.alpha, 0.0)
    rows = [
        [expected_at(model, Known(count, ages, phase), span=span, discount=discount) for count in counts]
        for phase in phases
    ]
    table = Table(phases, counts, log_ages, np.log(rows)[..., None])
    logarithms = table.at(known.phase, known.x, np.log(model.alpha + known.age))
    return np.asarray(np.exp(logarithms[:, 0]))


def expected_at(model: BuyingModel, known: Known, *, span: float, discount: float = 0.0) -> Floats:
    """The same for one x and phase at several ages, exactly."""
    if model.regularity == 1:
        x = np.full(len(known.age), known.x)
        return buying.purchases_if_alive(model, x, age=known.age, span=span, discount=discount)
    whole = _tails_summed(model, known, span=span)
    if not discount:
        return whole
    times, weights = interval_nodes(span, DISCOUNT_NODES)
    paid = np.exp(-discount * span) * whole
    for time, weight in zip(times, weights, strict=True):
        bought = _tails_summed(model, known, span=float(time))
        paid = paid + weight * discount * np.exp(-discount * time) * bought
    return np.asarray(paid)


def _tails_summed(model: BuyingModel, known: Known, *, span: float) -> Floats:
    """The chances of at least 1, 2, 3 … purchases, summed; the far ones in steps, by trapezoids."""
    n = purchase_nodes(model, known, span=span)
    column = Known(known.x, known.age[:, None], known.phase)
    tails = chance_of_more(model, column, span=span, n=n)
    steps = np.diff(n, append=n[-1] + 1)
    following = np.append(tails[:, 1:], np.zeros((len(tails), 1)), axis=1)
    blocks = steps * tails - (steps - 1) / 2 * (tails - following)
    return np.asarray(np.maximum(blocks.sum(axis=1), HARDLY_ANY))


def purchase_nodes(model: BuyingModel, known: Known, *, span: float) -> Floats:
    """Numbers of purchases from 1 to hardly possible: every one up to 30, then wider and wider steps."""
    shape = model.r + model.regularity * known.x + known.phase
    mean = float(np.max(shape * span / (model.alpha + known.age))) / model.regularity
    most = mean + 12 * np.sqrt(mean + mean**2) + EVERY_PURCHASE
    wide = np.geomspace(EVERY_PURCHASE + 1, most + 2, PURCHASE_NODES)
    return np.concatenate([np.arange(1.0, EVERY_PURCHASE + 1), np.unique(np.floor(wide))])


def _once_for_each(model: BuyingModel, known: Known, *, span: float, discount: float) -> Floats:
    """Expected purchases by BG/NBD, computed once for every distinct (x, age)."""
    days = int(known.age.max()) + 1
    distinct, place = np.unique((known.x * days + known.age).astype(np.int64), return_inverse=True)
    counts, ages = (column.astype(np.float64) for column in np.divmod(distinct, days))
    return buying.purchases_if_alive(model, counts, age=ages, span=span, discount=discount)[place]
