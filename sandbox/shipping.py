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

    @property
    def amount(self) -> Decimal:
        """What it costs."""
        return self.price.amount
