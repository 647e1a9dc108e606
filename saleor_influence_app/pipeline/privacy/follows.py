"""Who follows her, reduced at once to other customers who agreed to it; their ties begin and end with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Profile
from saleor_influence_app.pipeline import runs, shops
from saleor_influence_app.social.answers import Failure, Transient
from saleor_influence_app.social.network import Account, Network
from saleor_influence_app.social.reduction import reduce
from saleor_influence_app.social.walk import End, Walk

SLICE = 4_000
"""Followers in one visit: some fifty pages of Mastodon's, which its limit allows in a minute."""
MOST_FOLLOWERS = 200_000
"""Of a longer list the rest is not read; what is not seen is not known to have ended."""

# A follow that is seen for the first time holds from now on: since when it was there nobody says.
_KEEP = text("""
    WITH found AS (
        SELECT p.customer_id FROM profiles p
        WHERE p.id = ANY (:found) AND p.shop_id = :shop_id AND p.network = :network
            AND p.customer_id <> :customer_id
            AND consent_given(p.shop_id, p.customer_id, 'score', p.network)
    ), ended AS (
        UPDATE ties SET valid_to = :now
        WHERE shop_id = :shop_id AND source_id = :customer_id AND kind = :network AND origin = 'social'
            AND valid_to IS NULL AND valid_from < :now AND :complete
            AND target_id NOT IN (SELECT customer_id FROM found)
        RETURNING 1
    ), begun AS (
        INSERT INTO ties AS t (shop_id, source_id, target_id, kind, origin, valid_from)
        SELECT :shop_id, :customer_id, customer_id, :network, 'social', :now FROM found
        ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
        SET valid_from = excluded.valid_from, valid_to = NULL
        WHERE t.origin = 'social' AND t.valid_to IS NOT NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM begun)
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """How far her list was read: `found` are profiles here. `again`: there is more, from `cursor` on."""

    seen: int | None
    """None: the network does not show it."""
    found: frozenset[int]
    cursor: str | None
    complete: bool
    again: bool
    failure: Failure | None


def hash_key(session: Session, shop_id: int) -> bytes:
    """Return the shop's key for hashes of profiles."""
    return shops.derived_key(session, shop_id, "social profiles")


def consenting(session: Session, profile: Profile) -> dict[bytes, int]:
    """Return the profiles of the others who agreed to scores on this network."""
    rows = session.execute(
        select(Profile.network_hash, Profile.id)
        .where(Profile.shop_id == profile.shop_id, Profile.network == profile.network)
        .where(Profile.customer_id != profile.customer_id)
        .where(func.consent_given(Profile.shop_id, Profile.customer_id, "score", Profile.network))
    )
    return {row.network_hash: row.id for row in rows}


def read(
    network: Network, account: Account, profile: Profile, *, consenting: dict[bytes, int], key: bytes
) -> Walked:
    """Read the next part of the list; of everybody who is not among the consenting nothing remains."""
    walk = Walk(
        lambda cursor: network.followers(account, cursor),
        limit=SLICE,
        cursor=profile.walk_cursor,
        name=network.name,
    )
    people = (follower.network_id for follower in walk)
    reduced = reduce(people, consenting.keys(), network=profile.network, key=key)
    end = cast("End", walk.end)
    found = {consenting[one] for one in reduced.found} | {int(one) for one in profile.walk_found}
    seen = profile.walk_seen + reduced.seen
    hidden = end.failure is not None and not isinstance(end.failure, Transient)
    done = end.cursor is None and end.failure is None
    over = seen >= MOST_FOLLOWERS
    return Walked(
        seen=None if hidden and seen == 0 else seen,
        found=frozenset(found),
        cursor=end.cursor,
        complete=done,
        again=not (done or hidden or over),
        failure=end.failure,
    )


def keep(session: Session, profile: Profile, walked: Walked, *, now: datetime) -> None:
    """The ties are those of the list as far as it was read; who is no longer in a whole list has left."""
    values: dict[str, object] = {"walk_cursor": None, "walk_seen": 0, "walk_found": []}
    if walked.again:
        values = {
            "walk_cursor": walked.cursor,
            "walk_seen": walked.seen or 0,
            "walk_found": sorted(walked.found),
        }
    elif walked.seen is not None:
        changed = session.execute(
            _KEEP,
            {
                "shop_id": profile.shop_id,
                "customer_id": profile.customer_id,
                "network": profile.network,
                "found": sorted(walked.found),
                "complete": walked.complete,
                "now": now,
            },
        ).scalar_one()
        if changed:
            runs.request(session, profile.shop_id, delay=settings.get().score_delay_seconds)
    session.execute(update(Profile).where(Profile.id == profile.id).values(**values))
