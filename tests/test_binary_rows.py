"""Rows come back as they are stored, whatever is in them, and nothing else is taken for rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import column, select, table, text
from sqlalchemy.orm import Session

from saleor_influence_app import binary_rows, bulk_copy
from saleor_influence_app.binary_rows import RowsUnreadable

SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("number", pa.int64()),
        ("share", pa.float64()),
        ("told", pa.bool_()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("other", pa.string()),
    ]
)
ODD = ["", "a", 'b",\n\\N\x01', "žluťoučký 🎁", "x" * 5000, None]
"""As texts may be: empty, of any length and letters, or not there."""
MOMENT = datetime(1969, 7, 20, 20, 17, 40, 5, tzinfo=UTC)


def stored(session: Session, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows, written to a table of PostgreSQL and read back."""
    session.execute(
        text(
            "CREATE TEMP TABLE odd (place int, name text, number int, share real, told bool, at timestamptz, "
            "other varchar) ON COMMIT DROP"
        )
    )
    for place, row in enumerate(rows):
        session.execute(
            text("INSERT INTO odd VALUES (:place, :name, :number, :share, :told, :at, :other)"),
            {"place": place, **row},
        )
    query: Any = select(*(column(name) for name in SCHEMA.names)).select_from(table("odd"))
    return bulk_copy.read(session, query, SCHEMA)


@pytest.mark.parametrize("size", [1, 7, 99, 100, 101, 50_000])
def test_rows_come_back_as_they_are_stored(
    session: Session, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": ODD[place % len(ODD)],
            "number": None if place % 7 == 0 else place - 50,
            "share": None if place % 5 == 0 else place / 4,
            "told": None if place % 3 == 0 else place % 2 == 0,
            "at": None if place % 4 == 0 else MOMENT + timedelta(days=400 * place),
            "other": ODD[(place + place // len(ODD)) % len(ODD)],
        }
        for place in range(100)
    ]
    # The ends of blocks are met at every place where they may be.
    monkeypatch.setattr(bulk_copy, "BLOCK_ROWS", size)
    assert stored(session, rows).to_pylist() == rows


def test_no_rows_are_an_empty_table(session: Session) -> None:
    found = stored(session, [])
    assert (found.num_rows, found.schema) == (0, SCHEMA)


START = binary_rows.SIGNATURE + bytes(8)


def message(*values: bytes | None) -> bytes:
    """A row as PostgreSQL sends it."""
    body = b"".join(
        (-1).to_bytes(4, "big", signed=True) if one is None else len(one).to_bytes(4, "big") + one
        for one in values
    )
    return len(values).to_bytes(2, "big") + body


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (message(b"x"), "do not have 2 columns"),
        (message(b"x", (7).to_bytes(8, "big"))[:-1] + b"more", "other types"),
        (message(b"x", (7).to_bytes(8, "big")) + b"more", "other types"),
    ],
)
def test_rows_of_another_shape_are_refused(row: bytes, trouble: str) -> None:
    schema = pa.schema([("name", pa.string()), ("number", pa.int64())])
    [rows] = binary_rows.blocks([START, row, binary_rows.TRAILER], 9)
    with pytest.raises(RowsUnreadable, match=trouble):
        binary_rows.parse(rows, schema)


def test_what_is_no_binary_copy_is_refused() -> None:
    with pytest.raises(RowsUnreadable, match="no binary COPY"):
        list(binary_rows.blocks([b"1,2,3\n"], 9))
