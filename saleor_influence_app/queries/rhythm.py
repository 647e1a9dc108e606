"""Who is due, and who is slipping: customers with a rhythm of their own, and how long they have been quiet.

A rhythm takes three repeat purchases; the usual gap is the mean one, as in the column `gaps_since_last_order`
of segments. Nobody is judged by it: it says when somebody usually comes, and not why they do not.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import Customer, Exclusion, Order, Run, Score
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount

LEAST_REPEATS = 3
DUE_FROM, DUE_TO = 0.8, 1.5
"""Silences, in usual gaps, that mean a next purchase about now."""
SLIPPING_FROM = 2.5
"""A longer silence is unusual even for gaps that vary; segments let somebody go at the same one."""
GONE_DAYS = 365
"""Who has been quiet for longer is not slipping: they have left."""
FIRST = 5


class RegularCustomer(ApiModel):
    """A customer with a rhythm; `yearly` is what they spent a year while they bought."""

    customer_id: str
    usual_gap_days: float
    days_since_last_order: int
    clv: Money
    yearly: Money
    sentence: str


class RegularCustomers(ApiModel):
    """Customers with a rhythm who are at one point of it: how many, what money is in them, the first five."""

    customers: int
    money: Money | None
    sentence: str
    first: list[RegularCustomer]


def rhythms(
    session: Session, run: Run | None, shop_id: int, *, now: datetime
) -> tuple[RegularCustomers, RegularCustomers]:
    """Who is due by now, and who is slipping? Silence counts up to `now`, orders since the run end it."""
    if run is None or run.as_of is None or run.day is None or run.stands_on is None:
        nothing = _nobody("No rhythms are known before the first calculation.")
        return nothing, nothing
    passed = (max(now.date(), run.day) - run.stands_on).days
    silence = Score.age_days - Score.recency_days + passed
    gap = Score.recency_days / func.nullif(Score.frequency, 0)
    regular = _regular(shop_id, run.as_of)
    is_due = silence.between(DUE_FROM * gap, DUE_TO * gap)
    is_slipping = and_(silence > SLIPPING_FROM * gap, silence <= GONE_DAYS, Score.clv > 0)
    rate = func.least(1.0, 365.0 / Score.recency_days)
    counts = select(
        func.min(Score.currency),
        func.count(),
        func.count().filter(is_due),
        func.sum(Score.clv).filter(is_due),
        func.count().filter(is_slipping),
        func.sum(Score.revenue * rate).filter(is_slipping),
    )
    currency, known, due, expected, slipping, spent = session.execute(counts.where(*regular)).one()
    if not known:
        nothing = _nobody("No rhythms are known yet: they take four days with a purchase of one customer.")
        return nothing, nothing
    shown = select(Score, silence.label("silence")).where(*regular)
    by_spend = (Score.revenue * rate).desc()
    first_due = shown.where(is_due).order_by(Score.clv.desc(), Score.customer_id)
    first_slipping = shown.where(is_slipping).order_by(by_spend, Score.customer_id)
    return (
        _told(session, first_due, _due(due, amount(expected, currency))),
        _told(session, first_slipping, _slipping(slipping, _money(spent, currency))),
    )


def _regular(shop_id: int, as_of: datetime) -> list[ColumnElement[bool]]:
    """Customers with a rhythm who have not ordered since; no staff, and nobody left out of the ledger."""
    mine = Customer.shop_id == shop_id, Customer.customer_id == Score.customer_id
    left_out = Exclusion.shop_id == shop_id, Exclusion.customer_id == Score.customer_id
    newer = Order.shop_id == shop_id, Order.customer_id == Score.customer_id, Order.created_at > as_of
    return [
        Score.shop_id == shop_id,
        Score.frequency >= LEAST_REPEATS,
        Score.recency_days > 0,
        ~exists().where(*mine, Customer.is_staff),
        ~exists().where(*left_out),
        ~exists().where(*newer),
    ]


def _nobody(sentence: str) -> RegularCustomers:
    return RegularCustomers(customers=0, money=None, sentence=sentence, first=[])


def _told(
    session: Session, ordered: Select[Score, float], found: tuple[int, Money | None, str]
) -> RegularCustomers:
    customers, money, sentence = found
    rows = session.execute(ordered.limit(FIRST)) if customers else ()
    first = [_customer(score, int(silence)) for score, silence in rows]
    return RegularCustomers(customers=customers, money=money, sentence=sentence, first=first)


def _customer(score: Score, silence: int) -> RegularCustomer:
    gap = score.recency_days / score.frequency
    yearly = float(score.revenue) * min(1.0, 365.0 / score.recency_days)
    when = "today" if silence == 0 else "yesterday" if silence == 1 else f"{silence:,} days ago"
    usual = "every day" if round(gap) <= 1 else f"every {gap:,.0f} days"
    return RegularCustomer(
        customer_id=score.customer_id,
        usual_gap_days=round(gap, 1),
        days_since_last_order=silence,
        clv=amount(score.clv, score.currency),
        yearly=amount(Decimal(yearly), score.currency),
        sentence=f"Usually {usual}; last order {when}.",
    )


def _due(customers: int, expected: Money | None) -> tuple[int, Money | None, str]:
    if not customers:
        return 0, None, "Nobody with a rhythm is due just now."
    who = "1 customer usually buys" if customers == 1 else f"{customers:,} customers usually buy"
    return customers, expected, f"{who} again about now. {expected} is expected of them in all."


def _slipping(customers: int, spent: Money | None) -> tuple[int, Money | None, str]:
    if not customers:
        return 0, None, "Nobody with a rhythm has been quiet for unusually long."
    who = "1 customer has" if customers == 1 else f"{customers:,} customers have"
    sentence = (
        f"{who} been quiet for more than {SLIPPING_FROM} times as long as usual. While they bought, they "
        f"spent about {spent} a year. Nothing here says why they pause."
    )
    return customers, spent, sentence


def _money(number: float | Decimal | None, currency: str) -> Money | None:
    return None if number is None else amount(Decimal(number), currency)
