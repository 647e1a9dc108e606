"""Uses of perks: which orders had one, and whether a customer can use what they hold."""

from datetime import UTC, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import (
    CodeLeak,
    Customer,
    GrantState,
    Order,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    PerkRedemption,
    ProgrammeState,
    Refusal,
)
from saleor_influence_app.perks import grants, programmes
from saleor_influence_app.perks.refusals import Denial, denial
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategy import Bind
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount

_STATES = {
    GrantState.STAGED: "It is on its way to Saleor.",
    GrantState.FAILED: "Saleor refused to make it.",
    GrantState.TAKEN_BACK: "It was taken back.",
    GrantState.DECLINED: "They declined it, for good.",
}


class UseAnswer(ApiModel):
    """Whether a customer can use a programme's perk now, and if not, why."""

    usable: bool
    refusal: Refusal | None
    text: str


class GrantAnswer(ApiModel):
    """Whether a customer is given a perk by hand: without a refusal they are."""

    customer_id: str
    refusal: Refusal | None
    text: str | None


class PerkUse(ApiModel):
    """An order in which a perk was used."""

    order_id: str
    number: str | None
    """The order's, as people call it; None: the order is not here any more."""
    programme_id: int
    programme_title: str
    customer_id: str | None
    """Whose perk it is."""
    by_owner: bool
    is_back: bool
    """The order was cancelled or returned, so that the use does not count."""
    refusal: Refusal | None
    """Why nothing is credited for it to the perk's owner, where an order by somebody else would be."""
    cost: Money
    at: datetime


class PerkUsePage(ApiModel):
    """Some orders with perks, and how many there are in all."""

    total: int
    uses: list[PerkUse]


def uses_of(session: Session, shop_id: int, *, page: tuple[int, int]) -> PerkUsePage:
    """Which orders were placed with a perk, the newest first?"""
    key = (PerkRedemption.grant_id, PerkRedemption.order_id)
    rows = (
        select(
            *key,
            func.sum(PerkRedemption.uses).label("uses"),
            func.sum(PerkRedemption.cost).label("cost"),
            func.min(PerkRedemption.at).label("at"),
            func.bool_and(PerkRedemption.by_owner).label("by_owner"),
            func.min(PerkRedemption.currency).label("currency"),
        )
        .where(PerkRedemption.shop_id == shop_id)
        .group_by(*key)
        .subquery()
    )
    total = session.scalar(select(func.count()).select_from(rows)) or 0
    found = session.execute(
        select(rows, PerkGrant, PerkProgramme, Order.number)
        .join(PerkGrant, PerkGrant.id == rows.c.grant_id)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .outerjoin(Order, (Order.shop_id == shop_id) & (Order.order_id == rows.c.order_id))
        .order_by(rows.c.at.desc(), rows.c.order_id, rows.c.grant_id)
        .offset(page[0])
        .limit(page[1])
    )
    return PerkUsePage(
        total=total,
        uses=[
            PerkUse(
                order_id=row.order_id,
                number=row.number,
                programme_id=row.PerkProgramme.id,
                programme_title=row.PerkProgramme.title,
                customer_id=row.PerkGrant.customer_id,
                by_owner=row.by_owner,
                is_back=row.uses == 0,
                refusal=None if row.by_owner else why_uncredited(row.PerkProgramme),
                cost=amount(row.cost, row.currency),
                at=row.at,
            )
            for row in found
        ],
    )


def why_uncredited(programme: PerkProgramme) -> Refusal | None:
    """Why is an order by somebody else with this perk credited to nobody? None: it is a referral."""
    bind = of_kind(programme.kind).bound(programmes.terms_of(programme)).bind
    return None if bind == Bind.SOFT else Refusal.NOT_THEIRS


def use_of(
    session: Session, shop_id: int, programme_id: int, *, customer_id: str, code: str | None
) -> UseAnswer:
    """Can this customer use the programme's perk now, by this code if one is given?"""
    row = select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    programme = session.scalars(row).first()
    customer = session.get(Customer, (shop_id, customer_id))
    if programme is None or customer is None or customer.deleted_at is not None:
        raise RowMissing("There is no such programme or customer in this shop.")
    grant = _meant(session, programme, customer_id=customer_id, code=code)
    if grant is None:
        unknown = denial(Refusal.NOT_THEIRS, "This code is not one of this programme's.")
        return _no(unknown if code is not None else _missing(session, programme, customer))
    if code in grant.past_codes:
        return _no(denial(Refusal.EXPIRED, "This code was replaced by a new one."))
    found = _denied(session, programme, grant)
    if found is not None:
        return _no(found)
    if grant.customer_id != customer_id:
        return _of_somebody_else(programme)
    if _leaks(session, grant):
        text = "They can use it, but since it leaked its orders are credited to nobody. Replace the code."
        return UseAnswer(usable=True, refusal=Refusal.LEAK_PAUSED, text=text)
    return UseAnswer(usable=True, refusal=None, text="They can use it now.")


def _no(found: Denial) -> UseAnswer:
    return UseAnswer(usable=False, refusal=found.reason, text=found.words)


def _meant(
    session: Session, programme: PerkProgramme, *, customer_id: str, code: str | None
) -> PerkGrant | None:
    wanted = PerkGrant.customer_id == customer_id
    if code is not None:
        wanted = or_(PerkGrant.code == code, PerkGrant.past_codes.contains([code]))
    rows = select(PerkGrant).where(PerkGrant.programme_id == programme.id, wanted)
    return session.scalars(rows).first()


def _missing(session: Session, programme: PerkProgramme, customer: Customer) -> Denial:
    """Why does this customer not have it?"""
    return grants.why_not(session, programme, customer) or denial(
        Refusal.NOT_THEIRS, "They were not drawn for it. It can be given by hand."
    )


def _denied(session: Session, programme: PerkProgramme, grant: PerkGrant) -> Denial | None:
    if grant.arm == PerkArm.HELD_OUT:
        return denial(Refusal.HELD_OUT, "The lot held them out.")
    if grant.arm == PerkArm.REFUSED and grant.refusal is not None:
        return denial(Refusal(grant.refusal))
    now = datetime.now(UTC)
    if programme.state != ProgrammeState.RUNNING or not programme.starts_at <= now < programme.ends_at:
        return denial(Refusal.EXPIRED)
    if grant.state != GrantState.GIVEN:
        return denial(Refusal.NOT_THEIRS, _STATES[GrantState(grant.state)])
    used = select(func.coalesce(func.sum(PerkRedemption.uses), 0)).where(PerkRedemption.grant_id == grant.id)
    if grant.past_codes:  # the new code is unused, whatever became of those before
        same = and_(Order.shop_id == PerkRedemption.shop_id, Order.order_id == PerkRedemption.order_id)
        used = used.join(Order, same).where(Order.voucher_code.not_in(grant.past_codes))
    return denial(Refusal.USED) if (session.scalar(used) or 0) >= programme.uses_each else None


def _of_somebody_else(programme: PerkProgramme) -> UseAnswer:
    if why_uncredited(programme) is not None:
        text = "It belongs to another customer."
        return UseAnswer(usable=False, refusal=Refusal.NOT_THEIRS, text=text)
    text = "They can use it. It is another customer's code, and their order is a referral of that customer's."
    return UseAnswer(usable=True, refusal=None, text=text)


def _leaks(session: Session, grant: PerkGrant) -> bool:
    row = select(CodeLeak.code).where(
        CodeLeak.shop_id == grant.shop_id, CodeLeak.code == grant.code, CodeLeak.until.is_(None)
    )
    return session.scalar(row.limit(1)) is not None
