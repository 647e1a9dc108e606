"""When gift cards were used."""

from dataclasses import dataclass
from typing import ClassVar

from sandbox.world import Money


@dataclass(frozen=True, slots=True)
class GiftCardBalance:
    """What was on a gift card before and after a use."""

    graphql_type: ClassVar[str] = "GiftCardEventBalance"
    old_current_balance: Money
    current_balance: Money


@dataclass(frozen=True, slots=True)
class GiftCardEvent:
    """A use of a gift card."""

    graphql_type: ClassVar[str] = "GiftCardEvent"
    id: str
    order_id: str
    balance: GiftCardBalance
    type: str = "USED_IN_ORDER"
