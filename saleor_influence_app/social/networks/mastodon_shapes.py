"""The entities of Mastodon's API as far as we read them (docs.joinmastodon.org/entities)."""

from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter

from saleor_influence_app.social.shapes import Count, Name, Plain, Secret, Shape, Text, WebAddress


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
    created_at: AwareDatetime
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
    created_at: AwareDatetime
    visibility: str
    content: Text
    favourites_count: Count
    reblogs_count: Count
    replies_count: Count
    reblog: object = None


APP = TypeAdapter(App)
ACCOUNT = TypeAdapter(LocalAccount)
PEOPLE = TypeAdapter(Annotated[tuple[Person, ...], Field(max_length=200)])
STATUSES = TypeAdapter(Annotated[tuple[Status, ...], Field(max_length=200)])
