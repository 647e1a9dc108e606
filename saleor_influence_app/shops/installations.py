"""A shop comes, is paused, comes back, and goes: everything that an installation means for our rows."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, settings
from saleor_influence_app.errors import AppError, SecretUnreadable
from saleor_influence_app.models import Backfill, History, Shop, TombstoneKind
from saleor_influence_app.saleor.client import Opener, open_client
from saleor_influence_app.saleor.identity import Identity, read_identity
from saleor_influence_app.saleor.versions import major_minor
from saleor_influence_app.shops import schedules, social_tokens, tombstones
from webhooks.router import ShopKeys

logger = log.get(__name__)

BACKFILL_KINDS = (History.CUSTOMERS, History.ORDERS)
REFETCH_INTERVAL = timedelta(seconds=60)
"""Anybody can name an unknown key in a signature, so a shop is asked for its keys once a minute at most."""

KEY_SETS = 20
"""Shops whose keys have one name: mostly one, and never more than a copied database has."""

FetchKeys = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Installation:
    """What a proven registration tells of a shop; the token is still in clear."""

    api_url: str
    app_id: str
    token: str = field(repr=False)
    jwks: dict[str, Any]
    schema_version: str
    saleor_version: str | None
    permissions: tuple[str, ...]


def store(session: Session, installation: Installation) -> int:
    """Store the shop under a new id; what an earlier installation at the same address left is gone.

    Reading its history begins after the commit.
    """
    # Two registrations at one moment: the later one wins whole, instead of failing on the unique address.
    lock = func.pg_advisory_xact_lock(func.hashtextextended(installation.api_url, 0))
    session.execute(select(lock))
    earlier = session.scalar(select(Shop.id).where(Shop.api_url == installation.api_url))
    if earlier is not None:
        former = tombstones.Ending(customer_id=tombstones.FORMER_SHOP, what=TombstoneKind.REPLACED)
        try:
            tombstones.note(session, earlier, [former])
        except SecretUnreadable:  # installing anew is what mends a lost secret key
            logger.warning("shop.former_unreadable", shop_id=earlier)
        social_tokens.outlive(session, earlier)
        session.execute(delete(Shop).where(Shop.id == earlier))
    shop = Shop(
        api_url=installation.api_url,
        app_id=installation.app_id,
        token_encrypted=settings.close_secret(installation.token),
        email_key_encrypted=settings.close_secret(secrets.token_urlsafe(32)),
        jwks=installation.jwks,
        jwks_fetched_at=func.now(),
        jwks_read_at=func.now(),
        schema_version=installation.schema_version,
        saleor_version=installation.saleor_version,
        permissions=sorted(installation.permissions),
    )
    session.add(shop)
    session.flush()
    for kind in BACKFILL_KINDS:
        session.add(Backfill(shop_id=shop.id, kind=kind))
        db.after_commit(session, "history.backfill", shop.id, kind)
    db.after_commit(session, "history.categories", shop.id)
    session.flush()
    logger.info("shop.installed", shop_id=shop.id, schema_version=shop.schema_version)
    return shop.id


def refresh(session: Session, shop_id: int, identity: Identity) -> None:
    """The shop's row has the permissions and the version that its Saleor tells now."""
    values: dict[str, Any] = {"permissions": sorted(identity.permissions)}
    if identity.saleor_version:
        schema_version = ".".join(map(str, major_minor(identity.saleor_version)))
        values |= {"saleor_version": identity.saleor_version, "schema_version": schema_version}
    session.execute(update(Shop).where(Shop.id == shop_id).values(values))


@dataclass(frozen=True, slots=True)
class Contacted:
    """How a shop's Saleor is reached as the app."""

    api_url: str
    token_encrypted: str
    saleor_version: str | None


def contacted(session: Session, shop_id: int) -> Contacted:
    """Return how the shop's Saleor is reached."""
    shop = session.get_one(Shop, shop_id)
    return Contacted(shop.api_url, shop.token_encrypted, shop.saleor_version)


def granted(session: Session, shop_id: int) -> list[str]:
    """Return the permissions that the app had when Saleor was last asked."""
    return list(session.scalars(select(Shop.permissions).where(Shop.id == shop_id)).one())


def look_again(transaction: db.Transaction, shop_id: int, *, opener: Opener = open_client) -> None:
    """The shop's row has what Saleor tells now: staff may have granted more, or upgraded Saleor.

    No error when Saleor does not answer: whatever needs an answer meets the same trouble and says so.
    """
    with transaction() as session:
        shop = session.get(Shop, shop_id)
    if shop is None or not shop.active:
        return
    try:
        with opener(shop.api_url, shop.token_encrypted) as client:
            identity = read_identity(client)
    except AppError as error:
        logger.warning("shop.not_seen", shop_id=shop_id, reason=error.code)
        return
    if identity is not None and identity.app_id == shop.app_id:
        with transaction() as session:
            refresh(session, shop_id, identity)


def pause(session: Session, shop_id: int) -> None:
    """Stop all work for the shop: staff switched the app off."""
    _set_active(session, shop_id, active=False)


def resume(session: Session, shop_id: int) -> None:
    """Take up the work for the shop again, beginning with what changed meanwhile."""
    if _set_active(session, shop_id, active=True):
        db.after_commit(session, "facts.project", shop_id)
        schedules.put_off(session, shop_id, reconcile_at=datetime.now(UTC))  # if the message is lost
        db.after_commit(session, "history.reconcile", shop_id)
        db.after_commit(session, "outbox.flush", shop_id)


def purge(session: Session, shop_id: int) -> bool:
    """Delete every row of the shop; a repeat is a no-op. Says whether there was one.

    Tokens that its customers granted stay, without it, until they have been revoked.
    """
    if session.get(Shop, shop_id) is not None:
        whole = tombstones.Ending(customer_id=tombstones.WHOLE_SHOP, what=TombstoneKind.SHOP)
        tombstones.note(session, shop_id, [whole])
        social_tokens.outlive(session, shop_id)
    gone = session.execute(delete(Shop).where(Shop.id == shop_id).returning(Shop.id)).scalar()
    if gone is not None:
        logger.info("shop.purged", shop_id=shop_id)
    return gone is not None


def installed(session: Session) -> list[tuple[int, str]]:
    """Return id and address of every shop, paused ones too."""
    return [(row.id, row.api_url) for row in session.execute(select(Shop.id, Shop.api_url).order_by(Shop.id))]


def keys_of(session: Session, api_url: str) -> ShopKeys | None:
    """Return what is needed to judge tokens and signatures of the shop at exactly this address."""
    row = session.execute(
        select(Shop.id, Shop.app_id, Shop.active, Shop.jwks).where(Shop.api_url == api_url)
    ).one_or_none()
    return None if row is None else ShopKeys(*row)


def refetch_keys(transaction: db.Transaction, shop_id: int, *, fetch: FetchKeys) -> ShopKeys | None:
    """Return the shop with newly fetched keys, or None when it was asked a moment ago or gives none."""
    with transaction() as session:
        # The row itself is the rate limit, for all processes together. A run that writes locks it for
        # minutes: no webhook waits for that, since anybody can name an unknown key.
        due = select(Shop.id).where(Shop.id == shop_id, Shop.jwks_fetched_at < func.now() - REFETCH_INTERVAL)
        asked = session.execute(
            update(Shop)
            .where(Shop.id.in_(due.with_for_update(key_share=True, skip_locked=True)))
            .values(jwks_fetched_at=func.now())
            .returning(Shop.api_url, Shop.jwks_fetched_at)
        ).one_or_none()
    if asked is None:
        return None
    api_url, asked_at = asked
    try:
        jwks = fetch(api_url)
    except AppError as error:
        logger.warning("keys.not_fetched", shop_id=shop_id, reason=error.code)
        return None
    with transaction() as session:
        session.execute(update(Shop).where(Shop.id == shop_id).values(jwks=jwks, jwks_read_at=asked_at))
        return keys_of(session, api_url)


def keys_read_since(session: Session, shop_id: int, moment: float) -> bool:
    """Say whether the shop's key set was read at this Unix time or later: what signed before is in it."""
    found = session.scalar(select(Shop.jwks_read_at >= func.to_timestamp(moment)).where(Shop.id == shop_id))
    return bool(found)


def key_sets_with(session: Session, kid: str) -> list[dict[str, Any]]:
    """Return the key sets of all shops that have a key of this name."""
    wanted = {"keys": [{"kid": kid}]}
    return list(session.scalars(select(Shop.jwks).where(Shop.jwks.contains(wanted)).limit(KEY_SETS)))


def _set_active(session: Session, shop_id: int, *, active: bool) -> bool:
    changed = session.execute(
        update(Shop)
        .where(Shop.id == shop_id, Shop.active.is_(not active))
        .values(active=active)
        .returning(Shop.id)
    ).scalar()
    if changed is not None:
        logger.info("shop.resumed" if active else "shop.paused", shop_id=shop_id)
    return changed is not None
