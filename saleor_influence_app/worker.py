"""What `celery --app saleor_influence_app.worker` runs: every task, and the clock for forgotten rows."""

from typing import Any

from celery.schedules import crontab
from celery.signals import beat_init, setup_logging

from saleor_influence_app import broker, celery_signals, log, settings, tasks
from saleor_influence_app.broker import app

__all__ = ["app", "celery_signals", "tasks"]


@setup_logging.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _log_as_the_web_does(**_: Any) -> None:
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)


@beat_init.connect  # type: ignore[untyped-decorator] # the same
def _look_at_once(**_: Any) -> None:
    """After a start, what was missed is read now and not an interval later."""
    broker.send("history.reconcile_all")


def schedule() -> dict[str, dict[str, Any]]:
    """Return beat's entries: sweeps by state every minute or so, full passes at night (UTC)."""
    reconcile = settings.get().reconcile_minutes * 60
    return {
        "facts.sweep": {"task": "facts.sweep", "schedule": 60.0},
        "history.sweep": {"task": "history.sweep", "schedule": 60.0},
        "history.reconcile_all": {"task": "history.reconcile_all", "schedule": reconcile},
        "history.compare_all": {"task": "history.compare_all", "schedule": crontab(hour="2", minute="10")},
        "runs.sweep": {"task": "runs.sweep", "schedule": 20.0},
        "runs.trials": {"task": "runs.trials", "schedule": 300.0},
        "runs.nightly": {"task": "runs.nightly", "schedule": crontab(hour="3", minute="20")},
        "outbox.sweep": {"task": "outbox.sweep", "schedule": 60.0},
        "social.sweep": {"task": "social.sweep", "schedule": 60.0},
        "social.prune": {"task": "social.prune", "schedule": crontab(hour="4", minute="40")},
    }


@app.on_after_configure.connect  # type: ignore[untyped-decorator] # the same
def _wind_the_clock(sender: Any, **_: Any) -> None:
    sender.conf.beat_schedule = schedule()
