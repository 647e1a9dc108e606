"""The rows behind a customer's influence, each a sentence, summing to the shown value to the cent."""

from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Integer, and_, func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Category, Credit, Evidence, Order, Score
from saleor_influence_app.queries import verdicts
from saleor_influence_app.queries.answer import Answer
from saleor_influence_app.queries.money import Money, amount

Part = Literal["proven", "inferred"]
GUEST = "guest:"
CENT = 2


class CreditRow(Answer):
    """One order line that somebody bought because of her, or may have."""

    order_id: str
    order_number: str | None
    line_id: str
    customer_id: str | None
    """Who bought; null for a guest."""
    product_id: str
    topic: str | None
    topic_name: str | None
    tie_kind: str
    days_between: float
    sharers: int
    share: float
    trust: float
    cap: float
    amount: Money
    credit: Money
    booked: Money
    sentence: str


class CreditPage(Answer):
    """Some rows, how many there are, and what all of them come to: the shown CRV or CIV."""

    part: Part
    total: int
    booked: Money
    explanation: str
    rows: list[CreditRow]


def credits_of(
    session: Session, shop_id: int, customer_id: str, *, part: Part, page: tuple[int, int]
) -> CreditPage:
    """What stands behind her CRV ('proven') or CIV ('inferred'), newest first? `page` is (offset, limit)."""
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
    rows = session.execute(_rows(wanted, money).offset(page[0]).limit(page[1])).all()
    return CreditPage(
        part=part,
        total=total,
        booked=amount(money, currency),
        explanation=_explanation(session.get(Evidence, (shop_id, customer_id, "")), part, total=total),
        rows=[_row(found, currency) for found in rows],
    )


def _rows(wanted: list[Any], money: Decimal) -> Any:
    """Select rows with their part of the booked money, in whole cents that sum to it."""
    when = [Order.created_at.desc(), Credit.order_id, Credit.line_id]
    running = func.sum(Credit.credit).over(order_by=when, rows=(None, 0))
    whole = func.nullif(func.sum(Credit.credit).over(), 0)

    def cents(up_to: Any) -> Any:
        return func.round(literal(money) * up_to / whole, literal(CENT, Integer))

    booked = func.coalesce(cents(running) - cents(running - Credit.credit), 0)
    return (
        select(Credit, Order.number, Category.name, booked.label("booked"))
        .outerjoin(Order, and_(Order.shop_id == Credit.shop_id, Order.order_id == Credit.order_id))
        .outerjoin(Category, and_(Category.shop_id == Credit.shop_id, Category.category_id == Credit.topic))
        .where(*wanted)
        .order_by(*when)
    )


def _row(found: Any, currency: str) -> CreditRow:
    credit: Credit = found.Credit
    booked = amount(found.booked, currency)
    return CreditRow(
        order_id=credit.order_id,
        order_number=found.number,
        line_id=credit.line_id,
        customer_id=None if credit.customer_id.startswith(GUEST) else credit.customer_id,
        product_id=credit.product_id,
        topic=credit.topic,
        topic_name=found.name,
        tie_kind=credit.tie_kind,
        days_between=credit.days_between,
        sharers=credit.sharers,
        share=credit.share,
        trust=credit.trust,
        cap=credit.cap,
        amount=amount(credit.amount, currency),
        credit=amount(credit.credit, currency),
        booked=booked,
        sentence=verdicts.row(credit, number=found.number, booked=booked),
    )


def _explanation(found: Evidence | None, part: Part, *, total: int) -> str:
    """Say how the rows lead to the money that is booked."""
    if total == 0:
        return "There are no such orders."
    if part == "proven":
        return "These orders redeemed her personal code: their money is counted in full."
    if found is None or found.inferred != "leads":
        return "These orders may have followed hers. Without a verdict nothing of them is counted."
    return f"{found.af:.0%} of the credit is beyond chance; that part of each row is counted."
