"""What Celery's processes tell of themselves: their ids in the log, their signs of life, their traces."""

from contextlib import ExitStack
from typing import Any

from celery.signals import (
    beat_init,
    heartbeat_sent,
    setup_logging,
    task_failure,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)
from redis import RedisError

from saleor_influence_app import broker, correlation, exporters, log, settings, telemetry

logger = log.get(__name__)
_open: dict[str, ExitStack] = {}
"""What ends with a task, by the task's id."""


@setup_logging.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _log_as_the_web_does(**_: Any) -> None:
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)


@worker_init.connect  # type: ignore[untyped-decorator] # the same
def _load_what_runs_need(**_: Any) -> None:
    """Import the analytical libraries before the pool forks: its processes share them, and no run waits."""
    from saleor_influence_app.experiments import invitations  # noqa: F401 - to have been imported


@worker_ready.connect  # type: ignore[untyped-decorator] # the same
def _note_start(sender: Any, **_: Any) -> None:
    telemetry.see(f"start:{sender.hostname}")
    try:
        with telemetry.connect() as client:
            telemetry.forget_unseen(client)
    except (RedisError, OSError) as error:
        logger.warning("telemetry.not_cleaned", error=type(error).__name__)


@heartbeat_sent.connect  # type: ignore[untyped-decorator] # the same
def _note_listening(sender: Any, **_: Any) -> None:
    """Celery's consumer says every two seconds that it is connected and its loop turns."""
    telemetry.see(f"worker:{sender.eventer.hostname}")


@beat_init.connect  # type: ignore[untyped-decorator] # the same
def _note_ticks(sender: Any, **_: Any) -> None:
    exporters.begin("beat")
    telemetry.see("start:beat")
    scheduler = sender.scheduler
    tick = scheduler.tick

    def noted_tick(*arguments: Any, **options: Any) -> Any:
        telemetry.see("beat")
        return tick(*arguments, **options)

    scheduler.tick = noted_tick  # whichever scheduler it is


@worker_process_init.connect  # type: ignore[untyped-decorator] # the same
def _begin(**_: Any) -> None:
    exporters.begin("worker")


@worker_process_shutdown.connect  # type: ignore[untyped-decorator] # the same
def _end(**_: Any) -> None:
    telemetry.OURS.write()
    exporters.end()


@task_prerun.connect  # type: ignore[untyped-decorator] # the same
def _open_task(task: Any, task_id: str, **_: Any) -> None:
    # Among the fields of the request in a worker, in a dictionary of their own where a task is called here.
    headers = task.request.headers or {}
    ids = task.request.get(broker.CORRELATION) or headers.get(broker.CORRELATION) or ()
    correlation.resume(ids, task=task.name, task_id=task_id)
    stack = _open[task_id] = ExitStack()
    stack.enter_context(exporters.span(task.name, kind="consumer"))


@task_postrun.connect  # type: ignore[untyped-decorator] # the same
def _close_task(task: Any, task_id: str, state: str | None = None, **_: Any) -> None:
    with _open.pop(task_id, ExitStack()):
        telemetry.count("influence_tasks", task.name, (state or "unknown").lower())
        where = (task.request.delivery_info or {}).get("routing_key") or task.name.partition(".")[0]
        telemetry.see(f"queue:{where}")
    correlation.resume()


@task_failure.connect  # type: ignore[untyped-decorator] # the same
def _report(sender: Any, exception: BaseException, **_: Any) -> None:
    exporters.report(exception, task=sender.name)
