"""A simulated shop as the tables that a worth is computed from."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from scoring.purchases import ORDERS
from scoring.referrals import CODES, LINES
from scoring.simulate import World
from scoring.valuation import ScoringInputs
from tests.support.scoring_tables import CATEGORIES, CUSTOMERS, TIES

RATES = {"USD": 0.91, "GBP": 1.18, "PLN": 0.23}
# Who bought as a guest and signed up later has their guest orders too, as in a shop.
BUYERS = """
CREATE TEMP TABLE bought AS
SELECT o.order_no, coalesce(o.customer_no, c.customer_no) AS customer_no, o.guest_no, o.created_at,
       o.currency, o.voucher_code, NOT o.cancelled AS stands, 1 - o.refunded_share AS paid_share
FROM orders o LEFT JOIN customers c ON c.guest_no = o.guest_no
"""
ORDER_ROWS = """
SELECT CAST(customer_no AS TEXT) AS customer_id, CAST(order_no AS TEXT) AS order_id, created_at, currency,
       sum(quantity * unit_price) * any_value(paid_share) AS charged, voucher_code
FROM bought JOIN lines USING (order_no) WHERE stands GROUP BY ALL
"""
LINE_ROWS = """
SELECT CAST(order_no AS TEXT) AS order_id,
       order_no || '-' || row_number() OVER (ORDER BY order_no, product_no) AS line_id,
       coalesce(CAST(customer_no AS TEXT), 'guest:' || guest_no) AS buyer_id,
       CAST(product_no AS TEXT) AS product_id, CAST(category_no AS TEXT) AS category_id, created_at, currency,
       quantity * unit_price AS net, paid_share, false AS is_gift, false AS is_gift_card
FROM bought JOIN lines USING (order_no) WHERE stands
"""


@dataclass(frozen=True)
class Planted:
    """The books, and the truth beside them."""

    inputs: ScoringInputs
    influencers: frozenset[str]


def planted(world: World) -> Planted:
    """The shop's books: orders that were cancelled are none of them, ties hold since they were made."""
    with duckdb.connect() as connection:
        for name in ("orders", "lines", "customers"):
            connection.register(name, _naive(getattr(world, name)))
        connection.execute(BUYERS)
        orders, lines = (connection.execute(one).to_arrow_table() for one in (ORDER_ROWS, LINE_ROWS))
    ties = pa.table(
        {
            "source_id": _text(world.ties["source_no"]),
            "target_id": _text(world.ties["target_no"]),
            "kind": pa.repeat("friend", world.ties.num_rows),
            "weight": pa.repeat(1.0, world.ties.num_rows),
            "valid_from": world.ties["since"],
            "valid_to": pa.nulls(world.ties.num_rows, TIES.field("valid_to").type),
        }
    )
    codes = world.codes.set_column(1, "customer_id", _text(world.codes["customer_no"]))
    truth = world.truth.filter(world.truth["is_influencer"])
    return Planted(
        ScoringInputs(
            orders=_aware(orders).select(ORDERS.names).cast(ORDERS),
            lines=_aware(lines).select(LINES.names).cast(LINES),
            codes=codes.select(CODES.names).cast(CODES),
            ties=ties.cast(TIES),
            categories=CATEGORIES.empty_table(),
            customers=CUSTOMERS.empty_table(),
        ),
        frozenset(_text(truth["customer_no"]).to_pylist()),
    )


def _text(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    return numbers.cast(pa.string())


def _naive(table: pa.Table) -> pa.Table:
    """DuckDB without extensions has no time zones."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.timestamp("us")))
    return table


def _aware(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("created_at")
    return table.set_column(place, "created_at", pc.assume_timezone(table["created_at"], "UTC"))
