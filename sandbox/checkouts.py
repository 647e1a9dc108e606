"""What lies in an open checkout: lines, codes and cards, addresses, and the ways to have it sent."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sandbox.gift_cards import GiftCard
from sandbox.homes import Address
from sandbox.orders import ZERO, Transaction
from sandbox.shipping import ShippingMethod
from sandbox.vouchers import Priced
from sandbox.world import Channel, Money, User, Variant


@dataclass(slots=True, eq=False)
class CheckoutLine:
    """One row of a checkout; `price_override` is what an app has set instead of the usual price."""

    graphql_type: ClassVar[str] = "CheckoutLine"
    id: str
    checkout: "Checkout"
    variant: Variant
    quantity: int
    price_override: Decimal | None = None
    is_gift: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def priced(self) -> Priced:
        """Its price before any discount."""
        unit = self.variant.price if self.price_override is None else self.price_override
        return Priced(self.variant, self.quantity, unit)


@dataclass(slots=True, eq=False)
class Delivery:
    """A way to have this checkout sent, as it was when Saleor asked for it last."""

    graphql_type: ClassVar[str] = "Delivery"
    id: str
    method: ShippingMethod
    # Whether it is still among the ways that there are.
    is_valid: bool = True

    @property
    def shipping_method(self) -> ShippingMethod:
        """The method, which cannot be used when the delivery is not valid any more."""
        return self.method.switched(active=self.method.active and self.is_valid)


@dataclass(slots=True, eq=False)
class Checkout:
    """A basket on its way to an order. Who knows its id may change it, as in Saleor."""

    graphql_type: ClassVar[str] = "Checkout"
    pk: int
    token: str
    id: str
    created: datetime
    updated_at: datetime
    channel: Channel
    user: User | None = None
    own_email: str | None = None
    lines: list[CheckoutLine] = field(default_factory=list)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    voucher_code: str | None = None
    language_code: str = "EN"
    discount_name: str | None = None
    discount_amount: Decimal = ZERO
    gift_cards: list[GiftCard] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    delivery: Delivery | None = None
    # Until when the deliveries need not be asked for again.
    deliveries_fresh_until: datetime | None = None
    transactions: list[Transaction] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The currency of its channel."""
        return self.channel.currency_code

    @property
    def email(self) -> str | None:
        """The address of its customer, or the one that a guest has given."""
        return self.user.email if self.user is not None else self.own_email

    @property
    def discount(self) -> Money:
        """What the code takes off, as it was when it was added."""
        return Money(self.currency, self.discount_amount)

    @property
    def quantity(self) -> int:
        """How many pieces are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def charged(self) -> Decimal:
        """What was paid for it already."""
        return sum((one.charged for one in self.transactions), ZERO)

    @property
    def authorized(self) -> Decimal:
        """What gift cards will pay when it is an order."""
        return sum((one.authorized for one in self.transactions), ZERO)
