"""Who follows them, reduced at once to other customers who agreed to it; their ties begin and end with it."""
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
from saleor_influence_app.social.answers import Failure, Final, Reason, Transient
from saleor_influence_app.social.network import Account, Network
from saleor_influence_app.social.networks import TITLES
from saleor_influence_app.social.reduction import reduce
from saleor_influence_app.social.walk import End, Limits, Walk

SLICE = 4_000
"""Followers in one visit: some fifty pages of Mastodon's, which its limit allows in a minute."""
SLICE_PAGES, SLICE_SECONDS = 60, 240.0
"""A server may give small pages, slowly: a visit ends well before its lease does (`snapshots.LEASE`)."""
MOST_FOLLOWERS, MOST_PAGES = 200_000, 5_000
"""Of a longer list the rest is not read; what is not seen is not known to have ended."""

# A follow that is seen for the first time holds from now on: since when it was there nobody says.
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
        INSERT INTO ties AS t (shop_id, source_id, target_id, kind, origin, valid_from)
        SELECT :shop_id, :customer_id, customer_id, :network, '{TieOrigin.SOCIAL}', :now FROM found
        ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
        SET valid_from = excluded.valid_from, valid_to = NULL
        WHERE t.origin = '{TieOrigin.SOCIAL}' AND t.valid_to IS NOT NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM begun)
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """How far their list was read: `found` are profiles here. `again`: there is more, from `cursor` on."""

    seen: int | None
    """None: the network does not show it."""
    found: frozenset[int]
    cursor: str | None
    complete: bool
    again: bool
    failure: Failure | None
    pages: int = 0
    skipped: int = 0
    """Rows that could not be read."""
    landmark: str | None = None
    """A cursor that was passed: whoever comes to it again goes round in a circle."""


def hash_key(session: Session, shop_id: int) -> bytes:
    """Return the shop's key for hashes of profiles."""
    return shops.derived_key(session, shop_id, "social profiles")


def consenting(session: Session, profile: Profile, *, readable: Collection[str]) -> dict[bytes, int]:
    """Return the profiles of the others who agreed to scores on this network, take part and may be read."""
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
    network: Network, account: Account, profile: Profile, *, consenting: dict[bytes, int], key: bytes
) -> Walked:
    """Read the next part of the list; of everybody who is not among the consenting nothing remains."""
    # Whole pages: X sells followers, and the rest of a page that was cut would be paid again.
    walk = Walk(
        lambda cursor: network.followers(account, cursor),
        limit=Limits(items=SLICE, pages=SLICE_PAGES, seconds=SLICE_SECONDS, whole_pages=True),
        cursor=profile.walk_cursor,
        passed=frozenset(filter(None, [profile.walk_landmark])),
        name=TITLES[profile.network],
    )
    people = (follower.network_id for follower in walk)
    reduced = reduce(people, consenting.keys(), network=profile.network, key=key)
    end = cast("End", walk.end)
    found = {consenting[one] for one in reduced.found} | {int(one) for one in profile.walk_found}
    seen = profile.walk_seen + reduced.seen
    pages, skipped = profile.walk_pages + end.pages, profile.walk_skipped + end.skipped
    hidden = end.failure is not None and not _may_go_on(end.failure)
    done = end.cursor is None and end.failure is None
    over = seen >= MOST_FOLLOWERS or pages >= MOST_PAGES
    return Walked(
        seen=None if hidden and seen == 0 else seen,
        found=frozenset(found),
        cursor=end.cursor,
        # Anybody may be behind a row that cannot be read: nobody is known to have left.
        complete=done and not skipped,
        again=not (done or hidden or over),
        failure=end.failure,
        pages=pages,
        skipped=skipped,
        landmark=_landmark(profile, pages, end.cursor),
    )


def _may_go_on(failure: Failure) -> bool:
    """Say whether the list is to be read on from where it broke: its first part may have cost money."""
    later = isinstance(failure, Final) and failure.reason in {Reason.APP, Reason.CREDENTIALS}
    return later or isinstance(failure, Transient)


def _landmark(profile: Profile, pages: int, cursor: str | None) -> str | None:
    """Return a new landmark whenever the pages have doubled (Brent): circles of any length are met."""
    doubled = pages.bit_length() > profile.walk_pages.bit_length()
    return cursor if doubled else profile.walk_landmark


def keep(
    session: Session, profile: Profile, walked: Walked, *, now: datetime, readable: Collection[str]
) -> None:
    """The ties are those of the list as far as it was read; who is no longer in a whole list has left.

    Of customers who may not be read now (`agreements.readable`), nothing new is noted either way.
    """
    values: dict[str, object] = {
        "walk_cursor": None,
        "walk_seen": 0,
        "walk_found": [],
        "walk_pages": 0,
        "walk_skipped": 0,
        "walk_landmark": None,
    }
    if walked.again:
        values = {
            "walk_cursor": walked.cursor,
            "walk_seen": walked.seen or 0,
            "walk_found": sorted(walked.found),
            "walk_pages": walked.pages,
            "walk_skipped": walked.skipped,
            "walk_landmark": walked.landmark,
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
                "readable": list(readable),
                "now": now,
            },
        ).scalar_one()
        if changed:
            run_queue.request(session, profile.shop_id, delay=settings.get().score_delay_seconds)
    session.execute(update(Profile).where(Profile.id == profile.id).values(**values))
