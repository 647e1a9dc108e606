"""Who was given a programme's perk, as a table for other tools."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import spreadsheets
from saleor_influence_app.models import PerkArm, PerkGrant, PerkRedemption
from saleor_influence_app.queries import perks

HEADER = (
    "customer_id",
    "code",
    "state",
    "uses",
    "given_at",
    "ends_at",
    "given_by_hand",
    "programme_id",
    "programme",
    "kind",
    "error",
)


def as_csv(session: Session, shop_id: int, programme_id: int) -> str:
    """Return a row for each customer who was given it. Who was held out is not in it: they are not told."""
    programme = perks.programme(session, shop_id, programme_id)
    used = (
        select(PerkRedemption.grant_id, func.sum(PerkRedemption.uses).label("uses"))
        .where(PerkRedemption.programme_id == programme_id)
        .group_by(PerkRedemption.grant_id)
        .subquery()
    )
    rows = session.execute(
        select(
            PerkGrant.customer_id,
            PerkGrant.code,
            PerkGrant.state,
            func.coalesce(used.c.uses, 0),
            PerkGrant.given_at,
            PerkGrant.by_hand,
            PerkGrant.error,
        )
        .outerjoin(used, used.c.grant_id == PerkGrant.id)
        .where(PerkGrant.programme_id == programme_id, PerkGrant.arm == PerkArm.GRANTED)
        .where(PerkGrant.customer_id.is_not(None))
        .order_by(PerkGrant.id)
    )
    ends = _moment(programme.ends_at)
    of_it = (programme.id, programme.title, programme.kind)
    table = (
        (who, code, state, uses, _moment(given_at), ends, by_hand, *of_it, error)
        for who, code, state, uses, given_at, by_hand, error in rows
    )
    return spreadsheets.written(HEADER, table)


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
