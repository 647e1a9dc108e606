"""What Saleor says: deliveries, customers, orders, categories, and how far reading them got."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class MessageState(StrEnum):
    """Whether a message of the inbox has become facts."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Message(Base):
    """One webhook body in the inbox; the same bytes are stored once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("shop_id", "body_hash"),
        one_of("state", MessageState),
        Index("ix_messages_pending", "shop_id", "id", postgresql_where=is_("state", MessageState.PENDING)),
        Index(
            "ix_messages_handled", "handled_at", postgresql_where=text(f"state <> '{MessageState.PENDING}'")
        ),
        Index("ix_messages_failed", "shop_id", postgresql_where=is_("state", MessageState.FAILED)),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    slug: Mapped[str]
    body_hash: Mapped[bytes]
    body: Mapped[bytes | None]
    """Raw bytes as signed; NULL once done, since it holds personal data."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    handled_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]
    correlation_id: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    """Of the request or task that brought it, as its lines in the log carry it."""


class Customer(Base):
    """A customer account, without name or address; one that was deleted or erased has no row."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_email_hash", "shop_id", "email_hash"),
        Index("ix_customers_date_joined", "shop_id", "date_joined"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    email_hash: Mapped[bytes | None]
    mailbox_hash: Mapped[bytes | None]
    """Keyed hash of the address of which this one is a variant, such as that without a +tag; mostly NULL."""
    is_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    date_joined: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    """Saleor's updatedAt, or the event's issuedAt where a payload has none."""
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When Saleor said so: an event's issuedAt or the time of a read; decides between equal updated_at."""
    deleted_at: Mapped[datetime | None]
    """Of rows from before 0011, which stood for deleted accounts until `customers.bury`."""


class Order(Base):
    """The newest known state of one order."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_customer", "shop_id", "customer_id"),
        Index("ix_orders_email_hash", "shop_id", "email_hash"),
        Index(
            "ix_orders_mailbox_hash",
            "shop_id",
            "mailbox_hash",
            postgresql_where=text("mailbox_hash IS NOT NULL"),
        ),
        Index("ix_orders_created_at", "shop_id", "created_at"),
        Index(
            "ix_orders_voucher_code",
            "shop_id",
            "voucher_code",
            postgresql_where=text("voucher_code IS NOT NULL"),
        ),
        Index(
            "ix_orders_gift_cards",
            "gift_cards",
            postgresql_using="gin",
            postgresql_where=text("gift_cards <> '{}'"),
        ),
        Index(
            "ix_orders_former_accounts",
            "former_accounts",
            postgresql_using="gin",
            postgresql_where=text("former_accounts <> '{}'"),
        ),
        Index(
            "ix_orders_gift_givers",
            "gift_givers",
            postgresql_using="gin",
            postgresql_where=text("gift_givers <> '{}'"),
        ),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    status: Mapped[str]
    charge_status: Mapped[str]
    channel: Mapped[str]
    currency: Mapped[str]
    gross: Mapped[Decimal]
    net: Mapped[Decimal]
    charged: Mapped[Decimal]
    """Money that came in and stayed: net of refunds (Saleor's totalCharged)."""
    voucher_code: Mapped[str | None]
    customer_id: Mapped[str | None]
    email_hash: Mapped[bytes | None]
    mailbox_hash: Mapped[bytes | None]
    """As of customers."""
    former_accounts: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Accounts that the order was bound to before; '' stands for people who were deleted or erased since: an
    order of nobody else has no name and no hash, and nothing is computed of it."""
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When Saleor said so: an event's issuedAt or the time of a read; decides between equal updated_at."""
    fingerprint: Mapped[bytes] = mapped_column(server_default=text("''"))
    """Short hash of the content: decides between equal times, and tells whether anything changed."""

    address_hash: Mapped[bytes | None]
    """Keyed hash of the shipping address: equal ones are one household, mostly. NULL = none, or not told."""
    payment_hash: Mapped[bytes | None]
    """Keyed hash of the card's brand, digits and expiry."""
    gift_givers: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Accounts other than the buyer's whose gift cards were used here. Staff issue them too, and are often
    not among our customers at all: only who is there, and is not staff, gave a present."""
    gift_card_lines: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    gift_lines: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Ids of the lines that are marked as such in order_lines."""
    traits_updated_at: Mapped[datetime | None]
    traits_seen_at: Mapped[datetime | None]
    """Age of the state that told the five above; NULL = none did, as webhooks of older versions do not."""

    discount: Mapped[Decimal | None]
    """What all discounts took off goods and shipping, with tax; gift cards are none. NULL = not told."""
    voucher_discount: Mapped[Decimal | None]
    """The part of it that the order's voucher took off, in prices as the shop enters them."""
    delivery_method: Mapped[str | None]
    """Saleor's id of the shipping method; NULL = collected, nothing to ship, deleted since, or not told."""
    shipping_gross: Mapped[Decimal | None]
    """What shipping cost the buyer."""
    gift_cards: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """Ids of the gift cards used, each with what it paid; null in its place where Saleor does not say. Gift
    cards used by payment transactions (Saleor 3.23) are not among them: Saleor's order does not name them."""
    list_prices: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """What each line costs at list prices, with tax, by its id; only of lines of which Saleor says it."""
    line_discounts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """What was taken off that, with tax; without lines of which nothing was."""
    benefits_updated_at: Mapped[datetime | None]
    benefits_seen_at: Mapped[datetime | None]
    """Age of the state that told the seven above; NULL = none did, as webhooks of older versions do not."""


class OrderLine(Base):
    """One line of an order, as of the order's newest state."""

    __tablename__ = "order_lines"
    __table_args__ = (Index("ix_order_lines_product", "shop_id", "product_id"),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str | None]
    category_id: Mapped[str | None]
    quantity: Mapped[int]
    net: Mapped[Decimal]
    is_gift_card: Mapped[bool] = mapped_column(server_default=text("false"))
    """A gift card was bought."""
    is_gift: Mapped[bool] = mapped_column(server_default=text("false"))
    """A promotion's free gift."""


class OrderMonth(Base):
    """What is left of orders that are older than the shop keeps them: sums that name nobody."""

    __tablename__ = "order_months"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    month: Mapped[datetime] = mapped_column(primary_key=True)
    """Its first moment, in UTC."""
    channel: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    orders: Mapped[int]
    gross: Mapped[Decimal]
    charged: Mapped[Decimal]


class Category(Base):
    """A category of Saleor's tree, and the one that it lies in."""

    __tablename__ = "categories"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    category_id: Mapped[str] = mapped_column(primary_key=True)
    parent_id: Mapped[str | None]
    """NULL = at the top. Always a category that is here, and never a circle."""
    name: Mapped[str]


class History(StrEnum):
    """What is read from Saleor from its beginning."""

    ORDERS = "orders"
    CUSTOMERS = "customers"


class BackfillState(StrEnum):
    """How far reading a history is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Backfill(Base):
    """Where reading a shop's history stands: one row a kind ('orders' or 'customers')."""

    __tablename__ = "backfills"
    __table_args__ = (
        one_of("kind", History),
        one_of("state", BackfillState),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default=BackfillState.WAITING)
    cursor: Mapped[str | None]
    """Saleor's endCursor of the last page whose rows are committed."""
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    rows_per_second: Mapped[float | None]
    """Over the last pages, while reading."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    watermark: Mapped[datetime | None]
    """The reconciler's: everything updated up to here has been read."""
    error: Mapped[str | None]
    comparison: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How far a comparison of this kind is that takes several slices; NULL = none is under way."""
    trouble_since: Mapped[datetime | None]
    """Since when Saleor has not answered; NULL while it does."""


class DriftCheck(Base):
    """The newest comparison with Saleor, one row a shop."""

    __tablename__ = "drift_checks"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    checked_at: Mapped[datetime]
    orders_saleor: Mapped[int]
    orders_here: Mapped[int]
    customers_saleor: Mapped[int]
    customers_here: Mapped[int]
    gaps: Mapped[int]
    """Ids on one side only, orders and customers together, after mending."""
    mended: Mapped[int]
    every_id_at: Mapped[datetime | None]
    """When every id was compared; the other comparisons count, and read ids where the numbers differ."""
