"""From orders to what the models need of each customer: how often, how lately, how long, how much."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.ids import shaped
from scoring.parameters import ValueParameters

MOST_MONEY = 1e12
WEEK_DAYS = 7
YOUNG = timedelta(days=28)
"""A shop with fewer days of paid orders before the week began stands as of today: it learns by the day."""
SHARE_OF_IMPORT, LEAST_IMPORT = 0.2, 50
"""A day with this share of all orders, and at least so many, is an import and not a rush."""
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
# The orders of an import are as many baskets as they are orders: their own days are not known.
DAILY = """
CREATE TEMP TABLE daily AS
SELECT CAST(placed AS DATE) AS day, count(*) FILTER (charged > 0) AS orders
FROM believed GROUP BY ALL HAVING orders > 0
"""
IMPORTED = f"""
CREATE TEMP TABLE imported AS
SELECT day, orders FROM daily
WHERE orders >= {LEAST_IMPORT} AND orders >= {SHARE_OF_IMPORT} * (SELECT sum(orders) FROM daily)
  AND (SELECT count(*) FROM daily) > 1
"""  # noqa: S608 - our own numbers
DAYS = """
CREATE TEMP TABLE days AS
SELECT customer_id, CAST(placed AS DATE) AS day, count(*) FILTER (charged > 0) AS paid,
       sum(money) FILTER (charged > 0) AS money, count(money) FILTER (charged > 0) AS priced
FROM believed WHERE customer_id IS NOT NULL GROUP BY ALL
"""
SUMMARY = """
WITH known AS (
    SELECT days.customer_id, days.day, paid, money,
           CASE WHEN imported.day IS NULL THEN least(priced, 1) ELSE priced END AS baskets
    FROM days LEFT JOIN imported ON imported.day = days.day WHERE days.day <= $until
), later AS (
    SELECT customer_id, sum(money) AS money FROM days
    WHERE days.day > $until AND days.day <= $seen GROUP BY ALL
), summary AS (
    SELECT customer_id, CAST(sum(paid) AS BIGINT) AS orders_count,
           CAST(coalesce(sum(money), 0) AS DOUBLE) / 1e6 AS revenue,
           greatest(count(*) FILTER (paid > 0) - 1, 0) AS frequency,
           min(day, 3) FILTER (paid > 0) AS first_days, max(day) FILTER (paid > 0) AS last_day,
           CAST(sum(baskets) AS BIGINT) AS baskets,
           CAST(sum(baskets) - arg_min(baskets, day) FILTER (money IS NOT NULL) AS BIGINT) AS repeat_baskets,
           CAST(coalesce(sum(money) - arg_min(money, day), 0) AS DOUBLE) / 1e6 AS repeat_revenue
    FROM known GROUP BY customer_id
)
SELECT summary.* EXCLUDE (first_days, last_day, repeat_baskets), first_days[1] AS first_day,
       coalesce(repeat_baskets, 0) AS repeat_baskets,
       coalesce(last_day - first_days[1], 0) AS recency_days,
       first_days[2] - first_days[1] AS first_gap, first_days[3] - first_days[2] AS second_gap,
       first_days[1] IN (SELECT day FROM imported) AS began_by_import,
       CAST(coalesce(later.money, 0) AS DOUBLE) / 1e6 AS came
FROM summary LEFT JOIN later ON later.customer_id = summary.customer_id
"""


@dataclass(frozen=True)
class Daily:
    """Paid orders of each day on which there were some, days of imports apart; days count from 1970."""

    day: npt.NDArray[np.int64]
    orders: npt.NDArray[np.int64]


class OrdersInvalid(ValueError):
    """The table cannot be read as orders; the message says which column and why."""


@dataclass(frozen=True)
class Standing:
    """Up to when models know orders, and from when expectations count; each customer's own are known to now.

    Weekly, that is the week's start (Monday, UTC), so that within a week only new facts change anybody. It
    follows from facts and as_of alone. on: the first day that is expected. at: the moment it begins, or
    as_of. until: the last day that is known.
    """

    on: date
    at: datetime
    until: date


@dataclass(frozen=True)
class PreparedOrders:
    """What was made of the orders, open for questions; `currency` is the one that values are told in.

    The table `believed` holds the believable orders, with `money` in that currency or null; `rates` what a
    unit of each known currency is worth in it.
    """

    connection: duckdb.DuckDBPyConnection
    as_of: datetime
    standing: Standing
    currency: str
    notes: tuple[str, ...]


@contextmanager
def opened(
    orders: pa.Table, *, as_of: datetime, parameters: ValueParameters, standing: Standing | None = None
) -> Iterator[PreparedOrders]:
    """The orders, taken in and open for questions until the block ends; raises OrdersInvalid.

    standing: of the shop that these orders are a part of; as of now, if none of them was known then.
    """
    # DuckDB spills under fixed names into the working directory: two workers there would share files.
    with (
        TemporaryDirectory(prefix="influence-") as spill,
        duckdb.connect(config={**CONFIG, "temp_directory": spill}) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")
        prepared = _prepare(connection, orders, as_of=as_of, parameters=parameters)
        yield prepared if standing is None else replace(prepared, standing=_of_part(prepared, standing))


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
    for query in (DAILY, IMPORTED, DAYS):
        connection.execute(query)
    notes = _notes(census, frozenset(rates), as_of=as_of, currency=currency)
    notes += _imports(connection)
    standing = _standing(connection, as_of, weekly=parameters.weekly)
    return PreparedOrders(connection, as_of=as_of, standing=standing, currency=currency, notes=notes)


def _standing(connection: duckdb.DuckDBPyConnection, as_of: datetime, *, weekly: bool) -> Standing:
    today = naive(as_of).date()
    monday = today - timedelta(days=today.weekday())
    first = _first_day(connection)
    if not weekly or first is None or first > monday - YOUNG:
        return Standing(on=today, at=as_of, until=today)
    at = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    return Standing(on=monday, at=at, until=monday - timedelta(days=1))


def _of_part(part: PreparedOrders, standing: Standing) -> Standing:
    first = _first_day(part.connection)
    if first is not None and first <= standing.until:
        return standing
    return _standing(part.connection, part.as_of, weekly=False)


def _first_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    found = table_of(connection, "SELECT min(day) AS day FROM days WHERE paid > 0")
    first: date | None = found["day"][0].as_py()
    return first


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


def _imports(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """A sentence for each day that holds a large share of all orders."""
    query = "SELECT day, orders, (SELECT sum(orders) FROM daily) AS every FROM imported ORDER BY day"
    found = table_of(connection, query)
    return tuple(
        f"{row['orders'] / row['every']:.0%} of all orders are dated {row['day']}: taken for an import. "
        "Their own days are not known: each is a basket of its own, and none counts for how often "
        "somebody buys."
        for row in found.to_pylist()
    )


def summarise(prepared: PreparedOrders, until: date | None = None) -> pa.Table:
    """One row a customer with an order up to a day (that of as_of), in any order.

    Only orders with money charged count as purchases. first_day: of them, null without any; frequency: days
    with a purchase after it; recency_days: first to last (Fader, Hardie, Lee 2005 count the same way).
    baskets: days with known money, on a day of an import its orders. first_gap, second_gap: days between the
    first three days. came: money after `until` that models know.
    """
    last = until or naive(prepared.as_of).date()
    return table_of(prepared.connection, SUMMARY, until=last, seen=prepared.standing.until)


def daily(prepared: PreparedOrders) -> Daily:
    """Paid orders by day, without the days of imports."""
    query = (
        "SELECT day - DATE '1970-01-01' AS day, orders FROM daily WHERE day NOT IN (SELECT day FROM imported)"
    )
    found = table_of(prepared.connection, query + " ORDER BY day")
    return Daily(*(found[name].to_numpy().astype(np.int64) for name in ("day", "orders")))


def table_of(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> pa.Table:
    """The answer to a query as one Arrow table."""
    return connection.execute(query, values).to_arrow_table()


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the schema's columns and types, ids that are numbers stay so.

    Naive times are refused, other zones are converted.
    """
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise OrdersInvalid(f"the table lacks {', '.join(missing)}")
    for expected in schema:
        given = table.schema.field(expected.name).type
        if pa.types.is_timestamp(expected.type) and (not pa.types.is_timestamp(given) or given.tz is None):
            raise OrdersInvalid(f"{expected.name} must hold times with a time zone, not {given}")
    try:
        return shaped(table, schema, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as trouble:
        raise OrdersInvalid(f"the table cannot be read: {trouble}") from trouble


def naive(moment: datetime) -> datetime:
    """The moment in UTC without its zone, as DuckDB compares it."""
    if moment.tzinfo is None:
        raise OrdersInvalid("as_of needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"
