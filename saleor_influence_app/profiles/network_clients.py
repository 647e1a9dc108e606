"""The networks as a shop uses them: at its addresses, with its credentials, within shared rate limits."""

from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

import redis
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.errors import AppError
from saleor_influence_app.models import NetworkApp
from saleor_influence_app.social import webfinger
from saleor_influence_app.social.failures import Failure, Transient, code_of
from saleor_influence_app.social.handles import Handle
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.network import Credentials, Network
from saleor_influence_app.social.networks import NETWORKS, mastodon
from saleor_influence_app.social.rate_limiter import RateLimiter
from saleor_influence_app.social.webfinger import Home

WEBSITE = "https://saleor.io"
Value = TypeVar("Value")


class NetworkRefused(AppError):
    """A network refused, or does not offer this: trying again does not help."""

    code = "NETWORK_REFUSED"


class NetworkBusy(AppError):
    """A network does not answer, or a rate limit is used up: try again later."""

    code = "NETWORK_BUSY"
    status = 503


@lru_cache(maxsize=1)
def http() -> RateLimitedHttp:
    """Return the client and rate limiter that this process shares for all networks."""
    url = settings.get().redis_url.get_secret_value().replace("redis+socket://", "unix://")
    return RateLimitedHttp(
        open_client(), RateLimiter(redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2))
    )


def home_of(handle: Handle, *, http: RateLimitedHttp) -> Home | None:
    """Return the server that a Mastodon handle's account lives on; None at other networks."""
    if handle.base_url is None:
        return None
    return value_or_raise(webfinger.find(http, handle.name, handle.base_url))


def handle_for_lookup(handle: Handle, home: Home | None) -> str:
    """Return the handle as the network expects it: with its domain if that is not the server's."""
    if home is None or home.base_url.endswith(f"//{home.domain}"):
        return handle.name
    return f"{handle.name}@{home.domain}"


def base_url_of(session: Session, shop_id: int, network: str, *, home: Home | None = None) -> str:
    """Return the address of a network for this shop; a Mastodon server is the shopper's choice."""
    chosen = privacy_settings.demand(session, shop_id, network).networks[network].base_url
    if network == "mastodon":
        if home is None:
            raise NetworkRefused("Say which server your account is on.", reason="handle")
        scheme = urlsplit(home.base_url).scheme
        if chosen is not None and chosen.rstrip("/") not in {home.base_url, f"{scheme}://{home.domain}"}:
            raise NetworkRefused(f"This shop links accounts of {chosen} only.", reason="server")
        return home.base_url
    return (chosen or NETWORKS[network].public_api).rstrip("/")


def connect(session: Session, shop_id: int, network: str, *, base_url: str, http: RateLimitedHttp) -> Network:
    """Return a network's client as the app that the shop has there."""
    return at(network, base_url, app_of(session, shop_id, network, base_url=base_url), http=http)


def at(network: str, base_url: str, app: Credentials | None, *, http: RateLimitedHttp) -> Network:
    """Return a network's client at an address; without an app it can read public data only."""
    if app is None and NETWORKS[network].needs_app:
        raise NetworkRefused(f"This shop has brought no app of {network}.", reason="app")
    return NETWORKS[network].open(http, base_url, app or ANONYMOUS)


ANONYMOUS = Credentials(client_id="", client_secret="")
"""For public data."""


def app_of(
    session: Session, shop_id: int, network: str, *, base_url: str, redirect_uri: str | None = None
) -> Credentials | None:
    """Return the app that the shop brought, or that is registered at a server; None if there is none."""
    if NETWORKS[network].needs_app:
        chosen = privacy_settings.read(session, shop_id).networks.get(network)
        secret = privacy_settings.secret_of(session, shop_id, network)
        if chosen is None or chosen.client_id is None or secret is None:
            return None
        return Credentials(client_id=chosen.client_id, client_secret=secret)
    wanted = [NetworkApp.shop_id == shop_id, NetworkApp.network == network, NetworkApp.base_url == base_url]
    if redirect_uri is not None:
        wanted.append(NetworkApp.redirect_uri == redirect_uri)
    row = session.scalars(select(NetworkApp).where(*wanted).order_by(NetworkApp.redirect_uri)).first()
    if row is None:
        return None
    return Credentials(
        client_id=row.client_id, client_secret=settings.open_secret(row.secret_encrypted).decode()
    )


def register(
    transaction: db.Transaction, shop_id: int, base_url: str, *, redirect_uri: str, http: RateLimitedHttp
) -> Credentials:
    """Return the app at a Mastodon server; register it if it is new there."""
    with transaction() as session:
        known = app_of(session, shop_id, "mastodon", base_url=base_url, redirect_uri=redirect_uri)
    if known is not None:
        return known
    fresh = value_or_raise(mastodon.register(http, base_url, redirect_uri=redirect_uri, website=WEBSITE))
    with transaction() as session:
        row = insert(NetworkApp).values(
            shop_id=shop_id,
            network="mastodon",
            base_url=base_url,
            redirect_uri=redirect_uri,
            client_id=fresh.client_id,
            secret_encrypted=settings.close_secret(fresh.client_secret),
        )
        session.execute(row.on_conflict_do_nothing())
        known = app_of(session, shop_id, "mastodon", base_url=base_url, redirect_uri=redirect_uri)
    return known or fresh


def value_or_raise(answer: Value | Failure) -> Value:
    """Return the value, or raise the failure as an error for people."""
    if isinstance(answer, Transient):
        raise NetworkBusy(answer.sentence, reason=code_of(answer))
    if isinstance(answer, Failure):
        raise NetworkRefused(answer.sentence, reason=code_of(answer))
    return answer
