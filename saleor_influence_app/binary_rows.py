"""Rows in the format of PostgreSQL's binary COPY as Arrow tables, a column at a time."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Integers = npt.NDArray[np.int64]
Row = bytes | bytearray | memoryview
Flags = npt.NDArray[np.bool_]
SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
HEADER = len(SIGNATURE) + 8
TRAILER = b"\xff\xff"
PADDING = bytes(8)
"""A number may be looked for where the last row has a null."""
SINCE_1970 = 946_684_800_000_000
"""Microseconds until the year 2000, from which PostgreSQL counts."""
NULL = -1
WIRE = {
    pa.string(): "text",
    pa.bool_(): "bool",
    pa.int32(): "int8",
    pa.int64(): "int8",
    pa.float64(): "float8",
}


class RowsUnreadable(ValueError):
    """PostgreSQL sent something else than rows of the schema that was asked for."""


def wire_type(kind: pa.DataType) -> str:
    """Return the type of PostgreSQL that is read as this one."""
    return "timestamptz" if pa.types.is_timestamp(kind) else WIRE[kind]


@dataclass(frozen=True)
class Rows:
    """Rows one after another, and how long each of them is."""

    data: bytes
    lengths: Integers


def blocks(copied: Iterable[Row], most: int) -> Iterator[Rows]:
    """Yield the rows of a binary COPY, of which each is a message, up to so many at a time."""
    messages = iter(copied)
    first = bytes(next(messages, b""))
    if not first.startswith(SIGNATURE):
        raise RowsUnreadable("this is no binary COPY")
    # Not a list of messages: collecting garbage would go through all of them, again and again. The first row
    # may come with the header, and the end is no row; it is to be read all the same.
    data, lengths = bytearray(), array("q")
    for message in chain([first[HEADER:]], messages):
        if message in (b"", TRAILER):
            continue
        if len(lengths) == most:
            yield _rows(data, lengths)
            data, lengths = bytearray(), array("q")
        data += message
        lengths.append(len(message))
    if lengths:
        yield _rows(data, lengths)


def _rows(data: bytearray, lengths: "array[int]") -> Rows:
    data += PADDING
    return Rows(bytes(data), np.frombuffer(lengths, np.int64))


def parse(rows: Rows, schema: pa.Schema) -> pa.Table:
    """Return the rows as a table; raises RowsUnreadable if they do not have the schema's columns."""
    ends = np.cumsum(rows.lengths)
    block = _Block(rows.data)
    starts = ends - rows.lengths
    if not np.all(block.at(starts, ">i2") == len(schema)):
        raise RowsUnreadable(f"the rows do not have {len(schema)} columns")
    at, columns = starts + 2, []
    for field in schema:
        size = block.at(at, ">i4").astype(np.int64)
        at += 4
        columns.append(block.column(field.type, at, size))
        at += np.maximum(size, 0)
    if not np.array_equal(at, ends):
        raise RowsUnreadable("the rows have columns of other types")
    return pa.table(columns, schema=schema)


class _Block:
    """The bytes of some rows one after another."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def at(self, places: Integers, kind: str) -> npt.NDArray[np.generic]:
        """Return the numbers of this kind that begin at the places."""
        count = len(self._data) - np.dtype(kind).itemsize + 1
        return np.ndarray((count,), kind, self._data, strides=(1,))[places]

    def column(self, kind: pa.DataType, at: Integers, size: Integers) -> pa.Array:
        """Return the values that begin at the places and are so long; NULL is none."""
        missing = size == NULL
        if pa.types.is_string(kind):
            return self._texts(at, size, missing)
        if pa.types.is_boolean(kind):
            return pa.array(self.at(at, "u1") != 0, kind, mask=missing)
        if pa.types.is_floating(kind):
            return pa.array(self.at(at, ">f8").astype(np.float64), kind, mask=missing)
        values = self.at(at, ">i8").astype(np.int64)
        if pa.types.is_timestamp(kind):
            return pa.array(values + SINCE_1970, pa.int64(), mask=missing).cast(kind)
        return pa.array(values, pa.int64(), mask=missing).cast(kind)

    def _texts(self, at: Integers, size: Integers, missing: Flags) -> pa.Array:
        """Every second of the stretches between the ends of texts is a text: those are taken."""
        if not len(at):
            return pa.array([], pa.string())
        ends = np.column_stack([at, at + np.maximum(size, 0)]).astype(np.int32).ravel()
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(self._data)]
        stretches = pa.Array.from_buffers(pa.string(), len(ends) - 1, buffers)
        return stretches.take(pa.array(np.arange(0, len(ends), 2, dtype=np.int32), mask=missing))
