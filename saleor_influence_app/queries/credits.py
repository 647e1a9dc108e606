"""The rows behind a customer's influence or an order's, each a sentence, summing to the value to the cent."""

from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Integer, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from saleor_influence_app.models import NAMED, Category, Credit, Evidence, Order, Score, Tie
from saleor_influence_app.queries import verdicts
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount

Part = Literal["proven", "inferred"]
CENT = 2
GUEST = "guest:"


class CreditRow(ApiModel):
    """One order line that somebody bought because of a customer, or may have."""

    source_id: str | None
    """Who led to it; null for a customer who was named by the buyer and has not agreed to be shown."""
    order_id: str | None
    """Null, as all that tells whose order it was, where the customer whose row it is has not agreed."""
    order_number: str | None
    line_id: str | None
    customer_id: str | None
    """Who bought; null for a guest."""
    product_id: str | None
    topic: str | None
    topic_name: str | None
    tie_kind: str
    is_hidden: bool
    """Whether the two are not shown together: staff see "a customer" at the other end."""
    days_between: float
    sharers: int
    share: float
    trust: float
    cap: float
    amount: Money
    credit: Money
    booked: Money
    sentence: str


class CreditPage(ApiModel):
    """Some rows, how many there are, and what all of them come to: the shown CRV or CIV."""

    part: Part
    total: int
    booked: Money
    explanation: str
    rows: list[CreditRow]


def credits_of(
    session: Session, shop_id: int, customer_id: str, *, part: Part, page: tuple[int, int]
) -> CreditPage:
    """What is behind a customer's CRV ('proven') or CIV ('inferred'), newest first? `page`: offset, limit."""
    score = session.get(Score, (shop_id, customer_id))
    currency = "" if score is None else score.currency
    money = Decimal(0)
    if score is not None:
        money = score.crv if part == "proven" else score.civ or Decimal(0)
    wanted = [
        Credit.shop_id == shop_id,
        Credit.source_id == customer_id,
        Credit.proven.is_(part == "proven"),
    ]
    total = session.scalar(select(func.count()).select_from(Credit).where(*wanted)) or 0
    rows = session.execute(_rows(*wanted).offset(page[0]).limit(page[1])).all()
    return CreditPage(
        part=part,
        total=total,
        booked=amount(money, currency),
        explanation=_explanation(session.get(Evidence, (shop_id, customer_id, "")), part, total=total),
        rows=[_row(found, of_order=False) for found in rows],
    )


def credits_of_order(session: Session, shop_id: int, order_id: str) -> list[CreditRow]:
    """Which customers led to this order, and what is booked of it, the most first?"""
    sources = select(Credit.source_id).where(Credit.shop_id == shop_id, Credit.order_id == order_id)
    # A row's cents follow from all rows of its source, so those are looked at as well.
    rows = session.execute(_rows(Credit.shop_id == shop_id, Credit.source_id.in_(sources), order_id=order_id))
    found = [_row(row, of_order=True) for row in rows]
    return sorted(found, key=lambda row: Decimal(row.booked.amount), reverse=True)


def _rows(*wanted: Any, order_id: str | None = None) -> Any:
    """Select rows with their part of the booked money, in whole cents that sum to it, newest first."""
    when = [Order.created_at.desc(), Credit.order_id, Credit.line_id]
    whose = [Credit.source_id, Credit.proven]
    running = func.sum(Credit.credit).over(partition_by=whose, order_by=when, rows=(None, 0))
    whole = func.nullif(func.sum(Credit.credit).over(partition_by=whose), 0)
    money = case((Credit.proven, Score.crv), else_=func.coalesce(Score.civ, 0))

    def cents(up_to: Any) -> Any:
        return func.round(money * up_to / whole, literal(CENT, Integer))

    booked = func.coalesce(cents(running) - cents(running - Credit.credit), 0)
    inner = (
        select(
            Credit,
            Order.number,
            Order.created_at,
            Category.name,
            Score.currency,
            booked.label("booked"),
            _is_hidden().label("is_hidden"),
        )
        .join(Score, and_(Score.shop_id == Credit.shop_id, Score.customer_id == Credit.source_id))
        .outerjoin(Order, and_(Order.shop_id == Credit.shop_id, Order.order_id == Credit.order_id))
        .outerjoin(Category, and_(Category.shop_id == Credit.shop_id, Category.category_id == Credit.topic))
        .where(*wanted)
        .subquery()
    )
    credit = aliased(Credit, inner, name="credit")
    rows = select(credit, inner.c.number, inner.c.name, inner.c.currency, inner.c.booked, inner.c.is_hidden)
    if order_id is not None:
        rows = rows.where(credit.order_id == order_id)
    return rows.order_by(inner.c.created_at.desc(), credit.order_id, credit.line_id, credit.source_id)


def _is_hidden() -> Any:
    """Say whether a row rests on a survey response alone whose named person has not agreed to be shown."""
    shown = exists().where(
        Tie.shop_id == Credit.shop_id,
        Tie.source_id == Credit.source_id,
        Tie.target_id == Credit.customer_id,
        ~Tie.is_hidden,
    )
    return and_(Credit.tie_kind == NAMED, ~shown)


def _row(found: Any, *, of_order: bool) -> CreditRow:
    """Return the row; of two who are not shown together only the one who is asked about."""
    credit: Credit = found.credit
    mask = found.is_hidden and not of_order
    number = None if mask else found.number
    currency = found.currency
    booked = amount(found.booked, currency)
    return CreditRow(
        source_id=None if found.is_hidden and of_order else credit.source_id,
        order_id=None if mask else credit.order_id,
        order_number=number,
        line_id=None if mask else credit.line_id,
        customer_id=None if mask or credit.customer_id.startswith(GUEST) else credit.customer_id,
        product_id=None if mask else credit.product_id,
        topic=credit.topic,
        topic_name=found.name,
        tie_kind=credit.tie_kind,
        is_hidden=found.is_hidden,
        days_between=credit.days_between,
        sharers=credit.sharers,
        share=credit.share,
        trust=credit.trust,
        cap=credit.cap,
        amount=amount(credit.amount, currency),
        credit=amount(credit.credit, currency),
        booked=booked,
        sentence=verdicts.row(credit, number=number, booked=booked),
    )


def _explanation(found: Evidence | None, part: Part, *, total: int) -> str:
    """Say how the rows lead to the money that is booked."""
    if total == 0:
        return "There are no such orders."
    if part == "proven":
        return "These orders redeemed this customer's personal code and are counted in full."
    if found is None or found.inferred != "leads":
        return "These orders may have followed this customer's. Without a verdict none of it is counted."
    if found.af == 1:
        return "Each row says how likely it is that this customer led to it; that part of it is counted."
    return f"{found.af:.0%} of the credit is beyond chance; that part of each row is counted."
