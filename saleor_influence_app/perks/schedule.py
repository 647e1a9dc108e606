"""What the clock does with programmes: they start and end on their days, draw newcomers, and book uses."""

from datetime import UTC, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import PerkProgramme, ProgrammeState, Shop
from saleor_influence_app.models.perks import UNDER_WAY
from saleor_influence_app.perks import enrolment, programmes, redemptions
from saleor_influence_app.perks.strategies import of_kind

logger = log.get(__name__)

BOOKED_FOR_DAYS = 100
"""After its end a programme's uses are booked for so long: orders are paid late, refunded and cancelled."""


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Every programme that is under way is as the moment says; one that fails stops no other."""
    moment = now or datetime.now(UTC)
    with transaction() as session:
        ids = _under_way(session, moment)
    for programme_id in ids:
        try:
            is_done = False
            while not is_done:
                with transaction() as session:
                    is_done = _look_at(session, programme_id, now=moment)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            logger.error("perk.not_looked_at", programme_id=programme_id, error=type(error).__name__)  # noqa: TRY400


def how_many(session: Session, shop_id: int) -> int:
    """Return how many programmes of the shop are under way."""
    rows = select(func.count()).where(PerkProgramme.shop_id == shop_id, PerkProgramme.state.in_(UNDER_WAY))
    return session.scalar(rows) or 0


def _under_way(session: Session, now: datetime) -> list[int]:
    days = now.timestamp() - BOOKED_FOR_DAYS * 86_400
    recent = and_(
        PerkProgramme.state == ProgrammeState.ENDED,
        PerkProgramme.ended_at >= datetime.fromtimestamp(days, UTC),
    )
    rows = select(PerkProgramme.id).join(Shop, Shop.id == PerkProgramme.shop_id)
    rows = rows.where(Shop.active, or_(PerkProgramme.state.in_(UNDER_WAY), recent))
    return list(session.scalars(rows.order_by(PerkProgramme.id)))


def _look_at(session: Session, programme_id: int, *, now: datetime) -> bool:
    """Return whether all is done; False while customers are left to be drawn."""
    locked = select(PerkProgramme).where(PerkProgramme.id == programme_id)
    programme = session.scalars(locked.with_for_update(skip_locked=True)).first()
    if programme is None:  # somebody is at it
        return True
    redemptions.book(session, programme)
    if programme.state in UNDER_WAY and programme.ends_at <= now:
        programmes.finish(session, programme, now=now)
    if programme.state == ProgrammeState.SCHEDULED and programme.starts_at <= now:
        programme.state = ProgrammeState.RUNNING
    is_done = True
    if programme.state == ProgrammeState.RUNNING:
        run = enrolment.newest_run(session, programme.shop_id)
        if run != programme.enrolled_run_id:
            is_done = enrolment.enrol(session, programme, now=now)
    of_kind(programme.kind).look_after(session, programme, now=now)
    return is_done
