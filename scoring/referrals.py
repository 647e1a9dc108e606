"""CRV, referral value: the money of other people's orders that redeemed a customer's personal code.

Proven, so no statistics (the name after Kumar et al. 2010, Journal of Service Research 13(3)).
"""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from scoring.purchases import TIME, conform, table_of

CODES = pa.schema([("code", pa.string()), ("customer_id", pa.string()), ("valid_from", TIME)])
# A code may change hands: an order belongs to the owner of that moment. To Saleor ABC and abc are two codes.
CREDITED = """
WITH redeemed AS (
    SELECT codes.customer_id AS owner, believed.customer_id AS buyer, believed.money
    FROM believed JOIN codes
      ON codes.code = believed.voucher_code AND codes.valid_from <= believed.placed
    WHERE believed.charged > 0
    QUALIFY row_number() OVER (
        PARTITION BY believed.line ORDER BY codes.valid_from DESC, codes.customer_id
    ) = 1
)
SELECT owner AS customer_id, CAST(coalesce(sum(money), 0) AS DOUBLE) / 1e6 AS crv, count(*) AS crv_orders
FROM redeemed WHERE owner IS DISTINCT FROM buyer GROUP BY owner
"""


def credit(connection: duckdb.DuckDBPyConnection, codes: pa.Table) -> pa.Table:
    """customer_id, crv, crv_orders of everyone whose code somebody else (or a guest) redeemed and paid.

    Needs the table `believed` of `purchases.take_in`. An owner's own redemption earns nothing.
    """
    table = conform(codes, CODES)
    table = table.set_column(2, "valid_from", table["valid_from"].cast(pa.timestamp("us")))
    connection.register("codes", table.filter(pc.is_valid(table["customer_id"])))
    return table_of(connection, CREDITED)
