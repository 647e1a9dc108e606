"""Where customers have things sent, and what they pay with."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple


class Country(NamedTuple):
    """A country as Saleor shows it."""

    code: str
    country: str


GERMANY = Country("DE", "Germany")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as somebody wrote it."""

    graphql_type: ClassVar[str] = "Address"
    id: str
    street_address1: str
    street_address2: str
    postal_code: str
    city: str
    country: Country = GERMANY
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    country_area: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card as payment providers show it; `name` is what Saleor calls the way to pay."""

    graphql_type: ClassVar[str] = "CardPaymentMethodDetails"
    brand: str
    first_digits: str
    last_digits: str
    exp_month: int
    exp_year: int
    name: str = "Card"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of the older kind."""

    graphql_type: ClassVar[str] = "Payment"
    id: str
    credit_card: Card
    is_active: bool = True
