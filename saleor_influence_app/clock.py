"""What `celery --app saleor_influence_app.clock beat` runs: the clock for forgotten rows, and no task.

What tasks import stays out of its memory.
"""

from typing import Any

from saleor_influence_app import celery_signals
from saleor_influence_app.broker import app

__all__ = ["app", "celery_signals"]

EXPIRES_SECONDS = 600
"""A message of the clock that waited for longer is dropped: newer ones have come, or will."""


def schedule() -> dict[str, dict[str, Any]]:
    """Return beat's entries. Each looks for rows whose time has come: one that was missed costs nothing."""
    seconds = {
        "facts.sweep": 60.0,
        "history.sweep": 20.0,
        "runs.sweep": 5.0,
        "runs.trials": 300.0,
        "facts.perks": 30.0,
        "runs.perks": 3600.0,
        "facts.leaks": 21_600.0,
        "facts.exports": 60.0,
        "outbox.sweep": 15.0,
        "social.sweep": 60.0,
        "social.prune": 3600.0,
    }
    return {
        name: {"task": name, "schedule": every, "options": {"expires": max(every, EXPIRES_SECONDS)}}
        for name, every in seconds.items()
    }


@app.on_after_configure.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _wind_the_clock(sender: Any, **_: Any) -> None:
    sender.conf.beat_schedule = schedule()
