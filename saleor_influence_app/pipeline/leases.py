"""Leases on a shop's history: one worker reads a kind at a time, and a dead one is replaced."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, update
from sqlalchemy.orm import Session

from saleor_influence_app.models import Backfill

LEASE = timedelta(minutes=3)
"""Longer than a page can take, with its time-outs and repeats."""


class LeaseLost(Exception):
    """Another worker reads this history now: what this one holds is not written."""


@dataclass(slots=True)
class Lease:
    """The right to read one kind of a shop's history; `until` is its proof, and changes as it is renewed."""

    shop_id: int
    kind: str
    until: datetime


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


def renew(session: Session, lease: Lease, **values: object) -> None:
    """The lease is as long as a new one, the row has these values; raises LeaseLost if another holds it."""
    row = _update(session, lease, values | {"lease_until": func.clock_timestamp() + LEASE})
    if row is None or row.lease_until is None:
        raise LeaseLost
    lease.until = row.lease_until


def release(session: Session, lease: Lease, **values: object) -> None:
    """Nobody holds the lease and the row has these values; a no-op if another worker took it over."""
    _update(session, lease, values | {"lease_until": None})


def in_trouble(session: Session, lease: Lease, error: str, **values: object) -> datetime | None:
    """Nobody holds the lease, and the row says what is wrong; return since when, None if it was not ours."""
    since = func.coalesce(Backfill.trouble_since, func.now())
    row = _update(session, lease, values | {"lease_until": None, "error": error, "trouble_since": since})
    return None if row is None else row.trouble_since


def _update(
    session: Session, lease: Lease, values: dict[str, object]
) -> Row[datetime | None, datetime | None] | None:
    return session.execute(
        update(Backfill)
        .where(
            Backfill.shop_id == lease.shop_id,
            Backfill.kind == lease.kind,
            Backfill.lease_until == lease.until,
        )
        .values(**values)
        .returning(Backfill.lease_until, Backfill.trouble_since)
        .execution_options(synchronize_session=False)
    ).first()
