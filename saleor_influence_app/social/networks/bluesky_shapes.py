"""The views of Bluesky's lexicons as far as we read them (bluesky-social/atproto, lexicons/app/bsky)."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.shapes import Count, Cursor, Shape

Did = Annotated[str, Field(pattern=r"^did:[a-z]+:[A-Za-z0-9._:%-]+$", max_length=2048)]


class Resolved(Shape):
    """Whom a handle stands for."""

    did: Did


class Label(Shape):
    """What somebody says of an account or a post."""

    val: str = ""
    src: str = ""


class Person(Shape):
    """Anybody, as far as we look at strangers."""

    did: Did


class Profile(Person):
    """The account that we were asked to look at."""

    handle: str = Field(max_length=253)
    description: str = Field(default="", max_length=10_000)
    created_at: Moment | None = Field(default=None, alias="createdAt")
    followers: Count | None = Field(default=None, alias="followersCount")
    follows: Count | None = Field(default=None, alias="followsCount")
    posts: Count | None = Field(default=None, alias="postsCount")
    labels: tuple[Label, ...] = Field(default=(), max_length=1000)


class Followers(Shape):
    """A page of people who follow an account."""

    followers: tuple[Person, ...] = Field(max_length=200)
    cursor: Cursor | None = None


class Record(Shape):
    """A post as its author wrote it."""

    text: str = Field(default="", max_length=100_000)


class Post(Shape):
    """A post with its engagement."""

    uri: str = Field(pattern=r"^at://", max_length=4096)
    author: Person
    record: Record
    # Not record.createdAt, which the author's program writes as it likes.
    indexed_at: Moment = Field(alias="indexedAt")
    replies: Count | None = Field(default=None, alias="replyCount")
    reposts: Count | None = Field(default=None, alias="repostCount")
    likes: Count | None = Field(default=None, alias="likeCount")


class Item(Shape):
    """A place in an author's feed."""

    post: Post
    reason: object = None
    """Why a post of somebody else is in the feed: a repost."""


class Feed(Shape):
    """A page of an author's feed."""

    feed: tuple[Item, ...] = Field(max_length=200)
    cursor: Cursor | None = None


class Like(Shape):
    """One of the people who like a post."""

    actor: Person


class Likes(Shape):
    """A page of likes; a post that is gone has none."""

    likes: tuple[Like, ...] = Field(max_length=200)
    cursor: Cursor | None = None


class Reposts(Shape):
    """A page of people who reposted a post."""

    people: tuple[Person, ...] = Field(max_length=200, alias="repostedBy")
    cursor: Cursor | None = None


class Written(Shape):
    """A post by anybody."""

    author: Person


class Reply(Shape):
    """A place in a thread; without a post where that is deleted, blocked or not shown to us."""

    post: Written | None = None


class Replies(Shape):
    """A post in its thread, with the replies to it."""

    replies: tuple[Reply, ...] = Field(default=(), max_length=5000)


class Thread(Shape):
    """The thread that was asked for."""

    thread: Replies


RESOLVED = TypeAdapter(Resolved)
PROFILE = TypeAdapter(Profile)
FOLLOWERS = TypeAdapter(Followers)
FEED = TypeAdapter(Feed)
LIKES = TypeAdapter(Likes)
REPOSTS = TypeAdapter(Reposts)
THREAD = TypeAdapter(Thread)
