"""Who may influence whom, as far as the shop knows."""

from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app import models, spreadsheets
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import GUEST, objects


class Tie(ApiModel):
    """`source_id` may influence `target_id`; `origin` says how we know, and since `known_at` it counts.

    `known_at` is null where an order proves the tie from `valid_from` on.
    """

    source_id: str | None
    """Null where a customer was named in a survey response and has not agreed to be shown."""
    target_id: str | None
    """Null for a guest."""
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
    """Which ties are known, of all customers or of one? `page` is (offset, limit).

    Of a hidden tie the source is left out, and it stands in no list of the source's.
    """
    table = models.Tie
    wanted = [table.shop_id == shop_id, *_nobody_objects(shop_id)]
    if customer_id is not None:
        leads = and_(table.source_id == customer_id, ~table.is_hidden)
        wanted.append(or_(leads, table.target_id == customer_id))
    total = session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
    # Sorted as shown: a place among the sources would tell who a hidden one is.
    shown = case((~table.is_hidden, table.source_id))
    ordered = select(table).where(*wanted).order_by(shown, table.target_id, table.kind, table.known_at)
    found = session.scalars(ordered.offset(page[0]).limit(page[1]))
    return TiePage(total=total, ties=[_shown(tie) for tie in found])


def _shown(tie: models.Tie) -> Tie:
    ends = {"source_id": None} if tie.is_hidden else {}
    if tie.target_id.startswith(GUEST):
        ends["target_id"] = None
    return Tie.model_validate(tie).model_copy(update=ends)


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
