"""Who may have led whom: first purchases, ties that count, and tied customers who bought the same product.

A pair is (source, target, product): both bought the product, and a tie said at the source's purchase that the
source may influence the target. Credit and chance are both counted from pairs.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger.engine import Engine, beside, built_once, number
from scoring.ledger.inputs import Inputs
from scoring.ledger.parameters import ALWAYS, Parameters

PAIR = ["source_id", "target_id"]
BOUGHT = ["customer_id", "product_id"]
NAMED = "named"
"""The kind of ties that buyers tell themselves, who name somebody after an order: these vouch for nobody."""
FIRST = ("at", "order_id", "line_id", "amount")


@dataclass(frozen=True)
class Purchases:
    """What was bought, kept in the engine.

    lines: paid lines of participants without gifts. first(customer_id, product_id, at): when each customer
    first paid for each product. orders(customer_id, orders, products): how many paid orders that are worth
    something (`worthwhile`, of `least` or more) and different products each customer has.
    buyers(product_id, buyers): how many customers ever bought the product.
    categories(product_id, topic): its own category. topics(product_id, topic): that one and all above it.
    """

    lines: ir.Table
    first: ir.Table
    orders: ir.Table
    least: float
    buyers: ir.Table
    categories: ir.Table
    topics: ir.Table


@dataclass(frozen=True)
class Pairs:
    """Ties (`with_defaults`), the pairs they make (`matched_pairs`), those near in time (`near_pairs`)."""

    ties: ir.Table
    matched: ir.Table
    near: ir.Table


def find_purchases(inputs: Inputs, engine: Engine, *, parameters: Parameters) -> Purchases:
    """Return the purchases of all customers who take part."""
    keep, lines = engine.keep, participating_lines(inputs)
    worth = keep(order_worth(lines))
    least = parameters.least_order * usual_order(worth)
    first = keep(first_purchases(lines, keep(repeated_products(lines))))
    categories = keep(product_categories(lines))
    paths = engine.load(category_paths(inputs.categories))
    return Purchases(
        lines=lines,
        first=first,
        orders=keep(order_counts(worthwhile(worth, least), first)),
        least=least,
        buyers=keep(first.group_by("product_id").agg(buyers=first.count())),
        categories=categories,
        topics=keep(topics_of_products(categories, paths)),
    )


def find_pairs(inputs: Inputs, first: ir.Table, ties: ir.Table, *, engine: Engine, window: int) -> Pairs:
    """Return the pairs that these ties make of first purchases; `window` in microseconds."""
    matched = engine.keep(matched_pairs(first, ties, parallel=inputs.parallel_ties, kinds=inputs.kinds))
    return Pairs(ties, matched, engine.keep(near_pairs(matched, window)))


# Purchases


def participating_lines(inputs: Inputs) -> ir.Table:
    """Return paid lines, without gifts, of customers who take part."""
    return inputs.lines.filter(inputs.lines["own"]).anti_join(inputs.barred, "customer_id")


def revenue_of(inputs: Inputs) -> ir.Table:
    """Return (customer_id, revenue): what everybody paid, also for gifts and also who takes no part."""
    once = inputs.lines.select("customer_id", "order_id", "line_id", "net").distinct()
    return once.group_by("customer_id").agg(revenue=once["net"].sum())


@built_once
def first_purchases(lines: ir.Table, repeated: ir.Table) -> ir.Table:
    """Return (customer_id, product_id, at): when each customer first paid for each product.

    `repeated` is `repeated_products(lines)`, kept: hardly any product is bought twice by the same customer,
    so that counting first and taking the least of the few is half the work of taking the least of all.
    """
    columns = [*BOUGHT, "at"]
    often = lines.semi_join(repeated, BOUGHT)
    first = often.group_by(BOUGHT).agg(at=often["at"].min()).select(columns)
    return ibis.union(lines.anti_join(repeated, BOUGHT).select(columns), first)


@built_once
def repeated_products(lines: ir.Table) -> ir.Table:
    """Return the (customer_id, product_id) that have more than one line."""
    counts = lines.group_by(BOUGHT).agg(lines=lines.count())
    return counts.filter(counts["lines"] > 1).select(BOUGHT)


@built_once
def first_lines(lines: ir.Table, wanted: ir.Table) -> ir.Table:
    """Return at, order_id, line_id and amount of the first line of each wanted (customer_id, product_id)."""
    known = lines.semi_join(wanted, BOUGHT)
    first = ibis.struct({name: known[name] for name in FIRST}).min()
    bought = known.group_by(BOUGHT).agg(first=first)
    return bought.select(*BOUGHT, **{name: bought["first"][name] for name in FIRST})


@built_once
def order_counts(orders: ir.Table, first: ir.Table) -> ir.Table:
    """Return (customer_id, orders, products): how many of these orders, and products, each customer has."""
    orders = orders.group_by("customer_id").agg(orders=orders.count())
    products = first.group_by("customer_id").agg(products=first.count())
    counts = beside(products, orders, ["customer_id"])
    return counts.mutate(orders=counts["orders"].fill_null(0)).select("customer_id", "orders", "products")


@built_once
def order_worth(lines: ir.Table) -> ir.Table:
    """Return (customer_id, order_id, worth): what it comes to, every line once however often it was told."""
    once = lines.select("customer_id", "order_id", "line_id", "net").distinct()
    return once.group_by("customer_id", "order_id").agg(worth=once["net"].sum())


def usual_order(worth: ir.Table) -> float:
    """Return what a paid order of the shop usually comes to: the geometric mean; 0 without orders."""
    mean = worth.agg(mean=worth["worth"].ln().mean()).to_pyarrow()["mean"][0].as_py()
    return 0.0 if mean is None else round(math.exp(mean), 6)


@built_once
def worthwhile(worth: ir.Table, least: float) -> ir.Table:
    """Return (customer_id, order_id) of orders of at least so much: orders of a few cents cost nothing."""
    return worth.filter(worth["worth"] >= number(least)).select("customer_id", "order_id")


# Topics: a product's category and every category above it, so that evidence adds up the tree


@built_once
def product_categories(lines: ir.Table) -> ir.Table:
    """Return (product_id, topic): the category of each product that has one; of several the greatest name."""
    known = lines.filter(lines["category_id"].notnull())
    return known.group_by("product_id").agg(topic=known["category_id"].max())


def category_paths(categories: pa.Table) -> pa.Table:
    """Return (category_id, topic): each category with itself and all above it, once also in a circle."""
    parents = dict(
        zip(categories["category_id"].to_pylist(), categories["parent_id"].to_pylist(), strict=True)
    )
    start, topic = [], []
    for category in sorted({c for c in [*parents, *parents.values()] if c is not None}):
        seen: list[object] = []
        here = category
        while here is not None and here not in seen:
            seen.append(here)
            here = parents.get(here)
        start += [category] * len(seen)
        topic += seen
    id_type = categories.schema.field("category_id").type
    return pa.table({"category_id": pa.array(start, id_type), "topic": pa.array(topic, id_type)})


@built_once
def topics_of_products(categories: ir.Table, paths: ir.Table) -> ir.Table:
    """Return (product_id, topic): every topic of a product; a category outside the tree stands alone."""
    listed = categories.rename(category_id="topic").join(paths, "category_id").select("product_id", "topic")
    alone = categories.anti_join(paths, categories["topic"] == paths["category_id"])
    return ibis.union(listed, alone.select("product_id", "topic"))


# Ties


def eligible_ties(inputs: Inputs, ties: ir.Table | None = None) -> ir.Table:
    """Return these ties (None: all) between participants who share no household, card or mailbox."""
    known = with_defaults(inputs.ties if ties is None else ties)
    for end in PAIR:
        known = known.anti_join(inputs.barred.rename({end: "customer_id"}), end)
    return known.anti_join(same_home(inputs), PAIR)


def money_ties(inputs: Inputs) -> ir.Table:
    """Return the eligible ties that may move money: without networks whose terms forbid combining."""
    apart = [kind for kind in inputs.kinds if kind not in inputs.combinable]
    return without_kinds(eligible_ties(inputs), apart)


def own_ties(inputs: Inputs) -> ir.Table:
    """Return the ties known without networks and without what anybody can say: from orders, told by staff."""
    return without_kinds(with_defaults(inputs.ties), [*inputs.kinds, NAMED])


@built_once
def of_kind(table: ir.Table, kind: str) -> ir.Table:
    """Return the rows whose tie is of that kind or a variety of it (`kind:variety`)."""
    return table.filter(_is_of(table, (kind,)))


def without_kinds(table: ir.Table, kinds: Iterable[str]) -> ir.Table:
    """Return the rows whose tie is of none of these kinds and no variety of them."""
    unwanted = tuple(kinds)
    return table.filter(~_is_of(table, unwanted)) if unwanted else table


def _is_of(table: ir.Table, kinds: Iterable[str]) -> ir.BooleanValue:
    named, found = table["tie_kind"], ibis.literal(value=False)
    for kind in kinds:
        found = found | (named == kind) | named.startswith(f"{kind}:")
    return found


@built_once
def with_defaults(ties: ir.Table) -> ir.Table:
    """Return the ties with tie_kind, weight, valid_from and valid_to; inputs store only what was given."""
    usual = {
        "tie_kind": ibis.literal("tie", type="string"),
        "weight": ibis.literal(1.0, type="float64"),
        **{name: ibis.literal(value, type="int64") for name, value in ALWAYS.items()},
    }
    return ties.mutate(**{name: value for name, value in usual.items() if name not in ties.columns})


def same_home(inputs: Inputs) -> ir.Table:
    """Return (source_id, target_id): different customers of one household, card or mailbox."""
    one = inputs.homes.rename(source_id="customer_id")
    pairs = one.join(inputs.homes.rename(target_id="customer_id"), "home")
    return pairs.filter(pairs["source_id"] != pairs["target_id"]).select(*PAIR).distinct()


# Pairs


@built_once
def matched_pairs(first: ir.Table, ties: ir.Table, *, parallel: bool, kinds: Iterable[str] = ()) -> ir.Table:
    """Return every (source, target, product) whose tie was valid when the source bought, whoever was first.

    Columns source_id, target_id, product_id, source_at, target_at, valid_from, valid_to, tie_kind.
    `parallel`: two customers may have several ties. `kinds`: those of networks.
    """
    given = first.select(source_id="customer_id", product_id="product_id", source_at="at")
    taken = first.select(target_id="customer_id", product_id="product_id", target_at="at")
    told = given.join(ties, "source_id")
    told = told.filter(told["valid_from"] <= told["source_at"], told["source_at"] < told["valid_to"])
    matched = told.join(taken, ["target_id", "product_id"])
    if parallel:
        matched = one_tie_each(matched, kinds)
    times = ("source_at", "target_at", "valid_from", "valid_to")
    return matched.select(*PAIR, "product_id", *times, "tie_kind")


@built_once
def one_tie_each(matched: ir.Table, kinds: Iterable[str] = ()) -> ir.Table:
    """Return one row a pair: of parallel ties the heaviest, then the older one, then by name.

    One of the network `kinds` is taken only where there is no other: what is known without networks must not
    rest on one.
    """
    order = ["of_network", ibis.desc("weight"), "valid_from", "tie_kind"]
    window = ibis.window(group_by=[*PAIR, "product_id"], order_by=order)
    ranked = matched.mutate(of_network=_is_of(matched, kinds).cast("int64"))
    ranked = ranked.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] == 0).drop("place", "of_network")


@built_once
def near_pairs(matched: ir.Table, window: int) -> ir.Table:
    """Return the pairs bought at most a window apart, not at the same instant, with `gap` (microseconds)."""
    near = matched.mutate(gap=matched["target_at"] - matched["source_at"])
    return near.filter(near["gap"].abs() <= window, near["gap"] != 0)
