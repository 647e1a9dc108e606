"""Two runs side by side: who moved, by how much, and why."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from saleor_influence_app.db import Base
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Membership, RunKind, RunState, Score, as_of_run, changed_between
from saleor_influence_app.queries import influence, runs, segment_history
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.verdicts import Verdict
from saleor_influence_app.runs.rollback import KEEP

TERMS = {
    "clv": "Expected from own orders",
    "crv_expected": "Expected with the personal code",
    "civ_expected": "Expected through influence",
    "crv": "Brought by the personal code so far",
    "civ": "Influence so far",
}


class TermMove(ApiModel):
    """A part of the value, or of what was brought, that differs between the two."""

    term: Literal["clv", "crv_expected", "civ_expected", "crv", "civ"]
    before: Money
    after: Money


class Move(ApiModel):
    """A customer whose value, verdict or segments differ between the two; null = no value."""

    customer_id: str
    value_before: Money | None
    value_after: Money | None
    change: Money
    verdict_before: Verdict | None
    verdict_after: Verdict | None
    entered: list[str]
    left: list[str]
    terms: list[TermMove]
    """Of the value first."""
    orders: int
    """How many more paid orders of their own; negative: fewer."""
    code_orders: int
    """How many more orders with their code."""
    reasons: list[str]
    """The same in sentences."""


class Difference(ApiModel):
    """Who moved between two runs, those that moved most first, and how many there are in all."""

    earlier: runs.Run
    later: runs.Run
    total: int
    moves: list[Move]


class LastMoves(ApiModel):
    """Who moved most in the last run; null: there is no earlier one whose results are kept."""

    difference: Difference | None


def difference(
    session: Session, shop_id: int, run_id: int, *, against: int, page: tuple[int, int]
) -> Difference:
    """Who moved between the run `against` and this one? `page` is (offset, limit)."""
    earlier, later = runs.run(session, shop_id, against), runs.run(session, shop_id, run_id)
    if (earlier.state, later.state) != (RunState.DONE, RunState.DONE):
        raise InputInvalid("Only runs that were finished can be compared.")
    if any(one.finished_at is None or one.finished_at < datetime.now(UTC) - KEEP for one in (earlier, later)):
        raise InputInvalid(f"Results are kept for {KEEP.days} days; one of these runs is older.")
    newest = influence.last_run(session, shop_id)
    if any(one.kind == RunKind.INCREMENTAL and one.id != (newest and newest.id) for one in (earlier, later)):
        raise InputInvalid("Only full runs keep their results, and the newest run; compare two of those.")
    total, customer_ids = _page(session, shop_id, (earlier.id, later.id), page=page)
    both = {
        row.customer_id: row
        for row in session.execute(_sides(shop_id, earlier.id, later.id, whose=customer_ids))
    }
    return Difference(
        earlier=earlier, later=later, total=total, moves=[_move(both[one]) for one in customer_ids]
    )


def last_moves(session: Session, shop_id: int, *, most: int) -> LastMoves:
    """Who moved most in the last run?"""
    kept = segment_history.kept_runs(session, shop_id).limit(2).all()
    if len(kept) < 2:  # noqa: PLR2004 - a run and the one before
        return LastMoves(difference=None)
    later, earlier = kept
    found = difference(session, shop_id, later.id, against=earlier.id, page=(0, most))
    return LastMoves(difference=found)


def _page(
    session: Session, shop_id: int, compared: tuple[int, int], *, page: tuple[int, int]
) -> tuple[int, list[str]]:
    """Return how many moved, and those of the page; only rows that a run between the two wrote are read."""
    moved = _moved(shop_id, min(compared), max(compared)).subquery()
    ordered = select(moved.c.customer_id, func.count().over().label("total"))
    ordered = ordered.order_by(func.abs(moved.c.change).desc(), moved.c.customer_id)
    found = session.execute(ordered.offset(page[0]).limit(page[1])).all()
    if found or page[0] == 0:
        return found[0].total if found else 0, [row.customer_id for row in found]
    return session.scalar(select(func.count()).select_from(moved)) or 0, []


def _moved(shop_id: int, earlier: int, later: int) -> Any:
    """Select customers whose shown value, verdict or segments differ, with the change of the value."""
    before, after = (
        rows.subquery(name)
        for rows, name in zip(
            changed_between(Score, shop_id, earlier=earlier, later=later), ("before", "after"), strict=True
        )
    )
    switched = _switched(shop_id, earlier, later)
    customer_id = func.coalesce(after.c.customer_id, before.c.customer_id)
    change = func.coalesce(after.c.value, 0) - func.coalesce(before.c.value, 0)
    return (
        select(
            func.coalesce(customer_id, switched.c.customer_id).label("customer_id"), change.label("change")
        )
        .select_from(before.join(after, after.c.customer_id == before.c.customer_id, full=True))
        .join(switched, switched.c.customer_id == customer_id, full=True)
        .where(
            func.round(change, 2).is_distinct_from(0)
            | before.c.verdict.is_distinct_from(after.c.verdict)
            | switched.c.customer_id.is_not(None)
        )
    )


def _switched(shop_id: int, earlier: int, later: int) -> Any:
    """Select who entered a segment or left one."""
    was_in, is_in = (
        select(rows.c.customer_id, rows.c.segment)
        for rows in (
            one.subquery() for one in changed_between(Membership, shop_id, earlier=earlier, later=later)
        )
    )
    either = union_all(is_in.except_(was_in), was_in.except_(is_in)).subquery()
    return select(either.c.customer_id).distinct().subquery("switched")


def _sides(shop_id: int, earlier: int, later: int, *, whose: list[str]) -> Any:
    """Select these customers with what both runs say of them."""
    before, after = (
        _of(Score, shop_id, run, whose=whose).subquery(name)
        for run, name in ((earlier, "before"), (later, "after"))
    )
    was_in, is_in = (
        _segments(shop_id, run, whose=whose, name=name)
        for run, name in ((earlier, "was_in"), (later, "is_in"))
    )
    customer_id = func.coalesce(after.c.customer_id, before.c.customer_id)
    change = func.coalesce(after.c.value, 0) - func.coalesce(before.c.value, 0)
    return (
        select(
            customer_id.label("customer_id"),
            func.coalesce(after.c.currency, before.c.currency).label("currency"),
            change.label("change"),
            *(
                side.c[name].label(f"{name}_{label}")
                for side, label in ((before, "before"), (after, "after"))
                for name in ("value", "verdict", "orders_count", "crv_orders", "influenced", *TERMS)
            ),
            func.coalesce(was_in.c.names, []).label("segments_before"),
            func.coalesce(is_in.c.names, []).label("segments_after"),
        )
        .select_from(before.join(after, after.c.customer_id == before.c.customer_id, full=True))
        .outerjoin(was_in, was_in.c.customer_id == customer_id)
        .outerjoin(is_in, is_in.c.customer_id == customer_id)
    )


def _of(model: type[Base], shop_id: int, run: int, *, whose: list[str]) -> Any:
    rows = as_of_run(model, shop_id, run).subquery()
    return select(rows).where(rows.c.customer_id == func.any_(whose))


def _segments(shop_id: int, run: int, *, whose: list[str], name: str) -> Any:
    rows = _of(Membership, shop_id, run, whose=whose).subquery(f"rows_{name}")
    names = func.array_agg(aggregate_order_by(rows.c.segment, rows.c.segment))
    return select(rows.c.customer_id, names.label("names")).group_by(rows.c.customer_id).subquery(name)


def _move(row: Any) -> Move:
    before, after = set(row.segments_before), set(row.segments_after)
    return Move(
        customer_id=row.customer_id,
        value_before=amount(row.value_before, row.currency),
        value_after=amount(row.value_after, row.currency),
        change=amount(row.change, row.currency),
        verdict_before=row.verdict_before,
        verdict_after=row.verdict_after,
        entered=sorted(after - before),
        left=sorted(before - after),
        terms=_terms(row),
        orders=_more(row, "orders_count"),
        code_orders=_more(row, "crv_orders"),
        reasons=_reasons(row),
    )


def _terms(row: Any) -> list[TermMove]:
    moved = []
    for term in TERMS:
        was, now = (getattr(row, f"{term}_{side}") or Decimal(0) for side in ("before", "after"))
        if round(now - was, 2):
            both = {"before": amount(was, row.currency), "after": amount(now, row.currency)}
            moved.append(TermMove.model_validate({"term": term} | both))
    return moved


def _more(row: Any, count: str) -> int:
    return (getattr(row, f"{count}_after") or 0) - (getattr(row, f"{count}_before") or 0)


def _reasons(row: Any) -> list[str]:
    """Say which part of the value moved, and what happened meanwhile."""
    said = [f"{TERMS[one.term]}: {one.before} before, {one.after} now." for one in _terms(row)]
    for count, one, many in (
        ("orders_count", "paid order of their own", "paid orders of their own"),
        ("crv_orders", "order with their code", "orders with their code"),
    ):
        more = _more(row, count)
        if more:
            said.append(f"{abs(more):,} {'more' if more > 0 else 'fewer'} {one if abs(more) == 1 else many}.")
    if row.verdict_before != row.verdict_after:
        said.append(f"Verdict: {row.verdict_before or 'none'} before, {row.verdict_after or 'none'} now.")
    return said
