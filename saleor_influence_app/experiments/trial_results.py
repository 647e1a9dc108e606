"""What came of invitation trials: looked at once, by a worker, when a trial's window is over.

Locks as everywhere: outbox (`staging.lock`) first.
"""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue
from saleor_influence_app.experiments.trials import SETTLE
from saleor_influence_app.models import RunKind, Shop, Trial, TrialState
from saleor_influence_app.writeback import staging

logger = log.get(__name__)


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Every trial whose window is over has its result, and a run that counts it is queued."""
    moment = now or datetime.now(UTC)
    due = select(Trial.id, Trial.shop_id).join(Shop, Shop.id == Trial.shop_id)
    due = due.where(Trial.state == TrialState.RUNNING, Trial.ends_at <= moment - SETTLE, Shop.active)
    with transaction() as session:
        waiting = session.execute(due.order_by(Trial.id)).all()
    for trial_id, shop_id in waiting:
        try:
            with transaction() as session:
                staging.lock(session, shop_id)
                _end(session, trial_id, now=moment)
        except Exception as error:  # noqa: BLE001 - one shop's trouble stops no other's trials
            logger.error("trial.not_ended", trial_id=trial_id, error=type(error).__name__)  # noqa: TRY400


def _end(session: Session, trial_id: int, *, now: datetime) -> None:
    from saleor_influence_app.experiments import trial_inputs  # brings the analytical libraries
    from scoring import ledger
    from scoring.ledger import hold_out, trials

    trial = session.scalars(
        select(Trial).where(Trial.id == trial_id, Trial.state == TrialState.RUNNING).with_for_update()
    ).first()
    if trial is None:
        return
    shop_id = trial.shop_id
    drawn = trial_inputs.drawn(session, trial_id)
    bought = trials.buyers(
        trial_inputs.purchases(session, shop_id, list(drawn)),
        since=trial.started_at,
        until=trial.ends_at,
        category=(trial.category_id, trial_inputs.categories(session, shop_id)),
    )
    counts = [sum(one in bought for one in drawn if drawn[one] is invited) for invited in (True, False)]
    arms = hold_out.Arms(trial.invited, counts[0], trial.held_out, counts[1])
    trial.invited_bought, trial.held_out_bought = counts
    trial.p, trial.difference = trials.p_value(arms), arms.difference
    coverage = ledger.Parameters().interval
    trial.difference_low, trial.difference_high = hold_out.difference_interval(arms, coverage)
    trial.state, trial.ended_at = TrialState.ENDED, now
    session.flush()
    staging.stage_anew(session, shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("trial.ended", trial_id=trial_id, shop_id=shop_id)
