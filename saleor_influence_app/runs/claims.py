"""A worker's claim on a run: begun, still its own, given back after a crash, closed with how it went."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session, aliased

from saleor_influence_app import db, log
from saleor_influence_app.models import BackfillState, Run, RunKind, RunState, Shop
from saleor_influence_app.runs import rollback
from saleor_influence_app.shops import problems, tombstone_check

logger = log.get(__name__)

LEASE = timedelta(minutes=2)
"""Renewed by time, for as long as the worker lives; while results are written the row is locked as well."""
MAX_CRASHES = 3
RETRY_WAIT = timedelta(seconds=20)
REFUSED_WAIT = timedelta(minutes=1)

_CLAIM = text(f"""
    UPDATE runs r
    SET state = '{RunState.RUNNING}', attempts = attempts + 1, lease_until = now() + :lease, error = NULL,
        started_at = now(), cancel_asked = false,
        as_of = coalesce(CAST(:as_of AS timestamptz),
            (SELECT b.as_of FROM runs b WHERE b.id = r.back_to), now())
    WHERE id = :run_id AND state = '{RunState.QUEUED}' AND not_before <= now()
      AND NOT EXISTS (SELECT FROM runs o
                      WHERE o.shop_id = r.shop_id AND o.state = '{RunState.RUNNING}'
                      AND o.lease_until > now())
      AND (kind <> '{RunKind.INCREMENTAL}' OR NOT EXISTS (SELECT FROM backfills b WHERE b.shop_id = r.shop_id
                       AND b.state IN ('{BackfillState.WAITING}', '{BackfillState.RUNNING}')))
    RETURNING r.id, r.shop_id, r.attempts, r.interruptions, r.as_of, r.back_to, r.correlation_ids
""")


_GIVE_BACK = text(f"""
    UPDATE runs r
    SET state = '{RunState.QUEUED}', step = NULL, progress = NULL, lease_until = NULL, not_before = now(),
        interruptions = interruptions + 1
    WHERE id = (SELECT id FROM runs
                WHERE id = :run_id AND state = '{RunState.RUNNING}' AND attempts = :attempt
                FOR UPDATE SKIP LOCKED)
      AND NOT EXISTS (SELECT FROM runs o WHERE o.shop_id = r.shop_id AND o.state = '{RunState.QUEUED}')
    RETURNING id
""")
_JOIN_QUEUED = text(f"""
    UPDATE runs o
    SET not_before = now(), interruptions = o.interruptions + r.interruptions + 1,
        attempts = o.attempts + r.interruptions + 1
    FROM runs r WHERE r.id = :run_id AND o.shop_id = r.shop_id AND o.state = '{RunState.QUEUED}'
    RETURNING o.id
""")


class LeaseLost(Exception):
    """Another worker took the run over: what this one computed is not written."""


@dataclass(frozen=True)
class RunClaim:
    """A run that a worker has begun; `attempt` tells it from one who came before or comes after."""

    run_id: int
    shop_id: int
    attempt: int
    interruptions: int
    as_of: datetime
    back_to: int | None
    parameters: dict[str, Any]
    correlation_ids: tuple[str, ...] = ()


def begin(
    session: Session, run_id: int, as_of: datetime | None, *, lease: timedelta = LEASE
) -> RunClaim | None:
    """Claim the run for this worker, with the parameters to compute it by; None if it may not start."""
    # The shop's row is the lock: two runs of one shop cannot start side by side.
    shop = session.scalars(
        select(Shop)
        .join(Run, Run.shop_id == Shop.id)
        .where(Run.id == run_id, Shop.active)
        .with_for_update(of=Shop, key_share=True)
    ).first()
    if shop is None or _is_refused(session, run_id, shop.id):
        return None
    row = session.execute(_CLAIM, {"run_id": run_id, "lease": lease, "as_of": as_of}).one_or_none()
    if row is None:
        return None
    if row.back_to is not None:
        parameters = session.get_one(Run, row.back_to).parameters
    else:
        from saleor_influence_app.runs import scores  # brings the analytical libraries

        parameters = scores.parameters_of(shop)
    session.execute(update(Run).where(Run.id == run_id).values(parameters=parameters))
    caused_by = tuple(row.correlation_ids)
    return RunClaim(
        row.id, row.shop_id, row.attempts, row.interruptions, row.as_of, row.back_to, parameters, caused_by
    )


def _is_refused(session: Session, run_id: int, shop_id: int) -> bool:
    """Say whether nothing may be computed in this shop now; then the run waits, and staff read why."""
    refusal = tombstone_check.refusal(session, shop_id)
    if refusal is None:
        problems.resolve_problem(session, shop_id, problems.FORGOTTEN_UNKNOWN)
        return False
    problems.raise_problem(session, shop_id, problems.FORGOTTEN_UNKNOWN, refusal)
    queued = update(Run).where(Run.id == run_id, Run.state == RunState.QUEUED)
    session.execute(queued.values(not_before=func.now() + REFUSED_WAIT))
    return True


def lock_claimed_run(session: Session, claim: RunClaim) -> Run:
    """Lock the run for writing; raises LeaseLost if another worker has it or a newer run has begun."""
    session.scalars(select(Shop.id).where(Shop.id == claim.shop_id).with_for_update(key_share=True)).first()
    newer = aliased(Run)
    run = session.scalars(
        select(Run)
        .where(Run.id == claim.run_id, Run.state == RunState.RUNNING, Run.attempts == claim.attempt)
        .where(
            ~select(newer.id)
            .where(newer.shop_id == claim.shop_id, newer.started_at > Run.started_at)
            .exists()
        )
        .with_for_update(of=Run)
    ).first()
    if run is None:
        raise LeaseLost
    return run


def close(session: Session, run: Run, *, state: str, **columns: object) -> None:
    """End the run in this state, and queue the one that waits."""
    if state != RunState.DONE:
        rollback.release(session, run)
    session.execute(
        update(Run)
        .where(Run.id == run.id)
        .values(state=state, step=None, lease_until=None, finished_at=func.clock_timestamp(), **columns)
    )
    _enqueue_next(session, run.shop_id)


def give_back(session: Session, claim: RunClaim) -> bool:
    """Queue the run of a worker that was asked to stop again, due at once; False while it is locked.

    This counts as no crash. If another run of the shop is queued already, that one takes over what was
    given back, and this one is cancelled.
    """
    given = {"run_id": claim.run_id, "attempt": claim.attempt}
    run_id = session.execute(_GIVE_BACK, given).scalar()
    if run_id is None:
        run = session.scalars(_still(claim).with_for_update(skip_locked=True)).first()
        if run is None:
            return session.scalars(_still(claim)).first() is None
        run_id = session.execute(_JOIN_QUEUED, {"run_id": claim.run_id}).scalar()
        close(
            session,
            run,
            state=RunState.CANCELLED,
            error="The worker was stopped; the run queued after it goes on.",
        )
    logger.info("run.given_back", run_id=claim.run_id, interruptions=claim.interruptions + 1)
    if run_id is not None:
        db.after_commit(session, "runs.execute", int(run_id))
    return True


def _still(claim: RunClaim) -> Select[Any]:
    return select(Run).where(
        Run.id == claim.run_id, Run.state == RunState.RUNNING, Run.attempts == claim.attempt
    )


def requeue(session: Session, run: Run) -> None:
    """Queue a run whose worker died again, unless that has happened too often already."""
    crashes = run.attempts - run.interruptions
    logger.warning("run.taken_back", run_id=run.id, crashes=crashes)
    if run.cancel_asked:
        close(session, run, state=RunState.CANCELLED)
        return
    another = select(Run.id).where(Run.shop_id == run.shop_id, Run.state == RunState.QUEUED)
    if session.scalars(another).first() is not None:
        close(
            session, run, state=RunState.FAILED, error="The worker stopped; the run queued after it goes on."
        )
    elif crashes >= MAX_CRASHES:
        reason = f"The worker stopped before it was done, {crashes} times."
        close(session, run, state=RunState.FAILED, error=reason)
        report_failure(session, run.shop_id, reason)
    else:
        again = func.now() + RETRY_WAIT * crashes
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(state=RunState.QUEUED, step=None, progress=None, lease_until=None, not_before=again)
        )


def report_failure(session: Session, shop_id: int, reason: str) -> None:
    """Raise the problem that values are not the newest, with the reason."""
    message = f"Customers could not be valued; the values shown are those of the last good run. {reason}"
    problems.raise_problem(session, shop_id, problems.SCORING_FAILED, message)


def _enqueue_next(session: Session, shop_id: int) -> None:
    """Queue what was asked for meanwhile, if it is due."""
    waiting = select(Run.id).where(Run.shop_id == shop_id, Run.state == RunState.QUEUED)
    for run_id in session.scalars(waiting.where(Run.not_before <= func.now())):
        db.after_commit(session, "runs.execute", run_id)
