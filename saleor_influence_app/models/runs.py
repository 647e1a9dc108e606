"""Runs, and what a run computes of each customer."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Select,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class RunState(StrEnum):
    """Where a run is: asked for, computing, or over in one of three ways."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunKind(StrEnum):
    """What a run computes: everything, what changed since the last one, or an earlier result again."""

    FULL = "full"
    INCREMENTAL = "incremental"
    ROLLBACK = "rollback"


class Run(Base):
    """One scoring of one shop: what was asked, how it went."""

    __tablename__ = "runs"
    __table_args__ = (
        one_of("state", RunState),
        one_of("kind", RunKind),
        Index(
            "uq_runs_queued",
            "shop_id",
            unique=True,
            postgresql_where=is_("state", RunState.QUEUED),
        ),
        Index("ix_runs_shop", "shop_id", "id"),
        Index("ix_runs_running", "lease_until", postgresql_where=is_("state", RunState.RUNNING)),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=RunState.QUEUED)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    """Counts claims; also tells a worker that came back from the dead that another one took over."""
    interruptions: Mapped[int] = mapped_column(server_default=text("0"))
    """How many of them ended because the worker was asked to stop, which is no failure of the run."""
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    as_of: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    model: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Fitted parameters, and whether the fallback was used."""
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    notes: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    error: Mapped[str | None]
    step: Mapped[str | None]
    """What a running run is at, for a person."""
    progress: Mapped[float | None]
    """How much of it is done, 0 to 1, by steps."""
    cancel_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    back_to: Mapped[int | None]
    """The run whose results a rollback brings back."""
    seconds: Mapped[float | None]
    peak_memory_mb: Mapped[int | None]
    """The worker's at most while it computed."""
    correlation_ids: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Of what asked for it, as their lines in the log carry them: the first few."""

    @property
    def stands_on(self) -> date | None:
        """The day from which the run's expectations count, and to which its ages do; UTC."""
        given = self.model.get("stands_on")
        return date.fromisoformat(given) if given else self.day

    @property
    def day(self) -> date | None:
        """The day of `as_of`; UTC."""
        return self.as_of.astimezone(UTC).date() if self.as_of else None

    def first_order(self, score: "Score") -> date | None:
        """Return the day of a customer's first paid order by this run's values; None before it."""
        if self.stands_on is None or score.orders_count == 0:
            return None
        return self.stands_on - timedelta(days=score.age_days)

    def last_order(self, score: "Score") -> date | None:
        """Return the day of a customer's last paid order by this run's values; None before the first."""
        if self.stands_on is None or score.orders_count == 0:
            return None
        return self.stands_on - timedelta(days=score.age_days - score.recency_days)


UNUSED = {"unused": True}
"""What runs leave out of a column that only the release before reads."""


def shown_run(shop_id: int) -> Select[Run]:
    """Select the run whose results are shown: the newest that is done."""
    done = select(Run).where(Run.shop_id == shop_id, Run.state == RunState.DONE)
    return done.order_by(Run.finished_at.desc(), Run.id.desc()).limit(1)


def _run_key() -> Mapped[int]:
    """The run that wrote the row."""
    return mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))


class Score(Base):
    """A customer's newest value. Columns are those of `scoring.values`, by the same names."""

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_run_id", "run_id"),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    currency: Mapped[str]
    orders_count: Mapped[int]
    revenue: Mapped[Decimal]
    frequency: Mapped[int]
    recency_days: Mapped[float]
    age_days: Mapped[float]
    """From the first paid order to the day `stands_on` of the run; negative for who came later."""
    monetary_value: Mapped[Decimal]
    clv: Mapped[Decimal]
    clv_low: Mapped[Decimal]
    clv_high: Mapped[Decimal]
    crv: Mapped[Decimal]
    crv_orders: Mapped[int]
    civ: Mapped[Decimal | None]
    """What is booked so far: NULL while there is not enough evidence."""
    civ_estimate: Mapped[Decimal | None]
    """What they are estimated to have caused, seen or not, with its interval in the next two."""
    civ_low: Mapped[Decimal | None]
    civ_high: Mapped[Decimal | None]
    possible_up_to: Mapped[Decimal | None]
    """Of who buys together with friends: outside of every total."""
    influenced: Mapped[int | None]
    net: Mapped[Decimal | None]
    """Revenue with booked money moved from who spent it to who led to it: for budgets only."""
    crv_expected: Mapped[Decimal | None]
    """What orders with their codes will bring within the horizon; NULL for who has brought none."""
    crv_expected_low: Mapped[Decimal | None]
    crv_expected_high: Mapped[Decimal | None]
    civ_expected: Mapped[Decimal | None]
    """What they will cause within the horizon; NULL where CIV is."""
    civ_expected_low: Mapped[Decimal | None]
    civ_expected_high: Mapped[Decimal | None]
    value: Mapped[Decimal]
    """Expected within the horizon: `clv`, `crv_expected` and `civ_expected`."""
    value_low: Mapped[Decimal]
    value_high: Mapped[Decimal]
    score: Mapped[int | None]
    """The percentile of `follow_on_money`; NULL without a trusted contact."""
    reach: Mapped[int | None]
    amplification: Mapped[int | None]
    network: Mapped[int | None]
    ambassador: Mapped[int | None]
    follow_on: Mapped[float | None]
    """How many purchases of others may follow within `follow_on_days`; NULL without enough evidence."""
    follow_on_low: Mapped[int | None]
    follow_on_high: Mapped[int | None]
    follow_on_days: Mapped[int | None]
    follow_on_money: Mapped[Decimal | None]
    """What purchases of others that may follow may bring within the horizon, by chance or not."""
    verdict: Mapped[str]
    evidence: Mapped[str]
    percentile: Mapped[float]
    """In whole per cent, rounded down, so that hardly anybody's changes in a night. A rank would change for
    everybody whenever one customer moves: who asks for it counts, see `ranks`."""


for _column, _has_any in (
    (Score.value, None),
    (Score.clv, None),
    (Score.revenue, None),
    (Score.orders_count, None),
    (Score.crv, "crv <> 0"),
    (Score.civ, "civ IS NOT NULL"),
    (Score.score, "score IS NOT NULL"),
    (Score.follow_on, "follow_on IS NOT NULL"),
):
    Index(
        f"ix_scores_{_column.key}",
        Score.shop_id,
        _column.desc(),
        Score.customer_id,
        postgresql_where=None if _has_any is None else text(_has_any),
    )
Index(
    "ix_scores_verdict",
    Score.shop_id,
    Score.verdict,
    Score.value.desc(),
    Score.customer_id,
    postgresql_where=text("verdict <> 'not enough evidence'"),
)
Index(
    "ix_scores_last_order",
    Score.shop_id,
    text("(age_days - recency_days)"),
    postgresql_where=text("orders_count > 0"),
)


class Evidence(Base):
    """What a verdict rests on, for a customer as a whole (topic '') or in a topic.

    The columns are those of `scoring.valuation.EVIDENCE`.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_topic", "shop_id", "topic"), Index("ix_evidence_run_id", "run_id"))

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    pairs: Mapped[int]
    followers: Mapped[int]
    trusted_followers: Mapped[int]
    observed: Mapped[float]
    expected: Mapped[float]
    observed_before: Mapped[float]
    expected_before: Mapped[float]
    rr: Mapped[float]
    rr_low: Mapped[float]
    rr_high: Mapped[float]
    af: Mapped[float]
    p_timing: Mapped[float]
    p_lead: Mapped[float]
    inferred: Mapped[str]
    verdict: Mapped[str]
    missing: Mapped[str | None]
    """What is lacking for a verdict, in words."""
    rests_on: Mapped[str | None]
    """Whose multiplier a topic is shown with: topic, customer or shop."""
    trial_id: Mapped[int | None]
    """The trial that proves their influence, if one does."""
    credit: Mapped[Decimal]
    civ: Mapped[Decimal]
    civ_estimate: Mapped[Decimal | None]
    civ_low: Mapped[Decimal]
    civ_high: Mapped[Decimal]
    possible_up_to: Mapped[Decimal]
    contacts: Mapped[int | None]
    reach_contacts: Mapped[int | None]
    purchases: Mapped[int | None]
    exposures: Mapped[int | None]
    credit_lines: Mapped[float | None]
    amplification_rate: Mapped[float | None]
    engaged_contacts: Mapped[int | None]
    interactions: Mapped[int | None]
    intensity: Mapped[float | None]
    months: Mapped[int | None]
    network_mean: Mapped[float | None]


class Credit(Base):
    """One row of the ledger: who led whom to which order line; columns of `scoring.valuation`."""

    __tablename__ = "credits"
    __table_args__ = (
        Index("ix_credits_customer", "shop_id", "customer_id"),
        Index("ix_credits_order", "shop_id", "order_id"),
        Index("ix_credits_product", "shop_id", "product_id"),
        Index("ix_credits_run_id", "run_id"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    customer_id: Mapped[str]
    """Who bought; a guest has a name of ours that begins with 'guest:'."""
    product_id: Mapped[str]
    topic: Mapped[str | None]
    tie_kind: Mapped[str]
    days_between: Mapped[float]
    sharers: Mapped[int]
    share: Mapped[float]
    trust: Mapped[float]
    cap: Mapped[float]
    amount: Mapped[Decimal]
    credit: Mapped[Decimal]
    proven: Mapped[bool]


class NetworkScore(Base):
    """What three scores and the fourth are by one network's ties alone; columns of `scoring.valuation`."""

    __tablename__ = "network_scores"
    __table_args__ = (Index("ix_network_scores_run_id", "run_id"),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """The network, which is the kind of its ties."""
    run_id: Mapped[int] = _run_key()
    reach: Mapped[int | None]
    amplification: Mapped[int | None]
    network: Mapped[int | None]
    ambassador: Mapped[int | None]
    contacts: Mapped[int]
    reach_contacts: Mapped[int]
    amplification_rate: Mapped[float]
    engaged_contacts: Mapped[int]
    interactions: Mapped[int]
    months: Mapped[int]


class Membership(Base):
    """A customer in a segment, since when and why."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index("ix_memberships_customer", "shop_id", "customer_id"),
        Index("ix_memberships_run_id", "run_id"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    segment: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(server_default="", info=UNUSED)
    """Empty: sentences are made when they are read. The release before reads it."""
    parts: Mapped[str]
    """What the reason is made of, as JSON; see `scoring.membership`."""


class StepKind(StrEnum):
    """A small step by which the shop learns who is followed."""

    TRIAL = "trial"
    LINK = "link"
    QUESTION = "question"


class LearningStep(Base):
    """A step that teaches the shop much for each message, as the newest run found it."""

    __tablename__ = "learning_steps"
    __table_args__ = (
        one_of("kind", StepKind),
        CheckConstraint(f"(kind = '{StepKind.QUESTION}') = (customer_id IS NULL)", name="whose"),
        Index("ix_learning_steps_customer", "shop_id", "customer_id"),
        Index("ix_learning_steps_run_id", "run_id"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """1 is the step that teaches most for each message."""
    run_id: Mapped[int] = _run_key()
    kind: Mapped[str]
    customer_id: Mapped[str | None]
    """Who gets the link, or in whose name letters go; NULL: the step is the shop's."""
    messages: Mapped[int]
    gain: Mapped[float]
    """Share of the customers' reach whose influence is known by it, beside the steps before it."""
