"""Beat's scheduler: one beat sends at a time, whoever else was started; nothing of it is kept in a file."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import beat
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import broker, db, log, watchdog

logger = log.get(__name__)

LOCK = 0x1F1DBEA7
LONGEST_SLEEP = 5.0
"""Between two ticks, so that the watchdog sees a beat that stands still."""
TAKEOVER = timedelta(minutes=2)
"""A beat that takes over sends what fell due so long ago: the one before may have died just before it."""


class Scheduler(beat.Scheduler):  # type: ignore[misc] # Celery publishes no types
    """Celery's scheduler in memory, which ticks only while this beat holds a lock in PostgreSQL."""

    def __init__(self, *arguments: Any, **given: Any) -> None:
        self._lock: Connection | None = None
        self._ticked_at = time.monotonic()
        super().__init__(*arguments, **given)
        self.max_interval = LONGEST_SLEEP
        if not given.get("lazy"):
            watchdog.watch("beat", self._stands_still)

    def tick(self, *arguments: Any, **given: Any) -> float:
        """Send what is due if this beat is the one that sends; return the seconds until the next tick."""
        self._ticked_at = time.monotonic()
        if not self._is_the_one():
            return LONGEST_SLEEP
        return float(super().tick(*arguments, **given))

    def close(self) -> None:
        """Let another beat send from now on."""
        self._let_go()
        super().close()

    def _is_the_one(self) -> bool:
        """Return whether this beat holds the lock: it has it still, or takes it now."""
        try:
            if self._lock is not None:
                self._lock.execute(text("SELECT 1"))
                return True
            connection = db.engine().connect().execution_options(isolation_level="AUTOCOMMIT")
            self._lock = connection
            if connection.scalar(text("SELECT pg_try_advisory_lock(:name)"), {"name": LOCK}):
                logger.info("beat.sends")
                self._begin()
                return True
        except SQLAlchemyError as error:  # the lock went with its connection
            logger.warning("beat.database_unavailable", error=type(error).__name__)
        self._let_go()
        self._pass_over()
        return False

    def _begin(self) -> None:
        """Have what is due found at once, and not an interval later."""
        self._heap = None
        for task in ("history.sweep", "runs.sweep"):
            try:
                broker.send(task)
            except Exception as error:  # noqa: BLE001 - kombu, redis and the socket each have their own
                logger.warning("broker.message_lost", task=task, error=type(error).__name__)

    def _pass_over(self) -> None:
        """What the other beat has sent long ago is not sent again when this one takes over."""
        since = datetime.now(UTC) - TAKEOVER
        for entry in self.schedule.values():
            entry.last_run_at = max(entry.last_run_at, since)

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.invalidate()
            self._lock.close()
            self._lock = None

    def _stands_still(self) -> bool:
        return time.monotonic() - self._ticked_at > 2 * LONGEST_SLEEP
