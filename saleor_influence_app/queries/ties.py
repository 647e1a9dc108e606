"""Who may influence whom, as far as the shop knows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app import models, spreadsheets
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import GUEST
from saleor_influence_app.targeting import tie_counts

Conditions = Sequence[SQLColumnExpression[bool]]
Order = tuple[InstrumentedAttribute[Any], ...]


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
    """Some ties, and how many there are in all; of all customers' and of many, as of the last run."""

    total: int
    ties: list[Tie]


def ties(session: Session, shop_id: int, *, customer_id: str | None, page: tuple[int, int]) -> TiePage:
    """Which ties are known, of all customers or of one? `page` is (offset, limit).

    Of a hidden tie the source is left out, and it stands in no list of the source's.
    """
    table = models.Tie
    wanted = [table.shop_id == shop_id, *tie_counts.nobody_objects(shop_id)]
    shown = [*wanted, ~table.is_hidden]
    if customer_id is None:
        total = sum(tie_counts.known(session, shop_id).values())
        hidden = [*wanted, table.is_hidden]
    else:
        shown.append(or_(table.source_id == customer_id, table.target_id == customer_id))
        hidden = [*wanted, table.is_hidden, table.target_id == customer_id]
        total = _count(session, shown) + _count(session, hidden)
    # Hidden ones come last: a place among the sources would tell who it is.
    offset, limit = page
    key = (table.source_id, table.target_id, table.kind)
    found = list(_some(session, shown, key, offset=offset, limit=limit))
    if len(found) < limit:
        past = max(0, offset - _count(session, shown)) if offset else 0
        order = (table.target_id, table.kind, table.known_at)
        found += _some(session, hidden, order, offset=past, limit=limit - len(found))
    return TiePage(total=total, ties=[_shown(tie) for tie in found])


def _count(session: Session, wanted: Conditions) -> int:
    return session.scalar(select(func.count()).select_from(models.Tie).where(*wanted)) or 0


def _some(
    session: Session, wanted: Conditions, order: Order, *, offset: int, limit: int
) -> Iterable[models.Tie]:
    return session.scalars(select(models.Tie).where(*wanted).order_by(*order).offset(offset).limit(limit))


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
        *tie_counts.nobody_objects(shop_id),
    ]
