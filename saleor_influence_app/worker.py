"""What `celery --app saleor_influence_app.worker` runs: every task, and the clock for forgotten rows."""

from typing import Any

from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, task_postrun, task_prerun, worker_init

from saleor_influence_app import broker, correlation, log, settings, tasks
from saleor_influence_app.broker import app

__all__ = ["app", "tasks"]
logger = log.get(__name__)


@setup_logging.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _log_as_the_web_does(**_: Any) -> None:
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)


@worker_init.connect  # type: ignore[untyped-decorator] # the same
def _load_what_runs_need(**_: Any) -> None:
    """Import the analytical libraries before the pool forks: its processes share them, and no run waits."""
    from saleor_influence_app.pipeline import scores, trial_books

    logger.info("worker.loaded", modules=[scores.__name__, trial_books.__name__])


@task_prerun.connect  # type: ignore[untyped-decorator] # the same
def _bind(task: Any, task_id: str, **_: Any) -> None:
    correlation.resume(task.request.get(broker.CORRELATION) or (), task=task.name, task_id=task_id)


@task_postrun.connect  # type: ignore[untyped-decorator] # the same
def _unbind(**_: Any) -> None:
    correlation.resume()


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
