"""A list read page by page, up to a limit that is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from saleor_influence_app.social.answers import Failure, Final, Reason
from saleor_influence_app.social.network import Page

Item = TypeVar("Item")

EMPTY_PAGES = 20
"""In a row; a page may be empty where all on it are suspended, and a list of nothing else has no end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How far a walk came. `cursor` is where to go on; `failure` is why it ended early, if it did."""

    seen: int
    cut: bool
    """The limit ended it: there is more."""
    cursor: str | None = None
    failure: Failure | None = None

    def sentence(self, what: str, total: int | None = None) -> str:
        """Say in words how much was read."""
        if self.failure is not None:
            return f"Read {self.seen:,} {what}; then: {self.failure.sentence}"
        if self.cut:
            return f"Read {self.seen:,} of {f'{total:,}' if total is not None else 'more'} {what}: our limit."
        return f"Read all {self.seen:,} {what}."


class Walk(Generic[Item]):
    """Iterate it once; then `end` says how it ended. One page is in memory at a time."""

    def __init__(
        self,
        page: Callable[[str | None], Page[Item] | Failure],
        *,
        limit: int,
        cursor: str | None = None,
        name: str = "The network",
    ) -> None:
        self._page = page
        self._limit = limit
        self._cursor = cursor
        self._name = name
        self.end: End | None = None

    def __iter__(self) -> Iterator[Item]:
        """Yield the items; pages are asked for as they are needed."""
        seen, empty, cursor = 0, 0, self._cursor
        while True:
            page = self._page(cursor)
            if not isinstance(page, Page):
                self.end = End(seen=seen, cut=False, cursor=cursor, failure=page)
                return
            for item in page.items:
                if seen >= self._limit:
                    # The page is asked for again next time: a cursor points between pages only.
                    self.end = End(seen=seen, cut=True, cursor=cursor)
                    return
                seen += 1
                yield item
            if page.cursor is None:
                self.end = End(seen=seen, cut=False)
                return
            empty = 0 if page.items else empty + 1
            if page.cursor == cursor or empty >= EMPTY_PAGES:
                failure = Final(
                    reason=Reason.UNREADABLE,
                    sentence=f"{self._name} gives pages without end that hold nothing.",
                )
                self.end = End(seen=seen, cut=False, cursor=cursor, failure=failure)
                return
            cursor = page.cursor
            if seen >= self._limit:
                self.end = End(seen=seen, cut=True, cursor=cursor)
                return
