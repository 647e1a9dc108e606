"""The interface of a social network, and the values that it takes and returns."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar, runtime_checkable

from saleor_influence_app.social.failures import Failure, NotOffered

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """An app that is registered with a network: by us (Mastodon) or by the shop (the others)."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a person granted us. Whoever stores it encrypts it first (`shops.social_tokens`)."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    scope: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizationRequest:
    """One request for authorisation; `social.oauth_state` makes and checks state and verifier."""

    redirect_uri: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRef:
    """Which account is meant: the token's owner, or the account with this id (else this handle).

    On Mastodon a handle may have a domain that is not the server's; `social.webfinger` has checked it.
    """

    token: Token | None = None
    api_id: str | None = None
    handle: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkProfile:
    """An account as it is now. A count is None where the network does not offer it."""

    network_id: str
    """Never changes, and is the same on every server: the id that profiles are hashed by."""
    api_id: str
    """The account's id in this network's API; on Mastodon, in this server's API only."""
    handle: str
    """The account's id where it has no name that can be shown."""
    url: str
    created: datetime | None
    followers: int | None
    following: int | None
    posts: int | None
    private: bool = False
    """The owner shows the account, or its posts, only to people they have chosen."""
    about: str = field(default="", repr=False)
    """Text of the profile, to look for a nonce in; not to be stored."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """Links that the owner has put into the profile, for proof by back link; not to be stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkPost:
    """A post of the account's owner with its engagement now. None: the network does not offer the count."""

    id: str
    at: datetime
    reactions: int | None
    reshares: int | None
    replies: int | None
    text: str = field(default="", repr=False)
    """For finding topics, at once; not to be stored."""


class ResponseKind(StrEnum):
    """A way to respond to a post; the value is the name of its count in `NetworkPost`."""

    REACTION = "reactions"
    RESHARE = "reshares"
    REPLY = "replies"


@dataclass(frozen=True, slots=True)
class Follower:
    """The id of somebody who did not consent to anything: reduce it at once (`social.reduction`)."""

    network_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Responder:
    """The id of somebody who responded to a post; as with `Follower`, reduce it at once."""

    network_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[Item]):
    """A page of a list; `cursor` fetches the next page, None at the end."""

    items: tuple[Item, ...]
    cursor: str | None = None
    skipped: int = 0
    """How many rows could not be read."""


class Network(Protocol):
    """One network, at one address, as one registered app. Whatever it does not offer returns `NotOffered`."""

    @property
    def name(self) -> str:
        """Return the network's name in rows and hashes."""

    def authorise_url(self, authorization: AuthorizationRequest) -> str | NotOffered:
        """Return the page on which the account's owner agrees."""

    def exchange(self, code: str, authorization: AuthorizationRequest) -> Token | Failure:
        """Return the token for the code that the network gave to the browser."""

    def refresh(self, token: Token) -> Token | Failure:
        """Return the token that replaces this one."""

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account as it is now."""

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of the account's followers."""

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the owner's own posts, newest first, with their engagement."""

    def revoke(self, token: Token) -> Failure | None:
        """Revoke the token; None as well for one that was revoked before."""


@runtime_checkable
class Responsive(Protocol):
    """A network that also lists who responded to a post, free of charge (docs/networks.md says which do)."""

    def responders(
        self, account: AccountRef, post_id: str, *, by: ResponseKind, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded in this way to a public post."""
