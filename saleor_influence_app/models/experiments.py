"""Trials by lot and those drawn for them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class TrialState(StrEnum):
    """How far a trial is; a worker plans it, draws the lots once it is to start, and judges it."""

    PLANNING = "planning"
    PLANNED = "planned"
    REFUSED = "refused"
    """Nothing could be learned; `refusal` says why."""
    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"


class Trial(Base):
    """A trial by lots: each contact has a letter that says which of some things a customer has chosen.

    Those that began before migration 0034 (`things` is NULL) invited half of the contacts and held out half.
    """

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
    """The sender: whose choices the letters name, or in whose name is invited."""
    things: Mapped[list[str] | None]
    """Products of the letter."""
    category_id: Mapped[str | None]
    """Of an invitation trial, what must be bought from; NULL: anything."""
    state: Mapped[str] = mapped_column(server_default=TrialState.RUNNING)
    rule_version: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger())
    """Of the lots, with the ids of contacts and things."""
    started_at: Mapped[datetime]
    """Also the moment of the draw; until then that of the plan."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was judged, or stopped."""
    made_by: Mapped[str]
    refusal: Mapped[str | None]
    contacts: Mapped[int | None]
    """Who get the letter, as planned, then as drawn."""
    needs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """How many exposures find which effect, and how surely these do: see `experiments.planning`."""
    base_share: Mapped[float]
    """Of a contact's chances to buy a thing anyway, from as many days before."""
    detectable: Mapped[float]
    """The smallest difference of shares that is found four times in five; 1: none is."""
    invited: Mapped[int]
    held_out: Mapped[int]
    """Exposures: (contact, thing)s said to be chosen, and those not; of invitations people. As drawn."""
    looked_at: Mapped[datetime | None]
    e_value: Mapped[float | None]
    """The greatest so far: 20 proves it."""
    invited_bought: Mapped[int | None]
    held_out_bought: Mapped[int | None]
    p: Mapped[float | None]
    difference: Mapped[float | None]
    difference_low: Mapped[float | None]
    difference_high: Mapped[float | None]


class TrialCandidate(Base):
    """A contact who gets the letter of a trial; of an invitation trial, a customer drawn into an arm."""

    __tablename__ = "trial_guests"
    __table_args__ = (Index("ix_trial_guests_customer", "shop_id", "customer_id"),)

    shop_id: Mapped[int] = shop_key()
    trial_id: Mapped[int] = mapped_column(ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    invited: Mapped[bool]
    """Gets the letter; False: held out of an invitation trial."""
    told: Mapped[list[str] | None]
    """Things that the sender is said to have chosen in this contact's letter, by lot."""
    drawn_at: Mapped[datetime]
    social: Mapped[bool]
    """Known through social ties alone: they are here while one of them is."""
