"""What came of trials: lots are looked at every hour, invitations once, when their window is over.

Only orders of the thing by the contact count. Whoever no longer agrees to be contacted leaves the trial.
Locks as everywhere: outbox (`staging.lock`) first; nothing is counted under one.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue
from saleor_influence_app.consent import agreements
from saleor_influence_app.experiments import candidates, planning, trials
from saleor_influence_app.models import Purpose, RunKind, Shop, Trial, TrialCandidate, TrialState
from saleor_influence_app.runs import inputs
from saleor_influence_app.writeback import staging
from scoring import lots

logger = log.get(__name__)

LOOK_AFTER = timedelta(hours=1)


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Look at lots, judge trials whose window is over, and queue what a dead worker left."""
    moment = now or datetime.now(UTC)
    over = Trial.ends_at <= moment - trials.SETTLE
    stale = Trial.things.is_not(None) & (Trial.looked_at.is_(None) | (Trial.looked_at <= moment - LOOK_AFTER))
    due = (
        select(Trial.id, Trial.state)
        .join(Shop, Shop.id == Trial.shop_id)
        .where(Shop.active)
        .where(
            or_(
                (Trial.state == TrialState.RUNNING) & or_(over, stale),
                Trial.state.in_(planning.UNDER_WAY),
            )
        )
    )
    with transaction() as session:
        waiting = session.execute(due.order_by(Trial.id)).all()
    for trial_id, state in waiting:
        try:
            if state in planning.UNDER_WAY:
                planning.work(transaction, trial_id)
            else:
                look(transaction, trial_id, now=moment)
        except Exception as error:  # noqa: BLE001 - one shop's trouble stops no other's trials
            logger.error("trial.not_looked_at", trial_id=trial_id, error=type(error).__name__)  # noqa: TRY400


def look(transaction: db.Transaction, trial_id: int, *, now: datetime) -> None:
    """Count a running trial as it is now; after its window it ends, and a run that counts it is queued."""
    from saleor_influence_app.experiments import invitations  # brings the analytical libraries

    with transaction() as session:
        trial = session.get(Trial, trial_id)
        if trial is None or trial.state != TrialState.RUNNING:
            return
        shop_id, of_lots, over = trial.shop_id, trial.things is not None, trial.ends_at <= now - trials.SETTLE
        gone, bought = _seen(session, trial) if of_lots else ([], [])
        arms = [] if of_lots else invitations.counted(session, trial)
    with transaction() as session:
        staging.lock(session, shop_id)
        trial = session.scalars(
            select(Trial).where(Trial.id == trial_id, Trial.state == TrialState.RUNNING).with_for_update()
        ).first()
        if trial is None:
            return
        if of_lots:
            _leave(session, trial, gone)
            proves_now = _note(trial, bought, now=now)
        else:
            invitations.judge(trial, arms)
            proves_now = False
        if over:
            trial.state, trial.ended_at = TrialState.ENDED, now
            trial.p = trial.p if trial.p is not None else 1 / max(trial.e_value or 1.0, 1.0)
            session.flush()
            trials.end_segment(session, trial)
        if over or proves_now:
            run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("trial.looked_at", trial_id=trial_id, shop_id=shop_id, over=over)


def _seen(session: Session, trial: Trial) -> tuple[list[str], list[bool]]:
    """Return who no longer agrees to be contacted, and what the others bought (`_bought`)."""
    rows = session.scalars(select(TrialCandidate).where(TrialCandidate.trial_id == trial.id))
    drawn = {row.customer_id: set(row.told or ()) for row in rows}
    agreeing = agreements.agreeing(session, trial.shop_id, Purpose.OUTREACH, among=list(drawn))
    here = {one: told for one, told in drawn.items() if one in agreeing}
    return sorted(drawn.keys() - agreeing), _bought(session, trial, here)


def _leave(session: Session, trial: Trial, gone: list[str]) -> None:
    """Delete their places: they count no more."""
    if gone:
        session.execute(
            delete(TrialCandidate).where(
                TrialCandidate.trial_id == trial.id, TrialCandidate.customer_id == func.any_(gone)
            )
        )
        staging.stage_some(session, trial.shop_id, gone)


def _bought(session: Session, trial: Trial, drawn: Mapping[str, Collection[str]]) -> list[bool]:
    """Return whether each buyer of a thing was told of it, in the sequence of their first purchases."""
    among = sorted(drawn)
    db.expect_many_rows(session)
    lines = inputs.lines(trial.shop_id).subquery("lines")
    first = func.min(lines.c.created_at).label("first")
    rows = session.execute(
        select(lines.c.buyer_id, lines.c.product_id, first)
        .where(
            lines.c.order_id.in_(candidates.orders_of(trial.shop_id, among)),
            lines.c.buyer_id == func.any_(among),
            lines.c.product_id == func.any_(list(trial.things or ())),
            lines.c.net * lines.c.paid_share > 0,
            ~lines.c.is_gift,
            lines.c.created_at > trial.started_at,
            lines.c.created_at <= trial.ends_at,
        )
        .group_by(lines.c.buyer_id, lines.c.product_id)
        .order_by(first, lines.c.buyer_id, lines.c.product_id)
    )
    return [row.product_id in drawn[row.buyer_id] for row in rows]


def _note(trial: Trial, bought: list[bool], *, now: datetime) -> bool:
    """Write what is known by now; return whether it proves an effect for the first time."""
    told, before = 0, trial.e_value or 0.0
    greatest = 1.0
    for place, one in enumerate(bought, start=1):
        told += one
        greatest = max(greatest, lots.e_value(told, place - told))
    untold = len(bought) - told
    trial.invited_bought, trial.held_out_bought = told, untold
    trial.e_value, trial.looked_at = max(before, greatest), now
    if trial.invited and trial.held_out:
        trial.difference = told / trial.invited - untold / trial.held_out
        trial.difference_low = told * lots.caused_low(told, untold) / trial.invited
    return before < lots.PROVES <= trial.e_value
