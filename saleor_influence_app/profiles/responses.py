"""Who responds to a customer's posts, reduced at once to others who consented: ties of a kind of their own.

A single like is not a relationship, so a tie needs responses to at least two posts. Single responses, and who
made them, are not stored.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import run_queue, settings
from saleor_influence_app.consent import retention_periods
from saleor_influence_app.consent.retention_periods import Span
from saleor_influence_app.models import Profile, Purpose, TieOrigin
from saleor_influence_app.profiles.posts import PostsRead
from saleor_influence_app.social.failures import Transient
from saleor_influence_app.social.network import AccountRef, Network, Responder, ResponseKind, Responsive
from saleor_influence_app.social.pagination import PageLimits, Paginator
from saleor_influence_app.social.reduction import reduce

MOST_POSTS = 20
"""In one snapshot: the newest posts with any response."""
MOST_RESPONDERS = 200
"""Of each list, newest first: a million likes are not read."""
MOST_PAGES, SECONDS = 20, 240.0
"""Pages of one list, and seconds for all lists: a server may send small pages slowly."""
POSTS_NEEDED = 2

# A tie is valid from when it is first seen until as long after the last time as both agreed to. Its weight is
# a share, so that it is never stronger than a follow of the same two.
_KEEP = text(f"""
    WITH found AS (
        SELECT p.customer_id, r.share, make_interval(months => r.months, days => r.days) AS lasts
        FROM unnest(
            CAST(:found AS int[]), CAST(:shares AS float8[]), CAST(:months AS int[]), CAST(:days AS int[])
        ) AS r (profile_id, share, months, days)
        JOIN profiles p ON p.id = r.profile_id AND p.shop_id = :shop_id AND p.network = :network
        WHERE p.customer_id <> :customer_id
            AND consent_given(p.shop_id, p.customer_id, '{Purpose.SCORE}', p.network)
    ), kept AS (
        INSERT INTO ties AS t
            (shop_id, source_id, target_id, kind, origin, weight, valid_from, known_at, valid_to)
        SELECT :shop_id, :customer_id, customer_id, :kind, '{TieOrigin.SOCIAL}', share, :now, :now,
            :now + lasts
        FROM found
        ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
        SET weight = excluded.weight, valid_to = excluded.valid_to, valid_from = CASE
            WHEN t.valid_to > excluded.valid_from THEN t.valid_from ELSE excluded.valid_from END
        WHERE t.origin = '{TieOrigin.SOCIAL}'
        RETURNING valid_from = :now AS begun
    )
    SELECT count(*) FILTER (WHERE begun) FROM kept
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsesRead:
    """To how many of `posts` each profile of ours responded. `failure` is why reading ended early."""

    posts: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)
    failure: Transient | None = None
    skipped: int = 0
    """Rows that could not be read."""


def kind_of(network: str) -> str:
    """Return the kind of these ties; the part before the colon is the network, whose consent they need."""
    return f"{network}:responses"


def read(
    network: Network, account: AccountRef, posted: PostsRead, *, consenting: Mapping[bytes, int], key: bytes
) -> ResponsesRead:
    """Read who responded to the newest posts, if the network lists it and there is anybody to find.

    A list that was cut short ends no tie: the next snapshot reads it again.
    """
    if not isinstance(network, Responsive) or not consenting:
        return ResponsesRead()
    asked, skipped, counts = 0, 0, Counter[int]()
    until = time.monotonic() + SECONDS
    answered = [row for row in posted.rows if any(row[by] != 0 for by in ResponseKind)]
    for row in answered[:MOST_POSTS]:
        if time.monotonic() >= until:
            break
        asked += 1
        found: set[int] = set()
        for by in ResponseKind:
            if row[by] == 0:
                continue
            paginator = _responders(network, account, row["post_id"], by=by, seconds=until - time.monotonic())
            ids = (one.network_id for one in paginator)
            known = reduce(ids, consenting.keys(), network=network.name, key=key).found
            found.update(consenting[one] for one in known)
            skipped += paginator.skipped
            if paginator.end is not None and isinstance(paginator.end.failure, Transient):
                counts.update(found)
                return ResponsesRead(
                    posts=asked, counts=counts, failure=paginator.end.failure, skipped=skipped
                )
        counts.update(found)
    return ResponsesRead(posts=asked, counts=counts, skipped=skipped)


def keep(
    session: Session, profile: Profile, responded: ResponsesRead, *, now: datetime, last: Mapping[str, Span]
) -> None:
    """Begin or prolong a tie to everybody who responded to two posts or more, and still consents.

    `last` is how long a tie may last at most, for each customer who may be read.
    """
    often = {who: count for who, count in responded.counts.items() if count >= POSTS_NEEDED}
    known = session.execute(select(Profile.id, Profile.customer_id).where(Profile.id.in_(often)))
    spans = {
        row.id: min(last[profile.customer_id], last[row.customer_id], key=retention_periods.days)
        for row in known
        if row.customer_id in last
    }
    often = {who: count for who, count in often.items() if who in spans}
    if not often:
        return
    begun = session.execute(
        _KEEP,
        {
            "shop_id": profile.shop_id,
            "customer_id": profile.customer_id,
            "network": profile.network,
            "kind": kind_of(profile.network),
            "found": list(often),
            "shares": [count / responded.posts for count in often.values()],
            "months": [spans[who].number if spans[who].unit == "months" else 0 for who in often],
            "days": [spans[who].number if spans[who].unit == "days" else 0 for who in often],
            "now": now,
        },
    ).scalar_one()
    if begun:
        run_queue.request(session, profile.shop_id, delay=settings.get().score_delay_seconds)


def _responders(
    network: Responsive, account: AccountRef, post_id: str, *, by: ResponseKind, seconds: float
) -> Paginator[Responder]:
    limits = PageLimits(items=MOST_RESPONDERS, pages=MOST_PAGES, seconds=seconds)
    return Paginator(lambda cursor: network.responders(account, post_id, by=by, cursor=cursor), limit=limits)
