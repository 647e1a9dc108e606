"""Reddit: the Data API, with an approved app that the shop brings.

Wire format: github.com/reddit-archive/reddit (wiki/API; r2/controllers/oauth2.py) and PRAW's models.
It has no PKCE; the state alone ties question and answer.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import httpx
from pydantic import Field, TypeAdapter

from saleor_influence_app.social import grant
from saleor_influence_app.social.answers import Failure, NotOffered
from saleor_influence_app.social.descriptor import Descriptor, HandleRule
from saleor_influence_app.social.endpoints import Endpoints, line_to
from saleor_influence_app.social.line import Answer, Line, app_refused, credentials, gone
from saleor_influence_app.social.network import Account, Asking, Credentials, Page, Post, Profile, Token
from saleor_influence_app.social.shapes import Count, Cursor, Plain, Rows, Seconds, Shape, Text, Told, kept
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

ENDPOINTS = Endpoints(
    authorise="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",  # noqa: S106 - an address
    revoke="https://www.reddit.com/api/v1/revoke_token",
    api="https://oauth.reddit.com",
)
SCOPES = "identity history"
PER_SECOND, BURST = 0.9, 30
"""60 requests a minute are allowed (wiki/API); the headers say what is left."""
PAGE = 100
NO_FOLLOWERS = NotOffered("Reddit's API gives the number of followers, not who they are.")


class _Home(Shape):
    subscribers: Told[Count] = None
    public_description: Told[Text] = None


class _Me(Shape):
    id: Plain
    name: Plain
    created_utc: Told[Seconds] = None
    is_suspended: Told[bool] = None
    subreddit: Told[_Home] = None
    """The profile's page, which people follow as they follow a community."""


class _Post(Shape):
    name: Plain
    created_utc: Seconds
    ups: Told[Annotated[int, Field(ge=-(10**12), le=10**12)]] = None
    """Below zero where more people vote against it."""
    num_comments: Told[Count] = None
    num_crossposts: Told[Count] = None
    title: Told[Text] = None
    selftext: Told[Text] = None


class _Child(Shape):
    data: _Post


class _ListingData(Shape):
    children: Rows[_Child]
    after: Cursor = None


class _Listing(Shape):
    data: _ListingData


_ME = TypeAdapter(_Me)
_LISTING = TypeAdapter(_Listing)


@dataclass(frozen=True, kw_only=True)
class Reddit:
    """The network as one app."""

    app: Credentials
    line: Line
    endpoints: Endpoints = ENDPOINTS
    name: str = "reddit"

    def authorise_url(self, asking: Asking) -> str:
        """Return Reddit's page; `permanent` is what a refresh token takes."""
        params = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": SCOPES,
            "state": asking.state,
            "duration": "permanent",
        }
        return grant.url(self.endpoints.authorise, params)

    def exchange(self, code: str, asking: Asking) -> Token | Failure:
        """Return the token for a code; it lasts an hour and can be refreshed."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asking.redirect_uri}
        return grant.token(self._as_app(), self.endpoints.token, form, basic=self.app)

    def refresh(self, token: Token) -> Token | Failure:
        """Return the next token; the refresh token stays."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        return grant.token(self._as_app(), self.endpoints.token, form, basic=self.app, kept=token)

    def profile(self, account: Account) -> Profile | Failure:
        """Return the account of the token's owner; Reddit does not say how many posts it has."""
        answer = self._get("api/v1/me", {"raw_json": "1"}, account, of=_ME)
        if not isinstance(answer, Answer):
            return answer
        me = answer.value
        home = me.subreddit or _Home()
        if me.is_suspended:
            return gone("Reddit")
        return Profile(
            network_id=me.id,
            api_id=me.name,
            handle=f"u/{me.name}",
            url=f"https://www.reddit.com/user/{me.name}/",
            created=datetime.fromtimestamp(me.created_utc, UTC) if me.created_utc is not None else None,
            followers=home.subscribers,
            following=None,
            posts=None,
            about=home.public_description or "",
        )

    def followers(self, account: Account, cursor: str | None = None) -> NotOffered:
        """Say that there is no list."""
        del account, cursor
        return NO_FOLLOWERS

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the account's submissions."""
        name = account.api_id
        if name is None:
            profile = self.profile(account)
            if not isinstance(profile, Profile):
                return profile
            name = profile.api_id
        params = {"limit": str(PAGE), "sort": "new", "raw_json": "1"}
        answer = self._get(
            f"user/{name}/submitted",
            params if cursor is None else {**params, "after": cursor},
            account,
            of=_LISTING,
        )
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.data.children)
        posts = tuple(_post(child.data) for child in read)
        return Page(items=posts, cursor=answer.value.data.after, skipped=skipped)

    def revoke(self, token: Token) -> Failure | None:
        """Make the grant worthless; Reddit says yes to a token that is so already."""
        form = {"token": token.refresh or token.access}
        form["token_type_hint"] = "refresh_token" if token.refresh else "access_token"
        return grant.revoke(self._as_app(), self.endpoints.revoke, form, basic=self.app)

    def _as_app(self) -> Line:
        """Return the line on which it is the app that proves itself: 401 means its id and secret there."""
        return replace(self.line, judge=_judge_app)

    def _get(
        self, what: str, params: dict[str, str], account: Account, *, of: TypeAdapter[grant.Shaped]
    ) -> Answer[grant.Shaped] | Failure:
        if account.token is None:
            return credentials("Reddit")
        return self.line.read(
            Ask(url=f"{self.endpoints.api}/{what}", params=params, token=account.token.access), of
        )


def at(wire: Wire, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> Reddit:
    """Return the network as the shop's app. Reddit wants the wire's User-Agent to name app and operator."""
    line = line_to(wire, "Reddit", app, endpoints, per_second=PER_SECOND, burst=BURST, judge=_judge)
    return Reddit(app=app, line=line, endpoints=endpoints)


def _post(post: _Post) -> Post:
    return Post(
        id=post.name,
        at=datetime.fromtimestamp(post.created_utc, UTC),
        reactions=max(post.ups, 0) if post.ups is not None else None,
        reshares=post.num_crossposts,
        replies=post.num_comments,
        text=f"{post.title or ''}\n{post.selftext or ''}",
    )


def _judge_app(status: int, body: object) -> Failure | None:
    return app_refused("Reddit") if status == httpx.codes.UNAUTHORIZED else _judge(status, body)


def _judge(status: int, body: object) -> Failure | None:
    """Read Reddit's errors; a wrong code is told with status 200."""
    if isinstance(body, dict) and body.get("error") == "invalid_grant":
        return credentials("Reddit")
    return grant.refusal(status, body, "Reddit")


NETWORK = Descriptor(
    name="reddit",
    title="Reddit",
    domains=("reddit.com", "redd.it"),
    rule=HandleRule(
        example="u/name",
        path=re.compile(r"/u(?:ser)?/(?P<name>[^/]+)(?:/.*)?"),
        name=re.compile(r"[A-Za-z0-9_-]{3,20}"),
        sign="u/",
        cased=True,
    ),
    terms=Terms(),
    open=lambda wire, base_url, app: at(wire, app, ENDPOINTS.moved(base_url)),
    tells_followers=False,
)
