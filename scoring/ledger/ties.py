"""Which ties count: between two customers who take part, and who share neither household nor payment.

Ties of networks stand apart: they enter no main score, and money only where the network's terms allow it.
"""

from collections.abc import Iterable

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


def money_ties(facts: Facts, among: ir.Table | None = None) -> ir.Table:
    """The eligible ties that may move money: without those of networks that allow no combining."""
    apart = [kind for kind in facts.kinds if kind not in facts.combinable]
    return without_kinds(eligible_ties(facts, among), apart)


def own_ties(facts: Facts) -> ir.Table:
    """All that is known of ties but what networks say: of orders, codes, gifts, and told by staff."""
    return without_kinds(whole_ties(facts.ties), facts.kinds)


def of_kind(table: ir.Table, kind: str) -> ir.Table:
    """The rows of ties of that kind, or of one that begins with it and a colon: a variety of it."""
    return table.filter(_is_of(table, (kind,)))


def without_kinds(table: ir.Table, kinds: Iterable[str]) -> ir.Table:
    """The rows of ties that are of none of these kinds, and of no variety of them."""
    unwanted = tuple(kinds)
    return table.filter(~_is_of(table, unwanted)) if unwanted else table


def _is_of(table: ir.Table, kinds: Iterable[str]) -> ir.BooleanValue:
    named, found = table["tie_kind"], ibis.literal(value=False)
    for kind in kinds:
        found = found | (named == kind) | named.startswith(f"{kind}:")
    return found


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


def one_tie_each(matched: ir.Table, kinds: Iterable[str] = ()) -> ir.Table:
    """Of parallel ties between the same two the heaviest speaks, then the older one, then by name.

    One of the network `kinds` speaks only where there is no other: what is known without it rests on none.
    """
    order = ["of_network", ibis.desc("weight"), "valid_from", "tie_kind"]
    window = ibis.window(group_by=["source_id", "target_id", "product_id"], order_by=order)
    ranked = matched.mutate(of_network=_is_of(matched, kinds).cast("int64"))
    ranked = ranked.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] == 0).drop("place", "of_network")
