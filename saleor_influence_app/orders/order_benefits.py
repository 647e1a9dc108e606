"""What orders tell of discounts, delivery and gift cards, as columns: the newest state that tells it stays.

They have an age of their own, as `order_traits` have, since bodies of older subscriptions tell none of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Self

from sqlalchemy import text
from sqlalchemy.orm import Session

from webhooks.events import Benefits, OrderPayload

# What two states of one moment tell is put together, so that their sequence does not matter.
_TELL = text("""
WITH told AS (
    SELECT t.*, (t.updated_at, t.seen_at) > (coalesce(p.benefits_updated_at, '-infinity'),
        coalesce(p.benefits_seen_at, '-infinity')) AS newer
    FROM unnest(
        CAST(:order_id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:seen_at AS timestamptz[]),
        CAST(:discount AS numeric[]), CAST(:voucher_discount AS numeric[]), CAST(:delivery_method AS text[]),
        CAST(:shipping_gross AS numeric[]), CAST(:gift_cards AS jsonb[])
    ) AS t (order_id, updated_at, seen_at, discount, voucher_discount, delivery_method, shipping_gross,
            gift_cards)
    JOIN orders p ON p.shop_id = :shop_id AND p.order_id = t.order_id
)
UPDATE orders o SET
    discount = CASE WHEN f.newer THEN f.discount ELSE greatest(o.discount, f.discount) END,
    voucher_discount = CASE WHEN f.newer THEN f.voucher_discount
        ELSE greatest(o.voucher_discount, f.voucher_discount) END,
    delivery_method = CASE WHEN f.newer THEN f.delivery_method
        ELSE greatest(o.delivery_method COLLATE "C", f.delivery_method COLLATE "C") END,
    shipping_gross = CASE WHEN f.newer THEN f.shipping_gross
        ELSE greatest(o.shipping_gross, f.shipping_gross) END,
    gift_cards = CASE WHEN f.newer THEN f.gift_cards ELSE (
        SELECT coalesce(jsonb_object_agg(id, paid), '{}') FROM (
            SELECT id, max(CAST(amount #>> '{}' AS numeric)) AS paid FROM (
                SELECT * FROM jsonb_each(o.gift_cards) UNION ALL SELECT * FROM jsonb_each(f.gift_cards)
            ) AS each_of (id, amount) GROUP BY id
        ) AS greatest_of) END,
    benefits_updated_at = f.updated_at, benefits_seen_at = f.seen_at
FROM told f
WHERE o.shop_id = :shop_id AND o.order_id = f.order_id
    AND (f.newer OR (f.updated_at, f.seen_at) = (o.benefits_updated_at, o.benefits_seen_at))
""")


@dataclass(frozen=True, slots=True)
class BenefitsSeen:
    """An order's benefits as one state told them; `gift_cards`: what each paid, None where it is not told."""

    order_id: str
    updated_at: datetime
    seen_at: datetime
    discount: Decimal
    voucher_discount: Decimal
    delivery_method: str | None
    shipping_gross: Decimal
    gift_cards: dict[str, Decimal | None]

    @classmethod
    def of(cls, order: OrderPayload, seen_at: datetime) -> Self | None:
        """The benefits that the state tells, None if it is of a subscription that asked for none."""
        told: Benefits | None = order.benefits
        if told is None:
            return None
        return cls(
            order.id,
            order.updated_at,
            seen_at,
            told.discount,
            told.voucher_discount,
            told.delivery_method,
            told.shipping_gross,
            {use.id: use.paid for use in told.gift_cards},
        )

    def after(self, known: "BenefitsSeen | None") -> "BenefitsSeen":
        """The newer of the two; of one moment both, as the statement puts them together."""
        if known is None or (self.updated_at, self.seen_at) > (known.updated_at, known.seen_at):
            return self
        if (self.updated_at, self.seen_at) < (known.updated_at, known.seen_at):
            return known
        cards = self.gift_cards.keys() | known.gift_cards.keys()
        return replace(
            self,
            discount=max(self.discount, known.discount),
            voucher_discount=max(self.voucher_discount, known.voucher_discount),
            delivery_method=max(self.delivery_method or "", known.delivery_method or "") or None,
            shipping_gross=max(self.shipping_gross, known.shipping_gross),
            gift_cards={
                card: _greatest(self.gift_cards.get(card), known.gift_cards.get(card)) for card in cards
            },
        )


def store(session: Session, shop_id: int, seen: Iterable[BenefitsSeen]) -> None:
    """Store the newest benefits of each order; the order's row is there already."""
    newest: dict[str, BenefitsSeen] = {}
    for one in seen:
        newest[one.order_id] = one.after(newest.get(one.order_id))
    if not newest:
        return
    columns = {name: [getattr(one, name) for one in newest.values()] for name in _COLUMNS}
    session.execute(
        _TELL, {"shop_id": shop_id, "gift_cards": [_json(one) for one in newest.values()]} | columns
    )


def _json(seen: BenefitsSeen) -> str:
    """The gift cards with exact amounts, which Python's own writer of JSON would take for binary ones."""
    pairs = (
        f"{json.dumps(card)}: {'null' if paid is None else f'{paid:f}'}"
        for card, paid in sorted(seen.gift_cards.items())
    )
    return f"{{{', '.join(pairs)}}}"


def _greatest(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((paid for paid in (one, other) if paid is not None), default=None)


_COLUMNS = (
    "order_id",
    "updated_at",
    "seen_at",
    "discount",
    "voucher_discount",
    "delivery_method",
    "shipping_gross",
)
