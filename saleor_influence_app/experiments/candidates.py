"""Whom a customer may invite in a trial, and who of them buys anyway: one statement in SQL.

The rule is the ledger's: see `scoring.ledger.pairs` (`eligible_ties`, `participating_lines`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, distinct, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Category, Credit, Tie, Trial, TrialCandidate, TrialState
from saleor_influence_app.runs import inputs

OTHER_ORDERS = 2
"""Paid orders, of as many products, that make a customer one: `scoring.ledger.Parameters.other_orders`."""
FEWEST_DATES = 10
"""From so many on it can be said that all are firsts of a month, as in `scoring.ledger.inputs`."""
_OUT = ("is_staff", "is_reseller", "is_test", "opted_out")


@dataclass(frozen=True)
class Candidates:
    """Who could be drawn, by id, and those of them who bought."""

    ids: tuple[str, ...]
    bought: frozenset[str]


def find(
    session: Session, shop_id: int, source: str, *, window: tuple[datetime, datetime], category_id: str | None
) -> Candidates:
    """Return customers whom a tie says may follow `source` now, and who bought in the window that ends now.

    Both take part, and share neither household nor payment nor mailbox; the candidate is in no running trial
    and has paid orders of their own, of several products, none of them credited to the source. Raises
    InputInvalid where purchases are dated by months: nobody's influence is computed there.
    """
    db.expect_many_rows(session)
    since, now = window
    tied = _tied(shop_id, source, now=now).cte("tied")
    paid = _paid(shop_id, source, tied, now=now).cte("paid")
    counts = and_(paid.c.created_at > since, _is_of(shop_id, category_id, paid.c.category_id))
    own = and_(~paid.c.credited, ~paid.c.is_gift, ~paid.c.is_gift_card)
    people = (
        select(paid.c.buyer_id, func.bool_or(counts).label("bought"))
        .group_by(paid.c.buyer_id)
        .having(func.count(distinct(paid.c.order_id)).filter(own) >= OTHER_ORDERS)
        .having(func.count(distinct(paid.c.product_id)).filter(own) >= OTHER_ORDERS)
        .cte("people")
    )
    ids = func.array_agg(people.c.buyer_id)
    found = session.execute(
        select(
            _by_months(paid).label("by_months"),
            select(ids).scalar_subquery().label("ids"),
            select(ids.filter(people.c.bought)).scalar_subquery().label("bought"),
        )
    ).one()
    if found.by_months:
        raise InputInvalid(
            "Nobody's influence is computed here: dates are 31 days apart; the window must be 310 days."
        )
    return Candidates(tuple(sorted(found.ids or ())), frozenset(found.bought or ()))


def _tied(shop_id: int, source: str, *, now: datetime) -> Any:
    """Select who may follow the source now: of other households, taking part, in no running trial."""
    people = inputs.customers(shop_id).cte("marked")
    drawn = (
        select(TrialCandidate.customer_id)
        .join(Trial, Trial.id == TrialCandidate.trial_id)
        .where(TrialCandidate.shop_id == shop_id, Trial.state == TrialState.RUNNING)
    )
    out = select(people.c.customer_id).where(or_(*(people.c[name] for name in _OUT)))
    theirs, sources = aliased(people, name="theirs"), aliased(people, name="sources")
    same_home = select(theirs.c.customer_id).join(
        sources, or_(*(theirs.c[name] == sources.c[name] for name in inputs.MARKS))
    )
    ties = inputs.money_ties(shop_id).where(
        Tie.source_id == source,
        Tie.target_id != source,
        or_(Tie.valid_from.is_(None), Tie.valid_from <= now),
        or_(Tie.valid_to.is_(None), Tie.valid_to > now),
        Tie.target_id.not_in(drawn),
        Tie.target_id.not_in(out),
        Tie.source_id.not_in(out),
        Tie.target_id.not_in(same_home.where(sources.c.customer_id == source)),
    )
    return select(ties.subquery("known").c.target_id).distinct()


def _paid(shop_id: int, source: str, tied: Any, *, now: datetime) -> Any:
    """Select what these customers paid for until now, and whether the order is credited to the source."""
    lines = inputs.lines(shop_id).subquery("lines")
    credited = select(Credit.order_id).where(
        Credit.shop_id == shop_id, Credit.source_id == source, Credit.order_id == lines.c.order_id
    )
    return select(lines, credited.exists().label("credited")).where(
        lines.c.buyer_id.in_(select(tied.c.target_id)),
        lines.c.net * lines.c.paid_share > 0,
        lines.c.created_at <= now,
        lines.c.product_id.is_not(None),
    )


def _is_of(shop_id: int, category_id: str | None, column: Any) -> Any:
    """Say in SQL that the column is the category or one below it; without one, anything is."""
    if category_id is None:
        return true()
    below = select(literal(category_id).label("id")).cte("below", recursive=True)
    children = select(Category.category_id).join(below, Category.parent_id == below.c.id)
    below = below.union(children.where(Category.shop_id == shop_id))
    return column.in_(select(below.c.id))


def _by_months(paid: Any) -> Any:
    """Select whether all these purchases are dated by the first of a month, as imports of old shops are."""
    first = paid.c.created_at == func.date_trunc("month", paid.c.created_at, "UTC")
    by_months = and_(func.bool_and(first), func.count(distinct(paid.c.created_at)) >= FEWEST_DATES)
    return select(by_months).where(~paid.c.credited).scalar_subquery()
