"""Hand-off: where a shop's perks are told of, what is to be told, and who wants no mail of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class HandOffChannel(StrEnum):
    """By which way somebody is told."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class HandOffEvent(StrEnum):
    """What is told."""

    GRANT_CREATED = "grant.created"
    GRANT_TAKEN_BACK = "grant.taken_back"
    SEGMENT_ENTERED = "segment.entered"
    SEGMENT_LEFT = "segment.left"
    LETTER_DRAWN = "letter.drawn"


class HandOffState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    """There was nothing to tell any more, or the customer is not to be written to."""
    GIVEN_UP = "given_up"


class MailSecurity(StrEnum):
    """How the connection to a mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class HandOffSettings(Base):
    """Where a shop's perks are told of: a webhook, a mail server, both, or neither."""

    __tablename__ = "hand_off_settings"
    __table_args__ = (
        one_of("smtp_security", MailSecurity),
        CheckConstraint(
            "(webhook_url IS NULL) = (webhook_secret_encrypted IS NULL)", name="webhook_has_a_secret"
        ),
        CheckConstraint("mails_each >= 1", name="mails_each"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    webhook_url: Mapped[str | None]
    """NULL: no webhook."""
    webhook_secret_encrypted: Mapped[str | None]
    webhook_events: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    smtp_host: Mapped[str | None]
    """NULL: no mail."""
    smtp_port: Mapped[int | None]
    smtp_security: Mapped[str | None]
    smtp_login: Mapped[str | None]
    smtp_password_encrypted: Mapped[str | None]
    sender_address: Mapped[str | None]
    sender_name: Mapped[str | None]
    mails_each: Mapped[int] = mapped_column(server_default=text("2"))
    """Mails to one customer within 30 days, at most."""


class HandOffDelivery(Base):
    """Something to be told by one way, and what came of it.

    Rows about grants are put here by the database itself (migration 0028), in the transaction that gives or
    takes back, whichever kind of perk it is.
    """

    __tablename__ = "hand_off_deliveries"
    __table_args__ = (
        one_of("channel", HandOffChannel),
        one_of("event", HandOffEvent),
        one_of("state", HandOffState),
        CheckConstraint("(grant_id IS NULL) <> (segment IS NULL)", name="about_a_grant_or_a_segment"),
        Index(
            "ix_hand_off_deliveries_pending",
            "shop_id",
            "channel",
            "next_attempt_at",
            postgresql_where=is_("state", HandOffState.PENDING),
        ),
        Index(
            "ix_hand_off_deliveries_claimed",
            "lease_until",
            postgresql_where=is_("state", HandOffState.CLAIMED),
        ),
        Index("ix_hand_off_deliveries_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
        Index("ix_hand_off_deliveries_customer", "shop_id", "customer_id"),
        Index("ix_hand_off_deliveries_grant", "grant_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger(), Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    channel: Mapped[str]
    event: Mapped[str]
    message_id: Mapped[str] = mapped_column(server_default=text("replace(gen_random_uuid()::text, '-', '')"))
    """The same in every attempt: by it a receiver knows a repeat."""
    customer_id: Mapped[str]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("perk_grants.id", ondelete="CASCADE"))
    segment: Mapped[str | None]
    """Of a letter that of its trial, `invited-7`."""
    happened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(server_default=HandOffState.PENDING)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why it is not sent, or was not yet; never with an e-mail address."""
    done_at: Mapped[datetime | None]


class MailStop(Base):
    """A customer who wants no mail about perks, for good; they said so by the link in one."""

    __tablename__ = "mail_stops"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
