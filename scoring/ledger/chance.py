"""What chance alone would bring, in closed form: times of purchase exchangeable among a product's buyers.

For source u and product i: k tied buyers among n other buyers, m of them within the window after u bought.
The number of tied ones among the m is hypergeometric: E = k m/n, V = k (m/n)(1 - m/n)(n - k)/(n - 1).
The same for the window before gives what cannot be influence.
"""

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger.engine import Engine, built_once, number
from scoring.ledger.pairs import Pairs, Purchases
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters

CLOSE_DAYS = 7.5
"""How near to each other friends buy who heard the same news."""


def ends(window: int) -> pa.Table:
    """Return where counts of buyers around a purchase begin and end.

    shift in microseconds, place beside purchases of the same instant, and the sign of each count there.
    """
    close = min(window, round(CLOSE_DAYS * MICROSECONDS_PER_DAY))
    return pa.table(
        {
            "shift": [-window, -close, 0, 0, window],
            "place": [0, 0, 0, 2, 2],
            "after_sign": [0, 0, 0, -1, 1],
            "before_sign": [-1, 0, 1, 0, 0],
            "close_sign": [0, -1, 1, 0, 0],
            "earlier_sign": [0, 0, 1, 0, 0],
        }
    )


SIGNS = ("after", "before", "close", "earlier")


def count_around(purchases: Purchases, pairs: Pairs, engine: Engine, *, parameters: Parameters) -> ir.Table:
    """Return, kept, by source and product: source_at, tied, after, before, and buyers around (whole numbers).

    tied is k; after and before are the tied buyers within the window, m_after and m_before all buyers,
    m_close those of the last `CLOSE_DAYS` before, m_earlier all before.
    """
    window, other_orders = parameters.window, parameters.other_orders
    tied = engine.keep(tied_buyers(pairs.matched, purchases.orders, window=window, other_orders=other_orders))
    return engine.keep(buyers_around(tied, purchases.first, engine.load(ends(window))))


@built_once
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


@built_once
def buyers_around(tied: ir.Table, first: ir.Table, ends: ir.Table) -> ir.Table:
    """Return `tied` with all buyers of the product around the source's purchase, one column a sign of `ends`.

    One sort of purchases and of the ends of each source's windows; a running count at each end.
    """
    signs = [f"{name}_sign" for name in SIGNS]
    asked = tied.cross_join(ends)
    asked = asked.select(
        "product_id",
        "source_id",
        "place",
        *signs,
        at=asked["source_at"] + asked["shift"],
        one=ibis.literal(0, type="int64"),
    )
    bought = first.semi_join(tied, "product_id")
    zero = ibis.literal(0, type="int64")
    bought = bought.select(
        "product_id",
        source_id="customer_id",
        place=ibis.literal(1, type="int64"),
        **dict.fromkeys(signs, zero),
        at="at",
        one=ibis.literal(1, type="int64"),
    )
    points = ibis.union(asked, bought)
    running = ibis.cumulative_window(group_by="product_id", order_by=["at", "place"])
    points = points.mutate(count=points["one"].sum().over(running))
    points = points.filter(points["one"] == 0)
    around = points.group_by("source_id", "product_id").agg(
        **{f"m_{name}": (points[f"{name}_sign"] * points["count"]).sum() for name in SIGNS}
    )
    return tied.join(around, ["source_id", "product_id"])


@built_once
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
