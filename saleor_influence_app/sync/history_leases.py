"""Leases on a shop's history: one worker reads a kind at a time, and a dead one is replaced."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, lease_renewal
from saleor_influence_app.models import Backfill

LEASE = timedelta(minutes=3)
"""Renewed with every page, and by time while a page is waited for or written."""


class LeaseLost(Exception):
    """Another worker reads this history now: what this one holds is not written."""


@dataclass(slots=True)
class Lease:
    """The right to read one kind of a shop's history; `until` is its proof, and changes as it is renewed."""

    shop_id: int
    kind: str
    until: datetime
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """Held while the proof changes: a thread renews it beside the reader."""


def claim(
    session: Session, shop_id: int, kind: str, *, states: tuple[str, ...]
) -> tuple[Lease, Backfill] | None:
    """Return the lease and the row, if its state is one of these and nobody holds it."""
    row = session.scalars(
        update(Backfill)
        .where(
            Backfill.shop_id == shop_id,
            Backfill.kind == kind,
            Backfill.state.in_(states),
            or_(Backfill.lease_until.is_(None), Backfill.lease_until < func.now()),
        )
        .values(lease_until=func.clock_timestamp() + LEASE)
        .returning(Backfill)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.lease_until is None:
        return None
    return Lease(shop_id, kind, row.lease_until), row


@contextmanager
def kept(transaction: db.Transaction, lease: Lease) -> Iterator[None]:
    """Keep the lease for as long as the block works, whatever it waits for."""

    def renew_if_free() -> bool:
        free = select(Backfill.lease_until).where(*_held(lease)).with_for_update(skip_locked=True)
        with lease.lock:
            row = None
            with transaction() as session:
                if session.scalars(free).first() is not None:  # else the reader is about to renew it
                    row = _update(session, lease, {"lease_until": func.clock_timestamp() + LEASE})
            lease.until = (row and row.lease_until) or lease.until
        return True  # the reader learns from its next `renew` that the lease is lost

    with lease_renewal.renewed(renew_if_free, lease=LEASE):
        yield


def renew(session: Session, lease: Lease, **values: object) -> None:
    """The lease is as long as a new one, the row has these values; raises LeaseLost if another holds it."""
    with lease.lock:
        row = _update(session, lease, values | {"lease_until": func.clock_timestamp() + LEASE})
        if row is None or row.lease_until is None:
            raise LeaseLost
        lease.until = row.lease_until


def release(session: Session, lease: Lease, **values: object) -> None:
    """Nobody holds the lease and the row has these values; a no-op if another worker took it over."""
    with lease.lock:
        _update(session, lease, values | {"lease_until": None})


def in_trouble(session: Session, lease: Lease, error: str, **values: object) -> datetime | None:
    """Nobody holds the lease, and the row says what is wrong; return since when, None if it was not ours."""
    since = func.coalesce(Backfill.trouble_since, func.now())
    with lease.lock:
        row = _update(session, lease, values | {"lease_until": None, "error": error, "trouble_since": since})
    return None if row is None else row.trouble_since


def _update(
    session: Session, lease: Lease, values: dict[str, object]
) -> Row[datetime | None, datetime | None] | None:
    return session.execute(
        update(Backfill)
        .where(*_held(lease))
        .values(**values)
        .returning(Backfill.lease_until, Backfill.trouble_since)
        .execution_options(synchronize_session=False)
    ).first()


def _held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        Backfill.shop_id == lease.shop_id,
        Backfill.kind == lease.kind,
        Backfill.lease_until == lease.until,
    )
