"""The inbox: deliveries as messages, each stored once, handled once, visible when not understood."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import CursorResult, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import correlation, db
from saleor_influence_app.models import Message, MessageState
from webhooks.router import Delivery

BATCH_BYTES = 8_000_000
"""Bodies handled in one transaction: bounds what a worker holds in memory."""
RETENTION = timedelta(days=30)
"""Longer than Saleor keeps a failed delivery (14 days): its hash is still known when it comes again."""
PRUNED_AT_ONCE = 20_000
"""Messages deleted in one transaction: a second of work, so that nobody waits for it."""
PRUNE = text(f"""
    DELETE FROM messages WHERE id = ANY (ARRAY(
        SELECT id FROM messages WHERE state <> '{MessageState.PENDING}' AND handled_at < now() - :retention
        ORDER BY handled_at LIMIT :limit FOR UPDATE SKIP LOCKED))
""")
FINISH = text(
    f"UPDATE messages SET state = '{MessageState.DONE}', body = NULL, error = NULL, attempts = attempts + 1, "
    "handled_at = now() WHERE id = ANY (:ids)"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this transaction alone works on."""

    id: int
    slug: str
    body: bytes
    received_at: datetime
    correlation_id: str | None = None


def store(session: Session, delivery: Delivery) -> bool:
    """Store the delivery as a message and queue the projection; False for bytes stored before."""
    stored = session.execute(
        insert(Message)
        .values(
            shop_id=delivery.shop_id,
            slug=delivery.slug,
            body_hash=delivery.body_hash,
            body=delivery.body,
            correlation_id=next(iter(correlation.current()), None),
        )
        .on_conflict_do_nothing(index_elements=[Message.shop_id, Message.body_hash])
        .returning(Message.id)
    ).first()
    db.after_commit(session, "facts.project", delivery.shop_id)
    return stored is not None


def store_lost(session: Session, shop_id: int, deliveries: Iterable[tuple[str, str]]) -> int:
    """Store (slug, payload) pairs that Saleor gave up on as messages; return how many were new."""
    new = 0
    for slug, payload in deliveries:
        body = payload.encode("utf-8", "surrogatepass")
        new += store(session, Delivery(shop_id, slug, body, sha256(body).digest(), None))
    return new


def store_unreadable(session: Session, shop_id: int, slug: str, *, body: bytes, reason: str) -> None:
    """Store what cannot be understood as a failed message, once, for a person to see."""
    session.execute(
        insert(Message)
        .values(
            shop_id=shop_id,
            slug=slug,
            body_hash=sha256(body).digest(),
            body=body,
            state=MessageState.FAILED,
            attempts=1,
            handled_at=func.now(),
            error=reason,
        )
        .on_conflict_do_nothing(index_elements=[Message.shop_id, Message.body_hash])
    )


def claim(session: Session, shop_id: int, *, limit: int) -> list[Claimed]:
    """Return the oldest pending messages that nobody else works on; they are ours until the commit."""
    rows = session.execute(
        select(Message.id, Message.slug, Message.body, Message.received_at, Message.correlation_id)
        .where(Message.shop_id == shop_id, Message.state == MessageState.PENDING)
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed: list[Claimed] = []
    size = 0
    for row in rows:
        size += len(row.body or b"")
        if claimed and size > BATCH_BYTES:
            break
        claimed.append(Claimed(row.id, row.slug, row.body or b"", row.received_at, row.correlation_id))
    return claimed


def finish(session: Session, ids: Iterable[int]) -> None:
    """The messages are done, and their bodies, which hold personal data, are gone."""
    session.execute(FINISH, {"ids": list(ids)})


def fail(session: Session, reasons: Mapping[int, str]) -> None:
    """The messages stay, with their bodies, as failed for these reasons."""
    for message_id, reason in reasons.items():
        session.execute(
            update(Message)
            .where(Message.id == message_id)
            .values(
                state=MessageState.FAILED, error=reason, attempts=Message.attempts + 1, handled_at=func.now()
            )
        )


def retry_failed(session: Session, shop_id: int) -> int:
    """Every failed message of the shop is pending again (an upgrade may understand it); how many."""
    result = session.execute(
        update(Message)
        .where(Message.shop_id == shop_id, Message.state == MessageState.FAILED, Message.body.is_not(None))
        .values(state=MessageState.PENDING, error=None)
    )
    db.after_commit(session, "facts.project", shop_id)
    return _count(result)


def has_failed(session: Session, shop_id: int) -> bool:
    """Say whether any message of the shop was not understood, and is kept with its body."""
    failed = select(Message.id).where(Message.shop_id == shop_id, Message.state == MessageState.FAILED)
    return session.execute(failed.limit(1)).first() is not None


def waiting_shops(session: Session) -> list[int]:
    """Return the shops that have pending messages."""
    return list(
        session.scalars(select(Message.shop_id).where(Message.state == MessageState.PENDING).distinct())
    )


def prune(session: Session, *, limit: int = PRUNED_AT_ONCE) -> int:
    """Delete handled messages after the retention, failed ones too: they hold personal data; return how many.

    At most `limit`, oldest first: the next call deletes more.
    """
    return _count(session.execute(PRUNE, {"retention": RETENTION, "limit": limit}))


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
