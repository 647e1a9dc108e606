"""What orders tell of who belongs together, as columns: the newest state that tells it is what stays.

A body of an older subscription tells no traits. So they have an age of their own: such a body changes the
order and leaves its traits, and in whatever sequence states come, the rows are the same.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.orders import household_hashes
from webhooks.events import OrderPayload

_SHOWN = text("""
SELECT order_id, address_hash, payment_hash, gift_givers, gift_card_lines, gift_lines
FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)
""")

# Lists travel as JSON, since an array of arrays has to be rectangular. What two states of one moment tell is
# put together, so that it does not matter whether somebody was forgotten between them.
_TELL = text("""
WITH told AS (
    SELECT t.*, (t.updated_at, t.seen_at) > (coalesce(p.traits_updated_at, '-infinity'),
        coalesce(p.traits_seen_at, '-infinity')) AS newer
    FROM unnest(
        CAST(:order_id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:seen_at AS timestamptz[]),
        CAST(:address_hash AS bytea[]), CAST(:payment_hash AS bytea[]), CAST(:lists AS jsonb[])
    ) AS t (order_id, updated_at, seen_at, address_hash, payment_hash, lists)
    JOIN orders p ON p.shop_id = :shop_id AND p.order_id = t.order_id
)
UPDATE orders o SET
    address_hash = CASE WHEN f.newer THEN f.address_hash ELSE greatest(o.address_hash, f.address_hash) END,
    payment_hash = CASE WHEN f.newer THEN f.payment_hash ELSE greatest(o.payment_hash, f.payment_hash) END,
    gift_givers = ARRAY(
        SELECT jsonb_array_elements_text(f.lists -> 0) AS id
        UNION SELECT unnest(o.gift_givers) WHERE NOT f.newer
        ORDER BY id),
    gift_card_lines = ARRAY(
        SELECT jsonb_array_elements_text(f.lists -> 1) AS id
        UNION SELECT unnest(o.gift_card_lines) WHERE NOT f.newer
        ORDER BY id),
    gift_lines = ARRAY(
        SELECT jsonb_array_elements_text(f.lists -> 2) AS id
        UNION SELECT unnest(o.gift_lines) WHERE NOT f.newer
        ORDER BY id),
    traits_updated_at = f.updated_at, traits_seen_at = f.seen_at
FROM told f
WHERE o.shop_id = :shop_id AND o.order_id = f.order_id
    AND (f.newer OR (f.updated_at, f.seen_at) = (o.traits_updated_at, o.traits_seen_at))
""")

_FORGET_GIVERS = text("""
UPDATE orders o SET gift_givers = ARRAY(
    SELECT g FROM unnest(o.gift_givers) WITH ORDINALITY AS all_of (g, place)
    WHERE g <> ALL (CAST(:ids AS text[])) ORDER BY place)
WHERE o.shop_id = :shop_id AND o.order_id = ANY (:order_ids) AND o.gift_givers && CAST(:ids AS text[])
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
    """An order's traits as one state told them, hashed; `lists`: givers, gift card lines, free gifts."""

    order_id: str
    updated_at: datetime
    seen_at: datetime
    address_hash: bytes | None
    payment_hash: bytes | None
    lists: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, order: OrderPayload, seen_at: datetime, key: bytes) -> Self | None:
        """The traits that the state tells, None if it is of a subscription that asked for none."""
        if order.traits is None:
            return None
        return cls(
            order.id,
            order.updated_at,
            seen_at,
            household_hashes.address_hash(key, order.traits.address),
            household_hashes.payment_hash(key, order.traits.card),
            (
                frozenset(order.traits.gift_givers),
                frozenset(line.id for line in order.lines if line.is_gift_card),
                frozenset(line.id for line in order.lines if line.is_gift),
            ),
        )

    def after(self, known: "TraitsSeen | None") -> "TraitsSeen":
        """The newer of the two; of one moment both, as the statement puts them together."""
        if known is None or (self.updated_at, self.seen_at) > (known.updated_at, known.seen_at):
            return self
        if (self.updated_at, self.seen_at) < (known.updated_at, known.seen_at):
            return known
        return replace(
            self,
            address_hash=max(self.address_hash or b"", known.address_hash or b"") or None,
            payment_hash=max(self.payment_hash or b"", known.payment_hash or b"") or None,
            lists=tuple(one | other for one, other in zip(self.lists, known.lists, strict=True)),
        )


def store(session: Session, shop_id: int, seen: Iterable[TraitsSeen]) -> None:
    """Store the newest traits of each order; the order's row is there already."""
    newest: dict[str, TraitsSeen] = {}
    for one in seen:
        newest[one.order_id] = one.after(newest.get(one.order_id))
    if not newest:
        return
    columns = {name: [getattr(one, name) for one in newest.values()] for name in _COLUMNS}
    lists = [json.dumps([sorted(ids) for ids in one.lists]) for one in newest.values()]
    session.execute(_TELL, {"shop_id": shop_id, "lists": lists} | columns)


def forget_givers(
    session: Session, shop_id: int, order_ids: Collection[str], *, gone: Collection[str]
) -> None:
    """Take these people, who were deleted or erased, off the givers of these orders."""
    session.execute(_FORGET_GIVERS, {"shop_id": shop_id, "order_ids": list(order_ids), "ids": list(gone)})


def mark_lines(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """The lines of these orders say what their orders' traits say of them."""
    session.execute(_MARK_LINES, {"shop_id": shop_id, "order_ids": list(order_ids)})


def shown(session: Session, shop_id: int, order_ids: Collection[str]) -> dict[str, tuple[Any, ...]]:
    """Return what of the traits is read by others, by order: compare it to know whether any changed."""
    rows = session.execute(_SHOWN, {"shop_id": shop_id, "order_ids": list(order_ids)})
    return {row.order_id: tuple(row) for row in rows}


_COLUMNS = ("order_id", "updated_at", "seen_at", "address_hash", "payment_hash")
