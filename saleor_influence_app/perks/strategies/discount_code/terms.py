"""What a discount code takes off, where, and from what."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from saleor_influence_app import fields
from saleor_influence_app.perks.strategy import Terms

Money = Annotated[fields.Exact, Field(ge=0, max_digits=12, decimal_places=3)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{0,12}$")]
WHOLE = Decimal(100)


class ChannelTerms(Terms):
    """What the code takes off in a channel: a percentage or an amount, and from how large an order."""

    slug: fields.Id
    currency: fields.Currency
    value: Money = Decimal(0)
    min_spent: Money | None = None


class CodeTerms(Terms):
    """A percentage, an amount or free shipping; on everything, or on some goods."""

    discount: Literal["percentage", "fixed", "free_shipping"]
    channels: Annotated[list[ChannelTerms], Field(min_length=1, max_length=20)]
    categories: Annotated[list[fields.Id], Field(max_length=100)] = Field(default_factory=list)
    collections: Annotated[list[fields.Id], Field(max_length=100)] = Field(default_factory=list)
    products: Annotated[list[fields.Id], Field(max_length=100)] = Field(default_factory=list)
    prefix: Prefix = ""
    """Begins every code; what follows is random."""
    app_applies: Annotated[bool, Field(strict=True)] = False
    """Nobody is told the code: the app puts it into its owner's checkouts, and takes it off all others."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len({one.slug for one in self.channels}) < len(self.channels):
            raise ValueError("names a channel twice")
        if len({one.currency for one in self.channels}) > 1:
            raise ValueError("has channels of several currencies; make a programme for each")
        if self.discount == "free_shipping" and self.is_of_some:
            raise ValueError("frees a whole order from shipping; leave out what it is on")
        for channel in self.channels:
            if self.discount != "free_shipping" and channel.value <= 0:
                raise ValueError(f"takes nothing off in {channel.slug}")
            if self.discount == "percentage" and channel.value > WHOLE:
                raise ValueError(f"takes more than 100 % off in {channel.slug}")
        return self

    @property
    def is_of_some(self) -> bool:
        """Whether only some products count."""
        return bool(self.categories or self.collections or self.products)
