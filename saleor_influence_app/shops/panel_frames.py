"""Which dashboards may show the panel in a frame: the shop's own origin, and those of `DASHBOARD_ORIGINS`.

Browsers keep a blank page where a frame is not allowed, so the last one that tried is noted for the doctor.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, or_, update
from sqlalchemy.orm import Session

from saleor_influence_app import log, settings
from saleor_influence_app.models import Shop
from saleor_influence_app.saleor.addresses import origin_of

logger = log.get(__name__)
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.*-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
PAUSE = timedelta(minutes=1)
"""Anybody can pretend to be a dashboard: a shop's row is written once in so long."""


def allowed(api_url: str | None) -> list[str]:
    """Return the origins that may frame the panel of the shop at this address or origin; None: of no shop."""
    shop = [origin_of(api_url)] if api_url else []
    return [*shop, *(one for one in settings.get().dashboard_origins if ORIGIN.fullmatch(one))]


def may_frame(origin: str, origins: Sequence[str]) -> bool:
    """Say whether one of the origins is this one; `*` in it stands for names, as in a content policy."""
    return any(
        re.fullmatch(re.escape(one).replace(r"\*", "[A-Za-z0-9.-]+"), origin, re.IGNORECASE)
        for one in origins
    )


def note_blocked(session: Session, shop_id: int, origin: str) -> None:
    """A page of this origin tried to show the shop's panel and may not."""
    noted = session.execute(
        update(Shop)
        .where(Shop.id == shop_id, or_(Shop.blocked_at.is_(None), Shop.blocked_at < func.now() - PAUSE))
        .values(blocked_origin=origin, blocked_at=func.now())
        .returning(Shop.id)
    ).scalar()
    if noted is not None:
        advice = "If it is your dashboard, add it to DASHBOARD_ORIGINS."
        logger.warning("panel.frame_refused", shop_id=shop_id, origin=origin, advice=advice)
