"""Segments as a shop's own data: saved and dropped."""

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import run_queue
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import Json
from saleor_influence_app.hand_off import segment_moves
from saleor_influence_app.models import VERSIONED, Membership, RunKind, Segment
from saleor_influence_app.targeting import definitions
from saleor_influence_app.writeback.staging import INVITED

MOST = 50
"""Segments a shop; each is a value of one attribute and a line on one screen."""


def save(session: Session, shop_id: int, definition: Json) -> None:
    """The segment says this from now on, and a run that fills it is queued."""
    valid = definitions.validated(definition)
    if valid["name"].startswith(INVITED):
        raise InputInvalid(f"Names that begin with {INVITED} are those of trials by lot.")
    # Two who add the fiftieth at once wait for each other.
    session.execute(text("SELECT FROM shops WHERE id = :id FOR NO KEY UPDATE"), {"id": shop_id})
    row = insert(Segment).values(
        shop_id=shop_id,
        name=valid["name"],
        position=select(func.coalesce(func.max(Segment.position) + 1, 0))
        .where(Segment.shop_id == shop_id)
        .scalar_subquery(),
        definition=valid,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Segment.shop_id, Segment.name], set_={"definition": row.excluded.definition}
        )
    )
    count = session.scalar(select(func.count()).select_from(Segment).where(Segment.shop_id == shop_id))
    if count is not None and count > MOST:
        raise InputInvalid(f"A shop can have {MOST} segments; drop one first.")
    run_queue.request(session, shop_id, kind=RunKind.FULL)


def drop(session: Session, shop_id: int, name: str) -> None:
    """The segment is gone, nobody is in it, and a run that says so to Saleor is queued."""
    gone = session.execute(
        delete(Segment).where(Segment.shop_id == shop_id, Segment.name == name).returning(Segment.name)
    ).scalar()
    if gone is None:
        raise RowMissing(f"There is no segment {name} in this shop.")
    # Out of the past too: going back to an earlier run would write its name into records again.
    past = VERSIONED[Membership]
    session.execute(delete(past).where(past.c.shop_id == shop_id, past.c.segment == name))
    with segment_moves.noted(session, shop_id):
        session.execute(delete(Membership).where(Membership.shop_id == shop_id, Membership.segment == name))
    run_queue.request(session, shop_id, kind=RunKind.FULL)
