"""Who may influence whom, as far as the shop knows."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import SQLColumnExpression, func, or_, select, true, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app import models, spreadsheets
from saleor_influence_app.queries import cursors
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import GUEST
from saleor_influence_app.targeting import tie_counts

Conditions = Sequence[SQLColumnExpression[bool]]
SHOWN, HIDDEN = 0, 1
"""The parts of the list."""
BY_SOURCE = (models.Tie.source_id, models.Tie.target_id, models.Tie.kind)
BY_TARGET = (models.Tie.target_id, models.Tie.kind, func.md5(models.Tie.source_id))
"""The digest parts sources without an order of theirs."""


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
    next: str | None
    """The cursor of the next page; null on the last one."""
    ties: list[Tie]


def ties(
    session: Session, shop_id: int, *, customer_id: str | None, after: str | None, limit: int
) -> TiePage:
    """Which ties are known, of all customers or of one?

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
    of = "ties" if customer_id is None else f"ties of {customer_id}"
    place = None if after is None else cursors.key_of(shop_id, of, after)
    part = SHOWN if place is None else place[0]
    found: list[models.Tie] = []
    # Hidden ones come last: a place among the sources would tell who it is.
    for at, wanted_here, order in ((SHOWN, shown, BY_SOURCE), (HIDDEN, hidden, BY_TARGET)):
        if not (part == HIDDEN and at == SHOWN) and (room := limit + 1 - len(found)) > 0:
            behind = tuple_(*order) > tuple_(*place[1:]) if place and at == part else true()
            query = select(models.Tie).where(*wanted_here, behind)
            found += session.scalars(query.order_by(*order).limit(room))
    return TiePage(
        total=total,
        next=cursors.after(shop_id, of, _key(found[limit - 1])) if len(found) > limit else None,
        ties=[_shown(tie) for tie in found[:limit]],
    )


def _key(tie: models.Tie) -> cursors.Key:
    """Return which part of the list the tie is in, and its place there."""
    if tie.is_hidden:
        return (HIDDEN, tie.target_id, tie.kind, _digest(tie.source_id))
    return (SHOWN, tie.source_id, tie.target_id, tie.kind)


def _digest(source_id: str) -> str:
    return hashlib.md5(source_id.encode(), usedforsecurity=False).hexdigest()


def _count(session: Session, wanted: Conditions) -> int:
    return session.scalar(select(func.count()).select_from(models.Tie).where(*wanted)) or 0


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
