"""From orders to what the models need of each customer: how often, how lately, how long, how much."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa

from scoring.parameters import ValueParameters

MOST_MONEY = 1e12
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
TIME = pa.timestamp("us", tz="UTC")
ORDERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("order_id", pa.string()),
        ("created_at", TIME),
        ("currency", pa.string()),
        ("charged", pa.float64()),
        ("voucher_code", pa.string()),
    ]
)
BELIEVABLE = "placed <= $as_of AND abs(charged) <= $most"
CENSUS = f"""
SELECT upper(coalesce(currency, '')) AS currency,
       count(*) FILTER ({BELIEVABLE}) AS orders,
       count(*) FILTER ({BELIEVABLE} AND charged > 0) AS paid,
       count(*) FILTER (placed > $as_of) AS future,
       count(*) FILTER (placed IS NULL OR charged IS NULL OR NOT abs(charged) <= $most) AS unreadable
FROM orders GROUP BY ALL ORDER BY paid DESC, orders DESC, currency
"""  # noqa: S608 - our own condition, no input
# Money is summed as whole millionths: the same total whatever the order of the rows.
BELIEVED = f"""
CREATE TEMP TABLE believed AS
SELECT orders.customer_id, orders.order_id, orders.line, orders.placed, orders.charged, orders.voucher_code,
       TRY_CAST(nullif(round(orders.charged * rates.rate * 1e6), 0) AS BIGINT) AS money
FROM orders LEFT JOIN rates ON rates.currency = upper(orders.currency)
WHERE {BELIEVABLE}
"""  # noqa: S608 - the same
SUMMARY = """
WITH days AS (
    SELECT customer_id, CAST(placed AS DATE) AS day, count(*) FILTER (charged > 0) AS paid,
           sum(money) FILTER (charged > 0) AS money
    FROM believed WHERE customer_id IS NOT NULL GROUP BY ALL
)
SELECT customer_id,
       CAST(sum(paid) AS BIGINT) AS orders_count,
       CAST(coalesce(sum(money), 0) AS DOUBLE) / 1e6 AS revenue,
       greatest(count(*) FILTER (paid > 0) - 1, 0) AS frequency,
       coalesce(date_diff('day', min(day) FILTER (paid > 0), max(day) FILTER (paid > 0)), 0) AS recency_days,
       coalesce(date_diff('day', min(day) FILTER (paid > 0), CAST($as_of AS DATE)), 0) AS age_days,
       count(money) AS baskets,
       CAST(coalesce(sum(money) - arg_min(money, day), 0) AS DOUBLE) / 1e6 AS repeat_revenue
FROM days GROUP BY customer_id
"""


class OrdersInvalid(ValueError):
    """The table cannot be read as orders; the message says which column and why."""


@dataclass(frozen=True)
class PreparedOrders:
    """What was made of the orders, open for questions; `currency` is the one that values are told in.

    The table `believed` holds the believable orders, with `money` in that currency or null; `rates` what a
    unit of each known currency is worth in it.
    """

    connection: duckdb.DuckDBPyConnection
    as_of: datetime
    currency: str
    notes: tuple[str, ...]


@contextmanager
def opened(orders: pa.Table, *, as_of: datetime, parameters: ValueParameters) -> Iterator[PreparedOrders]:
    """The orders, taken in and open for questions until the block ends; raises OrdersInvalid."""
    # DuckDB spills under fixed names into the working directory: two workers there would share files.
    with (
        TemporaryDirectory(prefix="influence-") as spill,
        duckdb.connect(config={**CONFIG, "temp_directory": spill}) as connection,
    ):
        yield _prepare(connection, orders, as_of=as_of, parameters=parameters)


def _prepare(
    connection: duckdb.DuckDBPyConnection, orders: pa.Table, *, as_of: datetime, parameters: ValueParameters
) -> PreparedOrders:
    asked = {"as_of": naive(as_of), "most": MOST_MONEY}
    table = conform(orders, ORDERS)
    placed = table["created_at"].cast(pa.timestamp("us"))
    lines = pa.array(np.arange(table.num_rows), pa.int64())
    table = table.drop_columns(["created_at"])
    connection.register("orders", table.append_column("placed", placed).append_column("line", lines))
    census = table_of(connection, CENSUS, **asked)
    most_used = next((code for code in census["currency"].to_pylist() if code), "")
    currency = (parameters.currency or most_used).upper()
    rates = {code.upper(): rate for code, rate in parameters.exchange_rates.items()} | {currency: 1.0}
    known = {"currency": pa.array(list(rates), pa.string()), "rate": pa.array(rates.values(), pa.float64())}
    connection.register("rates", pa.table(known))
    connection.execute(BELIEVED, asked)
    notes = _notes(census, frozenset(rates), as_of=as_of, currency=currency)
    return PreparedOrders(connection=connection, as_of=as_of, currency=currency, notes=notes)


def _notes(census: pa.Table, known: frozenset[str], *, as_of: datetime, currency: str) -> tuple[str, ...]:
    """What was left out of the values, and why."""
    rows = census.to_pylist()
    future, unreadable = (sum(row[kind] for row in rows) for kind in ("future", "unreadable"))
    foreign = sum(row["paid"] for row in rows if row["currency"] not in known)
    remarks = (
        (future, f"{_orders(future)} dated after {naive(as_of).date()}: left aside until then."),
        (unreadable, f"{_orders(unreadable)} without a date or with an amount beyond belief: left aside."),
        (foreign, f"{_orders(foreign)} without an exchange rate into {currency}: counted, but not as money."),
    )
    return tuple(text for count, text in remarks if count)


def summarise(prepared: PreparedOrders) -> pa.Table:
    """One row a customer with an order, in any order; only orders with money charged count as purchases.

    frequency: days with a purchase after the first such day; recency_days: first to last of them; age_days:
    first of them to as_of (Fader, Hardie, Lee 2005 count the same way). baskets: days with known money.
    """
    return table_of(prepared.connection, SUMMARY, as_of=naive(prepared.as_of))


def table_of(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> pa.Table:
    """The answer to a query as one Arrow table."""
    return connection.execute(query, values).to_arrow_table()


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the schema's columns and types; naive times are refused, other zones are converted."""
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise OrdersInvalid(f"the table lacks {', '.join(missing)}")
    for expected in schema:
        given = table.schema.field(expected.name).type
        if pa.types.is_timestamp(expected.type) and (not pa.types.is_timestamp(given) or given.tz is None):
            raise OrdersInvalid(f"{expected.name} must hold times with a time zone, not {given}")
    try:
        return table.select(schema.names).cast(schema, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as trouble:
        raise OrdersInvalid(f"the table cannot be read: {trouble}") from trouble


def naive(moment: datetime) -> datetime:
    """The moment in UTC without its zone, as DuckDB compares it."""
    if moment.tzinfo is None:
        raise OrdersInvalid("as_of needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"
