"""Perk programmes, who was drawn for them, and what came of it; and the writes to Saleor that they need."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key, within


class ProgrammeState(StrEnum):
    """How far a programme is; only a draft can be changed, and what has ended stays so."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


UNDER_WAY = (ProgrammeState.SCHEDULED, ProgrammeState.RUNNING, ProgrammeState.PAUSED)


class PerkArm(StrEnum):
    """What the lot said."""

    GRANTED = "granted"
    HELD_OUT = "held_out"
    REFUSED = "refused"
    """No lot was drawn, for the reason in `refusal`; the next draw looks again."""


class Refusal(StrEnum):
    """Why a customer does not have a perk, or cannot use one."""

    NOT_THEIRS = "not_theirs"
    EXPIRED = "expired"
    USED = "used"
    BUDGET = "budget"
    HELD_OUT = "held_out"
    NO_CONSENT = "no_consent"
    CAP = "cap"
    HOUSEHOLD = "household"
    LEAK_PAUSED = "leak_paused"
    RING = "ring"
    NOT_NEW = "not_new"
    RETURNED = "returned"
    SET_OFF = "set_off"


class GrantState(StrEnum):
    """Whether somebody has what the lot gave them."""

    NONE = "none"
    """Held out or refused: there is nothing to have."""
    STAGED = "staged"
    """On its way to Saleor."""
    GIVEN = "given"
    FAILED = "failed"
    """Saleor refused."""
    TAKEN_BACK = "taken_back"
    DECLINED = "declined"
    """By the customer, for good."""


class RewardState(StrEnum):
    """How far a sender's reward for a friend's order is."""

    WAITING = "waiting"
    """The order may still be returned."""
    STAGED = "staged"
    """On its way to Saleor."""
    GIVEN = "given"
    FAILED = "failed"
    """Saleor refused."""
    REFUSED = "refused"
    """By us, for a reason."""


class InvitationState(StrEnum):
    """Where a customer stands who was drawn for a beta."""

    WAITING = "waiting"
    """For a seat: every seat is taken, or kept for somebody who was asked."""
    INVITED = "invited"
    """A seat is kept until they answer, or until their time to answer is over."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """They did not answer in time; while seats are free they still can."""
    NO_SEAT = "no_seat"
    """The programme ended while they waited, or staff took the invitation back."""


class PerkProgramme(Base):
    """A perk for the members of a segment: what, for whom, from when to when, within which limits."""

    __tablename__ = "perk_programmes"
    __table_args__ = (
        one_of("state", ProgrammeState),
        CheckConstraint("hold_out >= 0 AND hold_out <= 0.5", name="hold_out"),
        CheckConstraint("open_share >= 0 AND open_share <= 0.5", name="open_share"),
        CheckConstraint("starts_at < ends_at", name="ends"),
        CheckConstraint("most_money >= 0 AND most_uses >= 0 AND most_people >= 0", name="limits"),
        CheckConstraint("uses_each >= 1", name="uses_each"),
        CheckConstraint("(segment = '') = (conditions IS NOT NULL)", name="whom"),
        CheckConstraint(f"(state = '{ProgrammeState.ENDED}') = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_perk_programmes_shop", "shop_id", "id"),
        Index(
            "ix_perk_programmes_alive",
            "state",
            postgresql_where=text(within("state", UNDER_WAY)),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    kind: Mapped[str]
    """The folder in `perks/strategies` that knows what it is."""
    title: Mapped[str]
    """As staff call it, and as the customer reads it."""
    segment: Mapped[str]
    """Name of the segment whose members it is for, who enters later is drawn then; "" with `conditions`."""
    conditions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """For whom it is, where that is no segment: who meets all of them, now or later."""
    open_share: Mapped[float] = mapped_column(server_default=text("0"))
    """Share of the seats that go, by lot, to regular customers who are not in the segment."""
    terms: Mapped[dict[str, Any]]
    """What the kind needs to know, as its form."""
    needs_consent: Mapped[bool] = mapped_column(server_default=text("true"))
    hold_out: Mapped[float]
    seed: Mapped[int] = mapped_column(BigInteger())
    """Of the lots, with the ids of the customers; shown once the programme has ended."""
    state: Mapped[str] = mapped_column(server_default=ProgrammeState.DRAFT)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    currency: Mapped[str]
    most_money: Mapped[Decimal | None]
    """Of what perks may cost in all; NULL: no limit."""
    most_uses: Mapped[int | None]
    most_people: Mapped[int | None]
    uses_each: Mapped[int] = mapped_column(server_default=text("1"))
    external_id: Mapped[str | None]
    """What Saleor has for the whole programme: a voucher's id."""
    enrolled_run_id: Mapped[int | None]
    """The run whose members were drawn last; NULL: there is drawing to do."""
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How Saleor listed the product of a beta before, which is restored, and since when it is open."""
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    planned_error: Mapped[float | None]
    """Standard error of the effect a member that was expected at the first draw; NULL: too few to tell."""
    loss_seen_at: Mapped[datetime | None]
    """When it was paused since it loses money; from then on staff decide."""
    judged_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What it brought a member, looked at once: money and orders with intervals, and whether it is shown."""
    cards_read_at: Mapped[datetime | None]
    """When its gift cards were last asked for the orders that they paid."""


class PerkGrant(Base):
    """A customer who was drawn for a programme, whichever way the lot fell."""

    __tablename__ = "perk_grants"
    __table_args__ = (
        one_of("arm", PerkArm),
        one_of("state", GrantState),
        CheckConstraint(
            f"(arm <> '{PerkArm.GRANTED}') = (state = '{GrantState.NONE}')", name="held_out_has_nothing"
        ),
        one_of("refusal", Refusal),
        CheckConstraint(f"(arm = '{PerkArm.REFUSED}') = (refusal IS NOT NULL)", name="refused"),
        UniqueConstraint("programme_id", "customer_id"),
        Index("ix_perk_grants_customer", "shop_id", "customer_id"),
        Index(
            "uq_perk_grants_code",
            "shop_id",
            "code",
            unique=True,
            postgresql_where=text("code IS NOT NULL"),
        ),
        Index(
            "uq_perk_grants_app_code",
            "shop_id",
            "app_code",
            unique=True,
            postgresql_where=text("app_code IS NOT NULL"),
        ),
        Index(
            "ix_perk_grants_external",
            "shop_id",
            "external_id",
            postgresql_where=text("external_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    customer_id: Mapped[str | None]
    """NULL once they were erased or deleted: the lot still counts."""
    arm: Mapped[str]
    is_open: Mapped[bool]
    """Drawn among those who are not in the segment."""
    by_hand: Mapped[bool] = mapped_column(server_default=text("false"))
    """Given by staff and not drawn: it says nothing about what the perk does."""
    state: Mapped[str]
    reserved: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """What of the budget is kept for it: its most likely cost, or the ceiling where there is one."""
    refusal: Mapped[str | None]
    """Why no lot was drawn for them."""
    code: Mapped[str | None]
    app_code: Mapped[str | None]
    """A code that the app alone puts into checkouts: nothing shows it to anybody."""
    past_codes: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Codes that were replaced: orders with them are booked still."""
    external_id: Mapped[str | None]
    """What Saleor has for this customer alone: a gift card's id."""
    card_uses: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What its gift card says that it paid, by order, refunds taken off; orders do not name every card."""
    visits: Mapped[int] = mapped_column(server_default=text("0"))
    """How often the link to forward was opened, by whomever."""
    error: Mapped[str | None]
    """Why Saleor refused."""
    drawn_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PerkInvitation(Base):
    """A customer's invitation to a beta, and what they chose in answer to its questions."""

    __tablename__ = "perk_invitations"
    __table_args__ = (
        one_of("state", InvitationState),
        CheckConstraint(
            f"state <> '{InvitationState.INVITED}' OR answer_by IS NOT NULL", name="invited_until"
        ),
        UniqueConstraint("grant_id"),
        Index("ix_perk_invitations_seats", "programme_id", "state", "waiting_since", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    """Rises with the lot among those who were drawn together."""
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    state: Mapped[str]
    waiting_since: Mapped[datetime]
    """Seats go to those who have waited longest, and among them by lot."""
    invited_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """By the number of the question: the choice, or 1 to 5. What they wrote is in `perk_remarks`."""


class PerkRemark(Base):
    """What a customer wrote in answer to a question of a beta; it goes with their name."""

    __tablename__ = "perk_remarks"
    __table_args__ = (
        UniqueConstraint("programme_id", "customer_id", "question"),
        Index("ix_perk_remarks_customer", "shop_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    customer_id: Mapped[str]
    question: Mapped[int]
    """Its number, from 1."""
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PerkRedemption(Base):
    """An order in which a perk was used, or the giving back of such a use: rows are added, never changed."""

    __tablename__ = "perk_redemptions"
    __table_args__ = (
        CheckConstraint("uses IN (-1, 0, 1)", name="uses"),
        Index("ix_perk_redemptions_grant", "grant_id"),
        Index("ix_perk_redemptions_programme", "programme_id"),
        Index("ix_perk_redemptions_order", "shop_id", "order_id"),
        Index("ix_perk_redemptions_at", "shop_id", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    order_id: Mapped[str]
    uses: Mapped[int]
    """1: used; -1: the order was cancelled; 0: its money changed."""
    paid: Mapped[Decimal]
    """What the order brought in, more or less than the rows before say."""
    cost: Mapped[Decimal]
    """What the perk took off it, likewise; in the order's currency, as `paid`."""
    currency: Mapped[str]
    by_owner: Mapped[bool]
    """Whether who ordered is whom it was given to."""
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PerkReward(Base):
    """What a sender gets for an order that a friend made with their code, or why they get nothing for it."""

    __tablename__ = "perk_rewards"
    __table_args__ = (
        one_of("state", RewardState),
        CheckConstraint(f"(state = '{RewardState.REFUSED}') = (refusal IS NOT NULL)", name="refusal"),
        UniqueConstraint("shop_id", "order_id"),
        Index("ix_perk_rewards_grant", "grant_id"),
        Index("ix_perk_rewards_programme", "programme_id", "id"),
        Index(
            "ix_perk_rewards_waiting",
            "programme_id",
            "due_at",
            postgresql_where=is_("state", RewardState.WAITING),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    """The sender's."""
    order_id: Mapped[str]
    """The friend's."""
    state: Mapped[str] = mapped_column(server_default=RewardState.WAITING)
    refusal: Mapped[str | None]
    """A `Refusal`."""
    amount: Mapped[Decimal]
    currency: Mapped[str]
    due_at: Mapped[datetime]
    """When the return period is over."""
    external_id: Mapped[str | None]
    """The gift card's id in Saleor."""
    error: Mapped[str | None]
    """Why Saleor refused."""
    returned_at: Mapped[datetime | None]
    """When it was seen that the order was cancelled or refunded after all: the next reward is set off."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WriteState(StrEnum):
    """Where a write to Saleor stands; one that is done has no row."""

    PENDING = "pending"
    CLAIMED = "claimed"
    REFUSED = "refused"


class SaleorWrite(Base):
    """Something that Saleor is to have, beside what customers' records say (`outbox`)."""

    __tablename__ = "saleor_writes"
    __table_args__ = (
        one_of("state", WriteState),
        UniqueConstraint("shop_id", "kind", "key"),
        Index(
            "ix_saleor_writes_pending",
            "shop_id",
            "next_attempt_at",
            postgresql_where=is_("state", WriteState.PENDING),
        ),
        Index("ix_saleor_writes_claimed", "lease_until", postgresql_where=is_("state", WriteState.CLAIMED)),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    kind: Mapped[str]
    """Which writer knows how."""
    key: Mapped[str]
    """What it is about: staged again, it is the same row."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default=WriteState.PENDING)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    """Of what is wanted: staged again while it is sent, it is sent again."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    """Counted as they begin: after the first, Saleor may have it already."""
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
