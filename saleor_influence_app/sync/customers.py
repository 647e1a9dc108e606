"""Customers as rows: the newest state of each. Who was deleted or erased has no row, and gets none again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.erasure import anonymised, erasure, objections, person_rows
from saleor_influence_app.models import Customer, ErasureReason, MessageState, TombstoneKind
from saleor_influence_app.orders import orders
from saleor_influence_app.shops import shops, suppression, tombstones
from saleor_influence_app.sync import inbox
from webhooks.events import CustomerPayload

REVIVAL_MARGIN = timedelta(minutes=10)
"""How much younger than a deletion a read must be to prove them alive: clocks differ, pages age."""

_UPSERT = text("""
WITH fresh AS (
    SELECT * FROM unnest(
        CAST(:customer_id AS text[]), CAST(:email_hash AS bytea[]), CAST(:mailbox_hash AS bytea[]),
        CAST(:is_staff AS boolean[]),
        CAST(:date_joined AS timestamptz[]), CAST(:updated_at AS timestamptz[]),
        CAST(:seen_at AS timestamptz[])
    ) AS f (customer_id, email_hash, mailbox_hash, is_staff, date_joined, updated_at, seen_at)
), old AS (
    SELECT c.* FROM customers c JOIN fresh USING (customer_id) WHERE c.shop_id = :shop_id
), judged AS (
    SELECT f.*, old.customer_id IS NULL OR old.deleted_at IS NOT NULL
        OR (f.updated_at, f.seen_at, f.is_staff, coalesce(f.email_hash, ''))
         > (old.updated_at, old.seen_at, old.is_staff, coalesce(old.email_hash, '')) AS newer,
        old.date_joined AS known_date_joined
    FROM fresh f LEFT JOIN old USING (customer_id)
    WHERE old.deleted_at IS NULL OR old.deleted_at < CAST(:proven_after AS timestamptz)
), won AS (
    INSERT INTO customers AS c
        (shop_id, customer_id, email_hash, mailbox_hash, is_staff, date_joined, updated_at, seen_at)
    SELECT :shop_id, customer_id, email_hash, mailbox_hash, is_staff,
        least(date_joined, known_date_joined), updated_at, seen_at
    FROM judged WHERE newer
    ON CONFLICT (shop_id, customer_id) DO UPDATE SET
        email_hash = excluded.email_hash, mailbox_hash = excluded.mailbox_hash,
        is_staff = excluded.is_staff, date_joined = excluded.date_joined,
        updated_at = excluded.updated_at, seen_at = excluded.seen_at, deleted_at = NULL
    RETURNING c.customer_id, c.email_hash, c.is_staff
), dated AS (
    UPDATE customers c SET date_joined = least(c.date_joined, j.date_joined)
    FROM judged j
    WHERE NOT j.newer AND c.shop_id = :shop_id AND c.customer_id = j.customer_id
        AND (c.date_joined IS NULL OR j.date_joined < c.date_joined) AND j.date_joined IS NOT NULL
)
SELECT count(*) FROM won LEFT JOIN old USING (customer_id)
WHERE old.customer_id IS NULL OR old.deleted_at IS NOT NULL
    OR (old.email_hash, old.is_staff) IS DISTINCT FROM (won.email_hash, won.is_staff)
""")

_BURIED = text("""
    DELETE FROM customers WHERE shop_id = :shop_id AND deleted_at IS NOT NULL
    RETURNING customer_id, deleted_at
""")


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A state of a customer, and when Saleor said so."""

    customer: CustomerPayload
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    customer_id: str
    email_hash: bytes | None
    mailbox_hash: bytes | None
    is_staff: bool
    date_joined: datetime | None
    updated_at: datetime
    seen_at: datetime

    @property
    def age(self) -> tuple[datetime, datetime, bool, bytes]:
        return self.updated_at, self.seen_at, self.is_staff, self.email_hash or b""


def upsert(
    session: Session, shop_id: int, seen: Sequence[CustomerSeen], *, read_at: datetime | None = None
) -> int:
    """Each customer has their newest known state; the number of those that changed.

    A deleted one stays deleted, unless `read_at` says that Saleor itself listed them well after the deletion.
    An erased one stays erased. The caller holds `shops.lock_facts`.
    """
    if not seen:
        return 0
    rows = _newest(seen, shops.email_key(session, shop_id))
    nobody = {one.customer.id for one in seen if anonymised.is_nobody(one.customer.email)}
    changed = {row.customer_id: row.email_hash for row in rows if row.customer_id in nobody}
    gone = set(_had_another(session, shop_id, changed))
    erasure.ask(session, shop_id, gone, reason=ErasureReason.ANONYMISED)
    gone |= _ended(session, shop_id, [row.customer_id for row in rows], read_at=read_at)
    rows = [row for row in rows if row.customer_id not in gone]
    parameters: dict[str, Any] = {
        "shop_id": shop_id,
        "proven_after": read_at - REVIVAL_MARGIN if read_at is not None else None,
        "customer_id": [row.customer_id for row in rows],
        "email_hash": [row.email_hash for row in rows],
        "mailbox_hash": [row.mailbox_hash for row in rows],
        "is_staff": [row.is_staff for row in rows],
        "date_joined": [row.date_joined for row in rows],
        "updated_at": [row.updated_at for row in rows],
        "seen_at": [row.seen_at for row in rows],
    }
    changed_rows = int(session.execute(_UPSERT, parameters).scalar_one())
    objections.inherit(session, shop_id)
    return changed_rows


def delete(session: Session, shop_id: int, deleted: Mapping[str, datetime]) -> None:
    """Delete everything that names these customers, whom Saleor has deleted; their orders stay the shop's.

    Their keyed tombstones keep them from coming back. The caller holds `shops.lock_facts`.
    """
    if not deleted:
        return
    ids = sorted(deleted)
    endings = [tombstones.Ending(customer_id=one, what=TombstoneKind.DELETED, at=deleted[one]) for one in ids]
    tombstones.note(session, shop_id, endings)
    if inbox.has_failed(session, shop_id):  # those that wait are handled, and lose their bodies then
        people = [person_rows.person(session, shop_id, one) for one in ids]
        erasure.delete_bodies(session, shop_id, people, states=(MessageState.FAILED,))
    erasure.forget(session, shop_id, ids, reason=ErasureReason.DELETED)
    orders.unbind(session, shop_id, ids)


def bury(session: Session, shop_id: int) -> int:
    """Make keyed tombstones of the rows that stood for deleted customers before 0011; returns how many."""
    shops.lock_facts(session, shop_id)
    rows = session.execute(_BURIED, {"shop_id": shop_id}).all()
    endings = [
        tombstones.Ending(customer_id=row.customer_id, what=TombstoneKind.DELETED, at=row.deleted_at)
        for row in rows
    ]
    tombstones.note(session, shop_id, endings)
    return len(rows)


def _ended(
    session: Session, shop_id: int, customer_ids: Collection[str], *, read_at: datetime | None
) -> set[str]:
    """Return who must get no row. Whom a restore brought back, here or perhaps in Saleor, is erased again."""
    proven_after = read_at - REVIVAL_MARGIN if read_at is not None else None
    gone = suppression.away(session, shop_id, customer_ids, proven_after=proven_after)
    back = set(suppression.erased(session, shop_id, suppression.living(session, shop_id, customer_ids)))
    unclear = {name for name, one in gone.items() if one.is_from_folder}
    erasure.ask(session, shop_id, back | unclear, reason=ErasureReason.ERASED)
    return back | gone.keys()


def _had_another(session: Session, shop_id: int, hashes: Mapping[str, bytes | None]) -> list[str]:
    """Return those whose known address is another one."""
    if not hashes:
        return []
    known = session.execute(
        select(Customer.customer_id, Customer.email_hash)
        .where(Customer.shop_id == shop_id, Customer.customer_id.in_(hashes))
        .where(Customer.deleted_at.is_(None), Customer.email_hash.is_not(None))
    )
    return sorted(row.customer_id for row in known if row.email_hash != hashes[row.customer_id])


def _newest(seen: Iterable[CustomerSeen], key: bytes) -> list[_Row]:
    newest: dict[str, _Row] = {}
    for one in seen:
        payload = one.customer
        row = _Row(
            customer_id=payload.id,
            email_hash=shops.email_hash(key, payload.email),
            mailbox_hash=shops.mailbox_hash(key, payload.email),
            is_staff=payload.is_staff is True,
            date_joined=payload.date_joined,
            updated_at=payload.updated_at or one.seen_at,
            seen_at=one.seen_at,
        )
        known = newest.get(row.customer_id)
        if known is not None:
            joined = min((date for date in (known.date_joined, row.date_joined) if date), default=None)
            row = replace(max(known, row, key=lambda some: some.age), date_joined=joined)
        newest[row.customer_id] = row
    return [newest[customer_id] for customer_id in sorted(newest)]
