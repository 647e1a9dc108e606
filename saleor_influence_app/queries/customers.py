"""What a customer is worth and why, and who is worth most."""

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Customer, Membership, Run, Score, Segment, Shop
from saleor_influence_app.queries import sentences
from saleor_influence_app.queries.answer import Answer
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.sentences import Evidence

State = Literal["valued", "no-orders", "unknown", "not-yet-run"]


class RunReference(Answer):
    """Which run the numbers are of."""

    id: int
    as_of: datetime
    finished_at: datetime | None


class SegmentMembership(Answer):
    """A segment she is in, since when and why."""

    name: str
    title: str
    since: datetime
    reason: str


class CustomerValue(Answer):
    """Everything the customer widget shows; a customer without a value has the state that says why."""

    customer_id: str
    state: State
    evidence_sentence: str
    run: RunReference | None
    currency: str | None
    value: Money | None
    value_low: Money | None
    value_high: Money | None
    clv: Money | None
    clv_low: Money | None
    clv_high: Money | None
    crv: Money | None
    crv_orders: int | None
    civ: Money | None
    orders_count: int
    revenue: Money | None
    days_since_last_order: int | None
    frequency: int | None
    percentile: float | None
    rank: int | None
    score: int | None
    evidence: Evidence
    verdict: str
    verdict_sentence: str
    segments: list[SegmentMembership]
    reasons: list[str]


class CustomerRow(Answer):
    """One line of a list of customers."""

    customer_id: str
    value: Money | None
    value_low: Money | None
    value_high: Money | None
    orders_count: int
    segments: list[str]
    evidence: Evidence
    rank: int


class CustomerPage(Answer):
    """Some customers, and how many there are in all."""

    total: int
    customers: list[CustomerRow]


SORTS = {
    "value": (Score.rank, Score.customer_id),
    "clv": (Score.clv.desc(), Score.customer_id),
    "crv": (Score.crv.desc(), Score.customer_id),
    "revenue": (Score.revenue.desc(), Score.customer_id),
    "orders_count": (Score.orders_count.desc(), Score.customer_id),
}
Sort = Literal["value", "clv", "crv", "revenue", "orders_count"]
COPIED = (
    "customer_id",
    "currency",
    "orders_count",
    "crv_orders",
    "frequency",
    "percentile",
    "rank",
    "score",
    "evidence",
)
MONEY = ("value", "value_low", "value_high", "clv", "clv_low", "clv_high", "crv", "civ", "revenue")


def customer(session: Session, shop_id: int, customer_id: str) -> CustomerValue:
    """What is this customer worth, and why?"""
    run = _last_run(session, shop_id)
    score = session.get(Score, (shop_id, customer_id))
    if score is not None and (score.orders_count > 0 or score.crv_orders > 0):
        shop = session.get_one(Shop, shop_id)
        return _valued(score, run, shop=shop, segments=_segments(session, shop_id, customer_id))
    known = session.get(Customer, (shop_id, customer_id))
    state: State = "unknown"
    if score is not None or (known is not None and known.deleted_at is None):
        state = "not-yet-run" if run is None else "no-orders"
    return _unvalued(customer_id, state, run=run)


def customers(
    session: Session, shop_id: int, *, sort: Sort, segment: str | None, page: tuple[int, int]
) -> CustomerPage:
    """Who is worth most, of all or of a segment? `page` is (offset, limit)."""
    wanted = [Score.shop_id == shop_id]
    if segment is not None:
        inside = select(Membership.customer_id).where(
            Membership.shop_id == shop_id, Membership.segment == segment
        )
        wanted.append(Score.customer_id.in_(inside))
    total = session.scalar(select(func.count()).select_from(Score).where(*wanted)) or 0
    ordered = select(Score).where(*wanted).order_by(*SORTS[sort])
    found = session.scalars(ordered.offset(page[0]).limit(page[1])).all()
    names = _names_of_segments(session, shop_id, [score.customer_id for score in found])
    rows = [_row(score, names.get(score.customer_id, [])) for score in found]
    return CustomerPage(total=total, customers=rows)


def _valued(
    score: Score, run: RunReference | None, *, shop: Shop, segments: list[SegmentMembership]
) -> CustomerValue:
    last, days = _last_order(score, run)
    given: dict[str, Any] = {name: amount(getattr(score, name), score.currency) for name in MONEY}
    given |= {name: getattr(score, name) for name in COPIED}
    return CustomerValue(
        state="valued",
        run=run,
        days_since_last_order=days,
        evidence_sentence=sentences.EVIDENCE[score.evidence],
        verdict=sentences.VERDICT,
        verdict_sentence=sentences.VERDICT_SENTENCE,
        segments=segments,
        reasons=sentences.reasons(score, days_since=days, last_order=last, horizon_days=shop.horizon_days),
        **given,
    )


def _unvalued(customer_id: str, state: State, *, run: RunReference | None) -> CustomerValue:
    nothing: dict[str, Any] = dict.fromkeys(CustomerValue.model_fields)
    return CustomerValue(
        **nothing
        | {
            "customer_id": customer_id,
            "state": state,
            "run": run,
            "orders_count": 0,
            "evidence": "none",
            "evidence_sentence": sentences.UNVALUED[state],
            "verdict": sentences.VERDICT,
            "verdict_sentence": sentences.VERDICT_SENTENCE,
            "segments": [],
            "reasons": [],
        }
    )


def _last_order(score: Score, run: RunReference | None) -> tuple[date | None, int | None]:
    """Return the day of the last paid order, and how long ago it was when the value was computed."""
    if score.orders_count == 0 or run is None:
        return None, None
    days = round(score.age_days - score.recency_days)
    return date.fromordinal(run.as_of.date().toordinal() - days), days


def _row(score: Score, segments: list[str]) -> CustomerRow:
    return CustomerRow(
        customer_id=score.customer_id,
        value=amount(score.value, score.currency),
        value_low=amount(score.value_low, score.currency),
        value_high=amount(score.value_high, score.currency),
        orders_count=score.orders_count,
        segments=segments,
        evidence=score.evidence,
        rank=score.rank,
    )


def _last_run(session: Session, shop_id: int) -> RunReference | None:
    row = session.execute(
        select(Run.id, Run.as_of, Run.finished_at)
        .where(Run.shop_id == shop_id, Run.state == "done")
        .order_by(Run.finished_at.desc(), Run.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None or row.as_of is None else RunReference.model_validate(row)


def _segments(session: Session, shop_id: int, customer_id: str) -> list[SegmentMembership]:
    rows = session.execute(
        select(Membership, Segment.definition)
        .join(Segment, (Segment.shop_id == Membership.shop_id) & (Segment.name == Membership.segment))
        .where(Membership.shop_id == shop_id, Membership.customer_id == customer_id)
        .order_by(Segment.position, Segment.name)
    )
    return [
        SegmentMembership(
            name=member.segment, title=definition["title"], since=member.since, reason=member.reason
        )
        for member, definition in rows
    ]


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
