"""What a programme of perks came to so far: who was drawn, what was used, what went wrong."""

from collections import Counter
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import (
    CodeLeak,
    GrantState,
    OutreachTask,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    PerkRedemption,
)
from saleor_influence_app.perks.strategies.outreach.strategy import DONE
from saleor_influence_app.perks.strategies.outreach.strategy import STRATEGY as OUTREACH
from saleor_influence_app.perks.strategies.outreach.terms import OutreachTerms


def uses(*, by_others: bool = False) -> ScalarSelect[int]:
    """Select how often a grant was used, and not given back: in all, or by others than its owner."""
    rows = select(func.coalesce(func.sum(PerkRedemption.uses), 0)).where(
        PerkRedemption.grant_id == PerkGrant.id
    )
    return (rows.where(~PerkRedemption.by_owner) if by_others else rows).scalar_subquery()


def counts(session: Session, ids: list[int]) -> dict[int, Counter[str]]:
    """Return how many were drawn, by arm and by state, for each programme."""
    found: dict[int, Counter[str]] = {one: Counter() for one in ids}
    rows = session.execute(
        select(PerkGrant.programme_id, PerkGrant.arm, PerkGrant.state, PerkGrant.by_hand, func.count())
        .where(PerkGrant.programme_id.in_(ids))
        .group_by(PerkGrant.programme_id, PerkGrant.arm, PerkGrant.state, PerkGrant.by_hand)
    )
    for programme_id, arm, state, by_hand, count in rows:
        tally = found[programme_id]
        tally["by_hand" if by_hand else arm] += count
        if arm != PerkArm.REFUSED:
            tally["members"] += count
            tally[state] += count
    return found


def sums(session: Session, ids: list[int]) -> dict[int, Any]:
    """Return uses of each programme, and money as far as it is in its currency."""
    by_others = func.sum(PerkRedemption.uses).filter(~PerkRedemption.by_owner)
    ours = PerkRedemption.currency == PerkProgramme.currency
    rows = session.execute(
        select(
            PerkRedemption.programme_id,
            func.sum(PerkRedemption.uses).label("uses"),
            func.coalesce(by_others, 0).label("by_others"),
            func.coalesce(func.sum(PerkRedemption.cost).filter(ours), 0).label("cost"),
            func.coalesce(func.sum(PerkRedemption.paid).filter(ours), 0).label("paid"),
        )
        .join(PerkProgramme, PerkProgramme.id == PerkRedemption.programme_id)
        .where(PerkProgramme.id.in_(ids))
        .group_by(PerkRedemption.programme_id)
    )
    return {row.programme_id: row for row in rows}


def staff_time(session: Session, programme: PerkProgramme) -> Decimal:
    """Return what the time of staff cost for tasks that were done, in the programme's currency."""
    if programme.kind != OUTREACH.kind:
        return Decimal(0)
    done = select(func.count()).where(OutreachTask.programme_id == programme.id, OutreachTask.state.in_(DONE))
    return OutreachTerms.model_validate(programme.terms).task_cost * (session.scalar(done) or 0)


def errors(session: Session, ids: list[int]) -> dict[int, str]:
    """Return what Saleor said when it refused, of one of those it refused, for each programme."""
    rows = session.execute(
        select(PerkGrant.programme_id, func.min(PerkGrant.error))
        .where(PerkGrant.programme_id.in_(ids), PerkGrant.state == GrantState.FAILED)
        .group_by(PerkGrant.programme_id)
    )
    return {programme_id: error for programme_id, error in rows if error is not None}


def leaks(session: Session, ids: list[int]) -> dict[int, int]:
    """Return how many codes of each programme leak and were not replaced."""
    rows = session.execute(
        select(PerkGrant.programme_id, func.count().label("leaks"))
        .join(CodeLeak, open_leak())
        .where(PerkGrant.programme_id.in_(ids))
        .group_by(PerkGrant.programme_id)
    )
    return {row.programme_id: row.leaks for row in rows}


def open_leak() -> ColumnElement[bool]:
    """Say that a leak is of a grant's code, and open."""
    return and_(
        CodeLeak.shop_id == PerkGrant.shop_id,
        CodeLeak.code == PerkGrant.code,
        CodeLeak.until.is_(None),
    )
