"""Writes to Saleor beside those into customers' records: staged in a transaction, sent once it is committed.

A writer for each kind says what is wanted at the moment of sending, sends it, and stores what came of it. It
finds before it makes: of an attempt that was cut off Saleor may have the result already. One worker writes to
a shop at a time, for as long as its lease holds, so that a write takes effect once.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, processes
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.errors import SaleorPermissionMissing, SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import SaleorWrite, Shop, WriteState
from saleor_influence_app.saleor.client import Opener, SaleorClient, answer_seconds, open_client
from saleor_influence_app.shops import problems

logger = log.get(__name__)

BACKOFF = Backoff(timedelta(seconds=5), timedelta(minutes=5))
DENIED_WAIT = timedelta(minutes=15)
SLICE_SECONDS = 60.0
AHEAD = timedelta(days=1)
"""By so much what is urgent is due before the rest."""
MOST_REQUESTS = 6
"""Of one write, one after another; what takes more is two writes."""
LOCK = 0x0B0D
"""First half of the advisory lock under which a write is claimed; the second is the shop."""
ERROR_LIMIT = 500

_STAGE = text(f"""
INSERT INTO saleor_writes (shop_id, kind, key, payload, next_attempt_at)
SELECT :shop_id, :kind, w.key, w.payload, now() - :ahead
FROM jsonb_to_recordset(CAST(:writes AS jsonb)) AS w (key text, payload jsonb)
ON CONFLICT (shop_id, kind, key) DO UPDATE SET
    payload = excluded.payload, version = saleor_writes.version + 1, error = NULL,
    next_attempt_at = excluded.next_attempt_at,
    state = CASE WHEN saleor_writes.state = '{WriteState.CLAIMED}' THEN saleor_writes.state
        ELSE '{WriteState.PENDING}' END
""")
_CLAIM = text(f"""
UPDATE saleor_writes SET state = '{WriteState.CLAIMED}', attempts = attempts + 1,
    lease_until = now() + :lease
WHERE id = (
    SELECT id FROM saleor_writes
    WHERE shop_id = :shop_id AND state = '{WriteState.PENDING}' AND next_attempt_at <= now()
    ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    AND NOT EXISTS (SELECT FROM saleor_writes o
        WHERE o.shop_id = :shop_id AND o.state = '{WriteState.CLAIMED}' AND o.lease_until > now())
RETURNING id, shop_id, kind, key, payload, version, attempts, lease_until
""")
_AGAIN = text(f"""
UPDATE saleor_writes SET state = '{WriteState.PENDING}', lease_until = NULL, error = :error,
    next_attempt_at = CASE WHEN version = :version THEN now() + :wait ELSE now() END
WHERE id = :id AND state = '{WriteState.CLAIMED}' AND lease_until = :lease_until
""")
_TAKE_BACK = text(f"""
UPDATE saleor_writes SET state = '{WriteState.PENDING}', lease_until = NULL, next_attempt_at = now()
WHERE state = '{WriteState.CLAIMED}' AND lease_until < now()
""")


@dataclass(frozen=True)
class Write:
    """A write that this worker has until `lease_until`."""

    id: int
    shop_id: int
    kind: str
    key: str
    payload: Json
    version: int
    attempts: int
    lease_until: datetime

    @property
    def is_repeated(self) -> bool:
        """Whether an attempt was begun before, of which Saleor may have the result."""
        return self.attempts > 1


class Writer(Protocol):
    """How a kind of write is done."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return what is wanted now, to be sent; None if there is nothing left to do."""

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Have Saleor say what is wanted, whatever it says already; return what is to be stored.

        Raises SaleorUnreachable for trouble that passes, SaleorRefused with the reason for a final no.
        """

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Store what came of it."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """Store that Saleor refused, and why."""


Writers = Mapping[str, Writer]


def stage(
    session: Session, shop_id: int, *, kind: str, writes: Mapping[str, Json], is_urgent: bool = False
) -> None:
    """Saleor is to have these, each under its key; what was wanted under the same key is replaced.

    What is urgent goes before all that waits.
    """
    if writes:
        rows = [{"key": key, "payload": payload} for key, payload in writes.items()]
        given = {"shop_id": shop_id, "kind": kind, "writes": json.dumps(rows)}
        session.execute(_STAGE, given | {"ahead": AHEAD if is_urgent else timedelta(0)})
        db.after_commit(session, "outbox.write", shop_id)


def lease() -> timedelta:
    """Return how long a claim holds: longer than the requests of a writer can take."""
    return timedelta(seconds=MOST_REQUESTS * answer_seconds())


def drain(
    transaction: db.Transaction,
    shop_id: int,
    *,
    writers: Writers,
    opener: Opener = open_client,
    seconds: float = SLICE_SECONDS,
) -> int:
    """Send what is due to the shop's Saleor, one write after another; return how many are done.

    Trouble that passes puts a write off and ends the slice, a refusal is stored with its reason.
    """
    with transaction() as session:
        shop = session.get(Shop, shop_id)
        if shop is None or not shop.active or session.scalar(_due(shop_id).limit(1)) is None:
            return 0
    done, until = 0, time.monotonic() + seconds
    with opener(shop.api_url, shop.token_encrypted) as client:
        while time.monotonic() < until and not processes.stop_is_asked():
            write = _claim(transaction, shop_id)
            if write is None or not _send(transaction, write, writers=writers, client=client):
                return done
            done += 1
    with transaction() as session:
        db.after_commit(session, "outbox.write", shop_id)
    return done


def _claim(transaction: db.Transaction, shop_id: int) -> Write | None:
    """Claim the write that is due first, unless another worker is at one of this shop's."""
    with transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:space, :shop)"), {"space": LOCK, "shop": shop_id})
        row = session.execute(_CLAIM, {"shop_id": shop_id, "lease": lease()}).mappings().first()
    return None if row is None else Write(**row)


def _send(transaction: db.Transaction, write: Write, *, writers: Writers, client: SaleorClient) -> bool:
    """Say whether the next one may follow at once."""
    writer = writers[write.kind]
    with transaction() as session:
        wanted = writer.prepare(session, write)
        if wanted is None:
            _finish(session, write)
            return True
    try:
        result = writer.send(client, write, wanted)
    except SaleorUnreachable as error:
        wait = max(BACKOFF.after(write.attempts), timedelta(seconds=error.retry_after or 0))
        _put_off(transaction, write, reason=error.message, wait=wait)
        return False
    except SaleorPermissionMissing as error:
        with transaction() as session:
            problems.raise_problem(session, write.shop_id, problems.PERKS_DENIED, error.message)
        _put_off(transaction, write, reason=error.message, wait=DENIED_WAIT)
        return False
    except SaleorRefused as error:
        with transaction() as session:
            if _is_still_ours(session, write):
                writer.refuse(session, write, error.message[:ERROR_LIMIT])
                _set_aside(session, write, error.message)
        logger.warning("saleor_write.refused", shop_id=write.shop_id, kind=write.kind)
        return True
    with transaction() as session:
        if _is_still_ours(session, write):
            writer.settle(session, write, result)
            _finish(session, write)
            problems.resolve_problem(session, write.shop_id, problems.PERKS_DENIED)
    return True


def _is_still_ours(session: Session, write: Write) -> bool:
    """Lock the row; False if the lease ran out and another worker has it, or had it."""
    row = select(SaleorWrite.id).where(
        SaleorWrite.id == write.id, SaleorWrite.lease_until == write.lease_until
    )
    return session.scalar(row.with_for_update()) is not None


def _finish(session: Session, write: Write) -> None:
    """The row goes, or is due again if something else is wanted by now."""
    same = (SaleorWrite.id == write.id, SaleorWrite.lease_until == write.lease_until)
    session.execute(delete(SaleorWrite).where(*same, SaleorWrite.version == write.version))
    given = {"state": WriteState.PENDING, "lease_until": None, "next_attempt_at": func.now()}
    session.execute(update(SaleorWrite).where(*same).values(given))


def _set_aside(session: Session, write: Write, reason: str) -> None:
    same = (SaleorWrite.id == write.id, SaleorWrite.version == write.version)
    given: dict[str, Any] = {"state": WriteState.REFUSED, "lease_until": None, "error": reason[:ERROR_LIMIT]}
    if session.scalar(update(SaleorWrite).where(*same).values(given).returning(SaleorWrite.id)) is None:
        _finish(session, write)


def _put_off(transaction: db.Transaction, write: Write, *, reason: str, wait: timedelta) -> None:
    given = {"id": write.id, "version": write.version, "lease_until": write.lease_until}
    with transaction() as session:
        session.execute(_AGAIN, given | {"error": reason[:ERROR_LIMIT], "wait": wait})


def sweep(session: Session) -> None:
    """Make writes of workers that died due again, and queue the shops that have any."""
    taken = session.connection().execute(_TAKE_BACK).rowcount
    if taken:
        logger.warning("saleor_writes.taken_back", rows=taken)
    waiting = select(Shop.id).where(Shop.active, Shop.id.in_(_due()))
    for shop_id in session.scalars(waiting):
        db.after_commit(session, "outbox.write", shop_id)


def _due(shop_id: int | None = None) -> Select[int]:
    rows = select(SaleorWrite.shop_id).where(
        SaleorWrite.state == WriteState.PENDING, SaleorWrite.next_attempt_at <= func.now()
    )
    return rows if shop_id is None else rows.where(SaleorWrite.shop_id == shop_id)
