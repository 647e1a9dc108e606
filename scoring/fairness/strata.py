"""Which orders are alike: those of one channel, shipping method, warehouse, week and fifth of basket values.

What differs between strata (a slower warehouse, a sale in one week) is nobody's treatment and drops out.
"""

from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.fairness.questions import BANDS, OUTCOMES

MOMENT: Final = pa.timestamp("us", tz="UTC")
ORDERS: Final = pa.schema(
    [
        pa.field("order_id", pa.string(), nullable=False),
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("placed_at", MOMENT, nullable=False),
        pa.field("channel", pa.string()),
        pa.field("shipping_method", pa.string()),
        pa.field("warehouse", pa.string()),
        pa.field("basket", pa.float64(), nullable=False),
        pa.field("band", pa.string(), nullable=False),
        pa.field("paid_late", pa.bool_(), nullable=False),
        pa.field("before", pa.bool_(), nullable=False),
        *(pa.field(outcome.name, pa.float64()) for outcome in OUTCOMES),
    ]
)
"""One row an order. Outcomes are null where they do not apply; `before`: from before installation.

`fulfilment_hours` counts from paid to the first fulfilment; of an order that still waits, the hours so far.
"""
CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": 2,
    "memory_limit": "512MB",
}
_PLACES: Final = "channel, shipping_method, warehouse"
_QUERY: Final = f"""
WITH sorted AS (
    SELECT *, ntile(5) OVER (PARTITION BY before, channel ORDER BY basket, order_id) AS fifth FROM orders
)
SELECT dense_rank() OVER (ORDER BY customer_id) - 1 AS customer,
    dense_rank() OVER (ORDER BY {_PLACES}, fifth, date_trunc('week', placed_at)) - 1 AS week,
    dense_rank() OVER (ORDER BY {_PLACES}, fifth, date_trunc('month', placed_at)) - 1 AS month,
    dense_rank() OVER (ORDER BY {_PLACES}) - 1 AS place,
    dense_rank() OVER (ORDER BY date_trunc('week', placed_at)) - 1 AS calendar_week,
    CAST(dayofweek(placed_at) * 4 + hour(placed_at) // 6 AS BIGINT) AS day_part,
    band, paid_late, before, {", ".join(outcome.name for outcome in OUTCOMES)}
FROM sorted ORDER BY customer, placed_at, order_id
"""  # noqa: S608 - put together from our own words


def prepare(orders: pa.Table) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of the audit, sorted by customer and time, with customers and strata as numbers.

    Raises ValueError if the table lacks a column or names an unknown band.
    """
    if lacking := sorted(set(ORDERS.names) - set(orders.schema.names)):
        raise ValueError(f"The table of orders lacks {', '.join(lacking)}.")
    wrong = set(orders["band"].unique().to_pylist()) - set(BANDS)
    if wrong:
        raise ValueError(f"No such band: {', '.join(sorted(map(str, wrong)))}.")
    given = orders.select(ORDERS.names).cast(ORDERS)
    # Without a zone, since DuckDB's calendar of zones is an extension that would have to be loaded.
    local = given["placed_at"].cast(pa.timestamp("us"))
    given = given.set_column(given.schema.get_field_index("placed_at"), "placed_at", local)
    with (
        TemporaryDirectory(prefix="influence-") as spill,
        duckdb.connect(config={**CONFIG, "temp_directory": spill}) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")
        connection.register("orders", given)
        columns = connection.sql(_QUERY).to_arrow_table()
    names = columns.schema.names
    found = {name: columns[name].to_numpy() for name in names if name != "band"}
    band = columns["band"].combine_chunks().dictionary_encode()
    found["band"] = np.asarray(band.dictionary.to_pylist(), dtype="U7")[band.indices.to_numpy()]
    for name in ("customer", "week", "month", "place", "calendar_week"):
        found[name] = found[name].astype(np.int64)
    return found
