"""A pocket Mastodon server: the API of https://docs.joinmastodon.org that an app of ours meets."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.networks.budget import Budget
from sandbox.networks.faults import Faults
from sandbox.networks.grants import Grants
from sandbox.networks.people import Note, People, Person

NOT_FOUND = {"error": "Record not found"}
BAD_TOKEN = {"error": "The access token is invalid"}
PUBLIC = frozenset({"public", "unlisted"})


@dataclass
class Mastodon:
    """One server. `base_url` is set when it is served."""

    people: People = field(default_factory=People)
    faults: Faults = field(default_factory=Faults)
    budget: Budget = field(default_factory=Budget)
    base_url: str = "https://mastodon.example"
    domain: str | None = None
    """The domain of its handles, where that is not its own host."""
    grants: Grants = field(init=False)
    heard: list[str] = field(default_factory=list)
    """Paths that were asked for."""

    def __post_init__(self) -> None:
        self.grants = Grants(self.people)

    def app(self) -> ASGIApp:
        """The application."""
        api = "/api/v1/accounts"
        routes = [
            Route("/api/v1/apps", self._counted(self.grants.register), methods=["POST"]),
            Route("/sandbox/people", self.everybody),
            Route("/sandbox/people/{name}", self.edit, methods=["PUT"]),
            Route("/sandbox/grants/{name}", self.granted),
            Route("/.well-known/webfinger", self._counted(self.webfinger)),
            Route("/oauth/authorize", self.grants.authorise, methods=["GET", "POST"]),
            Route("/oauth/token", self._counted(self.grants.token), methods=["POST"]),
            Route("/oauth/revoke", self._counted(self.grants.revoke), methods=["POST"]),
            Route(f"{api}/verify_credentials", self._counted(self.verify)),
            Route(f"{api}/lookup", self._counted(self.lookup)),
            Route(f"{api}/{{id}}", self._counted(self.account)),
            Route(f"{api}/{{id}}/followers", self._counted(self.followers)),
            Route(f"{api}/{{id}}/statuses", self._counted(self.statuses)),
            Route("/api/v1/statuses/{id}/{edge}", self._counted(self.responders)),
        ]
        routes.append(Route("/sandbox/faults", self.faults.over_http, methods=["GET", "POST", "DELETE"]))
        return self.faults.around(Starlette(routes=routes))

    async def webfinger(self, request: Request) -> Response:
        """Who has the handle that is asked for, by its user name; the handle may have another domain."""
        name, _, domain = request.query_params.get("resource", "").removeprefix("acct:").partition("@")
        host = self.base_url.partition("//")[2]
        person = self.people.named(name)
        if person is None or domain not in {host, self.domain or host}:
            return JSONResponse(NOT_FOUND, 404)
        actor = {"rel": "self", "type": "application/activity+json", "href": self._entity(person)["uri"]}
        subject = f"acct:{name}@{self.domain or host}"
        return JSONResponse({"subject": subject, "links": [actor]}, media_type="application/jrd+json")

    def _counted(self, view: Any) -> Any:
        """The view with the server's rate limit, which every answer tells."""

        async def counted(request: Request) -> Response:
            self.heard.append(request.url.path)
            if self.budget.spend():
                response: Response = await view(request)
            else:
                response = JSONResponse({"error": "Too many requests"}, 429)
            response.headers["X-RateLimit-Limit"] = str(self.budget.limit)
            response.headers["X-RateLimit-Remaining"] = str(self.budget.remaining)
            moment = datetime.fromtimestamp(self.budget.reset, UTC)
            response.headers["X-RateLimit-Reset"] = moment.isoformat().replace("+00:00", "Z")
            return response

        return counted

    async def everybody(self, _request: Request) -> Response:
        """Who has an account here, and who of the others here follows: for the demo and its tests."""
        here = self.people.by_number
        found = {one.name: [here[n].name for n in one.followers if n in here] for one in here.values()}
        return JSONResponse(found)

    async def edit(self, request: Request) -> Response:
        """They write another text into their profile."""
        person = self.people.named(request.path_params["name"])
        if person is None:
            return JSONResponse(NOT_FOUND, 404)
        person.about = (await request.json())["about"]
        return JSONResponse({})

    async def granted(self, request: Request) -> Response:
        """What tokens of theirs still open something."""
        person = self.people.named(request.path_params["name"])
        tokens = self.grants.tokens.values()
        found = [sorted(one.scopes) for one in tokens if person is not None and one.person == person.number]
        return JSONResponse(found)

    async def verify(self, request: Request) -> Response:
        """Whose token it is."""
        grant = self.grants.of(request)
        if grant is None:
            return JSONResponse(BAD_TOKEN, 401)
        if not grant.scopes & {"read", "profile", "read:accounts"}:
            return JSONResponse({"error": "This action is outside the authorized scopes"}, 403)
        person = self.people.by_number.get(grant.person)
        if person is None or person.suspended:
            return JSONResponse({"error": "Your login is currently disabled"}, 403)
        return JSONResponse(self._entity(person))

    async def lookup(self, request: Request) -> Response:
        """The account of that name."""
        person = self.people.named(request.query_params.get("acct", ""))
        return JSONResponse(NOT_FOUND, 404) if person is None else JSONResponse(self._entity(person))

    async def account(self, request: Request) -> Response:
        """The account of that id."""
        person = self._person(request)
        return JSONResponse(NOT_FOUND, 404) if person is None else JSONResponse(self._entity(person))

    async def followers(self, request: Request) -> Response:
        """A page of followers with a Link header, whose numbers are no account ids."""
        person = self._person(request)
        if person is None:
            return JSONResponse(NOT_FOUND, 404)
        grant = self.grants.of(request)
        hidden = person.hides_followers and (grant is None or grant.person != person.number)
        return self._page(request, () if hidden else person.followers, 80, entity=self._stranger)

    async def statuses(self, request: Request) -> Response:
        """A page of posts; their own token also sees what they show to few."""
        person = self._person(request)
        if person is None:
            return JSONResponse(NOT_FOUND, 404)
        grant = self.grants.of(request)
        own = grant is not None and grant.person == person.number
        boosts = request.query_params.get("exclude_reblogs") != "true"
        shown = [
            note
            for note in sorted(person.notes, key=lambda note: note.at, reverse=True)
            if not note.gone and (own or note.shown in PUBLIC) and (boosts or note.of is None)
        ]
        return self._page(request, shown, 40, entity=self._status)

    async def responders(self, request: Request) -> Response:
        """Who likes or boosts a post, page by page; or the thread, without a token at most sixty of it."""
        note, own = self._note(request)
        if note is None or note.gone or (note.shown not in PUBLIC and not own):
            return JSONResponse(NOT_FOUND, 404)
        if request.path_params["edge"] == "favourited_by":
            return self._page(request, note.liked_by, 80, entity=self._stranger)
        if request.path_params["edge"] == "reblogged_by":
            return self._page(request, note.reposted_by, 80, entity=self._stranger)
        replies = note.replied_by if own or note.answers_shown in PUBLIC else ()
        thread = [self._reply(note, number) for number in replies]
        thread += [{**one, "in_reply_to_id": one["id"], "account": self._stranger(0)} for one in thread]
        return JSONResponse({"ancestors": [], "descendants": thread[: 4096 if own else 60]})

    def _note(self, request: Request) -> tuple[Note | None, bool]:
        """The post of that id, and whether its owner asks."""
        grant, wanted = self.grants.of(request), request.path_params["id"]
        for person in self.people.by_number.values():
            for note in person.notes:
                if str(note.number) == wanted:
                    return note, grant is not None and grant.person == person.number
        return None, False

    def _reply(self, note: Note, number: int) -> dict[str, Any]:
        return {
            "id": f"{note.number}{number}",
            "in_reply_to_id": str(note.number),
            "visibility": note.answers_shown,
            "content": "<p>I think so too.</p>",
            "account": self._stranger(number),
        }

    def _person(self, request: Request) -> Person | None:
        number = request.path_params["id"]
        return self.people.by_number.get(int(number)) if number.isdecimal() else None

    def _page(self, request: Request, items: Any, most: int, *, entity: Any) -> Response:
        query = request.query_params
        limit = min(most, int(query.get("limit", most // 2)))
        start = len(items) + 1 - int(query["max_id"]) if "max_id" in query else 0
        page = items[start : start + limit]
        response = JSONResponse([entity(item) for item in page])
        if start + limit < len(items):
            oldest = len(items) + 1 - (start + limit)
            url = f"{self.base_url}{request.url.path}?limit={limit}"
            links = f'<{url}&max_id={oldest}>; rel="next", <{url}&since_id={oldest + limit}>; rel="prev"'
            response.headers["Link"] = links
        return response

    def _stranger(self, number: int) -> dict[str, Any]:
        person = self.people.by_number.get(number)
        if person is not None:
            return self._entity(person)
        name = f"stranger{number}"
        return {
            "id": str(number),
            "username": name,
            "acct": f"{name}@elsewhere.example",
            "display_name": f"A Stranger {number}",
            "url": f"https://elsewhere.example/@{name}",
            "uri": f"https://elsewhere.example/users/{name}",
        }

    def _entity(self, person: Person) -> dict[str, Any]:
        rel = "me nofollow noopener noreferrer"
        fields = [
            {"name": "Link", "value": f'<a href="{link}" rel="{rel}">{link}</a>', "verified_at": None}
            for link in person.links
        ]
        entity = {
            "id": str(person.number),
            "username": person.name,
            "acct": person.name,
            "display_name": person.name.replace("_", " ").title(),
            "locked": person.locked,
            "bot": False,
            "created_at": f"{person.created:%Y-%m-%dT%H:%M:%S}.000Z",
            "note": "" if person.suspended else f"<p>{person.about}</p>",
            "url": f"{self.base_url}/@{person.name}",
            "uri": f"{self.base_url}/users/{person.name}",
            "followers_count": 0 if person.suspended else len(person.followers),
            "following_count": 0 if person.suspended else person.following,
            "statuses_count": 0 if person.suspended else len(person.notes),
            "hide_collections": person.hides_followers,
            "fields": [] if person.suspended else fields,
        }
        return {**entity, "suspended": True} if person.suspended else entity

    def _status(self, note: Note) -> dict[str, Any]:
        return {
            "id": str(note.number),
            "created_at": f"{note.at:%Y-%m-%dT%H:%M:%S}.000Z",
            "in_reply_to_id": None,
            "visibility": note.shown,
            "content": f"<p>{note.text}</p>",
            "favourites_count": note.likes,
            "reblogs_count": note.reposts,
            "replies_count": note.replies,
            "reblog": None if note.of is None else {"id": "1", "content": note.of},
        }
