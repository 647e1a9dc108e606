"""Credit: who shares an order line with whom and by how much, and which lines redeemed codes prove.

First order of Goyal, Bonchi, Lakshmanan 2011 (PVLDB 5(1), section 4). For buyer v of product i every tied u
who bought i in the window before shares the line: w = exp(-(t_v - t_u)/decay), share = w / sum of w.

A redeemed personal code proves who led only where it looks like a person's circle. A code that leaks onto a
coupon site, an own second address, two friends who use each other's codes and the same buyer again and again
do not: such orders stay in the ledger, set aside with the reason.
"""

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from scoring.ledger.engine import Engine, beside, built_once, number
from scoring.ledger.inputs import Inputs
from scoring.ledger.pairs import PAIR, Pairs, Purchases, first_lines, own_ties, same_home
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, TRUST_HALF, Parameters

CODE = "code"
"""The kind of tie of rows that redeemed a personal code; where one was set aside, the reason follows it."""
LEAKED: Final = "leaked"
HOME: Final = "home"
EACH_OTHER: Final = "each other"
STRANGERS: Final = "strangers"
AGAIN: Final = "again"


@dataclass(frozen=True)
class Credit:
    """Shared order lines (`shared_lines`), trust in followers (`followers_of`), credit (`credited_rows`)."""

    shared: ir.Table
    followers: ir.Table
    rows: ir.Table


def share_credit(
    inputs: Inputs, purchases: Purchases, pairs: Pairs, *, engine: Engine, parameters: Parameters
) -> Credit:
    """Return the inferred credit that these pairs make."""
    keep, near = engine.keep, pairs.near
    taken = near.filter(near["gap"] > 0).select("product_id", customer_id="target_id").distinct()
    first = keep(first_lines(purchases.lines, keep(taken)))
    shared = keep(shared_lines(near, first, inputs.redemptions, decay_days=parameters.decay_days))
    common = common_products(pairs.matched, shared)
    followers = keep(followers_of(shared, common, purchases.orders, parameters=parameters))
    return Credit(shared, followers, keep(credited_rows(shared, followers)))


@built_once
def shared_lines(near: ir.Table, first: ir.Table, redemptions: ir.Table, *, decay_days: float) -> ir.Table:
    """Return one row per source and order line that may follow from them; shares of one line sum to 1.

    `first` holds the first line of every target and product.

    Adds order_id, line_id, amount, days_between, sharers, share, and `redeemed`: the order used somebody's
    personal code, so that its money is proven to that person and nobody else is credited.
    """
    after = near.filter(near["gap"] > 0)
    days = after["gap"].cast("float64") / number(MICROSECONDS_PER_DAY)
    led = after.mutate(days_between=days).drop("gap")
    led = led.mutate(w=(-led["days_between"] / number(decay_days)).exp())
    totals = led.group_by("target_id", "product_id").agg(total=led["w"].sum(), sharers=led.count())
    taken = first.select("product_id", "order_id", "line_id", "amount", target_id="customer_id")
    led = led.join(totals, ["target_id", "product_id"]).join(taken, ["target_id", "product_id"])
    codes = redemptions.select("order_id").distinct().mutate(redeemed=True)
    led = led.left_join(codes, "order_id").drop("order_id_right")
    return led.mutate(share=led["w"] / led["total"], redeemed=led["redeemed"].fill_null(False)).drop(  # noqa: FBT003
        "w", "total", "source_at", "target_at", "valid_from", "valid_to"
    )


@built_once
def credited_rows(shared: ir.Table, followers: ir.Table) -> ir.Table:
    """Return the inferred rows: counted = share x trust x cap of the follower, credit = amount x counted."""
    trusted = followers.select(*PAIR, "trust", "cap")
    rows = shared.filter(~shared["redeemed"]).join(trusted, PAIR)
    counted = rows["share"] * rows["trust"] * rows["cap"]
    return rows.mutate(counted=counted, credit=rows["amount"] * counted)


@built_once
def common_products(matched: ir.Table, shared: ir.Table) -> ir.Table:
    """Return (source_id, target_id, common): how many products two with shared credit both ever bought."""
    known = matched.semi_join(shared.select(PAIR).distinct(), PAIR)
    return known.group_by(PAIR).agg(common=known.count())


@built_once
def followers_of(shared: ir.Table, common: ir.Table, orders: ir.Table, *, parameters: Parameters) -> ir.Table:
    """Return (source_id, target_id) with trust, trusted and cap: how much of a follower counts.

    trust = n/(n+2) with n the follower's orders not credited to this source, at most as many as the products
    that they bought and the source never did (who buys the same again and again has no life of their own);
    `trusted` from a threshold on; cap = the part of their shares that counts, so that one follower brings at
    most `follower_cap` lines.
    """
    pairs = shared.group_by(PAIR).agg(
        credited_orders=shared["order_id"].nunique(), shares=shared["share"].sum()
    )
    pairs = pairs.join(orders.rename(target_id="customer_id"), "target_id").join(common, PAIR)
    own = ibis.least(pairs["orders"] - pairs["credited_orders"], pairs["products"] - pairs["common"])
    other = ibis.greatest(own, 0).cast("float64")  # orders of a few cents are credited, but not counted
    most = number(parameters.follower_cap)
    return pairs.mutate(
        trust=other / (other + number(TRUST_HALF)),
        trusted=other >= number(parameters.other_orders),
        cap=(pairs["shares"] > most).ifelse(most / pairs["shares"], number(1)),
    )


def proven_lines(inputs: Inputs, lines: ir.Table, *, parameters: Parameters) -> ir.Table:
    """Return the lines of orders that redeemed another customer's code, those set aside among them.

    Columns: source_id, target_id, and those of `lines`; tie_kind says why an order was set aside, and cap is
    0 there.
    """
    judged = judge_redemptions(
        lines,
        inputs.redemptions,
        ties=own_ties(inputs),
        same_home=same_home(inputs),
        parameters=parameters,
    )
    judged = judged.anti_join(inputs.barred.rename(source_id="customer_id"), "source_id")
    used = lines.rename(target_id="customer_id").join(
        judged.select("order_id", "source_id", "set_aside"), "order_id"
    )
    counts = used["set_aside"].isnull()
    kind = counts.ifelse(CODE, ibis.literal(f"{CODE}: ") + used["set_aside"])
    return used.mutate(tie_kind=kind, cap=counts.cast("float64")).drop("set_aside")


@built_once
def judge_redemptions(
    lines: ir.Table, redemptions: ir.Table, *, ties: ir.Table, same_home: ir.Table, parameters: Parameters
) -> ir.Table:
    """Return order_id, source_id, target_id, set_aside of orders that redeemed another customer's code.

    `set_aside` is the reason, null where the order counts. `ties` (source_id, target_id, valid_from) are
    those that vouch (`own_ties`): a redeemer tied to the owner before is no stranger.
    """
    owners = redemptions.group_by("order_id").agg(
        source_id=redemptions["source_id"].min(), leaked=redemptions["leaked"].any()
    )
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
    used = used.mutate(set_aside=used["leaked"].ifelse(LEAKED, used["set_aside"]))
    return used.select("order_id", "source_id", "target_id", "set_aside")


@built_once
def owners_proven(proven: ir.Table, orders: ir.Table, *, parameters: Parameters) -> ir.Table:
    """Return (source_id) of the owners of codes whom redemptions prove to lead.

    `proven` is `proven_lines`, `orders` are `Purchases.orders`. It takes several people who can be trusted,
    with orders beside those with the code, and on different days: one friend, or one party, is a coincidence.
    """
    used = proven.group_by(PAIR).agg(used=proven["order_id"].nunique())
    people = used.join(orders.rename(target_id="customer_id"), "target_id")
    people = people.filter(people["orders"] - people["used"] >= parameters.other_orders)
    counted = proven.filter(proven["cap"] > 0).semi_join(people, PAIR)
    day = (counted["at"] // MICROSECONDS_PER_DAY).cast("int64")
    found = counted.group_by("source_id").agg(people=counted["target_id"].nunique(), days=day.nunique())
    enough = found.filter(
        found["people"] >= parameters.proven_redeemers, found["days"] >= parameters.proven_days
    )
    return enough.select("source_id")


@built_once
def _each_other(used: ir.Table) -> ir.Table:
    """Return the pairs of customers each of whom redeemed the other's code."""
    pairs = used.select(*PAIR).distinct()
    return pairs.semi_join(pairs.rename(source_id="target_id", target_id="source_id"), PAIR)


@built_once
def _strangers(used: ir.Table, ties: ir.Table, parameters: Parameters) -> ir.Table:
    """Return the pairs whose first redemption was one of too many by strangers within days."""
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


@built_once
def credit_rows(rows: ir.Table, proven: ir.Table, categories: ir.Table) -> ir.Table:
    """Return the ledger's rows, inferred (`credited_rows`) and proven (`proven_lines`), in one shape."""
    inferred = beside(rows, categories, ["product_id"])
    proven = beside(proven, categories, ["product_id"])
    zero, one = ibis.literal(0.0, type="float64"), ibis.literal(1.0, type="float64")
    names = [*PAIR, "order_id", "line_id", "product_id", "topic", "amount"]
    inferred = inferred.select(
        *names, "tie_kind", "days_between", "sharers", "share", "trust", "cap", "credit", proven=False
    )
    proven = proven.select(
        *names,
        "tie_kind",
        days_between=zero,
        sharers=ibis.literal(1, type="int64"),
        share=one,
        trust=one,
        cap=proven["cap"],
        credit=proven["amount"] * proven["cap"],
        proven=True,
    )
    return ibis.union(inferred, proven)
