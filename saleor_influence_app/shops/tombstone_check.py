"""Whether it is known who was forgotten: where it is not, nobody may be valued or written about."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import TombstoneFolder, TombstoneRow

LATE_AFTER = timedelta(minutes=2)
TRUSTED = select(TombstoneFolder).where(TombstoneFolder.trusted_until.is_not(None))


def refusal(session: Session, shop_id: int) -> str | None:
    """Return in words why nothing may be computed or written of this shop's customers now; None if it may.

    Somebody may be among them who was forgotten, and nothing that can be read knows of it.
    """
    noted_nowhere = waiting().where(TombstoneRow.shop_id == shop_id)
    if settings.get().tombstone_folder is not None and session.scalar(noted_nowhere):
        return (
            "It cannot be noted outside of the database who was forgotten: TOMBSTONE_FOLDER cannot be "
            "written. Until it can, nobody is valued and nothing is written into customer records."
        )
    trusted = TRUSTED.where(TombstoneFolder.trusted_until > datetime.now(UTC))
    if session.scalar(select(trusted.exists())):
        return None
    missed = session.scalars(TRUSTED.order_by(TombstoneFolder.seen_at.desc()).limit(1)).first()
    if missed is None:
        return None
    return (
        f"The folder of tombstones {missed.name} of {missed.host} was last seen at "
        f"{missed.seen_at:%Y-%m-%d %H:%M} UTC, and "
        "no other one is known to be complete: people who were forgotten may be back. Until it is there "
        "again, or given up with `./influence privacy retire-folder`, nobody is valued and nothing is "
        "written into customer records."
    )


def waiting() -> Select[int]:
    """Select how many endings wait for a folder for longer than a sweep takes."""
    late = TombstoneRow.at < datetime.now(UTC) - LATE_AFTER
    return select(func.count()).select_from(TombstoneRow).where(TombstoneRow.noted_at.is_(None), late)
