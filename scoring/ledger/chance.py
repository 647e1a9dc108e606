"""What chance alone would bring, in closed form: times of purchase exchangeable among a product's buyers.

For source u and product i: k tied buyers among n other buyers, m of them within the window after u bought.
The number of tied ones among the m is hypergeometric: E = k m/n, V = k (m/n)(1 - m/n)(n - k)/(n - 1).
The same for the window before gives what cannot be influence.
"""

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger.engine import number

# The ends of both windows: shift in windows, place beside purchases of the same instant, and signs of counts.
ENDS = pa.table(
    {
        "shift": [-1, 0, 0, 1],
        "place": [0, 0, 2, 2],
        "after_sign": [0, 0, -1, 1],
        "before_sign": [-1, 1, 0, 0],
    }
)
NEIGHBOURS = pa.table({"shift": [-1, 0, 1]})


def tied_buyers(matched: ir.Table, orders: ir.Table, *, window: int, other_orders: int) -> ir.Table:
    """(source_id, product_id, source_at) with k, and how many bought within the window after and before.

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


def buyers_around(tied: ir.Table, adoptions: ir.Table, ends: ir.Table, *, window: int) -> ir.Table:
    """`tied` with m_after and m_before, all buyers of the product within the window after and before.

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
    bought = adoptions.semi_join(tied, "product_id")
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


def buyers_near(tied: ir.Table, adoptions: ir.Table, neighbours: ir.Table, *, window: int) -> ir.Table:
    """As `buyers_around`, for a few rows among very many purchases: windows are met by their number.

    A sort of all purchases of these products would cost as much as a whole run.
    """
    size = ibis.literal(window, type="int64")
    asked = tied.cross_join(neighbours).select("source_id", "product_id", "source_at", "shift")
    asked = asked.mutate(number_of=asked["source_at"] // size + asked["shift"]).drop("shift")
    bought = adoptions.select("product_id", "at", number_of=adoptions["at"] // size)
    met = asked.join(bought, ["product_id", "number_of"])
    gap = met["at"] - met["source_at"]
    counts = met.group_by("source_id", "product_id").agg(
        m_after=((gap > 0) & (gap <= size)).cast("int64").sum(),
        m_before=((gap < 0) & (gap >= -size)).cast("int64").sum(),
    )
    return tied.join(counts, ["source_id", "product_id"])


def expectations(around: ir.Table, buyers: ir.Table) -> ir.Table:
    """`around` with expected, variance and expected_before; one other buyer makes a variance of 0."""
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
