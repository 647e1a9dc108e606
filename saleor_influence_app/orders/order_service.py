"""What was done for the customers of orders, as rows: the newest state that tells it is what stays.

Kept where the shop has switched fair service on, and deleted when it is switched off.
"""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Self

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from saleor_influence_app.models import OrderService, Shop
from webhooks.events import OrderPayload

# Whatever the sequence of states: the greatest (updated_at, seen_at, fingerprint) stays.
_STORE = text("""
INSERT INTO order_service AS o (shop_id, order_id, updated_at, seen_at, fingerprint, paid_at,
    first_fulfilled_at, promised_by, refund_asked_at, refunded_at, refunded, cancelled_by_staff, warehouse)
SELECT :shop_id, f.* FROM unnest(
    CAST(:order_id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:seen_at AS timestamptz[]),
    CAST(:fingerprint AS bytea[]), CAST(:paid_at AS timestamptz[]),
    CAST(:first_fulfilled_at AS timestamptz[]), CAST(:promised_by AS timestamptz[]),
    CAST(:refund_asked_at AS timestamptz[]), CAST(:refunded_at AS timestamptz[]),
    CAST(:refunded AS numeric[]), CAST(:cancelled_by_staff AS boolean[]), CAST(:warehouse AS text[])
) AS f
ON CONFLICT (shop_id, order_id) DO UPDATE SET
    updated_at = excluded.updated_at, seen_at = excluded.seen_at, fingerprint = excluded.fingerprint,
    paid_at = excluded.paid_at, first_fulfilled_at = excluded.first_fulfilled_at,
    promised_by = excluded.promised_by, refund_asked_at = excluded.refund_asked_at,
    refunded_at = excluded.refunded_at, refunded = excluded.refunded,
    cancelled_by_staff = excluded.cancelled_by_staff, warehouse = excluded.warehouse
WHERE (excluded.updated_at, excluded.seen_at, excluded.fingerprint)
    > (o.updated_at, o.seen_at, o.fingerprint)
""")


@dataclass(frozen=True, slots=True)
class _Told:
    paid_at: datetime | None
    first_fulfilled_at: datetime | None
    promised_by: datetime | None
    refund_asked_at: datetime | None
    refunded_at: datetime | None
    refunded: Decimal
    cancelled_by_staff: bool
    warehouse: str | None


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """An order's service as one state told it."""

    order_id: str
    updated_at: datetime
    seen_at: datetime
    told: _Told

    @classmethod
    def of(cls, order: OrderPayload, seen_at: datetime) -> Self | None:
        """The service that the state tells, None if it is of a subscription that asked for none."""
        told = order.service
        if told is None:
            return None
        promised = (
            told.paid_at + timedelta(days=told.delivery_days)
            if told.paid_at is not None and told.delivery_days is not None
            else None
        )
        kept = _Told(
            told.paid_at,
            told.first_fulfilled_at,
            promised,
            told.refund_asked_at,
            told.refunded_at,
            told.refunded,
            told.cancelled_by_staff,
            told.warehouse,
        )
        return cls(order.id, order.updated_at, seen_at, kept)

    @property
    def fingerprint(self) -> bytes:
        """Of the content: decides between states of one moment."""
        return blake2b(repr(astuple(self.told)).encode(), digest_size=8).digest()

    @property
    def age(self) -> tuple[datetime, datetime, bytes]:
        """The greater is the newer."""
        return self.updated_at, self.seen_at, self.fingerprint


def store(session: Session, shop_id: int, seen: Iterable[ServiceSeen]) -> None:
    """Store the newest service of each order, if the shop has fair service on; the caller holds its facts."""
    newest: dict[str, ServiceSeen] = {}
    for one in seen:
        known = newest.get(one.order_id)
        if known is None or one.age > known.age:
            newest[one.order_id] = one
    if not newest or not session.scalar(select(Shop.fair_service).where(Shop.id == shop_id)):
        return
    rows = [newest[order_id] for order_id in sorted(newest)]
    columns = {name: [getattr(one, name) for one in rows] for name in _OF_STATE}
    columns |= {name: [getattr(one.told, name) for one in rows] for name in _Told.__slots__}
    session.execute(_STORE, {"shop_id": shop_id} | columns)


def remove(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """Delete what is known of orders that Saleor no longer has."""
    gone = OrderService.order_id.in_(list(order_ids))
    session.execute(delete(OrderService).where(OrderService.shop_id == shop_id, gone))


def forget(session: Session, shop_id: int) -> None:
    """Delete all of the shop's."""
    session.execute(delete(OrderService).where(OrderService.shop_id == shop_id))


_OF_STATE = ("order_id", "updated_at", "seen_at", "fingerprint")
