"""Installations under way: noted before Saleor is asked, gone when it is decided or after two minutes.

Saleor sends deliveries from the moment that it knows the app, which is before we know the shop. While its
address stands here, they are to be repeated instead of refused.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Registration

PATIENCE = timedelta(minutes=2)
"""Longer than any registration takes; what a killed process leaves is over then."""
MOST = 200
"""Anybody can begin one: beyond so many at a time none is noted, and nothing grows."""


def begin(session: Session, api_url: str) -> int | None:
    """Note that a registration of this address is under way; returns its number, None beyond `MOST`."""
    over = select(Registration.id).where(Registration.until < func.now()).with_for_update(skip_locked=True)
    session.execute(delete(Registration).where(Registration.id.in_(over)))
    row = select(literal(api_url), func.now() + PATIENCE).where(
        select(func.count()).select_from(Registration).scalar_subquery() < MOST
    )
    noted = insert(Registration).from_select(["api_url", "until"], row).returning(Registration.id)
    return session.execute(noted).scalar()


def end(session: Session, number: int | None) -> None:
    """The registration is decided."""
    if number is not None:
        session.execute(delete(Registration).where(Registration.id == number))


def under_way(session: Session, api_url: str) -> bool:
    """Say whether an installation at exactly this address is being decided."""
    waits = exists().where(Registration.api_url == api_url, Registration.until > func.now())
    return bool(session.scalar(select(waits)))
