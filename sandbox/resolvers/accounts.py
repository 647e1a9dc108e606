"""Session tokens, and what a customer does with their own account."""

import time
from typing import Any

from sandbox.events import emit
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call, PermissionDenied
from sandbox.resolvers.metadata import announce, checked
from sandbox.sessions import Session, access_token, refresh_token, session_claims
from sandbox.tokens import TokenExpired, TokenForged, TokenInvalid
from sandbox.world import User

_WRONG = "Please, enter valid credentials"


@mutates("tokenCreate")
def token_create(call: Call, *, email: str, password: str) -> dict[str, Any]:
    """A session begins."""
    state = call.state
    user = state.store.users_by_email.get(email.lower())
    if user is None or user.password is None or user.password != password or not user.is_active:
        raise InputRefused("email", _WRONG, "INVALID_CREDENTIALS")
    user.last_login = state.store.clock.now()
    return {
        "token": access_token(state, user),
        "refresh_token": refresh_token(state, user),
        "csrf_token": "sandbox",
        "user": user,
    }


def _session(call: Call, token: str, field: str, *kinds: str) -> Session:
    """The session behind a token; the reason why there is none goes into `errors`."""
    try:
        return session_claims(call.state, token, *kinds)
    except TokenExpired as error:
        raise InputRefused(field, "Signature has expired", "JWT_SIGNATURE_EXPIRED") from error
    except TokenForged as error:
        raise InputRefused(field, "Error decoding signature", "JWT_DECODE_ERROR") from error
    except TokenInvalid as error:
        raise InputRefused(field, "Invalid token", "JWT_INVALID_TOKEN") from error


@mutates("tokenRefresh")
def token_refresh(call: Call, *, refresh_token: str | None = None) -> dict[str, Any]:
    """The session goes on."""
    if not refresh_token:
        raise InputRefused("refreshToken", "Missing refreshToken", "JWT_MISSING_TOKEN")
    user = _session(call, refresh_token, "refreshToken", "refresh").user
    return {"token": access_token(call.state, user), "user": user}


@mutates("tokenVerify")
def token_verify(call: Call, *, token: str) -> dict[str, Any]:
    """Whether the token still opens anything."""
    try:
        session = _session(call, token, "token", "access", "thirdparty", "refresh")
    except InputRefused as refusal:
        return {"is_valid": False, "user": None, "payload": None, "errors": [refusal.error]}
    return {"is_valid": True, "user": session.user, "payload": session.payload}


def _signed_in(call: Call) -> User:
    user = call.requestor.user
    if user is None:
        raise PermissionDenied(["AUTHENTICATED_USER"])
    return user


@mutates("accountRegister")
def account_register(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """They have an account; the answer gives no id away, and nobody is named as the issuer of the event."""
    store, email = call.state.store, input_["email"].lower()
    if email not in store.users_by_email:
        user = store.new_user(
            email,
            store.clock.now(),
            first_name=input_.get("first_name") or "",
            last_name=input_.get("last_name") or "",
            password=input_["password"],
            token_key=store.unique(),
            is_confirmed=False,
            metadata=checked(input_.get("metadata") or []),
            customer_type=store.default_customer_type(),
        )
        store.put_user(user)
        emit(call.state, "CUSTOMER_CREATED", user, by=None)
    shown = store.new_user(email, store.clock.now())
    shown.id = ""
    return {"requires_confirmation": True, "user": shown}


@mutates("accountUpdate", "AUTHENTICATED_USER")
def account_update(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """They changed their own data; public metadata is theirs to write."""
    user, store = _signed_in(call), call.state.store
    entries = checked(input_.pop("metadata", None) or [])
    for name, value in input_.items():
        setattr(user, name, value)
    before = dict(user.metadata)
    user.metadata.update(entries)
    store.touch_user(user)
    if user.metadata != before:
        announce(call, user)
    else:
        emit(call.state, "CUSTOMER_UPDATED", user, by=user)
    return {"user": user}


@mutates("accountDelete", "AUTHENTICATED_USER")
def account_delete(call: Call, *, token: str) -> dict[str, Any]:
    """They are gone. Only ACCOUNT_DELETED says so, not CUSTOMER_DELETED (facts, section 4)."""
    user, state = _signed_in(call), call.state
    if user.is_staff:
        raise InputRefused("token", "Cannot delete a staff account.", "DELETE_STAFF_ACCOUNT")
    try:
        claims = state.signer.claims(token, time.time())
    except TokenInvalid as error:
        raise InputRefused("token", "Invalid or expired token.", "INVALID") from error
    if claims.get("type") != "deletion" or claims.get("user_id") != user.id:
        raise InputRefused("token", "Invalid or expired token.", "INVALID")
    state.store.remove_user(user)
    emit(state, "ACCOUNT_DELETED", user, by=user)
    return {"user": user}
