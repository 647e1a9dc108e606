"""Drawing: who gets a programme's perk, who is held out, and how far the budget reaches.

The programme's row is locked by whoever calls, so that two who draw at once never give more than is left.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.models import (
    GrantState,
    Order,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    Refusal,
    Run,
    RunState,
)
from saleor_influence_app.perks import budgets, candidates, lots, spending
from saleor_influence_app.perks.budgets import Budget
from saleor_influence_app.perks.candidates import Candidates
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategy import UsualOrder
from saleor_influence_app.shops import shops

logger = log.get(__name__)

AT_ONCE = 5_000
"""How many are drawn in a transaction."""
LARGE = 0.95
"""Nineteen orders in twenty are smaller than what is kept of a budget for one."""


def enrol(session: Session, programme: PerkProgramme, *, now: datetime) -> bool:
    """Draw whoever may be drawn and was not yet, as far as the budget reaches; returns whether that is all.

    At most `AT_ONCE` are drawn, so that nobody waits long for the shop's facts; the next call goes on, in the
    same order of lots.
    """
    shops.lock_facts(session, programme.shop_id)  # nobody leaves meanwhile
    strategy = of_kind(programme.kind)
    terms = strategy.terms.model_validate(programme.terms)
    usual = usual_order(session, programme.shop_id, programme.currency)
    reserve = strategy.reserve(terms, usual, uses=programme.uses_each)
    budget = budgets.left(session, programme)
    found = candidates.find(session, programme, with_regulars=budget.regulars > 0)
    seed, hold_out, uses = programme.seed, programme.hold_out, programme.uses_each
    drawn = list(draw(found, budget, seed=seed, hold_out=hold_out, reserve=reserve, uses=uses))
    if programme.planned_error is None and drawn:
        programme.planned_error = _expected_error(session, programme, drawn, now=now)
    _note_refused(session, programme, found, now=now)
    grants = [
        PerkGrant(
            shop_id=programme.shop_id,
            programme_id=programme.id,
            customer_id=customer_id,
            arm=PerkArm.HELD_OUT if held_out else PerkArm.GRANTED,
            state=GrantState.NONE if held_out else GrantState.STAGED,
            is_open=is_open,
            reserved=Decimal(0) if held_out else reserve,
            drawn_at=now,
        )
        for customer_id, is_open, held_out in drawn[:AT_ONCE]
    ]
    session.add_all(grants)
    is_all = len(grants) == len(drawn)
    if is_all:
        programme.enrolled_run_id = newest_run(session, programme.shop_id)
    session.flush()
    granted = [one for one in grants if one.arm == PerkArm.GRANTED]
    if granted:
        strategy.give(session, programme, granted)
        logger.info("perk.drawn", programme_id=programme.id, granted=len(granted), drawn=len(grants))
    return is_all


def _expected_error(
    session: Session, programme: PerkProgramme, drawn: Sequence[tuple[str, bool, bool]], *, now: datetime
) -> float | None:
    """Return the standard error of the effect that is expected; None where too few are drawn to tell."""
    past = spending.past_money(
        session,
        programme.shop_id,
        [customer_id for customer_id, _, _ in drawn],
        since=now - (programme.ends_at - programme.starts_at),
        currency=programme.currency,
        with_contacts=of_kind(programme.kind).counts_contacts,
    )
    held_out = sum(is_held_out for _, _, is_held_out in drawn)
    return spending.planned(past, granted=len(drawn) - held_out, held_out=held_out).error or None


def _note_refused(session: Session, programme: PerkProgramme, found: Candidates, *, now: datetime) -> None:
    """Who has enough perks is listed as refused; who was, and has not any more, is drawn like the others."""
    session.execute(
        delete(PerkGrant).where(PerkGrant.programme_id == programme.id, PerkGrant.arm == PerkArm.REFUSED)
    )
    session.add_all(
        PerkGrant(
            shop_id=programme.shop_id,
            programme_id=programme.id,
            customer_id=customer_id,
            arm=PerkArm.REFUSED,
            state=GrantState.NONE,
            refusal=Refusal.CAP,
            is_open=False,
            drawn_at=now,
        )
        for customer_id in found.capped
    )


def draw(  # noqa: PLR0913 - each is part of a plan
    found: Candidates, budget: Budget, *, seed: int, hold_out: float, reserve: Decimal, uses: int
) -> Iterator[tuple[str, bool, bool]]:
    """Give (customer, whether of the regulars, whether held out), until the budget is used up."""
    strata: Sequence[tuple[tuple[str, ...], bool]] = ((found.regulars, True), (found.members, False))
    for people, is_open in strata:
        for customer_id in lots.in_order(people, seed):
            if not budget.admits(reserve=reserve, uses=uses, is_open=is_open):
                break
            held_out = lots.is_held_out(customer_id, seed, hold_out)
            if not held_out:
                budget.take(reserve=reserve, uses=uses, is_open=is_open)
            yield customer_id, is_open, held_out


def usual_order(session: Session, shop_id: int, currency: str) -> UsualOrder:
    """Return what orders of this currency come to, but for one in twenty; nothing where there are none."""

    def large(column: object) -> object:
        return func.coalesce(func.percentile_cont(LARGE).within_group(column), 0)  # type: ignore[arg-type]

    row = session.execute(
        select(large(Order.gross), large(Order.shipping_gross)).where(  # type: ignore[call-overload]
            Order.shop_id == shop_id, Order.currency == currency, Order.charged > 0
        )
    ).one()
    gross, shipping = (Decimal(str(value)).quantize(Decimal("0.01")) for value in row)
    return UsualOrder(gross, shipping)


def newest_run(session: Session, shop_id: int) -> int:
    """Return the run whose segments hold now; 0 before the first."""
    done = select(func.max(Run.id)).where(Run.shop_id == shop_id, Run.state == RunState.DONE)
    return session.scalar(done) or 0
