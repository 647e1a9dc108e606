"""What `celery --app saleor_influence_app.worker` runs: every task, and the clock for forgotten rows."""

from typing import Any

import redis
from celery.signals import beat_init, setup_logging, task_prerun

from saleor_influence_app import broker, celery_signals, log, settings, tasks
from saleor_influence_app.broker import app

__all__ = ["app", "celery_signals", "tasks"]

logger = log.get(__name__)

EXPIRES_SECONDS = 600
"""A message of the clock that waited for longer is dropped: newer ones have come, or will."""


@setup_logging.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _log_as_the_web_does(**_: Any) -> None:
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)


@task_prerun.connect  # type: ignore[untyped-decorator] # the same
def _begin(task: Any, args: Any, kwargs: Any, **_: Any) -> None:
    """Before the work: what changes while it goes on is worth a new message."""
    try:
        broker.begin(task.name, tuple(args), kwargs)
    except redis.RedisError as error:
        logger.warning("broker.beginning_not_told", task=task.name, error=type(error).__name__)


@beat_init.connect  # type: ignore[untyped-decorator] # the same
def _look_at_once(**_: Any) -> None:
    """After a start, what is due is found now and not an interval later."""
    for name in ("history.sweep", "runs.sweep"):
        broker.send(name)


def schedule() -> dict[str, dict[str, Any]]:
    """Return beat's entries. Each looks for rows whose time has come: one that was missed costs nothing."""
    seconds = {
        "facts.sweep": 60.0,
        "history.sweep": 20.0,
        "runs.sweep": 5.0,
        "runs.trials": 300.0,
        "outbox.sweep": 15.0,
        "social.sweep": 60.0,
        "social.prune": 3600.0,
    }
    options = {"expires": EXPIRES_SECONDS}
    return {name: {"task": name, "schedule": every, "options": options} for name, every in seconds.items()}


@app.on_after_configure.connect  # type: ignore[untyped-decorator] # the same
def _wind_the_clock(sender: Any, **_: Any) -> None:
    sender.conf.beat_schedule = schedule()
