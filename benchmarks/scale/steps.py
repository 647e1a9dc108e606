"""Seconds by step, and the most memory that a process ever held."""

import resource
import time
from dataclasses import dataclass, field


@dataclass
class Steps:
    """Seconds of the clock and of this process' processors by step, from one call to the next.

    `peak` is the most memory the process had held by the end of each step.
    """

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)
    name: str = ""
    since: tuple[float, float] = (0.0, 0.0)

    def __call__(self, name: str) -> None:
        """The step before ends and this one begins."""
        now = clock()
        if self.name:
            wall, used = self.seconds.get(self.name, (0.0, 0.0))
            self.seconds[self.name] = (wall + now[0] - self.since[0], used + now[1] - self.since[1])
            self.peak[self.name] = peak_gigabytes()
        self.name, self.since = name, now

    def total(self, *names: str) -> tuple[float, float]:
        """Seconds of these steps, or of all."""
        kept = [self.seconds[name] for name in names or self.seconds]
        return sum(wall for wall, _ in kept), sum(used for _, used in kept)


def clock() -> tuple[float, float]:
    """The time of day and of the processors."""
    return time.perf_counter(), time.process_time()


def peak_gigabytes() -> float:
    """Most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
