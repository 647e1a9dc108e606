"""What records in Saleor should say."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class OutboxState(StrEnum):
    """Whether Saleor has what a row says."""

    PENDING = "pending"
    CLAIMED = "claimed"
    WRITTEN = "written"
    FAILED = "failed"
    SKIPPED_STAFF = "skipped_staff"


class OutboxRow(Base):
    """What a customer's metadata should say, and what we know it says: one row a customer."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", OutboxState),
        Index("ix_outbox_state", "shop_id", "state"),
        Index(
            "ix_outbox_pending",
            "shop_id",
            "next_attempt_at",
            postgresql_where=is_("state", OutboxState.PENDING),
        ),
        Index("ix_outbox_claimed", "lease_until", postgresql_where=is_("state", OutboxState.CLAIMED)),
        Index(
            "ix_outbox_failed", "shop_id", "customer_id", postgresql_where=is_("state", OutboxState.FAILED)
        ),
        Index(
            "ix_outbox_set_aside",
            "shop_id",
            "next_attempt_at",
            postgresql_where=text(
                f"state = '{OutboxState.FAILED}'"
                f" OR (state = '{OutboxState.SKIPPED_STAFF}' AND wanted IS NULL)"
            ),
        ),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[dict[str, Any] | None]
    """The parts ('private', 'public', 'attribute') and their content; NULL = all of ours is to be removed."""
    written: Mapped[dict[str, Any] | None]
    """What Saleor has, by part; a part that is null may or may not have arrived; NULL = nothing is there."""
    state: Mapped[str] = mapped_column(server_default=OutboxState.PENDING)
    """Of a removal (`wanted` is NULL) never 'failed'; whatever is not 'written' is due again some time."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    """Read by nothing since 0012, which made rows of `objections` and `erasures` of it; see there."""
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    run_id: Mapped[int | None]
    """The run that last changed what the record should say; NULL = none did."""
