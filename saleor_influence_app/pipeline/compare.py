"""The comparison: every id of the shop in Saleor against every id here, and the gaps mended.

Saleor lists ids in order of creation, a hundred at a time; each page is held against the rows of the same
span of time, so that memory stays that of a page. What seems to be gone is asked for by id before it goes.
"""

from collections.abc import Collection
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.pipeline import customers, drift, facts, leases, orders, pages, shops
from saleor_influence_app.pipeline.customers import REVIVAL_MARGIN
from saleor_influence_app.pipeline.drift import Tally
from saleor_influence_app.pipeline.leases import Lease, LeaseLost
from saleor_influence_app.pipeline.pages import CREATED_FIRST, KINDS, Opener, Page, Query, Reader, open_reader

logger = log.get(__name__)


def compare(
    transaction: db.Transaction,
    shop_id: int,
    *,
    opener: Opener = open_reader,
    rest: timedelta = timedelta(0),
) -> bool:
    """Both kinds are compared and mended, and the drift meter says so; False if that was not possible now.

    Nothing is done again within `rest` of the last comparison: bells that waited in a queue together.
    """
    with transaction() as session:
        shop = shops.load(session, shop_id)
        rested = drift.is_older_than(session, shop_id, rest)
    if shop is None or not rested:
        return False
    try:
        with opener(shop) as reader:
            tallies = {kind: _compare_kind(transaction, shop_id, kind, reader=reader) for kind in KINDS}
    except (SaleorUnreachable, SaleorRefused, LeaseLost) as error:
        logger.warning("compare.interrupted", shop_id=shop_id, reason=type(error).__name__)
        return False
    with transaction() as session:
        drift.note(session, shop_id, tallies)
    return True


def _compare_kind(transaction: db.Transaction, shop_id: int, kind: str, *, reader: Reader) -> Tally:
    with transaction() as session:
        claimed = leases.claim(session, shop_id, kind, states=("done",))
    if claimed is None:
        raise LeaseLost
    comparison = _Comparison(transaction, claimed[0], reader)
    try:
        with leases.kept(transaction, comparison.lease):
            comparison.run()
    finally:
        with transaction() as session:
            leases.release(session, comparison.lease)
    return comparison.tally


_KNOWN = {
    "orders": text(
        "SELECT order_id AS id, updated_at FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:ids)"
    ),
    # A customer known from events alone counts as old: her date of joining is still to be read.
    "customers": text("""
        SELECT customer_id AS id, CASE WHEN date_joined IS NULL AND deleted_at IS NULL
            THEN to_timestamp(0) ELSE updated_at END AS updated_at
        FROM customers WHERE shop_id = :shop_id AND customer_id = ANY (:ids)
            AND (deleted_at IS NULL OR deleted_at >= :proven_after)
    """),
}
_NEAR = {
    "orders": text("""
        SELECT order_id FROM orders WHERE shop_id = :shop_id
            AND created_at > coalesce(CAST(:begin AS timestamptz), '-infinity')
            AND created_at <= coalesce(CAST(:end AS timestamptz), 'infinity')
    """),
    "customers": text("""
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

    def __init__(self, transaction: db.Transaction, lease: Lease, reader: Reader) -> None:
        self.transaction = transaction
        self.lease = lease
        self.reader = reader
        self.kind = KINDS[lease.kind]
        self.tally = Tally()
        self._begin: datetime | None = None

    def run(self) -> None:
        with closing(self.reader.pages(Query(self.kind.thin, CREATED_FIRST))) as coming:
            for page in coming:
                self._hold_against_rows(page)
        self._ask_for(self._undated())

    def _hold_against_rows(self, page: Page) -> None:
        listed = {str(node.get("id")): pages.moment_of(node, "updatedAt") for node in page.nodes}
        end = pages.moment_of(page.nodes[-1], self.kind.created) if page.cursor else None
        with self.transaction() as session:
            leases.renew(session, self.lease)
            known = self._known(session, listed, page.read_at)
            bounded = end is not None or page.cursor is None
            surplus = self._near(session, self._begin, end) - listed.keys() if bounded else set()
        self._begin = end or self._begin
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
            changed = facts.write_page(
                session, shop_id, self.lease.kind, nodes=page.nodes, read_at=page.read_at
            )
            here = self._known(session, given, page.read_at)
            if changed:
                facts.request_scores(session, shop_id)
        missing = given - here.keys() - set(known)
        self.tally.missing += len(missing)
        self.tally.mended += len(given) - len(missing)

    def _ask_for(self, ids: Collection[str]) -> None:
        """Of rows that Saleor did not list where they should be, those that it does not know by id go."""
        asked = sorted(ids)
        for begin in range(0, len(asked), pages.PAGE):
            chunk = asked[begin : begin + pages.PAGE]
            page = self.reader.by_ids(self.kind, chunk, thin=True)
            gone = set(chunk) - {str(node.get("id")) for node in page.nodes}
            with self.transaction() as session:
                leases.renew(session, self.lease)
                if gone:
                    self._remove(session, gone, page.read_at)
            self.tally.mended += len(gone)

    def _remove(self, session: Session, ids: Collection[str], read_at: datetime) -> None:
        shop_id = self.lease.shop_id
        shops.lock_facts(session, shop_id)
        if self.lease.kind == "orders":
            orders.remove(session, shop_id, ids)
        else:
            customers.delete(session, shop_id, dict.fromkeys(ids, read_at))
        facts.request_scores(session, shop_id)
        logger.info("compare.removed", shop_id=shop_id, kind=self.lease.kind, rows=len(ids))

    def _known(self, session: Session, ids: Collection[str], read_at: datetime) -> dict[str, datetime]:
        """Return updated_at of those ids that are here; of customers, also of those deleted a moment ago."""
        proven_after = read_at - REVIVAL_MARGIN
        parameters = {"shop_id": self.lease.shop_id, "ids": list(ids), "proven_after": proven_after}
        return {row.id: row.updated_at for row in session.execute(_KNOWN[self.lease.kind], parameters)}

    def _near(self, session: Session, begin: datetime | None, end: datetime | None) -> set[str]:
        """Return the ids here that were created after `begin` and up to `end`; None leaves that side open."""
        parameters = {"shop_id": self.lease.shop_id, "begin": begin, "end": end}
        return set(session.scalars(_NEAR[self.lease.kind], parameters))

    def _undated(self) -> set[str]:
        """Return the customers that events alone told of and no list did."""
        with self.transaction() as session:
            if self.lease.kind == "orders":
                return set()
            return set(session.scalars(_UNDATED, {"shop_id": self.lease.shop_id}))


def _is_old(here: datetime | None, there: datetime | None) -> bool:
    return here is None or (there is not None and here < there)
