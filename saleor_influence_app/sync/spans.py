"""Spans of time in which so many of a shop's rows changed last."""
# ruff: noqa: S608 - only names of our own tables are put into statements

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.models import History
from saleor_influence_app.sync.saleor_pages import PAGE


class Step(NamedTuple):
    """A moment (None: none is later), and how many rows here changed up to it."""

    upto: datetime | None
    rows: int


Span = tuple[datetime | None, datetime | None]
"""After the first moment and up to the second; None leaves that side open."""


_ROWS: dict[str, str] = {
    History.ORDERS: """
        SELECT order_id AS id, updated_at FROM orders WHERE shop_id = :shop_id
            AND created_at >= coalesce(CAST(:oldest AS timestamptz), '-infinity')
            AND updated_at > coalesce(CAST(:begin AS timestamptz), '-infinity')
    """,
    History.CUSTOMERS: """
        SELECT customer_id AS id, updated_at FROM customers WHERE shop_id = :shop_id AND deleted_at IS NULL
            AND CAST(:oldest AS timestamptz) IS NULL
            AND updated_at > coalesce(CAST(:begin AS timestamptz), '-infinity')
    """,
}
"""Rows here that Saleor should list, of which the last change came after a moment."""
_STEPS = {
    kind: text(f"""
        SELECT DISTINCT upto, rows FROM (
            SELECT updated_at AS upto, count(*) OVER (ORDER BY updated_at) AS rows,
                row_number() OVER (ORDER BY updated_at) AS place
            FROM ({rows}) r) s
        WHERE place % :page = 0 ORDER BY rows
    """)
    for kind, rows in _ROWS.items()
}
_COUNT = {kind: text(f"SELECT count(*) FROM ({rows}) r") for kind, rows in _ROWS.items()}
_IDS = {
    kind: text(f"{rows} AND updated_at <= coalesce(CAST(:end AS timestamptz), 'infinity')")
    for kind, rows in _ROWS.items()
}


def steps(
    session: Session, shop_id: int, kind: str, *, begin: datetime | None, oldest: datetime | None
) -> list[Step]:
    """Return the moments between which a page of rows changed, from `begin` to the end of time.

    oldest: of orders, those made before it are left out.
    """
    given = {"shop_id": shop_id, "oldest": oldest, "begin": begin}
    found = [Step(*row) for row in session.execute(_STEPS[kind], given | {"page": PAGE})]
    return [Step(begin, 0), *found, Step(None, session.scalar(_COUNT[kind], given) or 0)]


def rows(
    session: Session, shop_id: int, kind: str, *, span: Span, oldest: datetime | None
) -> dict[str, datetime]:
    """Return when the rows of the span changed last, by id."""
    given = {"shop_id": shop_id, "oldest": oldest, "begin": span[0], "end": span[1]}
    return {row.id: row.updated_at for row in session.execute(_IDS[kind], given)}


def parts(steps: Sequence[Step], count: int) -> Iterator[Sequence[Step]]:
    """Cut into at most so many parts; each begins with the step that the one before ended with."""
    size = math.ceil((len(steps) - 1) / count)
    for begin in range(0, len(steps) - 1, size):
        yield steps[begin : begin + size + 1]
