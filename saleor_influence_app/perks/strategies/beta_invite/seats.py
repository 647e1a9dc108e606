"""Seats of a beta: kept for who is invited, taken by who accepts, given on to who has waited longest.

The programme's row is locked by whoever calls, so that many who accept at once never take more seats than
there are. Members and regular customers wait in one queue, by lot.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.consent import agreements
from saleor_influence_app.models import (
    GrantState,
    InvitationState,
    PerkGrant,
    PerkInvitation,
    PerkProgramme,
    ProgrammeState,
    Purpose,
)
from saleor_influence_app.perks import lots
from saleor_influence_app.perks.strategies.beta_invite.terms import BetaTerms
from saleor_influence_app.shops.suppression import objects

logger = log.get(__name__)

_SEATED = (InvitationState.INVITED, InvitationState.ACCEPTED)


def queue(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """Whoever was drawn and has no invitation yet waits for a seat, by lot; free seats go to them."""
    drawn = {
        str(grant.customer_id): grant
        for grant in session.scalars(
            select(PerkGrant)
            .where(PerkGrant.programme_id == programme.id, PerkGrant.state == GrantState.STAGED)
            .where(PerkGrant.customer_id.is_not(None))
            .with_for_update()
        )
    }
    for customer_id in lots.in_order(drawn, programme.seed):
        grant = drawn[customer_id]
        grant.state, grant.given_at, grant.changed_at = GrantState.GIVEN, now, now
        session.add(
            PerkInvitation(
                shop_id=programme.shop_id,
                programme_id=programme.id,
                grant_id=grant.id,
                state=InvitationState.WAITING,
                waiting_since=now,
            )
        )
    session.flush()
    fill(session, programme, now=now)


def fill(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """Time that is over is over, and each free seat is kept for who has waited longest."""
    session.execute(
        update(PerkInvitation)
        .where(PerkInvitation.programme_id == programme.id)
        .where(PerkInvitation.state == InvitationState.INVITED, PerkInvitation.answer_by <= now)
        .values(state=InvitationState.EXPIRED)
    )
    terms = BetaTerms.model_validate(programme.terms)
    free = terms.seats - _seated(session, programme)
    if free <= 0 or programme.state != ProgrammeState.RUNNING:
        return
    until = min(now + timedelta(days=terms.answer_days), programme.ends_at)
    for one in _next(session, programme, free):
        one.state, one.invited_at, one.answer_by = InvitationState.INVITED, now, until
    session.flush()


def accept(session: Session, programme: PerkProgramme, invitation: PerkInvitation, *, now: datetime) -> None:
    """They take the seat that is kept for them; too late, they take a free one or wait again."""
    fill(session, programme, now=now)
    session.refresh(invitation)
    if invitation.state == InvitationState.EXPIRED:
        invitation.state, invitation.waiting_since = InvitationState.WAITING, now
        session.flush()
        fill(session, programme, now=now)
    if invitation.state == InvitationState.INVITED:
        invitation.state, invitation.answered_at = InvitationState.ACCEPTED, now
        session.flush()
        logger.info("beta.accepted", programme_id=programme.id)


def close(session: Session, programme: PerkProgramme) -> None:
    """The programme has ended: nobody is waiting, and nobody is asked any more."""
    ours = update(PerkInvitation).where(PerkInvitation.programme_id == programme.id)
    for was, becomes in (
        (InvitationState.INVITED, InvitationState.EXPIRED),
        (InvitationState.WAITING, InvitationState.NO_SEAT),
    ):
        session.execute(ours.where(PerkInvitation.state == was).values(state=becomes))


def _seated(session: Session, programme: PerkProgramme) -> int:
    """Count taken and kept seats; who was erased or deleted has left theirs."""
    taken = (
        select(func.count())
        .select_from(PerkInvitation)
        .join(PerkGrant, PerkGrant.id == PerkInvitation.grant_id)
        .where(PerkInvitation.programme_id == programme.id, PerkInvitation.state.in_(_SEATED))
        .where(PerkGrant.customer_id.is_not(None))
    )
    return session.scalar(taken) or 0


def _next(session: Session, programme: PerkProgramme, free: int) -> list[PerkInvitation]:
    """Return whose turn it is: who objects, or agrees to perks no longer, is not asked."""
    consenting = (
        agreements.agreeing(session, programme.shop_id, Purpose.PERKS) if programme.needs_consent else None
    )
    waiting = (
        select(PerkInvitation)
        .join(PerkGrant, PerkGrant.id == PerkInvitation.grant_id)
        .where(PerkInvitation.programme_id == programme.id)
        .where(PerkInvitation.state == InvitationState.WAITING, PerkGrant.state == GrantState.GIVEN)
        .where(PerkGrant.customer_id.is_not(None), ~objects(programme.shop_id, PerkGrant.customer_id))
        .order_by(PerkInvitation.waiting_since, PerkInvitation.id)
        .limit(free)
    )
    if consenting is not None:
        waiting = waiting.where(PerkGrant.customer_id.in_(consenting))
    return list(session.scalars(waiting))
