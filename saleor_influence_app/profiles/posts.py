"""A profile's posts as numbers: their engagement and the categories they name. No text is stored."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.models import Category, Post, Profile, Snapshot
from saleor_influence_app.profiles.follows import FollowersRead
from saleor_influence_app.social import network as social
from saleor_influence_app.social.network import AccountRef, Network
from saleor_influence_app.social.pagination import PageLimits, Paginator

MOST_POSTS, MOST_PAGES, SECONDS = 200, 20, 120.0
AHEAD = timedelta(days=1)
"""How far a network's clock may be ahead of ours."""
SHORTEST_NAME = 3
LONGEST_ID = 500


@dataclass(frozen=True, slots=True)
class Topics:
    """The shop's categories, found in texts by their names as whole words."""

    pattern: re.Pattern[str] | None
    ids: dict[str, str]

    def named_in(self, text: str) -> list[str]:
        """Return the ids of the categories that the text names."""
        if self.pattern is None:
            return []
        return sorted({self.ids[name] for name in self.pattern.findall(_compared(text))})


@dataclass(frozen=True, slots=True)
class PostsRead:
    """The posts since a moment, as rows without text."""

    rows: Sequence[dict[str, Any]]
    since: datetime
    """All posts from this moment on were read."""
    skipped: int = 0
    """Rows that could not be read."""

    @property
    def median(self) -> float | None:
        """Return the median engagement of a post: a single viral post, or a bought one, hardly changes it."""
        totals = [sum(row[name] or 0 for name in ("reactions", "reshares", "replies")) for row in self.rows]
        return float(median(totals)) if totals else None

    @property
    def topics(self) -> dict[str, int]:
        """Return how many posts name each category."""
        return dict(Counter(topic for row in self.rows for topic in row["topics"]))


def topics_of(session: Session, shop_id: int) -> Topics:
    """Return the shop's categories."""
    rows = session.execute(select(Category.name, Category.category_id).where(Category.shop_id == shop_id))
    ids = {_compared(row.name): row.category_id for row in rows if len(row.name) >= SHORTEST_NAME}
    names = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    return Topics(re.compile(rf"(?<!\w)({names})(?!\w)") if names else None, ids)


def _compared(text: str) -> str:
    """Return the name in lower case and NFC; not case-folded, so that Maße and Masse differ."""
    return unicodedata.normalize("NFC", text.lower())


def read(
    network: Network, account: AccountRef, topics: Topics, *, since: datetime, now: datetime
) -> PostsRead | None:
    """Return the posts since a moment; None if the network does not offer them, or not now.

    Posts dated in the future are left out: they would be kept too long.
    """
    limits = PageLimits(items=MOST_POSTS, pages=MOST_PAGES, seconds=SECONDS)
    paginator = Paginator(
        lambda cursor: network.posts(account, cursor),
        limit=limits,
        name=network.name,
        key=lambda post: post.id,
    )
    rows = []
    for post in paginator:
        if post.at < since:
            break
        if post.at > now + AHEAD:
            continue
        rows.append(_row(post, topics))
    end = paginator.end  # None: there were older ones
    if not rows and end is not None and end.failure is not None:
        return None
    whole = end is None or not (end.cut or end.failure)
    return PostsRead(rows, since if whole or not rows else min(row["at"] for row in rows), paginator.skipped)


def keep(session: Session, profile: Profile, posted: PostsRead) -> None:
    """Store the posts with their engagement now, and delete those that are no longer at the network."""
    read = [row["post_id"] for row in posted.rows]
    theirs = (Post.profile_id == profile.id, Post.at >= posted.since)
    session.execute(delete(Post).where(*theirs, Post.post_id.not_in(read)))
    rows = [{"shop_id": profile.shop_id, "profile_id": profile.id} | row for row in posted.rows]
    if not rows:
        return
    statement = insert(Post)
    names = ("reactions", "reshares", "replies", "topics")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Post.profile_id, Post.post_id],
            set_={name: statement.excluded[name] for name in names},
        ),
        rows,
    )


def snapshot(  # noqa: PLR0913 - each is one part of what was seen
    session: Session,
    profile: Profile,
    *,
    now: datetime,
    seen: social.NetworkProfile,
    posted: PostsRead | None,
    followers_read: FollowersRead,
    skipped: int,
) -> None:
    """Store the snapshot; a second one of the same moment is a no-op."""
    row = insert(Snapshot).values(
        shop_id=profile.shop_id,
        profile_id=profile.id,
        at=now,
        followers=seen.followers,
        following=seen.following,
        posts=seen.posts,
        followers_seen=followers_read.seen,
        followers_known=None if followers_read.seen is None else len(followers_read.found),
        posts_read=None if posted is None else len(posted.rows),
        rows_skipped=skipped,
        engagement_median=None if posted is None else posted.median,
        topics={} if posted is None else posted.topics,
    )
    session.execute(row.on_conflict_do_nothing())


def _row(post: social.NetworkPost, topics: Topics) -> dict[str, Any]:
    return {
        "post_id": post.id[:LONGEST_ID],
        "at": post.at,
        "reactions": post.reactions,
        "reshares": post.reshares,
        "replies": post.replies,
        "topics": topics.named_in(post.text),
    }
