"""What the app asks of a social network, and the values that come back."""

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
    """What a person granted us. Its owner encrypts it before storing it."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    scope: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizationRequest:
    """One request for authorisation; `social.oauth` makes and checks state and verifier."""

    redirect_uri: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRef:
    """Whose data is asked for: the token's owner, or the account with this id (else this handle).

    On Mastodon a handle may have a domain that is not the server's; `social.webfinger` has checked it.
    """

    token: Token | None = None
    api_id: str | None = None
    handle: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkProfile:
    """An account as it is now. A count is None where the network does not give it."""

    network_id: str
    """Never changes and is the same from wherever it is seen: what a profile is hashed by."""
    api_id: str
    """What this network's API calls the account; on Mastodon, only this server's API."""
    handle: str
    """Its id where it tells no name that can be shown."""
    url: str
    created: datetime | None
    followers: int | None
    following: int | None
    posts: int | None
    private: bool = False
    """The owner shows this account, or its posts, to people they have chosen."""
    about: str = field(default="", repr=False)
    """Text of the profile, to look for a nonce in; not to be stored."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """Links that the owner has put into the profile, for proof by back link; not to be stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkPost:
    """One post of the account's owner with the engagement it has now. None: the network does not say."""

    id: str
    at: datetime
    reactions: int | None
    reshares: int | None
    replies: int | None
    text: str = field(default="", repr=False)
    """For finding topics, at once; not to be stored."""


class ResponseKind(StrEnum):
    """How somebody responds to a post; the value is the name of its count in `Post`."""

    REACTION = "reactions"
    RESHARE = "reshares"
    REPLY = "replies"


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who did not ask to be known to us: an id, to be reduced at once (`social.reduction`)."""

    network_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who responded to a post, and did not ask to be known to us either: the same holds."""

    network_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[Item]):
    """A part of a list; with `cursor` the next part is asked for, None at the end."""

    items: tuple[Item, ...]
    cursor: str | None = None
    skipped: int = 0
    """Rows that could not be read: what they were, nobody knows."""


class Network(Protocol):
    """One network, at one address, as one registered app."""

    @property
    def name(self) -> str:
        """Return what rows and hashes call it."""

    def authorise_url(self, authorization: AuthorizationRequest) -> str | NotOffered:
        """Return where the browser of the account's owner goes to say yes."""

    def exchange(self, code: str, authorization: AuthorizationRequest) -> Token | Failure:
        """Return the token for the code that the network gave to the browser."""

    def refresh(self, token: Token) -> Token | Failure:
        """Return a token that lasts longer."""

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account as it is now."""

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of who follows the account."""

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the owner's own posts, newest first, with its engagement."""

    def revoke(self, token: Token) -> Failure | None:
        """Make the token worthless; revoking one that is worthless already is fine."""


@runtime_checkable
class Responsive(Protocol):
    """A network that also says who responded to a post, free of charge: not all do (docs/networks.md)."""

    def responders(
        self, account: AccountRef, post_id: str, *, by: ResponseKind, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded in this way to a post that the owner shows to everybody."""
