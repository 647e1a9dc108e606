"""The watchdog of a worker or beat: ends a process that no longer does its work although Redis answers.

Celery's consumer dies of errors that it does not know (Redis out of memory, read-only, without replicas),
and its process then stays until the last task ends; a connection may also be lost without an error. So a
thread looks every two seconds, with a connection of its own, whether Redis takes a write and whether the
process has moved since. When Redis did and the process did not, ten times in a row, the process ends with
status 70, and `serve` (or the container's restart policy) starts it again.
"""

import os
import socket
import threading
import time
from collections.abc import Callable

from saleor_influence_app import broker, log, processes

logger = log.get(__name__)

LOOK_SECONDS = 2.0
MOST_LOOKS = 10
"""Counted, not timed: a machine that slept has not looked meanwhile."""
PUT_DOWN_SECONDS = 3.0
"""For the pool's processes to put down what they hold."""
KEPT_SECONDS = 30
"""How long Redis says of a process that it lives, after it said so last."""
STATUS = 70

IsStuck = Callable[[], bool]
"""Whether the process has done nothing since the last call although there was something to do."""


def watch(role: str, is_stuck: IsStuck) -> None:
    """Watch this process from now on, in a thread."""
    threading.Thread(target=_watch, args=(role, is_stuck), name="watchdog", daemon=True).start()


def await_redis(role: str) -> None:
    """Return when Redis takes writes: a worker that starts before would end at once, again and again."""
    looks = 0
    while True:
        try:
            _say_alive(role)
        except Exception as error:  # noqa: BLE001 - kombu, redis and the socket each have their own
            if looks % MOST_LOOKS == 0:
                logger.warning("watchdog.waiting_for_redis", role=role, error=type(error).__name__)
            looks += 1
            time.sleep(LOOK_SECONDS)
        else:
            return


def _watch(role: str, is_stuck: IsStuck) -> None:
    looks = 0
    while looks < MOST_LOOKS:
        time.sleep(LOOK_SECONDS)
        if processes.stop_is_asked():  # whoever asked ends it in time
            return
        looks = looks + 1 if _is_stuck_alone(role, is_stuck) else 0
    logger.error("watchdog.stuck", role=role, seconds=LOOK_SECONDS * MOST_LOOKS)
    processes.ask_to_stop()
    time.sleep(PUT_DOWN_SECONDS)
    os._exit(STATUS)


def _is_stuck_alone(role: str, is_stuck: IsStuck) -> bool:
    """Return whether the process is stuck while Redis takes writes."""
    try:
        _say_alive(role)
        return is_stuck()
    except Exception as error:  # noqa: BLE001 - kombu, redis and the socket each have their own
        logger.debug("watchdog.redis_down", error=type(error).__name__)
        return False


def _say_alive(role: str) -> None:
    broker.note(f"influence:alive:{role}:{socket.gethostname()}:{os.getpid()}", seconds=KEPT_SECONDS)
