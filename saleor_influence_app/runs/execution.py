"""Executes runs: each is computed once, repeated after a crash, and keeps how it went.

A run of any kind computes everything and writes what differs: 12,000 customers with 60,000 orders take some
three seconds, and one way to compute cannot disagree with another. When runs start: see `run_queue`.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic
from traceback import extract_tb
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from saleor_influence_app import correlation, db, exporters, log, run_queue, settings
from saleor_influence_app.errors import RunRefused
from saleor_influence_app.hand_off import segment_moves
from saleor_influence_app.models import Backfill, BackfillState, Contact, Run, RunKind, RunState, Shop
from saleor_influence_app.runs import (
    claims,
    departed,
    derived_ties,
    headline,
    late_ties,
    named_ties,
    network_part,
    product_spreads,
    progress,
    rollback,
    run_leases,
)
from saleor_influence_app.runs.claims import LEASE, LeaseLost, RunClaim
from saleor_influence_app.runs.run_leases import RunCancelled, RunInterrupted
from saleor_influence_app.shops import problems, schedules, shops, tombstone_check
from saleor_influence_app.targeting import (
    consenting_members,
    score_bands,
    segment_rules,
    segment_sizes,
    tie_counts,
)
from saleor_influence_app.writeback import staging

if TYPE_CHECKING:
    from saleor_influence_app.runs import scores
    from scoring.ledger import Engine

logger = log.get(__name__)

LARGE_HISTORY = 200_000
"""Rows of orders and customers that take about as long to be scored."""
AFTER_COMPARISON = timedelta(hours=1)
"""At night a shop is scored so long after it was compared with Saleor."""


class Cluster(Protocol):
    """Where a run's ledger is computed instead of in this process."""

    def open_engine(self) -> "Engine":
        """Return an engine for one run."""

    def interrupt(self) -> None:
        """End what the engine works at now; its statement raises."""


def execute(
    transaction: db.Transaction,
    run_id: int,
    *,
    as_of: datetime | None = None,
    lease: timedelta = LEASE,
    cluster: Cluster | None = None,
) -> bool:
    """The run is done, or failed with its reason; False when it was not this worker's to do.

    A crash leaves the lease to run out (`sweep` queues the run again); a lost database does the same. A
    worker that is asked to stop gives the run back.
    """
    with transaction() as session:
        claim = claims.begin(session, run_id, as_of, lease=lease)
    if claim is None:
        return False
    with correlation.caused_by(claim.correlation_ids, run_id=run_id, shop_id=claim.shop_id):
        return _carry_out(transaction, claim, lease=lease, cluster=cluster)


def execute_at_once(transaction: db.Transaction, shop_id: int, *, cluster: Cluster | None = None) -> int:
    """Execute a full run of the shop here, or the one that waits; returns its id.

    Asked for and begun in one transaction, so that no worker takes it first. Raises RunRefused where none may
    begin; how it went is in its row.
    """
    with transaction() as session:
        run_id = run_queue.ask(session, shop_id)
        claim = claims.begin(session, run_id, None)
        if claim is None:
            raise RunRefused(_why_refused(session, shop_id))
    with correlation.caused_by(claim.correlation_ids, run_id=run_id, shop_id=shop_id):
        _carry_out(transaction, claim, lease=LEASE, cluster=cluster)
    return run_id


def _why_refused(session: Session, shop_id: int) -> str:
    working = select(Run.id).where(
        Run.shop_id == shop_id, Run.state == RunState.RUNNING, Run.lease_until > func.now()
    )
    run_id = session.scalars(working).first()
    if run_id is not None:
        return f"Run {run_id} of this shop is under way: wait for it, or cancel it in the panel."
    return tombstone_check.refusal(session, shop_id) or "This shop is switched off in the app."


def _carry_out(
    transaction: db.Transaction, claim: RunClaim, *, lease: timedelta, cluster: Cluster | None
) -> bool:
    started = monotonic()
    progress.forget_peak_memory()
    interrupt = cluster.interrupt if cluster else _nothing
    try:
        with run_leases.kept(transaction, claim, lease=lease, interrupt=interrupt) as tell:
            scored = None if claim.back_to else _scored(transaction, claim, tell, cluster=cluster)
            tell("writing")
            with transaction() as session:
                _finish(session, claim, scored, seconds=monotonic() - started)
    except LeaseLost:
        logger.warning("run.lease_lost", run_id=claim.run_id)
        return False
    except RunCancelled:
        with transaction() as session:
            _cancel(session, claim)
        return False
    except RunInterrupted:
        with transaction() as session:
            claims.give_back(session, claim)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must say so
        # Where, but not what: the text of a database error quotes rows.
        frames = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-6:]]
        logger.error("run.failed", run_id=claim.run_id, error=type(error).__name__, frames=frames)  # noqa: TRY400
        exporters.report(error, where="run")
        with transaction() as session:
            _fail(session, claim, error)
        return False
    return True


def _nothing() -> None:
    """What is interrupted of an engine in this process: it ends at the next step."""


def _scored(
    transaction: db.Transaction, claim: RunClaim, tell: run_leases.Tell, *, cluster: Cluster | None
) -> "scores.Scored":
    from saleor_influence_app.runs import scores  # brings the analytical libraries

    tell("reading facts")
    with transaction() as session:
        derived_ties.derive(session, claim.shop_id)
        named_ties.derive(session, claim.shop_id)
    with transaction() as session:
        facts = scores.read(session, claim.shop_id)
    return scores.compute(
        facts,
        as_of=claim.as_of,
        parameters=claim.parameters,
        progress=tell,
        open_engine=cluster.open_engine if cluster else scores.open_here,
    )


def sweep(session: Session) -> None:
    """Queue due runs, and those of dead workers again, unless they died too often."""
    for run in session.scalars(
        select(Run)
        .where(Run.state == RunState.RUNNING, Run.lease_until < func.now())
        .order_by(Run.id)
        .with_for_update(skip_locked=True)
    ):
        claims.requeue(session, run)
    due = select(Run.id).join(Shop, Shop.id == Run.shop_id)
    due = due.where(Run.state == RunState.QUEUED, Run.not_before <= func.now(), Shop.active)
    for run_id in session.scalars(due.order_by(Run.interruptions.desc(), Run.not_before)):
        db.after_commit(session, "runs.execute", run_id)


def whose_night_came(session: Session) -> list[int]:
    """Return shops whose full run of the night is due; those that had no moment yet have one."""
    timed = select(Contact.shop_id).where(Contact.full_run_at.is_not(None))
    for shop_id in session.scalars(select(Shop.id).where(Shop.id.not_in(timed))).all():
        _plan_night(session, shop_id)
    return schedules.due(session, Contact.full_run_at)


def nightly(session: Session, shop_id: int) -> None:
    """Queue a full run of the shop, if its history has been read, and delete its old runs."""
    unread = select(Backfill.shop_id).where(
        Backfill.shop_id == shop_id, Backfill.state.in_((BackfillState.WAITING, BackfillState.RUNNING))
    )
    if session.scalars(unread).first() is None:
        run_queue.request(session, shop_id, kind=RunKind.FULL)
    segment_rules.look_again(session, shop_id)
    rollback.prune(session, shop_id)
    db.after_commit(session, "history.prune", shop_id)
    _plan_night(session, shop_id)


def is_left_to_command(session: Session, run_id: int) -> bool:
    """Tell whether the run waits for `./influence score`; the way back to an earlier one needs no engine."""
    shop = select(Shop.api_url).join(Run, Run.shop_id == Shop.id)
    api_url = session.scalars(shop.where(Run.id == run_id, Run.back_to.is_(None))).first()
    return api_url in settings.get().scored_by_command


def is_long(session: Session, run_id: int) -> bool:
    """Tell whether the run will take long: as the shop's last one did; a first one of much history does."""
    shop_id = select(Run.shop_id).where(Run.id == run_id).scalar_subquery()
    last = (
        select(Run.seconds).where(Run.shop_id == shop_id, Run.state == RunState.DONE).order_by(Run.id.desc())
    )
    seconds = session.scalars(last.where(Run.back_to.is_(None)).limit(1)).first()
    if seconds is None:
        read = select(func.sum(Backfill.done)).where(Backfill.shop_id == shop_id)
        return (session.scalar(read) or 0) > LARGE_HISTORY
    return seconds > run_queue.SHORT_SECONDS


def _plan_night(session: Session, shop_id: int) -> None:
    night = schedules.next_night(shop_id, now=datetime.now(UTC), after=AFTER_COMPARISON)
    schedules.put_off(session, shop_id, full_run_at=night)


def _finish(session: Session, claim: RunClaim, scored: "scores.Scored | None", *, seconds: float) -> None:
    from saleor_influence_app.runs import scores  # brings the analytical libraries

    shop_id = claim.shop_id
    if scored is not None:
        scores.bring(session, scored)
        # Of many this takes seconds: before the locks.
        counts, model = scored.counts, scored.model | {tie_counts.IN_RUN: tie_counts.count(session, shop_id)}
        notes = [*_unread_history(session, shop_id), *scored.notes]
    else:
        wanted = session.get_one(Run, claim.back_to)
        scores.bring_back(session, shop_id, back_to=wanted.id)
        counts, model = {"customers": wanted.counts["customers"]}, wanted.model
        note = f"These are the results of run {wanted.id} again"
        notes = [f"{note}; nothing newer is calculated until somebody asks.", *wanted.notes]
    # Before any row, as everybody who leaves takes them: see `erasure.erasure`.
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    run = claims.lock_claimed_run(session, claim)
    with segment_moves.noted(session, shop_id):
        counts |= scores.write(session, shop_id, run_id=claim.run_id)
        scores.write_steps(session, shop_id, scored, run_id=claim.run_id)
        segment_rules.empty_refused(session, shop_id)
        consenting_members.let_go_since(session, shop_id)
    network_part.take_away_since(session, shop_id, run.started_at or claim.as_of)
    counts["records_changed"] = staging.stage(
        session, shop_id, as_of=claim.as_of, retry_failed=run.kind == RunKind.FULL, run_id=claim.run_id
    )
    departed.forget_who_left(session, shop_id, since=run.started_at or claim.as_of)
    model = dict(model) | {
        "late_ties": late_ties.booked_late(session, shop_id),
        segment_sizes.IN_RUN: segment_sizes.count(session, shop_id),
        headline.IN_RUN: headline.headline(session, shop_id, dict(model)),
    }
    if scored is not None:
        score_bands.keep(session, shop_id, as_of=claim.as_of)
        model["spreads"] = product_spreads.most_spread(session, shop_id)
    memory = progress.peak_memory_mb()
    claims.close(
        session,
        run,
        state=RunState.DONE,
        progress=1.0,
        counts=counts,
        model=model,
        notes=notes,
        seconds=seconds,
        peak_memory_mb=memory,
    )
    problems.resolve_problem(session, claim.shop_id, problems.SCORING_FAILED)
    db.after_commit(session, "outbox.flush", claim.shop_id)
    logger.info("run.done", run_id=claim.run_id, shop_id=claim.shop_id, **counts)


def _cancel(session: Session, claim: RunClaim) -> None:
    try:
        run = claims.lock_claimed_run(session, claim)
    except LeaseLost:
        return
    claims.close(session, run, state=RunState.CANCELLED)


def _fail(session: Session, claim: RunClaim, error: Exception) -> None:
    try:
        run = claims.lock_claimed_run(session, claim)
    except LeaseLost:
        return
    if isinstance(error, OperationalError):  # a lock, a lost connection: the next attempt may go through
        claims.requeue(session, run)
        return
    # What these libraries say quotes rows.
    quotes = type(error).__module__.partition(".")[0] in {"sqlalchemy", "pyspark", "py4j"}
    reason = type(error).__name__ + ("." if quotes else f": {error}")
    claims.close(session, run, state=RunState.FAILED, error=reason[:2000])
    claims.report_failure(session, claim.shop_id, reason)


def _unread_history(session: Session, shop_id: int) -> list[str]:
    """Say so when values come from a part of the history only."""
    rows = session.scalars(
        select(Backfill)
        .where(Backfill.shop_id == shop_id, Backfill.state != BackfillState.DONE)
        .order_by(Backfill.kind)
    )
    return [
        f"The history is not complete: {row.done:,} {row.kind} had been read"
        + (f" of {row.total:,}." if row.total is not None else ".")
        for row in rows
    ]
