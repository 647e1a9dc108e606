"""What a programme brought, judged once when its returns are over; and while it runs, whether it loses money.

Everybody drawn counts in the arm that the lot gave them, whatever they did; who was given it by hand does
not. A member's value is what their orders since the draw brought in, less what the perk cost beyond what it
took off them. A worker does this: it needs the analytical libraries.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import PerkProgramme, ProgrammeState, Shop
from saleor_influence_app.perks import circles
from saleor_influence_app.perks.spending import SETTLE, Values, values_of
from saleor_influence_app.perks.strategies import of_kind

logger = log.get(__name__)


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Judge programmes whose returns are over, and pause those that lose money; one stops no other."""
    moment = now or datetime.now(UTC)
    ended = PerkProgramme.judged_at.is_(None) & (PerkProgramme.ended_at <= moment - SETTLE)
    with transaction() as session:
        due = _programmes(session, ProgrammeState.ENDED, ended)
        watched = _programmes(session, ProgrammeState.RUNNING, PerkProgramme.hold_out > 0)
    for programme_id in due:
        _guarded(transaction, programme_id, lambda session, row: judge(session, row, now=moment))
    for programme_id in watched:
        _guarded(transaction, programme_id, lambda session, row: look(session, row, now=moment))


def judge(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """Store what the programme, whose row is locked, brought, and what it means beside others."""
    from scoring import perk_effects  # brings the analytical libraries

    until = programme.ended_at or now
    values = values_of(session, programme, until=until)
    beside = None
    if of_kind(programme.kind).counts_contacts:
        beside = circles.brought_beside(session, programme, until=until)
    outcome = perk_effects.judge(_members(values), seed=programme.seed)
    programme.result = {
        "granted": outcome.granted,
        "held_out": outcome.held_out,
        "money": None if outcome.money is None else asdict(outcome.money),
        "orders": None if outcome.orders is None else asdict(outcome.orders),
        "shown": False,
        "beside": beside,
    }
    programme.judged_at = now
    session.flush()
    _compare(session, programme.shop_id)
    logger.info("perk.judged", shop_id=programme.shop_id, programme_id=programme.id)


def look(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """Pause the programme, whose row is locked, if it loses money; once staff go on, they decide."""
    from scoring import perk_effects  # the same

    if programme.planned_error is None or programme.loss_seen_at is not None:
        return
    values = values_of(session, programme, until=now)
    watch = perk_effects.watch(_members(values), planned_error=programme.planned_error)
    if watch.stops:
        programme.loss_seen_at, programme.state = now, ProgrammeState.PAUSED
        session.flush()
        of_kind(programme.kind).change(session, programme)
        logger.warning("perk.loses_money", shop_id=programme.shop_id, programme_id=programme.id)


def _members(values: Values) -> Any:
    import numpy as np

    from scoring import perk_effects

    return perk_effects.Members(
        money=np.array(values.money),
        orders=np.array(values.orders),
        granted=np.array(values.granted, dtype=bool),
        strata=np.array(values.is_open, dtype=np.int64),
    )


def _compare(session: Session, shop_id: int) -> None:
    """Say of each judged programme of the shop whether it is shown to pay, beside all others."""
    from scoring import perk_effects

    judged = select(PerkProgramme).where(
        PerkProgramme.shop_id == shop_id, PerkProgramme.judged_at.is_not(None)
    )
    rows = [
        one for one in session.scalars(judged.order_by(PerkProgramme.id)) if (one.result or {}).get("money")
    ]
    accepted = perk_effects.shown([_stored(one)["money"]["p"] for one in rows])
    for row, is_shown in zip(rows, accepted, strict=True):
        row.result = _stored(row) | {"shown": bool(is_shown)}


def _stored(programme: PerkProgramme) -> dict[str, Any]:
    return programme.result or {}


def _programmes(session: Session, state: ProgrammeState, wanted: Any) -> list[int]:
    rows = select(PerkProgramme.id).join(Shop, Shop.id == PerkProgramme.shop_id)
    rows = rows.where(Shop.active, PerkProgramme.state == state, wanted)
    return list(session.scalars(rows.order_by(PerkProgramme.id)))


def _guarded(
    transaction: db.Transaction, programme_id: int, step: Callable[[Session, PerkProgramme], None]
) -> None:
    try:
        with transaction() as session:
            locked = select(PerkProgramme).where(PerkProgramme.id == programme_id)
            row = session.scalars(locked.with_for_update(skip_locked=True)).first()
            if row is not None:
                step(session, row)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
        logger.error("perk.not_judged", programme_id=programme_id, error=type(error).__name__)  # noqa: TRY400
