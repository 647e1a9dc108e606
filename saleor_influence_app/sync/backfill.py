"""The history of a shop after its installation, page by page, taken up again wherever it stopped.

Pages come in order of updatedAt: a row that changes meanwhile moves to the end and is read once more,
none is passed over. A page and the cursor behind it are committed together, under a lease.
"""

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, processes, run_queue
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Backfill, BackfillState, RunKind, Shop
from saleor_influence_app.orders import order_retention
from saleor_influence_app.shops import circuit_breaker, problems, shops
from saleor_influence_app.sync import history_leases, projection
from saleor_influence_app.sync.history_leases import Lease, LeaseLost
from saleor_influence_app.sync.saleor_pages import (
    CHANGED_FIRST,
    KINDS,
    Page,
    Query,
    Reader,
    ReaderOpener,
    open_reader,
)

logger = log.get(__name__)

HISTORY_FAILED = "influence-history-failed"
SLICE_SECONDS = 60.0
"""After this long a worker makes room for other shops and queues itself."""
TRY_AGAIN_AFTER = timedelta(hours=1)
"""A refusal is final until a person acts; whether somebody has is looked at this often."""
TOLD_AFTER = timedelta(hours=1)
"""Trouble that passes sooner is shown beside the progress, and is no problem for staff."""


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How far the reading of one kind is, as shown to people."""

    kind: str
    state: str
    done: int
    total: int | None
    rows_per_second: float | None
    seconds_left: float | None
    error: str | None


def start(session: Session, shop_id: int) -> None:
    """The shop's whole history will be read (again) from its beginning."""
    for kind in KINDS:
        session.merge(
            Backfill(
                shop_id=shop_id,
                kind=kind,
                state=BackfillState.WAITING,
                done=0,
                cursor=None,
                total=None,
                error=None,
                lease_until=None,
                started_at=None,
                finished_at=None,
            )
        )
        db.after_commit(session, "history.backfill", shop_id, kind)
    db.after_commit(session, "history.categories", shop_id)
    session.flush()


def work(
    transaction: db.Transaction,
    shop_id: int,
    kind: str,
    *,
    opener: ReaderOpener = open_reader,
    slice_seconds: float = SLICE_SECONDS,
) -> bool:
    """The kind's history is read to its end, or as far as a slice of time goes; False if it was not ours.

    Saleor away or in trouble: the lease is free and the row says why; the next sweep, within a minute, goes
    on behind the last page. After an hour staff see a problem. Saleor refusing: the row is failed with the
    reason, and the shop has a problem that its staff sees.
    """
    with transaction() as session:
        shop = shops.load(session, shop_id)
        claimed = (
            history_leases.claim(
                session,
                shop_id,
                kind,
                states=(
                    BackfillState.WAITING,
                    BackfillState.RUNNING,
                ),
            )
            if shop
            else None
        )
        if shop is None or claimed is None:
            return False
        lease, row = claimed
        started_at = row.started_at or datetime.now(UTC)
        history_leases.renew(
            session, lease, state=BackfillState.RUNNING, started_at=started_at, finished_at=None
        )
        oldest = order_retention.oldest(session, shop_id, kind)
    reading = _Reading(transaction, lease, slice_seconds)
    try:
        with history_leases.kept(transaction, lease), opener(shop) as reader:
            with_total = row.total is None
            query = Query(KINDS[kind].full, CHANGED_FIRST, with_total=with_total, created_since=oldest)
            reading.read(reader, query, row.cursor)
    except LeaseLost:
        logger.warning("backfill.lease_lost", shop_id=shop_id, kind=kind)
    except SaleorUnreachable as error:
        logger.warning("backfill.interrupted", shop_id=shop_id, kind=kind)
        with transaction() as session:
            since = history_leases.in_trouble(session, reading.lease, error.message)
            if since is not None and since < datetime.now(UTC) - TOLD_AFTER:
                message = (
                    f"The history of {kind} could not be read since {since:%Y-%m-%d %H:%M} UTC; it is tried "
                    f"again every few minutes and goes on where it stopped. {error.message}"
                )
                problems.raise_problem(session, shop_id, HISTORY_FAILED, message)
    except SaleorRefused as error:
        with transaction() as session:
            _refused(session, reading.lease, error)
    return True


def progress(session: Session, shop_id: int) -> list[BackfillProgress]:
    """Return how far the shop's history is, customers first."""
    rows = session.scalars(select(Backfill).where(Backfill.shop_id == shop_id).order_by(Backfill.kind))
    return [_progress(row) for row in rows]


def sweep(session: Session) -> None:
    """Every history that nobody reads and that is not read to its end is queued."""
    session.execute(
        update(Backfill)
        .where(Backfill.state == BackfillState.FAILED, Backfill.finished_at < func.now() - TRY_AGAIN_AFTER)
        .values(state=BackfillState.WAITING)
    )
    forgotten = session.execute(
        select(Backfill.shop_id, Backfill.kind)
        .join(Shop, and_(Shop.id == Backfill.shop_id, Shop.active))
        .where(
            Backfill.state.in_((BackfillState.WAITING, BackfillState.RUNNING)),
            or_(Backfill.lease_until.is_(None), Backfill.lease_until < func.now()),
            Shop.id.not_in(circuit_breaker.silent()),
        )
    )
    for shop_id, kind in forgotten:
        db.after_commit(session, "history.backfill", shop_id, kind)


@dataclass(slots=True)
class _Reading:
    """One worker's slice of reading."""

    transaction: db.Transaction
    lease: Lease
    slice_seconds: float
    rows: int = 0

    def read(self, reader: Reader, query: Query, cursor: str | None) -> None:
        begin = time.monotonic()
        with closing(reader.pages(query, after=cursor)) as coming:
            for page in coming:
                self.rows += len(page.nodes)
                seconds = time.monotonic() - begin
                self.write(page, rows_per_second=self.rows / max(seconds, 0.001))
                over = seconds > self.slice_seconds or processes.stop_is_asked()
                if page.cursor is not None and over:
                    self.make_room()
                    return

    def write(self, page: Page, *, rows_per_second: float) -> None:
        """The page and the cursor behind it are committed, both or neither."""
        shop_id, kind = self.lease.shop_id, self.lease.kind
        with self.transaction() as session:
            projection.write_page(session, shop_id, kind, nodes=page.nodes, read_at=page.read_at)
            done = Backfill.done + len(page.nodes)
            history_leases.renew(
                session,
                self.lease,
                cursor=page.cursor,
                done=done,
                total=func.greatest(Backfill.total if page.total is None else page.total, done),
                rows_per_second=rows_per_second,
                watermark=func.greatest(Backfill.watermark, page.newest()),
                error=None,
                trouble_since=None,
            )
            if page.cursor is None:
                _finish(session, self.lease)

    def make_room(self) -> None:
        with self.transaction() as session:
            history_leases.release(session, self.lease)
            db.after_commit(session, "history.backfill", self.lease.shop_id, self.lease.kind)


def _finish(session: Session, lease: Lease) -> None:
    """The kind is done; when both are, all is scored and compared. The facts lock orders two finishers."""
    history_leases.release(
        session,
        lease,
        state=BackfillState.DONE,
        finished_at=func.now(),
        total=Backfill.done,
        rows_per_second=None,
    )
    problems.resolve_problem(session, lease.shop_id, HISTORY_FAILED)
    logger.info("backfill.done", shop_id=lease.shop_id, kind=lease.kind)
    if projection.history_is_complete(session, lease.shop_id):
        run_queue.request(session, lease.shop_id, kind=RunKind.FULL)
        db.after_commit(session, "history.compare", lease.shop_id)


def _refused(session: Session, lease: Lease, error: SaleorRefused) -> None:
    shop_id, kind = lease.shop_id, lease.kind
    if shops.load(session, shop_id) is None:  # switched off meanwhile: no wonder
        history_leases.release(session, lease)
        return
    if (
        "cursor" in error.message.lower()
    ):  # its meaning changes with Saleor's versions: once more from the start
        history_leases.release(session, lease, cursor=None, done=0, error=error.message)
        return
    history_leases.release(
        session, lease, state=BackfillState.FAILED, finished_at=func.now(), error=error.message
    )
    problems.raise_problem(
        session,
        shop_id,
        HISTORY_FAILED,
        f"The history of {kind} could not be read; it is tried again every hour. {error.message}",
    )


def _progress(row: Backfill) -> BackfillProgress:
    left = None
    if row.state == BackfillState.DONE:
        left = 0.0
    elif row.total is not None and row.rows_per_second:
        left = max(row.total - row.done, 0) / row.rows_per_second
    return BackfillProgress(row.kind, row.state, row.done, row.total, row.rows_per_second, left, row.error)
