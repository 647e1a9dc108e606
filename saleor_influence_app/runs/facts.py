"""A shop's facts with whole numbers for ids: read once in few columns, joined in the engine.

Ids of Saleor are texts of up to 64 letters, and a run of a large shop joins them some hundred million times.
PostgreSQL sends the 64-bit hash of each instead, by which orders, lines, ties and people find one another
here. Their numbers are places: of customers, guests and products among all ids in alphabetical order, of
orders in time, of lines in order of reading, so that every choice by id falls as it would by the ids.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, settings
from saleor_influence_app.runs import inputs
from scoring import purchases, referrals
from scoring.ids import OF_PEOPLE

Integers = npt.NDArray[np.int64]
TIME = pa.timestamp("us", tz="UTC")
NUMBER = pa.int32()
MOST_TRIES = 3
PART = 1_000_000
ORDERS = pa.schema(
    [
        ("order_key", pa.int64()),
        ("order_id", pa.string()),
        ("buyer_key", pa.int64()),
        ("guest_id", pa.string()),
        ("has_account", pa.bool_()),
        ("created_at", TIME),
        ("currency", pa.string()),
        ("charged", pa.float64()),
        ("paid_share", pa.float64()),
        ("voucher_code", pa.string()),
    ]
)
LINES = pa.schema(
    [
        ("order_key", pa.int64()),
        ("line_id", pa.string()),
        ("product_id", pa.string()),
        ("category_id", pa.string()),
        ("net", pa.float64()),
        ("is_gift", pa.bool_()),
        ("is_gift_card", pa.bool_()),
    ]
)
TIES = pa.schema(
    [
        ("source_key", pa.int64()),
        ("target_key", pa.int64()),
        ("kind", pa.string()),
        ("weight", pa.float64()),
        ("valid_from", TIME),
        ("valid_to", TIME),
        ("known_at", TIME),
    ]
)
PEOPLE = pa.schema([("key", pa.int64()), ("id", pa.string())])
WITH_NUMBERS = {
    schema: pa.schema([one.with_type(NUMBER) if one.name in names else one for one in schema])
    for schema, names in (
        (purchases.ORDERS, {"customer_id", "order_id"}),
        (referrals.LINES, {"order_id", "line_id", "buyer_id", "product_id"}),
    )
}
SAME_KEYS = """
SELECT (SELECT count(*) - count(DISTINCT key) FROM everybody)
    + (SELECT count(*) - count(DISTINCT order_key) FROM orders)
"""
NAMED = """
CREATE TEMP TABLE named AS
SELECT DISTINCT key, id FROM (
    FROM people UNION ALL SELECT buyer_key, guest_id FROM orders WHERE guest_id IS NOT NULL
)
"""
UNNAMED = """
SELECT DISTINCT key FROM (SELECT source_key AS key FROM ties UNION ALL SELECT target_key FROM ties)
ANTI JOIN named USING (key)
"""
EVERYBODY = "SELECT key, id FROM (FROM named UNION FROM others)"
NAMES = """
CREATE TEMP TABLE names AS
SELECT key, id, CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS number FROM people
"""
PRODUCTS = """
CREATE TEMP TABLE products AS
SELECT id, CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS number
FROM (SELECT DISTINCT product_id AS id FROM lines WHERE product_id IS NOT NULL)
"""
PLACED = """
CREATE TEMP TABLE placed AS
SELECT order_key, orders.place, names.number AS buyer_id, has_account, moment, currency, charged,
       paid_share, voucher_code, CAST(row_number() OVER (ORDER BY moment, order_id) - 1 AS INTEGER) AS number
FROM orders LEFT JOIN names ON names.key = buyer_key
"""
# Lines of one product in one order are told apart by their ids alone.
SWAPPED = """
CREATE TEMP TABLE swapped AS
WITH told AS (
    SELECT place, order_key, product_id,
           row_number() OVER (PARTITION BY order_key, product_id ORDER BY place) AS by_place,
           row_number() OVER (PARTITION BY order_key, product_id ORDER BY line_id) AS by_id
    FROM lines SEMI JOIN (
        SELECT order_key, product_id FROM lines GROUP BY ALL HAVING count(*) > 1
    ) AS repeated USING (order_key, product_id)
)
SELECT one.place, other.place AS number FROM told AS one JOIN told AS other
    ON other.order_key = one.order_key AND other.product_id = one.product_id AND other.by_place = one.by_id
"""
NUMBERED_ORDERS = """
SELECT CASE WHEN has_account THEN buyer_id END AS customer_id, number AS order_id,
       moment AS created_at, currency, charged, voucher_code
FROM placed
"""
NUMBERED_LINES = """
SELECT placed.number AS order_id, coalesce(swapped.number, lines.place) AS line_id, buyer_id,
       products.number AS product_id, category_id, moment AS created_at, currency, net, paid_share, is_gift,
       is_gift_card
FROM lines JOIN placed USING (order_key) LEFT JOIN products ON products.id = product_id
LEFT JOIN swapped ON swapped.place = lines.place
"""
NUMBERED_TIES = """
SELECT source.number AS source_id, target.number AS target_id, {columns}
FROM ties JOIN names AS source ON source.key = source_key JOIN names AS target ON target.key = target_key
"""
TIE_KINDS = "SELECT count(DISTINCT kind) FROM ties"


class KeysMeet(Exception):
    """Two ids of the shop have the same 64-bit hash: once in some hundred thousand large shops."""


@dataclass(frozen=True)
class Texts:
    """Ids as they were read, and where the id of each number stands."""

    ids: pa.ChunkedArray
    places: Integers | None = None

    def of(self, numbers: pa.ChunkedArray) -> pa.Array:
        """Return the ids of these numbers; null stays null."""
        wanted, known = pc.unique(numbers.drop_null()), numbers
        at = wanted.to_numpy().astype(np.int64)
        at = at if self.places is None else self.places[at]
        order = np.argsort(at)
        ids = _taken(self.ids, at[order]).take(pa.array(np.argsort(order)))
        return ids.take(pc.index_in(known, value_set=wanted).combine_chunks())


@dataclass(frozen=True)
class Names:
    """The ids of a run's numbers."""

    people: Texts
    products: Texts
    orders: Texts
    lines: Texts

    def told(self, table: pa.Table) -> pa.Table:
        """Return the table with ids in place of numbers."""
        for place, field in enumerate(table.schema):
            texts = self._of(field.name)
            if texts is not None and pa.types.is_integer(field.type):
                table = table.set_column(place, field.name, texts.of(table[field.name]))
        return table

    def _of(self, column: str) -> Texts | None:
        named = dict.fromkeys(OF_PEOPLE, self.people)
        return (named | {"product_id": self.products, "order_id": self.orders, "line_id": self.lines}).get(
            column
        )


@dataclass(frozen=True)
class Facts:
    """What was bought and who may influence whom, in the columns of the library with numbers for ids."""

    orders: pa.Table
    lines: pa.Table
    ties: pa.Table
    parallel_ties: bool
    names: Names

    def numbered(self, table: pa.Table) -> pa.Table:
        """Return a small table with the numbers of its people; rows of people without any are left out."""
        for place, field in enumerate(table.schema):
            if field.name in OF_PEOPLE:
                known = pc.index_in(table[field.name], value_set=self.names.people.ids.combine_chunks())
                table = table.set_column(place, field.name, known)
                table = table.filter(pc.is_valid(table[field.name]))
        return table


@dataclass(frozen=True)
class Fetched:
    """The rows as PostgreSQL sent them, on disk, and everybody in them (`PEOPLE`)."""

    orders: pa.Table
    lines: pa.Table
    ties: pa.Table
    people: pa.Table

    def numbered(self) -> Facts:
        """Return the facts; takes no connection of the database."""
        with _engine() as engine:
            engine.register("orders", _with_places(_in_microseconds(self.orders)))
            engine.register("lines", _with_places(self.lines))
            engine.register("ties", _in_microseconds(self.ties))
            engine.register("people", self.people)
            for statement in (NAMES, PRODUCTS, PLACED, SWAPPED):
                engine.execute(statement)
            by_time = _columns(engine, "SELECT place FROM placed ORDER BY number")["place"]
            names = Names(
                people=Texts(_columns(engine, "SELECT id FROM names ORDER BY number")["id"]),
                products=Texts(_columns(engine, "SELECT id FROM products ORDER BY number")["id"]),
                orders=Texts(self.orders["order_id"], np.asarray(by_time.to_numpy(), dtype=np.int64)),
                lines=Texts(self.lines["line_id"], _swapped(engine, self.lines.num_rows)),
            )
            return Facts(
                orders=_to_disk(engine, NUMBERED_ORDERS, WITH_NUMBERS[purchases.ORDERS]),
                lines=_to_disk(engine, NUMBERED_LINES, WITH_NUMBERS[referrals.LINES]),
                ties=_numbered_ties(engine, self.ties),
                parallel_ties=_number(engine, TIE_KINDS) > 1,
                names=names,
            )


def fetch(session: Session, shop_id: int, *, small: Mapping[str, pa.Table]) -> Fetched:
    """Return the shop's orders, lines and ties; people of the `small` tables are among everybody, too."""
    for seed in range(MOST_TRIES):
        try:
            return _fetch(session, shop_id, seed, small=small)
        except KeysMeet:
            continue
    raise KeysMeet


def _fetch(session: Session, shop_id: int, seed: int, *, small: Mapping[str, pa.Table]) -> Fetched:
    folder = settings.get().scoring_spill_folder

    def table(query: Callable[..., Any], schema: pa.Schema) -> pa.Table:
        return bulk_copy.read_to_disk(session, query, shop_id, schema=schema, folder=folder, seed=seed)

    orders, lines = table(inputs.orders_by_key, ORDERS), table(inputs.lines_by_key, LINES)
    ties, people = table(inputs.ties_by_key, TIES), table(inputs.people_by_key, PEOPLE)
    with _engine() as engine:
        engine.register("orders", orders)
        engine.register("ties", ties)
        engine.register("people", people)
        engine.execute(NAMED)
        engine.register("others", _others(session, shop_id, seed, engine=engine, small=small))
        everybody = _columns(engine, EVERYBODY)
        engine.register("everybody", everybody)
        if _number(engine, SAME_KEYS):
            raise KeysMeet
    return Fetched(orders, lines, ties, everybody)


@contextmanager
def _engine() -> Iterator[duckdb.DuckDBPyConnection]:
    chosen = settings.get()
    with TemporaryDirectory(prefix="influence-", dir=chosen.scoring_spill_folder) as spill:
        config = purchases.CONFIG | {
            "temp_directory": spill,
            "memory_limit": chosen.scoring_memory,
            "threads": chosen.scoring_threads,
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("SET enable_progress_bar = false")
            yield connection


def _others(
    session: Session,
    shop_id: int,
    seed: int,
    *,
    engine: duckdb.DuckDBPyConnection,
    small: Mapping[str, pa.Table],
) -> pa.Table:
    """Return who has neither an account nor an order: at an end of a tie, or in a small table."""
    unnamed = _columns(engine, UNNAMED)["key"].to_pylist()
    told = [text for one in small.values() for name in OF_PEOPLE if name in one.column_names
            for text in one[name].drop_null().unique().to_pylist()]  # fmt: skip
    found = [bulk_copy.read(session, inputs.texts_by_key(told, seed), PEOPLE)] if told else []
    if unnamed:
        found.append(bulk_copy.read(session, inputs.tie_ends_by_key(shop_id, unnamed, seed), PEOPLE))
    return pa.concat_tables([PEOPLE.empty_table(), *found])


def _numbered_ties(engine: duckdb.DuckDBPyConnection, ties: pa.Table) -> pa.Table:
    """Return the ties with what is told of any of them: what is of none holds for all as usual."""
    told = ["kind"]
    if pc.any(pc.not_equal(ties["weight"], 1.0)).as_py():
        told.append("weight")
    told += [name for name in ("valid_from", "valid_to", "known_at") if ties[name].null_count < ties.num_rows]
    ends = [pa.field(name, NUMBER) for name in ("source_id", "target_id")]
    schema = pa.schema([*ends, *(TIES.field(name) for name in told)])
    return _to_disk(engine, NUMBERED_TIES.format(columns=", ".join(told)), schema)


def _to_disk(engine: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> pa.Table:
    parts = engine.execute(query).to_arrow_reader(PART)
    folder = settings.get().scoring_spill_folder
    return bulk_copy.on_disk((pa.Table.from_batches([one]).cast(schema) for one in parts), schema, folder)


def _with_places(table: pa.Table) -> pa.Table:
    return table.append_column("place", pa.array(np.arange(table.num_rows, dtype=np.int32)))


def _in_microseconds(table: pa.Table) -> pa.Table:
    """Return the table with its times as whole numbers, which no engine takes for times of a place."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            name = "moment" if field.name == "created_at" else field.name
            table = table.set_column(place, name, table[field.name].cast(pa.int64()))
    return table


def _swapped(engine: duckdb.DuckDBPyConnection, lines: int) -> Integers | None:
    found = _columns(engine, "SELECT place, number FROM swapped")
    if not found.num_rows:
        return None
    places = np.arange(lines)
    places[found["number"].to_numpy()] = found["place"].to_numpy()
    return places


def _columns(engine: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    return engine.execute(query).to_arrow_table()


def _number(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(_columns(engine, query).column(0)[0].as_py())


def _taken(texts: pa.ChunkedArray, at: Integers) -> pa.Array:
    """Return the texts at ascending places, each from its chunk: together they may be too long for one."""
    ends = np.cumsum([len(chunk) for chunk in texts.chunks])
    bounds = np.searchsorted(at, ends)
    begin, first, found = 0, 0, [pa.array([], texts.type)]
    for chunk, end, bound in zip(texts.chunks, ends, bounds, strict=True):
        found.append(chunk.take(pa.array(at[first:bound] - begin)))
        begin, first = int(end), int(bound)
    return pa.concat_arrays(found)
