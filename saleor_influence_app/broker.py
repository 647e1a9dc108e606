"""Celery on Redis: messages that wake workers. PostgreSQL holds the truth; a lost message costs a minute.

A message only says "look at shop 7". One that waits already says it for all who would say it again, so a
queue holds at most one message per task and arguments, however long no worker takes any.
"""

import base64
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import redis
from celery import Celery
from celery.signals import before_task_publish
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis
from kombu.utils.json import dumps

from saleor_influence_app import correlation, settings

# Messages are numbered as they are put, and workers begin them in that order. One that is older than the
# newest begun, and was not begun itself, was lost: it is put anew. So is what should wait in an empty queue.
_PUT = """
local queue, waiting, name, message = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
if redis.call('LLEN', queue) == 0 then
  redis.call('DEL', waiting)
end
local number = tonumber(redis.call('HGET', waiting, name) or '0')
if number > tonumber(redis.call('HGET', waiting, 'begun') or '0') then
  return 0
end
redis.call('HSET', waiting, name, redis.call('HINCRBY', waiting, 'newest', 1))
redis.call('LPUSH', queue, message)
return 1
"""
_BEGIN = """
local waiting, name = KEYS[1], ARGV[1]
local number = tonumber(redis.call('HGET', waiting, name) or '0')
redis.call('HDEL', waiting, name)
if number > tonumber(redis.call('HGET', waiting, 'begun') or '0') then
  redis.call('HSET', waiting, 'begun', number)
end
"""


class Channel(kombu_redis.Channel):
    """A channel that puts no message twice into a queue."""

    def _put(self, queue: str, message: Mapping[str, Any], **kwargs: Any) -> None:
        task = message.get("headers", {}).get("task")
        if task is None or "_publish_batch" in kwargs:  # an answer to `inspect`, for one
            super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call] # kombu is untyped
            return
        arguments, named, _ = json.loads(base64.b64decode(message["body"]))
        with self.conn_or_acquire() as client:
            text = dumps(message)  # type: ignore[no-untyped-call] # the same
            client.eval(_PUT, 2, queue, waiting_in(queue), _name(task, arguments, named), text)


class Transport(kombu_redis.Transport):
    """Celery's Redis transport with our channel."""

    Channel = Channel


TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), f"{__name__}:Transport")


CORRELATION = "influence_correlation_ids"
"""A message's header: the ids of what led to it."""


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
    return {"queue": queue_of(name)}


def queue_of(task: str) -> str:
    """Return the queue of a task; sweeps only look into the database, and wait behind nobody's server."""
    return "facts" if task.endswith(".sweep") else task.partition(".")[0]


app = Celery("influence")
app.add_defaults(_configuration)


@before_task_publish.connect  # type: ignore[untyped-decorator] # Celery publishes no types
def _tell_what_led_to_it(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and (ids := correlation.current()):
        headers[CORRELATION] = ids


def send(task: str, *arguments: int | str) -> None:
    """Put a message for `task` in its queue, if none waits; raises kombu's OperationalError without Redis."""
    app.send_task(task, args=arguments)


def begin(task: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    """A worker begins the task: who sends the same from now on means something newer.

    Raises redis.RedisError when Redis is away.
    """
    _server().eval(_BEGIN, 1, waiting_in(queue_of(task)), _name(task, arguments, named))


def waiting_in(queue: str) -> str:
    """Return the name of the hash that tells which messages wait in a queue."""
    return f"{queue}.waiting"


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


def _name(task: str, arguments: object, named: object) -> str:
    return json.dumps([task, arguments, named])


@lru_cache(maxsize=1)
def _server() -> "redis.Redis":
    url = settings.get().redis_url.get_secret_value().replace("redis+socket://", "unix://")
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
