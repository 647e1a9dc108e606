"""A shop's own value from its orders: season, regularity, models, back-test, and each customer's CLV."""

import math
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring import lifetime, purchases
from scoring.lifetime import Customers, Fitted, Lifetime
from scoring.parameters import ValueParameters
from scoring.purchases import WEEK_DAYS, PreparedOrders, naive
from scoring.season import Clock, clock_of
from scoring.tables import Covered

Floats = npt.NDArray[np.float64]
BACK_TEST_DAYS, YEAR_DAYS = 91, 365
MOST_TESTED = 50_000
MONEY_DIGITS = 6
EPOCH = date(1970, 1, 1)
WIDER = (0.925, 0.95, 0.97, 0.985, 0.995)
"""Coverages tried in turn where the customers of the back-test lay outside of their intervals too often."""
LEAN = 0.8
"""Models miss a year's total by about a fifth, a year differs from the one before by about a tenth: of what
last year was missed by, .2²/(.2² + .1²) is expected to be missed again."""
SEASONAL_LEAN = 0.4
"""Half of it where there is a season, which was known from fewer years then."""
MOST_LEAN = 2.0
USUAL_MISS, MISS_AFTER_YEAR_TEST = 0.15, 0.1
"""How far a total is usually missed; worth four back-tests, hence Student's t with 5 degrees at 90 %."""
WORTH_OF_USUAL, STUDENT_T = 4, 2.015
MOST_MISS = 0.9
HALF_WIDTH = 1.645


@dataclass(frozen=True)
class Shop:
    """The models of a shop at the end of a day, and the customers they were fitted to."""

    until: date
    customers: Customers
    clock: Clock
    shape: float | None
    fitted: Fitted


@dataclass(frozen=True)
class BackTest:
    """The last quarter, foretold from all before it: money of the customers known then, and how it came.

    held: the share of them whose money lay in the interval; coverage: what has to be asked of an interval to
    hold as many as it says.
    """

    since: str
    until: str
    customers: int
    foretold: float
    came: float
    held: float
    coverage: float


@dataclass(frozen=True)
class YearTest:
    """The last year, foretold from all before it; factor: what each expectation is multiplied with for it."""

    foretold: float
    came: float
    factor: float


@dataclass(frozen=True)
class Total:
    """What all known customers together will spend within the horizon, with its 90 % interval."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class OwnValue:
    """CLV of each customer with a paid order, in the order of the summary, and how it came about."""

    ahead: Lifetime
    customers: Customers
    shop: Shop
    total: Total
    days: int
    quarter: BackTest | None
    year: YearTest | None

    def report(self) -> dict[str, object]:
        """The models, the back-tests and the total as JSON-able values."""
        season = self.shop.clock.index
        return self.shop.fitted.report() | {
            "regularity": self.shop.shape,
            "season": None if season is None else [float(one) for one in season],
            "back_test": asdict(self.quarter) if self.quarter else None,
            "last_year": asdict(self.year) if self.year else None,
            "total": asdict(self.total),
        }


@dataclass(frozen=True)
class _Past:
    """A shop as it was, and what has come since: from each customer of a sample, and from all of them."""

    shop: Shop
    came: Floats
    customers: int
    all_came: float

    def foretold(self, expected: Floats) -> float:
        """What was to be expected of all, from what was of the sample."""
        scale = self.customers / len(self.came)
        if scale > 1 and self.came.sum() > 0:
            scale = self.all_came / math.fsum(self.came)
        return math.fsum(expected) * scale


class Forecaster:
    """A shop whose customers are foreseen, now and as it was before."""

    def __init__(self, prepared: PreparedOrders, parameters: ValueParameters) -> None:
        self.prepared, self.parameters = prepared, parameters
        self.orders, self.standing = purchases.daily(prepared), prepared.standing

    def own_value(self, bought: pa.Table) -> OwnValue:
        """The own value of the customers of `bought`, those of `purchases.summarise` with a paid order.

        The models are fitted to what was known when they stand; what each bought since then is their own.
        """
        shop = self._shop(self._known(bought), self.standing.until)
        customers = lifetime.customers_of(bought, shop.clock)
        quarter, year = self._quarter(shop), self._year(shop)
        coverage = max(self.parameters.coverage, quarter.coverage if quarter else 0.0)
        asked = replace(self.parameters, coverage=coverage)
        covered = None
        if self.standing.until < naive(self.prepared.as_of).date():
            covered = Covered(shop.customers.x, shop.customers.age).and_later(WEEK_DAYS)
        ahead = lifetime.predict(shop.fitted, customers, asked, clock=shop.clock, covered=covered)
        if year:
            ahead = Lifetime(*(part * year.factor for part in (ahead.clv, ahead.low, ahead.high)))
        return OwnValue(
            ahead,
            customers=customers,
            shop=shop,
            total=self._total(
                ahead, expected=self._today(shop, bought, ahead, year=year), quarter=quarter, year=year
            ),
            days=self.parameters.horizon_days,
            quarter=quarter,
            year=year,
        )

    def _known(self, bought: pa.Table) -> pa.Table:
        """The customers as they were when the models stand."""
        if self.standing.until == naive(self.prepared.as_of).date():
            return bought
        known = purchases.summarise(self.prepared, self.standing.until)
        return known.filter(pc.greater(known["orders_count"], 0)).sort_by("customer_id")

    def _shop(self, bought: pa.Table, until: date, start: Fitted | None = None) -> Shop:
        clock = clock_of(self.orders, now=(until - EPOCH).days)
        customers = lifetime.customers_of(bought, clock)
        shape = lifetime.shape_of(bought, clock, self.parameters)
        fitted = lifetime.fit(customers, self.parameters, shape=shape, start=start)
        return Shop(until, customers, clock, shape, fitted)

    def _before(self, shop: Shop, days: int) -> _Past | None:
        """The shop as it was so many days ago and what came since, if enough customers had come again."""
        until = shop.until - timedelta(days=days)
        if not len(self.orders.day) or (until - EPOCH).days - days < self.orders.day[0]:
            return None
        summary = purchases.summarise(self.prepared, until)
        known = summary.filter(pc.greater(summary["orders_count"], 0))
        repeaters = int(pc.sum(pc.greater(known["frequency"], 0)).as_py() or 0)
        if repeaters < self.parameters.enough_repeaters:
            return None
        customers, came = known.num_rows, math.fsum(known["came"].to_numpy())
        some = _spread_evenly(known)
        return _Past(self._shop(some, until, shop.fitted), some["came"].to_numpy(), customers, came)

    def _quarter(self, shop: Shop) -> BackTest | None:
        """What the last quarter brought, held against what was to be expected; None for a young shop."""
        if (found := self._before(shop, BACK_TEST_DAYS)) is None:
            return None
        then, came, wanted = found.shop, found.came, self.parameters.coverage
        asked = replace(self.parameters, horizon_days=BACK_TEST_DAYS, annual_discount=0.0)
        ahead = lifetime.predict(then.fitted, then.customers, asked, clock=then.clock)
        foretold = found.foretold(ahead.clv)
        held = reached = _held(ahead, came)
        coverage = wanted
        for wider in (one for one in WIDER if one > wanted):
            if reached >= wanted:
                break
            coverage = wider
            told = replace(asked, coverage=wider)
            reached = _held(lifetime.predict(then.fitted, then.customers, told, clock=then.clock), came)
        days = str(then.until + timedelta(days=1)), str(shop.until)
        return BackTest(*days, found.customers, foretold, found.all_came, held, coverage)

    def _year(self, shop: Shop) -> YearTest | None:
        """How the last year was missed, if the same kind of model could foretell it from a year or more."""
        if (found := self._before(shop, YEAR_DAYS)) is None:
            return None
        then = found.shop
        kinds = [(one.clock.index is None, one.fitted.buying.regularity > 1) for one in (then, shop)]
        asked = replace(self.parameters, horizon_days=YEAR_DAYS, annual_discount=0.0)
        expected = lifetime.expected(then.fitted, then.customers, asked, clock=then.clock)
        foretold, came = found.foretold(expected), found.all_came
        if kinds[0] != kinds[1] or foretold <= 0:
            return None
        lean = LEAN if then.clock.index is None else SEASONAL_LEAN
        missed = float(np.clip(came / foretold, 1 / MOST_LEAN, MOST_LEAN))
        return YearTest(foretold, came, missed**lean)

    def _today(self, shop: Shop, bought: pa.Table, ahead: Lifetime, *, year: YearTest | None) -> float:
        """What is to be expected of all, counted to today.

        Since they stand, who bought counts for more at once, and who did not for less from Monday on: the
        sum of what is told of each leans up within a week.
        """
        today = naive(self.prepared.as_of).date()
        if today == shop.until:
            return math.fsum(ahead.clv)
        clock = clock_of(self.orders, now=(today - EPOCH).days)
        customers = lifetime.customers_of(bought, clock)
        expected = lifetime.expected(shop.fitted, customers, self.parameters, clock=clock)
        return math.fsum(expected) * (year.factor if year else 1.0)

    def _total(
        self, ahead: Lifetime, *, expected: float, quarter: BackTest | None, year: YearTest | None
    ) -> Total:
        """The total and its interval: the usual miss of models, the shop's own, and chance."""
        if expected <= 0:
            return Total(0.0, 0.0, 0.0)
        missed = (quarter.came - quarter.foretold) / BACK_TEST_DAYS if quarter else 0.0
        share = missed * self.parameters.horizon_days / expected
        miss = float(np.log1p(np.clip(share, -MOST_MISS, 1 / (1 - MOST_MISS))))
        usual = MISS_AFTER_YEAR_TEST if year else USUAL_MISS
        by_model = (WORTH_OF_USUAL * usual**2 + miss**2) / (WORTH_OF_USUAL + 1)
        spread = (ahead.high - ahead.low) / (2 * HALF_WIDTH)
        by_chance = np.log1p(math.fsum(np.square(spread / expected)))
        factor = float(np.exp(STUDENT_T * np.sqrt(by_model + by_chance)))
        return Total(*(round(end, MONEY_DIGITS) for end in (expected, expected / factor, expected * factor)))


def _spread_evenly(known: pa.Table) -> pa.Table:
    """All customers or, of many, every so manyth by what is known of them: names have no say in it."""
    rising = [(key, "ascending") for key in ("revenue", "repeat_revenue", "came")]
    days = [("frequency", "ascending"), ("recency_days", "ascending"), ("first_day", "descending")]
    ordered = known.sort_by(days + rising)
    every = -(-known.num_rows // MOST_TESTED)
    return ordered.take(np.arange(every // 2, known.num_rows, every)) if every > 1 else ordered


def _held(ahead: Lifetime, came: Floats) -> float:
    return float(np.mean((ahead.low <= came) & (came <= ahead.high + 1e-6)))


def remarks(found: OwnValue, currency: str, coverage: float) -> tuple[str, ...]:
    """What a merchant should know of the own value, in sentences."""
    shop, tested, total = found.shop, found.quarter, found.total
    said = [*shop.fitted.notes, *shop.fitted.remarks]
    if shop.fitted.buying.regularity > 1:
        said.append("Customers buy at regular intervals: who is overdue is likely to have left for good.")
    if shop.clock.index is not None:
        said.append("Orders have a season that comes back each year: it is counted in.")
    if tested and total.expected > 0:
        said.append(
            f"Back-test: for {tested.since} to {tested.until}, {tested.foretold:,.0f} {currency} was "
            f"foretold and {tested.came:,.0f} came from customers known before; {tested.held:.0%} spent "
            f"what their interval says{', which is wider since' if tested.coverage > coverage else ''}."
        )
    if total.expected > 0 and (tested or found.year):
        said.append(
            f"Own purchases of all customers in {found.days} days: {total.expected:,.0f} {currency} "
            f"expected, 90% interval {total.low:,.0f} to {total.high:,.0f}."
        )
    return tuple(said)
