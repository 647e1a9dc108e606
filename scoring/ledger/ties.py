"""Which ties count: between two customers who take part, and who share neither household nor payment."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.intake import Facts
from scoring.ledger.parameters import ALWAYS


def eligible_ties(facts: Facts, among: ir.Table | None = None) -> ir.Table:
    """The ties, or those of `among`, without barred people, and without those inside a household."""
    ties = whole_ties(facts.ties if among is None else among)
    for end in ("source_id", "target_id"):
        ties = ties.anti_join(facts.barred.rename({end: "customer_id"}), end)
    return ties.anti_join(same_home(facts), ["source_id", "target_id"])


def whole_ties(ties: ir.Table) -> ir.Table:
    """Ties with kind, weight and validity, which are not stored where nothing was said of them."""
    usual = {
        "tie_kind": ibis.literal("tie", type="string"),
        "weight": ibis.literal(1.0, type="float64"),
        **{name: ibis.literal(value, type="int64") for name, value in ALWAYS.items()},
    }
    return ties.mutate(**{name: value for name, value in usual.items() if name not in ties.columns})


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
