"""Gift cards: money on a code, sometimes for one customer alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sandbox.apps import App
from sandbox.benefits import GiftCardEvent
from sandbox.world import Money, Product, User


@dataclass(frozen=True, slots=True)
class GiftCardTag:
    """A word on gift cards, in small letters."""

    graphql_type: ClassVar[str] = "GiftCardTag"
    id: str
    name: str


@dataclass(slots=True, eq=False)
class GiftCard:
    """Money on a card; who bought it, or issued it as a member of staff."""

    graphql_type: ClassVar[str] = "GiftCard"
    id: str
    created: datetime
    created_by: User | None
    code: str
    currency: str
    initial: Decimal
    current: Decimal
    is_active: bool = True
    expiry_date: date | None = None
    created_by_email: str | None = None
    app: App | None = None
    assigned_to: User | None = None
    # Kept when the customer goes: nobody can use the card from then on.
    assigned_to_email: str | None = None
    used_by: User | None = None
    used_by_email: str | None = None
    last_used_on: datetime | None = None
    product: Product | None = None
    events: list[GiftCardEvent] = field(default_factory=list)
    tags: list[GiftCardTag] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def display_code(self) -> str:
        """The last four characters of the code, for everybody to see."""
        return self.code[-4:]

    @property
    def last4_code_chars(self) -> str:
        """The same by its newer name."""
        return self.display_code

    @property
    def initial_balance(self) -> Money:
        """What was on it at first, or when it was topped up."""
        return Money(self.currency, self.initial)

    @property
    def current_balance(self) -> Money:
        """What is left on it."""
        return Money(self.currency, self.current)

    def is_usable_by(self, customer: User | None) -> bool:
        """Whether the customer, or a guest, may use it: a card of somebody who is gone is nobody's."""
        if self.assigned_to is None:
            return self.assigned_to_email is None
        return self.assigned_to is customer

    def is_valid(self, today: date) -> bool:
        """Whether it is active and not over."""
        return self.is_active and (self.expiry_date is None or self.expiry_date >= today)
