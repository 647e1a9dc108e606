"""The entities of Mastodon's API as far as we read them (docs.joinmastodon.org/entities)."""

import re
from typing import Annotated
from urllib.parse import parse_qs

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.schemas import (
    Count,
    Lenient,
    Plain,
    Rows,
    Schema,
    Secret,
    Text,
    WebAddress,
    readable,
)

SHOWN = frozenset({"public", "unlisted"})
"""Public posts. The owner's token would also give us direct messages."""


class App(Schema):
    """The credentials of a registered app."""

    client_id: Secret
    client_secret: Secret


class ProfileField(Schema):
    """A row of the table in a profile; the value is HTML."""

    value: str = Field(max_length=4096)


class Person(Schema):
    """Anybody: of strangers we read the ids only."""

    id: Plain
    uri: WebAddress


class LocalAccount(Person):
    """The linked account."""

    username: Lenient[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?$")]
    ] = None
    url: Lenient[WebAddress] = None
    note: Lenient[Text] = None
    created_at: Lenient[Moment] = None
    followers_count: Lenient[Count] = None
    """Some forks send -1 where the owner hides it."""
    following_count: Lenient[Count] = None
    statuses_count: Lenient[Count] = None
    locked: Lenient[bool] = None
    hide_collections: Lenient[bool] = None
    suspended: Lenient[bool] = None
    fields: Lenient[Annotated[tuple[Lenient[ProfileField], ...], Field(max_length=100)]] = None


class Status(Schema):
    """A post."""

    id: Plain
    created_at: Moment
    visibility: str
    """Required: a post without it may not be public."""
    content: Lenient[Text] = None
    favourites_count: Lenient[Count] = None
    reblogs_count: Lenient[Count] = None
    replies_count: Lenient[Count] = None
    reblog: object = None


class ThreadReply(Schema):
    """A post of a stranger in a thread: who wrote it and what it replies to, not its text."""

    account: Person
    in_reply_to_id: Lenient[str] = None
    visibility: str


class Context(Schema):
    """The thread around a post; the API gives a signed-in owner 4,096 of its descendants at most."""

    descendants: Annotated[tuple[Lenient[ThreadReply], ...], Field(max_length=5000)]

    def who_replied_to(self, post_id: str) -> tuple[tuple[str, ...], int]:
        """Return the `uri`s of the authors of public replies to the post, and how many rows are invalid."""
        read, skipped = readable(self.descendants)
        replies = (one for one in read if one.in_reply_to_id == post_id)
        return tuple(one.account.uri for one in replies if one.visibility in SHOWN), skipped


APP = TypeAdapter(App)
ACCOUNT = TypeAdapter(LocalAccount)
PEOPLE: TypeAdapter[tuple[Person | None, ...]] = TypeAdapter(Rows[Person])
STATUSES: TypeAdapter[tuple[Status | None, ...]] = TypeAdapter(Rows[Status])
CONTEXT = TypeAdapter(Context)


def next_cursor(link: str) -> str | None:
    """Return `max_id` of the next page in a Link header; the address in it is never followed."""
    address = _next(link)
    if address is None:
        return None
    value = parse_qs(address.partition("?")[2].partition("#")[0]).get("max_id", [""])[0]
    return value if re.fullmatch(r"[A-Za-z0-9_=-]{1,128}", value) else None


def has_next(link: str) -> bool:
    """Return whether a Link header names a next page."""
    return _next(link) is not None


def _next(link: str) -> str | None:
    found = re.findall(r"<([^<>]*)>\s*;\s*rel=\"?(\w+)\"?", link)
    return next((address for address, relation in found if relation == "next"), None)
