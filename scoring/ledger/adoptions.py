"""First paid purchases: f(u, i, t, amount), the events that a ledger is made of."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.intake import Facts

BOUGHT = ["customer_id", "product_id"]
FIRST = ("at", "order_id", "line_id", "amount")


def participating_lines(facts: Facts) -> ir.Table:
    """Paid lines, but gifts, of customers who take part."""
    return facts.lines.filter(facts.lines["own"]).anti_join(facts.barred, "customer_id")


def revenue_of(facts: Facts) -> ir.Table:
    """(customer_id, revenue): what everybody paid, gifts and customers who take no part included."""
    once = facts.lines.select("customer_id", "order_id", "line_id", "net").distinct()
    return once.group_by("customer_id").agg(revenue=once["net"].sum())


def first_purchases(lines: ir.Table, repeated: ir.Table) -> ir.Table:
    """(customer_id, product_id, at): when each customer first paid for each product.

    `repeated` = repeated_products(lines), kept: hardly any product is bought twice by the same customer, so
    that counting first and taking the least of the few is half the work of taking the least of all.
    """
    columns = [*BOUGHT, "at"]
    often = lines.semi_join(repeated, BOUGHT)
    first = often.group_by(BOUGHT).agg(at=often["at"].min()).select(columns)
    return ibis.union(lines.anti_join(repeated, BOUGHT).select(columns), first)


def repeated_products(lines: ir.Table) -> ir.Table:
    """(customer_id, product_id) that have more than one line."""
    counts = lines.group_by(BOUGHT).agg(lines=lines.count())
    return counts.filter(counts["lines"] > 1).select(BOUGHT)


def first_lines(lines: ir.Table, wanted: ir.Table) -> ir.Table:
    """The first line of each wanted (customer_id, product_id): order_id, line_id, amount beside its time."""
    known = lines.semi_join(wanted, BOUGHT)
    first = ibis.struct({name: known[name] for name in FIRST}).min()
    bought = known.group_by(BOUGHT).agg(first=first)
    return bought.select(*BOUGHT, **{name: bought["first"][name] for name in FIRST})


def order_counts(lines: ir.Table, adoptions: ir.Table) -> ir.Table:
    """(customer_id, orders, products): how many paid orders and different products each customer has."""
    orders = lines.group_by("customer_id").agg(orders=lines["order_id"].nunique())
    products = adoptions.group_by("customer_id").agg(products=adoptions.count())
    return orders.join(products, "customer_id")


def item_counts(adoptions: ir.Table) -> ir.Table:
    """(product_id, buyers): how many customers ever bought each product."""
    return adoptions.group_by("product_id").agg(buyers=adoptions.count())


def product_topics(lines: ir.Table) -> ir.Table:
    """(product_id, topic): the category of each product that has one; of several the greatest name."""
    known = lines.filter(lines["category_id"].notnull())
    return known.group_by("product_id").agg(topic=known["category_id"].max())
