"""What an order tells of who belongs together: where it went, by which card and whose gift cards it was paid.

The selection is that of `subscriptions/fragments/order_fields.graphql` and, from Saleor 3.22 on, of
`order_transactions.graphql`. Addresses and cards are kept out of every repr; nothing here is stored in clear.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field

from webhooks.fields import Id, SmallNumber, Words
from webhooks.nodes import Payload, inner, rows

MAX_ROWS: Final = 1_000
TOLD_BY: Final = frozenset({"shippingAddress", "giftCards", "payments"})
"""A body without all of these is of a subscription from before we asked: it tells nothing, not "none"."""


class Address(Payload):
    """A shipping address, as far as a household is told by it."""

    street_1: Words | None = Field(repr=False)
    street_2: Words | None = Field(repr=False)
    postal_code: Words | None = Field(repr=False)
    city: Words | None = Field(repr=False)
    country: Words | None = Field(repr=False)


class Card(Payload):
    """A payment card as providers show it; any part may be missing."""

    brand: Words | None = Field(repr=False)
    first_digits: Words | None = Field(repr=False)
    last_digits: Words | None = Field(repr=False)
    month: SmallNumber | None = Field(repr=False)
    year: SmallNumber | None = Field(repr=False)

    @property
    def is_told(self) -> bool:
        """Whether the parts are there without which it could be anybody's."""
        return bool(self.last_digits and self.month and self.year)


class Traits(Payload):
    """All of it, of one order. `gift_givers`: accounts but the buyer's that bought gift cards used in it."""

    address: Address | None = Field(repr=False)
    card: Card | None = Field(repr=False)
    gift_givers: Annotated[tuple[Id, ...], AfterValidator(lambda ids: tuple(sorted(set(ids))))]

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self | None:
        """The traits in an order's GraphQL object, None if it tells of none; raises PayloadInvalid."""
        if not node.keys() >= TOLD_BY:
            return None
        buyer = inner(node, "user", "id")
        givers = [inner(card, "createdBy", "id") for card in rows(node, "giftCards", at_most=MAX_ROWS)]
        return cls.build(
            address=_address(node),
            card=_card(node),
            gift_givers=[giver for giver in givers if giver not in (None, buyer)],
        )


def _address(node: Mapping[str, Any]) -> Address | None:
    address = node["shippingAddress"]
    # Who collects has the shop's own address in the order, like everybody else who collects there.
    if address is None or node.get("collectionPointName"):
        return None
    return Address.build(
        street_1=inner(address, "streetAddress1"),
        street_2=inner(address, "streetAddress2"),
        postal_code=inner(address, "postalCode"),
        city=inner(address, "city"),
        country=inner(address, "country", "code"),
    )


def _card(node: Mapping[str, Any]) -> Card | None:
    """The card of the last payment that tells one; transactions first, then payments of the older kind."""
    payments = rows(node, "payments", at_most=MAX_ROWS)
    active_last = sorted(payments, key=lambda payment: inner(payment, "isActive") is True)
    found = [inner(payment, "creditCard") for payment in active_last]
    if node.get("transactions") is not None:  # Saleor 3.21 has none that tell a card
        paid = rows(node, "transactions", at_most=MAX_ROWS)
        found += [inner(transaction, "paymentMethodDetails") for transaction in paid]
    cards = [_one_card(card) for card in found if card]
    return next((card for card in reversed(cards) if card.is_told), None)


def _one_card(card: object) -> Card:
    return Card.build(
        brand=inner(card, "brand"),
        first_digits=inner(card, "firstDigits"),
        last_digits=inner(card, "lastDigits"),
        month=inner(card, "expMonth"),
        year=inner(card, "expYear"),
    )
