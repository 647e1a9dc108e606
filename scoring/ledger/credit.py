"""Who shares an order line with whom, and by how much.

First order of Goyal, Bonchi, Lakshmanan 2011 (PVLDB 5(1), section 4).
For buyer v of product i every tied u who bought i in the window before shares the line:
w = exp(-(t_v - t_u)/decay), share = w / sum of w.
"""

import ibis
import ibis.expr.types as ir

from scoring.ledger.engine import number
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, TRUST_HALF, Parameters

CODE = "code"
"""The kind of tie of rows that redeemed a personal code; where one was set aside, the reason follows it."""


def shared_lines(near: ir.Table, bought: ir.Table, redemptions: ir.Table, *, decay_days: float) -> ir.Table:
    """One row a source and order line she may have led to; shares of one line sum to 1.

    `bought` holds the first line of every target and product.

    Adds order_id, line_id, amount, days_between, sharers, share, and `redeemed`: the order used somebody's
    personal code, so that its money is proven to that person and nobody else is credited.
    """
    after = near.filter(near["gap"] > 0)
    days = after["gap"].cast("float64") / number(MICROSECONDS_PER_DAY)
    led = after.mutate(days_between=days).drop("gap")
    led = led.mutate(w=(-led["days_between"] / number(decay_days)).exp())
    totals = led.group_by("target_id", "product_id").agg(total=led["w"].sum(), sharers=led.count())
    taken = bought.select("product_id", "order_id", "line_id", "amount", target_id="customer_id")
    led = led.join(totals, ["target_id", "product_id"]).join(taken, ["target_id", "product_id"])
    codes = redemptions.select("order_id").distinct().mutate(redeemed=True)
    led = led.left_join(codes, "order_id").drop("order_id_right")
    return led.mutate(share=led["w"] / led["total"], redeemed=led["redeemed"].fill_null(False)).drop(  # noqa: FBT003
        "w", "total", "source_at", "target_at", "valid_from", "valid_to"
    )


def credited_rows(led: ir.Table, followers: ir.Table) -> ir.Table:
    """The inferred part of the ledger: shares times trust, times the cap of the follower, times the money."""
    trusted = followers.select("source_id", "target_id", "trust", "cap")
    rows = led.filter(~led["redeemed"]).join(trusted, ["source_id", "target_id"])
    counted = rows["share"] * rows["trust"] * rows["cap"]
    return rows.mutate(counted=counted, credit=rows["amount"] * counted)


def shared_products(matched: ir.Table, led: ir.Table) -> ir.Table:
    """(source_id, target_id, common): how many products two with shared credit both bought, ever."""
    pair = ["source_id", "target_id"]
    known = matched.semi_join(led.select(pair).distinct(), pair)
    return known.group_by(pair).agg(common=known.count())


def followers_of(led: ir.Table, common: ir.Table, orders: ir.Table, *, parameters: Parameters) -> ir.Table:
    """(source_id, target_id) with how far the follower can be trusted, and how much of her counts.

    trust = n/(n+2) with n her orders not credited to this source, at most as many as the products she bought
    that the source never did (who buys the same again and again has no life of her own);
    `trusted` from a threshold on; cap = the part of her shares that counts, so that one follower brings at
    most `follower_cap` lines.
    """
    pairs = led.group_by("source_id", "target_id").agg(
        credited_orders=led["order_id"].nunique(), shares=led["share"].sum()
    )
    pairs = pairs.join(orders.rename(target_id="customer_id"), "target_id")
    pairs = pairs.join(common, ["source_id", "target_id"])
    own = ibis.least(pairs["orders"] - pairs["credited_orders"], pairs["products"] - pairs["common"])
    other = own.cast("float64")
    most = number(parameters.follower_cap)
    return pairs.mutate(
        trust=other / (other + number(TRUST_HALF)),
        trusted=other >= number(parameters.other_orders),
        cap=(pairs["shares"] > most).ifelse(most / pairs["shares"], number(1)),
    )


def proven_lines(lines: ir.Table, redeemed: ir.Table, *, barred: ir.Table) -> ir.Table:
    """Lines of orders that redeemed another customer's code: source_id, target_id, and their own columns.

    `redeemed` is `redemptions.judged`; `tie_kind` says why an order was set aside, and `cap` is 0 there.
    """
    judged = redeemed.anti_join(barred.rename(source_id="customer_id"), "source_id")
    used = lines.rename(target_id="customer_id").join(
        judged.select("order_id", "source_id", "set_aside"), "order_id"
    )
    counts = used["set_aside"].isnull()
    kind = counts.ifelse(CODE, ibis.literal(f"{CODE}: ") + used["set_aside"])
    return used.mutate(tie_kind=kind, cap=counts.cast("float64")).drop("set_aside")
