"""Who may influence whom, as far as the shop knows."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app import models, spreadsheets
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import objects


class Tie(ApiModel):
    """`source_id` may influence `target_id`; `origin` says how we know, and since `known_at` it counts.

    `known_at` is null where an order proves the tie from `valid_from` on.
    """

    source_id: str
    target_id: str
    kind: str
    origin: models.TieOrigin
    weight: float
    valid_from: datetime | None
    valid_to: datetime | None
    known_at: datetime | None


class TiePage(ApiModel):
    """Some ties, and how many there are in all."""

    total: int
    ties: list[Tie]


def ties(session: Session, shop_id: int, *, customer_id: str | None, page: tuple[int, int]) -> TiePage:
    """Which ties are known, of all customers or of one? `page` is (offset, limit)."""
    table = models.Tie
    wanted = [table.shop_id == shop_id, *_nobody_objects(shop_id)]
    if customer_id is not None:
        wanted.append(or_(table.source_id == customer_id, table.target_id == customer_id))
    total = session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
    ordered = select(table).where(*wanted).order_by(table.source_id, table.target_id, table.kind)
    found = session.scalars(ordered.offset(page[0]).limit(page[1]))
    return TiePage(total=total, ties=[Tie.model_validate(tie) for tie in found])


def entered_by_staff(session: Session, shop_id: int) -> int:
    """Return how many ties staff entered: nobody else has them."""
    entered = select(func.count()).select_from(models.Tie).where(*_entered(shop_id))
    return session.scalar(entered) or 0


def as_csv(session: Session, shop_id: int) -> str:
    """Return the ties that staff entered, in the form in which they can be imported again."""
    table = models.Tie
    ordered = select(table).where(*_entered(shop_id)).order_by(table.source_id, table.target_id, table.kind)
    rows = (
        (tie.source_id, tie.target_id, tie.kind, tie.weight, *map(_moment, (tie.valid_from, tie.valid_to)))
        for tie in session.scalars(ordered)
    )
    return spreadsheets.written(("source", "target", "kind", "weight", "valid_from", "valid_to"), rows)


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _entered(shop_id: int) -> list[ColumnElement[bool]]:
    return [
        models.Tie.shop_id == shop_id,
        models.Tie.origin == models.TieOrigin.STAFF,
        *_nobody_objects(shop_id),
    ]


def _nobody_objects(shop_id: int) -> list[ColumnElement[bool]]:
    """Leave out ties of people who object: no run counts them."""
    return [~objects(shop_id, end) for end in (models.Tie.source_id, models.Tie.target_id)]
