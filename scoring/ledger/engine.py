# ruff: noqa: S608 - statements are put together from names of our own making
"""Where the relational part runs: DuckDB with limits unless another Ibis backend is passed in.

The expressions of this package are written once in Ibis; `Engine` keeps what they share (named results,
number literals as float64, since Spark reads them as decimals otherwise).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend

P = ParamSpec("P")
FREED = {"allocator_flush_threshold": "16MB", "allocator_bulk_deallocation_flush_threshold": "64MB"}
"""What DuckDB holds beyond its limit: freed memory goes back to the system sooner than by default."""


@dataclass(frozen=True)
class Limits:
    """What DuckDB may use; `spill_directory` None = a temporary place of its own choice."""

    memory_limit: str = "2GB"
    threads: int = 2
    spill_directory: Path | None = None


class Engine:
    """A DuckDB connection and the tables loaded into it; use as a context manager, or close it.

    Another backend says in a subclass how a table is written and dropped.
    """

    def __init__(self, connection: BaseBackend) -> None:
        """An engine on a connection that the caller opened."""
        self.connection = connection
        self._names: list[str] = []
        self._open = True

    def load(self, table: pa.Table | pa.RecordBatchReader) -> ir.Table:
        """Return the Arrow table, or stream, as a table of the engine."""
        return self._made(table)

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute the expression once; the result is held until the end of a `scratch`, or `close`."""
        return self._made(expression)

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Drop at the end what was loaded and kept inside."""
        mark = len(self._names)
        try:
            yield
        finally:
            for name in reversed(self._names[mark:]):
                self._drop(name)
            del self._names[mark:]

    def _made(self, content: pa.Table | pa.RecordBatchReader | ir.Table) -> ir.Table:
        name = self._new_name()
        self._names.append(name)
        self._write(name, content)
        made_from = content.op() if isinstance(content, ir.Table) else content.schema
        return _kept((self.connection, name, made_from), lambda: self.connection.table(name))

    def _new_name(self) -> str:
        """The same names in the same order in every engine, so that its statements are the same."""
        return f"kept_{len(self._names)}"

    def _write(self, name: str, content: pa.Table | pa.RecordBatchReader | ir.Table) -> None:
        """Make the table in one statement; ibis' create_table makes, fills and renames.

        DuckDB sums whole numbers into 128 bits, of which ibis knows nothing: hence the cast.
        """
        if isinstance(content, ir.Table):
            columns = ", ".join(
                f'"{column}"::BIGINT AS "{column}"' if kind.is_int64() else f'"{column}"'
                for column, kind in content.schema().items()
            )
            self._run(
                f'CREATE TEMP TABLE "{name}" AS SELECT {columns} FROM ({self.connection.compile(content)})'
            )
            return
        self.connection.con.register(f"{name}_arrow", content)
        self._run(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_arrow"')
        self.connection.con.unregister(f"{name}_arrow")

    def _run(self, statement: str) -> None:
        self.connection.raw_sql(statement)

    def _drop(self, name: str) -> None:
        self.connection.drop_table(name, force=True)

    def close(self) -> None:
        """Close the connection; its tables are gone."""
        if self._open:
            self._open = False
            self.connection.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_KEPT: dict[tuple[Any, ...], Any] = {}
"""Expressions, and what follows from them alone, by what they are made of."""
MOST_KEPT = 2000


def _kept(key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = make()
    return found


def built_once(build: Callable[P, ir.Table]) -> Callable[P, ir.Table]:
    """Return a maker of expressions that makes the same from the same tables and settings only once.

    Putting expressions together is more than a third of a small shop's ledger. What the maker takes has to
    be tables of an engine, lists of names, or settings that can be hashed.
    """

    @wraps(build)
    def built(*args: P.args, **named: P.kwargs) -> ir.Table:
        key = (build, *map(_key, args), *((name, _key(value)) for name, value in named.items()))
        table: ir.Table = _kept(key, lambda: build(*args, **named))
        return table

    return built


def _key(value: object) -> object:
    if isinstance(value, ir.Expr):
        return value.op()
    if isinstance(value, list):
        return tuple(value)
    return value


class _DuckDB(Backend):  # type: ignore[misc]  # ibis does not type its backends
    """Is opened again and again, so that what was put together on its tables holds for the next ones."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Return whether it is this one: to ibis two in memory were equal."""
        return self is other

    def compile(self, expr: ir.Expr, /, **how: Any) -> str:
        key = ("compile", expr.op(), *sorted((name, str(value)) for name, value in how.items()))
        statement: str = _kept(key, lambda: str(super(_DuckDB, self).compile(expr, **how)))
        return statement

    def disconnect(self) -> None:
        super().disconnect()
        _CLOSED.append(self)


_CLOSED: list[_DuckDB] = []


def open_engine(limits: Limits | None = None) -> Engine:
    """Return a DuckDB engine in memory that spills to disk beyond its limit."""
    chosen = limits or Limits()
    connection = _CLOSED.pop() if _CLOSED else _DuckDB()
    connection.reconnect()
    settings = {"memory_limit": chosen.memory_limit, "threads": chosen.threads} | FREED
    if chosen.spill_directory is not None:
        settings["temp_directory"] = str(chosen.spill_directory)
    for setting, value in settings.items():
        connection.raw_sql(f"SET {setting} = '{value}'")
    connection.raw_sql("SET preserve_insertion_order = false")
    connection.raw_sql("SET enable_progress_bar = false")
    return Engine(connection)


def number(value: float) -> ir.FloatingScalar:
    """Return a literal that is float64 on every backend."""
    return ibis.literal(float(value), type="float64")


@built_once
def beside(left: ir.Table, right: ir.Table, keys: list[str]) -> ir.Table:
    """Return `left` with the columns of `right` beside it; nulls where it has no such keys."""
    joined = left.left_join(right, keys)
    return joined.drop([name for name in joined.columns if name.endswith("_right")])


def collected(table: ir.Table, order: list[str]) -> pa.Table:
    """Return the rows as an Arrow table sorted by these columns."""
    return table.to_pyarrow().sort_by([(name, "ascending") for name in order])
