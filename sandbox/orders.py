"""What a shop sold: orders, their lines and the money that came and went."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sandbox.gift_cards import GiftCard
from sandbox.homes import Address, Card, Payment
from sandbox.identifiers import global_id
from sandbox.vouchers import Voucher
from sandbox.world import Channel, Money, TaxedMoney, User, Variant

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """What a code took off an order: Saleor shows it as an amount, whatever the voucher says."""

    graphql_type: ClassVar[str] = "OrderDiscount"
    id: str
    name: str | None
    total: Money
    type: str = "VOUCHER"
    value_type: str = "FIXED"
    reason: str | None = None
    percent: Decimal | None = None

    @property
    def amount(self) -> Money:
        """The same by its older name."""
        return self.total

    @property
    def value(self) -> Decimal:
        """The percentage, where it is one; else the amount alone."""
        return self.total.amount if self.percent is None else self.percent


@dataclass(frozen=True, slots=True)
class OrderLineDiscount(OrderDiscount):
    """What a promotion took off a line."""

    graphql_type: ClassVar[str] = "OrderLineDiscount"


@dataclass(slots=True, eq=False)
class OrderLine:
    """One row of an order; prices are those agreed on, after the discount of a code."""

    graphql_type: ClassVar[str] = "OrderLine"
    id: str
    variant: Variant | None
    product_name: str
    quantity: int
    currency: str
    unit_gross: Decimal
    unit_net: Decimal
    undiscounted_unit_gross: Decimal
    voucher_code: str | None = None
    is_gift: bool = False
    # Of all of them, where rounding makes it another sum than that of the units.
    whole: TaxedMoney | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def unit_price(self) -> TaxedMoney:
        """The price of one."""
        return TaxedMoney(Money(self.currency, self.unit_gross), Money(self.currency, self.unit_net))

    @property
    def total_price(self) -> TaxedMoney:
        """The price of all of them."""
        if self.whole is not None:
            return self.whole
        quantity = self.quantity
        return TaxedMoney(
            Money(self.currency, self.unit_gross * quantity), Money(self.currency, self.unit_net * quantity)
        )

    @property
    def undiscounted_unit_price(self) -> TaxedMoney:
        """The price of one without the code; the sandbox taxes nothing here."""
        money = Money(self.currency, self.undiscounted_unit_gross)
        return TaxedMoney(money, money)

    @property
    def undiscounted_total_price(self) -> TaxedMoney:
        """The price of all of them without the code."""
        money = Money(self.currency, self.undiscounted_unit_gross * self.quantity)
        return TaxedMoney(money, money)

    @property
    def taken_off(self) -> Decimal:
        """What discounts took off all of them."""
        return self.undiscounted_total_price.gross.amount - self.total_price.gross.amount

    @property
    def discounts(self) -> list[OrderLineDiscount]:
        """A free gift's promotion; a code's discount is told at the order."""
        if not self.is_gift:
            return []
        total = Money(self.currency, self.taken_off)
        return [OrderLineDiscount(self.id, None, total, "ORDER_PROMOTION")]


@dataclass(slots=True, eq=False)
class TransactionEvent:
    """Something that a payment provider reported."""

    graphql_type: ClassVar[str] = "TransactionEvent"
    id: str
    created_at: datetime
    psp_reference: str
    amount: Money
    type: str


@dataclass(slots=True, eq=False)
class Transaction:
    """A payment and what became of it."""

    graphql_type: ClassVar[str] = "TransactionItem"
    id: str
    token: str
    # None as long as it is a payment for a checkout.
    order: "Order | None"
    created_at: datetime
    modified_at: datetime
    name: str = ""
    message: str = ""
    psp_reference: str = ""
    external_url: str = ""
    actions: list[str] = field(default_factory=list)
    charged: Decimal = ZERO
    refunded: Decimal = ZERO
    authorized: Decimal = ZERO
    gift_card: GiftCard | None = None
    payment_method_details: Card | None = None
    events: list[TransactionEvent] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Something that happened to an order; `user`: by whom, where it was a person."""

    graphql_type: ClassVar[str] = "OrderEvent"
    date: datetime
    type: str
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """What was sent together."""

    graphql_type: ClassVar[str] = "Fulfillment"
    created: datetime
    status: str = "FULFILLED"
    warehouse: Any = None


@dataclass(frozen=True, slots=True)
class Shipping:
    """How an order is sent, what that costs, and what it would cost without a code."""

    method_name: str
    price: TaxedMoney
    undiscounted: Money
    method: Any = None


@dataclass(slots=True, eq=False)
class Order:
    """An order. `charged` is net of refunds, as Saleor's totalCharged is; the total never changes."""

    graphql_type: ClassVar[str] = "Order"
    pk: int
    id: str
    created: datetime
    updated_at: datetime
    channel: Channel
    user_email: str
    lines: list[OrderLine]
    total_gross: Decimal
    total_net: Decimal
    status: str = "UNFULFILLED"
    user: User | None = None
    voucher: Voucher | None = None
    voucher_code: str | None = None
    charged: Decimal = ZERO
    refunded: Decimal = ZERO
    origin: str = "CHECKOUT"
    external_reference: str | None = None
    transactions: list[Transaction] = field(default_factory=list)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping: Shipping | None = None
    checkout_discounts: list[OrderDiscount] = field(default_factory=list)
    collection_point_name: str | None = None
    card: Card | None = None
    gift_cards: list[GiftCard] = field(default_factory=list)
    events: list[OrderEvent] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    granted_refunds: list[Any] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def payments(self) -> list[Payment]:
        """What was paid by card before there were transactions."""
        if self.card is None or self.transactions:
            return []
        return [Payment(global_id("Payment", self.pk), self.card)]

    @property
    def number(self) -> str:
        """The number a person sees."""
        return str(self.pk)

    @property
    def currency(self) -> str:
        """The currency of the channel."""
        return self.channel.currency_code

    def money(self, amount: Decimal) -> Money:
        """The amount in the currency of this order."""
        return Money(self.channel.currency_code, amount)

    @property
    def total(self) -> TaxedMoney:
        """What the customer agreed to pay."""
        currency = self.channel.currency_code
        return TaxedMoney(Money(currency, self.total_gross), Money(currency, self.total_net))

    @property
    def undiscounted_total(self) -> TaxedMoney:
        """What it would have been without the code."""
        lines = sum((x.undiscounted_unit_gross * x.quantity for x in self.lines), ZERO)
        gross = self.money(lines + (self.shipping.undiscounted.amount if self.shipping else ZERO))
        return TaxedMoney(gross, gross)

    @property
    def subtotal(self) -> TaxedMoney:
        """All lines, without the way."""
        totals = [line.total_price for line in self.lines]
        return TaxedMoney(
            self.money(sum((total.gross.amount for total in totals), ZERO)),
            self.money(sum((total.net.amount for total in totals), ZERO)),
        )

    @property
    def shipping_price(self) -> TaxedMoney:
        """What the way costs."""
        nothing = self.money(ZERO)
        return self.shipping.price if self.shipping else TaxedMoney(nothing, nothing)

    @property
    def undiscounted_shipping_price(self) -> Money:
        """What the way would cost without a code."""
        return self.shipping.undiscounted if self.shipping else self.money(ZERO)

    @property
    def delivery_method(self) -> Any:
        """The way, by its id and name."""
        return self.shipping.method if self.shipping else None

    @property
    def discounts(self) -> list[OrderDiscount]:
        """What its code took off: as the checkout said, or of orders that had none the sum of the lines."""
        lines = sum((line.taken_off for line in self.lines if not line.is_gift), ZERO)
        if self.checkout_discounts or self.voucher_code is None or lines <= 0:
            return self.checkout_discounts
        return [OrderDiscount(global_id("OrderDiscount", self.pk), None, self.money(lines))]

    @property
    def shipping_method_name(self) -> str | None:
        """The name of the way."""
        return self.shipping.method_name if self.shipping else None

    @property
    def charge_status(self) -> str:
        """How much of the total has been paid and not been given back."""
        if self.charged <= 0:
            # Saleor does not look at it again when a draft becomes an order.
            return "FULL" if self.total_gross <= 0 and self.origin != "DRAFT" else "NONE"
        if self.charged < self.total_gross:
            return "PARTIAL"
        return "FULL" if self.charged == self.total_gross else "OVERCHARGED"

    @property
    def authorize_status(self) -> str:
        """The same with authorisations, which the sandbox only makes by charging."""
        status = self.charge_status
        return "FULL" if status == "OVERCHARGED" else status

    @property
    def payment_status(self) -> str:
        """The older word for the charge status."""
        words = {"NONE": "NOT_CHARGED", "PARTIAL": "PARTIALLY_CHARGED"}
        return words.get(self.charge_status, "FULLY_CHARGED")
