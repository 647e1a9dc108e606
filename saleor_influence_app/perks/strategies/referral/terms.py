"""What friends get with a code, and what who sent it to them gets for their orders."""

from typing import Annotated, Literal

from pydantic import Field

from saleor_influence_app import fields
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms
from saleor_influence_app.perks.strategies.gift_card.terms import GiftCardTerms

MOST_RETURN_DAYS = 60
"""Uses are booked for longer than that after a programme's end."""


class ReferralTerms(CodeTerms):
    """The friends' discount, and the sender's gift card once the return period is over."""

    reward: Annotated[fields.Exact, Field(gt=0, max_digits=12, decimal_places=3)]
    reward_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    """For how many days the card is valid; without them it does not expire."""
    return_days: Annotated[int, Field(strict=True, ge=1, le=MOST_RETURN_DAYS)] = 30
    """From the friend's order until the sender is rewarded."""

    app_applies: Literal[False] = False
    """A code is there to be passed on."""

    @property
    def card(self) -> GiftCardTerms:
        """The sender's gift card, in the channels' currency."""
        currency = self.channels[0].currency
        return GiftCardTerms(amount=self.reward, currency=currency, valid_days=self.reward_days)
