"""Money as the API shows it: a decimal string beside its currency, never a float."""

from decimal import ROUND_HALF_UP, Decimal
from typing import overload

from saleor_influence_app.queries.api_model import ApiModel


class Money(ApiModel):
    """An amount of a currency, rounded to two places."""

    amount: str
    currency: str

    def __str__(self) -> str:
        return f"{Decimal(self.amount):,} {self.currency}"


@overload
def amount(number: Decimal, currency: str) -> Money: ...
@overload
def amount(number: Decimal | None, currency: str) -> Money | None: ...
def amount(number: Decimal | None, currency: str) -> Money | None:
    """Return the number as an amount, rounded as PostgreSQL does; nothing stays nothing."""
    if number is None:
        return None
    return Money(amount=str(number.quantize(Decimal("0.01"), ROUND_HALF_UP)), currency=currency)
