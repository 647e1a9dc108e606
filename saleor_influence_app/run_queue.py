"""Asking for a run: one INSERT. Executing one is `runs.execution`.

After a change an incremental run waits a short while for more. After a run the shop rests: twice as long as
the run took where that was seconds, ten times where it was longer, so that a large busy shop is not scored
all day long. Full runs (after install, at night, when somebody asks, for a changed definition) start at once.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import correlation, db
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Run, RunKind, RunState, Shop

PATIENCE = 3
"""A run that planned stops have interrupted so often is finished before the next one."""
SHORT_SECONDS = 10.0
"""A run that takes no longer is short; longer ones take turns, so that short ones need not wait for them."""
SHORT_REST, LONG_REST = 2, 10
"""An incremental run waits for so many times as long as the last run took."""

_REQUEST = text(f"""
    INSERT INTO runs AS r (shop_id, kind, correlation_ids, not_before)
    SELECT :shop_id, :kind, CAST(:correlation_ids AS text[]), greatest(
        now() + make_interval(secs => :delay),
        CASE WHEN :kind = '{RunKind.INCREMENTAL}' THEN (
            SELECT max(finished_at + (finished_at - started_at)
                * CASE WHEN finished_at - started_at <= :short THEN :short_rest ELSE :long_rest END) FROM runs
            WHERE shop_id = :shop_id AND state = '{RunState.DONE}' AND finished_at > now() - interval '1 day'
        ) END)
    FROM shops WHERE id = :shop_id AND held_run_id IS NULL
    ON CONFLICT (shop_id) WHERE state = '{RunState.QUEUED}' DO UPDATE
    SET kind = CASE WHEN '{RunKind.FULL}' IN (r.kind, excluded.kind)
            THEN '{RunKind.FULL}' ELSE '{RunKind.INCREMENTAL}' END,
        not_before = least(r.not_before, excluded.not_before), back_to = NULL,
        correlation_ids = CASE WHEN excluded.correlation_ids <@ r.correlation_ids THEN r.correlation_ids
            ELSE (r.correlation_ids || excluded.correlation_ids)[1 : 20] END
    RETURNING id, not_before <= now() AS due
""")


def request(
    session: Session, shop_id: int, *, kind: str = RunKind.INCREMENTAL, delay: float = 0.0
) -> int | None:
    """Queue a run of the shop and return its id; asking again before it starts joins it.

    None while the shop is held at an earlier run: then only `ask` brings a new one.
    """
    given = {"shop_id": shop_id, "kind": kind, "delay": delay, "short": timedelta(seconds=SHORT_SECONDS)}
    given |= {"short_rest": SHORT_REST, "long_rest": LONG_REST, "correlation_ids": correlation.current()}
    row = session.execute(_REQUEST, given).one_or_none()
    if row is None:
        return None
    if row.due:
        db.after_commit(session, "runs.execute", row.id)
    return int(row.id)


def ask(session: Session, shop_id: int) -> int:
    """Queue a full run because a person asks for it, and release a shop held at an earlier run."""
    session.execute(update(Shop).where(Shop.id == shop_id).values(held_run_id=None))
    run_id = request(session, shop_id, kind=RunKind.FULL)
    if run_id is None:
        raise RowMissing("This shop is gone.")
    return run_id


def correlation_ids(session: Session, run_ids: Collection[int]) -> list[str]:
    """Return the ids of what asked for these runs."""
    if not run_ids:
        return []
    rows = session.scalars(select(Run.correlation_ids).where(Run.id.in_(run_ids)).order_by(Run.id))
    return [one for row in rows for one in row]
