"""Who was forgotten, by keyed hash, in the database and in a folder outside: no restored backup undoes it.

A tombstone is a row of the transaction that forgets, and a line in the folder before that commits. When the
folder cannot be written, forgetting goes on: the row waits, nothing says that the erasure is done, and the
line is written as soon as the folder can be. A line whose transaction then fails is harmless: somebody asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import log, settings
from saleor_influence_app.models import TombstoneKind, TombstoneRow
from saleor_influence_app.shops import shops, tombstone_folder
from saleor_influence_app.shops.suppression import erased, name_of
from saleor_influence_app.shops.tombstone_folder import Tombstone

__all__ = ["Ending", "erased", "name_of", "note"]

logger = log.get(__name__)

WHOLE_SHOP = "\0shop"
"""No customer has this id."""
FORMER_SHOP = "\0former shop"
"""Stands for a shop whose rows went since it installed the app anew; nor has this."""
BATCH = 100
"""Lines in one write: on a disk that is almost full a part of what waits still finds room."""
MOST_WAITING = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What ended for a customer, or for the whole shop."""

    customer_id: str
    what: TombstoneKind
    purpose: str | None = None
    network: str | None = None
    at: datetime | None = None
    """When it ended, if that is not now."""


def note(session: Session, shop_id: int, endings: Iterable[Ending], *, now: datetime | None = None) -> None:
    """Store what ended, and write it to the folder with what waits; `is_noted` says whether that worked."""
    key, moment = shops.derived_key(session, shop_id, "tombstones"), now or datetime.now(UTC)
    stones = [
        Tombstone(
            who=name_of(one.customer_id, key),
            what=one.what,
            at=(one.at or moment).astimezone(UTC).isoformat(),
            purpose=one.purpose,
            network=one.network,
        )
        for one in endings
    ]
    store(session, stones, shop_id=shop_id)
    if stones:
        write_waiting(session, settings.get().tombstone_folder, new=len(stones))


def store(
    session: Session,
    stones: Iterable[Tombstone],
    *,
    shop_id: int | None = None,
    noted_at: datetime | None = None,
) -> None:
    """Put the tombstones into the database; those that are there already stay as they are."""
    rows = [
        asdict(stone)
        | {
            "shop_id": shop_id,
            "at": stone.moment,
            "checksum": tombstone_folder.checksum(stone),
            "noted_at": noted_at,
        }
        for stone in stones
    ]
    if rows:
        session.execute(insert(TombstoneRow).on_conflict_do_nothing(), rows)


def write_waiting(session: Session, folder: Path | None, *, new: int = 0) -> int:
    """Write the rows that are in no folder yet, and return how many; a full disk stops it.

    The newest are written first, the `new` ones apart from the rest: they may find room where all would not.
    """
    if folder is None:
        return 0
    waiting = select(TombstoneRow).where(TombstoneRow.noted_at.is_(None)).order_by(TombstoneRow.number.desc())
    rows = session.scalars(waiting.limit(MOST_WAITING).with_for_update(skip_locked=True)).all()
    written = 0
    while batch := rows[written : written + (new if new and not written else BATCH)]:
        try:
            tombstone_folder.append(folder, [stone_of(row) for row in batch])
        except OSError as error:
            logger.error("tombstones.not_written", waiting=len(rows) - written, error=type(error).__name__)  # noqa: TRY400
            break
        mark_noted(session, [row.number for row in batch])
        written += len(batch)
    return written


def mark_noted(session: Session, numbers: Sequence[int]) -> None:
    """Remember that these rows are in a folder."""
    wanted = TombstoneRow.number == func.any_(list(numbers))
    session.execute(
        update(TombstoneRow).where(wanted, TombstoneRow.noted_at.is_(None)).values(noted_at=func.now())
    )


def is_noted(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether all that ended for the customer is on a disk outside; True where no folder is set."""
    if settings.get().tombstone_folder is None:
        return True
    who = name_of(customer_id, shops.derived_key(session, shop_id, "tombstones"))
    waiting = select(TombstoneRow.number).where(TombstoneRow.noted_at.is_(None), TombstoneRow.who == who)
    return session.execute(waiting.limit(1)).first() is None


def newest(session: Session, shop_id: int, customer_id: str) -> dict[str, datetime]:
    """Return when each kind of ending was last noted for the customer: their name is in no row of it."""
    who = name_of(customer_id, shops.derived_key(session, shop_id, "tombstones"))
    rows = select(TombstoneRow.what, func.max(TombstoneRow.at).label("at")).where(TombstoneRow.who == who)
    return {row.what: row.at for row in session.execute(rows.group_by(TombstoneRow.what))}


def since(noted: Mapping[str, datetime], what: TombstoneKind) -> datetime | None:
    """Return since when this is so by the newest tombstones; None if it never was, or they have returned."""
    at, returned = noted.get(what), noted.get(TombstoneKind.RETURNED)
    return at if at is not None and (returned is None or returned < at) else None


def is_away(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether the customer has objected or been erased, and has not returned, by their tombstones."""
    noted = newest(session, shop_id, customer_id)
    return any(since(noted, what) is not None for what in (TombstoneKind.ERASED, TombstoneKind.OBJECTED))


def read(folder: Path) -> dict[str, list[Tombstone]]:
    """Return the folder's tombstones by `who`, the oldest first; a damaged line is passed over."""
    found: dict[str, list[Tombstone]] = {}
    for stone in sorted(tombstone_folder.read(folder).stones, key=lambda stone: stone.moment):
        found.setdefault(stone.who, []).append(stone)
    return found


def everything(session: Session, *, noted_before: datetime | None = None) -> dict[Tombstone, int]:
    """Return the database's tombstones, or those that were in a folder by then, with their rows' numbers."""
    columns = (TombstoneRow.number, TombstoneRow.who, TombstoneRow.what, TombstoneRow.at)
    query = select(*columns, TombstoneRow.purpose, TombstoneRow.network)
    if noted_before is not None:
        query = query.where(TombstoneRow.noted_at < noted_before)
    return {stone_of(row): row.number for row in session.execute(query)}


def stone_of(row: TombstoneRow | Row[*tuple[Any, ...]]) -> Tombstone:
    """Return the row as the folder's lines have it."""
    at = row.at.astimezone(UTC).isoformat()
    return Tombstone(
        who=row.who, what=TombstoneKind(row.what), at=at, purpose=row.purpose, network=row.network
    )
