"""Schedules: when a shop's regular work is due next.

The moments are rows, so a clock that stood still loses none. Shops are spread over the interval by their ids:
neither a night nor a restart asks all of them at once.
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from saleor_influence_app.models import Contact, Shop

Condition = ColumnElement[bool]

MOST_AT_ONCE = 20
"""Shops that one sweep sends messages for, of each kind of work; those that wait longest come first."""
NIGHT_BEGINS = time(1, 0, tzinfo=UTC)
NIGHT = timedelta(hours=4)
_GOLDEN = 2654435769
"""2^32 over the golden ratio: its multiples, modulo 2^32, lie evenly however many there are."""


def due(session: Session, moment: InstrumentedAttribute[datetime | None], *where: Condition) -> list[int]:
    """Return shops whose moment has come, or was never set, and of which all of this is true."""
    query = (
        select(Shop.id)
        .outerjoin(Contact, Contact.shop_id == Shop.id)
        .where(Shop.active, or_(moment.is_(None), moment <= func.now()), *where)
        .order_by(moment.asc().nulls_first(), Shop.id)
        .limit(MOST_AT_ONCE)
    )
    return list(session.scalars(query))


def put_off(session: Session, shop_id: int, **moments: datetime) -> None:
    """The shop's work is due at these moments and not before."""
    row = insert(Contact).values(shop_id=shop_id, **moments)
    session.execute(row.on_conflict_do_update(index_elements=[Contact.shop_id], set_=moments))


def share(shop_id: int) -> float:
    """Return the shop's place in any interval, from 0 to 1."""
    return (shop_id * _GOLDEN % 2**32) / 2**32


def next_night(shop_id: int, *, now: datetime, after: timedelta = timedelta(0)) -> datetime:
    """Return the shop's next moment of the night; `after` moves all of the night's moments."""
    tonight = datetime.combine(now.date(), NIGHT_BEGINS) + after + share(shop_id) * NIGHT
    return next(moment for days in (-1, 0, 1) if (moment := tonight + timedelta(days=days)) > now)
