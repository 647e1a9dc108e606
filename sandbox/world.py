"""What a shop knows about people and goods. Vouchers, gift cards and orders have modules of their own."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from sandbox.orders import Order

CENT = Decimal("0.01")


class Money(NamedTuple):
    """An amount and its currency."""

    currency: str
    amount: Decimal


class TaxedMoney(NamedTuple):
    """An amount with and without tax."""

    gross: Money
    net: Money

    @property
    def currency(self) -> str:
        """The one currency of both."""
        return self.gross.currency

    @property
    def tax(self) -> Money:
        """The difference."""
        return Money(self.gross.currency, self.gross.amount - self.net.amount)


@dataclass(slots=True, eq=False)
class Channel:
    """A market: every order belongs to one and is paid in its currency."""

    graphql_type: ClassVar[str] = "Channel"
    id: str
    slug: str
    name: str
    currency_code: str
    # The share of the net price that is added as tax; prices are agreed on with tax.
    tax_rate: Decimal = Decimal(0)
    is_active: bool = True
    # Whether a checkout becomes an order before it is paid.
    allow_unpaid_orders: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    def net(self, gross: Decimal) -> Decimal:
        """The price without the tax, to the cent."""
        return (gross / (1 + self.tax_rate)).quantize(CENT, ROUND_HALF_UP) if self.tax_rate else gross


@dataclass(slots=True, eq=False)
class Category:
    """A shelf."""

    graphql_type: ClassVar[str] = "Category"
    pk: int
    id: str
    name: str
    slug: str
    parent: "Category | None" = None
    level: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Collection:
    """Products that staff have put together."""

    graphql_type: ClassVar[str] = "Collection"
    pk: int
    id: str
    name: str
    slug: str
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductListing:
    """How a product shows in a channel."""

    is_published: bool = True
    published_at: datetime | None = None
    visible_in_listings: bool = True
    # None: it cannot be bought.
    available_for_purchase_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether everybody may look at it."""
        return self.is_published and (self.published_at is None or self.published_at <= now)

    def is_for_sale(self, now: datetime) -> bool:
        """Whether it can be bought."""
        return self.available_for_purchase_at is not None and self.available_for_purchase_at <= now


@dataclass(slots=True, eq=False)
class Product:
    """Something that is sold; the sandbox gives every product one variant."""

    graphql_type: ClassVar[str] = "Product"
    pk: int
    id: str
    name: str
    slug: str
    category: Category | None
    created: datetime
    updated_at: datetime
    variants: "list[Variant]" = field(default_factory=list)
    kind: str = "NORMAL"
    collections: "list[Collection]" = field(default_factory=list)
    # By the channel's id, where somebody has said how: None, not at all.
    listings: "dict[str, ProductListing | None]" = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    def listing(self, channel: Channel) -> ProductListing | None:
        """How it shows in the channel: since it is there for everybody, until somebody says otherwise."""
        usual = ProductListing(published_at=self.created, available_for_purchase_at=self.created)
        return self.listings.get(channel.id, usual)


@dataclass(slots=True, eq=False)
class Variant:
    """The thing in the basket."""

    graphql_type: ClassVar[str] = "ProductVariant"
    id: str
    name: str
    sku: str
    product: Product
    price: Decimal
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class CustomerType:
    """A kind of customers (Saleor 3.23.26 and later): decides which attributes a customer can have."""

    graphql_type: ClassVar[str] = "CustomerType"
    pk: int
    id: str
    name: str
    slug: str
    is_default: bool = False
    attributes: "list[Attribute]" = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class AttributeValue:
    """One choice of an attribute."""

    graphql_type: ClassVar[str] = "AttributeValue"
    pk: int
    id: str
    name: str
    slug: str
    input_type: str


@dataclass(slots=True, eq=False)
class Attribute:
    """A named property that objects of one type can carry."""

    graphql_type: ClassVar[str] = "Attribute"
    pk: int
    id: str
    name: str
    slug: str
    type: str
    input_type: str
    visible_in_storefront: bool = True
    value_required: bool = False
    choices: list[AttributeValue] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class User:
    """A customer or a member of staff: Saleor keeps both in one table."""

    graphql_type: ClassVar[str] = "User"
    pk: int
    id: str
    email: str
    date_joined: datetime
    updated_at: datetime
    first_name: str = ""
    last_name: str = ""
    is_staff: bool = False
    is_active: bool = True
    is_confirmed: bool = True
    language_code: str = "EN"
    permissions: frozenset[str] = frozenset()
    password: str | None = None
    token_key: str = ""
    note: str | None = None
    last_login: datetime | None = None
    customer_type: CustomerType | None = None
    attribute_values: dict[str, list[AttributeValue]] = field(default_factory=dict)
    orders: "list[Order]" = field(default_factory=list)
    deleted: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)
