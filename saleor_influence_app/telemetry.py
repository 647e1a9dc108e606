"""What processes tell of themselves: counters, and when each was last seen at work, kept in Redis.

All processes add to the same two hashes, so that whichever web process is asked for `/metrics` answers for
all of them, on every machine. A thread writes every two seconds: nobody waits for Redis, and a kill loses two
seconds of counts. Redis forgets them when it is flushed, which to Prometheus is a counter that began anew.
"""

import atexit
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from saleor_influence_app import settings
from saleor_influence_app.errors import SettingInvalid

COUNTERS = "influence:counters"
SIGNS = "influence:last-seen"
WRITE_SECONDS = 2.0
FORGET_SECONDS = 86_400.0
"""A worker that has not been seen for a day is not expected any more."""
MOST_WAITING = 10_000
"""Different counters held while Redis is away; others are dropped then."""

Key = tuple[str, ...]
"""A counter's name and its labels, in their order."""


def connect() -> "redis.Redis":
    """Return a client that gives up soon."""
    url = settings.get().redis_url.get_secret_value().replace("redis+socket://", "unix://")
    return redis.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0, decode_responses=True)


@dataclass(slots=True)
class Telemetry:
    """Holds what was counted and seen in this process until its thread has written it."""

    connect: Callable[[], "redis.Redis"] = connect
    clock: Callable[[], float] = time.time
    _counts: Counter[Key] = field(default_factory=Counter)
    _seen: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def count(self, name: str, *labels: str, by: float = 1.0) -> None:
        """Add to a counter."""
        key = (name, *labels)
        with self._lock:
            if key in self._counts or len(self._counts) < MOST_WAITING:
                self._counts[key] += by  # type: ignore[assignment] # a Counter adds floats as well
            self._start()

    def see(self, who: str) -> None:
        """Note that `who` is at work now."""
        with self._lock:
            self._seen[who] = self.clock()
            self._start()

    def write(self) -> bool:
        """Write what waits; False when Redis did not take it, and it goes on waiting."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            seen, self._seen = self._seen, {}
        if not counts and not seen:
            return True
        try:
            with self.connect() as client, client.pipeline(transaction=True) as pipe:
                for key, value in counts.items():
                    pipe.hincrbyfloat(COUNTERS, json.dumps(key), value)
                if seen:
                    pipe.hset(SIGNS, mapping={who: f"{moment:.3f}" for who, moment in seen.items()})
                pipe.execute()
        except (redis.RedisError, OSError, SettingInvalid):  # whoever needs Redis for work says so
            with self._lock:
                self._counts.update(counts)
                self._seen = seen | self._seen
            return False
        return True

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(WRITE_SECONDS):
            self.write()

    def begin_anew(self) -> None:
        """Forget what the parent of a forked process counts: it writes that itself."""
        self._lock, self._thread = threading.Lock(), None
        self._counts, self._seen = Counter(), {}


@dataclass(frozen=True)
class Readings:
    """What Redis holds: counters by name and labels, and when each process was last seen (Unix time)."""

    counts: dict[Key, float]
    seen: dict[str, float]
    waiting: dict[str, int]
    """Messages by queue."""
    unacknowledged: int


def read(client: "redis.Redis", queues: tuple[str, ...]) -> Readings:
    """Return all of it by one round trip."""
    with client.pipeline(transaction=False) as pipe:
        pipe.hgetall(COUNTERS)
        pipe.hgetall(SIGNS)
        pipe.hlen("unacked")
        for queue in queues:
            pipe.llen(queue)
        counts, seen, unacknowledged, *lengths = pipe.execute()
    oldest = time.time() - FORGET_SECONDS
    return Readings(
        {tuple(json.loads(key)): float(value) for key, value in counts.items()},
        {who: float(moment) for who, moment in seen.items() if float(moment) > oldest},
        dict(zip(queues, lengths, strict=True)),
        int(unacknowledged),
    )


def forget_unseen(client: "redis.Redis") -> None:
    """Delete signs of processes that have been gone for a day: each container has a name of its own."""
    oldest = time.time() - FORGET_SECONDS
    gone = [who for who, moment in client.hgetall(SIGNS).items() if float(moment) <= oldest]
    if gone:
        client.hdel(SIGNS, *gone)


OURS = Telemetry()
"""This process's."""
count = OURS.count
see = OURS.see
os.register_at_fork(after_in_child=OURS.begin_anew)
atexit.register(OURS.write)
