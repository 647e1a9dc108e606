"""Session tokens of people, and the tokens that the dashboard hands to apps on their behalf."""

import time
from typing import Any, NamedTuple

from sandbox.apps import App, Extension
from sandbox.state import State
from sandbox.tokens import TokenInvalid
from sandbox.world import User

REFRESH_SECONDS = 30 * 86_400
DELETION_SECONDS = 86_400


class Session(NamedTuple):
    """A token that is in order: whose it is and all it says."""

    user: User
    payload: dict[str, Any]


def _claims(state: State, user: User, *, kind: str, seconds: int) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iat": now,
        "owner": "saleor",
        "iss": state.settings.api_url,
        "exp": now + seconds,
        "token": user.token_key,
        "email": user.email,
        "type": kind,
        "user_id": user.id,
        "is_staff": user.is_staff,
    }


def access_token(state: State, user: User) -> str:
    """A session of the storefront or the dashboard: no app and no permissions in it."""
    return state.signer.token(_claims(state, user, kind="access", seconds=state.settings.token_seconds))


def refresh_token(state: State, user: User) -> str:
    """What a new session token can be had for."""
    return state.signer.token(
        {**_claims(state, user, kind="refresh", seconds=REFRESH_SECONDS), "csrfToken": "sandbox"}
    )


def deletion_token(state: State, user: User) -> str:
    """What Saleor sends by mail to a customer who wants their account deleted."""
    return state.signer.token(_claims(state, user, kind="deletion", seconds=DELETION_SECONDS))


def app_token(state: State, user: User, app: App, *, extension: Extension | None = None) -> str:
    """What the dashboard gives to an app's page: who looks, and what they may do there."""
    granted = extension.permission_codes if extension else app.permission_codes
    claims = {
        **_claims(state, user, kind="thirdparty", seconds=state.settings.token_seconds),
        "app": app.id,
        "permissions": sorted(granted & user.permissions),
        "user_permissions": sorted(user.permissions),
    }
    if extension is not None:
        claims["app_extension"] = extension.id
    if app.manifest.get("audience"):
        claims["aud"] = app.manifest["audience"]
    return state.signer.token(claims)


def session_claims(state: State, token: str, *kinds: str) -> Session:
    """The session behind a token of one of the kinds; TokenInvalid when it is none."""
    claims = state.signer.claims(token, time.time())
    user = state.store.find(claims.get("user_id"), User)
    if claims.get("type") not in kinds or user is None or user.token_key != claims.get("token"):
        raise TokenInvalid("Invalid token")
    return Session(user, claims)
