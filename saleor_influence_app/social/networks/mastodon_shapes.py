"""The entities of Mastodon's API as far as we read them (docs.joinmastodon.org/entities)."""

import re
from typing import Annotated
from urllib.parse import parse_qs

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.shapes import Count, Name, Plain, Secret, Shape, Text, WebAddress

SHOWN = frozenset({"public", "unlisted"})
"""What is shown to everybody; her token would also give us letters to single people."""


class App(Shape):
    """What registering gives."""

    client_id: Secret
    client_secret: Secret


class ProfileField(Shape):
    """A row of the table in a profile; the value is HTML."""

    value: str = Field(max_length=4096)


class Person(Shape):
    """Anybody, as far as we look at strangers."""

    id: Plain
    uri: WebAddress


class LocalAccount(Person):
    """The account that we were asked to look at."""

    username: Name
    url: WebAddress | None = None
    note: Text
    created_at: Moment
    followers_count: Count
    following_count: Count
    statuses_count: Count
    locked: bool = False
    hide_collections: bool | None = None
    suspended: bool = False
    fields: tuple[ProfileField, ...] = Field(default=(), max_length=100)


class Status(Shape):
    """A post."""

    id: Plain
    created_at: Moment
    visibility: str
    content: Text
    favourites_count: Count
    reblogs_count: Count
    replies_count: Count
    reblog: object = None


class Reply(Shape):
    """A post in a thread, as far as we look at what strangers write."""

    account: Person
    in_reply_to_id: str | None = None
    visibility: str


class Context(Shape):
    """The thread around a post; the API gives a signed-in owner 4,096 of its descendants at most."""

    descendants: tuple[Reply, ...] = Field(max_length=5000)

    def who_replied_to(self, post_id: str) -> tuple[str, ...]:
        """Return who replied to the post itself, for everybody to read."""
        replies = (one for one in self.descendants if one.in_reply_to_id == post_id)
        return tuple(one.account.uri for one in replies if one.visibility in SHOWN)


APP = TypeAdapter(App)
ACCOUNT = TypeAdapter(LocalAccount)
PEOPLE = TypeAdapter(Annotated[tuple[Person, ...], Field(max_length=200)])
STATUSES = TypeAdapter(Annotated[tuple[Status, ...], Field(max_length=200)])
CONTEXT = TypeAdapter(Context)


def next_cursor(link: str) -> str | None:
    """Return `max_id` of the next page in a Link header; the address in it is never followed."""
    for address, relation in re.findall(r"<([^>]*)>\s*;\s*rel=\"?(\w+)\"?", link):
        if relation == "next":
            # not urlsplit, which raises for what only looks like an address
            value = parse_qs(address.partition("?")[2].partition("#")[0]).get("max_id", [""])[0]
            return value if re.fullmatch(r"[A-Za-z0-9]{1,64}", value) else None
    return None
