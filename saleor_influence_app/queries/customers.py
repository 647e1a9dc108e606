"""Who is worth most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Membership, Run, Score, Segment, shown_run
from saleor_influence_app.queries import cursors, customer_filter, influence
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.customer_filter import EVERYBODY, CustomerFilter
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.sentences import Grade
from saleor_influence_app.queries.verdicts import Verdict


class CustomerRow(ApiModel):
    """One line of a list of customers."""

    customer_id: str
    value: Money | None
    value_low: Money | None
    value_high: Money | None
    clv: Money | None
    crv: Money | None
    civ: Money | None
    score: int | None
    follow_on: float | None
    follow_on_low: int | None
    follow_on_high: int | None
    orders_count: int
    revenue: Money | None
    last_order: date | None
    segments: list[str]
    evidence: Grade
    verdict: Verdict
    percentile: float
    """The share of customers with a smaller value, in whole per cent."""


class CustomerPage(ApiModel):
    """Some customers, how many there are in all, and where the next page begins."""

    total: int
    total_is_exact: bool
    """False: there are more, for of those whom a filter asks for no more than 10,000 are counted."""
    next: str | None
    """The cursor of the next page; null on the last one."""
    customers: list[CustomerRow]


@dataclass(frozen=True)
class Order:
    """Customers by a column, the highest first; each part of such a list is served by an index."""

    column: Any
    number: Callable[[Any], Any]
    """Gives a number of the column from that of a cursor."""
    within: tuple[Any, ...] = ()
    """Who has something in the column, where most have nothing: the index is of these alone."""
    rest: Any = None
    """All others, who come last: they have `nothing`."""
    nothing: Any = None


SORTS = {
    "value": Order(Score.value, Decimal),
    "clv": Order(Score.clv, Decimal),
    "crv": Order(Score.crv, Decimal, (Score.crv != 0,), Score.crv == 0, Decimal(0)),
    "civ": Order(Score.civ, Decimal, (Score.civ.is_not(None),), Score.civ.is_(None)),
    "score": Order(Score.score, int, (Score.score.is_not(None),), Score.score.is_(None)),
    "follow_on": Order(Score.follow_on, float, (Score.follow_on.is_not(None),), Score.follow_on.is_(None)),
    "revenue": Order(Score.revenue, Decimal),
    "orders_count": Order(Score.orders_count, int),
}
Sort = Literal["value", "clv", "crv", "civ", "score", "follow_on", "revenue", "orders_count"]
MOST_COUNTED = 10_000


def customers(  # noqa: PLR0913 - each is one part of the question
    session: Session,
    shop_id: int,
    *,
    sort: Sort,
    asked: CustomerFilter = EVERYBODY,
    among: Sequence[str] | None = None,
    after: str | None,
    limit: int,
    counts: bool = True,
) -> CustomerPage:
    """Who is worth most, of all, of those whom a filter asks for, or of some? `counts`: say how many."""
    chosen = customer_filter.conditions(session, shop_id, asked)
    if among is not None:
        chosen.append(Score.customer_id.in_(among))
    wanted = [Score.shop_id == shop_id, *chosen]
    order, of = SORTS[sort], f"customers by {sort}"
    place = None if after is None else cursors.key_of(shop_id, of, after)
    found: list[Score] = []
    for which, by in _parts(order, place):
        if (room := limit + 1 - len(found)) > 0:
            found += session.scalars(select(Score).where(*wanted, *which).order_by(*by).limit(room))
    shown, is_last = found[:limit], len(found) <= limit
    names = _names_of_segments(session, shop_id, [score.customer_id for score in shown])
    run = session.scalars(shown_run(shop_id)).first()
    total, total_is_exact = total_of(session, shop_id, *chosen) if counts else (len(shown), False)
    return CustomerPage(
        total=total,
        total_is_exact=total_is_exact,
        next=None if is_last else cursors.after(shop_id, of, _key(order, shown[-1])),
        customers=[_row(score, names.get(score.customer_id, []), run) for score in shown],
    )


def _parts(order: Order, place: cursors.Key | None) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return conditions and order of the list's parts from the place on: each is one stretch of an index."""
    by_id = (Score.customer_id,)
    by_number = (order.column.desc(), Score.customer_id)
    rest = [] if order.rest is None else [((order.rest,), by_id)]
    if place is None:
        return [(order.within, by_number), *rest]
    number, customer_id = place
    behind = Score.customer_id > customer_id
    if number is None:
        return [((order.rest, behind), by_id)]
    given = order.number(number)
    return [
        ((order.column == given, behind, *order.within), by_id),
        ((order.column < given, *order.within), by_number),
        *rest,
    ]


def _key(order: Order, last: Score) -> cursors.Key:
    """Return what tells the row's place: its number, null among the rest, and its id."""
    number = getattr(last, order.column.key)
    if order.rest is not None and number == order.nothing:
        return (None, last.customer_id)
    return (str(number) if isinstance(number, Decimal) else number, last.customer_id)


def total_of(session: Session, shop_id: int, *chosen: Any) -> tuple[int, bool]:
    """Return how many have a value and are chosen, and whether that is all.

    Of a large shop's customers it is what the last run counted, where none are chosen.
    """
    some = (
        select(Score.customer_id).where(Score.shop_id == shop_id, *chosen).limit(MOST_COUNTED + 1).subquery()
    )
    found = session.scalar(select(func.count()).select_from(some)) or 0
    if found <= MOST_COUNTED:
        return found, True
    run = None if chosen else influence.last_run(session, shop_id)
    return (MOST_COUNTED, False) if run is None else (run.counts["customers"], True)


def _row(score: Score, segments: list[str], run: Run | None) -> CustomerRow:
    return CustomerRow(
        customer_id=score.customer_id,
        value=amount(score.value, score.currency),
        value_low=amount(score.value_low, score.currency),
        value_high=amount(score.value_high, score.currency),
        clv=amount(score.clv, score.currency),
        crv=amount(score.crv, score.currency),
        civ=amount(score.civ, score.currency),
        score=score.score,
        follow_on=score.follow_on,
        follow_on_low=score.follow_on_low,
        follow_on_high=score.follow_on_high,
        orders_count=score.orders_count,
        revenue=amount(score.revenue, score.currency),
        last_order=run and run.last_order(score),
        segments=segments,
        evidence=score.evidence,
        verdict=score.verdict,
        percentile=score.percentile,
    )


def _names_of_segments(session: Session, shop_id: int, customer_ids: list[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for customer_id, segment in session.execute(
        select(Membership.customer_id, Membership.segment)
        .join(Segment, (Segment.shop_id == Membership.shop_id) & (Segment.name == Membership.segment))
        .where(Membership.shop_id == shop_id, Membership.customer_id.in_(customer_ids))
        .order_by(Segment.position, Segment.name)
    ):
        names.setdefault(customer_id, []).append(segment)
    return names
