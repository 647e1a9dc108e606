"""Influence is per topic: what the ledger says of a customer in each category of the shop."""

from typing import Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Category, Evidence
from saleor_influence_app.queries import verdicts
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.verdicts import Verdict


class Topic(ApiModel):
    """A category in which others bought after a customer; the verdict is this category's own.

    `rests_on` says whose multiplier the money is by: the topic's, the customer's or the shop's.
    """

    topic: str
    name: str | None
    verdict: Verdict
    rests_on: Literal["topic", "customer", "shop"]
    observed: float
    expected: float
    civ: Money
    sentence: str


def topics_of(
    session: Session, shop_id: int, customer_id: str, *, currency: str, gate_open: bool | None
) -> list[Topic]:
    """In which topics do others follow a customer, the most first?"""
    rows = session.execute(
        select(Evidence, Category.name)
        .outerjoin(
            Category, and_(Category.shop_id == Evidence.shop_id, Category.category_id == Evidence.topic)
        )
        .where(Evidence.shop_id == shop_id, Evidence.customer_id == customer_id, Evidence.topic != "")
        .order_by(Evidence.credit.desc(), Evidence.topic)
    )
    return [
        Topic(
            topic=found.topic,
            name=name,
            verdict=found.verdict,
            rests_on=found.rests_on,
            observed=found.observed,
            expected=found.expected,
            civ=amount(found.civ, currency),
            sentence=verdicts.sentence(found, currency=currency, gate_open=gate_open),
        )
        for found, name in rows
    ]
