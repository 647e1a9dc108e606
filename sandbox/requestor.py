"""Who asks, and what they may do."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.apps import App
from sandbox.state import State
from sandbox.tokens import TokenInvalid, unverified_claims
from sandbox.world import User

# Saleor tells an app's token from a session token by its length.
APP_TOKEN_LENGTH = 30
OTHER_TOKEN = "Invalid token. Create new one by using tokenCreate mutation."  # noqa: S105  # words for people


class CircularSubscriptionSyncEvent(Exception):
    """What an app is told must not need another app's answer; this class name is the code, as in Saleor."""

    def __init__(self) -> None:
        super().__init__("Resolving this field is not allowed in synchronous events.")


class PermissionDenied(Exception):
    """Answered with HTTP 200 and this class name as the code, as Saleor does."""

    def __init__(self, permissions: Iterable[str] = (), *, message: str | None = None) -> None:
        names = ", ".join(permissions)
        super().__init__(
            message
            if message is not None
            else f"To access this path, you need one of the following permissions: {names}"
            if names
            else "You do not have permission to perform this action"
        )


@dataclass(frozen=True)
class Requestor:
    """An app, a member of staff, a customer or nobody."""

    app: App | None = None
    user: User | None = None
    permissions: frozenset[str] = frozenset()

    @property
    def principal(self) -> App | User | None:
        """Who is named as the issuer of an event."""
        return self.app or self.user

    def may(self, *permissions: str) -> bool:
        """Whether one of the permissions is held; being an app or staff counts as one, as in Saleor."""
        held = self.permissions | self._roles()
        return any(permission in held for permission in permissions)

    def _roles(self) -> frozenset[str]:
        roles = {"AUTHENTICATED_APP"} if self.app else set()
        if self.user:
            roles |= {"AUTHENTICATED_USER"} | ({"AUTHENTICATED_STAFF_USER"} if self.user.is_staff else set())
        return frozenset(roles)

    def require(self, *permissions: str) -> None:
        """Go on only with one of the permissions."""
        if not self.may(*permissions):
            raise PermissionDenied(permissions)


@dataclass(eq=False)
class Call:
    """One request: the context of every resolver."""

    state: State
    requestor_or_error: Requestor | TokenInvalid
    # Whether apps may be asked while the answer is made: not in lists, and not in what apps are told.
    asks_apps: bool = True
    # Whether this is what an app is told while Saleor waits for its answer.
    is_waited_for: bool = False

    @property
    def requestor(self) -> Requestor:
        """Who asks; a bad session token fails here, in the field that needs it, as in Saleor."""
        if isinstance(self.requestor_or_error, TokenInvalid):
            raise self.requestor_or_error
        return self.requestor_or_error

    def now(self) -> datetime:
        """The present moment, never twice the same."""
        return self.state.store.clock.now()


def identify(state: State, header: str | None) -> Requestor | TokenInvalid:
    """Who holds the token in an Authorization header."""
    scheme, _, token = (header or "").partition(" ")
    token = token.strip()
    if scheme.lower() not in {"bearer", "jwt"} or not token:
        return Requestor()
    if len(token) == APP_TOKEN_LENGTH:
        app = state.app_of_token(token)
        return Requestor(app=app, permissions=app.permission_codes) if app else Requestor()
    if (unverified_claims(token) or {}).get("owner") != "saleor":
        # Not one of Saleor's own: some plugin might know it, and there is none.
        return Requestor()
    try:
        return _of_session(state, state.signer.claims(token, time.time()))
    except TokenInvalid as error:
        return error


def _of_session(state: State, claims: dict[str, Any]) -> Requestor:
    if claims["type"] not in {"access", "thirdparty"}:
        raise TokenInvalid(OTHER_TOKEN)
    user = state.store.find(claims.get("user_id"), User)
    if user is None or not user.is_active:
        raise TokenInvalid("Invalid token. User does not exist or is inactive.")
    if user.token_key != claims.get("token"):
        raise TokenInvalid(OTHER_TOKEN)
    granted = claims.get("permissions")
    held = user.permissions if user.is_staff else frozenset()
    return Requestor(user=user, permissions=held if granted is None else held & frozenset(granted))
