"""What there is to tell of a delivery now: a grant still given or taken back, a move that holds, a letter."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.hand_off.deliveries import Delivery, DeliveryDelayed, NothingToTell
from saleor_influence_app.models import (
    GrantState,
    HandOffEvent,
    Membership,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
    Purpose,
    Trial,
    TrialCandidate,
    TrialState,
)
from saleor_influence_app.writeback.staging import INVITED

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


def of_letter(session: Session, delivery: Delivery) -> dict[str, Any]:
    """Return what the letter of a trial says to this contact; raises NothingToTell."""
    shop_id, customer_id = delivery.shop_id, delivery.customer_id
    row = session.execute(
        select(Trial, TrialCandidate.told)
        .join(TrialCandidate, TrialCandidate.trial_id == Trial.id)
        .where(Trial.shop_id == shop_id, TrialCandidate.customer_id == customer_id)
        .where(func.concat(literal(INVITED), Trial.id) == delivery.segment)
    ).first()
    if row is None:
        raise NothingToTell("The customer is no longer in the trial.")
    trial = row.Trial
    if trial.state != TrialState.RUNNING:
        raise NothingToTell("The trial has ended meanwhile.")
    if not agreements.agreeing(session, shop_id, Purpose.OUTREACH, customer_id=customer_id):
        raise NothingToTell("The customer no longer agrees to be contacted.")
    return {
        "customer_id": customer_id,
        "trial_id": trial.id,
        "sender_id": trial.customer_id,
        "things": [{"product_id": one, "chosen": one in (row.told or ())} for one in trial.things or ()],
        "ends_at": trial.ends_at.astimezone(UTC).isoformat(),
    }
