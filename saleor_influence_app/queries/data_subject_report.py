"""A shopper's statement: what is held of them, what follows from it, and from which rows."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.models import ContestKind
from saleor_influence_app.queries import customer, personal_data_export
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.customer import CustomerValue
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.trials import TrialRow, drawn_of

MOST_ROWS = 500


class ConsentRow(ApiModel):
    """A row of the consent ledger."""

    number: int
    purpose: str
    network: str | None
    action: str
    wording: str
    wording_version: str
    language: str
    proof: str
    at: datetime
    hash: str
    limits: dict[str, Any] | None
    """What was agreed beside the text; None: withdrawn, or from before this was stored."""


class SnapshotRow(ApiModel):
    """What was read at a moment."""

    at: datetime
    followers: int | None
    following: int | None
    posts: int | None
    followers_seen: int | None
    followers_known: int | None
    posts_read: int | None
    rows_skipped: int
    engagement_median: float | None
    topics: dict[str, int]


class NetworkScores(ApiModel):
    """Scores by one network's ties alone, and what they are made of."""

    kind: str
    reach: int | None
    amplification: int | None
    network: int | None
    ambassador: int | None
    contacts: int
    reach_contacts: int
    amplification_rate: float
    engaged_contacts: int
    interactions: int
    months: int


class LinkedProfile(ApiModel):
    """A profile of theirs, how it was proven, and what was read of it."""

    network: str
    handle: str
    url: str
    proof: str
    proven_at: datetime
    state: str
    trouble: str | None
    trouble_reason: str | None
    trouble_since: datetime | None
    next_at: datetime | None
    posts_held: int
    snapshots: list[SnapshotRow]


class TieCount(ApiModel):
    """How many customers they may influence (`may_be_led`), and may be influenced by; not whom."""

    kind: str
    may_be_led: int
    may_lead: int


class Reason(ApiModel):
    """A row behind their influence, without whose order it was."""

    product_id: str
    topic: str | None
    tie_kind: str
    days_between: float
    sharers: int
    share: float
    trust: float
    cap: float
    amount: Money
    credit: Money
    proven: bool


class NoticeRow(ApiModel):
    """Something the shopper is told."""

    kind: str
    network: str
    at: datetime


class ContestRow(ApiModel):
    """What they said is wrong, until when it must be answered, and what staff decided."""

    id: int
    kind: models.ContestKind
    order_id: str | None
    text: str
    at: datetime
    due_at: datetime
    outcome: models.Outcome | None
    answer: str | None
    answered_at: datetime | None


class CorrectionRow(ApiModel):
    """What was found not to be so: an order that is not theirs, a tie or a household that is none."""

    kind: Literal["order", "tie", "household"]
    order_id: str | None
    made_at: datetime


class RequestRow(ApiModel):
    """A request in the shop's register of requests."""

    kind: str
    received_at: datetime
    due_at: datetime
    done_at: datetime | None


class ErasureRow(ApiModel):
    """What is being forgotten; `remote`: gone here, and on its way out of the network and of Saleor."""

    reason: str
    network: str | None
    state: str
    asked_at: datetime


class Standing(ApiModel):
    """Four states; each changes by its own act alone."""

    objected_at: datetime | None
    erased_at: datetime | None
    networks: list[str]
    consents: list[tuple[str, str | None]]


class Statement(ApiModel):
    """Everything about a shopper. `written_to_saleor` stands in their private metadata in Saleor."""

    customer_id: str
    consents: list[ConsentRow]
    profiles: list[LinkedProfile]
    network_scores: list[NetworkScores]
    ties: list[TieCount]
    value: CustomerValue
    reasons_total: int
    reasons: list[Reason]
    written_to_saleor: dict[str, Any] | None
    standing: Standing
    trials: list[TrialRow]
    notices: list[NoticeRow]
    contests: list[ContestRow]
    corrections: list[CorrectionRow]
    requests: list[RequestRow]
    erasures: list[ErasureRow]


def statement(session: Session, shop_id: int, customer_id: str, *, standing: Standing) -> Statement:
    """What is held of a shopper, and what follows from it?"""
    record = session.get(models.OutboxRow, (shop_id, customer_id))
    value = customer.customer(session, shop_id, customer_id)
    total, reasons = _reasons(session, shop_id, customer_id, currency=value.currency or "")
    return Statement(
        customer_id=customer_id,
        consents=consents(session, shop_id, customer_id),
        profiles=profiles(session, shop_id, customer_id),
        network_scores=network_scores(session, shop_id, customer_id),
        ties=tie_counts(session, shop_id, customer_id),
        value=value,
        reasons_total=total,
        reasons=reasons,
        written_to_saleor=record.written if record is not None else None,
        standing=standing,
        trials=drawn_of(session, shop_id, customer_id),
        notices=_all(session, models.Notice, NoticeRow, shop_id, customer_id),
        contests=_all(session, models.Contest, ContestRow, shop_id, customer_id),
        corrections=_all(session, models.Correction, CorrectionRow, shop_id, customer_id),
        requests=_all(session, models.RightsRequest, RequestRow, shop_id, customer_id),
        erasures=_all(session, models.Erasure, ErasureRow, shop_id, customer_id),
    )


def consents(session: Session, shop_id: int, customer_id: str) -> list[ConsentRow]:
    """Which rows of the consent ledger are theirs, oldest first?"""
    return [
        ConsentRow.model_validate(row)
        for row in personal_data_export.consents_of(session, shop_id, customer_id)
    ]


def network_scores(session: Session, shop_id: int, customer_id: str) -> list[NetworkScores]:
    """What are their scores by each network's ties alone?"""
    return _all(session, models.NetworkScore, NetworkScores, shop_id, customer_id)


def profiles(session: Session, shop_id: int, customer_id: str) -> list[LinkedProfile]:
    """Which profiles are theirs, and what was read of them?"""
    found = session.scalars(
        select(models.Profile)
        .where(models.Profile.shop_id == shop_id, models.Profile.customer_id == customer_id)
        .order_by(models.Profile.network)
    ).all()
    return [_profile(session, row) for row in found]


def tie_counts(session: Session, shop_id: int, customer_id: str) -> list[TieCount]:
    """How many ties of each kind have they now, but for those that were found to be none?

    Whom they named themselves is not counted: nobody is to find out so who is a customer.
    """
    tie, wrong = models.Tie, models.Correction
    strangers = (
        select(wrong.id)
        .where(wrong.shop_id == shop_id, wrong.kind == ContestKind.TIE)
        .where(
            ((wrong.customer_id == tie.source_id) & (wrong.other_id == tie.target_id))
            | ((wrong.customer_id == tie.target_id) & (wrong.other_id == tie.source_id))
        )
        .exists()
    )
    rows = session.execute(
        select(
            tie.kind,
            func.count().filter(tie.source_id == customer_id).label("may_be_led"),
            func.count().filter(tie.target_id == customer_id).label("may_lead"),
        )
        .where(tie.shop_id == shop_id, (tie.source_id == customer_id) | (tie.target_id == customer_id))
        .where(tie.valid_to.is_(None) | (tie.valid_to > func.now()), ~strangers)
        .where((tie.origin != models.TieOrigin.SURVEY) | (tie.source_id == customer_id))
        .group_by(tie.kind)
        .order_by(tie.kind)
    )
    return [TieCount.model_validate(row) for row in rows]


def _profile(session: Session, row: models.Profile) -> LinkedProfile:
    held = select(func.count()).select_from(models.Post).where(models.Post.profile_id == row.id)
    snapshots = session.scalars(
        select(models.Snapshot)
        .where(models.Snapshot.profile_id == row.id)
        .order_by(models.Snapshot.at.desc())
        .limit(MOST_ROWS)
    )
    names = set(LinkedProfile.model_fields) - {"posts_held", "snapshots"}
    return LinkedProfile(
        **{name: getattr(row, name) for name in names},
        posts_held=session.scalar(held) or 0,
        snapshots=[SnapshotRow.model_validate(one) for one in snapshots],
    )


def _reasons(session: Session, shop_id: int, customer_id: str, *, currency: str) -> tuple[int, list[Reason]]:
    credit = models.Credit
    theirs = (credit.shop_id == shop_id, credit.source_id == customer_id)
    total = session.scalar(select(func.count()).select_from(credit).where(*theirs)) or 0
    rows = session.scalars(select(credit).where(*theirs).order_by(credit.credit.desc()).limit(MOST_ROWS))
    copied = set(Reason.model_fields) - {"amount", "credit"}
    return total, [
        Reason(
            **{name: getattr(row, name) for name in copied},
            amount=amount(row.amount, currency),
            credit=amount(row.credit, currency),
        )
        for row in rows
    ]


def _all(session: Session, model: Any, shape: Any, shop_id: int, customer_id: str) -> list[Any]:  # noqa: PLR0917 - a query's parts
    rows = session.scalars(
        select(model)
        .where(model.shop_id == shop_id, model.customer_id == customer_id)
        .order_by(*model.__table__.primary_key.columns)
    )
    return [shape.model_validate(row) for row in rows]
