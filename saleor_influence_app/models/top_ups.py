"""Amounts that staff add to customers' gift cards."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key


class TopUpState(StrEnum):
    """How far the topping up of a gift card is."""

    STAGED = "staged"
    """On its way to Saleor."""
    GIVEN = "given"
    FAILED = "failed"
    """Saleor refused, or the card was taken back first."""


class PerkTopUp(Base):
    """An amount that staff added to a customer's gift card."""

    __tablename__ = "perk_top_ups"
    __table_args__ = (
        one_of("state", TopUpState),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("programme_id", "key", "card_id"),
        Index("ix_perk_top_ups_grant", "grant_id"),
        Index("ix_perk_top_ups_reward", "reward_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    """Whose card it is."""
    reward_id: Mapped[int | None] = mapped_column(ForeignKey("perk_rewards.id", ondelete="CASCADE"))
    """Where the card is a sender's reward."""
    card_id: Mapped[str]
    """The gift card's id in Saleor."""
    key: Mapped[str]
    """Of the request: sent again, it adds nothing."""
    amount: Mapped[Decimal]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=TopUpState.STAGED)
    error: Mapped[str | None]
    """Why nothing was added."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
