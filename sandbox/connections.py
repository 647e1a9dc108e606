"""Pages of a list, cut as Saleor cuts them: keyset cursors, at most a hundred rows."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, overload

from graphql import GraphQLError

from sandbox.index import Entry

PAGE_LIMIT = 100


class Edge(NamedTuple):
    """A row and where it stands."""

    node: Any
    cursor: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One page."""

    edges: list[Edge]
    total_count: int
    has_next_page: bool
    has_previous_page: bool

    @property
    def page_info(self) -> "Connection":
        """The page itself knows."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """Where the page begins."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """Where the page ends."""
        return self.edges[-1].cursor if self.edges else None


class Page(TypedDict, total=False):
    """The arguments of every connection, as a request gives them."""

    first: int | None
    last: int | None
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a list is wanted; the arguments of every connection."""

    name: str
    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None

    def checked(self) -> "Window":
        """The window itself, or Saleor's words about what is wrong with it."""
        if not self.first and not self.last:
            raise GraphQLError(
                "You must provide a `first` or `last` value to properly paginate "
                f"the `{self.name}` connection."
            )
        for word, count in (("first", self.first), ("last", self.last)):
            if count and count > PAGE_LIMIT:
                raise GraphQLError(
                    f"Requesting {count} records on the `{self.name}` connection "
                    f"exceeds the `{word}` limit of {PAGE_LIMIT} records."
                )
            if count and count < 0:
                raise GraphQLError(f"Argument `{word}` must be a non-negative integer.")
        if self.first and self.last:
            raise GraphQLError("Argument `last` cannot be combined with `first`.")
        if self.first and self.before:
            raise GraphQLError("Argument `first` cannot be combined with `before`.")
        if self.last and self.after:
            raise GraphQLError("Argument `last` cannot be combined with `after`.")
        return self


def cursor_of(entry: Entry) -> str:
    """The cursor of an entry: its value and its key, so that a page goes on where it stopped."""
    return base64.b64encode(json.dumps([str(part) for part in entry]).encode()).decode()


def entry_of(cursor: str, sample: object) -> Entry:
    """The entry that a cursor stands for; `sample` shows the type of the values."""
    try:
        value, key = json.loads(base64.b64decode(cursor))
        if isinstance(sample, datetime):
            return datetime.fromisoformat(value), int(key)
        return (int(value) if isinstance(sample, int) else str(value)), int(key)
    except (ValueError, TypeError) as error:
        raise GraphQLError("Received cursor is invalid.") from error


def page(
    entries: Sequence[Entry], lookup: Callable[[int], Any], window: Window, *, descending: bool = False
) -> Connection:
    """The page of sorted entries that the window asks for."""
    window.checked()
    total = len(entries)
    low, high = 0, total
    cursor = window.after or window.before
    backwards = bool(window.last) != descending
    if cursor and total:
        entry = entry_of(cursor, entries[0][0])
        if backwards:
            high = bisect_left(entries, entry)
        else:
            low = bisect_right(entries, entry)
    count = window.first or window.last or 0
    more = high - low > count
    chosen = list(entries[max(low, high - count) : high] if backwards else entries[low : low + count][:high])
    if descending:
        chosen.reverse()
    return Connection(
        [Edge(lookup(entry[1]), cursor_of(entry)) for entry in chosen],
        total,
        has_next_page=more if window.first else bool(cursor),
        has_previous_page=bool(cursor) if window.first else more,
    )


@dataclass(frozen=True, slots=True)
class _Positions(Sequence[Entry]):
    """The entries of a list in its own order, made as they are read."""

    places: range

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...

    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [(position, position) for position in self.places[place]]
        return self.places[place], self.places[place]


def page_of_list(rows: Sequence[Any], window: Window) -> Connection:
    """The page of a list, in the order of the list."""
    return page(_Positions(range(len(rows))), rows.__getitem__, window)
