"""Whom a customer could reach: contacts who can be trusted and who still buy."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.engine import beside, built_once, number
from scoring.ledger.pairs import PAIR, order_worth, worthwhile
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters
from scoring.ledger.workings import Workings

MOST_ORDERS = 10
LEAST_MORE = 1e-9
"""Sums in another order must not make a contact vouch."""


def recent_orders(workings: Workings, *, at: int, days: float) -> ir.Table:
    """Return (customer_id, orders, recent): worthwhile orders up to `at`, and all in the `days` before."""
    lines = workings.purchases.lines.filter(workings.purchases.lines["at"] <= at)
    since = at - round(days * MICROSECONDS_PER_DAY)
    orders = workings.purchases.orders.select("customer_id", "orders")
    if at < workings.inputs.as_of:
        every = worthwhile(order_worth(lines), workings.purchases.least)
        orders = every.group_by("customer_id").agg(orders=every.count())
    late = lines.filter(lines["at"] > since).select("customer_id", "order_id").distinct()
    recent = late.group_by("customer_id").agg(recent=late.count())
    known = beside(orders, recent, ["customer_id"])
    return known.mutate(recent=known["recent"].fill_null(0))


def trusted_contacts(
    workings: Workings, ties: ir.Table, people: ir.Table, *, at: int, parameters: Parameters
) -> ir.Table:
    """Return (source_id, target_id, recent): ties valid at `at` to people with orders of their own.

    people: `recent_orders`; of each contact's recent ones at most ten count.
    """
    ties = ties.filter(ties["valid_from"] <= at, ties["valid_to"] > at)
    ties = ties.select(PAIR).distinct() if workings.inputs.parallel_ties else ties.select(PAIR)
    known = ties.join(people.rename(target_id="customer_id"), "target_id")
    known = beside(known, workings.credit.followers.select(*PAIR, "credited_orders"), PAIR)
    other = known["orders"] - known["credited_orders"].fill_null(0)
    most = ibis.literal(MOST_ORDERS, type="int64")
    return known.filter(other >= parameters.other_orders).select(
        *PAIR, recent=ibis.least(known["recent"], most)
    )


def trusted_now(workings: Workings, ties: ir.Table, parameters: Parameters) -> ir.Table:
    """Return `trusted_contacts` at the end of the record; recent orders are those that count for the week."""
    at = workings.inputs.as_of
    stood = (at - workings.inputs.stands_at) / MICROSECONDS_PER_DAY
    people = recent_orders(workings, at=at, days=parameters.active_days + stood)
    return trusted_contacts(workings, ties, people, at=at, parameters=parameters)


@built_once
def reach_of(contacts: ir.Table) -> ir.Table:
    """Return (source_id, contacts, active, contact_orders): how many contacts, how many buy, how often."""
    return contacts.group_by("source_id").agg(
        contacts=contacts.count(),
        active=(contacts["recent"] > 0).cast("int64").sum(),
        contact_orders=contacts["recent"].cast("float64").sum(),
    )


@built_once
def engagement_of(rows: ir.Table, followers: ir.Table) -> ir.Table:
    """Return (source_id, target_id, interactions, weight): credited purchases of trusted followers."""
    trusted = followers.filter(followers["trusted"]).select("source_id", "target_id")
    known = rows.semi_join(trusted, PAIR)
    return known.group_by("source_id", "target_id").agg(
        interactions=known.count(), weight=known["counted"].sum()
    )


@built_once
def without_best_product(rows: ir.Table) -> ir.Table:
    """Return the rows without each source's single best product: one viral item is no habit.

    Equal to nine decimals is equal: sums in another order must not leave out another product.
    """
    items = rows.group_by("source_id", "product_id").agg(lines=rows["counted"].sum())
    order = ibis.window(group_by="source_id", order_by=[ibis.desc(items["lines"].round(9)), "product_id"])
    best = items.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    return rows.anti_join(best, ["source_id", "product_id"])


@built_once
def one_way(engagement: ir.Table, ties: ir.Table) -> ir.Table:
    """Return the engagement of contacts who have no tie back: in a ring everybody vouches for everybody."""
    back = ties.select(source_id="target_id", target_id="source_id").semi_join(engagement, PAIR)
    return engagement.anti_join(back, PAIR)


@built_once
def follow_more(engagement: ir.Table) -> ir.Table:
    """Return (source_id, target_id, weight) of who follow more than they are followed, by how much more."""
    led = engagement.select(source_id="target_id", target_id="source_id", back="weight")
    both = beside(engagement, led, PAIR)
    more = both.mutate(weight=both["weight"] - both["back"].fill_null(number(0)))
    return more.filter(more["weight"] > number(LEAST_MORE)).select(*PAIR, "weight")


@built_once
def months_of(rows: ir.Table, near: ir.Table) -> ir.Table:
    """Return (source_id, months): in how many separate months (30.4 days) purchases followed."""
    month = number(MICROSECONDS_PER_DAY * 30.4375)
    when = near.select(
        "source_id", "target_id", "product_id", month=(near["target_at"].cast("float64") / month).floor()
    )
    known = rows.join(when, ["source_id", "target_id", "product_id"])
    return known.group_by("source_id").agg(months=known["month"].nunique())
