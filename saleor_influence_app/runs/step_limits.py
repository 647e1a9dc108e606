"""Who may be in a step by which the shop learns, and what such steps have brought here so far.

A step is harmless: nobody who objects, is excluded, wants no mail, or has had a perk or a letter of ours
lately is in one, nor anybody who has not agreed where an agreement is needed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.models import (
    Customer,
    Exclusion,
    GrantState,
    MailStop,
    Order,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    PerkRedemption,
    ProgrammeState,
    Purpose,
    Shop,
    SurveyLink,
    SurveyResponse,
    Trial,
    TrialCandidate,
    TrialState,
)
from saleor_influence_app.runs.inputs import NO_PURCHASE
from saleor_influence_app.shops.suppression import objects

QUIET = timedelta(days=90)
"""So long after a perk or a letter nobody is turned to again; what steps teach is counted for as long."""
REFERRAL = "referral"
MOST_TRIALS = 20
"""As in `experiments.trials`, which a test holds."""
_OPEN_TRIALS = (TrialState.PLANNING, TrialState.PLANNED, TrialState.STARTING, TrialState.RUNNING)
_ALIVE = (ProgrammeState.RUNNING, ProgrammeState.PAUSED)
_HAVING = (GrantState.STAGED, GrantState.GIVEN)


@dataclass(frozen=True)
class Allowed:
    """Ids of customers: who may get a link, in whose name letters may go, who may get a letter."""

    links: frozenset[str]
    names: frozenset[str]
    letters: frozenset[str]


@dataclass(frozen=True)
class Seen:
    """What links and questions have brought: links given and friends' orders, orders asked about and names.

    question: orders of the last 90 days, if the question is switched off; else 0.
    """

    links_given: int
    friends: int
    asked: int
    named: int
    question: int


def allowed(session: Session, shop_id: int, *, among: Collection[str] | None = None) -> Allowed:
    """Return who may be in which kind of step now, of all or of these customers."""
    some = None if among is None else sorted(among)
    writable = agreements.agreeing(session, shop_id, Purpose.OUTREACH, among=some)
    linkable: frozenset[str] | None = agreements.agreeing(session, shop_id, Purpose.PERKS, among=some)
    if not _asks_consent(session, shop_id):
        linkable = None if some is None else frozenset(some)
    wanted = None if linkable is None else sorted(writable | linkable)
    free = frozenset(session.scalars(_free(shop_id, wanted)))
    letters = writable & free
    names = letters.difference(session.scalars(_senders(shop_id))) if _has_room(session, shop_id) else ()
    links = free if linkable is None else free & linkable
    return Allowed(
        links=links.difference(session.scalars(_holders(shop_id)), session.scalars(_with_enough(shop_id))),
        names=frozenset(names),
        letters=letters,
    )


def seen(session: Session, shop_id: int) -> Seen:
    """Return what links and questions have brought this shop."""
    given = select(func.count()).select_from(_referrals(shop_id).subquery())
    friends = (
        select(func.count(PerkRedemption.order_id.distinct()))
        .join(PerkProgramme, PerkProgramme.id == PerkRedemption.programme_id)
        .where(PerkRedemption.shop_id == shop_id, PerkProgramme.kind == REFERRAL, ~PerkRedemption.by_owner)
    )
    asked = select(func.count()).select_from(SurveyLink).where(SurveyLink.shop_id == shop_id)
    named = select(func.count(SurveyResponse.named_id)).where(SurveyResponse.shop_id == shop_id)
    return Seen(
        links_given=session.scalar(given) or 0,
        friends=session.scalar(friends) or 0,
        asked=session.scalar(asked) or 0,
        named=session.scalar(named) or 0,
        question=_to_ask(session, shop_id),
    )


def _to_ask(session: Session, shop_id: int) -> int:
    if session.scalar(select(Shop.survey).where(Shop.id == shop_id)):
        return 0
    recent = Order.created_at > func.now() - QUIET
    counts = (Order.shop_id == shop_id, Order.status.not_in(NO_PURCHASE), Order.charged > 0, recent)
    return session.scalar(select(func.count()).select_from(Order).where(*counts)) or 0


def _asks_consent(session: Session, shop_id: int) -> bool:
    """Tell whether a link needs an agreement: it does, unless a running programme asks for none."""
    running = (
        PerkProgramme.shop_id == shop_id,
        PerkProgramme.kind == REFERRAL,
        PerkProgramme.state.in_(_ALIVE),
    )
    return not session.scalar(select(exists().where(*running, ~PerkProgramme.needs_consent)))


def _free(shop_id: int, wanted: list[str] | None) -> Select[str]:
    """Select who is a customer still, and neither staff, excluded, objecting, nor turned to lately."""

    def theirs(table: Any) -> ColumnElement[bool]:
        return and_(table.shop_id == shop_id, table.customer_id == Customer.customer_id)

    letters = (
        exists()
        .where(theirs(TrialCandidate), Trial.id == TrialCandidate.trial_id)
        .where(or_(TrialCandidate.drawn_at > func.now() - QUIET, Trial.state == TrialState.RUNNING))
    )
    given = (PerkGrant.arm == PerkArm.GRANTED) & (PerkGrant.state != GrantState.FAILED)
    held_out = (PerkGrant.arm == PerkArm.HELD_OUT) & (PerkProgramme.state != ProgrammeState.ENDED)
    perks = (
        exists()
        .where(theirs(PerkGrant), PerkProgramme.id == PerkGrant.programme_id)
        .where(or_(given & (PerkGrant.drawn_at > func.now() - QUIET), held_out))
    )
    found = select(Customer.customer_id).where(
        Customer.shop_id == shop_id,
        Customer.deleted_at.is_(None),
        ~Customer.is_staff,
        ~exists().where(theirs(Exclusion)),
        ~exists().where(theirs(MailStop)),
        ~objects(shop_id, Customer.customer_id),
        ~letters,
        ~perks,
    )
    return found if wanted is None else found.where(Customer.customer_id == func.any_(wanted))


def _senders(shop_id: int) -> Select[str]:
    return select(Trial.customer_id).where(Trial.shop_id == shop_id, Trial.state.in_(_OPEN_TRIALS))


def _has_room(session: Session, shop_id: int) -> bool:
    return len(session.scalars(_senders(shop_id)).all()) < MOST_TRIALS


def _referrals(shop_id: int) -> Select[str | None]:
    return (
        select(PerkGrant.customer_id)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(
            PerkGrant.shop_id == shop_id,
            PerkProgramme.kind == REFERRAL,
            PerkGrant.arm == PerkArm.GRANTED,
            PerkGrant.state.in_((*_HAVING, GrantState.TAKEN_BACK)),
        )
    )


def _holders(shop_id: int) -> Select[str]:
    """Select who has a link that friends can use."""
    alive = _referrals(shop_id).where(PerkGrant.state.in_(_HAVING), PerkProgramme.state.in_(_ALIVE))
    return select(alive.where(PerkGrant.customer_id.is_not(None)).subquery().c.customer_id)


def _with_enough(shop_id: int) -> Select[str]:
    """Select who has as many perks as the shop allows."""
    most = select(Shop.most_perks).where(Shop.id == shop_id).scalar_subquery()
    return (
        select(func.coalesce(PerkGrant.customer_id, ""))
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(
            PerkGrant.shop_id == shop_id,
            PerkGrant.customer_id.is_not(None),
            PerkGrant.state.in_(_HAVING),
            PerkProgramme.state.in_(_ALIVE),
        )
        .group_by(PerkGrant.customer_id)
        .having(func.count() >= most)
    )
