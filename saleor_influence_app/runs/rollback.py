"""Earlier runs: gone back to, and forgotten when they are too old for it."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import VERSIONED, Run, RunKind, RunState, Shop

KEEP = timedelta(days=30)
"""For so long the results of a run can be compared with, and gone back to."""

_PRUNE = tuple(
    text(f"""
        DELETE FROM {past.name} WHERE shop_id = :shop_id AND until_run <= (
            SELECT min(id) FROM runs
            WHERE shop_id = :shop_id AND state = '{RunState.DONE}' AND finished_at > now() - :keep)
    """)
    for past in VERSIONED.values()
)
_USED = " AND ".join(
    f"NOT EXISTS (SELECT FROM {table} t WHERE t.shop_id = r.shop_id AND t.run_id = r.id)"
    for model, past in VERSIONED.items()
    for table in (model.__tablename__, past.name)
)
_DELETE = text(f"""
    DELETE FROM runs r WHERE shop_id = :shop_id
        AND state IN ('{RunState.DONE}', '{RunState.FAILED}', '{RunState.CANCELLED}')
        AND finished_at < now() - :keep AND {_USED}
        AND NOT EXISTS (SELECT FROM shops s WHERE s.held_run_id = r.id)
""")


def go_back(session: Session, shop_id: int, run_id: int) -> int:
    """Queue a run that brings back the results of this one; no other follows by itself until `run_queue.ask`.

    Returns the id of the new run.
    """
    wanted = session.scalars(select(Run).where(Run.shop_id == shop_id, Run.id == run_id)).first()
    if wanted is None:
        raise RowMissing("There is no such run in this shop.")
    if wanted.state != RunState.DONE or wanted.finished_at is None:
        raise InputInvalid("Only a run that was finished has results to go back to.")
    if wanted.kind == RunKind.INCREMENTAL:
        raise InputInvalid("Only full runs keep their results; go back to one of those.")
    if wanted.finished_at < datetime.now(UTC) - KEEP:
        raise InputInvalid(f"Results are kept for {KEEP.days} days; this run is older.")
    session.execute(update(Shop).where(Shop.id == shop_id).values(held_run_id=run_id))
    session.execute(
        update(Run)
        .where(Run.shop_id == shop_id, Run.state == RunState.QUEUED)
        .values(state=RunState.CANCELLED, finished_at=func.now())
    )
    run = Run(shop_id=shop_id, kind=RunKind.ROLLBACK, back_to=run_id)
    session.add(run)
    session.flush()
    db.after_commit(session, "runs.execute", run.id)
    return run.id


def release(session: Session, run: Run) -> None:
    """Release the shop from a rollback that did not succeed."""
    if run.back_to is not None:
        session.execute(
            update(Shop)
            .where(Shop.id == run.shop_id, Shop.held_run_id == run.back_to)
            .values(held_run_id=None)
        )


def prune(session: Session, shop_id: int) -> None:
    """Delete what only runs older than `KEEP` computed, and runs that nothing refers to."""
    for statement in (*_PRUNE, _DELETE):
        session.execute(statement, {"shop_id": shop_id, "keep": KEEP})
