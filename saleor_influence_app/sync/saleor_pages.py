"""Pages of a shop's orders and customers as Saleor gives them, checked for their shape."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from saleor_influence_app import db, fields
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import History, Shop
from saleor_influence_app.saleor.client import SaleorClient, open_client
from saleor_influence_app.shops import circuit_breaker

PAGE = 100
"""Saleor's limit; smaller pages cost more a row."""
TELLS_GIFT_CARD_USES = (3, 23)
"""As `fragments/order_gift_cards.graphql` says; earlier patches of 3.22 would give no order at all."""
ATTEMPTS = 4
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=20))
FIRST_YEAR, LAST_YEAR = 1970, 9000

Node = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is read: whole nodes by `full`, ids and times by `thin`."""

    name: str
    full: str
    thin: str
    created: str
    """The field that a listing in order of creation is sorted by."""


KINDS: dict[str, Listing] = {
    History.CUSTOMERS: Listing(History.CUSTOMERS, "customers_page", "customer_ids", "dateJoined"),
    History.ORDERS: Listing(History.ORDERS, "orders_page", "order_ids", "created"),
}
CHANGED_FIRST = {"field": "LAST_MODIFIED_AT", "direction": "ASC"}
CREATED_FIRST = {"field": "CREATED_AT", "direction": "ASC"}


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask a shop for; `operation` is without the variant for old Saleor versions."""

    operation: str
    sort_by: Mapping[str, str]
    where: Mapping[str, Any] | None = None
    with_total: bool = False
    created_since: datetime | None = None
    """Of orders: none that are older."""


@dataclass(frozen=True, slots=True)
class Page:
    """Up to a hundred nodes, the cursor after them (None: the end), and when they were asked for."""

    nodes: tuple[Node, ...]
    cursor: str | None
    total: int | None
    read_at: datetime

    def newest(self) -> datetime | None:
        """Return the greatest updatedAt of the page, at most its own time: a wild clock must not count."""
        times = [moment for node in self.nodes if (moment := moment_of(node, "updatedAt")) is not None]
        return min(max(times), self.read_at) if times else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pages from one shop: a client, the shop's schema version, a clock, a way to wait, a size."""

    client: SaleorClient
    schema_version: str
    clock: Clock = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    size: int = PAGE

    def page(self, query: Query, *, after: str | None = None) -> Page:
        """Return the page after a cursor; short trouble is waited out, longer trouble raises."""
        name, argument, where = query.operation, "where", dict(query.where or {})
        oldest = query.created_since
        version = tuple(map(int, self.schema_version.split(".")))
        if version < (3, 22):
            name, argument = f"{name}_before_where", "filter"
            where |= {"created": {"gte": oldest.date().isoformat()}} if oldest else {}
        else:
            where |= {"createdAt": {"gte": oldest.isoformat()}} if oldest else {}
        variables = {
            "first": self.size,
            "after": after,
            argument: where or None,
            "sortBy": query.sort_by,
            "withTotal": query.with_total,
        }
        if name == "orders_page":
            variables["withCards"] = version >= TELLS_GIFT_CARD_USES
        read_at = self.clock()
        return _checked(self._patiently(name, variables), read_at)

    def count(self, query: Query) -> int:
        """Return how many there are; raises SaleorRefused for a Saleor that does not say."""
        total = replace(self, size=1).page(replace(query, with_total=True)).total
        if total is None:
            raise SaleorRefused("Saleor did not say how many there are.")
        return total

    def pages(self, query: Query, *, after: str | None = None) -> Generator[Page, None, None]:
        """Yield every page after a cursor; the next is fetched while the caller works on this one."""
        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming = ahead.submit(self.page, query, after=after)
            query = replace(query, with_total=False)  # counting costs up to a third, and once is enough
            while True:
                page = coming.result()
                if page.cursor is None:
                    yield page
                    return
                coming = ahead.submit(self.page, query, after=page.cursor)
                try:
                    yield page
                except BaseException:
                    coming.cancel()
                    raise

    def everything(self, operation: str) -> Iterator[Page]:
        """Yield every page of an operation that only pages: no order, no condition, in any Saleor version."""
        cursor: str | None = None
        while True:
            read_at = self.clock()
            page = _checked(self._patiently(operation, {"first": self.size, "after": cursor}), read_at)
            yield page
            if page.cursor is None:
                return
            cursor = page.cursor

    def by_ids(self, kind: Listing, ids: list[str], *, thin: bool = False) -> Page:
        """Return those of at most a hundred ids that Saleor has."""
        query = Query(kind.thin if thin else kind.full, CREATED_FIRST, {"ids": ids})
        return self.page(query)

    def _patiently(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        for attempt in range(ATTEMPTS):
            try:
                return self.client.execute(name, variables)
            except SaleorUnreachable as error:
                pause = error.retry_after or BACKOFF.after(attempt).total_seconds()
                if attempt == ATTEMPTS - 1 or pause > BACKOFF.longest.total_seconds():
                    raise
                self.sleep(pause)
        raise AssertionError("the loop returns or raises")  # pragma: no cover


ReaderOpener = Callable[[Shop], AbstractContextManager[Reader]]


def counted(transaction: db.Transaction) -> ReaderOpener:
    """Return an opener of readers whose answers, and missing answers, are counted (see `circuit_breaker`)."""

    @contextmanager
    def opened(shop: Shop) -> Iterator[Reader]:
        with circuit_breaker.client(transaction, shop.id)(shop.api_url, shop.token_encrypted) as client:
            yield Reader(client, shop.schema_version)

    return opened


@contextmanager
def open_reader(shop: Shop) -> Iterator[Reader]:
    """Give a reader of the shop; its connections are closed at the end."""
    with open_client(shop.api_url, shop.token_encrypted) as client:
        yield Reader(client, shop.schema_version)


def is_about_cursor(error: SaleorRefused) -> bool:
    """Tell whether Saleor refuses a cursor: its meaning changes with Saleor's versions."""
    return "cursor" in error.message.lower()


def moment_of(node: Mapping[str, Any], field: str) -> datetime | None:
    """Return the aware time in a node's field, None if there is none to be read, or one that cannot be."""
    try:
        return fields.moment(node.get(field))
    except ValueError:
        return None


def _checked(data: Mapping[str, Any], read_at: datetime) -> Page:
    """Return the page in an answer; raises `SaleorRefused` for an answer that is none."""
    page = data.get("page")
    edges = page.get("edges") if isinstance(page, dict) else None
    info = page.get("pageInfo") if isinstance(page, dict) else None
    if not isinstance(page, dict) or not isinstance(edges, list) or not isinstance(info, dict):
        raise SaleorRefused("Saleor answered with something that is no page.")
    nodes = tuple(edge.get("node") if isinstance(edge, dict) else None for edge in edges)
    cursor = info.get("endCursor") if info.get("hasNextPage") is True else None
    total = page.get("totalCount")
    if not all(isinstance(node, dict) for node in nodes) or not isinstance(cursor, str | None):
        raise SaleorRefused("Saleor answered with a page whose entries cannot be read.")
    if info.get("hasNextPage") is True and (cursor is None or not nodes):
        raise SaleorRefused("Saleor promised a next page and did not say where it begins.")
    return Page(nodes, cursor, total if type(total) is int else None, read_at)  # type: ignore[arg-type]
