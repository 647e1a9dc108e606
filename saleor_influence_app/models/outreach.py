"""What staff do for a customer by hand: a note, a call, a gift. A row for each grant of such a programme."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key

NOTE_LIMIT = 500
"""Characters of what staff write down."""


class TaskState(StrEnum):
    """How far a task is."""

    SUGGESTED = "suggested"
    ASSIGNED = "assigned"
    DONE = "done"
    ANSWERED = "answered"


class OutreachAnswer(StrEnum):
    """What the customer said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    THANKED = "thanked"


class OutreachTask(Base):
    """Something to do for a customer who agreed to be contacted; it goes when they agree no longer."""

    __tablename__ = "outreach_tasks"
    __table_args__ = (
        one_of("state", TaskState),
        one_of("answer", OutreachAnswer),
        CheckConstraint(f"(state = '{TaskState.SUGGESTED}') = (taken_by IS NULL)", name="taken"),
        CheckConstraint(f"(state = '{TaskState.ANSWERED}') = (answer IS NOT NULL)", name="answered"),
        CheckConstraint(f"char_length(note) <= {NOTE_LIMIT}", name="note"),
        UniqueConstraint("grant_id"),
        Index("ix_outreach_tasks_programme", "programme_id", "state", "due_at"),
        Index("ix_outreach_tasks_customer", "shop_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    programme_id: Mapped[int] = mapped_column(ForeignKey("perk_programmes.id", ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    customer_id: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=TaskState.SUGGESTED)
    taken_by: Mapped[str | None]
    """The staff member who does it."""
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    note: Mapped[str | None]
    """What they wrote down of it."""
    done_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
