"""What staff are to do, by when, how often at most, and which product they send."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from saleor_influence_app import fields
from saleor_influence_app.perks.strategy import Terms


class Task(StrEnum):
    """What is to be done."""

    NOTE = "note"
    CALL = "call"
    PERSONAL_SHOPPER = "personal_shopper"
    PANEL = "panel"
    PRODUCT = "product"


WORDS = {
    Task.NOTE: "a thank-you note",
    Task.CALL: "a call",
    Task.PERSONAL_SHOPPER: "an appointment with a personal shopper",
    Task.PANEL: "an invitation to a panel",
    Task.PRODUCT: "a product as a gift",
}


class Gift(Terms):
    """The product that each customer is sent, as a draft order at full discount."""

    variant_id: fields.Id
    channel: fields.Id
    currency: fields.Currency
    cost: Annotated[fields.Exact, Field(ge=0, max_digits=12, decimal_places=3)] = Decimal(0)
    """What one of them costs the shop, sent: Saleor does not know it."""


class OutreachTerms(Terms):
    """A task for each customer."""

    task: Task
    brief: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), fields.OneLine] = ""
    """What to say, for whoever does it."""
    due_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 14
    most_in_90_days: Annotated[int, Field(strict=True, ge=1, le=10)] = 1
    """How often a customer is turned to in 90 days, by this and all other programmes of the kind."""
    task_cost: Annotated[fields.Exact, Field(ge=0, max_digits=12, decimal_places=3)] = Decimal(0)
    """What the time of staff for one task costs the shop, in the programme's currency."""
    gift: Gift | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.task == Task.PRODUCT) != (self.gift is not None):
            raise ValueError("names a product for the task 'product', and for no other")
        return self
