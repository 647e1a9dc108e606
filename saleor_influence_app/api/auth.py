"""Who asks: a staff member of an installed shop, proven by the token that the dashboard gives the panel."""

import json
import math
import time
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeGuard

from fastapi import Depends, Header
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db
from saleor_influence_app.api.outside import KEYS
from saleor_influence_app.errors import (
    PermissionMissing,
    ServiceUnavailable,
    ShopUnknown,
    TokenExpired,
    TokenInvalid,
)
from saleor_influence_app.saleor.keys import fetch_keys
from saleor_influence_app.shops import installations
from webhooks.router import ShopKeys

TOKEN_LIMIT = 16_384
"""Characters; Saleor's have about 2,000 for a staff member with every permission."""
CLOCK_SKEW_SECONDS = 5
"""How long a token is good beyond its end."""
AHEAD_SECONDS = 30
"""How far Saleor's clock may be ahead of ours; Saleor dates a token at the moment that it makes it."""
LATEST_SECONDS = 253_402_300_800
"""The end of the year 9999."""
MIN_KEY_BITS = 2048
URL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who asks, in which shop, and what they may do there."""

    shop_id: int
    api_url: str
    user_id: str
    permissions: frozenset[str]


class KeyMissing(TokenInvalid):
    """The token names a key that we do not have: the shop may have a new one."""


class KeysNotRead(ServiceUnavailable):
    """The same, while the shop's keys cannot be read: after a change of keys a moment decides."""


async def transactions() -> db.Transaction:
    """FastAPI dependency: where to look shops up; tests put their own in its place."""
    return db.transaction


async def key_fetcher() -> installations.FetchKeys:
    """FastAPI dependency: how a shop's keys are fetched; tests put their own in its place."""
    return fetch_keys


async def signed_in(
    *,
    transaction: Annotated[db.Transaction, Depends(transactions)],
    fetch: Annotated[installations.FetchKeys, Depends(key_fetcher)],
    authorization_bearer: Annotated[str | None, Header()] = None,
    saleor_api_url: Annotated[str | None, Header()] = None,
) -> StaffMember:
    """FastAPI dependency: the staff member who asks, or the error that says why there is none."""
    if not authorization_bearer or not saleor_api_url or len(saleor_api_url) > URL_LIMIT:
        raise TokenInvalid("Open this page in the Saleor dashboard: it signs you in.")
    shop = await run_in_threadpool(_shop, transaction, saleor_api_url)
    claims = await claims_of(authorization_bearer, shop, transaction=transaction, fetch=fetch)
    return judge(claims, shop, saleor_api_url)


def _shop(transaction: db.Transaction, api_url: str) -> ShopKeys:
    with transaction() as session:
        shop = installations.keys_of(session, api_url)
    if shop is None:
        raise ShopUnknown("This app is not installed in the shop at that address.")
    if not shop.active:
        raise ShopUnknown("This app is switched off in this shop.")
    return shop


def staff(permission: str) -> Callable[..., Awaitable[StaffMember]]:
    """Return a FastAPI dependency: the staff member who asks, if they have the permission in Saleor."""

    async def permitted(member: Annotated[StaffMember, Depends(signed_in)]) -> StaffMember:
        if permission not in member.permissions:
            raise PermissionMissing(f"This needs the permission {permission} in Saleor.")
        return member

    return permitted


async def claims_of(
    token: str, shop: ShopKeys, *, transaction: db.Transaction, fetch: installations.FetchKeys
) -> dict[str, Any]:
    """Return the claims of a token of this shop; for a key that we do not know the shop's are read anew.

    Raises KeysNotRead where that is not possible now and the key may be newer than those that we have.
    """
    try:
        return await run_in_threadpool(read_token, token, shop.jwks)
    except KeyMissing as unknown:
        fresh = await KEYS.call(installations.refetch_keys, transaction, shop.shop_id, fetch=fetch)
        if fresh is not None:
            return await run_in_threadpool(read_token, token, fresh.jwks)
        if await run_in_threadpool(_is_decided, transaction, shop.shop_id, token):
            raise
        raise KeysNotRead(
            "The keys of the shop cannot be read at the moment. Please try again in a minute."
        ) from unknown


def _is_decided(transaction: db.Transaction, shop_id: int, token: str) -> bool:
    """Say whether the shop's keys were read after the moment at which the token says that it was made."""
    try:
        issued = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))["iat"]
    except (ValueError, LookupError, TypeError, RecursionError):  # no token at all
        return True
    if not is_time(issued) or not 0 <= issued <= time.time() + AHEAD_SECONDS:
        return True
    with transaction() as session:
        return installations.keys_read_since(session, shop_id, float(issued))


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
        raise TokenInvalid("The token does not name a staff member and their permissions.")
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
    is_number = type(value) is int or (type(value) is float and math.isfinite(value))
    return is_number and abs(value) < LATEST_SECONDS  # type: ignore[arg-type]


def _key(header: Mapping[str, Any], jwks: Mapping[str, Any]) -> RSAKey:
    kid = header.get("kid")
    for key in jwks.get("keys", []):
        if isinstance(kid, str) and key.get("kid") == kid and key.get("use") != "enc":
            found = RSAKey.import_key({"kty": "RSA", "n": key["n"], "e": key["e"]})
            if found.public_key.key_size < MIN_KEY_BITS:
                raise TokenInvalid("The shop's key is too short.")
            return found
    raise KeyMissing("The token was signed with a key that this shop does not have.")
