"""Refused sessions by address, counted for all processes together, so that nobody tries tokens at leisure."""

import hashlib
import ipaddress
from functools import lru_cache

import redis

from saleor_influence_app import log, settings
from saleor_influence_app.errors import ServiceUnavailable

logger = log.get(__name__)

MOST = 30
WINDOW_SECONDS = 60
ONE_NETWORK = 64
"""Bits of an IPv6 address that a provider gives to one household: it may change all others at will."""


@lru_cache(maxsize=1)
def _server() -> "redis.Redis":
    url = settings.get().redis_url.get_secret_value().replace("redis+socket://", "unix://")
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def failed(address: str) -> None:
    """One more session of this address was refused."""
    name = _name(address)
    try:
        # `EXPIRE … NX` would say the same, but needs Redis 7; the oldest that we support is 6.2.
        with _server().pipeline(transaction=True) as pipe:
            pipe.set(name, 0, ex=WINDOW_SECONDS, nx=True)
            pipe.incr(name)
            pipe.execute()
    except redis.RedisError as error:
        logger.warning("attempts.not_counted", error=type(error).__name__)


def exhausted(address: str) -> bool:
    """Say whether too many were refused within the last minute; without Redis nobody is kept out."""
    try:
        return int(_server().get(_name(address)) or 0) >= MOST
    except (redis.RedisError, ValueError) as error:
        logger.warning("attempts.not_read", error=type(error).__name__)
        return False


def spend(what: str, whose: str, *, most: int, seconds: int) -> bool:
    """Count one more of `what` for somebody, and say whether that is within the limit.

    Raises ServiceUnavailable without Redis: what is limited here, such as mail, must not be without limit.
    """
    name = f"limit:{what}:{hashlib.sha256(whose.encode()).hexdigest()[:24]}"
    try:
        with _server().pipeline(transaction=True) as pipe:
            pipe.set(name, 0, ex=seconds, nx=True)
            pipe.incr(name)
            _, count = pipe.execute()
    except redis.RedisError as error:
        logger.warning("attempts.not_counted", error=type(error).__name__)
        raise ServiceUnavailable("This does not work at the moment. Please try again in a minute.") from None
    return int(count) <= most


def _name(address: str) -> str:
    # An address is personal data: its hash is gone within a minute, too.
    return f"shopper-attempts:{hashlib.sha256(whose_address(address).encode()).hexdigest()[:24]}"


def whose_address(address: str) -> str:
    """Return what stands for one person: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a Unix socket has none
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found.packed, ONE_NETWORK), strict=False))
