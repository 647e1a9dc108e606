"""Runs: a shop's scoring, asked for once, done once, repeated after a crash, remembered with how it went.

An incremental run computes everything and writes what differs: 12,000 customers with 60,000 orders take some
three seconds, and one way to compute cannot disagree with another. So that a large busy shop is not scored
all day long, incremental runs take at most a tenth of the time; full ones (after install, at night, on
demand, for a changed definition) start at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from traceback import extract_tb
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from saleor_influence_app import db, log
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Backfill, Run, Shop
from saleor_influence_app.pipeline import (
    forgetting,
    order_ties,
    problems,
    progress,
    scores,
    staging,
    versions,
)
from saleor_influence_app.pipeline.progress import LEASE, LeaseLost, RunCancelled

logger = log.get(__name__)

MAX_ATTEMPTS = 3
RETRY_WAIT = timedelta(seconds=20)
REST = 10
"""An incremental run waits for ten times as long as the last run took."""

_REQUEST = text("""
    INSERT INTO runs AS r (shop_id, kind, not_before)
    SELECT :shop_id, :kind, greatest(
        now() + make_interval(secs => :delay),
        CASE WHEN :kind = 'incremental' THEN (
            SELECT max(finished_at + :rest * (finished_at - started_at)) FROM runs
            WHERE shop_id = :shop_id AND state = 'done' AND finished_at > now() - interval '1 day'
        ) END)
    FROM shops WHERE id = :shop_id AND held_run_id IS NULL
    ON CONFLICT (shop_id) WHERE state = 'queued' DO UPDATE
    SET kind = CASE WHEN 'full' IN (r.kind, excluded.kind) THEN 'full' ELSE 'incremental' END,
        not_before = least(r.not_before, excluded.not_before), back_to = NULL
    RETURNING id, extract(epoch FROM not_before - now()) AS wait, xmax = 0 AS inserted
""")

_CLAIM = text("""
    UPDATE runs r
    SET state = 'running', attempts = attempts + 1, lease_until = now() + :lease, error = NULL,
        started_at = now(), cancel_asked = false,
        as_of = coalesce(CAST(:as_of AS timestamptz),
            (SELECT b.as_of FROM runs b WHERE b.id = r.back_to), now())
    WHERE id = :run_id AND state = 'queued' AND not_before <= now()
      AND NOT EXISTS (SELECT FROM runs o
                      WHERE o.shop_id = r.shop_id AND o.state = 'running' AND o.lease_until > now())
      AND (kind <> 'incremental' OR NOT EXISTS (SELECT FROM backfills b
                                        WHERE b.shop_id = r.shop_id AND b.state IN ('waiting', 'running')))
    RETURNING r.id, r.shop_id, r.attempts, r.as_of, r.back_to
""")


@dataclass(frozen=True)
class _Claim:
    run_id: int
    shop_id: int
    attempt: int
    as_of: datetime
    back_to: int | None
    parameters: dict[str, Any]


def request(session: Session, shop_id: int, *, kind: str = "incremental", delay: float = 0.0) -> int | None:
    """One run of the shop is queued; asking again before it starts joins it. Returns its id.

    None while the shop is held at an earlier run: then only `ask` brings a new one.
    """
    row = session.execute(
        _REQUEST, {"shop_id": shop_id, "kind": kind, "delay": delay, "rest": REST}
    ).one_or_none()
    if row is None:
        return None
    if row.inserted or delay <= 0:
        db.after_commit(session, "runs.execute", row.id, countdown=max(float(row.wait), 0.0))
    return int(row.id)


def ask(session: Session, shop_id: int) -> int:
    """A person wants the newest values: a full run is queued, and the shop is held no longer."""
    session.execute(update(Shop).where(Shop.id == shop_id).values(held_run_id=None))
    run_id = request(session, shop_id, kind="full")
    if run_id is None:
        raise RowMissing("This shop is gone.")
    return run_id


def execute(transaction: db.Transaction, run_id: int, *, as_of: datetime | None = None) -> bool:
    """The run is done, or failed with its reason; False when it was not this worker's to do.

    A crash leaves the lease to run out (`sweep` queues the run again); a lost database does the same.
    """
    with transaction() as session:
        claim = _claim(session, run_id, as_of)
    if claim is None:
        return False
    started = monotonic()
    progress.forget_peak_memory()
    tell = progress.Teller(transaction, claim.run_id, claim.attempt)
    try:
        scored = None if claim.back_to else _scored(transaction, claim, tell)
        tell("writing")
        with transaction() as session:
            _finish(session, claim, scored, seconds=monotonic() - started)
    except LeaseLost:
        logger.warning("run.lease_lost", run_id=run_id)
        return False
    except RunCancelled:
        with transaction() as session:
            _cancel(session, claim)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must say so
        # Where, but not what: the text of a database error quotes rows.
        frames = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-6:]]
        logger.error("run.failed", run_id=run_id, error=type(error).__name__, frames=frames)  # noqa: TRY400
        with transaction() as session:
            _fail(session, claim, error)
        return False
    return True


def _scored(transaction: db.Transaction, claim: _Claim, tell: scores.Progress) -> scores.Scored:
    tell("reading facts")
    with transaction() as session:
        order_ties.derive(session, claim.shop_id)
    with transaction() as session:
        facts = scores.read(session, claim.shop_id)
    return scores.compute(facts, as_of=claim.as_of, parameters=claim.parameters, progress=tell)


def sweep(session: Session) -> None:
    """No run is forgotten: those of dead workers are queued again or given up, due ones are rung for."""
    for run in session.scalars(
        select(Run)
        .where(Run.state == "running", Run.lease_until < func.now())
        .order_by(Run.id)
        .with_for_update(skip_locked=True)
    ):
        _take_back(session, run)
    due = select(Run.id).join(Shop, Shop.id == Run.shop_id)
    due = due.where(Run.state == "queued", Run.not_before <= func.now(), Shop.active)
    for run_id in session.scalars(due):
        db.after_commit(session, "runs.execute", run_id)


def nightly(session: Session) -> None:
    """Every shop whose history has been read has a full run queued; old runs are gone."""
    unread = select(Backfill.shop_id).where(Backfill.state.in_(("waiting", "running")))
    for shop_id in session.scalars(select(Shop.id).where(Shop.active, Shop.id.not_in(unread))).all():
        request(session, shop_id, kind="full")
        versions.prune(session, shop_id)


def _claim(session: Session, run_id: int, as_of: datetime | None) -> _Claim | None:
    # The shop's row is the lock: two runs of one shop cannot start side by side.
    shop = session.scalars(
        select(Shop)
        .join(Run, Run.shop_id == Shop.id)
        .where(Run.id == run_id, Shop.active)
        .with_for_update(of=Shop, key_share=True)
    ).first()
    if shop is None:
        return None
    row = session.execute(_CLAIM, {"run_id": run_id, "lease": LEASE, "as_of": as_of}).one_or_none()
    if row is None:
        return None
    if row.back_to is not None:
        parameters = session.get_one(Run, row.back_to).parameters
    else:
        parameters = scores.parameters_of(shop)
    session.execute(update(Run).where(Run.id == run_id).values(parameters=parameters))
    return _Claim(row.id, row.shop_id, row.attempts, row.as_of, row.back_to, parameters)


def _finish(session: Session, claim: _Claim, scored: scores.Scored | None, *, seconds: float) -> None:
    run, shop_id = _hold(session, claim), claim.shop_id
    if scored is not None:
        counts = scores.write(session, shop_id, run_id=claim.run_id, scored=scored)
        model, notes = scored.model, [*_unread_history(session, shop_id), *scored.notes]
    else:
        counts, model, notes = versions.bring_back(session, run)
    counts["records_changed"] = staging.stage(
        session, shop_id, as_of=claim.as_of, retry_failed=run.kind == "full"
    )
    forgetting.forget_who_left(session, shop_id)
    memory = progress.peak_memory_mb()
    _close(
        session,
        run,
        state="done",
        counts=counts,
        model=model,
        notes=notes,
        seconds=seconds,
        peak_memory_mb=memory,
    )
    problems.resolve_problem(session, claim.shop_id, problems.SCORING_FAILED)
    db.after_commit(session, "outbox.flush", claim.shop_id)
    logger.info("run.done", run_id=claim.run_id, shop_id=claim.shop_id, **counts)


def _cancel(session: Session, claim: _Claim) -> None:
    try:
        run = _hold(session, claim)
    except LeaseLost:
        return
    _close(session, run, state="cancelled")


def _fail(session: Session, claim: _Claim, error: Exception) -> None:
    try:
        run = _hold(session, claim)
    except LeaseLost:
        return
    if isinstance(error, OperationalError):  # a lock, a lost connection: the next attempt may go through
        _take_back(session, run)
        return
    reason = type(error).__name__ + ("." if isinstance(error, SQLAlchemyError) else f": {error}")
    _close(session, run, state="failed", error=reason[:2000])
    _raise(session, claim.shop_id, reason)


def _hold(session: Session, claim: _Claim) -> Run:
    """The run is this worker's to write, and no newer one of the shop has begun; or `LeaseLost`."""
    session.scalars(select(Shop.id).where(Shop.id == claim.shop_id).with_for_update(key_share=True)).first()
    newer = aliased(Run)
    run = session.scalars(
        select(Run)
        .where(Run.id == claim.run_id, Run.state == "running", Run.attempts == claim.attempt)
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


def _close(session: Session, run: Run, *, state: str, **columns: object) -> None:
    session.execute(
        update(Run)
        .where(Run.id == run.id)
        .values(state=state, step=None, lease_until=None, finished_at=func.clock_timestamp(), **columns)
    )
    _ring_next(session, run.shop_id)


def _take_back(session: Session, run: Run) -> None:
    """A run that was begun and not finished is queued again, unless it was begun too often already."""
    logger.warning("run.taken_back", run_id=run.id, attempts=run.attempts)
    another = select(Run.id).where(Run.shop_id == run.shop_id, Run.state == "queued")
    if session.scalars(another).first() is not None:
        _close(session, run, state="failed", error="The worker stopped; the run queued after it goes on.")
    elif run.attempts >= MAX_ATTEMPTS:
        reason = f"The worker stopped before it was done, {run.attempts} times."
        _close(session, run, state="failed", error=reason)
        _raise(session, run.shop_id, reason)
    else:
        again = func.now() + RETRY_WAIT * run.attempts
        session.execute(
            update(Run).where(Run.id == run.id).values(state="queued", lease_until=None, not_before=again)
        )


def _raise(session: Session, shop_id: int, reason: str) -> None:
    message = f"Customers could not be valued; the values shown are those of the last good run. {reason}"
    problems.raise_problem(session, shop_id, problems.SCORING_FAILED, message)


def _ring_next(session: Session, shop_id: int) -> None:
    """What was asked for meanwhile may start now."""
    waiting = select(Run.id, func.extract("epoch", Run.not_before - func.now()))
    for run_id, wait in session.execute(waiting.where(Run.shop_id == shop_id, Run.state == "queued")):
        db.after_commit(session, "runs.execute", run_id, countdown=max(float(wait), 0.0))


def _unread_history(session: Session, shop_id: int) -> list[str]:
    """Say so when values come from a part of the history only."""
    rows = session.scalars(
        select(Backfill).where(Backfill.shop_id == shop_id, Backfill.state != "done").order_by(Backfill.kind)
    )
    return [
        f"The history is not complete: {row.done:,} {row.kind} had been read"
        + (f" of {row.total:,}." if row.total is not None else ".")
        for row in rows
    ]
