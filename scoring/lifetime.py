"""CLV, what a customer will spend themselves within the horizon: two fitted models, or shop means."""

import math
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring import buying, habits, intervals, regular, spending
from scoring.buying import BuyingModel, Histories
from scoring.maximum import Typical
from scoring.parameters import ValueParameters
from scoring.regular import Known
from scoring.season import Clock
from scoring.spending import SpendingModel
from scoring.tables import Covered

Floats = npt.NDArray[np.float64]
GAPS_IN_RECORD = 6
"""How many usual gaps a shop must have been seen for before its regularity is known."""
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
    """The two models of a shop; no money known, no spending.

    notes: where shop means stand in for a fit, why. remarks: what else somebody should know of the models.
    """

    buying: BuyingModel
    spending: SpendingModel | None
    notes: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def report(self) -> dict[str, object]:
        """The models as JSON-able values."""
        name = "BG/NBD" if self.buying.regularity == 1 else f"MBG/CNBD-{self.buying.regularity}"
        fitted = f"{name} x Gamma-Gamma, maximum likelihood"
        return {
            "method": "shrunken shop means" if self.notes else fitted,
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


def customers_of(summary: pa.Table, clock: Clock) -> Customers:
    """The columns of `purchases.summarise` as numbers, times by the shop's clock.

    Who bought after the clock's `now` is seen until their last purchase.
    """
    x, recency, revenue, baskets, repeat_baskets, repeat_revenue = (
        summary[name].to_numpy().astype(np.float64)
        for name in ("frequency", "recency_days", "revenue", "baskets", "repeat_baskets", "repeat_revenue")
    )
    first = days_of(summary)
    began = clock.at(first)
    seen = clock.at(first + recency) - began
    repeat_baskets = np.where(repeat_revenue > 0, repeat_baskets, 0)
    return Customers(
        x=x,
        recency=seen,
        age=np.maximum(-began, seen),
        baskets=baskets,
        basket_mean=revenue / np.maximum(baskets, 1),
        repeat_baskets=repeat_baskets,
        repeat_mean=repeat_revenue / np.maximum(repeat_baskets, 1),
    )


def days_of(summary: pa.Table) -> Floats:
    """Each customer's first day, in days from 1970."""
    return np.asarray(summary["first_day"].cast(pa.int32()).to_numpy(), dtype=np.float64)


def shape_of(summary: pa.Table, clock: Clock, parameters: ValueParameters) -> float | None:
    """The shape of the gaps between purchases, 1 where they are random; None if it cannot be known.

    Too few may have come back twice, or the shop may be so young for its gaps that only the quickest have.
    """
    twice = summary.filter(pc.and_(pc.is_valid(summary["second_gap"]), pc.invert(summary["began_by_import"])))
    if twice.num_rows < parameters.enough_repeaters:
        return None
    first, second = (twice[name].to_numpy().astype(np.float64) for name in ("first_gap", "second_gap"))
    days = [clock.at(days_of(twice) + gap) for gap in (np.zeros(len(first)), first, first + second)]
    first, second = np.maximum(days[1] - days[0], 1.0), np.maximum(days[2] - days[1], 1.0)
    if np.median(first + second) * GAPS_IN_RECORD > 2 * (clock.now - float(days_of(summary).min())):
        return None
    order = np.lexsort((second, first))  # no sum may depend on the customers' names
    return regular.shape_of_gaps(first[order], second[order])


def fit(
    customers: Customers,
    parameters: ValueParameters,
    *,
    shape: float | None = None,
    start: Fitted | None = None,
) -> Fitted:
    """The models of this shop: fitted if enough customers came again, otherwise shrunken shop means.

    shape: of the gaps between purchases, see `shape_of`. start: models of nearly the same customers.
    """
    buyers, notes = _fit_buying(
        customers, parameters, shape=shape or 1.0, start=start.buying if start else None
    )
    spenders, more = _fit_spending(customers, parameters)
    trouble = [
        f"The fit of {what} is not sure: {model.trouble}. Its values are the best that were found."
        for what, model in (("buying habits", buyers), ("baskets", spenders))
        if model and model.trouble
    ]
    return Fitted(buyers, spenders, notes=(*notes, *more), remarks=tuple(trouble))


def _fit_buying(
    customers: Customers, parameters: ValueParameters, *, shape: float, start: BuyingModel | None
) -> tuple[BuyingModel, tuple[str, ...]]:
    enough, histories = parameters.enough_repeaters, group(customers)
    if (repeaters := int(np.sum(customers.x > 0))) < enough:
        note = (
            f"Only {repeaters} customers have come again (a fit needs {enough}): the shop's mean pace of "
            "buying, shrunken, stands in for fitted habits."
        )
        return buying.fit(histories, typical=TYPICAL_HABITS), (note,)
    if (k := regular.nearest_shape(shape)) > 1:
        return regular.fit(histories, k, start=start), ()
    return buying.fit(histories, start=start), ()


def _fit_spending(
    customers: Customers, parameters: ValueParameters
) -> tuple[SpendingModel | None, tuple[str, ...]]:
    enough = parameters.enough_repeaters
    repeated = (customers.repeat_baskets > 0) & (customers.repeat_mean > 0)
    known = (customers.baskets > 0) & (customers.basket_mean > 0)
    if (repeaters := int(np.sum(repeated))) >= enough:
        return spending.fit(customers.repeat_baskets[repeated], customers.repeat_mean[repeated]), ()
    if not known.any():
        return None, ()
    note = (
        f"Only {repeaters} customers have several baskets of known value (a fit needs {enough}): "
        "the shop's mean basket, shrunken, stands in for fitted ones."
    )
    return spending.fit(customers.baskets[known], customers.basket_mean[known], typical=TYPICAL_BASKETS), (
        note,
    )


def group(customers: Customers) -> Histories:
    """The distinct (x, recency, age) with their number of customers, in a fixed order."""
    days = int(customers.age.max(initial=0)) + 1
    keys = ((customers.x * days + customers.recency) * days + customers.age).astype(np.int64)
    distinct, weight = np.unique(keys, return_counts=True)
    rest, age = np.divmod(distinct, days)
    x, recency = np.divmod(rest, days)
    return Histories(*(column.astype(np.float64) for column in (x, recency, age, weight)))


@dataclass(frozen=True)
class _Ahead:
    """What is expected of each customer: their chance of being alive, and the money if they are."""

    alive: Floats
    phase: Floats
    money: Floats
    span: float


def _ahead(
    fitted: Fitted,
    customers: Customers,
    parameters: ValueParameters,
    *,
    clock: Clock | None,
    covered: Covered | None = None,
) -> _Ahead:
    model, spenders = fitted.buying, fitted.spending
    if spenders is None or len(customers.x) == 0:
        nothing = np.zeros(len(customers.x))
        return _Ahead(alive=nothing, phase=nothing, money=nothing, span=1.0)
    days = float(parameters.horizon_days)
    span = clock.length(days) if clock else days
    alive, phase = habits.standing(model, customers.x, recency=customers.recency, age=customers.age)
    rate = math.log1p(parameters.annual_discount) / DAYS_PER_YEAR * days / span
    known = Known(customers.x, customers.age, phase)
    purchases = habits.purchases_if_alive(model, known, covered, span=span, discount=rate)
    basket = spending.expected_basket(spenders, customers.baskets, customers.basket_mean)
    return _Ahead(alive, phase, purchases * basket, span)


def expected(
    fitted: Fitted, customers: Customers, parameters: ValueParameters, *, clock: Clock | None = None
) -> Floats:
    """Expected discounted money within the horizon: P(alive) · purchases if alive · expected basket."""
    ahead = _ahead(fitted, customers, parameters, clock=clock)
    return ahead.alive * ahead.money


def predict(
    fitted: Fitted,
    customers: Customers,
    parameters: ValueParameters,
    *,
    clock: Clock | None = None,
    covered: Covered | None = None,
) -> Lifetime:
    """What is `expected`, and the interval that holds what will be spent.

    covered: whom tables are made for, if not these customers: then nobody's figures hang on who else is here.
    Discounting is applied to the interval through its mean. Where money is unlikely at all, the upper end
    is never told below the expectation.
    """
    if fitted.spending is None or len(customers.x) == 0:
        nothing = np.zeros(len(customers.x))
        return Lifetime(clv=nothing, low=nothing, high=nothing)
    model, x, age = fitted.buying, customers.x, customers.age
    ahead = _ahead(fitted, customers, parameters, clock=clock, covered=covered)
    known = Known(x, age, ahead.phase)
    table = intervals.tabulate(model, fitted.spending, covered or Covered(x, age), span=ahead.span)
    low, high = intervals.money_interval(
        table,
        x=x,
        log_age=np.log(model.alpha + age),
        chance_of_any=ahead.alive * habits.chance_of_any(model, known, span=ahead.span),
        coverage=parameters.coverage,
        phase=ahead.phase,
    )
    clv = ahead.alive * ahead.money
    return Lifetime(clv, low=np.minimum(ahead.money * low, clv), high=np.maximum(ahead.money * high, clv))
