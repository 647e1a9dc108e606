"""Bluesky: the public, read-only part of the AT Protocol's API.

Wire format: the lexicons of bluesky-social/atproto: com.atproto.identity.resolveHandle, and app.bsky's
actor.getProfile, graph.getFollowers, feed.getAuthorFeed, getLikes, getRepostedBy and getPostThread.

No OAuth: everything that we read is public and needs no token, so there is nothing to be granted. That the
account is theirs, owners prove by a nonce in the profile text, which only they can edit. A token would let us
do more than we want to be able to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter

from saleor_influence_app.social.answers import Failure, Final, NotOffered, Reason
from saleor_influence_app.social.descriptor import Descriptor
from saleor_influence_app.social.line import Answer, Line, gone, private
from saleor_influence_app.social.network import (
    Account,
    Asking,
    Follower,
    Page,
    Post,
    Profile,
    Responder,
    Response,
    Token,
)
from saleor_influence_app.social.networks import bluesky_shapes as shapes
from saleor_influence_app.social.pace import Lane
from saleor_influence_app.social.shapes import kept
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

PUBLIC_API = "https://public.api.bsky.app"
PROFILES = "https://bsky.app/profile"
PER_SECOND, BURST = 5.0, 20
"""The documented limit of a host of accounts is 10 a second; of this one, "generous"."""
PAGE = 100
LOGGED_IN_ONLY = "!no-unauthenticated"
"""The label by which an owner asks that people who are not signed in are not shown the account."""
NO_TOKEN = NotOffered(
    "Bluesky's data is public: ownership is proved by a nonce in the profile text, not a token."
)

Shaped = TypeVar("Shaped")


@dataclass(frozen=True, kw_only=True)
class Bluesky:
    """The network, through one AppView."""

    base_url: str
    line: Line
    name: str = "bluesky"

    def authorise_url(self, asking: Asking) -> NotOffered:
        """Say that there is nothing to authorise."""
        del asking
        return NO_TOKEN

    def exchange(self, code: str, asking: Asking) -> NotOffered:
        """Say that there is nothing to authorise."""
        del code, asking
        return NO_TOKEN

    def refresh(self, token: Token) -> NotOffered:
        """Say that there is nothing to authorise."""
        del token
        return NO_TOKEN

    def revoke(self, token: Token) -> NotOffered:
        """Say that there is nothing to revoke."""
        del token
        return NO_TOKEN

    def resolve(self, handle: str) -> str | Failure:
        """Return the DID that a handle stands for now; a DID stands for itself."""
        if handle.startswith("did:"):
            return handle
        answer = self._ask("com.atproto.identity.resolveHandle", {"handle": handle}, shapes.RESOLVED)
        return answer.value.did if isinstance(answer, Answer) else answer

    def profile(self, account: Account) -> Profile | Failure:
        """Return the account; a handle must lead to it, and it back to the handle."""
        did = self._did(account)
        if isinstance(did, Failure):
            return did
        answer = self._ask("app.bsky.actor.getProfile", {"actor": did}, shapes.PROFILE)
        if not isinstance(answer, Answer):
            return answer
        found, typed = answer.value, account.handle if account.api_id is None else None
        handle = found.did if found.handle in {None, "handle.invalid"} else str(found.handle)
        if found.did != did or (typed is not None and typed not in {found.did, handle.lower()}):
            return Final(
                reason=Reason.REFUSED, sentence=f"{self.line.name}: this handle and its account do not agree."
            )
        labels, _ = kept(found.labels or ())
        return Profile(
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

    def followers(self, account: Account, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers."""
        answer = self._list("app.bsky.graph.getFollowers", account, cursor, of=shapes.FOLLOWERS)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.followers)
        people = tuple(Follower(person.did) for person in read)
        return Page(items=people, cursor=answer.value.cursor, skipped=skipped)

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the account's own posts."""
        answer = self._list("app.bsky.feed.getAuthorFeed", account, cursor, of=shapes.FEED)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.feed)
        posts = (
            Post(
                id=item.post.uri,
                at=item.post.indexed_at,
                reactions=item.post.likes,
                reshares=item.post.reposts,
                replies=item.post.replies,
                text=(item.post.record.text if item.post.record is not None else None) or "",
            )
            for item in read
            if item.reason is None
        )
        return Page(items=tuple(posts), cursor=answer.value.cursor, skipped=skipped)

    def responders(
        self, account: Account, post_id: str, *, by: Response, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded; all replies to the post itself are one page."""
        del account
        params = {"uri": post_id, "limit": str(PAGE)} | ({} if cursor is None else {"cursor": cursor})
        if by is Response.REACTION:
            liked = self._ask("app.bsky.feed.getLikes", params, shapes.LIKES)
            if not isinstance(liked, Answer):
                return liked
            likes, skipped = kept(liked.value.likes)
            return _page((like.actor for like in likes), liked.value.cursor, skipped=skipped)
        if by is Response.RESHARE:
            shared = self._ask("app.bsky.feed.getRepostedBy", params, shapes.REPOSTS)
            if not isinstance(shared, Answer):
                return shared
            people, skipped = kept(shared.value.people)
            return _page(people, shared.value.cursor, skipped=skipped)
        asked = {"uri": post_id, "depth": "1", "parentHeight": "0"}
        thread = self._ask("app.bsky.feed.getPostThread", asked, shapes.THREAD)
        if not isinstance(thread, Answer):
            return thread
        replies, skipped = kept(thread.value.thread.replies)
        return _page((one.post.author for one in replies if one.post is not None), None, skipped=skipped)

    def _list(
        self, method: str, account: Account, cursor: str | None, *, of: TypeAdapter[Shaped]
    ) -> Answer[Shaped] | Failure:
        did = self._did(account)
        if isinstance(did, Failure):
            return did
        params = {"actor": did, "limit": str(PAGE)}
        return self._ask(method, params if cursor is None else {**params, "cursor": cursor}, of)

    def _did(self, account: Account) -> str | Failure:
        return account.api_id or self.resolve(account.handle or "")

    def _ask(
        self, method: str, params: dict[str, str], shape: TypeAdapter[Shaped]
    ) -> Answer[Shaped] | Failure:
        return self.line.read(Ask(url=f"{self.base_url}/xrpc/{method}", params=params), shape)


def _page(people: Iterable[shapes.Person], cursor: str | None, *, skipped: int) -> Page[Responder]:
    return Page(items=tuple(Responder(person.did) for person in people), cursor=cursor, skipped=skipped)


def at(wire: Wire, base_url: str = PUBLIC_API) -> Bluesky:
    """Return the network."""
    lane = Lane(key=f"bluesky:{urlsplit(base_url).netloc}", per_second=PER_SECOND, burst=BURST)
    return Bluesky(base_url=base_url, line=Line(wire=wire, name="Bluesky", lane=lane, judge=_judge))


def _judge(status: int, body: object) -> Failure | None:
    """Read XRPC's errors: status 400 for everything, the name in `error`, more in `message`."""
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
    open=lambda wire, base_url, _app: at(wire, base_url or PUBLIC_API),
    public_api=PUBLIC_API,
    needs_app=False,
    signs_in=False,
    tells_responders=True,
)
