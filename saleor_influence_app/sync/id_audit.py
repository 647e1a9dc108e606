"""The comparison: the shop in Saleor against the rows here, and the gaps mended.

Rows are counted by spans of their last change, here and in Saleor. Where the numbers differ, the span is
halved until a page of ids remains, and that is held against the rows; what changed lately, and every few
weeks everything, is compared id by id. What seems to be gone is asked for by id before it goes.
"""

import math
import time
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Backfill, BackfillState, History
from saleor_influence_app.orders import order_retention, orders
from saleor_influence_app.shops import schedules, shops, suppression
from saleor_influence_app.sync import customers, drift, history_leases, projection, saleor_pages, spans
from saleor_influence_app.sync.customers import REVIVAL_MARGIN
from saleor_influence_app.sync.drift import Tally
from saleor_influence_app.sync.history_leases import Lease, LeaseLost
from saleor_influence_app.sync.saleor_pages import (
    CHANGED_FIRST,
    KINDS,
    PAGE,
    Page,
    Query,
    Reader,
    ReaderOpener,
    open_reader,
)
from saleor_influence_app.sync.spans import Span, Step

logger = log.get(__name__)

SLICE_SECONDS = 60.0
"""After this long a worker makes room for other shops and sends a message for the rest."""
LATEST = datetime.max.replace(tzinfo=UTC)
KEPT = timedelta(days=1)
"""A comparison that was interrupted for longer begins anew."""
EVERY_ID = timedelta(days=28)
"""So often every id is read: two errors in a span of the same number cancel out."""
RECENT = timedelta(days=2)
"""What changed since is compared id by id: one order changes several times within hours."""
PARTS = 100
"""Of a shop, each counted with one request."""
HALVES = 2
NEXT = timedelta(microseconds=1)
"""The unit of Saleor's and PostgreSQL's clocks."""


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
    later, both from the span where they stopped.
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
        every_id = not drift.every_id_was_read(session, shop_id, within=EVERY_ID)
    if claimed is None:
        raise LeaseLost
    lease, row = claimed
    comparison = _Comparison(
        transaction, lease, reader, ComparisonState.of(row.comparison, every_id=every_id)
    )
    try:
        with history_leases.kept(transaction, lease):
            if not comparison.state.whole:
                comparison.run(until)
    except SaleorRefused as error:
        if saleor_pages.is_about_cursor(error):
            comparison.state.cursor = None
        raise
    finally:
        with transaction() as session:
            history_leases.release(session, lease, comparison=asdict(comparison.state))
    return comparison.state.tally if comparison.state.whole else None


@dataclass(slots=True)
class ComparisonState:
    """How far a comparison is, as its row keeps it between slices."""

    begun_at: str
    begin: str | None = None
    """What changed up to this moment has been compared."""
    end: str | None = None
    cursor: str | None = None
    """Of the span up to `end`, whose ids are being read, up to here; None: of no span."""
    whole: bool = False
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def of(cls, kept: dict[str, Any] | None, *, every_id: bool) -> "ComparisonState":
        """Return what was kept, or a beginning; what was kept for too long tells of another time."""
        now = datetime.now(UTC)
        known = {one.name for one in fields(cls)}  # of another release otherwise
        if kept is None or kept.keys() != known or datetime.fromisoformat(kept["begun_at"]) < now - KEPT:
            return cls(now.isoformat(), tally=Tally(every_id=every_id))
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
_UNDATED = text(
    "SELECT customer_id FROM customers "
    "WHERE shop_id = :shop_id AND date_joined IS NULL AND deleted_at IS NULL"
)


class _Comparison:
    """One kind's comparison: spans of last changes, counted or read, held against rows of the same span."""

    def __init__(  # noqa: PLR0917 - its parts
        self, transaction: db.Transaction, lease: Lease, reader: Reader, state: ComparisonState
    ) -> None:
        self.transaction = transaction
        self.lease = lease
        self.reader = reader
        self.kind = KINDS[lease.kind]
        self.state = state
        self.tally = state.tally
        self.recent = datetime.now(UTC) - RECENT
        with transaction() as session:
            self.oldest = order_retention.oldest(session, lease.shop_id, lease.kind)

    def run(self, until: float) -> None:
        """Compare span after span; at the end, or when time is up, `state` says how far this is."""
        if self.state.cursor and not self._go_on(until):
            return
        begin = _moment(self.state.begin)
        if begin != LATEST:
            with self.transaction() as session:
                steps = spans.steps(
                    session, self.lease.shop_id, self.lease.kind, begin=begin, oldest=self.oldest
                )
            if begin is None and not self._there((None, None)):
                # More likely trouble over there than a reason to delete.
                self.tally.surplus, self.state.whole = steps[-1].rows, True
                return
            if not all(self._compare(part, until) for part in spans.parts(steps, PARTS)):
                return
        for chunk in _chunks(self._undated()):
            self._mend(chunk, chunk)
        self._ask_for(self._undated())
        self.state.whole = True

    def _go_on(self, until: float) -> bool:
        """Read the rest of a span; False if time was up before its end."""
        begin = _moment(self.state.begin)
        span = begin and begin - NEXT, _moment(self.state.end)  # others may have changed at that moment
        return self._read(span, self._here(span), until)

    def _compare(self, steps: Sequence[Step], until: float) -> bool:
        """Compare a part of the shop; False if time was up before its end."""
        here: dict[str, datetime] | None = None
        for span in self._differing(steps):
            if here is None:
                here = self._here((steps[0].upto, steps[-1].upto))
            if not self._read(span, here, until):
                return False
        return time.monotonic() <= until

    def _differing(self, steps: Sequence[Step]) -> Iterator[Span]:
        """Yield the spans whose ids are to be read, in order of time; those of equal numbers are done."""
        first, last = steps[0], steps[-1]
        is_read = self.tally.every_id or last.upto is None or last.upto > self.recent
        if not is_read:
            there = self._there((first.upto, last.upto))
            if there == last.rows - first.rows:
                self.tally.listed += there
                self._has_compared(last.upto)
                return
        if len(steps) > HALVES:
            for part in spans.parts(steps, HALVES):
                yield from self._differing(part)
        else:
            yield first.upto, last.upto

    def _has_compared(self, upto: datetime | None) -> None:
        with self.transaction() as session:
            history_leases.renew(session, self.lease)
        self.state.begin, self.state.end, self.state.cursor = _kept(upto or LATEST), None, None

    def _query(self, span: Span) -> Query:
        begin, end = span
        changed = {"gte": begin and begin + NEXT, "lte": end}
        where = {key: moment.isoformat() for key, moment in changed.items() if moment}
        wanted = {"updatedAt": where} if where else None
        return Query(self.kind.thin, CHANGED_FIRST, wanted, created_since=self.oldest)

    def _there(self, span: Span) -> int:
        return self.reader.count(self._query(span))

    def _here(self, span: Span) -> dict[str, datetime]:
        with self.transaction() as session:
            return spans.rows(session, self.lease.shop_id, self.lease.kind, span=span, oldest=self.oldest)

    def _read(self, span: Span, here: dict[str, datetime], until: float) -> bool:
        """Hold the ids of a span against the rows; False if time was up before its end."""
        begin, end = span
        with closing(self.reader.pages(self._query(span), after=self.state.cursor)) as coming:
            for page in coming:
                listed = self._take(page)
                upto = saleor_pages.moment_of(page.nodes[-1], "updatedAt") if page.cursor else end or LATEST
                if upto is not None:
                    passed = {one for one, at in here.items() if (begin is None or begin < at) and at <= upto}
                    self._ask_for(passed - listed)
                    begin = upto
                if page.cursor is None:
                    break
                self.state.begin, self.state.end = _kept(begin), _kept(end)
                self.state.cursor = page.cursor
                if time.monotonic() > until:
                    return False
        self._has_compared(end)
        return time.monotonic() <= until

    def _take(self, page: Page) -> AbstractSet[str]:
        """Mend what the page lists and is old or missing here; return its ids."""
        listed = {str(node.get("id")): saleor_pages.moment_of(node, "updatedAt") for node in page.nodes}
        with self.transaction() as session:
            history_leases.renew(session, self.lease)
            known = self._known(session, listed.keys(), page.read_at)
        self.tally.listed += len(listed)
        self._mend([one for one, moment in listed.items() if _is_old(known.get(one), moment)], known.keys())
        return listed.keys()

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
        for chunk in _chunks(ids):
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

    def _undated(self) -> set[str]:
        """Return the customers that events alone told of and no list did."""
        if self.lease.kind == History.ORDERS:
            return set()
        with self.transaction() as session:
            return set(session.scalars(_UNDATED, {"shop_id": self.lease.shop_id}))


def _is_old(here: datetime | None, there: datetime | None) -> bool:
    return here is None or (there is not None and here < there)


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _kept(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """Cut into what one request can ask for."""
    asked = sorted(ids)
    for begin in range(0, len(asked), PAGE):
        yield asked[begin : begin + PAGE]
