"""What the ledger is told of orders: which lines were paid how far, and whose personal code was redeemed.

Money for a redeemed code is proven, so it needs no statistics: CRV (the name after Kumar et al. 2010,
Journal of Service Research 13(3)) is the sum of the ledger's proven rows.
"""

import pyarrow as pa
import pyarrow.compute as pc

from scoring.parameters import LEAST_PAID
from scoring.purchases import TIME, PreparedOrders, conform, table_of

CODES = pa.schema([("code", pa.string()), ("customer_id", pa.string()), ("valid_from", TIME)])
LEAKS = pa.schema([("code", pa.string()), ("since", TIME), ("until", TIME)])
"""Codes whose crediting is paused: orders with them from `since` on, before `until`, prove nothing."""
LINES = pa.schema(
    [
        ("order_id", pa.string()),
        ("line_id", pa.string()),
        ("buyer_id", pa.string()),
        ("product_id", pa.string()),
        ("category_id", pa.string()),
        ("created_at", TIME),
        ("currency", pa.string()),
        ("net", pa.float64()),
        ("paid_share", pa.float64()),
        ("is_gift", pa.bool_()),
        ("is_gift_card", pa.bool_()),
    ]
)
PART = 1_000_000
"""Rows of order lines at a time."""
# A code may change hands: an order belongs to the owner of that moment. To Saleor ABC and abc are two codes.
REDEEMED = """
SELECT order_id, codes.customer_id AS source_id, EXISTS (
    SELECT 1 FROM leaks WHERE leaks.code = believed.voucher_code AND leaks.since <= believed.placed
        AND (leaks.until IS NULL OR believed.placed < leaks.until)
) AS leaked
FROM believed JOIN codes ON codes.code = believed.voucher_code AND codes.valid_from <= believed.placed
WHERE believed.charged > 0
QUALIFY row_number() OVER (PARTITION BY believed.line ORDER BY codes.valid_from DESC, codes.customer_id) = 1
"""
# Unknown currencies have no money, and future orders are set aside by the ledger itself.
PAID = """
SELECT order_id, line_id, buyer_id AS customer_id, product_id, category_id, placed, is_gift, is_gift_card,
       CASE WHEN lines.paid_share >= $least THEN lines.net * lines.paid_share * rates.rate ELSE 0 END AS net
FROM lines JOIN rates ON rates.currency = upper(lines.currency)
"""


def redemptions(prepared: PreparedOrders, codes: pa.Table, leaks: pa.Table) -> pa.Table:
    """Return (order_id, source_id, leaked): paid orders with a personal code, and whose it was then.

    `leaked`: the code's crediting was paused at that moment.
    """
    table = _without_zones(conform(codes, CODES), "valid_from")
    prepared.connection.register("codes", table.filter(pc.is_valid(table["customer_id"])))
    prepared.connection.register("leaks", _without_zones(conform(leaks, LEAKS), "since", "until"))
    return table_of(prepared.connection, REDEEMED)


def paid_lines(prepared: PreparedOrders, lines: pa.Table) -> pa.RecordBatchReader:
    """The order lines as purchases of the ledger: `net` paid and not refunded, in the main currency.

    A stream: read it to its end before anything else is asked of the prepared orders.

    `paid_share` is the part of the order that was charged and not refunded, 0 to 1; below `LEAST_PAID` it was
    refunded, but for a cent that keeps up the appearance. `buyer_id` names guests
    too, each by a name of their own, since they buy as others do.
    """
    table = conform(lines, LINES)
    placed = table["created_at"].cast(pa.timestamp("us"))
    prepared.connection.register("lines", table.drop_columns(["created_at"]).append_column("placed", placed))
    found = prepared.connection.execute(PAID, {"least": LEAST_PAID}).to_arrow_reader(PART)
    place = found.schema.get_field_index("placed")
    schema = found.schema.set(place, pa.field("created_at", TIME))
    return pa.RecordBatchReader.from_batches(schema, (_in_utc(part, schema, place) for part in found))


def _without_zones(table: pa.Table, *names: str) -> pa.Table:
    """Return the table with these times as DuckDB compares them."""
    for name in names:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.timestamp("us")))
    return table


def _in_utc(part: pa.RecordBatch, schema: pa.Schema, place: int) -> pa.RecordBatch:
    columns = part.columns
    columns[place] = columns[place].cast(TIME)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def paid_as_is(lines: pa.Table) -> pa.Table:
    """The same with money as it is, for who asks only whether anything was paid."""
    paid = pc.greater_equal(lines["paid_share"], LEAST_PAID)
    net = pc.if_else(paid, pc.multiply(lines["net"], lines["paid_share"]), 0.0)
    table = lines.drop_columns(["net", "paid_share", "currency"]).append_column("net", net)
    return table.rename_columns({"buyer_id": "customer_id"})
