"""Who may get a letter in a customer's name, and who of them buys the things anyway.

The rule is the ledger's: see `scoring.ledger.pairs` (`eligible_ties`, `participating_lines`). A worker asks,
without a lock, from the followers outward: ties first, then their consents, then their orders.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, and_, cast, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from saleor_influence_app import db
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import (
    Credit,
    Customer,
    Order,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
    Purpose,
    Tie,
    TieOrigin,
    Trial,
    TrialCandidate,
    TrialState,
)
from saleor_influence_app.runs import inputs

OTHER_ORDERS = 2
"""Paid orders, of as many products, that make a customer one: `scoring.ledger.Parameters.other_orders`."""
FEWEST_DATES = 10
"""From so many on it can be said that all are firsts of a month, as in `scoring.ledger.inputs`."""
_OUT = ("is_staff", "is_reseller", "is_test", "opted_out")


@dataclass(frozen=True)
class Candidates:
    """Who could get a letter, by id, and how many (contact, thing)s of these were bought in the window."""

    ids: tuple[str, ...]
    bought: int
    tied: int
    """How many are tied to the sender, whether or not they may be written to."""


def find(
    session: Session, shop_id: int, source: str, *, window: tuple[datetime, datetime], things: Collection[str]
) -> Candidates:
    """Return customers whom a tie says may follow `source` now, and what they bought of the things.

    They agreed to be contacted, are held out of no perk and in no running trial, take part as the source
    does, share neither household nor payment nor mailbox with them, and have paid orders of their own, of
    several products, none of them credited to the source. Raises InputInvalid where purchases are dated by
    months: nobody's influence is computed there.
    """
    tied = sorted(session.scalars(_tied(shop_id, source, now=window[1])))
    agreeing = agreements.agreeing(session, shop_id, Purpose.OUTREACH, among=tied)
    free = agreeing.difference(session.scalars(_held_out(shop_id, among=tied)))
    if not free:
        return Candidates((), 0, len(tied))
    db.expect_many_rows(session)
    paid = _paid(shop_id, source, now=window[1], among=sorted(free)).cte("paid")
    if session.scalar(_by_months(paid)):
        raise InputInvalid(
            "Nobody's influence is computed here: dates are 31 days apart; the window must be 310 days."
        )
    bought = _buyers(session, paid, since=window[0], things=things)
    apart = set(bought).difference(session.scalars(_not_apart(shop_id, source, among=sorted(bought))))
    return Candidates(tuple(sorted(apart)), sum(bought[one] for one in apart), len(tied))


def orders_of(shop_id: int, among: list[str]) -> Any:
    """Select the ids of orders that may be theirs, by account or address: few rows, by index."""
    theirs = select(Customer.email_hash).where(
        Customer.shop_id == shop_id,
        Customer.customer_id == func.any_(among),
        Customer.email_hash.is_not(None),
    )
    return select(Order.order_id).where(
        Order.shop_id == shop_id,
        or_(Order.customer_id == func.any_(among), Order.email_hash.in_(theirs)),
    )


def _tied(shop_id: int, source: str, *, now: datetime) -> Any:
    """Select who may follow the source now and is in no running trial."""
    drawn = (
        select(TrialCandidate.customer_id)
        .join(Trial, Trial.id == TrialCandidate.trial_id)
        .where(TrialCandidate.shop_id == shop_id, Trial.state == TrialState.RUNNING)
    )
    ties = inputs.money_ties(shop_id).where(
        Tie.source_id == source,
        Tie.target_id != source,
        Tie.origin != TieOrigin.SURVEY,
        or_(Tie.valid_from.is_(None), Tie.valid_from <= now),
        or_(Tie.valid_to.is_(None), Tie.valid_to > now),
        Tie.target_id.not_in(drawn),
    )
    return select(ties.subquery("known").c.target_id).distinct()


def _held_out(shop_id: int, *, among: list[str]) -> Any:
    """Select who is held out of a programme that is under way: a letter would spoil what it measures."""
    return (
        select(PerkGrant.customer_id)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(
            PerkGrant.shop_id == shop_id,
            PerkGrant.arm == PerkArm.HELD_OUT,
            PerkGrant.customer_id == func.any_(among),
            PerkProgramme.state != ProgrammeState.ENDED,
        )
    )


def _buyers(session: Session, paid: Any, *, since: datetime, things: Collection[str]) -> dict[str, int]:
    """Return who has orders of their own, and how many of the things each has bought since."""
    own = and_(~paid.c.credited, ~paid.c.is_gift, ~paid.c.is_gift_card)
    of_things = paid.c.product_id == func.any_(list(things))
    wanted = and_(paid.c.created_at > since, of_things, ~paid.c.is_gift)
    rows = session.execute(
        select(paid.c.buyer_id, func.count(distinct(paid.c.product_id)).filter(wanted).label("bought"))
        .group_by(paid.c.buyer_id)
        .having(func.count(distinct(paid.c.order_id)).filter(own) >= OTHER_ORDERS)
        .having(func.count(distinct(paid.c.product_id)).filter(own) >= OTHER_ORDERS)
    )
    return {row.buyer_id: row.bought for row in rows}


def _not_apart(shop_id: int, source: str, *, among: list[str]) -> Any:
    """Select who takes no part or lives with the source; everybody, where the source takes no part."""
    people = inputs.customers(shop_id).cte("marked")
    theirs, sources = aliased(people, name="theirs"), aliased(people, name="sources")
    same_home = select(theirs.c.customer_id).join(
        sources, or_(*(theirs.c[name] == sources.c[name] for name in inputs.MARKS))
    )
    out = select(people.c.customer_id).where(or_(*(people.c[name] for name in _OUT)))
    source_is_out = select(out.where(people.c.customer_id == source).exists()).scalar_subquery()
    wanted = func.unnest(cast(among, ARRAY(Text))).column_valued("wanted")
    lives_there = same_home.where(sources.c.customer_id == source)
    return select(wanted).where(or_(wanted.in_(out), wanted.in_(lives_there), source_is_out))


def _paid(shop_id: int, source: str, *, now: datetime, among: list[str]) -> Any:
    """Select what these customers paid for until now, and whether the order is credited to the source."""
    lines = inputs.lines(shop_id).subquery("lines")
    credited = select(Credit.order_id).where(
        Credit.shop_id == shop_id, Credit.source_id == source, Credit.order_id == lines.c.order_id
    )
    return select(lines, credited.exists().label("credited")).where(
        lines.c.order_id.in_(orders_of(shop_id, among)),
        lines.c.buyer_id == func.any_(among),
        lines.c.net * lines.c.paid_share > 0,
        lines.c.created_at <= now,
        lines.c.product_id.is_not(None),
    )


def _by_months(paid: Any) -> Any:
    """Select whether all these purchases are dated by the first of a month, as imports of old shops are."""
    first = paid.c.created_at == func.date_trunc("month", paid.c.created_at, "UTC")
    by_months = and_(func.bool_and(first), func.count(distinct(paid.c.created_at)) >= FEWEST_DATES)
    return select(by_months).where(~paid.c.credited)
