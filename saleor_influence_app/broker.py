"""Celery on Redis: the bell that wakes workers. PostgreSQL holds the truth; a lost message costs a minute."""

from collections.abc import Collection
from typing import Any

from celery import Celery

from saleor_influence_app import settings

QUEUES = ("facts", "history", "runs", "outbox", "social")
"""A task's name begins with its queue: `facts.project` runs in `facts`."""


def _configuration() -> dict[str, Any]:
    url = settings.get().redis_url.get_secret_value()
    return {
        "broker_url": url.replace("unix://", "redis+socket://"),
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_routes": (_route,),
        "task_default_queue": "facts",
        "timezone": "UTC",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # Redis refuses (out of memory, read-only, without replicas): the consumer connects anew and goes on.
        "broker_channel_error_retry": True,
        # A web request must not hang on a dead broker: the row is committed, beat will find it.
        "broker_transport_options": {
            "visibility_timeout": 3600,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "max_retries": 1,
        },
        "task_publish_retry": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }


def _route(name: str, *_: object, **__: object) -> dict[str, str]:
    return {"queue": name.partition(".")[0]}


app = Celery("influence")
app.add_defaults(_configuration)


def send(task: str, *arguments: int | str, countdown: float | None = None) -> None:
    """Put a message for `task` in its queue; raises kombu's OperationalError when Redis is away."""
    app.send_task(task, args=arguments, countdown=countdown)


def ping() -> None:
    """Return if Redis answers within a few seconds; raises kombu's or Redis' error if not."""
    with app.connection_for_write() as connection:
        connection.default_channel.client.ping()


def note(key: str, *, seconds: int) -> None:
    """Have Redis keep the key for so many seconds: a write, as messages are; raises as `ping` does."""
    with app.connection_for_write() as connection:
        connection.default_channel.client.set(key, "1", ex=seconds)


def waiting(queues: Collection[str]) -> int:
    """Return how many messages wait in these queues; raises as `ping` does."""
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        return sum(int(client.llen(queue)) for queue in queues)
