"""Linked profiles: one for each customer and network, and never one for two customers."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.consent import agreements, ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure
from saleor_influence_app.erasure.erasure import TokenRevocationPolicy
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Action, ErasureReason, Invitation, Profile, ProfileState, Purpose
from saleor_influence_app.profiles import follows
from saleor_influence_app.shops import social_tokens, suppression
from saleor_influence_app.social.network import Credentials, Token
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.social.reduction import keyed_hash
from saleor_influence_app.writeback import staging

logger = log.get(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenAccount:
    """An account that was proven to be a customer's, and how."""

    network: str
    network_id: str
    base_url: str
    api_id: str
    handle: str
    url: str
    proof: str
    token: Token | None = None
    app: Credentials | None = None
    """The app that the token was granted to."""


COPIED = ("network", "network_id", "base_url", "api_id", "handle", "url", "proof")


def store(
    session: Session, shop_id: int, customer_id: str, *, proven: ProvenAccount, now: datetime | None = None
) -> int:
    """Link the profile to the customer and return its id. Unlink it from a former customer; notify both."""
    staging.lock(session, shop_id)
    ledger.lock(session, shop_id)
    away = suppression.away(session, shop_id, [customer_id]).get(customer_id)
    if away is not None and away.deleted_at is not None:
        raise RowMissing("This account has been deleted.")
    agreed = ledger.current(session, shop_id, customer_id).get((Purpose.LINK, proven.network))
    if agreed is None or agreed.action != Action.GIVEN:
        raise InputInvalid("Agree to linking this profile first.", reason="agree")
    agreements.demand(session, shop_id, customer_id, network=proven.network)
    ledger.record(session, shop_id, customer_id, decisions=[ledger.proven(agreed, proven.proof)])
    digest = keyed_hash(proven.network, proven.network_id, key=follows.hash_key(session, shop_id))
    _displace_former_links(session, shop_id, customer_id, proven=proven, digest=digest)
    token = social_tokens.close(proven.token, proven.app) if proven.token else None
    values = {name: getattr(proven, name) for name in COPIED} | {
        "network_hash": digest,
        "proven_at": now or datetime.now(UTC),
        "token_encrypted": token,
        "token_expires_at": proven.token.expires_at if proven.token else None,
        "state": ProfileState.LINKED,
        "next_at": func.now(),
        "failures": 0,
        "trouble": None,
        "trouble_reason": None,
        "trouble_since": None,
    }
    row = insert(Profile).values(shop_id=shop_id, customer_id=customer_id, **values)
    same = [Profile.shop_id, Profile.customer_id, Profile.network]
    profile_id = session.execute(
        row.on_conflict_do_update(index_elements=same, set_=values).returning(Profile.id)
    ).scalar_one()
    invited = (Invitation.shop_id == shop_id, Invitation.customer_id == customer_id)
    session.execute(delete(Invitation).where(*invited, Invitation.network == proven.network))
    db.after_commit(session, "social.snapshot", shop_id)
    logger.info("profile.linked", shop_id=shop_id, network=proven.network, proof=proven.proof)
    return profile_id


def not_me(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    """Unlink a profile that is not theirs and delete everything that was based on it."""
    known = select(func.count()).where(
        Profile.shop_id == shop_id, Profile.customer_id == customer_id, Profile.network == network
    )
    if not session.scalar(known):
        raise RowMissing("No profile of this network is linked to you.")
    decision = Decision(
        purpose=Purpose.LINK, network=network, action=Action.WITHDRAWN, proof=f"{ledger.SESSION}: not me"
    )
    erasure.withdraw(session, shop_id, customer_id, decision=decision, reason=ErasureReason.NOT_ME)


def _displace_former_links(
    session: Session, shop_id: int, customer_id: str, *, proven: ProvenAccount, digest: bytes
) -> None:
    """Unlink this profile from another customer, and another profile from this one: the newer proof wins."""
    ours = (Profile.shop_id == shop_id, Profile.network == proven.network)
    other = session.scalars(
        select(Profile.customer_id).where(
            *ours, Profile.network_hash == digest, Profile.customer_id != customer_id
        )
    ).first()
    keep = proven.token.access if proven.token else None
    same_grant = proven.token is not None and NETWORKS[proven.network].terms.one_grant
    if other is not None:
        keeping = TokenRevocationPolicy(keep=keep, keep_all=same_grant)
        erasure.make_room(session, shop_id, other, network=proven.network, keeping=keeping)
        erasure.add_notice(session, shop_id, other, kind="profile-moved-away", network=proven.network)
        erasure.add_notice(session, shop_id, customer_id, kind="profile-moved-here", network=proven.network)
    former = session.scalars(
        select(Profile.network_hash).where(*ours, Profile.customer_id == customer_id)
    ).first()
    if former is not None and former != digest:
        erasure.make_room(
            session, shop_id, customer_id, network=proven.network, keeping=TokenRevocationPolicy(keep=keep)
        )
