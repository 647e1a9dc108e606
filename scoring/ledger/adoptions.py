"""First paid purchases: f(u, i, t, amount), the events that a ledger is made of."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.intake import Facts

FIRST = ("at", "order_id", "line_id", "amount", "category_id")


def participating_lines(facts: Facts) -> ir.Table:
    """Paid lines, but gifts, of customers who take part."""
    return facts.lines.filter(facts.lines["own"]).anti_join(facts.barred, "customer_id")


def revenue_of(facts: Facts) -> ir.Table:
    """(customer_id, revenue): what everybody paid, gifts and customers who take no part included."""
    once = facts.lines.select("customer_id", "order_id", "line_id", "net").distinct()
    return once.group_by("customer_id").agg(revenue=once["net"].sum())


def first_purchases(lines: ir.Table) -> ir.Table:
    """One row a customer and product, her first paid line: at, order_id, line_id, amount, category_id."""
    first = ibis.struct({name: lines[name] for name in FIRST}).min()
    adopted = lines.group_by("customer_id", "product_id").agg(first=first)
    return adopted.select("customer_id", "product_id", **{name: adopted["first"][name] for name in FIRST})


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
