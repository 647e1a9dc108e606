"""CLV, what a customer will spend themselves within the horizon: two fitted models, or shop means."""

import math
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring import buying, intervals, spending
from scoring.buying import BuyingModel, Histories
from scoring.maximum import Typical
from scoring.parameters import ValueParameters
from scoring.spending import SpendingModel

Floats = npt.NDArray[np.float64]
DAYS_PER_YEAR = 365.25
# For shops too small to show their own: r, alpha in days, a, b and p, q - 1, gamma around the published fits
# (CDNOW: r .24, alpha 31 days, a .79, b 2.4; p 6.2, q 3.7), with room for steadier shops. The level of money
# (gamma, over the mean basket) is the shop's alone.
TYPICAL_HABITS = Typical(parameters=(0.6, 60.0, 0.7, 3.0), log_spreads=(0.8, 1.0, 0.7, 0.7))
TYPICAL_BASKETS = Typical(parameters=(4.0, 2.5, 1.0), log_spreads=(0.7, 0.7, 1e3))


@dataclass(frozen=True)
class Customers:
    """What is known of each buying customer, days and money, one value a customer."""

    x: Floats
    recency: Floats
    age: Floats
    baskets: Floats
    basket_mean: Floats
    repeat_baskets: Floats
    repeat_mean: Floats


@dataclass(frozen=True)
class Fitted:
    """The two models of a shop and, where shop means stand in for a fit, why; no money known, no spending."""

    buying: BuyingModel
    spending: SpendingModel | None
    notes: tuple[str, ...]

    def report(self) -> dict[str, object]:
        """The models as JSON-able values."""
        return {
            "method": "shrunken shop means" if self.notes else "BG/NBD x Gamma-Gamma, maximum likelihood",
            "why_fallback": " ".join(self.notes) or None,
            "buying": asdict(self.buying) | {"unit": "days"},
            "spending": asdict(self.spending) if self.spending else None,
        }


@dataclass(frozen=True)
class Lifetime:
    """CLV of each customer with its interval."""

    clv: Floats
    low: Floats
    high: Floats


def customers_of(summary: pa.Table) -> Customers:
    """The columns of `purchases.summarise` as numbers."""
    x, recency, age, revenue, baskets, repeat_revenue = (
        summary[name].to_numpy().astype(np.float64)
        for name in ("frequency", "recency_days", "age_days", "revenue", "baskets", "repeat_revenue")
    )
    repeat_baskets = np.where(repeat_revenue > 0, np.maximum(baskets - 1, 0), 0)
    return Customers(
        x=x,
        recency=recency,
        age=age,
        baskets=baskets,
        basket_mean=revenue / np.maximum(baskets, 1),
        repeat_baskets=repeat_baskets,
        repeat_mean=repeat_revenue / np.maximum(repeat_baskets, 1),
    )


def fit(customers: Customers, parameters: ValueParameters) -> Fitted:
    """The models of this shop: fitted if enough customers came again, otherwise shrunken shop means."""
    enough = parameters.enough_repeaters
    notes: list[str] = []
    histories = group(customers)
    if (repeaters := int(np.sum(customers.x > 0))) >= enough:
        buyers = buying.fit(histories)
    else:
        buyers = buying.fit(histories, typical=TYPICAL_HABITS)
        notes.append(
            f"Only {repeaters} customers have come again (a fit needs {enough}): the shop's mean pace of "
            "buying, shrunken, stands in for fitted habits."
        )
    spenders: SpendingModel | None = None
    repeated = (customers.repeat_baskets > 0) & (customers.repeat_mean > 0)
    known = (customers.baskets > 0) & (customers.basket_mean > 0)
    if (repeaters := int(np.sum(repeated))) >= enough:
        spenders = spending.fit(customers.repeat_baskets[repeated], customers.repeat_mean[repeated])
    elif known.any():
        baskets, mean = customers.baskets[known], customers.basket_mean[known]
        spenders = spending.fit(baskets, mean, typical=TYPICAL_BASKETS)
        notes.append(
            f"Only {repeaters} customers have several baskets of known value (a fit needs {enough}): "
            "the shop's mean basket, shrunken, stands in for fitted ones."
        )
    return Fitted(buying=buyers, spending=spenders, notes=tuple(notes))


def group(customers: Customers) -> Histories:
    """The distinct (x, recency, age) with their number of customers, in a fixed order."""
    days = int(customers.age.max(initial=0)) + 1
    keys = ((customers.x * days + customers.recency) * days + customers.age).astype(np.int64)
    distinct, weight = np.unique(keys, return_counts=True)
    rest, age = np.divmod(distinct, days)
    x, recency = np.divmod(rest, days)
    return Histories(*(column.astype(np.float64) for column in (x, recency, age, weight)))


def predict(fitted: Fitted, customers: Customers, parameters: ValueParameters) -> Lifetime:
    """Expected discounted money within the horizon, and the interval that holds what will be spent.

    CLV = P(alive) · discounted purchases if alive · expected basket. Discounting is applied to the interval
    through its mean. Where money is unlikely at all, the upper end is never told below the expectation.
    """
    if fitted.spending is None or len(customers.x) == 0:
        nothing = np.zeros(len(customers.x))
        return Lifetime(clv=nothing, low=nothing, high=nothing)
    model, span, x, age = fitted.buying, float(parameters.horizon_days), customers.x, customers.age
    alive = buying.chance_alive(model, x, recency=customers.recency, age=age)
    rate = math.log1p(parameters.annual_discount) / DAYS_PER_YEAR
    purchases = _purchases_if_alive(model, customers, span=span, discount=rate)
    money = purchases * spending.expected_basket(fitted.spending, customers.baskets, customers.basket_mean)
    table = intervals.tabulate(model, fitted.spending, x=x, age=age, span=span)
    any_if_alive = -np.expm1(-(model.r + x) * np.log1p(span / (model.alpha + age)))
    low, high = intervals.money_interval(
        table,
        x=x,
        log_age=np.log(model.alpha + age),
        chance_of_any=alive * any_if_alive,
        coverage=parameters.coverage,
    )
    clv = alive * money
    return Lifetime(clv=clv, low=np.minimum(money * low, clv), high=np.maximum(money * high, clv))


def _purchases_if_alive(model: BuyingModel, customers: Customers, *, span: float, discount: float) -> Floats:
    """Expected discounted purchases, computed once for every distinct (x, age)."""
    days = int(customers.age.max()) + 1
    keys = (customers.x * days + customers.age).astype(np.int64)
    distinct, place = np.unique(keys, return_inverse=True)
    x, age = (column.astype(np.float64) for column in np.divmod(distinct, days))
    return buying.purchases_if_alive(model, x, age=age, span=span, discount=discount)[place]
