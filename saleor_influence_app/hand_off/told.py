"""What there is to tell of a delivery now: a grant that is still given or taken back, a move that holds."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.hand_off.deliveries import Delivery, DeliveryDelayed, NothingToTell
from saleor_influence_app.models import (
    GrantState,
    HandOffEvent,
    Membership,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
)

PAUSED_SECONDS = 900.0


@dataclass(frozen=True)
class Told:
    """A grant and its programme."""

    grant: PerkGrant
    programme: PerkProgramme


def of_grant(session: Session, delivery: Delivery) -> Told:
    """Return the grant, if what happened to it still holds; raises NothingToTell or DeliveryDelayed."""
    grant = session.get(PerkGrant, delivery.grant_id)
    if grant is None or grant.customer_id != delivery.customer_id:
        raise NothingToTell("The customer is no longer here.")
    programme = session.get_one(PerkProgramme, grant.programme_id)
    if delivery.event == HandOffEvent.GRANT_CREATED:
        if grant.state != GrantState.GIVEN:
            raise NothingToTell("It was taken back meanwhile.")
        if programme.state == ProgrammeState.ENDED:
            raise NothingToTell("The programme has ended meanwhile.")
        if programme.state == ProgrammeState.PAUSED:  # what was given may not work before it is resumed
            raise DeliveryDelayed("The programme is paused.", of_all=False, seconds=PAUSED_SECONDS)
    return Told(grant, programme)


def demand_move(session: Session, delivery: Delivery) -> None:
    """Return if who entered is still in the segment, and who left still out of it."""
    row = select(Membership.segment).where(
        Membership.shop_id == delivery.shop_id,
        Membership.customer_id == delivery.customer_id,
        Membership.segment == delivery.segment,
    )
    is_in = session.scalar(row) is not None
    if is_in != (delivery.event == HandOffEvent.SEGMENT_ENTERED):
        raise NothingToTell("The customer moved again meanwhile.")
