"""X: the API v2, with a paid app that the shop brings.

Wire format: docs.x.com (fundamentals/authentication/oauth-2-0, fundamentals/rate-limits, x-api/users).
"""

import re
from dataclasses import dataclass
from typing import Annotated

import httpx
from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.api_client import Parsed
from saleor_influence_app.social.descriptor import Descriptor, HandleRule, Terms
from saleor_influence_app.social.failures import (
    Failure,
    Final,
    Reason,
    app_refused,
    credentials,
    gone,
    private,
)
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    Credentials,
    Follower,
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
    UNREADABLE_CURSOR,
    Count,
    Cursor,
    Lenient,
    Plain,
    Rows,
    Schema,
    Text,
)

ENDPOINTS = Endpoints(
    authorise="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",  # noqa: S106 - an address
    revoke="https://api.x.com/2/oauth2/revoke",
    api="https://api.x.com/2",
)
SCOPES = "tweet.read users.read follows.read offline.access"
PER_SECOND, BURST = 0.08, 15
"""Our own, low limit: every read costs money. X's limits, which are in its headers, apply as well."""
FOLLOWERS_PER_SECOND, FOLLOWERS_BURST = 15 / 900, 15
"""15 requests in 15 minutes."""
FOLLOWERS_PAGE, POSTS_PAGE = 1000, 100
USER_FIELDS = "created_at,description,protected,public_metrics"
POST_FIELDS = "created_at,public_metrics"


class _UserNumbers(Schema):
    followers_count: Lenient[Count] = None
    following_count: Lenient[Count] = None
    tweet_count: Lenient[Count] = None


class _User(Schema):
    id: Plain
    username: Lenient[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,30}$")]] = None
    created_at: Lenient[Moment] = None
    description: Lenient[Text] = None
    protected: Lenient[bool] = None
    public_metrics: Lenient[_UserNumbers] = None


class _Person(Schema):
    id: Plain


class _PostNumbers(Schema):
    like_count: Lenient[Count] = None
    retweet_count: Lenient[Count] = None
    quote_count: Lenient[Count] = None
    reply_count: Lenient[Count] = None


class _Post(Schema):
    id: Plain
    created_at: Moment
    text: Lenient[Text] = None
    public_metrics: Lenient[_PostNumbers] = None


class _Meta(Schema):
    next_token: Cursor = None


class _Me(Schema):
    data: _User


class _People(Schema):
    data: Rows[_Person] = ()
    meta: Lenient[_Meta] = _Meta()


class _Posts(Schema):
    data: Rows[_Post] = ()
    meta: Lenient[_Meta] = _Meta()


_ME = TypeAdapter(_Me)
_PEOPLE = TypeAdapter(_People)
_POSTS = TypeAdapter(_Posts)


@dataclass(frozen=True, kw_only=True)
class X(OAuthNetwork):
    """The network as one app."""

    oauth = OAuthSettings(scope=SCOPES, pkce=True, basic=True)

    endpoints: Endpoints = ENDPOINTS
    name: str = "x"

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account of the token's owner."""
        answer = self._get("users/me", {"user.fields": USER_FIELDS}, account, schema=_ME)
        if not isinstance(answer, Parsed):
            return answer
        user = answer.value.data
        numbers = user.public_metrics or _UserNumbers()
        return NetworkProfile(
            network_id=user.id,
            api_id=user.id,
            handle=f"@{user.username}" if user.username else user.id,
            url=f"https://x.com/{user.username}" if user.username else f"https://x.com/i/user/{user.id}",
            created=user.created_at,
            followers=numbers.followers_count,
            following=numbers.following_count,
            posts=numbers.tweet_count,
            private=bool(user.protected),
            about=user.description or "",
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers. X charges for each of them: see docs/networks.md."""
        api_id = self._id_of(account)
        if isinstance(api_id, Failure):
            return api_id
        client = self.client.at("followers", per_second=FOLLOWERS_PER_SECOND, burst=FOLLOWERS_BURST)
        params = with_cursor({"max_results": str(FOLLOWERS_PAGE)}, "pagination_token", cursor)
        answer = self._get(f"users/{api_id}/followers", params, account, schema=_PEOPLE, client=client)
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.data, lambda person: Follower(person.id), _place(answer.value.meta))

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's own posts. X charges for each of them."""
        api_id = self._id_of(account)
        if isinstance(api_id, Failure):
            return api_id
        wanted = {"max_results": str(POSTS_PAGE), "exclude": "retweets", "tweet.fields": POST_FIELDS}
        answer = self._get(
            f"users/{api_id}/tweets", with_cursor(wanted, "pagination_token", cursor), account, schema=_POSTS
        )
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.data, _post, _place(answer.value.meta))

    def _id_of(self, account: AccountRef) -> str | Failure:
        if account.api_id is not None:
            return account.api_id
        profile = self.profile(account)
        return profile.api_id if isinstance(profile, NetworkProfile) else profile


def at(http: RateLimitedHttp, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> X:
    """Return the client as the shop's app."""
    client = client_for(http, "X", app, endpoints, per_second=PER_SECOND, burst=BURST, read_error=_read_error)
    return X(app=app, client=client, endpoints=endpoints)


def _post(post: _Post) -> NetworkPost:
    numbers = post.public_metrics or _PostNumbers()
    reshares = (numbers.retweet_count, numbers.quote_count)
    known = [count for count in reshares if count is not None]
    return NetworkPost(
        id=post.id,
        at=post.created_at,
        reactions=numbers.like_count,
        reshares=sum(known) if known else None,
        replies=numbers.reply_count,
        text=post.text or "",
    )


def _place(meta: _Meta | None) -> str | None:
    return UNREADABLE_CURSOR if meta is None else meta.next_token


def _read_error(status: int, body: object) -> Failure | None:
    """Return the failure of an X error, which can come with status 200 and no data."""
    answer = body if isinstance(body, dict) else {}
    if status == httpx.codes.PAYMENT_REQUIRED:
        return Final(reason=Reason.APP, sentence="The shop's X account has no credits left.")
    if answer.get("reason") == "client-not-enrolled":  # in no project with access to the API v2
        return app_refused("X")
    if str(answer.get("error_description", "")).startswith("Value passed for the "):
        return credentials("X")  # a wrong or used code, verifier or token, reported as invalid_request
    errors = answer.get("errors") if answer.get("data") is None else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    title, detail = str(first.get("title", "")), str(first.get("detail", ""))
    if title == "Not Found Error" or (title == "Forbidden" and "suspended" in detail):
        return gone("X")
    return private("X", "this") if title == "Authorization Error" else read_oauth_error(status, body, "X")


NETWORK = Descriptor(
    name="x",
    title="X",
    domains=("x.com", "twitter.com"),
    rule=HandleRule(
        example="@name",
        path=re.compile(r"/@?(?P<name>[^/]+)(?:/.*)?"),
        name=re.compile(r"[a-z0-9_]{1,15}"),
        pages=frozenset(
            {"i", "home", "search", "explore", "intent", "share", "hashtag", "settings", "login"}
        ),
    ),
    terms=Terms(combinable=True),
    open=lambda http, base_url, app: at(http, app, ENDPOINTS.moved(base_url)),
)
