"""Who may influence whom, as far as the shop knows."""

from datetime import datetime
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.queries.answer import Answer


class Tie(Answer):
    """`source_id` may influence `target_id` from then on; `origin` says how we know."""

    source_id: str
    target_id: str
    kind: str
    origin: Literal["orders", "staff", "social"]
    weight: float
    valid_from: datetime | None
    valid_to: datetime | None


class TiePage(Answer):
    """Some ties, and how many there are in all."""

    total: int
    ties: list[Tie]


def ties(session: Session, shop_id: int, *, customer_id: str | None, page: tuple[int, int]) -> TiePage:
    """Which ties are known, of all customers or of one? `page` is (offset, limit)."""
    table = models.Tie
    wanted = [table.shop_id == shop_id]
    if customer_id is not None:
        wanted.append(or_(table.source_id == customer_id, table.target_id == customer_id))
    total = session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
    ordered = select(table).where(*wanted).order_by(table.source_id, table.target_id, table.kind)
    found = session.scalars(ordered.offset(page[0]).limit(page[1]))
    return TiePage(total=total, ties=[Tie.model_validate(tie) for tie in found])
