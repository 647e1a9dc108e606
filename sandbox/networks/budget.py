"""A rate limit as the networks have it: so many requests in a window, told in headers."""

import time
from dataclasses import dataclass


@dataclass
class Budget:
    """What is left of the present window."""

    limit: int = 300
    window: float = 300.0
    used: int = 0
    began: float = 0.0

    def spend(self) -> bool:
        """Whether one more request is within the limit; it is counted."""
        if time.time() >= self.began + self.window:
            self.began, self.used = time.time(), 0
        self.used += 1
        return self.used <= self.limit

    @property
    def remaining(self) -> int:
        """Requests that are left."""
        return max(0, self.limit - self.used)

    @property
    def reset(self) -> float:
        """The moment at which the window ends, in Unix time."""
        return self.began + self.window
