"""Whom a customer could reach: her contacts who can be trusted and who still buy."""

import ibis
import ibis.expr.types as ir

from scoring.ledger.account import Account
from scoring.ledger.engine import number
from scoring.ledger.evidence import beside
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters

MOST_ORDERS = 10


def recent_orders(account: Account, *, at: int, days: float) -> ir.Table:
    """(customer_id, orders, recent): paid orders up to `at`, and those in the last `days` before it."""
    known = account.lines.filter(account.lines["at"] <= at)
    since = at - round(days * MICROSECONDS_PER_DAY)
    return known.group_by("customer_id").agg(
        orders=known["order_id"].nunique(), recent=known["order_id"].nunique(where=known["at"] > since)
    )


def trusted_contacts(
    account: Account, *, at: int, parameters: Parameters, kind: str | None = None
) -> ir.Table:
    """(source_id, target_id, recent): ties valid at `at` to people with enough orders of their own.

    Of each contact's recent orders at most ten count.
    """
    ties = account.ties.filter(account.ties["valid_from"] <= at, account.ties["valid_to"] > at)
    if kind is not None:
        ties = ties.filter(ties["tie_kind"] == kind)
    pair = ["source_id", "target_id"]
    people = recent_orders(account, at=at, days=parameters.active_days).rename(target_id="customer_id")
    known = ties.select(pair).distinct().join(people, "target_id")
    known = beside(known, account.followers.select(*pair, "credited_orders"), pair)
    other = known["orders"] - known["credited_orders"].fill_null(0)
    most = ibis.literal(MOST_ORDERS, type="int64")
    return known.filter(other >= parameters.other_orders).select(
        *pair, recent=ibis.least(known["recent"], most)
    )


def reach_of(contacts: ir.Table) -> ir.Table:
    """(source_id, contacts, active, contact_orders): trusted contacts, how many still buy, and how much."""
    return contacts.group_by("source_id").agg(
        contacts=contacts.count(),
        active=(contacts["recent"] > 0).cast("int64").sum(),
        contact_orders=contacts["recent"].cast("float64").sum(),
    )


def engagement_of(rows: ir.Table, followers: ir.Table) -> ir.Table:
    """(source_id, target_id, interactions, weight): purchases by trusted followers that share credit."""
    trusted = followers.filter(followers["trusted"]).select("source_id", "target_id")
    known = rows.semi_join(trusted, ["source_id", "target_id"])
    return known.group_by("source_id", "target_id").agg(
        interactions=known.count(), weight=known["counted"].sum()
    )


def months_of(rows: ir.Table, near: ir.Table) -> ir.Table:
    """(source_id, months): in how many separate months (30.4 days) purchases followed."""
    month = number(MICROSECONDS_PER_DAY * 30.4375)
    when = near.select(
        "source_id", "target_id", "product_id", month=(near["target_at"].cast("float64") / month).floor()
    )
    known = rows.join(when, ["source_id", "target_id", "product_id"])
    return known.group_by("source_id").agg(months=known["month"].nunique())
