"""Orders that a shop has not had yet, with what their buyers will say when they are asked."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.world import User, Variant


@dataclass(frozen=True, slots=True)
class Answer:
    """What the buyer responds to "Who told you?": a channel, and of a friend the e-mail address."""

    channel: str
    friend: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """An order on its day. By `link`: with the code of that customer, at the checkout."""

    at: datetime
    user: User
    items: tuple[tuple[Variant, int, Decimal], ...]
    answer: Answer | None = None
    link: User | None = None
