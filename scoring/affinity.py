"""Product affinity: which products the same customers buy more often than by chance.

Chance leaves each customer as many products, and each product as many customers, as they have (conditional
Bernoulli sampling: Chen, Dempster, Liu 1994, Biometrika 81(3), equations 1 and 2). Independence of the two
products alone, n_a n_b / N, would list hundreds of pairs of any shop in which some customers buy more than
others. A pair is listed if it withstands Benjamini and Hochberg (1995) over all pairs looked at.
"""

from dataclasses import asdict, dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammainc, gammaincinv

from scoring.parameters import LEAST_PAID
from scoring.purchases import PreparedOrders, conform, naive, table_of
from scoring.referrals import LINES

Floats = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.int64]
NONE = np.full((1, 1), -1)
MOST_PRODUCTS, MOST_BUYERS = 200, 200_000
MOST_EACH = 50
"""Who has more of these products buys for others, and would pair everything with everything."""
LEAST_BUYERS = 10
"""Fewer customers who bought both say nothing, and might be recognised."""
LEAST_TIMES = 1.2
"""Among many customers a twentieth more is beyond chance, and no news to anybody."""
SHOWN = 10
FALSE_SHARE = 0.05
"""Of what is listed, so much is expected to be chance (the false discovery rate)."""
TAIL = 0.05
"""Below the lower end of a 90 % interval."""
ROUNDS, CLOSE = 200, 1e-6
# Gifts and gift cards are nobody's own choice; who takes no part for the ledger takes none here.
BOUGHT = """
CREATE OR REPLACE TEMP TABLE bought AS
SELECT buyer_id, product_id FROM affinity_lines AS lines
WHERE product_id IS NOT NULL AND buyer_id IS NOT NULL AND placed <= $as_of AND paid_share >= $least
  AND NOT is_gift AND NOT is_gift_card AND buyer_id NOT IN (SELECT customer_id FROM affinity_left_out)
"""
# By a hash of the id: evenly spread, and the same ones in every run.
SAMPLED = """
CREATE OR REPLACE TEMP TABLE sampled AS
SELECT DISTINCT buyer_id, product_id FROM bought
WHERE md5_number_lower(CAST(buyer_id AS VARCHAR)) % $every = 0
"""
PRODUCTS = """
CREATE OR REPLACE TEMP TABLE products AS
SELECT product_id, count(*) AS buyers, row_number() OVER (ORDER BY buyers DESC, product_id) - 1 AS place
FROM sampled GROUP BY product_id ORDER BY place LIMIT $most
"""
BASKETS = """
CREATE OR REPLACE TEMP TABLE baskets AS
SELECT buyer_id, place, count(*) OVER (PARTITION BY buyer_id) AS size
FROM sampled JOIN products ON products.product_id = sampled.product_id
QUALIFY size <= $most
"""
SIZES = "SELECT size, CAST(count(*) / size AS BIGINT) AS customers FROM baskets GROUP BY size ORDER BY size"
BUYERS = """
SELECT product_id, count(baskets.buyer_id) AS buyers
FROM products LEFT JOIN baskets ON baskets.place = products.place GROUP BY ALL ORDER BY min(products.place)
"""
PAIRS = """
SELECT one.place AS a, other.place AS b, count(*) AS customers
FROM baskets AS one JOIN baskets AS other ON other.buyer_id = one.buyer_id AND other.place > one.place
GROUP BY ALL HAVING count(*) >= $least ORDER BY a, b
"""


@dataclass(frozen=True)
class Pair:
    """Two products, how many customers bought both, and how many would have by chance.

    times_low: the lower end of the 90 % interval of `times`, by the count's Poisson distribution.
    """

    product_id: str
    other_id: str
    buyers: int
    other_buyers: int
    customers: int
    expected: float
    times: float
    times_low: float


@dataclass(frozen=True)
class Affinity:
    """What sells together: among how many customers and products it was looked for, the first pairs.

    of: how many customers there are; more than `customers` if a sample was looked at.
    """

    customers: int
    of: int
    products: int
    found: int
    pairs: tuple[Pair, ...]

    def report(self) -> dict[str, object]:
        """The result as JSON-able values, without personal data."""
        return asdict(self)


def affinity(prepared: PreparedOrders, lines: pa.Table, customers: pa.Table) -> Affinity:
    """Return which of the most bought products the same customers buy, guests among them, likeliest first.

    lines: `referrals.LINES`. customers: see `ledger.LedgerInputs`; staff, resellers, test accounts and who
    objects are left out.
    """
    connection = prepared.connection
    _register(connection, lines, customers)
    connection.execute(BOUGHT, {"as_of": naive(prepared.as_of), "least": LEAST_PAID})
    of = _count(connection, "SELECT count(DISTINCT buyer_id) FROM bought")
    connection.execute(SAMPLED, {"every": max(1, -(-of // MOST_BUYERS))})
    connection.execute(PRODUCTS, {"most": MOST_PRODUCTS})
    connection.execute(BASKETS, {"most": MOST_EACH})
    looked_at = _count(connection, "SELECT count(DISTINCT buyer_id) FROM sampled")
    known = table_of(connection, BUYERS)
    pairs = _listed(connection, known)
    for name in ("bought", "sampled", "products", "baskets"):
        connection.execute(f"DROP TABLE {name}")
    return Affinity(looked_at, of, known.num_rows, len(pairs), tuple(pairs[:SHOWN]))


def _register(connection: duckdb.DuckDBPyConnection, lines: pa.Table, customers: pa.Table) -> None:
    table = conform(lines, LINES)
    placed = table["created_at"].cast(pa.timestamp("us"))
    table = table.drop_columns(["created_at"]).append_column("placed", placed)
    connection.register("affinity_lines", table)
    marks = ("is_staff", "is_reseller", "is_test", "opted_out")
    present = [pc.fill_null(customers[name], False) for name in marks if name in customers.column_names]  # noqa: FBT003
    out = customers.select(["customer_id"]).filter(_any_of(present, customers.num_rows))
    connection.register("affinity_left_out", out.filter(pc.is_valid(out["customer_id"])))


def _any_of(marks: list[pa.ChunkedArray], rows: int) -> pa.ChunkedArray:
    found = pa.chunked_array([pa.repeat(pa.scalar(value=False), rows)])
    for mark in marks:
        found = pc.or_(found, mark)
    return found


def _listed(connection: duckdb.DuckDBPyConnection, known: pa.Table) -> list[Pair]:
    """Return the pairs beyond chance, those first whose ratio is surely high."""
    sizes = table_of(connection, SIZES)
    size = sizes["size"].to_numpy()
    customers = np.zeros(size.max(initial=0) + 1)
    customers[size] = sizes["customers"].to_numpy()
    buyers = known["buyers"].to_numpy().astype(np.float64)
    seen = table_of(connection, PAIRS, least=LEAST_BUYERS)
    if seen.num_rows == 0:
        return []
    a, b, both = (seen[name].to_numpy().astype(np.int64) for name in ("a", "b", "customers"))
    expected = expected_pairs(customers, buyers, np.column_stack((a, b)))
    tested = len(buyers) * (len(buyers) - 1) // 2
    beyond = withstands(gammainc(both, expected), tested)
    low = gammaincinv(both, TAIL) / expected
    order = np.lexsort((b, a, -low))
    names, counts = known["product_id"].to_pylist(), known["buyers"].to_pylist()
    return [
        Pair(
            names[a[at]], names[b[at]], counts[a[at]], counts[b[at]], int(both[at]),
            round(float(expected[at]), 3), round(float(both[at] / expected[at]), 3), round(float(low[at]), 3),
        )
        for at in order
        if beyond[at] and low[at] >= LEAST_TIMES
    ]  # fmt: skip


def expected_pairs(customers: Floats, buyers: Floats, wanted: Pairs) -> Floats:
    """Return how many customers would buy both of each wanted two products by chance.

    customers: how many have no product, one, two …; buyers: of each product; wanted: two columns of products.
    Who has k products has each set of k with a chance in proportion to the product of its weights, which are
    such that every product has its buyers on average (conditional Bernoulli sampling).
    """
    most = len(customers) - 1
    weights, alone = buyers / buyers.mean(), np.arange(len(buyers))[:, None]
    for _ in range(ROUNDS):
        whole = _symmetric(weights, NONE, most)[0]
        reached = weights * _shares(_symmetric(weights, alone, most), whole, customers, taken=1)
        weights = weights * buyers / np.maximum(reached, np.finfo(float).tiny)
        weights /= weights.mean()
        if np.allclose(reached, buyers, rtol=CLOSE, atol=0):
            break
    whole = _symmetric(weights, NONE, most)[0]
    both = _shares(_symmetric(weights, wanted, most), whole, customers, taken=2)
    return np.asarray(weights[wanted].prod(axis=1) * both)


def _symmetric(weights: Floats, without: Pairs, most: int) -> Floats:
    """Return the elementary symmetric polynomials 0 to `most` of the weights, without those of each row."""
    found = np.zeros((len(without), most + 1))
    found[:, 0] = 1
    for place, weight in enumerate(weights):
        kept = np.where((without == place).any(axis=1), 0.0, weight)
        found[:, 1:] += kept[:, None] * found[:, :-1]
    return found


def _shares(without: Floats, whole: Floats, customers: Floats, *, taken: int) -> Floats:
    """Return the sum over k of customers with k products, times the chance of what is left beside `taken`."""
    return np.asarray(without[:, : len(whole) - taken] @ (customers[taken:] / whole[taken:]))


def withstands(p: Floats, tested: int) -> npt.NDArray[np.bool_]:
    """Return which of these p values Benjamini and Hochberg keep, of `tested` in all; the others are 1."""
    order = np.argsort(p, kind="stable")
    kept = np.flatnonzero(p[order] <= FALSE_SHARE * np.arange(1, len(p) + 1) / tested)
    bound = p[order][kept[-1]] if len(kept) else -1.0
    return np.asarray(p <= bound)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(table_of(connection, query).column(0)[0].as_py())
