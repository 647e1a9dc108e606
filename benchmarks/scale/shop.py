"""A planted shop as rows of PostgreSQL: purchases and ties with whole numbers for ids."""

import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa
import pyarrow.compute as pc

from scoring.simulate.circles import Habits
from scoring.simulate.planted import CATEGORIES, PARENTS, TIME
from scoring.simulate.recipes import world

BIG = Habits(
    orders_each=6.1, lines_each=1.6, ties_each=19.0, products_per_customer=0.1, circle=200, strength=0.02
)
NAMES = pa.array(CATEGORIES)
PURCHASES = pa.schema(
    [
        *((name, pa.int32()) for name in ("order_id", "line_id", "customer_id", "product_id", "category_id")),
        ("created_at", TIME),
        ("net", pa.float64()),
    ]
)
TIES = pa.schema([("source_id", pa.int32()), ("target_id", pa.int32())])
TREE = pa.table(
    {
        "category_id": pa.array(range(len(CATEGORIES)), pa.int32()),
        "parent_id": pc.index_in(pa.array(PARENTS, pa.string()), value_set=NAMES),
    }
)


def fill(url: str, customers: int, seed: int) -> tuple[int, int]:
    """PostgreSQL holds the shop; returns how many order lines and ties it has."""
    made = world("influence", customers=customers, seed=seed, habits=BIG)
    numbered = pc.index_in(made.purchases["category_id"], value_set=NAMES)
    purchases = made.purchases.set_column(4, "category_id", numbered).cast(PURCHASES)
    with postgresql.connect(url) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS planted")
            cursor.adbc_ingest("purchases", purchases.to_reader())
            cursor.adbc_ingest("ties", made.ties.cast(TIES).to_reader())
            cursor.execute("CREATE INDEX purchases_by_time ON purchases (created_at)")
            cursor.execute("ANALYZE")
        connection.commit()
    return purchases.num_rows, made.ties.num_rows
