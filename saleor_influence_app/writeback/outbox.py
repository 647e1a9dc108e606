"""Outbox rows on their way: claimed under a lease, settled by what Saleor answered, taken back after a crash.

Before Saleor is called, every part about to change is marked in `written` as uncertain (null). So a crash at
any moment leaves a row that knows what may have arrived, and the repetition of the same write mends it.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.models import OutboxState
from saleor_influence_app.saleor.client import answer_seconds
from saleor_influence_app.saleor.metadata import PARTS, PRIVATE_KEYS, Change, Part
from saleor_influence_app.shops import tombstone_check
from saleor_influence_app.writeback import staging

SEND_SECONDS = 90.0
"""No request leaves later than this after its batch was begun."""

_CLAIM = text(f"""
WITH due AS (
    SELECT customer_id, written AS before FROM outbox
    WHERE shop_id = :shop_id AND state = '{OutboxState.PENDING}' AND next_attempt_at <= now()
        AND (wanted IS NULL OR NOT CAST(:removals_only AS boolean))
    ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET state = '{OutboxState.CLAIMED}', lease_until = now() + :lease,
    written = coalesce(o.written, '{{}}') || coalesce((
        SELECT jsonb_object_agg(part, NULL) FROM (
            SELECT jsonb_object_keys(coalesce(o.wanted, '{{}}')) UNION
            SELECT jsonb_object_keys(coalesce(o.written, '{{}}'))) AS parts (part)
        WHERE o.wanted->part IS DISTINCT FROM o.written->part), '{{}}')
FROM due WHERE o.shop_id = :shop_id AND o.customer_id = due.customer_id
RETURNING o.customer_id, o.wanted, o.written, o.attempts, o.lease_until, o.run_id, due.before
""")

_BUSY = text(f"""
SELECT EXISTS (SELECT FROM outbox
    WHERE shop_id = :shop_id AND state = '{OutboxState.CLAIMED}' AND lease_until > now())
""")

_SETTLE = text(f"""
WITH answers AS (
    SELECT * FROM jsonb_to_recordset(CAST(:answers AS jsonb)) AS a (
        customer_id text, wanted jsonb, written jsonb, state text, attempts integer, error text, wait float8,
        touched jsonb)
), settled AS (
    UPDATE outbox o SET
        written = a.written, lease_until = NULL,
        attempts = CASE WHEN o.wanted IS DISTINCT FROM a.wanted THEN 0 ELSE a.attempts END,
        error = CASE WHEN o.wanted IS DISTINCT FROM a.wanted THEN NULL ELSE a.error END,
        next_attempt_at = CASE WHEN o.wanted IS DISTINCT FROM a.wanted THEN now()
                               ELSE now() + make_interval(secs => a.wait) END,
        state = CASE WHEN o.wanted IS DISTINCT FROM a.wanted THEN '{OutboxState.PENDING}' ELSE a.state END
    FROM answers a
    WHERE o.shop_id = :shop_id AND o.customer_id = a.customer_id
        AND o.state = '{OutboxState.CLAIMED}' AND o.lease_until = :lease_until
    RETURNING o.customer_id
)
-- A row whose lease ran out may have been written by another worker before our call arrived: write it again.
UPDATE outbox o SET state = '{OutboxState.PENDING}', lease_until = NULL, next_attempt_at = now(),
    written = coalesce(o.written, '{{}}') || coalesce((
        SELECT jsonb_object_agg(part, NULL) FROM jsonb_array_elements_text(a.touched) AS part), '{{}}')
FROM answers a
WHERE o.shop_id = :shop_id AND o.customer_id = a.customer_id
    AND NOT EXISTS (SELECT FROM settled s WHERE s.customer_id = o.customer_id)
""")

_DELETE = text("""
DELETE FROM outbox
WHERE shop_id = :shop_id AND customer_id = ANY (:gone) AND lease_until = :lease_until
""")

_DROP_DONE = text(f"""
DELETE FROM outbox WHERE shop_id = :shop_id AND customer_id = ANY (:ids)
    AND state = '{OutboxState.WRITTEN}' AND wanted IS NULL AND written IS NULL
""")

# Refused writes, and keys on staff accounts: nothing else would ever try them again.
_DUE_AGAIN = text(f"""
UPDATE outbox SET state = '{OutboxState.PENDING}'
WHERE (state = '{OutboxState.FAILED}' OR (state = '{OutboxState.SKIPPED_STAFF}' AND wanted IS NULL))
    AND next_attempt_at <= now()
""")

_TAKE_BACK = text(f"""
UPDATE outbox SET state = '{OutboxState.PENDING}', lease_until = NULL, next_attempt_at = now()
WHERE state = '{OutboxState.CLAIMED}' AND lease_until < now()
""")


@dataclass(frozen=True)
class Claim:
    """One customer's row, claimed until `lease_until`."""

    customer_id: str
    wanted: Json | None
    written: Json
    attempts: int
    lease_until: datetime
    run_id: int | None = None
    before: Json | None = None
    """What was known to be written when the claim was made."""

    @property
    def changes(self) -> list[Change]:
        """What must be asked of Saleor: every part that is not known to say what it should."""
        should = self.wanted or {}
        return [
            Change(self.customer_id, part, should.get(part), self._stale(part, should.get(part)))
            for part in PARTS
            if part in self.written and self.written[part] is None
        ]

    def _stale(self, part: Part, content: Any) -> tuple[str, ...]:
        """Keys that the record may have and should not: what was written, or any where that is uncertain."""
        before = self.before or {}
        if part != "private" or content is None or part not in before:
            return ()
        there = PRIVATE_KEYS if before[part] is None else before[part]
        return tuple(key for key in PRIVATE_KEYS if key in there and key not in content)


@dataclass(frozen=True)
class SendResult:
    """What became of a claim; `known` maps each part to what Saleor has now, null where that is uncertain."""

    claim: Claim
    state: OutboxState | None
    """None: the customer is gone."""
    known: Json
    attempts: int = 0
    error: str | None = None
    wait_seconds: float = 0.0


def claim(session: Session, shop_id: int, *, limit: int) -> list[Claim]:
    """Claim at most `limit` due rows that no other worker has.

    Removals alone while nothing may be written, since it is not known who was erased.
    """
    removals_only = tombstone_check.refusal(session, shop_id) is not None
    given = {"shop_id": shop_id, "limit": limit, "lease": lease(), "removals_only": removals_only}
    rows = session.execute(_CLAIM, given)
    return sorted((Claim(**row) for row in rows.mappings()), key=lambda one: one.customer_id)


def lease() -> timedelta:
    """Return how long a claim holds: the batch before and this one, with their last answers, and a margin."""
    return timedelta(seconds=2 * (SEND_SECONDS + answer_seconds()) + 15)


def busy(session: Session, shop_id: int) -> bool:
    """Say whether somebody is writing to this shop now."""
    return bool(session.execute(_BUSY, {"shop_id": shop_id}).scalar_one())


def settle(session: Session, shop_id: int, answers: Sequence[SendResult]) -> None:
    """Store the result of each claim; a row that should say something else by now is pending again."""
    if not answers:
        return
    staging.lock(session, shop_id)
    lease = {"shop_id": shop_id, "lease_until": answers[0].claim.lease_until}
    gone = [answer.claim.customer_id for answer in answers if answer.state is None]
    if gone:
        session.execute(_DELETE, lease | {"gone": gone})
    here = [answer for answer in answers if answer.state is not None]
    session.execute(_SETTLE, lease | {"answers": json.dumps([_row(answer) for answer in here])})
    emptied = [answer.claim.customer_id for answer in here if answer.claim.wanted is None]
    if emptied:
        session.execute(_DROP_DONE, {"shop_id": shop_id, "ids": emptied})


def release(session: Session, shop_id: int, batch: Sequence[Claim]) -> None:
    """Make claims that were never sent due again."""
    settle(
        session,
        shop_id,
        [SendResult(one, OutboxState.PENDING, one.written, attempts=one.attempts) for one in batch],
    )


def take_back(session: Session) -> int:
    """Make rows of workers that died pending again; return how many."""
    return session.connection().execute(_TAKE_BACK).rowcount


def make_due_again(session: Session) -> int:
    """Make rows that were set aside pending once their time is over; return how many."""
    return session.connection().execute(_DUE_AGAIN).rowcount


def _row(answer: SendResult) -> Json:
    return {
        "customer_id": answer.claim.customer_id,
        "wanted": answer.claim.wanted,
        "written": answer.known or None,
        "state": answer.state,
        "attempts": answer.attempts,
        "error": answer.error,
        "wait": answer.wait_seconds,
        "touched": [change.part for change in answer.claim.changes],
    }
