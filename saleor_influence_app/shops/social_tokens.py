"""Tokens at rest: encrypted, each with the app that it was granted to, which alone can renew or revoke it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, null, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.errors import SecretUnreadable
from saleor_influence_app.models import Profile, Revocation
from saleor_influence_app.social.network import Credentials, Token


def close(token: Token, app: Credentials | None) -> str:
    """Return the token and its app, encrypted."""
    clear = {
        "access": token.access,
        "refresh": token.refresh,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        "scope": token.scope,
        "app": [app.client_id, app.client_secret] if app else None,
    }
    return settings.close_secret(json.dumps(clear))


def open_token(encrypted: str | None) -> Token | None:
    """Return the token, or None if there is none or our key does not open it."""
    found = _open(encrypted)
    if found is None:
        return None
    until = found["expires_at"]
    expires_at = datetime.fromisoformat(until) if until else None
    return Token(
        access=found["access"], refresh=found["refresh"], expires_at=expires_at, scope=found["scope"]
    )


def open_app(encrypted: str | None) -> Credentials | None:
    """Return the app that the token was granted to, as it was then."""
    found = _open(encrypted)
    if found is None or found["app"] is None:
        return None
    client_id, client_secret = found["app"]
    return Credentials(client_id=client_id, client_secret=client_secret)


def renew(session: Session, profile: Profile, token: Token, *, app: Credentials | None) -> None:
    """The profile has its renewed token: some networks take a refresh token once only.

    If the profile went meanwhile, the token is to be revoked.
    """
    closed = close(token, app)
    values = {"token_encrypted": closed, "token_expires_at": token.expires_at}
    same = (Profile.id == profile.id, Profile.network_hash == profile.network_hash)
    kept = session.execute(update(Profile).where(*same).values(**values).returning(Profile.id)).first()
    if kept is None:
        revoke(session, profile.shop_id, profile.network, at=(profile.base_url, closed))


def revoke(
    session: Session, shop_id: int | None, network: str, *, at: tuple[str, str], erasure_id: int | None = None
) -> None:
    """The token, as it is at rest, is to be made worthless at this network and address."""
    base_url, token_encrypted = at
    row = insert(Revocation).values(
        shop_id=shop_id,
        erasure_id=erasure_id,
        network=network,
        base_url=base_url,
        token_encrypted=token_encrypted,
    )
    session.execute(row)
    db.after_commit(session, "social.revoke")


def outlive(session: Session, shop_id: int) -> None:
    """The tokens of a shop that is about to go are still to be revoked; nothing else of it stays.

    Rows that wait already lose their shop when it goes. The sweep queues all of them.
    """
    names = ["shop_id", "network", "base_url", "token_encrypted"]
    held = select(null(), Profile.network, Profile.base_url, Profile.token_encrypted)
    wanted = held.where(Profile.shop_id == shop_id, Profile.token_encrypted.is_not(None))
    session.execute(insert(Revocation).from_select(names, wanted))


def _open(encrypted: str | None) -> dict[str, Any] | None:
    if encrypted is None:
        return None
    try:
        found: dict[str, Any] = json.loads(settings.open_secret(encrypted))
    except SecretUnreadable:
        return None
    return found
