"""What an order benefited from: what was taken off, how it was delivered and which gift cards paid.

The selection is that of `subscriptions/fragments/order_fields.graphql` and, from Saleor 3.23 on, of
`order_gift_cards.graphql`. An order's total is no help: what gift cards paid is not in it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Self

from webhooks.fields import Amount, Id
from webhooks.nodes import Payload, inner, rows

MAX_ROWS: Final = 1_000
MAX_USES: Final = 10_000
TOLD_BY: Final = frozenset({"discounts", "shippingPrice", "undiscountedShippingPrice", "deliveryMethod"})
"""A body without all of these is of a subscription from before we asked: it tells nothing, not "none"."""
NOTHING: Final = Decimal(0)


class GiftCardUse(Payload):
    """A gift card that paid for the order. `paid` is None where Saleor does not say how much."""

    id: Id
    paid: Amount | None


class Benefits(Payload):
    """All of it, of one order. `discount` is what all discounts took off goods and shipping, with tax.

    Where a shop's prices are without tax, the tax on what was taken off shipping is not in it.
    `voucher_discount` is the part of the order's voucher, in prices as the shop enters them.
    `delivery_method` is None where it is collected, and where the method was deleted since.
    `list_prices` and `line_discounts` are of whole lines, by their id, with tax.
    """

    discount: Amount
    voucher_discount: Amount
    delivery_method: Id | None
    shipping_gross: Amount
    gift_cards: tuple[GiftCardUse, ...]
    list_prices: dict[Id, Amount]
    line_discounts: dict[Id, Amount]

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self | None:
        """The benefits in an order's GraphQL object, None if it tells of none; raises PayloadInvalid."""
        if not node.keys() >= TOLD_BY:
            return None
        told = _Amounts.of(node)
        return cls.build(
            discount=told.taken_off(),
            voucher_discount=sum(told.vouchers, NOTHING),
            delivery_method=inner(node, "deliveryMethod", "id"),
            shipping_gross=told.shipping,
            gift_cards=_gift_cards(node),
            list_prices={line: full for line, full, _ in told.priced(node)},
            line_discounts={line: full - price for line, full, price in told.priced(node) if full > price},
        )


class _Amounts(Payload):
    lines: tuple[Amount, ...]
    undiscounted_lines: tuple[Amount, ...]
    shipping: Amount
    undiscounted_shipping: Amount
    vouchers: tuple[Amount, ...]

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self:
        lines = node["lines"]
        return cls.build(
            lines=[inner(line, "totalPrice", "gross", "amount") for line in lines],
            undiscounted_lines=[inner(line, "undiscountedTotalPrice", "gross", "amount") for line in lines],
            shipping=inner(node, "shippingPrice", "gross", "amount"),
            undiscounted_shipping=inner(node, "undiscountedShippingPrice", "amount"),
            vouchers=[amount for one in (node, *lines) for amount in _of_vouchers(one)],
        )

    def taken_off(self) -> Decimal:
        # One by one, since orders from before Saleor kept undiscounted prices have zero for them.
        pairs = [*zip(self.undiscounted_lines, self.lines, strict=True)]
        pairs.append((self.undiscounted_shipping, self.shipping))
        return sum((max(full - price, NOTHING) for full, price in pairs), NOTHING)

    def priced(self, node: Mapping[str, Any]) -> Iterator[tuple[object, Decimal, Decimal]]:
        """The lines of which Saleor tells the list price, each with that and with what it cost."""
        for line, full, price in zip(node["lines"], self.undiscounted_lines, self.lines, strict=True):
            if full > 0:
                yield inner(line, "id"), full, price


def _of_vouchers(node: Mapping[str, Any]) -> Iterator[object]:
    """Saleor tells a voucher's part at the order or at its lines, never at both."""
    if node.get("discounts") is not None:
        for discount in rows(node, "discounts", at_most=MAX_ROWS):
            if inner(discount, "type") == "VOUCHER":
                yield inner(discount, "total", "amount")


def _gift_cards(node: Mapping[str, Any]) -> list[GiftCardUse]:
    cards = rows(node, "giftCards", at_most=MAX_ROWS)
    uses = [GiftCardUse.build(id=inner(card, "id"), paid=_paid(card, node.get("id"))) for card in cards]
    return sorted({use.id: use for use in uses}.values(), key=lambda use: use.id)


def _paid(card: Mapping[str, Any], order_id: object) -> Decimal | None:
    """What left the card by its uses in this order; it tells of those in other orders too."""
    if inner(card, "events") is None:
        return None
    balances = [
        _Balance.of(event)
        for event in rows(card, "events", at_most=MAX_USES)
        if inner(event, "orderId") == order_id and inner(event, "balance", "oldCurrentBalance") is not None
    ]
    if not balances:
        return None
    return sum((max(balance.before - balance.after, NOTHING) for balance in balances), NOTHING)


class _Balance(Payload):
    before: Amount
    after: Amount

    @classmethod
    def of(cls, event: object) -> Self:
        balance = inner(event, "balance")
        return cls.build(
            before=inner(balance, "oldCurrentBalance", "amount"),
            after=inner(balance, "currentBalance", "amount"),
        )
