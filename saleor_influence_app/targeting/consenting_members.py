"""Segments that ask for a consent hold nobody who took it back, from that moment on."""

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.hand_off import segment_moves
from saleor_influence_app.models import Membership, Purpose
from saleor_influence_app.targeting import definitions
from saleor_influence_app.writeback import staging


def asking(session: Session, shop_id: int, purpose: Purpose) -> list[str]:
    """Return the names of the segments that ask for this consent."""
    found = definitions.of_shop(session, shop_id).items()
    return [name for name, definition in found if purpose in definitions.asks_for_consent(definition)]


def let_go(session: Session, shop_id: int, customer_id: str, *, purpose: Purpose) -> None:
    """The customer is in no segment that asks for this consent, in Saleor neither."""
    named = asking(session, shop_id, purpose)
    here = (Membership.shop_id == shop_id, Membership.customer_id == customer_id)
    left = delete(Membership).where(*here, Membership.segment.in_(named)).returning(Membership.segment)
    if not named:
        return
    with segment_moves.noted(session, shop_id, customer_id=customer_id):
        gone = session.scalars(left).all()
    if gone:
        staging.stage_one(session, shop_id, customer_id)


def let_go_since(session: Session, shop_id: int) -> None:
    """The same for consents that ended after a run had read them, or after the run that is gone back to."""
    for purpose in definitions.CONSENT_COLUMNS.values():
        named = asking(session, shop_id, purpose)
        if not named:
            continue
        agreed = sorted(agreements.agreeing(session, shop_id, purpose))
        inside = (Membership.shop_id == shop_id, Membership.segment.in_(named))
        session.execute(delete(Membership).where(*inside, ~(Membership.customer_id == func.any_(agreed))))
