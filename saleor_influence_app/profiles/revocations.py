"""What follows an erasure: revoking tokens and cleaning Saleor's records; rows hold the progress."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.erasure import erasure
from saleor_influence_app.models import Erasure, ErasureState, OutboxRow, OutboxState, Revocation
from saleor_influence_app.profiles import network_clients
from saleor_influence_app.shops import problems, social_tokens, tombstones
from saleor_influence_app.social.failures import Failure, Final, NotOffered, Reason
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import Credentials

logger = log.get(__name__)

PROMISED = timedelta(hours=1)
ERASURE_LATE = "influence-erasure-late"
BACKOFF = Backoff(timedelta(minutes=1), timedelta(hours=1))
UNREADABLE = Final(reason=Reason.REFUSED, sentence="None of our keys decrypts the token.")
"""The key may be missing for now: see SECRET_KEY and NEW_SECRET_KEY."""
MOST_ERASED = 50
"""In one transaction, which locks the facts of their shops."""
SLICE_SECONDS = 60.0
"""A shop that uninstalls may leave a token for each linked profile: after this, others have their turn."""


def revoke(transaction: db.Transaction, revocation_id: int, *, http: RateLimitedHttp) -> bool:
    """Revoke the token at its network and delete it here; return False if that is to be tried again.

    It is tried until the network revokes it, does not know it, or offers no way to revoke it.
    """
    with transaction() as session:
        row = session.get(Revocation, revocation_id)
        if row is None:
            return True
        token, app = social_tokens.open_token(row.token_encrypted), _app(session, row)
    failure: Failure | None = UNREADABLE if token is None else None
    if token is not None and app is not None:
        failure = network_clients.at(row.network, row.base_url, app, http=http).revoke(token)
    with transaction() as session:
        if not _is_over(failure):
            logger.warning("token.not_revoked", network=row.network, reason=type(failure).__name__)
            wait = BACKOFF.after(row.attempts)
            session.execute(
                update(Revocation)
                .where(Revocation.id == revocation_id)
                .values(attempts=Revocation.attempts + 1, next_at=func.now() + wait)
            )
            return False
        session.execute(delete(Revocation).where(Revocation.id == revocation_id))
    return True


def revoke_due(
    transaction: db.Transaction, *, http: RateLimitedHttp, slice_seconds: float = SLICE_SECONDS
) -> int:
    """Revoke the tokens that are due, as many as fit in a slice; return how many were tried."""
    until = time.monotonic() + slice_seconds
    with transaction() as session:
        due = session.scalars(_due()).all()
    for count, revocation_id in enumerate(due):
        if time.monotonic() > until:
            with transaction() as session:
                db.after_commit(session, "social.revoke")
            return count
        revoke(transaction, revocation_id, http=http)
    return len(due)


def sweep(session: Session) -> None:
    """Finish the erasures that networks and Saleor have followed; late ones are reported to staff."""
    for row in session.scalars(
        select(Erasure)
        .where(Erasure.state == ErasureState.ASKED)
        .order_by(Erasure.id)
        .limit(MOST_ERASED)
        .with_for_update(skip_locked=True)
    ).all():
        if row.customer_id is None:
            continue
        try:
            with session.begin_nested():
                erasure.erase(session, row.shop_id, row.customer_id, reason=row.reason, asked=row)
        except Exception as error:  # noqa: BLE001 - one that fails stops no other, and is tried again
            logger.error("erasure.not_done", erasure_id=row.id, error=type(error).__name__)  # noqa: TRY400
    if session.scalars(_due().limit(1)).first() is not None:
        db.after_commit(session, "social.revoke")
    waiting = session.scalars(
        select(Erasure).where(Erasure.state == ErasureState.REMOTE).with_for_update(skip_locked=True)
    ).all()
    late: dict[int, int] = {}
    for row in waiting:
        if _followed(session, row):
            session.execute(
                update(Erasure)
                .where(Erasure.id == row.id)
                .values(state=ErasureState.DONE, customer_id=None, finished_at=func.now())
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


def _due() -> Select[int]:
    return select(Revocation.id).where(Revocation.next_at <= func.now()).order_by(Revocation.next_at)


def _is_over(failure: Failure | None) -> bool:
    """Return whether nothing is left to revoke, also because the network offers no way to do it."""
    return failure is None or isinstance(failure, NotOffered)


def _app(session: Session, row: Revocation) -> Credentials | None:
    """Return the app that the token was granted to; its secret may have been changed since."""
    granted = social_tokens.open_app(row.token_encrypted)
    if row.shop_id is None or granted is None:
        return granted
    now = network_clients.app_of(session, row.shop_id, row.network, base_url=row.base_url)
    return now if now is not None and now.client_id == granted.client_id else granted


def _followed(session: Session, row: Erasure) -> bool:
    revocation = select(Revocation.id).where(Revocation.erasure_id == row.id).limit(1)
    if session.execute(revocation).first() is not None:
        return False
    if row.customer_id is not None and not tombstones.is_noted(session, row.shop_id, row.customer_id):
        return False  # a restored backup would still bring them back
    written = session.get(OutboxRow, (row.shop_id, row.customer_id)) if row.customer_id else None
    return written is None or (written.state in {OutboxState.WRITTEN, OutboxState.SKIPPED_STAFF})
