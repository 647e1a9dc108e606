"""What is on a gift card, and for how long."""

from typing import Annotated

from pydantic import Field

from saleor_influence_app import fields
from saleor_influence_app.perks.strategy import Terms


class GiftCardTerms(Terms):
    """The balance of each card; without days it does not expire."""

    amount: Annotated[fields.Exact, Field(gt=0, max_digits=12, decimal_places=3)]
    currency: fields.Currency
    valid_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    """From the day on which it is given."""
