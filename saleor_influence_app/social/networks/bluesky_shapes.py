"""The views of Bluesky's lexicons as far as we read them (bluesky-social/atproto, lexicons/app/bsky)."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.shapes import Count, Cursor, Rows, Shape, Text, Told

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

    handle: Told[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]] = None
    description: Told[Text] = None
    created_at: Told[Moment] = Field(default=None, alias="createdAt")
    followers: Told[Count] = Field(default=None, alias="followersCount")
    follows: Told[Count] = Field(default=None, alias="followsCount")
    posts: Told[Count] = Field(default=None, alias="postsCount")
    labels: Told[Rows[Label]] = None


class Followers(Shape):
    """A page of people who follow an account."""

    followers: Rows[Person]
    cursor: Cursor = None


class Record(Shape):
    """A post as its author wrote it."""

    text: Told[Text] = None


class Post(Shape):
    """A post with its engagement."""

    uri: str = Field(pattern=r"^at://[!-~]+$", max_length=500)
    record: Told[Record] = None
    # Not record.createdAt, which the author's program writes as it likes.
    indexed_at: Moment = Field(alias="indexedAt")
    replies: Told[Count] = Field(default=None, alias="replyCount")
    reposts: Told[Count] = Field(default=None, alias="repostCount")
    likes: Told[Count] = Field(default=None, alias="likeCount")


class Item(Shape):
    """A place in an author's feed."""

    post: Post
    reason: object = None
    """Why a post of somebody else is in the feed: a repost."""


class Feed(Shape):
    """A page of an author's feed."""

    feed: Rows[Item]
    cursor: Cursor = None


class Like(Shape):
    """One of the people who like a post."""

    actor: Person


class Likes(Shape):
    """A page of likes; a post that is gone has none."""

    likes: Rows[Like]
    cursor: Cursor = None


class Reposts(Shape):
    """A page of people who reposted a post."""

    people: Rows[Person] = Field(alias="repostedBy")
    cursor: Cursor = None


class Written(Shape):
    """A post by anybody."""

    author: Person


class Reply(Shape):
    """A place in a thread; without a post where that is deleted, blocked or not shown to us."""

    post: Written | None = None


class Replies(Shape):
    """A post in its thread, with the replies to it."""

    replies: Annotated[tuple[Told[Reply], ...], Field(max_length=5000)] = ()


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
