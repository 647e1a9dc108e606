"""What orders tell of who belongs together, as columns: the newest state that tells it is what stays.

A body of an older subscription tells no traits. So they have an age of their own: such a body changes the
order and leaves its traits, and in whatever sequence states come, the rows are the same.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.pipeline import households
from webhooks.events import OrderPayload

_SHOWN = text("""
SELECT order_id, address_hash, payment_hash, gift_givers, gift_card_lines, gift_lines
FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)
""")

# Lists travel as JSON, since an array of arrays has to be rectangular; its text also decides between equals.
_TELL = text("""
UPDATE orders o SET address_hash = f.address_hash, payment_hash = f.payment_hash,
    gift_givers = ARRAY(SELECT jsonb_array_elements_text(CAST(f.lists AS jsonb) -> 0)),
    gift_card_lines = ARRAY(SELECT jsonb_array_elements_text(CAST(f.lists AS jsonb) -> 1)),
    gift_lines = ARRAY(SELECT jsonb_array_elements_text(CAST(f.lists AS jsonb) -> 2)),
    traits_updated_at = f.updated_at, traits_seen_at = f.seen_at
FROM unnest(
    CAST(:order_id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:seen_at AS timestamptz[]),
    CAST(:address_hash AS bytea[]), CAST(:payment_hash AS bytea[]), CAST(:lists AS text[])
) AS f (order_id, updated_at, seen_at, address_hash, payment_hash, lists)
WHERE o.shop_id = :shop_id AND o.order_id = f.order_id
    AND (f.updated_at, f.seen_at, coalesce(f.address_hash, ''), coalesce(f.payment_hash, ''),
        f.lists COLLATE "C")
     > (coalesce(o.traits_updated_at, '-infinity'), coalesce(o.traits_seen_at, '-infinity'),
        coalesce(o.address_hash, ''), coalesce(o.payment_hash, ''),
        CAST(jsonb_build_array(o.gift_givers, o.gift_card_lines, o.gift_lines) AS text))
""")

_FORGET_GIVERS = text("""
UPDATE orders o SET gift_givers = ARRAY(
    SELECT g FROM unnest(o.gift_givers) WITH ORDINALITY AS all_of (g, place)
    WHERE g <> ALL (gone.ids) ORDER BY place)
FROM (
    SELECT p.order_id, array_agg(c.customer_id) AS ids
    FROM orders p
    JOIN customers c ON c.shop_id = p.shop_id AND c.customer_id = ANY (p.gift_givers)
        AND c.deleted_at IS NOT NULL
    WHERE p.shop_id = :shop_id AND p.order_id = ANY (:order_ids) AND p.gift_givers <> '{}'
    GROUP BY p.order_id
) AS gone
WHERE o.shop_id = :shop_id AND o.order_id = gone.order_id
""")

_MARK_LINES = text("""
UPDATE order_lines l SET is_gift_card = l.line_id = ANY (o.gift_card_lines),
    is_gift = l.line_id = ANY (o.gift_lines)
FROM orders o
WHERE o.shop_id = :shop_id AND o.order_id = ANY (:order_ids)
    AND l.shop_id = o.shop_id AND l.order_id = o.order_id
    AND (l.is_gift_card, l.is_gift)
        <> (l.line_id = ANY (o.gift_card_lines), l.line_id = ANY (o.gift_lines))
""")


@dataclass(frozen=True, slots=True)
class TraitsSeen:
    """Traits as one state told them, hashed; `lists` is JSON: givers, gift card lines, free gifts."""

    order_id: str
    updated_at: datetime
    seen_at: datetime
    address_hash: bytes | None
    payment_hash: bytes | None
    lists: str

    @classmethod
    def of(cls, order: OrderPayload, seen_at: datetime, key: bytes) -> Self | None:
        """The traits that the state tells, None if it is of a subscription that asked for none."""
        if order.traits is None:
            return None
        lists = (
            order.traits.gift_givers,
            sorted(line.id for line in order.lines if line.is_gift_card),
            sorted(line.id for line in order.lines if line.is_gift),
        )
        return cls(
            order.id,
            order.updated_at,
            seen_at,
            households.address_hash(key, order.traits.address),
            households.payment_hash(key, order.traits.card),
            json.dumps(lists, ensure_ascii=False),
        )

    @property
    def age(self) -> tuple[datetime, datetime, bytes, bytes, str]:
        """Decides which is the newest: a total order over contents, the same as the statement's."""
        return (
            self.updated_at,
            self.seen_at,
            self.address_hash or b"",
            self.payment_hash or b"",
            self.lists,
        )


def tell(session: Session, shop_id: int, seen: Iterable[TraitsSeen]) -> None:
    """Each order has the newest traits that it was told; the order's row is there already."""
    newest: dict[str, TraitsSeen] = {}
    for one in seen:
        if one.order_id not in newest or one.age > newest[one.order_id].age:
            newest[one.order_id] = one
    if newest:
        columns = {name: [getattr(one, name) for one in newest.values()] for name in _COLUMNS}
        session.execute(_TELL, {"shop_id": shop_id} | columns)


def forget_givers(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """No deleted customer is a giver in these orders."""
    session.execute(_FORGET_GIVERS, {"shop_id": shop_id, "order_ids": list(order_ids)})


def mark_lines(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """The lines of these orders say what their orders' traits say of them."""
    session.execute(_MARK_LINES, {"shop_id": shop_id, "order_ids": list(order_ids)})


def shown(session: Session, shop_id: int, order_ids: Collection[str]) -> dict[str, tuple[Any, ...]]:
    """Return what of the traits is read by others, by order: compare it to know whether any changed."""
    rows = session.execute(_SHOWN, {"shop_id": shop_id, "order_ids": list(order_ids)})
    return {row.order_id: tuple(row) for row in rows}


_COLUMNS = ("order_id", "updated_at", "seen_at", "address_hash", "payment_hash", "lists")
