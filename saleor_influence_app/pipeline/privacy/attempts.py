"""Refused sessions by address, counted for all processes together, so that nobody tries tokens at leisure."""

import hashlib
from functools import lru_cache

import redis

from saleor_influence_app import log, settings

logger = log.get(__name__)

MOST = 30
WINDOW_SECONDS = 60


@lru_cache(maxsize=1)
def _server() -> "redis.Redis":
    url = settings.get().redis_url.get_secret_value().replace("redis+socket://", "unix://")
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def failed(address: str) -> None:
    """One more session of this address was refused."""
    name = _name(address)
    try:
        with _server().pipeline() as pipe:
            pipe.incr(name)
            pipe.expire(name, WINDOW_SECONDS, nx=True)
            pipe.execute()
    except redis.RedisError as error:
        logger.warning("attempts.not_counted", error=type(error).__name__)


def exhausted(address: str) -> bool:
    """Say whether too many were refused within the last minute; without Redis nobody is kept out."""
    try:
        return int(_server().get(_name(address)) or 0) >= MOST
    except redis.RedisError:
        return False


def _name(address: str) -> str:
    # An address is personal data: its hash is gone within a minute, too.
    return f"shopper-attempts:{hashlib.sha256(address.encode()).hexdigest()[:24]}"
