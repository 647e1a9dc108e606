"""Ways to have things sent: the shop's own, and those that apps offer."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import ClassVar

from sandbox.world import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethod:
    """A way to have something sent, with its price in one currency."""

    graphql_type: ClassVar[str] = "ShippingMethod"
    id: str
    name: str
    price: Money
    maximum_delivery_days: int | None = None
    minimum_delivery_days: int | None = None
    description: object = None
    active: bool = True
    message: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    def switched(self, *, active: bool, message: str | None = None) -> "ShippingMethod":
        """The same method, to be used or not."""
        return replace(self, active=active, message=self.message if message is None else message)


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """A way that the shop itself offers, at the same figure in every currency."""

    id: str
    name: str
    amount: Decimal
    days: int

    def in_currency(self, currency: str) -> ShippingMethod:
        """The method as a checkout in this currency has it."""
        return ShippingMethod(
            id=self.id,
            name=self.name,
            price=Money(currency, self.amount),
            maximum_delivery_days=self.days,
            minimum_delivery_days=1,
        )
