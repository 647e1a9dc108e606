"""What a shop knows without a single tie: what is expected, who is due, what sells together."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, Run
from saleor_influence_app.queries import first_steps, influence, learning_steps
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.first_steps import FirstStep
from saleor_influence_app.queries.learning_steps import Learning
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.rhythm import RegularCustomers, rhythms

NOT_YET_RUN = (
    "Nothing has been calculated yet: the first run starts by itself when the history has been read."
)
NO_ORDERS = "No order has been paid yet, so there is nothing to go by."
ONLY_GUESTS = (
    "Every paid order so far is a guest's. What is expected needs customers with an account, since a guest "
    "is not known to come again."
)


class ExpectedValue(ApiModel):
    """What all customers together are expected to spend within the horizon, with its 90 % interval."""

    total: Money | None
    low: Money | None
    high: Money | None
    customers: int
    horizon_days: int | None
    sentence: str
    checked: str | None
    """How the last quarter was foretold, and what came; null where the shop is too young for it."""


class ProductPair(ApiModel):
    """Two products, how many customers bought both, and how many would have by chance.

    times_low: the lower end of the 90 % interval of `times`.
    """

    product_id: str
    other_id: str
    customers: int
    expected: float
    times: float
    times_low: float
    sentence: str


class SellsTogether(ApiModel):
    """Pairs of products that the same customers buy, those first whose ratio is surely high."""

    sentence: str
    pairs: list[ProductPair]


class Insights(ApiModel):
    """What is known without ties, and the steps by which the shop learns who brings whom."""

    run_id: int | None
    as_of: datetime | None
    expected: ExpectedValue
    due: RegularCustomers
    slipping: RegularCustomers
    sells_together: SellsTogether
    steps: list[FirstStep]
    learning: Learning


def insights(session: Session, shop_id: int, *, now: datetime | None = None) -> Insights:
    """What can this shop know of its customers today, and how does it learn more?"""
    run = influence.last_run(session, shop_id)
    due, slipping = rhythms(session, run, shop_id, now=now or datetime.now(UTC))
    return Insights(
        run_id=None if run is None else run.id,
        as_of=None if run is None else run.as_of,
        expected=_expected(session, run, shop_id),
        due=due,
        slipping=slipping,
        sells_together=_sells_together(run),
        steps=first_steps.first_steps(session, shop_id),
        learning=learning_steps.learning(session, shop_id, run),
    )


def _expected(session: Session, run: Run | None, shop_id: int) -> ExpectedValue:
    total: dict[str, Any] = {} if run is None else run.model.get("total") or {}
    if run is None or not total.get("expected"):
        return _unexpected(NOT_YET_RUN if run is None else _why_nothing(session, shop_id))
    currency, days, customers = (run.model[name] for name in ("currency", "horizon_days", "customers"))
    expected, low, high = (amount(_decimal(total[name]), currency) for name in ("expected", "low", "high"))
    who = "1 customer is" if customers == 1 else f"{customers:,} customers are"
    span = "year" if days == 365 else f"{days:,} days"  # noqa: PLR2004 - the default horizon
    return ExpectedValue(
        total=expected,
        low=low,
        high=high,
        customers=customers,
        horizon_days=days,
        sentence=f"{who} expected to spend {expected} within the next {span}; with 90% certainty it is "
        f"between {low} and {high}.",
        checked=_checked(run.model.get("back_test"), currency),
    )


def _unexpected(sentence: str) -> ExpectedValue:
    nothing = dict.fromkeys(("total", "low", "high", "horizon_days", "checked"))
    return ExpectedValue(**nothing, customers=0, sentence=sentence)


def _why_nothing(session: Session, shop_id: int) -> str:
    paid = exists().where(Order.shop_id == shop_id, Order.charged > 0)
    accounts = exists().where(Order.shop_id == shop_id, Order.charged > 0, Order.customer_id.is_not(None))
    any_paid, any_account = session.execute(select(paid, accounts)).one()
    if any_paid and not any_account:
        return ONLY_GUESTS
    return "No further purchase is expected of the customers known so far." if any_paid else NO_ORDERS


def _checked(found: dict[str, Any] | None, currency: str) -> str | None:
    if not found:
        return None
    foretold, came = (amount(_decimal(found[name]), currency) for name in ("foretold", "came"))
    return (
        f"How far to trust it: for {found['since']} to {found['until']} the same method would have foretold "
        f"{foretold}, and {came} came."
    )


def _sells_together(run: Run | None) -> SellsTogether:
    found: dict[str, Any] | None = None if run is None else run.model.get("affinity")
    if found is None:
        return SellsTogether(sentence="What sells together is not known before the next run.", pairs=[])
    customers = f"{found['customers']:,} customers"
    if found["of"] > found["customers"]:
        customers = f"a sample of {found['customers']:,} of {found['of']:,} customers"
    pairs = [_pair(pair) for pair in found["pairs"]]
    if not pairs:
        return SellsTogether(
            sentence=f"Among {customers} no two products are bought by the same people clearly more often "
            "than by chance."
            if found["customers"]
            else "No product has been bought yet.",
            pairs=[],
        )
    more = f"; the first {len(pairs)} of {found['found']:,}" if found["found"] > len(pairs) else ""
    return SellsTogether(
        sentence=f"Bought by the same people more often than by chance, among {customers}{more}.",
        pairs=pairs,
    )


def _pair(pair: dict[str, Any]) -> ProductPair:
    shown = {name: pair[name] for name in ProductPair.model_fields if name != "sentence"}
    by_chance = "less than 1" if pair["expected"] < 1 else f"about {pair['expected']:,.0f}"
    return ProductPair(
        **shown,
        sentence=f"{pair['customers']:,} customers bought both; by chance it would be {by_chance}. "
        f"At least {pair['times_low']:.1f} times as many.",
    )


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))
