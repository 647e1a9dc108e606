"""Lists of orders and customers: the narrowest index first, then the tests of the filter."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import GraphQLError

from sandbox.connections import Connection, Window, page
from sandbox.filters import Test
from sandbox.index import Entry, SortedIndex
from sandbox.registry import NotInPocketShop


class Sorting(NamedTuple):
    """By which value, and which way."""

    field: str
    descending: bool = False


class Listing(NamedTuple):
    """A kind of rows that is listed: its indices, its other sort values, how filters name the indices.

    `sort_fields` is the GraphQL enum of what Saleor can sort by.
    """

    indices: Mapping[str, SortedIndex[Any]]
    rows: Mapping[int, Any]
    values: Mapping[str, Callable[[Any], Any]]
    # The name in `where` of the value that an index is sorted by.
    ranges: Mapping[str, str]
    tests: Callable[[Mapping[str, Any]], list[Test]]
    sort_fields: str

    def select(self, where: Mapping[str, Any], window: Window, sorting: Sorting) -> Connection:
        """The page of the rows that the filter leaves in."""
        window.checked()
        rest = {name: value for name, value in where.items() if value is not None}
        entries = self._candidates(rest, sorting.field)
        tests = self.tests(rest)
        if tests:
            rows = self.rows
            entries = [entry for entry in entries if all(test(rows[entry[1]]) for test in tests)]
        return page(entries, self.rows.__getitem__, window, descending=sorting.descending)

    def _candidates(self, rest: dict[str, Any], field: str) -> list[Entry]:
        """Entries in order; takes out of `rest` the range that the index has already applied."""
        index = self.indices.get(field)
        if index is not None:
            bounds = rest.pop(self.ranges[field], {}) if self.ranges.get(field) in rest else {}
            return index.between(bounds.get("gte"), bounds.get("lte"))
        value_of = self.values.get(field)
        if value_of is None:
            raise NotInPocketShop(f"{self.sort_fields}.{field}")
        keys = next(iter(self.indices.values())).entries
        return sorted((value_of(self.rows[key]), key) for _, key in keys)


def conditions_of(where: Mapping[str, Any] | None, older: Mapping[str, Any] | None) -> dict[str, Any]:
    """`where`, or the older `filter`; never both."""
    if where and older:
        raise GraphQLError("Only one filtering argument (filter or where) can be specified.")
    return dict(where or older or {})


def sorting_of(sort_by: Mapping[str, Any] | None, default: Sorting) -> Sorting:
    """The sorting asked for, or Saleor's own."""
    if not sort_by:
        return default
    return Sorting(sort_by["field"], sort_by["direction"] == "DESC")
