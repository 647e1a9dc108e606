"""Fair service: what was done for the customers of orders, and the band of each customer's score by month."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key


class Band(StrEnum):
    """The third of values in which a customer was; unknown: too little was known of them."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    UNKNOWN = "unknown"


class OrderService(Base):
    """What was done for the customer of an order, as of the newest state that tells it; names nobody."""

    __tablename__ = "order_service"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    paid_at: Mapped[datetime | None]
    first_fulfilled_at: Mapped[datetime | None]
    promised_by: Mapped[datetime | None]
    """Paid, and the longest delivery that the shipping method names; NULL where it names none."""
    refund_asked_at: Mapped[datetime | None]
    """When goods came back, or staff granted a refund or asked the payment provider for it."""
    refunded_at: Mapped[datetime | None]
    refunded: Mapped[Decimal]
    cancelled_by_staff: Mapped[bool]
    warehouse: Mapped[str | None]
    updated_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fingerprint: Mapped[bytes]
    """Of the content: decides between states of one moment."""


class ScoreBand(Base):
    """In which band a customer was when a month began, as staff could see it."""

    __tablename__ = "score_bands"
    __table_args__ = (one_of("band", Band),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    band: Mapped[str]
