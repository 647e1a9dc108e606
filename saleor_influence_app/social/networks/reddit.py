"""Reddit: the Data API, with an approved app that the shop brings.

Wire format: github.com/reddit-archive/reddit (wiki/API; r2/controllers/oauth2.py) and PRAW's models.
It has no PKCE.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import httpx
from pydantic import Field, TypeAdapter

from saleor_influence_app.social.api_client import ApiClient, Parsed
from saleor_influence_app.social.descriptor import Descriptor, HandleRule, Terms
from saleor_influence_app.social.failures import Failure, NotOffered, app_refused, credentials, gone
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    Credentials,
    NetworkPost,
    NetworkProfile,
    Page,
)
from saleor_influence_app.social.oauth_client import (
    Endpoints,
    OAuthNetwork,
    OAuthSettings,
    client_for,
    read_oauth_error,
)
from saleor_influence_app.social.pagination import page_of, with_cursor
from saleor_influence_app.social.schemas import (
    Count,
    Cursor,
    Lenient,
    Plain,
    Rows,
    Schema,
    Seconds,
    Text,
)

ENDPOINTS = Endpoints(
    authorise="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",  # noqa: S106 - an address
    revoke="https://www.reddit.com/api/v1/revoke_token",
    api="https://oauth.reddit.com",
)
PER_SECOND, BURST = 0.9, 30
"""60 requests a minute are allowed (wiki/API); the headers say what is left."""
PAGE = 100
NO_FOLLOWERS = NotOffered("Reddit's API gives the number of followers, not who they are.")


class _Home(Schema):
    subscribers: Lenient[Count] = None
    public_description: Lenient[Text] = None


class _Me(Schema):
    id: Plain
    name: Plain
    created_utc: Lenient[Seconds] = None
    is_suspended: Lenient[bool] = None
    subreddit: Lenient[_Home] = None
    """The profile's page, which people follow like a community."""


class _Post(Schema):
    name: Plain
    created_utc: Seconds
    ups: Lenient[Annotated[int, Field(ge=-(10**12), le=10**12)]] = None
    """Below zero where more people vote against it."""
    num_comments: Lenient[Count] = None
    num_crossposts: Lenient[Count] = None
    title: Lenient[Text] = None
    selftext: Lenient[Text] = None


class _Child(Schema):
    data: _Post


class _ListingData(Schema):
    children: Rows[_Child]
    after: Cursor = None


class _Listing(Schema):
    data: _ListingData


_ME = TypeAdapter(_Me)
_LISTING = TypeAdapter(_Listing)


@dataclass(frozen=True, kw_only=True)
class Reddit(OAuthNetwork):
    """The network as one app."""

    oauth = OAuthSettings(
        scope="identity history",
        basic=True,
        extra={"duration": "permanent"},  # what a refresh token takes
        revoke_type_hint=True,
    )

    endpoints: Endpoints = ENDPOINTS
    name: str = "reddit"

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account of the token's owner; Reddit does not say how many posts it has."""
        answer = self._get("api/v1/me", {"raw_json": "1"}, account, schema=_ME)
        if not isinstance(answer, Parsed):
            return answer
        me = answer.value
        home = me.subreddit or _Home()
        if me.is_suspended:
            return gone("Reddit")
        return NetworkProfile(
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

    def followers(self, account: AccountRef, cursor: str | None = None) -> NotOffered:
        """Return that the API has no such list."""
        del account, cursor
        return NO_FOLLOWERS

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's submissions."""
        name = account.api_id
        if name is None:
            profile = self.profile(account)
            if not isinstance(profile, NetworkProfile):
                return profile
            name = profile.api_id
        params = {"limit": str(PAGE), "sort": "new", "raw_json": "1"}
        answer = self._get(
            f"user/{name}/submitted",
            with_cursor(params, "after", cursor),
            account,
            schema=_LISTING,
        )
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.data.children, _post, answer.value.data.after)

    def _app_client(self) -> ApiClient:
        """Return a client that takes 401 for a refusal of the app: here it is the app that proves itself."""
        return replace(self.client, read_error=_read_app_error)


def at(http: RateLimitedHttp, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> Reddit:
    """Return the client as the shop's app. Reddit wants the User-Agent to name app and operator."""
    client = client_for(
        http, "Reddit", app, endpoints, per_second=PER_SECOND, burst=BURST, read_error=_read_error
    )
    return Reddit(app=app, client=client, endpoints=endpoints)


def _post(child: _Child) -> NetworkPost:
    post = child.data
    return NetworkPost(
        id=post.name,
        at=datetime.fromtimestamp(post.created_utc, UTC),
        reactions=max(post.ups, 0) if post.ups is not None else None,
        reshares=post.num_crossposts,
        replies=post.num_comments,
        text=f"{post.title or ''}\n{post.selftext or ''}",
    )


def _read_app_error(status: int, body: object) -> Failure | None:
    return app_refused("Reddit") if status == httpx.codes.UNAUTHORIZED else _read_error(status, body)


def _read_error(status: int, body: object) -> Failure | None:
    """Return the failure of a Reddit error; a wrong code comes with status 200."""
    if isinstance(body, dict) and body.get("error") == "invalid_grant":
        return credentials("Reddit")
    return read_oauth_error(status, body, "Reddit")


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
    open=lambda http, base_url, app: at(http, app, ENDPOINTS.moved(base_url)),
    lists_followers=False,
)
