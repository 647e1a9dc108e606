"""Who is worth most."""

from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Membership, Score, Segment, Trial, TrialCandidate, TrialState
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.sentences import Grade
from saleor_influence_app.queries.verdicts import Verdict
from saleor_influence_app.writeback.staging import INVITED


class CustomerRow(ApiModel):
    """One line of a list of customers."""

    customer_id: str
    value: Money | None
    value_low: Money | None
    value_high: Money | None
    crv: Money | None
    civ: Money | None
    score: int | None
    follow_on: float | None
    follow_on_low: int | None
    follow_on_high: int | None
    orders_count: int
    segments: list[str]
    evidence: Grade
    verdict: Verdict
    percentile: float
    """The share of customers with a smaller value, in whole per cent."""


class CustomerPage(ApiModel):
    """Some customers, and how many there are in all."""

    total: int
    customers: list[CustomerRow]


SORTS: dict[str, tuple[Any, ...]] = {
    "value": (Score.value.desc(), Score.customer_id),
    "clv": (Score.clv.desc(), Score.customer_id),
    "crv": (Score.crv.desc(), Score.customer_id),
    "civ": (Score.civ.desc().nulls_last(), Score.customer_id),
    "score": (Score.score.desc().nulls_last(), Score.customer_id),
    "follow_on": (Score.follow_on.desc().nulls_last(), Score.customer_id),
    "revenue": (Score.revenue.desc(), Score.customer_id),
    "orders_count": (Score.orders_count.desc(), Score.customer_id),
}
Sort = Literal["value", "clv", "crv", "civ", "score", "follow_on", "revenue", "orders_count"]


def customers(  # noqa: PLR0913 - each is one part of the question
    session: Session,
    shop_id: int,
    *,
    sort: Sort,
    segment: str | None = None,
    verdict: Verdict | None = None,
    page: tuple[int, int],
) -> CustomerPage:
    """Who is worth most, of all, of a segment or of those with a verdict? `page` is (offset, limit)."""
    wanted = [Score.shop_id == shop_id]
    if segment is not None:
        inside = select(Membership.customer_id).where(
            Membership.shop_id == shop_id, Membership.segment == segment
        )
        wanted.append(Score.customer_id.in_(inside) | Score.customer_id.in_(_invited(shop_id, segment)))
    if verdict is not None:
        wanted.append(Score.verdict == verdict)
    total = session.scalar(select(func.count()).select_from(Score).where(*wanted)) or 0
    ordered = select(Score).where(*wanted).order_by(*SORTS[sort])
    found = session.scalars(ordered.offset(page[0]).limit(page[1])).all()
    names = _names_of_segments(session, shop_id, [score.customer_id for score in found])
    rows = [_row(score, names.get(score.customer_id, [])) for score in found]
    return CustomerPage(total=total, customers=rows)


def _invited(shop_id: int, segment: str) -> Select[Any]:
    """Select those whom a running trial invites, if the segment is one's."""
    running = (
        Trial.shop_id == shop_id,
        Trial.state == TrialState.RUNNING,
        func.concat(INVITED, Trial.id) == segment,
    )
    return select(TrialCandidate.customer_id).join(Trial).where(*running, TrialCandidate.invited)


def _row(score: Score, segments: list[str]) -> CustomerRow:
    return CustomerRow(
        customer_id=score.customer_id,
        value=amount(score.value, score.currency),
        value_low=amount(score.value_low, score.currency),
        value_high=amount(score.value_high, score.currency),
        crv=amount(score.crv, score.currency),
        civ=amount(score.civ, score.currency),
        score=score.score,
        follow_on=score.follow_on,
        follow_on_low=score.follow_on_low,
        follow_on_high=score.follow_on_high,
        orders_count=score.orders_count,
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
