"""Sorted lists of (value, key): pages and ranges without looking at every row."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

Entry = tuple[Any, int]
# Greater than every real key, so that a bound "up to and including value" can be bisected.
LAST_KEY = 1 << 62

T = TypeVar("T")


class SortedIndex(Generic[T]):
    """Rows in the order of one value; the key breaks ties."""

    def __init__(self, value_of: Callable[[T], Any]) -> None:
        self.value_of = value_of
        self.entries: list[Entry] = []
        self._values: dict[int, Any] = {}

    def load(self, rows: Iterable[tuple[int, T]]) -> None:
        """All rows are in; much faster than one by one."""
        for key, row in rows:
            self._values[key] = self.value_of(row)
        self.entries = sorted((value, key) for key, value in self._values.items())

    def put(self, key: int, row: T) -> None:
        """The row stands where its value belongs, also when it stood elsewhere before."""
        self.drop(key)
        value = self.value_of(row)
        self._values[key] = value
        insort(self.entries, (value, key))

    def drop(self, key: int) -> None:
        """The row is gone; unknown keys are no matter."""
        if key in self._values:
            entry = (self._values.pop(key), key)
            del self.entries[bisect_left(self.entries, entry)]

    def between(self, low: object, high: object) -> list[Entry]:
        """The entries from `low` to `high`, both included; None is no bound."""
        first = 0 if low is None else bisect_left(self.entries, (low, -1))
        last = len(self.entries) if high is None else bisect_right(self.entries, (high, LAST_KEY))
        return self.entries if not first and last == len(self.entries) else self.entries[first:last]
