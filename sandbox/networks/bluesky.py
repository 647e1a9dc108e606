"""A pocket Bluesky AppView: the public XRPC queries of bluesky-social/atproto that an app of ours meets."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.networks.budget import Budget
from sandbox.networks.faults import Faults
from sandbox.networks.people import Note, People, Person

HANDLES = "pocket.test"


def did_of(number: int) -> str:
    """The DID of a number, of the length and alphabet that did:plc has."""
    digest = hashlib.sha256(f"person {number}".encode()).digest()
    return f"did:plc:{base64.b32encode(digest).decode().lower()[:24]}"


class XrpcError(Exception):
    """What XRPC answers with status 400: a name and a message."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.body = {"error": error, "message": message}


@dataclass
class Bluesky:
    """One AppView."""

    people: People = field(default_factory=People)
    faults: Faults = field(default_factory=Faults)
    budget: Budget = field(default_factory=lambda: Budget(limit=3000))
    base_url: str = "https://bluesky.example"
    heard: list[str] = field(default_factory=list)

    def app(self) -> ASGIApp:
        """The application."""
        queries = {
            "com.atproto.identity.resolveHandle": self.resolve,
            "app.bsky.actor.getProfile": self.profile,
            "app.bsky.graph.getFollowers": self.followers,
            "app.bsky.feed.getAuthorFeed": self.feed,
            "app.bsky.feed.getLikes": self.likes,
            "app.bsky.feed.getRepostedBy": self.reposted_by,
            "app.bsky.feed.getPostThread": self.thread,
        }
        routes = [Route(f"/xrpc/{name}", self._counted(query)) for name, query in queries.items()]
        routes.append(Route("/sandbox/faults", self.faults.over_http, methods=["GET", "POST", "DELETE"]))
        return self.faults.around(Starlette(routes=routes))

    def _counted(self, query: Any) -> Any:
        async def counted(request: Request) -> Response:
            self.heard.append(request.url.path)
            if not self.budget.spend():
                response = JSONResponse({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429)
            else:
                try:
                    response = JSONResponse(query(request.query_params))
                except XrpcError as error:
                    response = JSONResponse(error.body, 400)
            response.headers["RateLimit-Limit"] = str(self.budget.limit)
            response.headers["RateLimit-Remaining"] = str(self.budget.remaining)
            response.headers["RateLimit-Reset"] = str(round(self.budget.reset))
            response.headers["RateLimit-Policy"] = f"{self.budget.limit};w={self.budget.window:.0f}"
            return response

        return counted

    def resolve(self, query: Any) -> dict[str, Any]:
        """The DID of a handle."""
        person = self._named(query.get("handle", ""))
        if person is None:
            raise XrpcError("InvalidRequest", "Unable to resolve handle")
        return {"did": did_of(person.number)}

    def profile(self, query: Any) -> dict[str, Any]:
        """app.bsky.actor.defs#profileViewDetailed."""
        person = self._actor(query)
        return {
            **self._view(person),
            "description": person.about,
            "followersCount": len(person.followers),
            "followsCount": person.following,
            "postsCount": len(person.notes),
            "indexedAt": _moment(person.created),
        }

    def followers(self, query: Any) -> dict[str, Any]:
        """A page of profile views."""
        person = self._actor(query)
        page, cursor = self._part(query, person.followers)
        followers = [self._anybody(number) for number in page]
        return {"subject": self._view(person), "followers": followers, **cursor}

    def feed(self, query: Any) -> dict[str, Any]:
        """A page of the author's feed, reposts among it."""
        person = self._actor(query)
        notes = sorted((one for one in person.notes if not one.gone), key=lambda one: one.at, reverse=True)
        page, cursor = self._part(query, notes)
        return {"feed": [self._item(person, note) for note in page], **cursor}

    def likes(self, query: Any) -> dict[str, Any]:
        """A page of likes; of a post that is not there, an empty one."""
        _, note = self._post(query)
        page, cursor = self._part(query, note.liked_by if note is not None else ())
        at = _moment(note.at) if note is not None else ""
        likes = [{"indexedAt": at, "createdAt": at, "actor": self._anybody(number)} for number in page]
        return {"uri": query["uri"], "likes": likes, **cursor}

    def reposted_by(self, query: Any) -> dict[str, Any]:
        """A page of who reposted it."""
        _, note = self._post(query)
        page, cursor = self._part(query, note.reposted_by if note is not None else ())
        return {"uri": query["uri"], "repostedBy": [self._anybody(number) for number in page], **cursor}

    def thread(self, query: Any) -> dict[str, Any]:
        """The post with the replies to it; one of a person who wants it so is not shown to just anybody."""
        person, note = self._post(query)
        if person is None or note is None:
            raise XrpcError("NotFound", f"Post not found: {query['uri']}")
        replies = [self._reply(number, place) for place, number in enumerate(note.replied_by)]
        kind = "app.bsky.feed.defs#threadViewPost"
        return {"thread": {"$type": kind, **self._item(person, note), "replies": replies}}

    def _reply(self, number: int, place: int) -> dict[str, Any]:
        author = self._anybody(number)
        uri = f"at://{author['did']}/app.bsky.feed.post/reply{place}"
        if author["labels"]:
            return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
        post = {"uri": uri, "cid": "bafyreia", "author": author, "record": {"text": "So do I."}}
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": []}

    def _post(self, query: Any) -> tuple[Person | None, Note | None]:
        uri = query.get("uri", "")
        if not uri.startswith("at://"):
            raise XrpcError("InvalidRequest", "Error: uri must be a valid at-uri")
        for person in self.people.by_number.values():
            for note in person.notes:
                if self._item(person, note)["post"]["uri"] == uri and not note.gone:
                    return person, note
        return None, None

    def _part(self, query: Any, items: Any) -> tuple[Any, dict[str, str]]:
        limit, start = int(query.get("limit", 50)), int(query.get("cursor", 0))
        if not 1 <= limit <= 100:  # noqa: PLR2004 - the lexicon's
            raise XrpcError("InvalidRequest", "Error: limit can not be greater than 100")
        end = start + limit
        return items[start:end], ({"cursor": str(end)} if end < len(items) else {})

    def _named(self, handle: str) -> Person | None:
        name, _, domain = handle.partition(".")
        return self.people.named(name.replace("-", "_")) if domain == HANDLES else None

    def _actor(self, query: Any) -> Person:
        actor = query.get("actor", "")
        if actor.startswith("did:"):
            everybody = self.people.by_number.values()
            person = next((one for one in everybody if did_of(one.number) == actor), None)
        else:
            person = self._named(actor)
        if person is None:
            raise XrpcError("InvalidRequest", "Profile not found")
        if person.suspended:
            raise XrpcError("AccountTakedown", "Account has been suspended")
        return person

    def _view(self, person: Person) -> dict[str, Any]:
        did = did_of(person.number)
        labels = [{"src": did, "uri": f"at://{did}", "val": "!no-unauthenticated"}]
        return {
            "did": did,
            "handle": f"{person.name.replace('_', '-')}.{HANDLES}",
            "displayName": person.name.replace("_", " ").title(),
            "createdAt": _moment(person.created),
            "labels": labels if person.logged_in_only else [],
        }

    def _anybody(self, number: int) -> dict[str, Any]:
        person = self.people.by_number.get(number)
        if person is not None:
            return self._view(person)
        return {"did": did_of(number), "handle": f"stranger{number}.elsewhere.test", "labels": []}

    def _item(self, person: Person, note: Note) -> dict[str, Any]:
        author = self._view(person) if note.of is None else self._anybody(0)
        post = {
            "uri": f"at://{author['did']}/app.bsky.feed.post/{note.number}",
            "cid": f"bafyreib{note.number}",
            "author": author,
            "record": {"$type": "app.bsky.feed.post", "text": note.text, "createdAt": "whenever"},
            "replyCount": note.replies,
            "repostCount": note.reposts,
            "likeCount": note.likes,
            "indexedAt": _moment(note.at),
        }
        if note.of is None:
            return {"post": post}
        reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": self._view(person)}
        return {"post": post, "reason": reason}


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
