"""One customer's perk: given, replaced or taken back by staff, accepted or declined by the customer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, delete, exists, func, literal, select
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
    PerkRedemption,
    ProgrammeState,
    Refusal,
)
from saleor_influence_app.perks import budgets, candidates, enrolment, leaks, programmes
from saleor_influence_app.perks.refusals import GIVEN_BEFORE, WORDS, Denial, denial, without_consent
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects

logger = log.get(__name__)

ALIVE = (GrantState.STAGED, GrantState.GIVEN)


def give(session: Session, shop_id: int, programme_id: int, *, customer_id: str) -> None:
    """Give a running programme's perk to a customer who was not drawn."""
    if not session.scalar(select(_exists(shop_id, customer_id))):
        raise RowMissing("There is no such customer in this shop.")
    [(_, found)] = give_each(session, shop_id, programme_id, customer_ids=[customer_id])
    if found is not None:
        raise InputInvalid(found.words, reason=found.reason)


def give_each(
    session: Session,
    shop_id: int,
    programme_id: int,
    *,
    customer_ids: Sequence[str],
    only_look: bool = False,
) -> list[tuple[str, Denial | None]]:
    """Give the perk to each who can have it, unless `only_look`; return for each why not, or None."""
    programme = programmes.locked(session, shop_id, programme_id)
    shops.lock_facts(session, shop_id)  # nobody is given something of another programme meanwhile, nor leaves
    strategy = of_kind(programme.kind)
    usual = enrolment.usual_order(session, shop_id, programme.currency)
    uses = programme.uses_each
    reserve = strategy.reserve(programmes.terms_of(programme), usual, uses=uses)
    budget = budgets.left(session, programme)
    answers: list[tuple[str, Denial | None]] = []
    for customer_id in dict.fromkeys(customer_ids):
        customer = session.get(Customer, (shop_id, customer_id))
        if customer is None or customer.deleted_at is not None:
            found: Denial | None = denial(Refusal.NOT_THEIRS, "There is no such customer in this shop.")
        else:
            found = why_not(session, programme, customer)
        if found is None and not budget.admits(reserve=reserve, uses=uses, is_open=False):
            found = denial(Refusal.BUDGET)
        if found is None:
            budget.take(reserve=reserve, uses=uses, is_open=False)
        answers.append((customer_id, found))
    getting = [customer_id for customer_id, found in answers if found is None]
    if getting and not only_look:
        _put(session, programme, getting, reserve=reserve)
    return answers


def _put(session: Session, programme: PerkProgramme, customer_ids: list[str], *, reserve: Decimal) -> None:
    session.execute(
        delete(PerkGrant).where(
            PerkGrant.programme_id == programme.id,
            PerkGrant.customer_id.in_(customer_ids),
            PerkGrant.arm == PerkArm.REFUSED,
        )
    )
    given = [
        PerkGrant(
            shop_id=programme.shop_id,
            programme_id=programme.id,
            customer_id=customer_id,
            arm=PerkArm.GRANTED,
            state=GrantState.STAGED,
            is_open=False,
            by_hand=True,
            reserved=reserve,
            drawn_at=datetime.now(UTC),
        )
        for customer_id in customer_ids
    ]
    session.add_all(given)
    session.flush()
    of_kind(programme.kind).give(session, programme, given)


def _exists(shop_id: int, customer_id: str) -> ColumnElement[bool]:
    return exists().where(
        Customer.shop_id == shop_id, Customer.customer_id == customer_id, Customer.deleted_at.is_(None)
    )


def why_not(session: Session, programme: PerkProgramme, customer: Customer) -> Denial | None:
    """Say why the customer cannot be given the programme's perk, as far as the budget allows it."""
    strategy = of_kind(programme.kind)
    before = session.scalars(
        select(PerkGrant).where(
            PerkGrant.programme_id == programme.id,
            PerkGrant.customer_id == customer.customer_id,
            PerkGrant.arm != PerkArm.REFUSED,
        )
    ).first()
    if programme.state != ProgrammeState.RUNNING:
        return denial(Refusal.EXPIRED)
    if before is not None:
        is_held_out = before.arm == PerkArm.HELD_OUT
        return denial(Refusal.HELD_OUT) if is_held_out else denial(Refusal.CAP, GIVEN_BEFORE)
    if customer.is_staff or session.scalar(select(objects(programme.shop_id, customer.customer_id))):
        return denial(Refusal.NOT_THEIRS)
    if programme.needs_consent and not agreements.agreeing(
        session, programme.shop_id, strategy.purpose, customer_id=customer.customer_id
    ):
        return without_consent(strategy.purpose)
    capped = strategy.capped(programme)
    has_enough = candidates.with_enough(session, programme, customer_id=customer.customer_id) or (
        capped is not None and session.scalar(select(literal(customer.customer_id).in_(capped)))
    )
    return denial(Refusal.CAP) if has_enough else None


def can_be_replaced(grant: PerkGrant, programme: PerkProgramme, *, uses_by_owner: int) -> bool:
    """Say whether the customer has a code that can be replaced, and that they can still use."""
    return (
        of_kind(programme.kind).replaceable
        and grant.state == GrantState.GIVEN
        and programme.state in {ProgrammeState.RUNNING, ProgrammeState.PAUSED}
        and uses_by_owner < programme.uses_each
    )


def replace_code(session: Session, shop_id: int, grant_id: int, *, given_at: datetime) -> None:
    """The customer gets another code, and the old one is worth nothing; asked again, nothing more happens.

    `given_at` says which code is meant: the one that was given then.
    """
    programme, grant = _locked(session, shop_id, grant_id)
    if grant.given_at != given_at or (grant.state == GrantState.STAGED and grant.past_codes):
        return
    uses, by_owner, cost = _used(session, grant)
    if not can_be_replaced(grant, programme, uses_by_owner=by_owner):
        raise InputInvalid("Only a code can be replaced that the customer has and can still use.")
    strategy = of_kind(programme.kind)
    if uses > by_owner:  # somebody else had the discount: the new code may cost it once more
        usual = enrolment.usual_order(session, shop_id, programme.currency)
        reserve = strategy.reserve(programmes.terms_of(programme), usual, uses=programme.uses_each - by_owner)
        budget = budgets.left(session, programme)
        if not budget.affords(reserve=reserve, uses=1):
            raise InputInvalid(WORDS[Refusal.BUDGET], reason=Refusal.BUDGET)
        grant.reserved = cost + reserve
    old = grant.code
    strategy.replace(session, programme, grant)
    if old is not None and grant.customer_id is not None:
        leaks.replaced(session, shop_id, old, customer_id=grant.customer_id, now=datetime.now(UTC))
    logger.info("perk.code_replaced", programme_id=programme.id)


def _used(session: Session, grant: PerkGrant) -> tuple[int, int, Decimal]:
    row = session.execute(
        select(
            func.coalesce(func.sum(PerkRedemption.uses), 0),
            func.coalesce(func.sum(PerkRedemption.uses).filter(PerkRedemption.by_owner), 0),
            func.coalesce(func.sum(PerkRedemption.cost), 0),
        ).where(PerkRedemption.grant_id == grant.id)
    ).one()
    return int(row[0]), int(row[1]), Decimal(row[2])


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
        session, shop_id, of_kind(programme.kind).purpose, customer_id=customer_id
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
    programme, grant = _locked(session, shop_id, grant_id, customer_id=customer_id)
    if grant.state not in {*ALIVE, GrantState.FAILED}:
        raise InputInvalid("This customer does not have the perk.")
    was_alive = grant.state in ALIVE
    grant.state, grant.changed_at = state, func.now()
    session.flush()
    if was_alive:
        of_kind(programme.kind).take_back(session, programme, [grant])
    logger.info("perk.ended_for_one", programme_id=programme.id, state=state)


def _locked(
    session: Session, shop_id: int, grant_id: int, *, customer_id: str | None = None
) -> tuple[PerkProgramme, PerkGrant]:
    whose = select(PerkGrant.programme_id).where(PerkGrant.shop_id == shop_id, PerkGrant.id == grant_id)
    if customer_id is not None:
        whose = whose.where(PerkGrant.customer_id == customer_id)
    programme_id = session.scalar(whose)
    if programme_id is None:
        raise RowMissing("There is no such perk.")
    programme = programmes.locked(session, shop_id, programme_id)
    shops.lock_facts(session, shop_id)  # an erasure takes the same rows in another order
    return programme, session.get_one(PerkGrant, grant_id, with_for_update=True)
