"""What follows an erasure: tokens are revoked, Saleor's records are cleaned; rows say how far that is."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import Erasure, OutboxRow, Revocation
from saleor_influence_app.pipeline import problems
from saleor_influence_app.pipeline.privacy import erasure, networks, tokens, tombstones
from saleor_influence_app.social.answers import Failure, Final, Reason, Transient
from saleor_influence_app.social.network import Credentials
from saleor_influence_app.social.wire import Wire

logger = log.get(__name__)

PROMISED = timedelta(hours=1)
ERASURE_LATE = "influence-erasure-late"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 40
"""About ten days: a server that is gone for longer has no use for the token either."""
MOST_RUNG = 500
"""A shop that goes may leave as many tokens as it had linked profiles."""


def revoke(transaction: db.Transaction, revocation_id: int, *, wire: Wire) -> bool:
    """The token is worthless at its network and gone here; False when it is to be tried again."""
    with transaction() as session:
        row = session.get(Revocation, revocation_id)
        if row is None:
            return True
        token, app = tokens.open_token(row.token_encrypted), _app(session, row)
    failure = None
    if token is not None and app is not None:
        failure = networks.at(row.network, row.base_url, app, wire=wire).revoke(token)
    with transaction() as session:
        if _may_help(failure) and row.attempts < MOST_ATTEMPTS:
            wait = min(FIRST_WAIT * 2 ** min(row.attempts, 16), LONGEST_WAIT)
            session.execute(
                update(Revocation)
                .where(Revocation.id == revocation_id)
                .values(attempts=Revocation.attempts + 1, next_at=func.now() + wait)
            )
            return False
        session.execute(delete(Revocation).where(Revocation.id == revocation_id))
    if failure is not None:  # a token that is not known there is as good as revoked
        logger.warning("token.not_revoked", network=row.network, reason=type(failure).__name__)
    return True


def sweep(session: Session) -> None:
    """Erasures that networks and Saleor have followed are done, and name nobody; late ones are a problem."""
    for row in session.scalars(
        select(Erasure).where(Erasure.state == "asked").with_for_update(skip_locked=True)
    ).all():
        if row.customer_id is not None:
            erasure.erase(session, row.shop_id, row.customer_id, reason=row.reason, asked=row)
    overdue = select(Revocation.id).where(Revocation.next_at <= func.now() - FIRST_WAIT)
    for revocation_id in session.scalars(overdue.order_by(Revocation.next_at).limit(MOST_RUNG)):
        db.after_commit(session, "social.revoke", revocation_id)
    waiting = session.scalars(
        select(Erasure).where(Erasure.state == "remote").with_for_update(skip_locked=True)
    ).all()
    late: dict[int, int] = {}
    for row in waiting:
        if _followed(session, row):
            session.execute(
                update(Erasure)
                .where(Erasure.id == row.id)
                .values(state="done", customer_id=None, finished_at=func.now())
            )
        elif row.asked_at < datetime.now(UTC) - PROMISED:
            late[row.shop_id] = late.get(row.shop_id, 0) + 1
    for shop_id in {row.shop_id for row in waiting}:
        if shop_id in late:
            message = (
                f"{late[shop_id]} requests to forget are older than an hour: a network or Saleor does not "
                "answer, or they cannot be noted outside of the database (./influence doctor says why). "
                "Nothing of them is here any more; what is open is tried again."
            )
            problems.raise_problem(session, shop_id, ERASURE_LATE, message)
        else:
            problems.resolve_problem(session, shop_id, ERASURE_LATE)


def _may_help(failure: Failure | None) -> bool:
    """Say whether to try again: the network is down, or the shop's app is not accepted as it is now."""
    return isinstance(failure, Transient) or (isinstance(failure, Final) and failure.reason is Reason.APP)


def _app(session: Session, row: Revocation) -> Credentials | None:
    """Return the app that the token was granted to; its secret may have been changed since."""
    granted = tokens.open_app(row.token_encrypted)
    if row.shop_id is None or granted is None:
        return granted
    now = networks.app_of(session, row.shop_id, row.network, base_url=row.base_url)
    return now if now is not None and now.client_id == granted.client_id else granted


def _followed(session: Session, row: Erasure) -> bool:
    revocation = select(Revocation.id).where(Revocation.erasure_id == row.id).limit(1)
    if session.execute(revocation).first() is not None:
        return False
    if row.customer_id is not None and not tombstones.is_noted(session, row.shop_id, row.customer_id):
        return False  # a restored backup would still bring them back
    written = session.get(OutboxRow, (row.shop_id, row.customer_id)) if row.customer_id else None
    return written is None or (written.state in {"written", "skipped_staff"})
