"""The app page: is everything here, what was calculated, what waits, what is wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.models import (
    Backfill,
    BackfillState,
    Customer,
    DriftCheck,
    History,
    Message,
    MessageState,
    Order,
    OrderMonth,
    OutboxRow,
    OutboxState,
    Shop,
)
from saleor_influence_app.queries import influence, runs, segments, sentences
from saleor_influence_app.queries.api_model import ApiModel

MOST_COUNTED = 50_000


class ShopSummary(ApiModel):
    """Which shop this is."""

    api_url: str
    active: bool
    installed_at: datetime
    currency: str | None
    held_run_id: int | None


class ReadingProgress(ApiModel):
    """How many rows of how many; the total is null until Saleor has said it."""

    done: int
    total: int | None


class HistoryProgress(ApiModel):
    """How far the shop's history has been read."""

    state: BackfillState
    orders: ReadingProgress
    customers: ReadingProgress
    rows_per_second: float | None
    seconds_left: float | None
    error: str | None


class Drift(ApiModel):
    """How our rows compare with Saleor's, as of the last comparison."""

    checked_at: datetime | None
    orders_saleor: int | None
    orders_here: int
    customers_saleor: int | None
    customers_here: int
    gaps: int | None
    sentence: str


class OrdersKept(ApiModel):
    """For how many months orders are here one by one, and of how many older ones there are sums alone."""

    months: int
    summed: int


class OutboxCounts(ApiModel):
    """Customer records, by how far writing them is."""

    pending: int
    written: int
    failed: int
    skipped_staff: int


class InboxCounts(ApiModel):
    """Webhooks that wait, and those that cannot be read."""

    pending: int
    failed: int


class Problem(ApiModel):
    """Trouble that a person should know of."""

    key: str
    message: str
    since: datetime


class Overview(ApiModel):
    """Everything the app page shows but the customers themselves."""

    shop: ShopSummary
    history: HistoryProgress
    drift: Drift
    orders_kept: OrdersKept
    last_run: runs.Run | None
    """The newest, however far it is."""
    last_done: runs.Run | None
    """The newest whose results are here."""
    segments: list[segments.SegmentSummary]
    outbox: OutboxCounts
    inbox: InboxCounts
    counted_to: int
    """Records and events of a state are counted as far as this; a greater number means "more than"."""
    problems: list[Problem]


def overview(session: Session, shop_id: int) -> Overview:
    """How does this shop stand?"""
    last, done = runs.runs(session, shop_id, limit=1), influence.last_run(session, shop_id)
    return Overview(
        shop=ShopSummary.model_validate(session.get_one(Shop, shop_id)),
        history=history(session, shop_id),
        drift=_drift(session, shop_id),
        orders_kept=_orders_kept(session, shop_id),
        last_run=last[0] if last else None,
        last_done=None if done is None else runs.Run.model_validate(done),
        segments=segments.segments(session, shop_id),
        outbox=_outbox(session, shop_id),
        inbox=_inbox(session, shop_id),
        counted_to=MOST_COUNTED,
        problems=_problems(session, shop_id),
    )


def history(session: Session, shop_id: int) -> HistoryProgress:
    """How far has the shop's history been read?"""
    rows = {row.kind: row for row in session.scalars(select(Backfill).where(Backfill.shop_id == shop_id))}
    busy = [row for row in rows.values() if row.state == BackfillState.RUNNING and row.rows_per_second]
    left = [
        (row.total - row.done) / row.rows_per_second
        for row in busy
        if row.total is not None and row.rows_per_second
    ]
    return HistoryProgress(
        state=_together(rows),
        orders=_progress(rows.get(History.ORDERS)),
        customers=_progress(rows.get(History.CUSTOMERS)),
        rows_per_second=sum(row.rows_per_second or 0.0 for row in busy) if busy else None,
        seconds_left=max(0.0, *left) if left else None,
        error=next((row.error for row in rows.values() if row.state == BackfillState.FAILED), None),
    )


def _together(rows: Mapping[str, Backfill]) -> BackfillState:
    states = {row.state for row in rows.values()}
    if BackfillState.FAILED in states:
        return BackfillState.FAILED
    if states == {BackfillState.DONE}:
        return BackfillState.DONE
    return BackfillState.WAITING if states <= {BackfillState.WAITING} else BackfillState.RUNNING


def _progress(row: Backfill | None) -> ReadingProgress:
    return (
        ReadingProgress(done=0, total=None)
        if row is None
        else ReadingProgress(done=row.done, total=row.total)
    )


def _drift(session: Session, shop_id: int) -> Drift:
    check = session.get(DriftCheck, shop_id)
    if check is not None:
        sentence = sentences.drift(
            here=check.orders_here, saleor=check.orders_saleor, gaps=check.gaps, checked_at=check.checked_at
        )
        return Drift(sentence=sentence, **{name: getattr(check, name) for name in _COMPARED})
    orders, customers = (
        session.scalar(select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery())) or 0
        for some in (
            select(Order.order_id).where(Order.shop_id == shop_id),
            select(Customer.customer_id).where(Customer.shop_id == shop_id, Customer.deleted_at.is_(None)),
        )
    )
    here = f"More than {MOST_COUNTED:,}" if orders > MOST_COUNTED else f"{orders:,}"
    return Drift(
        checked_at=None,
        orders_saleor=None,
        orders_here=orders,
        customers_saleor=None,
        customers_here=customers,
        gaps=None,
        sentence=f"{here} orders are here; they have not been compared with Saleor yet.",
    )


def _orders_kept(session: Session, shop_id: int) -> OrdersKept:
    summed = select(func.sum(OrderMonth.orders)).where(OrderMonth.shop_id == shop_id)
    return OrdersKept(
        months=session.get_one(Shop, shop_id).orders_months,
        summed=int(session.scalar(summed) or 0),
    )


_COMPARED = ("checked_at", "orders_saleor", "orders_here", "customers_saleor", "customers_here", "gaps")


def _outbox(session: Session, shop_id: int) -> OutboxCounts:
    found = _bounded(session, OutboxRow, shop_id, states=OutboxState)
    return OutboxCounts(
        pending=found[OutboxState.PENDING] + found[OutboxState.CLAIMED],
        written=found[OutboxState.WRITTEN],
        failed=found[OutboxState.FAILED],
        skipped_staff=found[OutboxState.SKIPPED_STAFF],
    )


def _inbox(session: Session, shop_id: int) -> InboxCounts:
    found = _bounded(session, Message, shop_id, states=(MessageState.PENDING, MessageState.FAILED))
    return InboxCounts(pending=found[MessageState.PENDING], failed=found[MessageState.FAILED])


def _bounded(
    session: Session, table: type[OutboxRow | Message], shop_id: int, *, states: Iterable[str]
) -> dict[str, int]:
    """Count at most one more than `MOST_COUNTED` in each state: this is asked every few seconds."""
    counts = {}
    for state in states:
        of_state = table.shop_id == shop_id, table.state == state
        some = select(literal(1)).where(*of_state).limit(MOST_COUNTED + 1).subquery()
        counts[state] = select(func.count()).select_from(some).scalar_subquery()
    return dict(zip(counts, map(int, session.execute(select(*counts.values())).one()), strict=True))


def _problems(session: Session, shop_id: int) -> list[Problem]:
    found = session.scalars(
        select(models.Problem)
        .where(models.Problem.shop_id == shop_id, models.Problem.dismissed_at.is_(None))
        .order_by(models.Problem.since, models.Problem.key)
    )
    return [Problem.model_validate(problem) for problem in found]
