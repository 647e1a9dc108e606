"""How many are in each segment: counted at once where there are few members, and by each run where many."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Membership, Run

MOST_COUNTED = 20_000
"""Memberships that a request counts."""
IN_RUN = "segment_sizes"
"""Where a run's `model` has the sizes by name."""

Sizes = dict[str, int]


def count(session: Session, shop_id: int) -> Sizes:
    """Return the sizes of the segments that have members, for a run to keep."""
    return _counted(session, shop_id, most=None)


def known(session: Session, shop_id: int) -> Sizes:
    """Return the sizes of the segments that have members: of many, as the last run counted them."""
    found = _counted(session, shop_id, most=MOST_COUNTED + 1)
    if sum(found.values()) <= MOST_COUNTED:
        return found
    kept = Run.shop_id == shop_id, Run.model.has_key(IN_RUN)
    last = session.scalars(select(Run.model[IN_RUN]).where(*kept).order_by(Run.id.desc()).limit(1)).first()
    return _counted(session, shop_id, most=None) if last is None else dict(last)


def _counted(session: Session, shop_id: int, *, most: int | None) -> Sizes:
    some = select(Membership.segment).where(Membership.shop_id == shop_id).limit(most).subquery()
    rows = session.execute(select(some.c.segment, func.count()).group_by(some.c.segment))
    return {segment: int(size) for segment, size in rows}
