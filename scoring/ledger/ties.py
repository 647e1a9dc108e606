"""Which ties count: between two customers who take part, and who share neither household nor payment."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.intake import Facts


def eligible_ties(facts: Facts) -> ir.Table:
    """The ties without barred people, and without those inside a household."""
    ties = facts.ties
    for end in ("source_id", "target_id"):
        ties = ties.anti_join(facts.barred.rename({end: "customer_id"}), end)
    return ties.anti_join(same_home(facts), ["source_id", "target_id"])


def same_home(facts: Facts) -> ir.Table:
    """Pairs (source_id, target_id) of different customers of one household or one means of payment."""
    one = facts.homes.rename(source_id="customer_id")
    pairs = one.join(facts.homes.rename(target_id="customer_id"), "home")
    return pairs.filter(pairs["source_id"] != pairs["target_id"]).select("source_id", "target_id").distinct()


def one_tie_each(matched: ir.Table) -> ir.Table:
    """Of parallel ties between the same two the heaviest speaks, then the older one, then by name."""
    order = [ibis.desc("weight"), "valid_from", "tie_kind"]
    window = ibis.window(group_by=["source_id", "target_id", "product_id"], order_by=order)
    ranked = matched.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] == 0).drop("place")
