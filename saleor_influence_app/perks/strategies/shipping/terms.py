"""A shipping method that only members see: its name, its price in each channel, what it costs the shop."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from saleor_influence_app import fields
from saleor_influence_app.perks.strategy import Terms

Money = Annotated[fields.Exact, Field(ge=0, max_digits=12, decimal_places=3)]
Days = Annotated[int, Field(strict=True, ge=0, le=365)]


class ShippingChannel(Terms):
    """What the customer pays for it in a channel."""

    slug: fields.Id
    currency: fields.Currency
    price: Money = Decimal(0)


class ShippingTerms(Terms):
    """The method as the customer sees it."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), fields.OneLine
    ]
    channels: Annotated[list[ShippingChannel], Field(min_length=1, max_length=20)]
    cost: Money
    """What a shipment costs the shop beyond what the customer pays: Saleor does not know it."""
    min_days: Days | None = None
    max_days: Days | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len({one.slug for one in self.channels}) < len(self.channels):
            raise ValueError("names a channel twice")
        if len({one.currency for one in self.channels}) > 1:
            raise ValueError("has channels of several currencies; make a programme for each")
        if self.min_days is not None and self.max_days is not None and self.min_days > self.max_days:
            raise ValueError("takes at least longer than at most")
        return self
