"""Objections, erasures and their tombstones, and what people asked or contested."""

from calendar import monthrange
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class AskedBy(StrEnum):
    """How somebody asked: in their own session, by a link mailed to a guest, or by staff whom they told."""

    SELF = "self"
    GUEST_LINK = "guest-link"
    STAFF = "staff"


class Objection(Base):
    """Somebody wants nothing computed of them (Art. 21 GDPR), until they themselves take part again."""

    __tablename__ = "objections"
    __table_args__ = (
        one_of("by", AskedBy),
        one_of("ended_by", (AskedBy.SELF, AskedBy.GUEST_LINK)),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index(
            "ix_objections_standing",
            "shop_id",
            "customer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    """The Saleor id of an account, or a guest's name in the ledger (`suppression.GUEST`)."""
    at: Mapped[datetime]
    by: Mapped[str]
    """How they asked: their own session, a link mailed to a guest, or staff whom they told."""
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    """Staff cannot end an objection."""


class ErasureReason(StrEnum):
    """Why something is forgotten."""

    WITHDRAWN = "withdrawn"
    NOT_ME = "not-me"
    ERASED = "erased"
    DELETED = "deleted"
    ANONYMISED = "anonymised"
    MOVED = "moved"


class ErasureState(StrEnum):
    """How far an erasure is; see `Erasure`."""

    ASKED = "asked"
    REMOTE = "remote"
    DONE = "done"


class Erasure(Base):
    """Something to be forgotten: `remote` is gone here, and networks and Saleor are asked to follow."""

    __tablename__ = "erasures"
    __table_args__ = (
        one_of("reason", ErasureReason),
        one_of("state", ErasureState),
        Index("ix_erasures_open", "shop_id", postgresql_where=text(f"state <> '{ErasureState.DONE}'")),
        Index("ix_erasures_done", "finished_at", postgresql_where=is_("state", ErasureState.DONE)),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str | None]
    """Until it is done."""
    reason: Mapped[str]
    network: Mapped[str | None]
    """NULL: everything."""
    state: Mapped[str] = mapped_column(server_default=ErasureState.REMOTE)
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was deleted, by table, without whose it was: see `erasure.certificates`."""


class TombstoneKind(StrEnum):
    """What ended: see `TombstoneRow.what`."""

    DELETED = "deleted"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    RETURNED = "returned"
    SHOP = "shop"
    REPLACED = "replaced"


class TombstoneRow(Base):
    """Something that has ended, by keyed hash: written here and in a folder outside; it outlives its shop."""

    __tablename__ = "tombstones"
    __table_args__ = (
        one_of("what", TombstoneKind),
        Index("ix_tombstones_who", "who"),
        Index("ix_tombstones_waiting", "number", postgresql_where=text("noted_at IS NULL")),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id", ondelete="SET NULL"))
    """NULL: the shop is gone, or the line was read from a folder after a restore."""
    who: Mapped[str]
    what: Mapped[str]
    """deleted: the account in Saleor; erased, withdrawn, objected: by the person; returned: an objection or
    erasure is over; shop: all of it; replaced: the app was installed anew."""
    at: Mapped[datetime]
    purpose: Mapped[str | None]
    network: Mapped[str | None]
    checksum: Mapped[str] = mapped_column(unique=True)
    """Of its line."""
    noted_at: Mapped[datetime | None]
    """When it was on a disk outside of the database; NULL: not yet."""


class TombstoneFolder(Base):
    """A folder of tombstones as it was last seen: one that is lost, or put back from a copy, is noticed."""

    __tablename__ = "tombstone_folders"

    name: Mapped[str] = mapped_column(primary_key=True)
    """What is written in the folder itself."""
    host: Mapped[str]
    lines: Mapped[int] = mapped_column(BigInteger)
    """Different ones."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    """How many tombstones the database had then; all of them were in the folder."""
    head: Mapped[str | None]
    """The checksum of the newest line in it."""
    seen_at: Mapped[datetime]
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    trusted_until: Mapped[datetime | None]
    """Until then it is taken for complete, unless it is seen again; NULL: it came later than another one that
    was not seen since, which alone may know who was forgotten."""


class Notice(Base):
    """Something that a shopper is told on their page."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_customer", "shop_id", "customer_id"),
        Index("ix_notices_at", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str]
    network: Mapped[str]
    at: Mapped[datetime]


def month_after(at: datetime) -> datetime:
    """Return one calendar month later; in a shorter month its last day (Regulation 1182/71, Art. 3)."""
    year, month = divmod(at.year * 12 + at.month, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


class ContestKind(StrEnum):
    """What is said to be wrong; see `Contest.kind`."""

    OTHER = "other"
    ORDER = "order"
    TIE = "tie"
    HOUSEHOLD = "household"


CORRECTABLE = (ContestKind.ORDER, ContestKind.TIE, ContestKind.HOUSEHOLD)
"""What a correction can be about."""


class Outcome(StrEnum):
    """What staff decide about a contest."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Contest(Base):
    """A shopper says that something about them is wrong; staff answer, and correct it if it is."""

    __tablename__ = "contests"
    __table_args__ = (
        one_of("kind", ContestKind),
        one_of("outcome", Outcome),
        Index("ix_contests_customer", "shop_id", "customer_id"),
        Index("ix_contests_open", "shop_id", "at", postgresql_where=text("answer IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default=ContestKind.OTHER)
    """order: it is not theirs; tie: the two do not know each other; household: the two live apart."""
    order_id: Mapped[str | None]
    other_id: Mapped[str | None]
    """The other end of the tie, or who shares the address or card; the shopper is never told."""
    text: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    outcome: Mapped[str | None]
    """NULL: an answer that decides nothing."""

    @property
    def due_at(self) -> datetime:
        """Return when staff must have answered."""
        return month_after(self.at)


class Correction(Base):
    """Something known about a customer that is not so: every later run obeys it, whatever is told again."""

    __tablename__ = "corrections"
    __table_args__ = (
        one_of("kind", CORRECTABLE),
        CheckConstraint(f"(kind = '{ContestKind.ORDER}') = (order_id IS NOT NULL)", name="order"),
        CheckConstraint(f"(kind = '{ContestKind.ORDER}') = (other_id IS NULL)", name="other"),
        Index("ix_corrections_customer", "shop_id", "customer_id"),
        Index("ix_corrections_order", "shop_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_corrections_other", "shop_id", "other_id", postgresql_where=text("other_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str]
    order_id: Mapped[str | None]
    """This order is not theirs."""
    other_id: Mapped[str | None]
    """This customer and they do not know each other, or are not of one household."""
    contest_id: Mapped[int | None]
    """The contest that it answers; that may be gone by now."""
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RequestKind(StrEnum):
    """What a person asks about their data."""

    ACCESS = "access"
    EXPORT = "export"
    OBJECTION = "objection"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"


class RightsRequest(Base):
    """A request by a person about their data, with its deadline: one calendar month (Art. 12(3) GDPR)."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        one_of("kind", RequestKind),
        Index("ix_rights_requests_customer", "shop_id", "customer_id"),
        Index("ix_rights_requests_open", "shop_id", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_rights_requests_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str | None]
    """A guest's is their name in the ledger. NULL: erased."""
    kind: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    """'shopper' on their page, 'operator' by command, or the Saleor id of who took it."""
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
