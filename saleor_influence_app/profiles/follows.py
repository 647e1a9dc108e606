"""Followers, reduced at once to other customers who consented; ties begin and end with them."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import run_queue, settings
from saleor_influence_app.models import Profile, Purpose, TieOrigin
from saleor_influence_app.shops import shops, tombstones
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.social.failures import Failure, Final, Reason, Transient
from saleor_influence_app.social.network import AccountRef, Network
from saleor_influence_app.social.networks import TITLES
from saleor_influence_app.social.pagination import PageEnd, PageLimits, Paginator
from saleor_influence_app.social.reduction import reduce

SLICE = 4_000
"""Followers read in one run: some fifty pages of Mastodon, which its limit allows in a minute."""
SLICE_PAGES, SLICE_SECONDS = 60, 240.0
"""A server may send small pages slowly: a run ends well before its lease (`snapshots.LEASE`)."""
MOST_FOLLOWERS, MOST_PAGES = 200_000, 5_000
"""The rest of a longer list is not read, and no follow in that part is taken for ended."""

# A new follow is valid from now on: networks do not say when it began.
_KEEP = text(f"""
    WITH found AS (
        SELECT p.customer_id FROM profiles p
        WHERE p.id = ANY (:found) AND p.shop_id = :shop_id AND p.network = :network
            AND p.customer_id <> :customer_id AND p.customer_id = ANY (:readable)
            AND consent_given(p.shop_id, p.customer_id, '{Purpose.SCORE}', p.network)
    ), ended AS (
        UPDATE ties SET valid_to = :now
        WHERE shop_id = :shop_id AND source_id = :customer_id AND kind = :network
            AND origin = '{TieOrigin.SOCIAL}' AND valid_to IS NULL AND valid_from < :now AND :complete
            AND target_id = ANY (:readable) AND target_id NOT IN (SELECT customer_id FROM found)
        RETURNING 1
    ), begun AS (
        INSERT INTO ties AS t (shop_id, source_id, target_id, kind, origin, valid_from, known_at)
        SELECT :shop_id, :customer_id, customer_id, :network, '{TieOrigin.SOCIAL}', :now, :now FROM found
        ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
        SET valid_from = excluded.valid_from, known_at = excluded.known_at, valid_to = NULL
        WHERE t.origin = '{TieOrigin.SOCIAL}' AND t.valid_to IS NOT NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM begun)
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowersRead:
    """A slice of a list of followers. `found`: profiles of ours; `again`: more follow, from `cursor` on."""

    seen: int | None
    """None: the network does not show the list."""
    found: frozenset[int]
    cursor: str | None
    complete: bool
    again: bool
    failure: Failure | None
    pages: int = 0
    skipped: int = 0
    """Rows that could not be read."""
    landmark: str | None = None
    """A former cursor, to notice a list that goes round in a circle."""


def hash_key(session: Session, shop_id: int) -> bytes:
    """Return the shop's key for hashes of profiles."""
    return shops.derived_key(session, shop_id, "social profiles")


def consenting(session: Session, profile: Profile, *, readable: Collection[str]) -> dict[bytes, int]:
    """Return the profiles of other customers who consented to scores and may be read: hash to id."""
    rows = session.execute(
        select(Profile.network_hash, Profile.id, Profile.customer_id)
        .where(Profile.shop_id == profile.shop_id, Profile.network == profile.network)
        .where(Profile.customer_id != profile.customer_id, Profile.customer_id == func.any_(list(readable)))
        .where(func.consent_given(Profile.shop_id, Profile.customer_id, Purpose.SCORE, Profile.network))
        .where(~objects(profile.shop_id, Profile.customer_id))
    ).all()
    away = set(tombstones.erased(session, profile.shop_id, [row.customer_id for row in rows]))
    return {row.network_hash: row.id for row in rows if row.customer_id not in away}


def read(
    network: Network, account: AccountRef, profile: Profile, *, consenting: dict[bytes, int], key: bytes
) -> FollowersRead:
    """Read the next slice of the list; everybody who is not among the consenting is dropped at once."""
    # Whole pages: X charges for followers, and the rest of a cut page would be paid twice.
    paginator = Paginator(
        lambda cursor: network.followers(account, cursor),
        limit=PageLimits(items=SLICE, pages=SLICE_PAGES, seconds=SLICE_SECONDS, whole_pages=True),
        cursor=profile.walk_cursor,
        passed=frozenset(filter(None, [profile.walk_landmark])),
        name=TITLES[profile.network],
    )
    people = (follower.network_id for follower in paginator)
    reduced = reduce(people, consenting.keys(), network=profile.network, key=key)
    end = cast("PageEnd", paginator.end)
    found = {consenting[one] for one in reduced.found} | {int(one) for one in profile.walk_found}
    seen = profile.walk_seen + reduced.seen
    pages, skipped = profile.walk_pages + end.pages, profile.walk_skipped + end.skipped
    hidden = end.failure is not None and not _may_go_on(end.failure)
    done = end.cursor is None and end.failure is None
    over = seen >= MOST_FOLLOWERS or pages >= MOST_PAGES
    return FollowersRead(
        seen=None if hidden and seen == 0 else seen,
        found=frozenset(found),
        cursor=end.cursor,
        # A row that cannot be read may be anybody: then no follow is taken for ended.
        complete=done and not skipped,
        again=not (done or hidden or over),
        failure=end.failure,
        pages=pages,
        skipped=skipped,
        landmark=_landmark(profile, pages, end.cursor),
    )


def _may_go_on(failure: Failure) -> bool:
    """Return whether to go on from where the list broke off later: its first part may have cost money."""
    later = isinstance(failure, Final) and failure.reason in {Reason.APP, Reason.CREDENTIALS}
    return later or isinstance(failure, Transient)


def _landmark(profile: Profile, pages: int, cursor: str | None) -> str | None:
    """Return a new landmark whenever the pages have doubled (Brent's algorithm): no circle is too long."""
    doubled = pages.bit_length() > profile.walk_pages.bit_length()
    return cursor if doubled else profile.walk_landmark


def keep(
    session: Session,
    profile: Profile,
    followers_read: FollowersRead,
    *,
    now: datetime,
    readable: Collection[str],
) -> None:
    """Store the progress. At the end of the list, begin ties; if it is complete, end those not in it.

    Ties with customers who may not be read now (`agreements.readable`) do not change.
    """
    values: dict[str, object] = {
        "walk_cursor": None,
        "walk_seen": 0,
        "walk_found": [],
        "walk_pages": 0,
        "walk_skipped": 0,
        "walk_landmark": None,
    }
    if followers_read.again:
        values = {
            "walk_cursor": followers_read.cursor,
            "walk_seen": followers_read.seen or 0,
            "walk_found": sorted(followers_read.found),
            "walk_pages": followers_read.pages,
            "walk_skipped": followers_read.skipped,
            "walk_landmark": followers_read.landmark,
        }
    elif followers_read.seen is not None:
        changed = session.execute(
            _KEEP,
            {
                "shop_id": profile.shop_id,
                "customer_id": profile.customer_id,
                "network": profile.network,
                "found": sorted(followers_read.found),
                "complete": followers_read.complete,
                "readable": list(readable),
                "now": now,
            },
        ).scalar_one()
        if changed:
            run_queue.request(session, profile.shop_id, delay=settings.get().score_delay_seconds)
    session.execute(update(Profile).where(Profile.id == profile.id).values(**values))
