"""What became of gift cards."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sandbox.apps import App
from sandbox.world import Money, User


@dataclass(frozen=True, slots=True)
class GiftCardBalance:
    """What was on a gift card before and after, and what it was worth at first."""

    graphql_type: ClassVar[str] = "GiftCardEventBalance"
    old_current_balance: Money
    current_balance: Money
    old_initial_balance: Money | None = None
    initial_balance: Money | None = None


@dataclass(frozen=True, slots=True)
class GiftCardEvent:
    """A use of a gift card, a change of its balance, or a note, by somebody or by an app."""

    graphql_type: ClassVar[str] = "GiftCardEvent"
    id: str
    date: datetime
    type: str
    order_id: str | None = None
    balance: GiftCardBalance | None = None
    message: str | None = None
    user: User | None = None
    app: App | None = None
