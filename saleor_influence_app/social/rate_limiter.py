"""Rate limits that all workers share through Redis: token buckets, and pauses after failures."""

import random
from dataclasses import dataclass
from datetime import timedelta

import redis

from saleor_influence_app.backoff import Backoff
from saleor_influence_app.social.rate_limit_headers import LONGEST_SECONDS

BACKOFF = Backoff(timedelta(seconds=2), timedelta(hours=1))
"""A network that is down for a day is asked once an hour, and its return is noticed within one."""
FORGET_SECONDS = 86_400

_NOW = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
"""

# The bucket is a level and when it was right. KEYS: bucket, not before. ARGV: tokens a second, burst.
_TAKE = (
    _NOW
    + """
local held = tonumber(redis.call('GET', KEYS[2]) or '0')
if held > now then return string.format('%.6f', held - now) end
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = tonumber(bucket[1] or burst)
local at = tonumber(bucket[2] or now)
level = math.min(burst, level + math.max(0, now - at) * rate)
local wait = 0
if level >= 1 then level = level - 1 else wait = (1 - level) / rate end
redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return string.format('%.6f', wait)
"""
)

# KEYS: not before. ARGV: seconds. The later of two holds counts.
_HOLD = (
    _NOW
    + """
local held = now + tonumber(ARGV[1])
if held > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.6f', held), 'EX', math.ceil(tonumber(ARGV[1])) + 1)
end
return 1
"""
)

# KEYS: not before, failures. ARGV: first, longest, forget, jitter. Failures seen while held count once:
# all workers meet the same outage at the same moment.
_FAIL = (
    _NOW
    + """
local held = tonumber(redis.call('GET', KEYS[1]) or '0')
if held > now then return string.format('%.6f', held - now) end
local count = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], tonumber(ARGV[3]))
local doubled = tonumber(ARGV[1]) * 2 ^ math.min(count - 1, 30)
local seconds = math.min(tonumber(ARGV[2]), doubled) * tonumber(ARGV[4])
redis.call('SET', KEYS[1], string.format('%.6f', now + seconds), 'EX', math.ceil(seconds) + 1)
return string.format('%.6f', seconds)
"""
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """What has a rate limit of its own: a network at one address, as one app, sometimes one endpoint."""

    key: str
    per_second: float
    burst: int
    longest: float = LONGEST_SECONDS
    """Seconds for which its responses may close it at most: fewer where anybody can run the server."""


class RateLimiter:
    """The state of all buckets. Every method raises redis.RedisError when Redis cannot be reached."""

    def __init__(self, server: "redis.Redis", *, prefix: str = "social-pace") -> None:
        self._prefix = prefix
        self._acquire = server.register_script(_TAKE)
        self._hold = server.register_script(_HOLD)
        self._fail = server.register_script(_FAIL)
        self._server = server

    def acquire(self, bucket: Bucket) -> float:
        """Count a request and return 0 if it may be sent now; else return the seconds until one may."""
        keys = [self._key(bucket, "bucket"), self._key(bucket, "held")]
        return float(self._acquire(keys=keys, args=[bucket.per_second, bucket.burst]))

    def hold(self, bucket: Bucket, seconds: float) -> float:
        """Close the bucket for some seconds, at most its `longest`; return them. A longer pause stays."""
        held = min(max(seconds, 0.0), bucket.longest)
        if held > 0:
            self._hold(keys=[self._key(bucket, "held")], args=[held])
        return held

    def back_off(self, bucket: Bucket) -> float:
        """Close the bucket, twice as long after each failure in a row; return for how many seconds."""
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads workers, hides nothing
        arguments = [BACKOFF.first.total_seconds(), BACKOFF.longest.total_seconds(), FORGET_SECONDS, jitter]
        keys = [self._key(bucket, "held"), self._key(bucket, "failures")]
        return float(self._fail(keys=keys, args=arguments))

    def reset(self, bucket: Bucket) -> None:
        """Forget the failures in a row."""
        self._server.delete(self._key(bucket, "failures"))

    def _key(self, bucket: Bucket, what: str) -> str:
        # The braces keep the keys of one bucket in one slot of a cluster: the scripts use two at once.
        return f"{self._prefix}:{{{bucket.key}}}:{what}"
