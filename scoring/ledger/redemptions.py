"""Which redemptions of a personal code prove who led: those that look like a person's circle.

A code that leaks onto a coupon site, one's own second address, two friends who use each other's codes, and
the same buyer again and again prove nothing of the kind. Such orders stay in the ledger, set aside with the
reason.
"""

from typing import Final

import ibis
import ibis.expr.types as ir

from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters

HOME: Final = "home"
EACH_OTHER: Final = "each other"
STRANGERS: Final = "strangers"
AGAIN: Final = "again"
PAIR = ["source_id", "target_id"]


def judged(
    lines: ir.Table, redemptions: ir.Table, *, ties: ir.Table, same_home: ir.Table, parameters: Parameters
) -> ir.Table:
    """Orders that redeemed another's code: order_id, source_id, target_id, and why it is set aside.

    `set_aside` is null where the order counts. `ties` (source_id, target_id, valid_from) are all that are
    known: a redeemer tied to the owner before is no stranger.
    """
    owners = redemptions.group_by("order_id").agg(source_id=redemptions["source_id"].min())
    orders = lines.group_by("order_id").agg(target_id=lines["customer_id"].min(), at=lines["at"].min())
    used = orders.join(owners, "order_id")
    used = used.filter(used["source_id"] != used["target_id"])
    used = used.mutate(place=ibis.row_number().over(group_by=PAIR, order_by=["at", "order_id"]))
    reasons = {
        HOME: same_home,
        EACH_OTHER: _each_other(used),
        STRANGERS: _strangers(used, ties, parameters),
    }
    used = used.mutate(
        set_aside=(used["place"] >= parameters.orders_of_one_redeemer).ifelse(AGAIN, ibis.null("string"))
    )
    for reason, pairs in reversed(reasons.items()):
        found = pairs.select(*PAIR).distinct().mutate(found=ibis.literal(reason))
        used = used.left_join(found, PAIR).drop("source_id_right", "target_id_right")
        used = used.mutate(set_aside=ibis.coalesce(used["found"], used["set_aside"])).drop("found")
    return used.select("order_id", "source_id", "target_id", "set_aside")


def _each_other(used: ir.Table) -> ir.Table:
    """Pairs of customers each of whom redeemed the other's code."""
    pairs = used.select(*PAIR).distinct()
    return pairs.semi_join(pairs.rename(source_id="target_id", target_id="source_id"), PAIR)


def _strangers(used: ir.Table, ties: ir.Table, parameters: Parameters) -> ir.Table:
    """Pairs whose first redemption was one of too many within days by people without a tie to the owner."""
    pairs = used.group_by(*PAIR).agg(at=used["at"].min())
    known = pairs.join(ties.select(*PAIR, "valid_from"), PAIR)
    known = known.filter(known["valid_from"] < known["at"])
    new = pairs.anti_join(known, PAIR)
    days = round(parameters.burst_days * MICROSECONDS_PER_DAY)
    before = ibis.range_window(preceding=days, following=0, group_by="source_id", order_by="at")
    after = ibis.range_window(preceding=0, following=days, group_by="source_id", order_by="at")
    counted = new.mutate(together=new["at"].count().over(before))
    crowded = counted.mutate(most=counted["together"].max().over(after))
    return crowded.filter(crowded["most"] > parameters.strangers_at_once)
