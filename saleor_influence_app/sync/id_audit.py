"""The comparison: every id of the shop in Saleor against every id here, and the gaps mended.

Saleor lists ids in order of creation, a hundred at a time; each page is held against the rows of the same
span of time, so that memory stays that of a page. What seems to be gone is asked for by id before it goes.
"""

import math
import time
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Backfill, BackfillState, History
from saleor_influence_app.orders import order_retention, orders
from saleor_influence_app.shops import schedules, shops, suppression
from saleor_influence_app.sync import customers, drift, history_leases, projection, saleor_pages
from saleor_influence_app.sync.customers import REVIVAL_MARGIN
from saleor_influence_app.sync.drift import Tally
from saleor_influence_app.sync.history_leases import Lease, LeaseLost
from saleor_influence_app.sync.saleor_pages import (
    CREATED_FIRST,
    KINDS,
    Page,
    Query,
    Reader,
    ReaderOpener,
    open_reader,
)

logger = log.get(__name__)

SLICE_SECONDS = 60.0
"""After this long a worker makes room for other shops and sends a message for the rest."""
LATEST = datetime.max.replace(tzinfo=UTC)
KEPT = timedelta(days=1)
"""A comparison that was interrupted for longer begins anew."""


def compare(
    transaction: db.Transaction,
    shop_id: int,
    *,
    opener: ReaderOpener = open_reader,
    rest: timedelta = timedelta(0),
    slice_seconds: float = math.inf,
) -> bool:
    """Both kinds are compared and mended, and the drift meter says so; False if that was not possible now.

    Nothing is done again within `rest` of the last comparison: messages that waited in a queue together. A
    comparison that takes longer than a slice goes on with the next message, one that was interrupted an hour
    later, both from the page where they stopped.
    """
    until = time.monotonic() + slice_seconds
    with transaction() as session:
        shop = shops.load(session, shop_id)
        rested = drift.is_older_than(session, shop_id, rest)
        if shop is not None:
            drift.plan(session, shop_id, done=not rested)
    if shop is None or not rested:
        return False
    try:
        with opener(shop) as reader:
            found = [_compare_kind(transaction, shop_id, kind, reader=reader, until=until) for kind in KINDS]
    except (SaleorUnreachable, SaleorRefused, LeaseLost) as error:
        logger.warning("compare.interrupted", shop_id=shop_id, reason=type(error).__name__)
        return False
    tallies = {str(kind): tally for kind, tally in zip(KINDS, found, strict=True) if tally is not None}
    with transaction() as session:
        if len(tallies) < len(KINDS):
            schedules.put_off(session, shop_id, compare_at=datetime.now(UTC))
            db.after_commit(session, "history.compare", shop_id)
            return False
        drift.note(session, shop_id, tallies)
        drift.plan(session, shop_id, done=True)
        session.execute(update(Backfill).where(Backfill.shop_id == shop_id).values(comparison=None))
    return True


def _compare_kind(
    transaction: db.Transaction, shop_id: int, kind: str, *, reader: Reader, until: float
) -> Tally | None:
    """Return what the kind's comparison has found, in all its slices; None if time was up before its end."""
    with transaction() as session:
        claimed = history_leases.claim(session, shop_id, kind, states=(BackfillState.DONE,))
    if claimed is None:
        raise LeaseLost
    lease, row = claimed
    comparison = _Comparison(transaction, lease, reader, ComparisonState.of(row.comparison))
    kept: ComparisonState | None = comparison.state
    try:
        with history_leases.kept(transaction, lease):
            if not comparison.state.whole:
                comparison.run(until)
    except SaleorRefused as error:
        kept = None if saleor_pages.is_about_cursor(error) else kept
        raise
    finally:
        with transaction() as session:
            history_leases.release(session, lease, comparison=asdict(kept) if kept else None)
    return comparison.state.tally if comparison.state.whole else None


@dataclass(slots=True)
class ComparisonState:
    """How far a comparison is, as its row keeps it between slices."""

    begun_at: str
    cursor: str | None = None
    begin: str | None = None
    """The rows up to this moment of creation have been held against Saleor's."""
    whole: bool = False
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> "ComparisonState":
        """Return what was kept, or a beginning; what was kept for too long tells of another time."""
        now = datetime.now(UTC)
        if kept is None or datetime.fromisoformat(kept["begun_at"]) < now - KEPT:
            return cls(now.isoformat())
        return cls(**kept | {"tally": Tally(**kept["tally"])})


_KNOWN: dict[str, TextClause] = {
    History.ORDERS: text(
        "SELECT order_id AS id, updated_at FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:ids)"
    ),
    # A customer known from events alone counts as old: their date of joining is still to be read.
    History.CUSTOMERS: text("""
        SELECT customer_id AS id, CASE WHEN date_joined IS NULL
            THEN to_timestamp(0) ELSE updated_at END AS updated_at
        FROM customers WHERE shop_id = :shop_id AND customer_id = ANY (:ids) AND deleted_at IS NULL
    """),
}
_NEAR: dict[str, TextClause] = {
    History.ORDERS: text("""
        SELECT order_id FROM orders WHERE shop_id = :shop_id
            AND created_at > coalesce(CAST(:begin AS timestamptz), '-infinity')
            AND created_at <= coalesce(CAST(:end AS timestamptz), 'infinity')
    """),
    History.CUSTOMERS: text("""
        SELECT customer_id FROM customers WHERE shop_id = :shop_id AND deleted_at IS NULL
            AND date_joined > coalesce(CAST(:begin AS timestamptz), '-infinity')
            AND date_joined <= coalesce(CAST(:end AS timestamptz), 'infinity')
    """),
}
_UNDATED = text(
    "SELECT customer_id FROM customers "
    "WHERE shop_id = :shop_id AND date_joined IS NULL AND deleted_at IS NULL"
)


class _Comparison:
    """One kind's comparison: pages of ids, held against rows of the same span of creation."""

    def __init__(  # noqa: PLR0917 - its parts
        self, transaction: db.Transaction, lease: Lease, reader: Reader, state: ComparisonState
    ) -> None:
        self.transaction = transaction
        self.lease = lease
        self.reader = reader
        self.kind = KINDS[lease.kind]
        self.state = state
        self.tally = state.tally
        with transaction() as session:
            self.oldest = order_retention.oldest(session, lease.shop_id, lease.kind)

    def run(self, until: float) -> None:
        """Compare page after page; at the end, or when time is up, `state` says how far this is."""
        query = Query(self.kind.thin, CREATED_FIRST, created_since=self.oldest)
        with closing(self.reader.pages(query, after=self.state.cursor)) as coming:
            for page in coming:
                self._hold_against_rows(page)
                self.state.cursor = page.cursor
                if page.cursor is not None and time.monotonic() > until:
                    return
        self._ask_for(self._undated())
        self.state.whole = True

    def _hold_against_rows(self, page: Page) -> None:
        listed = {str(node.get("id")): saleor_pages.moment_of(node, "updatedAt") for node in page.nodes}
        end = saleor_pages.moment_of(page.nodes[-1], self.kind.created) if page.cursor else None
        with self.transaction() as session:
            history_leases.renew(session, self.lease)
            known = self._known(session, listed.keys(), page.read_at)
            bounded = end is not None or page.cursor is None
            begin = datetime.fromisoformat(self.state.begin) if self.state.begin else self.oldest
            surplus = self._near(session, begin, end) - listed.keys() if bounded else set()
        if end is not None:
            self.state.begin = end.isoformat()
        self.tally.listed += len(listed)
        if (
            not self.tally.listed
        ):  # a shop of nothing is more likely trouble over there than a reason to delete
            self.tally.surplus += len(surplus)
            return
        self._mend([one for one, moment in listed.items() if _is_old(known.get(one), moment)], known.keys())
        self._ask_for(surplus)

    def _mend(self, ids: list[str], known: Collection[str]) -> None:
        """Rows that are missing or old are read; those that still are not here count."""
        if not ids:
            return
        page = self.reader.by_ids(self.kind, ids)
        given = {str(node.get("id")) for node in page.nodes}  # what went since the list was made is no gap
        with self.transaction() as session:
            shop_id = self.lease.shop_id
            changed = projection.write_page(
                session, shop_id, self.lease.kind, nodes=page.nodes, read_at=page.read_at
            )
            here = self._known(session, given, page.read_at)
            if changed:
                projection.request_scores(session, shop_id)
        missing = given - here.keys() - set(known)
        self.tally.missing += len(missing)
        self.tally.mended += len(given) - len(missing)

    def _ask_for(self, ids: Collection[str]) -> None:
        """Of rows that Saleor did not list where they should be, those that it does not know by id go."""
        asked = sorted(ids)
        for begin in range(0, len(asked), saleor_pages.PAGE):
            chunk = asked[begin : begin + saleor_pages.PAGE]
            page = self.reader.by_ids(self.kind, chunk, thin=True)
            gone = set(chunk) - {str(node.get("id")) for node in page.nodes}
            with self.transaction() as session:
                history_leases.renew(session, self.lease)
                if gone:
                    self._remove(session, gone, page.read_at)
            self.tally.mended += len(gone)

    def _remove(self, session: Session, ids: Collection[str], read_at: datetime) -> None:
        shop_id = self.lease.shop_id
        shops.lock_facts(session, shop_id)
        if self.lease.kind == History.ORDERS:
            orders.remove(session, shop_id, ids)
        else:
            customers.delete(session, shop_id, dict.fromkeys(ids, read_at))
        projection.request_scores(session, shop_id)
        logger.info("compare.removed", shop_id=shop_id, kind=self.lease.kind, rows=len(ids))

    def _known(self, session: Session, ids: AbstractSet[str], read_at: datetime) -> dict[str, datetime]:
        """Return updated_at of the ids that are here; who was erased, or deleted just now, lacks nothing."""
        shop_id = self.lease.shop_id
        rows = session.execute(_KNOWN[self.lease.kind], {"shop_id": shop_id, "ids": list(ids)})
        known = {row.id: row.updated_at for row in rows}
        if self.lease.kind == History.CUSTOMERS and (missing := ids - known.keys()):
            proven_after = read_at - REVIVAL_MARGIN
            known |= dict.fromkeys(
                suppression.away(session, shop_id, missing, proven_after=proven_after), LATEST
            )
        return known

    def _near(self, session: Session, begin: datetime | None, end: datetime | None) -> set[str]:
        """Return the ids here that were created after `begin` and up to `end`; None leaves that side open."""
        parameters = {"shop_id": self.lease.shop_id, "begin": begin, "end": end}
        return set(session.scalars(_NEAR[self.lease.kind], parameters))

    def _undated(self) -> set[str]:
        """Return the customers that events alone told of and no list did."""
        with self.transaction() as session:
            if self.lease.kind == History.ORDERS:
                return set()
            return set(session.scalars(_UNDATED, {"shop_id": self.lease.shop_id}))


def _is_old(here: datetime | None, there: datetime | None) -> bool:
    return here is None or (there is not None and here < there)
