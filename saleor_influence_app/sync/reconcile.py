"""The reconciler: what changed lately in a shop is read again, so that a lost webhook costs minutes.

Windows of updatedAt overlap, since a row may be committed in Saleor later than its updatedAt says.
The watermark moves with each page, so that a long catching-up continues where it was interrupted. A very long
one goes in slices, so that it keeps no worker from other shops.
"""

import math
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, settings
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Backfill, BackfillState, Contact, Shop
from saleor_influence_app.orders import order_retention
from saleor_influence_app.shops import circuit_breaker, problems, schedules, shops
from saleor_influence_app.sync import history_leases, inbox, projection, saleor_pages
from saleor_influence_app.sync.history_leases import Lease, LeaseLost
from saleor_influence_app.sync.saleor_pages import (
    CHANGED_FIRST,
    KINDS,
    Query,
    Reader,
    ReaderOpener,
    open_reader,
)
from webhooks.catalog import BY_SLUG

logger = log.get(__name__)

RECONCILE_FAILED = "influence-reconcile-failed"
RETRIES_LAST = timedelta(hours=1)
"""A delivery is given up minutes after it was created: look this far behind the newest one known."""

SLICE_SECONDS = 60.0
"""After this long a worker makes room for other shops and sends a message for the rest."""
TOLD_AFTER = timedelta(hours=1)
"""Trouble that passes sooner is no problem for staff."""

LostDelivery = Mapping[str, Any]


def poll(
    transaction: db.Transaction,
    shop_id: int,
    *,
    opener: ReaderOpener = open_reader,
    slice_seconds: float = math.inf,
) -> bool:
    """What changed in the shop since the last time is in the facts; False if not all of it could be read.

    Kinds whose history is still being read are left out. Trouble stands in the row's error; a refusal is
    a problem that the shop's staff sees; either is gone with the next success.
    """
    until = time.monotonic() + slice_seconds
    with transaction() as session:
        shop = shops.load(session, shop_id)
        if shop is None:
            return False
        again = datetime.now(UTC) + timedelta(minutes=settings.get().reconcile_minutes)
        schedules.put_off(session, shop_id, reconcile_at=again)
    try:
        with opener(shop) as reader:
            if not all(_catch_up(transaction, shop_id, kind, reader=reader, until=until) for kind in KINDS):
                _go_on_soon(transaction, shop_id)
                return False
            read_back(transaction, shop, reader)
    except SaleorUnreachable as error:
        logger.warning("reconcile.interrupted", shop_id=shop_id)
        _tell_of_trouble(transaction, shop_id, error)
        return False
    except SaleorRefused as error:
        with transaction() as session:
            if shops.load(session, shop_id) is not None:
                message = f"Changes could not be read; {_again()}. {error.message}"
                problems.raise_problem(session, shop_id, RECONCILE_FAILED, message)
        return False
    with transaction() as session:
        problems.resolve_problem(session, shop_id, RECONCILE_FAILED)
    return True


def sweep(session: Session) -> None:
    """Shops that were not read for as long as the settings say are queued."""
    answering = Shop.id.not_in(circuit_breaker.silent())
    for shop_id in schedules.due(session, Contact.reconcile_at, answering):
        db.after_commit(session, "history.reconcile", shop_id)


def read_back(transaction: db.Transaction, shop: Shop, reader: Reader) -> int:
    """Deliveries that Saleor gave up are in the inbox; the number of those that were new.

    Matters for deletions above all, which no updatedAt tells of. At most a hundred a webhook, the newest.
    """
    after = shop.deliveries_read_at
    times = [
        moment
        for delivery in _deliveries(
            reader.client.execute("failed_delivery_times", {"first": saleor_pages.PAGE})
        )
        if (moment := saleor_pages.moment_of(delivery, "createdAt")) is not None
    ]
    wanted = [moment for moment in times if after is None or moment > after - RETRIES_LAST]
    if not wanted or _nothing_can_be_new(after, max(wanted), reader.clock()):
        return 0
    lost = _deliveries(
        reader.client.execute("failed_deliveries", {"first": min(len(wanted), saleor_pages.PAGE)})
    )
    with transaction() as session:
        new = inbox.store_lost(session, shop.id, _payloads(lost))
        session.execute(
            update(Shop)
            .where(Shop.id == shop.id)
            .values(deliveries_read_at=func.greatest(Shop.deliveries_read_at, max(wanted)))
        )
    logger.info("reconcile.read_back", shop_id=shop.id, lost=len(wanted), new=new)
    return new


def _catch_up(transaction: db.Transaction, shop_id: int, kind: str, *, reader: Reader, until: float) -> bool:
    """The kind's window is read, unless others do; False if time was up before its end."""
    with transaction() as session:
        claimed = history_leases.claim(session, shop_id, kind, states=(BackfillState.DONE,))
    if claimed is None:
        return True
    lease, row = claimed
    try:
        with history_leases.kept(transaction, lease):
            whole = _read_window(transaction, lease, reader=reader, row=row, until=until)
    except LeaseLost:
        logger.warning("reconcile.lease_lost", shop_id=shop_id, kind=kind)
        return True
    except SaleorUnreachable as error:
        with transaction() as session:  # the next window overlaps with this one, wherever it stopped
            history_leases.in_trouble(session, lease, error.message, cursor=None)
        raise
    except SaleorRefused as error:
        with transaction() as session:
            history_leases.release(session, lease, error=error.message, cursor=None, trouble_since=None)
        raise
    with transaction() as session:
        history_leases.release(session, lease, error=None, trouble_since=None)
    return whole


def _go_on_soon(transaction: db.Transaction, shop_id: int) -> None:
    with transaction() as session:
        schedules.put_off(session, shop_id, reconcile_at=datetime.now(UTC))
        db.after_commit(session, "history.reconcile", shop_id)
    logger.info("reconcile.sliced", shop_id=shop_id)


def _tell_of_trouble(transaction: db.Transaction, shop_id: int, error: SaleorUnreachable) -> None:
    """Trouble that does not pass within an hour is a problem that staff see."""
    with transaction() as session:
        since = session.scalar(select(func.min(Backfill.trouble_since)).where(Backfill.shop_id == shop_id))
        if since is not None and since < datetime.now(UTC) - TOLD_AFTER:
            message = (
                f"Changes could not be read since {since:%Y-%m-%d %H:%M} UTC; {_again()}. {error.message}"
            )
            problems.raise_problem(session, shop_id, RECONCILE_FAILED, message)


def _again() -> str:
    return f"it is tried again every {settings.get().reconcile_minutes:g} minutes"


def _read_window(
    transaction: db.Transaction, lease: Lease, *, reader: Reader, row: Backfill, until: float
) -> bool:
    """Read what changed since the watermark, from the page where the slice before stopped."""
    overlap = timedelta(minutes=settings.get().reconcile_overlap_minutes)
    where = {"updatedAt": {"gte": (row.watermark - overlap).isoformat()}} if row.watermark else None
    with transaction() as session:
        oldest = order_retention.oldest(session, lease.shop_id, lease.kind)
    query = Query(KINDS[lease.kind].full, CHANGED_FIRST, where, created_since=oldest)
    with closing(reader.pages(query, after=row.cursor)) as coming:
        for page in coming:
            with transaction() as session:
                changed = projection.write_page(
                    session, lease.shop_id, lease.kind, nodes=page.nodes, read_at=page.read_at
                )
                newest = func.greatest(Backfill.watermark, page.newest())
                history_leases.renew(session, lease, watermark=newest, cursor=page.cursor)
                if changed:
                    projection.request_scores(session, lease.shop_id)
            if page.cursor is not None and time.monotonic() > until:
                return False
    return True


def _nothing_can_be_new(after: datetime | None, newest: datetime, now: datetime) -> bool:
    return after is not None and newest <= after < now - RETRIES_LAST


def _deliveries(data: Mapping[str, Any]) -> list[LostDelivery]:
    """Return the deliveries of all webhooks in an answer; what has no such shape is passed over."""
    found = [
        edge["node"]
        for hook in _list(_dict(data.get("app")).get("webhooks"))
        for edge in _list(_dict(_dict(hook).get("eventDeliveries")).get("edges"))
        if isinstance(edge, dict) and isinstance(edge.get("node"), dict)
    ]
    return sorted(found, key=lambda delivery: str(delivery.get("createdAt")))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _payloads(deliveries: Iterable[LostDelivery]) -> list[tuple[str, str]]:
    return [
        (slug, payload)
        for delivery in deliveries
        if (slug := str(delivery.get("eventType")).lower()) in BY_SLUG
        and not BY_SLUG[slug].is_of_a_checkout
        and not BY_SLUG[slug].is_sync
        and isinstance(payload := delivery.get("payload"), str)
    ]
