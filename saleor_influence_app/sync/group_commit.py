"""Group commit: deliveries of many requests are stored with one commit, and one task is queued for all.

A commit costs more than everything else in a request, and holds as many rows as one likes: whoever comes
while one is under way waits for the next, together with the others.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from saleor_influence_app import broker, correlation, db, log
from webhooks.router import Delivery

logger = log.get(__name__)

BATCH = 200
PAUSE_SECONDS = 0.1
"""Between two tasks of the projection: what comes meanwhile is projected together."""

# Sorted, so that two processes that store the same deliveries wait for each other instead of deadlocking.
# %b: in PostgreSQL's binary format, since bodies as escaped text cost twice as much.
_INSERT = """
INSERT INTO messages (shop_id, slug, body_hash, body, correlation_id)
SELECT * FROM unnest(%(shop_id)b::integer[], %(slug)b::text[], %(body_hash)b::bytea[], %(body)b::bytea[],
        %(correlation_id)b::uuid[])
    AS f (shop_id, slug, body_hash, body, correlation_id)
ORDER BY shop_id, body_hash
ON CONFLICT (shop_id, body_hash) DO NOTHING
"""


# The lock that the foreign key takes anyway.
_UNLOCKED = text("SELECT id FROM shops WHERE id = ANY (:shops) ORDER BY id FOR KEY SHARE SKIP LOCKED")
_THERE = text("SELECT id FROM shops WHERE id = ANY (:shops)")


class ShopLocked(Exception):
    """Nothing can be stored for the shop at the moment; a later delivery may find it gone or back."""


@dataclass(slots=True, eq=False)
class _Waiting:
    delivery: Delivery
    correlation_id: str | None = field(default_factory=lambda: next(iter(correlation.current()), None))
    ready: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    error: BaseException | None = None
    stored: bool = False


class GroupCommit:
    """Stores deliveries for any number of threads; `notify(shop_id)` is called after their commit."""

    def __init__(self, transaction: db.Transaction, *, notify: Callable[[int], None]) -> None:
        self._transaction = transaction
        self._notify = notify
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._led = False

    def accept(self, delivery: Delivery) -> None:
        """Commit the delivery as a message, unless the same bytes were before; raises if that fails."""
        mine = _Waiting(delivery)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads:
            mine.ready.wait()
        if mine.leads:
            self._lead(mine)
        if not mine.stored:
            raise mine.error or RuntimeError("the delivery was not stored")
        logger.info("delivery.stored", shop_id=delivery.shop_id, slug=delivery.slug)

    def _lead(self, leader: _Waiting) -> None:
        """Store what waits, the leader's own among it; then the next who waits leads, if anybody does."""
        with self._lock:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        try:
            self._store(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
                if following is not None:
                    following.leads = True
            for one in batch:
                if one is not leader:
                    one.ready.set()
            if following is not None:
                following.ready.set()

    def _store(self, batch: Sequence[_Waiting]) -> None:
        try:
            locked = self._insert(batch)
        except Exception as error:  # noqa: BLE001 - each caller gets it, or is tried alone
            if len(batch) > 1 and isinstance(error, DBAPIError) and not error.connection_invalidated:
                for one in batch:  # one of them is at fault: a shop that was purged this moment
                    self._store([one])
            else:
                for one in batch:
                    one.error = error
        else:
            for one in batch:
                one.stored = one.delivery.shop_id not in locked
                one.error = None if one.stored else ShopLocked("the shop's rows are being deleted")

    def _insert(self, batch: Sequence[_Waiting]) -> set[int]:
        """Insert the deliveries; return the shops that are locked, whose deliveries are left out."""
        with self._transaction() as session:
            locked = _locked(session, {one.delivery.shop_id for one in batch})
            here = [one for one in batch if one.delivery.shop_id not in locked]
            session.connection().exec_driver_sql(
                _INSERT,
                {
                    "shop_id": [one.delivery.shop_id for one in here],
                    "slug": [one.delivery.slug for one in here],
                    "body_hash": [one.delivery.body_hash for one in here],
                    "body": [one.delivery.body for one in here],
                    "correlation_id": [one.correlation_id for one in here],
                },
            )
        for shop_id in {one.delivery.shop_id for one in here}:
            self._notify(shop_id)
        return locked


def _locked(session: Session, shop_ids: set[int]) -> set[int]:
    """Return the shops whose row somebody is deleting: that may take minutes, and nobody waits for it."""
    shops = {"shops": sorted(shop_ids)}
    unlocked = set(session.scalars(_UNLOCKED, shops))
    return set() if unlocked == shop_ids else set(session.scalars(_THERE, shops)) - unlocked


class ProjectionNotifier:
    """Queues the projection from a thread of its own: a broker that is slow or away delays no delivery."""

    def __init__(self, send: Callable[[str, int], None] = broker.send) -> None:
        self._send = send
        self._shops: set[int] = set()
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None

    def notify(self, shop_id: int) -> None:
        """Queue the shop's projection within moments; if the task is lost, the sweep finds its messages."""
        with self._lock:
            self._shops.add(shop_id)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="projection-notifier", daemon=True)
                self._thread.start()
        self._asked.set()

    def _run(self) -> None:
        quiet = threading.Event()
        while True:
            self._asked.wait()
            self._asked.clear()
            with self._lock:
                shops, self._shops = self._shops, set()
            for shop_id in shops:
                try:
                    self._send("facts.project", shop_id)
                except Exception as error:  # noqa: BLE001 - the rows are safe, see above
                    logger.warning("broker.message_lost", task="facts.project", error=type(error).__name__)
            quiet.wait(PAUSE_SECONDS)
