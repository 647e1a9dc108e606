"""Rows to Arrow tables and back by COPY, thousands at a time; never row by row."""
# ruff: noqa: S608 - the SQL is put together from names of our own tables and columns

import io
import mmap
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import BigInteger, Select, bindparam, make_url, text
from sqlalchemy.orm import Session

from saleor_influence_app import binary_rows
from saleor_influence_app.db import Base
from saleor_influence_app.models import RunKind, RunState, as_of_run

# Else a worker that is asked to stop while rows are parsed fails its run: Arrow takes SIGTERM for its own.
pa.enable_signal_handlers(False)  # noqa: FBT003 - Arrow's own signature

BLOCK_ROWS = 50_000
BATCH_ROWS = 100_000
DIALECT = make_url("postgresql+psycopg://").get_dialect()()


@dataclass(frozen=True)
class Compiled:
    """A query as psycopg takes it, and its values."""

    sql: str
    values: Mapping[str, Any]


def read(session: Session, query: Select[Any], schema: pa.Schema) -> pa.Table:
    """Return the rows of `query`, whose columns are those of `schema` by name, as an Arrow table."""
    return pa.concat_tables([schema.empty_table(), *_blocks(session, _compile(query), schema)])


def read_to_disk(
    session: Session,
    query: Callable[..., Any],
    shop_id: int,
    *,
    schema: pa.Schema,
    folder: Path | None,
    **given: int,
) -> pa.Table:
    """Return the rows of the shop's `query`, which takes the shop and what is given, as `on_disk` does."""
    compiled = _of_any_shop(query, *given)
    asked = Compiled(compiled.sql, {**compiled.values, "shop_id": shop_id, **given})
    return on_disk(_blocks(session, asked, schema), schema, folder)


def on_disk(parts: Iterable[pa.Table], schema: pa.Schema, folder: Path | None) -> pa.Table:
    """Return the parts together as a file in `folder` (None: of the system's choice).

    The file holds no memory, has no name, and is gone with the table or the process, however that ends.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        with pa.ipc.new_file(file, schema) as writer:
            for part in parts:
                writer.write_table(part)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_file(pa.py_buffer(mapped)).read_all()


def _blocks(session: Session, query: Compiled, schema: pa.Schema) -> Iterator[pa.Table]:
    columns = ", ".join(f"{field.name}::{binary_rows.wire_type(field.type)}" for field in schema)
    with _connection(session).cursor() as cursor:
        statement = f"COPY (SELECT {columns} FROM ({query.sql}) AS rows) TO STDOUT (FORMAT binary)"
        with cursor.copy(statement, query.values) as copy:
            for rows in binary_rows.blocks(copy, BLOCK_ROWS):
                yield binary_rows.parse(rows, schema)


def bring(session: Session, table: pa.Table, *, like: type[Base]) -> None:
    """The temporary table incoming_<table>, gone at the end of the transaction, holds the rows.

    Raises ValueError for a number that is not finite: such a value must never reach a customer's record.
    """
    refuse_non_finite(table)
    name = f"incoming_{like.__tablename__}"
    columns = ", ".join(table.column_names)
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    shape = f"SELECT {columns} FROM {like.__tablename__}"
    session.execute(text(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {shape} WITH NO DATA"))
    with (
        _connection(session).cursor() as cursor,
        cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for batch in table.to_batches(max_chunksize=BATCH_ROWS):
            sink = io.BytesIO()
            csv.write_csv(batch, sink, csv.WriteOptions(include_header=False))
            copy.write(sink.getbuffer())
    session.execute(text(f"ANALYZE {name}"))


def bring_back(session: Session, shop_id: int, *, run_id: int, like: type[Base]) -> None:
    """The same with the rows as they were after that run."""
    name = f"incoming_{like.__tablename__}"
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    then = _compile(as_of_run(like, shop_id, run_id))
    state = f"SELECT {_list(versioned_columns(like))} FROM ({then.sql}) AS state"
    statement = f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {state}"
    with psycopg.ClientCursor(_connection(session)) as cursor:
        cursor.execute(statement, then.values)
    session.execute(text(f"ANALYZE {name}"))


def versioned_columns(model: type[Base]) -> list[str]:
    """Return the columns that a run computes."""
    kept = (column for column in model.__table__.columns if column.info.get("unused") is None)
    return [column.name for column in kept if column.name not in {"shop_id", "run_id"}]


def replace(session: Session, shop_id: int, *, into: type[Base], run_id: int) -> tuple[int, int]:
    """The shop's rows of `into` are those that `bring` brought: returns how many changed and how many went.

    A row that says the same already is not touched; what another one said after the last full run is kept
    as past. What only incremental runs said since is not: a busy shop has hundreds of them a day.
    """
    name, target = f"incoming_{into.__tablename__}", into.__tablename__
    keys = [column.name for column in into.__table__.primary_key if column.name != "shop_id"]
    columns = versioned_columns(into)
    rest = [column for column in columns if column not in keys]
    connection, given = session.connection(), {"shop_id": shop_id, "run_id": run_id}
    same = " AND ".join(f"{name}.{key} = {target}.{key}" for key in keys)
    differs = f"({_list(rest, of=target)}) IS DISTINCT FROM ({_list(rest, of=name)})"
    connection.execute(
        text(f"""
            INSERT INTO {target}_past (shop_id, run_id, until_run, {_list(columns)})
            SELECT shop_id, run_id, :run_id, {_list(columns, of=target)}
            FROM {target} LEFT JOIN {name} ON {same}
            WHERE shop_id = :shop_id AND ({name}.{keys[0]} IS NULL OR {differs})
                AND run_id <= (SELECT max(id) FROM runs r WHERE r.shop_id = :shop_id
                               AND r.state = '{RunState.DONE}' AND r.kind <> '{RunKind.INCREMENTAL}')
        """),
        given,
    )
    changed = connection.execute(
        text(f"""
            INSERT INTO {target} (shop_id, run_id, {_list(columns)})
            SELECT :shop_id, :run_id, {_list(columns)} FROM {name}
            ON CONFLICT (shop_id, {_list(keys)}) DO UPDATE
            SET {", ".join(f"{column} = excluded.{column}" for column in [*rest, "run_id"])}
            WHERE ({_list(rest, of=target)}) IS DISTINCT FROM ({_list(rest, of="excluded")})
        """),
        given,
    ).rowcount
    absent = f"NOT EXISTS (SELECT FROM {name} WHERE {same})"
    gone = connection.execute(
        text(f"DELETE FROM {target} WHERE shop_id = :shop_id AND {absent}"), given
    ).rowcount
    return changed, gone


def refuse_non_finite(table: pa.Table) -> None:
    """Raise ValueError naming the first column that holds NaN or an infinity."""
    for field in table.schema:
        if pa.types.is_floating(field.type) and not _all_finite(table[field.name]):
            raise ValueError(f"column {field.name} holds a number that is not finite")


def _all_finite(column: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.is_finite(column.drop_null()), min_count=0).as_py())


@cache
def _of_any_shop(query: Callable[..., Any], *given: str) -> Compiled:
    """Put a shop's query together once in a process: that of who takes no part takes 0.2 s."""
    names = ("shop_id", *given)
    return _compile(query(*(bindparam(name, 0, type_=BigInteger) for name in names)))


def _compile(query: Any) -> Compiled:
    compiled = query.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    return Compiled(str(compiled), compiled.params)


def _connection(session: Session) -> psycopg.Connection[Any]:
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("COPY needs psycopg")
    return driver


def _list(columns: Iterable[str], *, of: str = "") -> str:
    return ", ".join(f"{of}.{column}" if of else column for column in columns)
