"""Which shopper asks: an account by its Saleor session, checked offline and live; a guest by their link."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db, login_throttle, settings
from saleor_influence_app.api.auth import (
    URL_LIMIT,
    KeysNotRead,
    check_times,
    claims_of,
    key_fetcher,
    transactions,
)
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.outside import SESSIONS
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.errors import AppError, PermissionMissing, ShopUnknown, TokenInvalid
from saleor_influence_app.fields import ID_LIMIT
from saleor_influence_app.rights import guest_links, subjects
from saleor_influence_app.saleor import shopper
from saleor_influence_app.saleor.addresses import origin_of
from saleor_influence_app.saleor.client import SMALL_ANSWER, SaleorClient
from saleor_influence_app.shops import installations
from webhooks.router import ShopKeys

CONFIRMED_SECONDS = 60.0
"""For so long the shop is not asked again whether a session still counts."""
MOST_CONFIRMED = 10_000
LIVE_SECONDS = 8.0
Confirm = Callable[[str, str, str], None]
"""Raises unless the shop (its API's address) says that this token is this customer's."""


class TooMany(AppError):
    """Somebody tries tokens; waiting is right."""

    code = "TOO_MANY_ATTEMPTS"
    status = 429


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who asks, in which shop."""

    shop_id: int
    api_url: str
    customer_id: str
    """Of an account, or a guest's name in the ledger."""
    by_link: bool = False
    """They came by a link that was mailed or handed over, and not by a session of the shop."""


@dataclass
class Confirmed:
    """Sessions that a shop has confirmed a moment ago, by hash: a token is never kept."""

    confirm: Confirm
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, api_url: str, token: str, customer_id: str) -> None:
        """Return if the shop says, or said within a minute, that this token counts."""
        name = hashlib.sha256(f"{api_url}\0{customer_id}\0{token}".encode()).hexdigest()
        if self._known.get(name, 0.0) > self.clock():
            return
        self.confirm(api_url, token, customer_id)
        with self._lock:
            while len(self._known) >= MOST_CONFIRMED:
                del self._known[next(iter(self._known))]
            self._known[name] = self.clock() + CONFIRMED_SECONDS


def ask_shop(api_url: str, token: str, customer_id: str) -> None:
    """Return if the shop says that this token is this customer's."""
    with SaleorClient(api_url, token, timeout=LIVE_SECONDS, limit=SMALL_ANSWER) as client:
        shopper.confirm(client, customer_id)


_confirmed = Confirmed(ask_shop)


async def confirmer() -> Confirm:
    """FastAPI dependency: how a session is confirmed; tests put their own in its place."""
    return _confirmed


@dataclass(frozen=True, slots=True)
class World:
    """FastAPI dependency: what proving a shopper needs."""

    transaction: Annotated[db.Transaction, Depends(transactions)]
    fetch: Annotated[installations.FetchKeys, Depends(key_fetcher)]
    confirm: Annotated[Confirm, Depends(confirmer)]


async def signed_in(
    request: Request,
    world: Annotated[World, Depends()],
    *,
    authorization: Annotated[str | None, Header()] = None,
    saleor_api_url: Annotated[str | None, Header()] = None,
) -> Shopper:
    """FastAPI dependency: the shopper who asks, or the error that says why there is none."""
    address = request.client.host if request.client else "?"
    if await run_in_threadpool(login_throttle.exhausted, address):
        raise TooMany("Too many sessions from your address were refused. Wait a minute.")
    try:
        return await _proven(request, world, authorization, api_url=saleor_api_url)
    except (TokenInvalid, ShopUnknown, PermissionMissing, KeysNotRead):
        await run_in_threadpool(login_throttle.failed, address)
        raise


async def _proven(
    request: Request, world: World, authorization: str | None, *, api_url: str | None
) -> Shopper:
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() not in {"bearer", "guest"} or not token:
        raise TokenInvalid("Sign in to the shop first.")
    shop, api_url = await asked_shop(request, world.transaction, api_url)
    if kind.lower() == "guest":
        customer_id = await run_in_threadpool(_guest, world.transaction, shop.shop_id, token)
        return Shopper(shop.shop_id, api_url, customer_id, by_link=True)
    claims = await claims_of(token, shop, transaction=world.transaction, fetch=world.fetch)
    customer_id = judge(claims, api_url)
    await SESSIONS.call(world.confirm, api_url, token, customer_id)
    return Shopper(shop.shop_id, api_url, customer_id)


async def with_account(shopper: Annotated[Shopper, Depends(signed_in)]) -> Shopper:
    """FastAPI dependency: the shopper who asks, signed in to their account in the shop."""
    if shopper.by_link:
        raise PermissionMissing("This needs an account of the shop: sign in there.")
    return shopper


async def asked_shop(
    request: Request, transaction: db.Transaction, api_url: str | None
) -> tuple[ShopKeys, str]:
    """Return the shop that a request is about, if the page that sends it may ask there."""
    if not api_url or len(api_url) > URL_LIMIT or "\0" in api_url:
        raise TokenInvalid("Sign in to the shop first.")
    shop, origins = await run_in_threadpool(_shop, transaction, api_url)
    _check_origin(request, origins, api_url)
    return shop, api_url


def _guest(transaction: db.Transaction, shop_id: int, token: str) -> str:
    """Return whom the link is for, by the name that counts now."""
    with transaction() as session:
        db.use_one_snapshot(session)
        return subjects.current(session, shop_id, guest_links.whose(session, shop_id, token))


def _shop(transaction: db.Transaction, api_url: str) -> tuple[ShopKeys, list[str]]:
    """Return the shop and its storefronts' origins."""
    with transaction() as session:
        db.use_one_snapshot(session)
        shop = installations.keys_of(session, api_url)
        if shop is None or not shop.active:
            raise ShopUnknown("This shop does not use this app.")
        return shop, privacy_settings.read(session, shop.shop_id).storefront_origins


def judge(claims: dict[str, Any], api_url: str, *, now: float | None = None) -> str:
    """Return the customer whom genuine claims name, if they are of a shopper's session and in time."""
    moment = time.time() if now is None else now
    # An app's token, the dashboard's token for an app and a refresh token have other types.
    expected = {"iss": api_url, "type": "access", "owner": "saleor", "is_staff": False}
    for name, value in expected.items():
        if type(claims.get(name)) is not type(value) or claims[name] != value:
            raise TokenInvalid(f"This is not the session of a shopper in this shop ({name}).")
    if "app" in claims or "user_permissions" in claims:
        raise TokenInvalid("This is not the session of a shopper in this shop (app).")
    check_times(claims, moment, expired="Your session has expired: sign in again.")
    customer_id = claims.get("user_id")
    if not isinstance(customer_id, str) or not 0 < len(customer_id) <= ID_LIMIT or "\0" in customer_id:
        raise TokenInvalid("The session does not name a customer.")
    return customer_id


def _check_origin(request: Request, allowed: list[str], api_url: str) -> None:
    """Refuse a page of an origin that the shop has not named; programs send none."""
    origin = request.headers.get("origin")
    ours = {origin_of(addresses(request).iframe_url + "/"), origin_of(api_url)}
    if origin is not None and origin not in allowed and origin not in ours:
        raise PermissionMissing("The shop has not named the page that you are on as one of its own.")


def page_url(request: Request) -> str:
    """Return the address of the shopper's page, which this app serves."""
    base = settings.get().app_iframe_base_url or addresses(request).iframe_url
    return f"{base.rstrip('/')}/shopper"
