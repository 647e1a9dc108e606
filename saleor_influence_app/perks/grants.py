"""One customer's perk: given by hand, taken back by staff, accepted or declined by the customer."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import (
    Customer,
    GrantState,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
    Refusal,
)
from saleor_influence_app.perks import budgets, enrolment, programmes
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects

logger = log.get(__name__)

WORDS = {
    Refusal.NOT_THEIRS: "This customer is not among those the perk is for.",
    Refusal.EXPIRED: "The programme is not running.",
    Refusal.USED: "It was used already.",
    Refusal.BUDGET: "The budget of the programme is used up.",
    Refusal.HELD_OUT: "The lot says held out: giving it now would spoil what the programme measures.",
    Refusal.NO_CONSENT: "This customer did not agree to it.",
    Refusal.CAP: "This customer was given it before, or as much of its kind lately as is allowed.",
    Refusal.HOUSEHOLD: "Somebody of the same household has it.",
    Refusal.LEAK_PAUSED: "The code was seen where it does not belong, and is paused.",
}
ALIVE = (GrantState.STAGED, GrantState.GIVEN)


def give(session: Session, shop_id: int, programme_id: int, *, customer_id: str) -> int:
    """Give a running programme's perk to a customer who was not drawn; returns the grant's id."""
    programme = programmes.locked(session, shop_id, programme_id)
    shops.lock_facts(session, shop_id)  # nobody is given something of another programme meanwhile, nor leaves
    customer = session.get(Customer, (shop_id, customer_id))
    if customer is None or customer.deleted_at is not None:
        raise RowMissing("There is no such customer in this shop.")
    refusal = why_not(session, programme, customer)
    if refusal is not None:
        raise InputInvalid(WORDS[refusal], reason=refusal)
    strategy = of_kind(programme.kind)
    usual = enrolment.usual_order(session, shop_id, programme.currency)
    reserve = strategy.reserve(programmes.terms_of(programme), usual, uses=programme.uses_each)
    if not budgets.left(session, programme).admits(reserve=reserve, uses=programme.uses_each, is_open=False):
        raise InputInvalid(WORDS[Refusal.BUDGET], reason=Refusal.BUDGET)
    grant = PerkGrant(
        shop_id=shop_id,
        programme_id=programme.id,
        customer_id=customer_id,
        arm=PerkArm.GRANTED,
        state=GrantState.STAGED,
        is_open=False,
        by_hand=True,
        reserved=reserve,
        drawn_at=datetime.now(UTC),
    )
    session.add(grant)
    session.flush()
    strategy.give(session, programme, [grant])
    return grant.id


def why_not(session: Session, programme: PerkProgramme, customer: Customer) -> Refusal | None:
    """Say why the customer cannot be given the programme's perk, as far as the budget allows it."""
    strategy = of_kind(programme.kind)
    before = session.scalars(
        select(PerkGrant).where(
            PerkGrant.programme_id == programme.id, PerkGrant.customer_id == customer.customer_id
        )
    ).first()
    if programme.state != ProgrammeState.RUNNING:
        return Refusal.EXPIRED
    if before is not None:
        return Refusal.HELD_OUT if before.arm == PerkArm.HELD_OUT else Refusal.CAP
    if customer.is_staff or session.scalar(select(objects(programme.shop_id, customer.customer_id))):
        return Refusal.NOT_THEIRS
    if programme.needs_consent and not agreements.agreeing(
        session, programme.shop_id, strategy.purpose, customer_id=customer.customer_id
    ):
        return Refusal.NO_CONSENT
    capped = strategy.capped(programme)
    if capped is not None and session.scalar(select(literal(customer.customer_id).in_(capped))):
        return Refusal.CAP
    return None


def take_back(session: Session, shop_id: int, grant_id: int) -> None:
    """Staff take a perk back from a customer."""
    _end(session, shop_id, grant_id, state=GrantState.TAKEN_BACK)


def decline(session: Session, shop_id: int, grant_id: int, *, customer_id: str) -> None:
    """The customer does not want the perk, for good."""
    _end(session, shop_id, grant_id, state=GrantState.DECLINED, customer_id=customer_id)


def accept(
    session: Session, shop_id: int, grant_id: int, *, customer_id: str, now: datetime | None = None
) -> None:
    """The customer says yes; accepted twice it is accepted once."""
    programme, grant = _theirs(session, shop_id, grant_id, customer_id=customer_id)
    if programme.state != ProgrammeState.RUNNING:
        raise InputInvalid(WORDS[Refusal.EXPIRED], reason=Refusal.EXPIRED)
    if programme.needs_consent and not agreements.agreeing(
        session, shop_id, Purpose.PERKS, customer_id=customer_id
    ):
        raise InputInvalid(WORDS[Refusal.NO_CONSENT], reason=Refusal.NO_CONSENT)
    of_kind(programme.kind).accept(session, programme, grant, now=now or datetime.now(UTC))


def answer(
    session: Session, shop_id: int, grant_id: int, *, customer_id: str, answers: Mapping[str, str | int]
) -> None:
    """The customer answers the questions; answered again, the last answers count."""
    programme, grant = _theirs(session, shop_id, grant_id, customer_id=customer_id)
    if programme.state not in {ProgrammeState.RUNNING, ProgrammeState.PAUSED}:
        raise InputInvalid(WORDS[Refusal.EXPIRED], reason=Refusal.EXPIRED)
    of_kind(programme.kind).answer(session, programme, grant, answers=answers)


def _theirs(
    session: Session, shop_id: int, grant_id: int, *, customer_id: str
) -> tuple[PerkProgramme, PerkGrant]:
    """Return the customer's grant and its programme, both locked; what they do not have is not found."""
    owned = select(PerkGrant.programme_id).where(
        PerkGrant.shop_id == shop_id, PerkGrant.id == grant_id, PerkGrant.customer_id == customer_id
    )
    programme_id = session.scalar(owned.where(PerkGrant.arm == PerkArm.GRANTED))
    if programme_id is None:
        raise RowMissing("There is no such perk.")
    programme = programmes.locked(session, shop_id, programme_id)
    grant = session.get_one(PerkGrant, grant_id, with_for_update=True)
    if grant.state != GrantState.GIVEN or grant.customer_id != customer_id:
        raise InputInvalid("You do not have this perk.")
    return programme, grant


def _end(
    session: Session, shop_id: int, grant_id: int, *, state: GrantState, customer_id: str | None = None
) -> None:
    whose = select(PerkGrant.programme_id).where(PerkGrant.shop_id == shop_id, PerkGrant.id == grant_id)
    if customer_id is not None:
        whose = whose.where(PerkGrant.customer_id == customer_id)
    programme_id = session.scalar(whose)
    if programme_id is None:
        raise RowMissing("There is no such perk.")
    programme = programmes.locked(session, shop_id, programme_id)
    shops.lock_facts(session, shop_id)  # an erasure takes the same rows in another order
    grant = session.get_one(PerkGrant, grant_id, with_for_update=True)
    if grant.state not in {*ALIVE, GrantState.FAILED}:
        raise InputInvalid("This customer does not have the perk.")
    was_alive = grant.state in ALIVE
    grant.state, grant.changed_at = state, func.now()
    session.flush()
    if was_alive:
        of_kind(programme.kind).take_back(session, programme, [grant])
    logger.info("perk.ended_for_one", programme_id=programme.id, state=state)
