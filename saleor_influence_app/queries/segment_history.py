"""How segments changed from run to run: sizes, and who entered and left and why."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import Json
from saleor_influence_app.models import VERSIONED, Membership, Run, RunKind, RunState, changed_between
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.runs.rollback import KEEP
from saleor_influence_app.targeting import condition_sources, definitions, segment_sizes

MOST_RUNS = 30
REFUSED = "The segment is against the rules until it is changed: it is assigned to nobody."


class SizeAfter(ApiModel):
    """How many were in a segment after a run."""

    run_id: int
    as_of: datetime
    size: int


class SegmentMove(ApiModel):
    """Somebody who entered or left, and why."""

    customer_id: str
    entered: bool
    why: str


class SegmentMoves(ApiModel):
    """Who entered and who left between two runs; `earlier` is null for the first run whose result is kept."""

    run_id: int
    as_of: datetime
    earlier: int | None
    entered: int
    left: int
    moves: list[SegmentMove]


def sizes(
    session: Session, shop_id: int, *, runs: int, name: str | None = None
) -> dict[str, list[SizeAfter]]:
    """How large were the segments, or the one, after the last runs that are kept? The oldest first."""
    kept = [*reversed(kept_runs(session, shop_id).limit(runs).all())]
    counted: dict[str, dict[int, int]] = defaultdict(dict)
    for run in kept:
        for segment, size in (run.sizes or {}).items():
            counted[segment][run.id] = size
    before = [run.id for run in kept if run.sizes is None]
    if before:
        _count(session, shop_id, before, into=counted)
    known = (
        [name]
        if name is not None
        else session.scalars(select(models.Segment.name).where(models.Segment.shop_id == shop_id)).all()
    )
    return {
        one: [SizeAfter(run_id=run.id, as_of=run.as_of, size=counted[one].get(run.id, 0)) for run in kept]
        for one in known
    }


def _count(session: Session, shop_id: int, run_ids: list[int], *, into: dict[str, dict[int, int]]) -> None:
    """Add the sizes after these runs, which have not kept them: versions of before did not."""
    for table, until in ((Membership.__table__, None), (VERSIONED[Membership], "until_run")):
        after = (
            (Run.id >= table.c.run_id)
            if until is None
            else ((Run.id >= table.c.run_id) & (Run.id < table.c[until]))
        )
        found = (
            select(table.c.segment, Run.id.label("run_id"), func.count().label("size"))
            .join(Run, after)
            .where(table.c.shop_id == shop_id, Run.id.in_(run_ids))
            .group_by(table.c.segment, Run.id)
        )
        for row in session.execute(found):
            of_segment = into[row.segment]
            of_segment[row.run_id] = of_segment.get(row.run_id, 0) + row.size


def history(session: Session, shop_id: int, name: str) -> list[SizeAfter]:
    """How large was the segment after the last runs?"""
    _definition(session, shop_id, name)
    return sizes(session, shop_id, runs=MOST_RUNS, name=name)[name]


def moves(session: Session, shop_id: int, name: str, *, run_id: int | None, limit: int) -> SegmentMoves:
    """Who entered and who left in this run, or in the last one? At most `limit` are named."""
    definition = _definition(session, shop_id, name)
    kept = kept_runs(session, shop_id).limit(MOST_RUNS + 1).all()
    if not kept:
        raise RowMissing("There is no finished run yet.")
    at = 0 if run_id is None else next((place for place, one in enumerate(kept) if one.id == run_id), None)
    if at is None:
        raise InputInvalid("The members after that run are not kept.")
    later, earlier = kept[at], kept[at + 1] if at + 1 < len(kept) else None
    if earlier is None:
        return SegmentMoves(run_id=later.id, as_of=later.as_of, earlier=None, entered=0, left=0, moves=[])
    moved = _moved(shop_id, name, later=later.id, earlier=earlier.id)
    entered, left = session.execute(
        select(func.count().filter(moved.c.entered), func.count().filter(~moved.c.entered))
    ).one()
    rows = session.execute(select(moved).order_by(moved.c.entered.desc(), moved.c.customer_id).limit(limit))
    run = session.get_one(Run, later.id)
    day, currency = later.as_of.astimezone(UTC).date(), run.model.get("currency", "")
    found = [
        SegmentMove(
            customer_id=row.customer_id,
            entered=row.entered,
            why=condition_sources.why_in(row.parts, day=day, currency=currency).sentence
            if row.entered
            else _why_out(session, (shop_id, row.customer_id), definition=definition, run_id=later.id),
        )
        for row in rows
    ]
    return SegmentMoves(
        run_id=later.id, as_of=later.as_of, earlier=earlier.id, entered=entered, left=left, moves=found
    )


def _why_out(session: Session, whose: tuple[int, str], *, definition: Json, run_id: int) -> str:
    """Say why they left; `whose` is the shop and the customer."""
    if definitions.why_refused(definition) is not None:
        return REFUSED
    usable = definitions.read(definition)
    return condition_sources.why_out(session, *whose, definition=usable, run_id=run_id)


def kept_runs(session: Session, shop_id: int) -> Any:
    """Query the runs after which the members are known, the newest first."""
    done = (Run.shop_id == shop_id, Run.state == RunState.DONE, Run.finished_at > func.now() - KEEP)
    newest = select(func.max(Run.id)).where(*done).scalar_subquery()
    return (
        session.query(Run.id, Run.as_of, Run.model[segment_sizes.IN_RUN].label("sizes"))
        .where(*done, (Run.kind != RunKind.INCREMENTAL) | (Run.id == newest))
        .order_by(Run.id.desc())
    )


def _moved(shop_id: int, name: str, *, later: int, earlier: int) -> Any:
    """Select who is in after one of the two runs only; with what the reason of who entered is made of."""
    before, after = (
        rows.subquery(label)
        for rows, label in zip(
            changed_between(Membership, shop_id, earlier=earlier, later=later),
            ("before", "after"),
            strict=True,
        )
    )
    now_in = select(after.c.customer_id, after.c.parts).where(after.c.segment == name).subquery("now_in")
    was_in = select(before.c.customer_id).where(before.c.segment == name).subquery("was_in")
    entered = (
        select(now_in.c.customer_id, literal(value=True).label("entered"), now_in.c.parts)
        .outerjoin(was_in, was_in.c.customer_id == now_in.c.customer_id)
        .where(was_in.c.customer_id.is_(None))
    )
    left = (
        select(was_in.c.customer_id, literal(value=False), null())
        .outerjoin(now_in, now_in.c.customer_id == was_in.c.customer_id)
        .where(now_in.c.customer_id.is_(None))
    )
    return union_all(entered, left).subquery("moved")


def _definition(session: Session, shop_id: int, name: str) -> Json:
    found = session.get(models.Segment, (shop_id, name))
    if found is None:
        raise RowMissing(f"There is no segment {name} in this shop.")
    return found.definition
