"""Invitation trials and those drawn for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class TrialState(StrEnum):
    """Whether a trial still runs, was judged, or was stopped by staff before that."""

    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"


class Trial(Base):
    """An invitation trial: half of a customer's candidates are invited in their name, half are held out."""

    __tablename__ = "trials"
    __table_args__ = (
        one_of("state", TrialState),
        CheckConstraint(f"(state = '{TrialState.ENDED}') = (p IS NOT NULL)", name="result"),
        Index(
            "uq_trials_running",
            "shop_id",
            "customer_id",
            unique=True,
            postgresql_where=is_("state", TrialState.RUNNING),
        ),
        Index("ix_trials_customer", "shop_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    """In whose name is invited."""
    category_id: Mapped[str | None]
    """What must be bought from; NULL: anything."""
    state: Mapped[str] = mapped_column(server_default=TrialState.RUNNING)
    rule_version: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger())
    """Of the draw, with the ids of the candidates."""
    started_at: Mapped[datetime]
    """Also the moment of the draw, as of which the candidates were known."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was judged, or stopped."""
    made_by: Mapped[str]
    base_share: Mapped[float]
    """Of the candidates bought in as many days before: what the smallest difference was reckoned with."""
    detectable: Mapped[float]
    """The smallest difference of shares that is found four times in five."""
    invited: Mapped[int]
    held_out: Mapped[int]
    """As drawn; who leaves later counts as not having bought."""
    invited_bought: Mapped[int | None]
    held_out_bought: Mapped[int | None]
    p: Mapped[float | None]
    difference: Mapped[float | None]
    difference_low: Mapped[float | None]
    difference_high: Mapped[float | None]


class TrialCandidate(Base):
    """A customer drawn into an arm of a trial."""

    __tablename__ = "trial_guests"
    __table_args__ = (Index("ix_trial_guests_customer", "shop_id", "customer_id"),)

    shop_id: Mapped[int] = shop_key()
    trial_id: Mapped[int] = mapped_column(ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    invited: Mapped[bool]
    """False: held out."""
    drawn_at: Mapped[datetime]
    social: Mapped[bool]
    """Known through social ties alone: they are here while one of them is."""
