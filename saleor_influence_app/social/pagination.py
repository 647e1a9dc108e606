"""Reads a list page by page within limits: whatever a network answers, reading ends."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from saleor_influence_app.social.failures import Failure, Final, Reason
from saleor_influence_app.social.network import Page
from saleor_influence_app.social.schemas import UNREADABLE_CURSOR, readable

Item = TypeVar("Item")
Row = TypeVar("Row")

EMPTY_PAGES = 20
"""In a row. A page may be empty where everybody on it is suspended; more than these are taken for a fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLimits:
    """Where reading stops: between two pages, except for `items`, which may cut one."""

    items: int
    pages: int = 10_000
    seconds: float = 3600.0
    whole_pages: bool = False
    """Read a page to its end once it was fetched: some networks charge for pages, and none is paid twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageEnd:
    """Where reading ended. `cursor` is where to go on; `failure` is why it ended early, if it did."""

    seen: int
    cut: bool
    """A limit was reached: there is more."""
    cursor: str | None = None
    failure: Failure | None = None
    skipped: int = 0
    """Rows that could not be read."""
    pages: int = field(default=0, compare=False)


def with_cursor(params: Mapping[str, str], name: str, cursor: str | None) -> Mapping[str, str]:
    """Return the parameters that ask for the page at a cursor; those of the first page for None."""
    return params if cursor is None else {**params, name: cursor}


def page_of(
    rows: Iterable[Row | None], convert: Callable[[Row], Item | None], cursor: str | None = None
) -> Page[Item]:
    """Return a page of the valid rows as `convert` returns them, without None; invalid rows are counted."""
    valid, skipped = readable(rows)
    items = (item for row in valid if (item := convert(row)) is not None)
    return Page(items=tuple(items), cursor=cursor, skipped=skipped)


class Paginator(Generic[Item]):
    """An iterator over a list, for one use; then `end` says how it ended. Holds one page and all keys.

    An item that comes twice counts once, and a page of nothing new is an empty one. `passed` are cursors of
    an earlier part of the same list: a network that comes back to one of them goes round in a circle.
    """

    def __init__(  # noqa: PLR0913 - each is one part of what bounds it
        self,
        page: Callable[[str | None], Page[Item] | Failure],
        *,
        limit: int | PageLimits,
        cursor: str | None = None,
        passed: frozenset[str] = frozenset(),
        name: str = "The network",
        key: Callable[[Item], object] = lambda item: item,
    ) -> None:
        self._page = page
        self._limits = limit if isinstance(limit, PageLimits) else PageLimits(items=limit)
        self._cursor = cursor
        self._name = name
        self._key = key
        self._passed = set(passed) | ({cursor} if cursor is not None else set())
        self._keys: set[object] = set()
        self._pages = 0
        self.skipped = 0
        self.end: PageEnd | None = None

    def __iter__(self) -> Iterator[Item]:
        """Yield the items; pages are fetched as they are needed."""
        empty, cursor, limits = 0, self._cursor, self._limits
        until = time.monotonic() + limits.seconds
        while True:
            page = self._page(cursor)
            if not isinstance(page, Page):
                return self._ended(cursor, failure=page)
            self._pages += 1
            before = len(self._keys)
            for item in page.items:
                if self._key(item) in self._keys:
                    continue
                if len(self._keys) >= limits.items and not limits.whole_pages:
                    # The page is asked for again next time: a cursor points between pages only.
                    return self._ended(cursor, cut=True)
                self._keys.add(self._key(item))
                yield item
            self.skipped += page.skipped
            empty = 0 if len(self._keys) > before else empty + 1
            if page.cursor is None:
                return self._ended(None)
            if (failure := self._dead_end(page.cursor, empty)) is not None:
                return self._ended(cursor, failure=failure)
            cursor = page.cursor
            if len(self._keys) >= limits.items or self._pages >= limits.pages or time.monotonic() >= until:
                return self._ended(cursor, cut=True)

    def _dead_end(self, cursor: str, empty: int) -> Final | None:
        """Return why reading must not go on at the cursor, or None; remember the cursor."""
        if cursor == UNREADABLE_CURSOR:
            return self._unreadable("says that there is more, and not where")
        if cursor in self._passed:
            return self._unreadable("gives the same pages again and again")
        if empty >= EMPTY_PAGES:
            return self._unreadable("gives pages without end that hold nothing new")
        self._passed.add(cursor)
        return None

    def _ended(self, cursor: str | None, *, cut: bool = False, failure: Failure | None = None) -> None:
        self.end = PageEnd(
            seen=len(self._keys),
            cut=cut,
            cursor=cursor,
            failure=failure,
            skipped=self.skipped,
            pages=self._pages,
        )

    def _unreadable(self, what: str) -> Final:
        return Final(reason=Reason.UNREADABLE, sentence=f"{self._name} {what}.")
