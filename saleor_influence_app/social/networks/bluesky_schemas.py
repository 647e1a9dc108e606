"""The views of Bluesky's lexicons as far as we read them (bluesky-social/atproto, lexicons/app/bsky)."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.schemas import Count, Cursor, Lenient, Rows, Schema, Text

Did = Annotated[str, Field(pattern=r"^did:[a-z]+:[A-Za-z0-9._:%-]+$", max_length=2048)]


class Resolved(Schema):
    """The DID of a handle."""

    did: Did


class Label(Schema):
    """A label that somebody put on an account or a post."""

    val: str = ""
    src: str = ""


class Person(Schema):
    """Anybody: of strangers we read the id only."""

    did: Did


class ProfileView(Person):
    """The linked account."""

    handle: Lenient[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]] = None
    description: Lenient[Text] = None
    created_at: Lenient[Moment] = Field(default=None, alias="createdAt")
    followers: Lenient[Count] = Field(default=None, alias="followersCount")
    follows: Lenient[Count] = Field(default=None, alias="followsCount")
    posts: Lenient[Count] = Field(default=None, alias="postsCount")
    labels: Lenient[Rows[Label]] = None


class Followers(Schema):
    """A page of people who follow an account."""

    followers: Rows[Person]
    cursor: Cursor = None


class Record(Schema):
    """A post as its author wrote it."""

    text: Lenient[Text] = None


class PostView(Schema):
    """A post with its engagement."""

    uri: str = Field(pattern=r"^at://[!-~]+$", max_length=500)
    record: Lenient[Record] = None
    # Not record.createdAt, which the author's program writes as it likes.
    indexed_at: Moment = Field(alias="indexedAt")
    replies: Lenient[Count] = Field(default=None, alias="replyCount")
    reposts: Lenient[Count] = Field(default=None, alias="repostCount")
    likes: Lenient[Count] = Field(default=None, alias="likeCount")


class Item(Schema):
    """A place in an author's feed."""

    post: PostView
    reason: object = None
    """Set for a repost of somebody else's post."""


class Feed(Schema):
    """A page of an author's feed."""

    feed: Rows[Item]
    cursor: Cursor = None


class Like(Schema):
    """One of the people who like a post."""

    actor: Person


class Likes(Schema):
    """A page of likes; empty for a deleted post."""

    likes: Rows[Like]
    cursor: Cursor = None


class Reposts(Schema):
    """A page of people who reposted a post."""

    people: Rows[Person] = Field(alias="repostedBy")
    cursor: Cursor = None


class Written(Schema):
    """A post by anybody."""

    author: Person


class ThreadReply(Schema):
    """A reply in a thread; without a post where that is deleted, blocked or hidden."""

    post: Written | None = None


class Replies(Schema):
    """A post in its thread, with the replies to it."""

    replies: Annotated[tuple[Lenient[ThreadReply], ...], Field(max_length=5000)] = ()


class Thread(Schema):
    """The response of getPostThread."""

    thread: Replies


RESOLVED = TypeAdapter(Resolved)
PROFILE = TypeAdapter(ProfileView)
FOLLOWERS = TypeAdapter(Followers)
FEED = TypeAdapter(Feed)
LIKES = TypeAdapter(Likes)
REPOSTS = TypeAdapter(Reposts)
THREAD = TypeAdapter(Thread)
