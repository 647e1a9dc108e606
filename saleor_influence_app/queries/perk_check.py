"""A look at a draft of a programme: who would get it, who would be held out, what to mind."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import PerkProgramme, Purpose, Shop
from saleor_influence_app.perks import budgets, candidates, enrolment, programmes, spending
from saleor_influence_app.perks.strategies import of_kind, referral
from saleor_influence_app.perks.strategy import Bind
from saleor_influence_app.queries import perk_kinds, rewards
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.perk_kinds import PerkKind
from saleor_influence_app.targeting import conditions

EXAMPLES = 10
FEW_HELD_OUT = 20
"""With fewer, nothing about what the perk does will be shown."""


class ProgrammeCheck(ApiModel):
    """What starting a draft would do now: the start makes the same draw, unless somebody comes or goes."""

    members: int
    """Of the segment, or who meet the conditions, now."""
    without_consent: int
    ruled_out: int
    capped: int
    """Who have as many perks already as the shop allows."""
    granted: int
    regulars: int
    """Of those who get it, regular customers who are not in the segment."""
    held_out: int
    not_reached: int
    """Who could be drawn, if the limits allowed it."""
    examples: list[str]
    detectable: Money | None
    """The smallest net money a member that four programmes of this size in five would show; None: too few."""
    reserved: Money
    """What is kept of the budget for all of them."""
    warnings: list[str]


def check(session: Session, shop_id: int, programme_id: int) -> ProgrammeCheck:
    """What would starting this draft do? Nothing is drawn."""
    row = select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    draft = session.scalars(row).first()
    if draft is None:
        raise RowMissing("There is no such programme in this shop.")
    strategy, terms = of_kind(draft.kind), programmes.terms_of(draft)
    usual = enrolment.usual_order(session, shop_id, draft.currency)
    reserve = strategy.reserve(terms, usual, uses=draft.uses_each)
    budget = budgets.left(session, draft)
    found = candidates.find(session, draft, with_regulars=budget.regulars > 0)
    drawn = list(
        enrolment.draw(
            found, budget, seed=draft.seed, hold_out=draft.hold_out, reserve=reserve, uses=draft.uses_each
        )
    )
    granted = [(customer_id, is_open) for customer_id, is_open, held_out in drawn if not held_out]
    could = len(found.members) + min(len(found.regulars), sum(is_open for _, is_open, _ in drawn))
    result = ProgrammeCheck(
        members=len(found.members) + found.without_consent + found.ruled_out + len(found.capped),
        without_consent=found.without_consent,
        ruled_out=found.ruled_out,
        capped=len(found.capped),
        granted=len(granted),
        regulars=sum(is_open for _, is_open in granted),
        held_out=len(drawn) - len(granted),
        not_reached=max(could - len(drawn), 0),
        examples=[customer_id for customer_id, _ in granted[:EXAMPLES]],
        detectable=_detectable(session, draft, drawn, granted=len(granted)),
        reserved=amount(reserve * len(granted), draft.currency),
        warnings=[],
    )
    kind = next(one for one in perk_kinds.kinds(session, shop_id) if one.kind == draft.kind)
    bound = strategy.bound(terms)
    lacking = sorted(set(bound.permissions).difference(session.get_one(Shop, shop_id).permissions))
    said = _of_the_kind(kind, lacking) + _of_whom(draft) + _warnings(draft, result)
    if draft.kind == referral.KIND and rewards.target(session, shop_id) is None:
        said.append("The settings do not say where links lead: customers would see their codes alone.")
    if bound.bind != Bind.HARD:
        said.append(bound.binding)
    return result.model_copy(update={"warnings": said})


def _of_whom(draft: PerkProgramme) -> list[str]:
    refused = None if draft.conditions is None else conditions.why_refused(draft.conditions)
    return [] if refused is None else [f"Nobody meets its conditions, which do not hold any more: {refused}."]


def _detectable(
    session: Session, draft: PerkProgramme, drawn: list[tuple[str, bool, bool]], *, granted: int
) -> Money | None:
    since = datetime.now(UTC) - (draft.ends_at - draft.starts_at)
    people = [customer_id for customer_id, _, _ in drawn]
    past = spending.past_money(
        session,
        draft.shop_id,
        people,
        since=since,
        currency=draft.currency,
        with_contacts=of_kind(draft.kind).counts_contacts,
    )
    plan = spending.planned(past, granted=granted, held_out=len(drawn) - granted)
    return None if plan.detectable is None else amount(Decimal(str(plan.detectable)), draft.currency)


def _of_the_kind(kind: PerkKind, lacking: list[str]) -> list[str]:
    said = [] if kind.known else [f"{kind.title} need Saleor {kind.since} or later."]
    return said + [
        f"{kind.title} like these need the permission {permission}, which the app does not have yet."
        for permission in lacking
    ]


def _warnings(draft: PerkProgramme, found: ProgrammeCheck) -> list[str]:
    said = []
    if found.granted == 0:
        said.append("Nobody would get it now.")
    if found.without_consent:
        said.append(
            f"{found.without_consent:,} of {found.members:,} members have not agreed to "
            f"{'be contacted' if of_kind(draft.kind).purpose == Purpose.OUTREACH else 'perks'}. "
            "Invite them: they decide on their own page."
        )
    if found.capped:
        said.append(f"{found.capped:,} have as many perks already as the shop allows (Settings).")
    if found.not_reached:
        said.append(f"The limits leave out {found.not_reached:,} who could have it; the lot decides who.")
    if draft.hold_out == 0:
        said.append("Nobody is held out: what the perk brings in cannot be told.")
    elif found.held_out < FEW_HELD_OUT:
        said.append(
            f"Only {found.held_out:,} would be held out, too few to show what the perk brings in; "
            f"{FEW_HELD_OUT} are the least."
        )
    return said
