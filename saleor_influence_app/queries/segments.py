"""The shop's segments: what they say, and how many are in them."""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.models import Membership, Run, Score
from saleor_influence_app.queries import segment_history, trials
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.customers import total_of
from saleor_influence_app.targeting import condition_sources, segment_sizes

TREND = 10
"""Runs whose sizes are shown beside a segment."""
WHY_EMPTY = {
    "ledger": "It needs a verdict on who buys because of whom; there is not enough evidence yet.",
}


class Condition(ApiModel):
    """One condition on a column; who is in stays in until `exit_threshold` is passed."""

    column: str
    operator: Literal[">=", "<=", "==", ">", "<"]
    threshold: float | str
    exit_threshold: float | str | None
    about: str | None = None
    """The id of the category, or the network, for columns that have a number for each."""
    about_name: str | None = None


class SegmentSummary(ApiModel):
    """A segment with its size; one that must stay empty says why."""

    name: str
    title: str
    description: str
    size: int
    needs: str | None
    why_empty: str | None


class Segment(SegmentSummary):
    """A segment with its definition."""

    conditions: list[Condition]
    max_share: float
    order_by: str
    share: float
    """Its size as a share of all customers with a value."""
    sizes: list[int]
    """After the last ten runs whose results are kept, the oldest first."""


class SegmentPart(ApiModel):
    """A part of the reason: the value in a column and the bound that it met. staying: the bound to stay."""

    column: str
    about: str | None = None
    """The category or network that the value is of, by its name."""
    kind: Literal["number", "money", "grade"]
    value: float | str
    operator: str
    bound: float | str
    staying: bool


class SegmentMembership(ApiModel):
    """A segment a customer is in, since when and why."""

    name: str
    title: str
    since: datetime
    reason: str
    parts: list[SegmentPart]


def segments(session: Session, shop_id: int) -> list[SegmentSummary]:
    """Which segments are there, and how large?"""
    return [SegmentSummary(**_summary(row, size)) for row, size in _rows(session, shop_id)]


def definitions(session: Session, shop_id: int) -> list[Segment]:
    """What exactly do the segments say?"""
    customers, _ = total_of(session, shop_id)
    sizes = segment_history.sizes(session, shop_id, runs=TREND)
    return [
        Segment(
            **_summary(row, size),
            **{name: row.definition[name] for name in ("conditions", "max_share", "order_by")},
            share=size / max(customers, 1),
            sizes=[one.size for one in sizes[row.name]],
        )
        for row, size in _rows(session, shop_id)
    ]


def of_customer(session: Session, run: Run | None, score: Score) -> list[SegmentMembership]:
    """Which segments is a customer in, and why, by the numbers as of the run?"""
    shop_id, customer_id = score.shop_id, score.customer_id
    day = (run and run.day) or datetime.now(UTC).date()
    rows = session.execute(
        select(Membership, models.Segment.definition)
        .join(
            models.Segment,
            (models.Segment.shop_id == Membership.shop_id) & (models.Segment.name == Membership.segment),
        )
        .where(Membership.shop_id == shop_id, Membership.customer_id == customer_id)
        .order_by(models.Segment.position, models.Segment.name)
    )
    told = [
        (one, definition, condition_sources.why_in(one.parts, day=day, currency=score.currency))
        for one, definition in rows
    ]
    return [
        *(
            SegmentMembership(
                name=member.segment,
                title=definition["title"],
                since=member.since,
                reason=why.sentence,
                parts=[SegmentPart.model_validate(one) for one in why.parts],
            )
            for member, definition, why in told
        ),
        *(
            SegmentMembership(
                name=name,
                title="Letter of a trial",
                since=since,
                reason="Gets the letter of a trial by lot.",
                parts=[],
            )
            for name, since in trials.invited_in(session, shop_id, customer_id)
        ),
    ]


def _rows(session: Session, shop_id: int) -> list[tuple[models.Segment, int]]:
    sizes = segment_sizes.known(session, shop_id)
    found = session.scalars(
        select(models.Segment)
        .where(models.Segment.shop_id == shop_id)
        .order_by(models.Segment.position, models.Segment.name)
    )
    return [(row, sizes.get(row.name, 0)) for row in found]


def _summary(row: models.Segment, size: int) -> dict[str, Any]:
    given = {name: row.definition.get(name) for name in ("title", "description", "needs")}
    return given | {
        "name": row.name,
        "size": size,
        "why_empty": WHY_EMPTY.get(str(given["needs"])) if size == 0 else None,
    }
