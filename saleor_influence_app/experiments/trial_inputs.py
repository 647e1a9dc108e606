"""What a trial reads of a shop: the part of its books around a customer, and what those drawn have bought."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db
from saleor_influence_app.models import Credit, Tie, Trial, TrialGuest, TrialState
from saleor_influence_app.runs import inputs, scores
from scoring import referrals
from scoring.ledger import Shop


def followers_purchases(session: Session, shop_id: int, customer_id: str) -> pa.Table:
    """Return everything that those bought whom a tie says may follow them."""
    followers = select(Tie.target_id).where(Tie.shop_id == shop_id, Tie.source_id == customer_id)
    return purchases(session, shop_id, followers)


def shop_around(session: Session, shop_id: int, customer_id: str, *, lines: pa.Table) -> Shop:
    """Return ties from them to those in no running trial, and these people's `lines` but theirs."""
    drawn = select(TrialGuest.customer_id).join(Trial, Trial.id == TrialGuest.trial_id)
    drawn = drawn.where(TrialGuest.shop_id == shop_id, Trial.state == TrialState.RUNNING)
    followers = select(Tie.target_id).where(Tie.shop_id == shop_id, Tie.source_id == customer_id)
    credited = select(Credit.order_id).where(Credit.shop_id == shop_id, Credit.source_id == customer_id)
    ties = inputs.money_ties(shop_id).where(Tie.source_id == customer_id, Tie.target_id.not_in(drawn))
    people = inputs.customers(shop_id).subquery("people")
    known = people.c.customer_id.in_(followers) | (people.c.customer_id == customer_id)
    theirs = pa.array(list(session.scalars(credited.distinct())), pa.string())
    return Shop(
        purchases=lines.filter(pc.invert(pc.is_in(lines["order_id"], value_set=theirs))),
        ties=bulk_copy.read(session, ties, scores.TIES),
        categories=scores.CATEGORIES.empty_table(),
        customers=bulk_copy.read(session, select(people).where(known), scores.CUSTOMERS),
    )


def purchases(session: Session, shop_id: int, buyers: Any) -> pa.Table:
    """Return everything that these customers (ids, or a query of them) bought, as paid and not refunded."""
    db.expect_many_rows(session)
    lines = inputs.lines(shop_id).subquery("lines")
    wanted: Any = select(lines).where(lines.c.buyer_id.in_(buyers))
    return referrals.paid_as_is(bulk_copy.read(session, wanted, referrals.LINES))


def categories(session: Session, shop_id: int) -> pa.Table:
    """Return the tree of categories."""
    return bulk_copy.read(session, inputs.categories(shop_id), scores.CATEGORIES)


def drawn(session: Session, trial_id: int) -> dict[str, bool]:
    """Return who was drawn and is still here, and whether they are invited."""
    rows = select(TrialGuest.customer_id, TrialGuest.invited).where(TrialGuest.trial_id == trial_id)
    return {row.customer_id: row.invited for row in session.execute(rows)}
