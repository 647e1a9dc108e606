"""Linking a profile: a customer begins, proves at the network that the account is theirs, and finishes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.consent import agreements, ledger, privacy_settings
from saleor_influence_app.errors import AppError, InputInvalid
from saleor_influence_app.models import PendingLink, Proof, Purpose, Shop
from saleor_influence_app.models import Profile as Row
from saleor_influence_app.profiles import link_failures, network_clients, pending_links, profiles
from saleor_influence_app.profiles.network_clients import NetworkRefused, Value, value_or_raise
from saleor_influence_app.profiles.pending_links import Shopper
from saleor_influence_app.profiles.profiles import ProvenAccount
from saleor_influence_app.shops import shops, social_tokens
from saleor_influence_app.social import handles, oauth_state, proof
from saleor_influence_app.social.failures import Failure, Final, NotOffered, Reason, code_of
from saleor_influence_app.social.handles import Handle
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkProfile,
    Token,
)
from saleor_influence_app.social.webfinger import Home

STATE_LIFETIME = timedelta(minutes=10)
NONCE_LIFETIME = timedelta(hours=1)
"""Changing a profile text takes time, and on some networks it is shown later."""

Method = Proof
Granted = tuple[Token | None, Credentials | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkContext:
    """What linking needs from its caller."""

    transaction: db.Transaction
    http: RateLimitedHttp
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRequest:
    """What they want to link, how, and where their browser comes back to or where their page here is."""

    network: str
    handle: str
    method: Method
    return_url: str
    page_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkStarted:
    """The next step: open `url` (oauth), or put `put` into the profile and then finish `link_id`."""

    method: Method
    link_id: str
    url: str | None = None
    put: str | None = None
    expires_at: datetime


def begin(context: LinkContext, shopper: Shopper, wanted: LinkRequest) -> LinkStarted:
    """Store what this shopper must prove, and return it."""
    with context.transaction() as session:
        privacy_settings.demand(session, shopper.shop_id, wanted.network)
        if (Purpose.LINK, wanted.network) not in ledger.given(session, shopper.shop_id, shopper.customer_id):
            raise InputInvalid("Agree to linking this profile first.", reason="agree")
        agreements.demand(session, shopper.shop_id, shopper.customer_id, network=wanted.network)
    if wanted.method == Proof.OAUTH:
        return _begin_oauth(context, shopper, wanted)
    handle = _parsed(wanted)
    home = network_clients.home_of(handle, http=context.http)
    with context.transaction() as session:
        base_url = network_clients.base_url_of(session, shopper.shop_id, wanted.network, home=home)
        page = f"{wanted.page_url}/me/{secrets.token_urlsafe(12)}"
        row = PendingLink(
            shop_id=shopper.shop_id,
            id=secrets.token_urlsafe(18),
            customer_id=shopper.customer_id,
            network=wanted.network,
            base_url=base_url,
            method=wanted.method,
            handle=network_clients.handle_for_lookup(handle, home),
            secret=proof.new_nonce() if wanted.method == Proof.NONCE else page,
            expires_at=context.now + NONCE_LIFETIME,
        )
        pending_links.replace(session, row)
    return LinkStarted(method=wanted.method, link_id=row.id, put=row.secret, expires_at=row.expires_at)


def finish_oauth(context: LinkContext, shopper: Shopper, *, state: str, code: str) -> int:
    """Link the account that the network names for the code; return the profile's id. A state works once."""
    with context.transaction() as session:
        row = pending_links.take(
            session, shopper, link_id=state.partition(".")[0], now=context.now, method=Proof.OAUTH
        )
        verifier = oauth_state.verifier_of(
            state, _context(session, shopper, row), key=_key(session, shopper), now=context.now
        )
        app = network_clients.app_of(
            session, shopper.shop_id, row.network, base_url=row.base_url, redirect_uri=row.secret
        )
        privacy_settings.demand(session, shopper.shop_id, row.network)
    if isinstance(verifier, Final):
        raise InputInvalid(verifier.sentence, reason="begin-anew")
    network = network_clients.at(row.network, row.base_url, app, http=context.http)
    authorization = AuthorizationRequest(redirect_uri=row.secret, state=state, verifier=verifier)
    token: Token = _value_or_report(context, shopper, row, answer=network.exchange(code, authorization))
    try:
        account = AccountRef(token=token, handle=row.handle)
        profile: NetworkProfile = _value_or_report(context, shopper, row, answer=network.profile(account))
        return _store(context, shopper, row, profile=profile, granted=(token, app))
    except AppError:
        _revoke_unused_token(context, shopper, row, closed=social_tokens.close(token, app))
        raise


def finish_proof(context: LinkContext, shopper: Shopper, *, link_id: str) -> int:
    """Link the account if its profile holds what was asked for; return the profile's id."""
    with context.transaction() as session:
        row = pending_links.find(session, shopper, link_id=link_id, now=context.now)
        network = network_clients.connect(
            session, shopper.shop_id, row.network, base_url=row.base_url, http=context.http
        )
        privacy_settings.demand(session, shopper.shop_id, row.network)
    profile: NetworkProfile = value_or_raise(network.profile(AccountRef(handle=row.handle)))
    if row.method == Proof.NONCE and not proof.has_nonce(profile.about, row.secret):
        raise _missing(f"Your profile does not say {row.secret} yet.")
    if row.method == Proof.REL_ME and not proof.has_link(profile.links, row.secret):
        raise _missing(f"Your profile does not link to {row.secret} yet.")
    with context.transaction() as session:
        pending_links.take(session, shopper, link_id=link_id, now=context.now, method=row.method)
    return _store(context, shopper, row, profile=profile, granted=(None, None))


def _value_or_report(
    context: LinkContext, shopper: Shopper, row: PendingLink, *, answer: Value | Failure
) -> Value:
    """Return the network's answer, or raise its failure; staff are notified of what they must mend."""
    if isinstance(answer, Final) and answer.reason is Reason.APP:
        with context.transaction() as session:
            link_failures.app_refused(session, shopper.shop_id, row.network, answer)
    return value_or_raise(answer)


def _revoke_unused_token(context: LinkContext, shopper: Shopper, row: PendingLink, *, closed: str) -> None:
    """Revoke a token that was not used, unless it may be the token of a profile that is linked already."""
    theirs = (
        Row.shop_id == shopper.shop_id,
        Row.customer_id == shopper.customer_id,
        Row.network == row.network,
    )
    with context.transaction() as session:
        if session.scalar(select(Row.id).where(*theirs)) is None:
            social_tokens.revoke(session, shopper.shop_id, row.network, at=(row.base_url, closed))


def _missing(what: str) -> InputInvalid:
    return InputInvalid(f"{what} Save it there, then try again.", reason="not-there-yet")


def _begin_oauth(context: LinkContext, shopper: Shopper, wanted: LinkRequest) -> LinkStarted:
    base_url, handle, app = _app(context, shopper, wanted)
    row = PendingLink(
        shop_id=shopper.shop_id,
        customer_id=shopper.customer_id,
        network=wanted.network,
        base_url=base_url,
        method=Proof.OAUTH,
        handle=handle,
        secret=wanted.return_url,
        expires_at=context.now + STATE_LIFETIME,
    )
    with context.transaction() as session:
        state, verifier = oauth_state.begin(
            _context(session, shopper, row), key=_key(session, shopper), now=context.now
        )
        authorization = AuthorizationRequest(redirect_uri=wanted.return_url, state=state, verifier=verifier)
        url = network_clients.at(wanted.network, base_url, app, http=context.http).authorise_url(
            authorization
        )
        if isinstance(url, NotOffered):
            raise NetworkRefused(url.sentence, reason=code_of(url))
        row.id = state.partition(".")[0]
        pending_links.replace(session, row)
    return LinkStarted(method=Proof.OAUTH, link_id=row.id, url=url, expires_at=row.expires_at)


def _app(
    context: LinkContext, shopper: Shopper, wanted: LinkRequest
) -> tuple[str, str | None, Credentials | None]:
    """Return address, handle and app for a network; the app is registered now at a new Mastodon server."""
    if wanted.network != "mastodon":
        with context.transaction() as session:
            base_url = network_clients.base_url_of(session, shopper.shop_id, wanted.network)
            return (
                base_url,
                None,
                network_clients.app_of(session, shopper.shop_id, wanted.network, base_url=base_url),
            )
    allow = settings.get().allow_private_networks
    handle = handles.parse(wanted.network, wanted.handle, allow_private=allow)
    if isinstance(handle, Handle):
        home = network_clients.home_of(handle, http=context.http)
    else:  # a server alone is enough: they choose the account there
        server = handles.server(wanted.handle, allow_private=allow)
        if not isinstance(server, str):
            raise InputInvalid(server.sentence, reason=code_of(server))
        home = Home(base_url=server, domain=urlsplit(server).netloc)
    with context.transaction() as session:
        base_url = network_clients.base_url_of(session, shopper.shop_id, wanted.network, home=home)
    app = network_clients.register(
        context.transaction,
        shopper.shop_id,
        base_url,
        redirect_uri=wanted.return_url,
        http=context.http,
    )
    return (
        base_url,
        network_clients.handle_for_lookup(handle, home) if isinstance(handle, Handle) else None,
        app,
    )


def _store(
    context: LinkContext, shopper: Shopper, row: PendingLink, *, profile: NetworkProfile, granted: Granted
) -> int:
    proven = ProvenAccount(
        network=row.network,
        network_id=profile.network_id,
        base_url=row.base_url,
        api_id=profile.api_id,
        handle=profile.handle,
        url=profile.url,
        proof=row.method,
        token=granted[0],
        app=granted[1],
    )
    with context.transaction() as session:
        return profiles.store(session, shopper.shop_id, shopper.customer_id, proven=proven, now=context.now)


def _parsed(wanted: LinkRequest) -> Handle:
    handle = handles.parse(wanted.network, wanted.handle, allow_private=settings.get().allow_private_networks)
    if not isinstance(handle, Handle):
        raise InputInvalid(handle.sentence, reason=code_of(handle))
    return handle


def _context(session: Session, shopper: Shopper, row: PendingLink) -> oauth_state.AuthorizationContext:
    shop = session.get_one(Shop, shopper.shop_id)
    return oauth_state.AuthorizationContext(
        shop=shop.api_url,
        session=shopper.customer_id,
        network=row.network,
        base_url=row.base_url,
        redirect_uri=row.secret,
    )


def _key(session: Session, shopper: Shopper) -> bytes:
    return shops.derived_key(session, shopper.shop_id, "oauth state")
