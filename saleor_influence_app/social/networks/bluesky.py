"""Bluesky: the public, read-only part of the AT Protocol's API.

Wire format: the lexicons of bluesky-social/atproto: com.atproto.identity.resolveHandle, and app.bsky's
actor.getProfile, graph.getFollowers, feed.getAuthorFeed, getLikes, getRepostedBy and getPostThread.

No OAuth: everything that we read is public and needs no token. Owners prove their account by a nonce in the
profile text, which only they can edit. A token would allow us more than we need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter

from saleor_influence_app.social.api_client import ApiClient, Parsed
from saleor_influence_app.social.descriptor import Descriptor, Terms
from saleor_influence_app.social.failures import Failure, Final, NotOffered, Reason, gone, private
from saleor_influence_app.social.http_client import ApiRequest, RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Follower,
    NetworkPost,
    NetworkProfile,
    Page,
    Responder,
    ResponseKind,
    Token,
)
from saleor_influence_app.social.networks import bluesky_schemas as schemas
from saleor_influence_app.social.pagination import page_of, with_cursor
from saleor_influence_app.social.rate_limiter import Bucket
from saleor_influence_app.social.schemas import readable

PUBLIC_API = "https://public.api.bsky.app"
PROFILES = "https://bsky.app/profile"
PER_SECOND, BURST = 5.0, 20
"""Hosts of accounts document a limit of 10 requests a second; this one's is "generous"."""
PAGE = 100
LOGGED_IN_ONLY = "!no-unauthenticated"
"""The label by which an owner hides the account from people who are not signed in."""
NO_TOKEN = NotOffered(
    "Bluesky's data is public: ownership is proved by a nonce in the profile text, not a token."
)

Shaped = TypeVar("Shaped")


@dataclass(frozen=True, kw_only=True)
class Bluesky:
    """The network, through one AppView (a server with the public API)."""

    base_url: str
    client: ApiClient
    name: str = "bluesky"

    def authorise_url(self, authorization: AuthorizationRequest) -> NotOffered:
        """Return that there is nothing to authorise."""
        del authorization
        return NO_TOKEN

    def exchange(self, code: str, authorization: AuthorizationRequest) -> NotOffered:
        """Return that there is nothing to authorise."""
        del code, authorization
        return NO_TOKEN

    def refresh(self, token: Token) -> NotOffered:
        """Return that there is nothing to authorise."""
        del token
        return NO_TOKEN

    def revoke(self, token: Token) -> NotOffered:
        """Return that there is nothing to revoke."""
        del token
        return NO_TOKEN

    def resolve(self, handle: str) -> str | Failure:
        """Return the DID of a handle as it is now; a DID is returned as it is."""
        if handle.startswith("did:"):
            return handle
        answer = self._query("com.atproto.identity.resolveHandle", {"handle": handle}, schemas.RESOLVED)
        return answer.value.did if isinstance(answer, Parsed) else answer

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account. Handle and account must name each other, else it is REFUSED."""
        did = self._did(account)
        if isinstance(did, Failure):
            return did
        answer = self._query("app.bsky.actor.getProfile", {"actor": did}, schemas.PROFILE)
        if not isinstance(answer, Parsed):
            return answer
        found, typed = answer.value, account.handle if account.api_id is None else None
        handle = found.did if found.handle in {None, "handle.invalid"} else str(found.handle)
        if found.did != did or (typed is not None and typed not in {found.did, handle.lower()}):
            return Final(
                reason=Reason.REFUSED,
                sentence=f"{self.client.name}: this handle and its account do not agree.",
            )
        labels, _ = readable(found.labels or ())
        return NetworkProfile(
            network_id=found.did,
            api_id=found.did,
            handle=handle,
            url=f"{PROFILES}/{found.did}",
            created=found.created_at,
            followers=found.followers,
            following=found.follows,
            posts=found.posts,
            private=any(label.val == LOGGED_IN_ONLY and label.src == found.did for label in labels),
            about=found.description or "",
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers."""
        answer = self._list("app.bsky.graph.getFollowers", account, cursor, of=schemas.FOLLOWERS)
        if not isinstance(answer, Parsed):
            return answer
        found = answer.value
        return page_of(found.followers, lambda person: Follower(person.did), found.cursor)

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's own posts."""
        answer = self._list("app.bsky.feed.getAuthorFeed", account, cursor, of=schemas.FEED)
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.feed, _own_post, answer.value.cursor)

    def responders(
        self, account: AccountRef, post_id: str, *, by: ResponseKind, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded; the replies to the post itself are a single page."""
        del account
        params = with_cursor({"uri": post_id, "limit": str(PAGE)}, "cursor", cursor)
        if by is ResponseKind.REACTION:
            liked = self._query("app.bsky.feed.getLikes", params, schemas.LIKES)
            if not isinstance(liked, Parsed):
                return liked
            return page_of(liked.value.likes, lambda like: Responder(like.actor.did), liked.value.cursor)
        if by is ResponseKind.RESHARE:
            shared = self._query("app.bsky.feed.getRepostedBy", params, schemas.REPOSTS)
            if not isinstance(shared, Parsed):
                return shared
            return page_of(shared.value.people, lambda person: Responder(person.did), shared.value.cursor)
        asked = {"uri": post_id, "depth": "1", "parentHeight": "0"}
        thread = self._query("app.bsky.feed.getPostThread", asked, schemas.THREAD)
        if not isinstance(thread, Parsed):
            return thread
        return page_of(
            thread.value.thread.replies,
            lambda reply: Responder(reply.post.author.did) if reply.post is not None else None,
        )

    def _list(
        self, method: str, account: AccountRef, cursor: str | None, *, of: TypeAdapter[Shaped]
    ) -> Parsed[Shaped] | Failure:
        did = self._did(account)
        if isinstance(did, Failure):
            return did
        return self._query(method, with_cursor({"actor": did, "limit": str(PAGE)}, "cursor", cursor), of)

    def _did(self, account: AccountRef) -> str | Failure:
        return account.api_id or self.resolve(account.handle or "")

    def _query(
        self, method: str, params: Mapping[str, str], schema: TypeAdapter[Shaped]
    ) -> Parsed[Shaped] | Failure:
        return self.client.fetch(ApiRequest(url=f"{self.base_url}/xrpc/{method}", params=params), schema)


def _own_post(item: schemas.Item) -> NetworkPost | None:
    """Return the post of an item of the feed; None for a repost of somebody else's."""
    if item.reason is not None:
        return None
    post = item.post
    return NetworkPost(
        id=post.uri,
        at=post.indexed_at,
        reactions=post.likes,
        reshares=post.reposts,
        replies=post.replies,
        text=(post.record.text if post.record is not None else None) or "",
    )


def at(http: RateLimitedHttp, base_url: str = PUBLIC_API) -> Bluesky:
    """Return the client of the network at an address."""
    bucket = Bucket(key=f"bluesky:{urlsplit(base_url).netloc}", per_second=PER_SECOND, burst=BURST)
    return Bluesky(
        base_url=base_url, client=ApiClient(http=http, name="Bluesky", bucket=bucket, read_error=_read_error)
    )


def _read_error(status: int, body: object) -> Failure | None:
    """Return the failure of an XRPC error: always status 400, the name in `error`, details in `message`."""
    if status != httpx.codes.BAD_REQUEST or not isinstance(body, dict):
        return None
    error, message = str(body.get("error", "")), str(body.get("message", ""))
    if error in {"AccountTakedown", "AccountDeactivated", "HandleNotFound", "NotFound", "ActorNotFound"}:
        return gone("Bluesky")
    if error in {"BlockedActor", "BlockedByActor"}:
        return private("Bluesky", "this to us")
    if message in {"Profile not found", "Unable to resolve handle"} or message.startswith("Actor not found"):
        return gone("Bluesky")
    return None


NETWORK = Descriptor(
    name="bluesky",
    title="Bluesky",
    domains=("bsky.app", "bsky.social"),
    terms=Terms(combinable=True),
    open=lambda http, base_url, _app: at(http, base_url or PUBLIC_API),
    public_api=PUBLIC_API,
    needs_app=False,
    has_sign_in=False,
    lists_responders=True,
)
