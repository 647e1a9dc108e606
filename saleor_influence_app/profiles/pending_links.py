"""Links that were begun: one for each customer and network, for them alone, finished at most once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import PendingLink, Proof


@dataclass(frozen=True, kw_only=True, slots=True)
class Shopper:
    """Who links."""

    shop_id: int
    customer_id: str


def replace(session: Session, row: PendingLink) -> None:
    """Store the begun link in place of a former one of the same customer and network."""
    session.execute(
        delete(PendingLink).where(
            PendingLink.shop_id == row.shop_id,
            PendingLink.customer_id == row.customer_id,
            PendingLink.network == row.network,
        )
    )
    session.add(row)
    session.flush()


def find(session: Session, shopper: Shopper, *, link_id: str, now: datetime) -> PendingLink:
    """Return the begun link with a proof in the profile, without ending it."""
    row = session.scalars(select(PendingLink).where(*_theirs(shopper, link_id))).first()
    if row is None or row.method == Proof.OAUTH:
        raise InputInvalid("There is no such link to finish: begin again.", reason="begin-anew")
    if row.expires_at <= now:
        raise InputInvalid("This took too long: begin again.", reason="begin-anew")
    return row


def take(session: Session, shopper: Shopper, *, link_id: str, now: datetime, method: str) -> PendingLink:
    """Delete the begun link and return it, in one step: nobody can finish it twice."""
    gone = delete(PendingLink).where(*_theirs(shopper, link_id), PendingLink.method == method)
    row = session.scalars(gone.returning(PendingLink)).first()
    if row is None:
        raise InputInvalid(
            "There is no such link to finish: it was finished, or begun by somebody else.",
            reason="begin-anew",
        )
    if row.expires_at <= now:
        raise InputInvalid("This took too long: begin again.", reason="begin-anew")
    session.expunge(row)
    return row


def _theirs(shopper: Shopper, link_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        PendingLink.shop_id == shopper.shop_id,
        PendingLink.customer_id == shopper.customer_id,
        PendingLink.id == link_id,
    )
