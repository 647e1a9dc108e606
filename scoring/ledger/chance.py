"""What chance alone would bring, in closed form: times of purchase exchangeable among a product's buyers.

For source u and product i: k tied buyers among n other buyers, m of them within the window after u bought.
The number of tied ones among the m is hypergeometric: E = k m/n, V = k (m/n)(1 - m/n)(n - k)/(n - 1).
The same for the window before gives what cannot be influence.
"""

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger.engine import Engine, number
from scoring.ledger.pairs import Pairs, Purchases
from scoring.ledger.parameters import Parameters

# The ends of both windows: shift in windows, place beside purchases of the same instant, and signs of counts.
ENDS = pa.table(
    {
        "shift": [-1, 0, 0, 1],
        "place": [0, 0, 2, 2],
        "after_sign": [0, 0, -1, 1],
        "before_sign": [-1, 1, 0, 0],
    }
)


def count_around(purchases: Purchases, pairs: Pairs, engine: Engine, *, parameters: Parameters) -> ir.Table:
    """Return, kept, by source and product: source_at, tied, after, before, m_after, m_before (whole numbers).

    tied is k; after and before are the tied buyers within the window, m_after and m_before all buyers.
    """
    window, other_orders = parameters.window, parameters.other_orders
    tied = engine.keep(tied_buyers(pairs.matched, purchases.orders, window=window, other_orders=other_orders))
    return engine.keep(buyers_around(tied, purchases.first, engine.load(ENDS), window=window))


def tied_buyers(matched: ir.Table, orders: ir.Table, *, window: int, other_orders: int) -> ir.Table:
    """Return (source_id, product_id, source_at) with k and how many of them bought within the two windows.

    Only followers with more orders than one could have led count: with fewer, no trust could follow.
    """
    counts = (orders["orders"] > other_orders).cast("int64")
    known = matched.join(orders.select(target_id="customer_id", counts=counts), "target_id")
    gap = known["target_at"] - known["source_at"]
    after = (gap > 0) & (gap <= window)
    before = (gap < 0) & (gap >= -window)
    return known.group_by("source_id", "product_id", "source_at").agg(
        tied=known["counts"].sum(),
        after=(after.cast("int64") * known["counts"]).sum(),
        before=(before.cast("int64") * known["counts"]).sum(),
    )


def buyers_around(tied: ir.Table, first: ir.Table, ends: ir.Table, *, window: int) -> ir.Table:
    """Return `tied` with m_after and m_before: all buyers of the product within the window after and before.

    One sort of purchases and of the four ends of each source's two windows; a running count at each end.
    """
    asked = tied.cross_join(ends)
    asked = asked.select(
        "product_id",
        "source_id",
        "place",
        "after_sign",
        "before_sign",
        at=asked["source_at"] + asked["shift"] * ibis.literal(window, type="int64"),
        one=ibis.literal(0, type="int64"),
    )
    bought = first.semi_join(tied, "product_id")
    bought = bought.select(
        "product_id",
        source_id="customer_id",
        place=ibis.literal(1, type="int64"),
        after_sign=ibis.literal(0, type="int64"),
        before_sign=ibis.literal(0, type="int64"),
        at="at",
        one=ibis.literal(1, type="int64"),
    )
    points = ibis.union(asked, bought)
    running = ibis.cumulative_window(group_by="product_id", order_by=["at", "place"])
    points = points.mutate(count=points["one"].sum().over(running))
    points = points.filter(points["one"] == 0)
    around = points.group_by("source_id", "product_id").agg(
        m_after=(points["after_sign"] * points["count"]).sum(),
        m_before=(points["before_sign"] * points["count"]).sum(),
    )
    return tied.join(around, ["source_id", "product_id"])


def expectations(around: ir.Table, buyers: ir.Table) -> ir.Table:
    """Return `around` with expected, variance and expected_before; one other buyer makes a variance of 0."""
    known = around.join(buyers, "product_id")
    n = (known["buyers"] - 1).cast("float64")
    k = known["tied"].cast("float64")
    share = known["m_after"].cast("float64") / n
    spread = (n > 1).ifelse((n - k) / (n - 1), number(0))
    return known.mutate(
        expected=k * share,
        variance=k * share * (number(1) - share) * spread,
        expected_before=k * known["m_before"].cast("float64") / n,
    )
