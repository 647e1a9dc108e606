"""How long what failed waits before it is tried again: doubling from a first wait to a longest one."""

from dataclasses import dataclass
from datetime import timedelta

MOST_DOUBLINGS = 20
"""More would be longer than any longest wait, and one day than a timedelta."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """The first wait, and the one that no later one exceeds."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """Return the wait after so many failures before this one."""
        return min(self.first * int(2 ** min(failures, MOST_DOUBLINGS)), self.longest)
