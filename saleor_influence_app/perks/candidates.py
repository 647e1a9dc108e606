"""Whom a programme is for: its members, and some who are not, as far as nothing speaks against."""

from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.models import (
    Customer,
    Exclusion,
    GrantState,
    Membership,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
    Score,
    Shop,
)
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.targeting import conditions

REGULAR_ORDERS = 2
"""Paid orders that make a customer a regular one, for seats that do not depend on influence."""


@dataclass(frozen=True)
class Candidates:
    """Customers who may be drawn now, and how many may not."""

    members: tuple[str, ...]
    regulars: tuple[str, ...]
    """Regular customers who are not members; only where the programme has seats for them."""
    without_consent: int
    """Members who did not agree to what the kind asks for."""
    ruled_out: int
    """Members who objected, are excluded from the ledger, are staff, or had as much lately as is allowed."""
    capped: tuple[str, ...]
    """Members who have as many perks already as the shop allows."""


def find(session: Session, programme: PerkProgramme, *, with_regulars: bool) -> Candidates:
    """Find who may be drawn: members, and regular customers where there are seats for them.

    Members are those of the segment, or who meets the programme's own conditions now.

    Who was drawn for the programme before is not in it.
    """
    shop_id = programme.shop_id
    strategy = of_kind(programme.kind)
    consenting = agreements.agreeing(session, shop_id, strategy.purpose) if programme.needs_consent else None
    capped = strategy.capped(programme)
    members = _members(session, programme)
    drawn = select(PerkGrant.customer_id).where(
        PerkGrant.programme_id == programme.id, PerkGrant.arm != PerkArm.REFUSED
    )
    total = set(session.scalars(members)).difference(session.scalars(drawn))
    free = total.intersection(session.scalars(_free(shop_id, members, but=capped)))
    agreed = free if consenting is None else free & consenting
    enough = with_enough(session, programme)
    regulars: set[str] = set()
    if with_regulars:
        others = select(Score.customer_id).where(
            Score.shop_id == shop_id, Score.orders_count >= REGULAR_ORDERS, Score.customer_id.not_in(members)
        )
        regulars = set(session.scalars(_free(shop_id, others, but=capped))).difference(session.scalars(drawn))
        regulars = (regulars if consenting is None else regulars & consenting) - enough
    return Candidates(
        members=tuple(sorted(agreed - enough)),
        regulars=tuple(sorted(regulars)),
        without_consent=len(free) - len(agreed),
        ruled_out=len(total) - len(free),
        capped=tuple(sorted(agreed & enough)),
    )


def _members(session: Session, programme: PerkProgramme) -> Select[str]:
    if programme.conditions is not None:
        return conditions.members(session, programme.shop_id, programme.conditions)
    return select(Membership.customer_id).where(
        Membership.shop_id == programme.shop_id, Membership.segment == programme.segment
    )


def with_enough(session: Session, programme: PerkProgramme, *, customer_id: str | None = None) -> set[str]:
    """Return who, or whether this customer, has as many perks of other programmes as the shop allows."""
    most = session.scalar(select(Shop.most_perks).where(Shop.id == programme.shop_id))
    if most is None:
        return set()
    rows = (
        select(PerkGrant.customer_id)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(
            PerkGrant.shop_id == programme.shop_id,
            PerkGrant.customer_id.is_not(None),
            PerkGrant.state.in_((GrantState.STAGED, GrantState.GIVEN)),
            PerkProgramme.id != programme.id,
            PerkProgramme.state.in_((ProgrammeState.RUNNING, ProgrammeState.PAUSED)),
        )
        .group_by(PerkGrant.customer_id)
        .having(func.count() >= most)
    )
    if customer_id is not None:
        rows = rows.where(PerkGrant.customer_id == customer_id)
    return {str(one) for one in session.scalars(rows)}


def _free(shop_id: int, wanted: Select[str], *, but: Select[str] | None) -> Select[str]:
    """Select those of the wanted who are customers still, and neither staff, nor excluded, nor objecting."""
    excluded = exists().where(Exclusion.shop_id == shop_id, Exclusion.customer_id == Customer.customer_id)
    found = select(Customer.customer_id).where(
        Customer.shop_id == shop_id,
        Customer.customer_id.in_(wanted),
        Customer.deleted_at.is_(None),
        ~Customer.is_staff,
        ~excluded,
        ~objects(shop_id, Customer.customer_id),
    )
    return found if but is None else found.where(Customer.customer_id.not_in(but))
