"""Stored segments that are against the rules: assigned to nobody, and named to staff."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Membership, Segment
from saleor_influence_app.shops import problems
from saleor_influence_app.targeting import definitions
from saleor_influence_app.writeback import staging


def refused(session: Session, shop_id: int) -> dict[str, str]:
    """Return the stored segments that are against the rules, which nobody is in, and why."""
    rows = session.execute(select(Segment.name, Segment.definition).where(Segment.shop_id == shop_id))
    found = {name: definitions.why_refused(definition) for name, definition in rows}
    return {name: why for name, why in sorted(found.items()) if why is not None}


def empty_refused(session: Session, shop_id: int) -> int:
    """Nobody is in a segment that is against the rules, and staff are told; returns how many were.

    An earlier version stored such segments, and an earlier run that is gone back to filled them.
    """
    found = refused(session, shop_id)
    if not found:
        problems.resolve_problem(session, shop_id, problems.SEGMENT_REFUSED)
        return 0
    whys = " ".join(f"{name}: {why}." for name, why in found.items())
    message = f"Segments that are assigned to nobody until they are changed or dropped: {whys}"
    problems.raise_problem(session, shop_id, problems.SEGMENT_REFUSED, message)
    inside = (Membership.shop_id == shop_id, Membership.segment.in_(found))
    return len(session.scalars(delete(Membership).where(*inside).returning(Membership.customer_id)).all())


def look_again(session: Session, shop_id: int) -> None:
    """The same between two runs, in Saleor too: a shop held at an earlier run has no other night."""
    if empty_refused(session, shop_id):
        staging.stage_anew(session, shop_id)
