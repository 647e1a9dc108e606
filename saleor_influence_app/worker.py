"""What `celery --app saleor_influence_app.worker` runs: every task."""

import os
from typing import Any

import redis
from celery import bootsteps
from celery.signals import (
    task_postrun,
    task_prerun,
    task_received,
    worker_init,
    worker_process_init,
    worker_shutting_down,
)
from celery.worker import state

from saleor_influence_app import broker, celery_signals, log, processes, tasks, watchdog
from saleor_influence_app.broker import app

__all__ = ["app", "celery_signals", "tasks"]

logger = log.get(__name__)


@task_prerun.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _begin(task: Any, args: Any, kwargs: Any, **_: Any) -> None:
    """Before the work: what changes while it goes on is worth a new message."""
    try:
        broker.begin(task.name, tuple(args), kwargs)
    except redis.RedisError as error:
        logger.warning("broker.beginning_not_told", task=task.name, error=type(error).__name__)


@task_postrun.connect  # type: ignore[untyped-decorator] # the same
def _give_back_memory(task: Any, **_: Any) -> None:
    if task.name == "runs.execute":  # no other takes gigabytes
        processes.give_back_memory()


_main = os.getpid()
"""The process that consumes; its pool's are forked from it."""


@worker_init.connect  # type: ignore[untyped-decorator] # the same
def _await_redis(**_: Any) -> None:
    watchdog.await_redis("worker")


@worker_process_init.connect  # type: ignore[untyped-decorator] # the same
def _end_with_the_consumer(**_: Any) -> None:
    processes.end_with_parent(_main)


@worker_shutting_down.connect  # type: ignore[untyped-decorator] # the same
def _have_tasks_put_down(**_: Any) -> None:
    processes.ask_to_stop()


class Consuming(bootsteps.StartStopStep):  # type: ignore[misc] # the same
    """Has the watchdog end this worker when it no longer takes messages."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **given: Any) -> None:
        super().__init__(consumer, **given)
        self._ticks = self._received = 0
        self._seen = (0, 0)

    def start(self, consumer: Any) -> None:
        """Begin to count; called again whenever the consumer has connected anew."""
        consumer.hub.timer.call_repeatedly(watchdog.LOOK_SECONDS / 2, self._tick)
        if consumer.restart_count == 0:
            task_received.connect(self._receive, weak=False)
            watchdog.watch("worker", lambda: self._is_stuck(consumer))

    def _tick(self) -> None:
        self._ticks += 1

    def _receive(self, **_: Any) -> None:
        self._received += 1

    def _is_stuck(self, consumer: Any) -> bool:
        """Return whether the loop stands still, or messages wait and none is taken although one could be."""
        seen, self._seen = self._seen, (self._ticks, self._received)
        if self._ticks == seen[0]:
            return True
        if self._received != seen[1] or len(state.reserved_requests) >= consumer.pool.num_processes:
            return False
        return broker.waiting(consumer.app.amqp.queues.consume_from) > 0


app.steps["consumer"].add(Consuming)
