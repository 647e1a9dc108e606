"""What orders tell of discounts, delivery and gift cards, as columns: the newest state that tells it stays.

They have an age of their own, as `order_traits` have, since bodies of older subscriptions tell none of it.
"""
# ruff: noqa: S608 - statements are put together from our own words

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Self

from sqlalchemy import text
from sqlalchemy.orm import Session

from webhooks.events import Benefits, OrderPayload


def _merged(name: str) -> str:
    """Return the SQL of amounts by id: those of the newer state, of one moment the greatest of each."""
    return f"""CASE WHEN f.newer THEN f.{name} ELSE (
        SELECT coalesce(jsonb_object_agg(id, paid), '{{}}') FROM (
            SELECT id, max(CAST(amount #>> '{{}}' AS numeric)) AS paid FROM (
                SELECT * FROM jsonb_each(o.{name}) UNION ALL SELECT * FROM jsonb_each(f.{name})
            ) AS each_of (id, amount) GROUP BY id
        ) AS greatest_of) END"""


# What two states of one moment tell is put together, so that their sequence does not matter.
_TELL = text(f"""
WITH told AS (
    SELECT t.*, (t.updated_at, t.seen_at) > (coalesce(p.benefits_updated_at, '-infinity'),
        coalesce(p.benefits_seen_at, '-infinity')) AS newer
    FROM unnest(
        CAST(:order_id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:seen_at AS timestamptz[]),
        CAST(:discount AS numeric[]), CAST(:voucher_discount AS numeric[]), CAST(:delivery_method AS text[]),
        CAST(:shipping_gross AS numeric[]), CAST(:gift_cards AS jsonb[]),
        CAST(:list_prices AS jsonb[]), CAST(:line_discounts AS jsonb[])
    ) AS t (order_id, updated_at, seen_at, discount, voucher_discount, delivery_method, shipping_gross,
            gift_cards, list_prices, line_discounts)
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
    gift_cards = {_merged("gift_cards")},
    list_prices = {_merged("list_prices")},
    line_discounts = {_merged("line_discounts")},
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
    list_prices: dict[str, Decimal | None]
    line_discounts: dict[str, Decimal | None]

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
            dict(told.list_prices),
            dict(told.line_discounts),
        )

    def after(self, known: "BenefitsSeen | None") -> "BenefitsSeen":
        """The newer of the two; of one moment both, as the statement puts them together."""
        if known is None or (self.updated_at, self.seen_at) > (known.updated_at, known.seen_at):
            return self
        if (self.updated_at, self.seen_at) < (known.updated_at, known.seen_at):
            return known
        return replace(
            self,
            discount=max(self.discount, known.discount),
            voucher_discount=max(self.voucher_discount, known.voucher_discount),
            delivery_method=max(self.delivery_method or "", known.delivery_method or "") or None,
            shipping_gross=max(self.shipping_gross, known.shipping_gross),
            gift_cards=_greatest_of(self.gift_cards, known.gift_cards),
            list_prices=_greatest_of(self.list_prices, known.list_prices),
            line_discounts=_greatest_of(self.line_discounts, known.line_discounts),
        )


def store(session: Session, shop_id: int, seen: Iterable[BenefitsSeen]) -> None:
    """Store the newest benefits of each order; the order's row is there already."""
    newest: dict[str, BenefitsSeen] = {}
    for one in seen:
        newest[one.order_id] = one.after(newest.get(one.order_id))
    if not newest:
        return
    columns = {name: [getattr(one, name) for one in newest.values()] for name in _COLUMNS}
    maps = {name: [_json(getattr(one, name)) for one in newest.values()] for name in _BY_ID}
    session.execute(_TELL, {"shop_id": shop_id} | maps | columns)


def _json(amounts: dict[str, Decimal | None]) -> str:
    """The amounts, exact: Python's own writer of JSON would take them for binary ones."""
    pairs = (
        f"{json.dumps(name)}: {'null' if paid is None else f'{paid:f}'}"
        for name, paid in sorted(amounts.items())
    )
    return f"{{{', '.join(pairs)}}}"


def _greatest_of(
    one: dict[str, Decimal | None], other: dict[str, Decimal | None]
) -> dict[str, Decimal | None]:
    return {name: _greatest(one.get(name), other.get(name)) for name in one.keys() | other.keys()}


def _greatest(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((paid for paid in (one, other) if paid is not None), default=None)


_BY_ID = ("gift_cards", "list_prices", "line_discounts")
"""Amounts by id."""
_COLUMNS = (
    "order_id",
    "updated_at",
    "seen_at",
    "discount",
    "voucher_discount",
    "delivery_method",
    "shipping_gross",
)
