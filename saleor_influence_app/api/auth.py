"""Who asks: a staff member of an installed shop, proven by the token that the dashboard gives the panel."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeGuard

from fastapi import Depends, Header
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from saleor_influence_app import db
from saleor_influence_app.errors import PermissionMissing, ShopUnknown, TokenExpired, TokenInvalid
from saleor_influence_app.pipeline import installs
from saleor_influence_app.saleor.keys import fetch_keys
from webhooks.router import ShopKeys

TOKEN_LIMIT = 16_384
"""Characters; Saleor's have about 2,000 for a staff member with every permission."""
CLOCK_SKEW_SECONDS = 5
"""How long a token is good beyond its end."""
AHEAD_SECONDS = 30
"""How far Saleor's clock may be ahead of ours; Saleor dates a token at the moment that it makes it."""
MIN_KEY_BITS = 2048
URL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who asks, in which shop, and what she may do there."""

    shop_id: int
    api_url: str
    user_id: str
    permissions: frozenset[str]


class KeyMissing(TokenInvalid):
    """The token names a key that we do not have: the shop may have a new one."""


def transactions() -> db.Transaction:
    """FastAPI dependency: where to look shops up; tests put their own in its place."""
    return db.transaction


def key_fetcher() -> installs.FetchKeys:
    """FastAPI dependency: how a shop's keys are fetched; tests put their own in its place."""
    return fetch_keys


def signed_in(
    *,
    transaction: Annotated[db.Transaction, Depends(transactions)],
    fetch: Annotated[installs.FetchKeys, Depends(key_fetcher)],
    authorization_bearer: Annotated[str | None, Header()] = None,
    saleor_api_url: Annotated[str | None, Header()] = None,
) -> StaffMember:
    """FastAPI dependency: the staff member who asks, or the error that says why there is none."""
    if not authorization_bearer or not saleor_api_url or len(saleor_api_url) > URL_LIMIT:
        raise TokenInvalid("Open this page in the Saleor dashboard: it signs you in.")
    with transaction() as session:
        shop = installs.keys_of(session, saleor_api_url)
    if shop is None:
        raise ShopUnknown("This app is not installed in the shop at that address.")
    if not shop.active:
        raise ShopUnknown("This app is switched off in this shop.")
    try:
        claims = read_token(authorization_bearer, shop.jwks)
    except KeyMissing:
        fresh = installs.refetch_keys(transaction, shop.shop_id, fetch=fetch)
        if fresh is None:
            raise
        claims = read_token(authorization_bearer, fresh.jwks)
    return judge(claims, shop, saleor_api_url)


def staff(permission: str) -> Callable[..., StaffMember]:
    """Return a FastAPI dependency: the staff member who asks, if she has the permission in Saleor."""

    def permitted(member: Annotated[StaffMember, Depends(signed_in)]) -> StaffMember:
        if permission not in member.permissions:
            raise PermissionMissing(f"This needs the permission {permission} in Saleor.")
        return member

    return permitted


def read_token(token: str, jwks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims that a holder of one of the keys signed with RS256."""
    if len(token) > TOKEN_LIMIT:
        raise TokenInvalid("The token is too long.")
    try:
        return dict(jwt.decode(token, lambda guest: _key(guest.headers(), jwks), algorithms=["RS256"]).claims)
    except TokenInvalid:
        raise
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise TokenInvalid("The token was not signed by this shop.") from error


def judge(
    claims: Mapping[str, Any], shop: ShopKeys, api_url: str, *, now: float | None = None
) -> StaffMember:
    """Return the staff member whom genuine claims name, if they are for this app and this time."""
    moment = time.time() if now is None else now
    # `thirdparty` is what the dashboard hands to apps; its own session and refresh tokens are not for us.
    expected = {"iss": api_url, "type": "thirdparty", "owner": "saleor", "app": shop.app_id, "is_staff": True}
    for name, value in expected.items():
        if type(claims.get(name)) is not type(value) or claims[name] != value:
            raise TokenInvalid(f"The token is not one of the dashboard for this app ({name}).")
    check_times(claims, moment, expired="The session has expired. The dashboard gives a new token by itself.")
    user_id, permissions = claims.get("user_id"), claims.get("user_permissions")
    if not isinstance(user_id, str) or not user_id or not isinstance(permissions, list):
        raise TokenInvalid("The token does not name a staff member and her permissions.")
    codes = frozenset(code for code in permissions if isinstance(code, str))
    return StaffMember(shop.shop_id, api_url, user_id, codes)


def check_times(claims: Mapping[str, Any], moment: float, *, expired: str) -> None:
    """Return if a token is good at this moment (RFC 7519: `iat`, `nbf`, `exp`); `expired` is for people."""
    expires, issued = claims.get("exp"), claims.get("iat")
    begins = claims.get("nbf", issued)
    if not (is_time(expires) and is_time(issued) and is_time(begins)):
        raise TokenInvalid("The token does not say from when until when it is good.")
    if max(issued, begins) > moment + AHEAD_SECONDS:
        raise TokenInvalid("The token is from the future: the clocks of Saleor and this app differ.")
    if expires + CLOCK_SKEW_SECONDS < moment:
        raise TokenExpired(expired)


def is_time(value: object) -> TypeGuard[float]:
    """Say whether a claim is a moment."""
    # Python reads NaN from JSON, which is never smaller than now, and integers that no float can hold
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _key(header: Mapping[str, Any], jwks: Mapping[str, Any]) -> RSAKey:
    kid = header.get("kid")
    for key in jwks.get("keys", []):
        if isinstance(kid, str) and key.get("kid") == kid and key.get("use") != "enc":
            found = RSAKey.import_key({"kty": "RSA", "n": key["n"], "e": key["e"]})
            if found.public_key.key_size < MIN_KEY_BITS:
                raise TokenInvalid("The shop's key is too short.")
            return found
    raise KeyMissing("The token was signed with a key that this shop does not have.")
