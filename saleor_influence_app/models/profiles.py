"""Linked social profiles, what is read of them, and links under way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key


class Proof(StrEnum):
    """How somebody proves that a profile is theirs: by signing in, a word in the profile, or a link in it."""

    OAUTH = "oauth"
    NONCE = "nonce"
    REL_ME = "rel-me"


class ProfileState(StrEnum):
    """Whether we can read a profile; see `Profile.state`."""

    LINKED = "linked"
    RELINK = "relink"
    GONE = "gone"


class Profile(Base):
    """A customer's account on a network, proven to be theirs; the database wants their consent to it."""

    __tablename__ = "profiles"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer_id", "network"),
        UniqueConstraint("shop_id", "network", "network_hash"),
        one_of("proof", Proof),
        one_of("state", ProfileState),
        Index("ix_profiles_next_at", "next_at"),
        Index("ix_profiles_handle", "shop_id", text("ltrim(lower(handle), '@')")),
        Index(
            "ix_profiles_trouble_since",
            "trouble_since",
            postgresql_where=text("trouble_since IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    network: Mapped[str]
    network_hash: Mapped[bytes]
    """Keyed hash of the network's unchanging id: what lists of followers are compared with."""
    network_id: Mapped[str]
    base_url: Mapped[str]
    api_id: Mapped[str]
    handle: Mapped[str]
    url: Mapped[str]
    proof: Mapped[str]
    proven_at: Mapped[datetime]
    token_encrypted: Mapped[str | None]
    token_expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default=ProfileState.LINKED)
    """relink: the network no longer takes our token; gone: it no longer knows the account."""
    next_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When it is looked at next; NULL = not until it is linked anew."""
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    trouble: Mapped[str | None]
    trouble_reason: Mapped[str | None]
    """The same for machines: a cause or reason of `social.answers`."""
    trouble_since: Mapped[datetime | None]
    walk_cursor: Mapped[str | None]
    walk_seen: Mapped[int] = mapped_column(server_default=text("0"))
    walk_found: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Where reading their followers stands: profiles here among those seen so far, and never a stranger."""
    walk_pages: Mapped[int] = mapped_column(server_default=text("0"))
    walk_skipped: Mapped[int] = mapped_column(server_default=text("0"))
    walk_landmark: Mapped[str | None]
    """A cursor that was passed; a server that leads back to it would be read for ever."""


def _profile_key(*, primary_key: bool = False) -> Mapped[int]:
    return mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=primary_key)


class Snapshot(Base):
    """A profile at a moment: numbers only. NULL: the network does not say, or its owner hides it."""

    __tablename__ = "snapshots"
    __table_args__ = (Index("ix_snapshots_at", "at"),)

    shop_id: Mapped[int] = shop_key()
    profile_id: Mapped[int] = _profile_key(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    followers: Mapped[int | None] = mapped_column(BigInteger())
    following: Mapped[int | None] = mapped_column(BigInteger())
    posts: Mapped[int | None] = mapped_column(BigInteger())
    followers_seen: Mapped[int | None]
    """How many of the followers were looked at, to find customers who consent among them."""
    followers_known: Mapped[int | None]
    posts_read: Mapped[int | None]
    rows_skipped: Mapped[int] = mapped_column(server_default=text("0"))
    """Followers, posts and responses in a form that could not be read."""
    engagement_median: Mapped[float | None]
    """Reactions, reshares and replies of a post: the median, so that one viral post says little."""
    topics: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Posts read by category of the shop whose name they mention."""


class Post(Base):
    """A post's engagement, without its text, for as long as the shop keeps raw posts."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_at", "at"),)

    shop_id: Mapped[int] = shop_key()
    profile_id: Mapped[int] = _profile_key(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    reactions: Mapped[int | None] = mapped_column(BigInteger())
    reshares: Mapped[int | None] = mapped_column(BigInteger())
    replies: Mapped[int | None] = mapped_column(BigInteger())
    topics: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))


class NetworkApp(Base):
    """This app as a server of a network knows it: registered once for an address to come back to."""

    __tablename__ = "network_apps"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    base_url: Mapped[str] = mapped_column(primary_key=True)
    redirect_uri: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    secret_encrypted: Mapped[str]


class PendingLink(Base):
    """A link that was begun: what only they can finish, once, in time."""

    __tablename__ = "pending_links"
    __table_args__ = (
        one_of("method", Proof),
        Index("ix_pending_links_expires_at", "expires_at"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    """The state's id (OAuth) or a random one."""
    customer_id: Mapped[str]
    network: Mapped[str]
    base_url: Mapped[str]
    method: Mapped[str]
    handle: Mapped[str | None]
    secret: Mapped[str]
    """The nonce, or the address that a link must lead to; the redirect address (OAuth)."""
    expires_at: Mapped[datetime]


class Revocation(Base):
    """A token to be made worthless at its network; it names nobody, and outlives the shop."""

    __tablename__ = "revocations"
    __table_args__ = (
        Index("ix_revocations_next_at", "next_at"),
        Index("ix_revocations_erasure", "erasure_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id", ondelete="SET NULL"))
    """NULL: the shop is gone."""
    erasure_id: Mapped[int | None]
    network: Mapped[str]
    base_url: Mapped[str]
    token_encrypted: Mapped[str]
    """With the app that it was granted to."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Invitation(Base):
    """Staff asked a customer to link: they alone can."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer_id", "network"),
        Index("ix_invitations_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    network: Mapped[str]
    handle: Mapped[str | None]
    """What staff think their handle is: a suggestion to them, and nothing else."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
