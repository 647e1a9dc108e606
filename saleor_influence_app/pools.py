"""Which queues there are, and which worker serves them; `serve` reads this without the broker's libraries."""

from dataclasses import dataclass
from typing import Literal

QUEUES = ("facts", "history", "runs", "outbox", "social")
"""A task's name begins with its queue: `facts.project` runs in `facts`. Sweeps run in `facts` too."""


@dataclass(frozen=True)
class Pool:
    """One worker process and its queues: what waits in other pools' queues cannot delay it."""

    queues: tuple[str, ...]
    kind: Literal["threads", "prefork"]
    slots: int


POOLS = {
    "facts": Pool(("facts",), "threads", 4),
    # Threads wait for strangers' servers at little cost. Nothing in `facts` or `runs` asks any.
    "calls": Pool(("history", "outbox", "social"), "threads", 16),
    "runs": Pool(("runs",), "prefork", 2),
}
