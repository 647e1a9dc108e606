"""X: the API v2, with a paid app that the shop brings.

Wire format: docs.x.com (fundamentals/authentication/oauth-2-0, fundamentals/rate-limits, x-api/users).
"""

import re
from dataclasses import dataclass
from typing import Annotated

import httpx
from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social import grant, oauth
from saleor_influence_app.social.answers import Failure, Final, Reason
from saleor_influence_app.social.descriptor import Descriptor, HandleRule
from saleor_influence_app.social.endpoints import Endpoints, line_to
from saleor_influence_app.social.line import Answer, Line, app_refused, credentials, gone, private
from saleor_influence_app.social.network import (
    Account,
    Asking,
    Credentials,
    Follower,
    Page,
    Post,
    Profile,
    Token,
)
from saleor_influence_app.social.shapes import (
    NOWHERE,
    Count,
    Cursor,
    Plain,
    Rows,
    Shape,
    Text,
    Told,
    kept,
)
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

ENDPOINTS = Endpoints(
    authorise="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",  # noqa: S106 - an address
    revoke="https://api.x.com/2/oauth2/revoke",
    api="https://api.x.com/2",
)
SCOPES = "tweet.read users.read follows.read offline.access"
PER_SECOND, BURST = 0.08, 15
"""Ours, and sparing: what is read costs money. X tells its own limits in headers, which are kept as well."""
FOLLOWERS_PER_SECOND, FOLLOWERS_BURST = 15 / 900, 15
"""15 requests in 15 minutes."""
FOLLOWERS_PAGE, POSTS_PAGE = 1000, 100
USER_FIELDS = "created_at,description,protected,public_metrics"
POST_FIELDS = "created_at,public_metrics"


class _UserNumbers(Shape):
    followers_count: Told[Count] = None
    following_count: Told[Count] = None
    tweet_count: Told[Count] = None


class _User(Shape):
    id: Plain
    username: Told[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,30}$")]] = None
    created_at: Told[Moment] = None
    description: Told[Text] = None
    protected: Told[bool] = None
    public_metrics: Told[_UserNumbers] = None


class _Person(Shape):
    id: Plain


class _PostNumbers(Shape):
    like_count: Told[Count] = None
    retweet_count: Told[Count] = None
    quote_count: Told[Count] = None
    reply_count: Told[Count] = None


class _Post(Shape):
    id: Plain
    created_at: Moment
    text: Told[Text] = None
    public_metrics: Told[_PostNumbers] = None


class _Meta(Shape):
    next_token: Cursor = None


class _Me(Shape):
    data: _User


class _People(Shape):
    data: Rows[_Person] = ()
    meta: Told[_Meta] = _Meta()


class _Posts(Shape):
    data: Rows[_Post] = ()
    meta: Told[_Meta] = _Meta()


_ME = TypeAdapter(_Me)
_PEOPLE = TypeAdapter(_People)
_POSTS = TypeAdapter(_Posts)


@dataclass(frozen=True, kw_only=True)
class X:
    """The network as one app."""

    app: Credentials
    line: Line
    endpoints: Endpoints = ENDPOINTS
    name: str = "x"

    def authorise_url(self, asking: Asking) -> str:
        """Return X's page."""
        params = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": SCOPES,
            "state": asking.state,
            "code_challenge": oauth.challenge_of(asking.verifier),
            "code_challenge_method": "S256",
        }
        return grant.url(self.endpoints.authorise, params)

    def exchange(self, code: str, asking: Asking) -> Token | Failure:
        """Return the token for a code; it lasts two hours and can be refreshed."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asking.redirect_uri,
            "code_verifier": asking.verifier,
        }
        return grant.token(self.line, self.endpoints.token, form, basic=self.app)

    def refresh(self, token: Token) -> Token | Failure:
        """Return the next token."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        return grant.token(self.line, self.endpoints.token, form, basic=self.app, kept=token)

    def profile(self, account: Account) -> Profile | Failure:
        """Return the account of the token's owner."""
        answer = self._get("users/me", {"user.fields": USER_FIELDS}, account, of=_ME)
        if not isinstance(answer, Answer):
            return answer
        user = answer.value.data
        numbers = user.public_metrics or _UserNumbers()
        return Profile(
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

    def followers(self, account: Account, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers. X charges for each of them: see docs/networks.md."""
        api_id = self._id_of(account)
        if isinstance(api_id, Failure):
            return api_id
        line = self.line.at("followers", per_second=FOLLOWERS_PER_SECOND, burst=FOLLOWERS_BURST)
        params = _paged({"max_results": str(FOLLOWERS_PAGE)}, cursor)
        answer = self._get(f"users/{api_id}/followers", params, account, of=_PEOPLE, line=line)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.data)
        people = tuple(Follower(person.id) for person in read)
        return Page(items=people, cursor=_place(answer.value.meta), skipped=skipped)

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the account's own posts. X charges for each of them."""
        api_id = self._id_of(account)
        if isinstance(api_id, Failure):
            return api_id
        wanted = {"max_results": str(POSTS_PAGE), "exclude": "retweets", "tweet.fields": POST_FIELDS}
        answer = self._get(f"users/{api_id}/tweets", _paged(wanted, cursor), account, of=_POSTS)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.data)
        return Page(items=tuple(map(_post, read)), cursor=_place(answer.value.meta), skipped=skipped)

    def revoke(self, token: Token) -> Failure | None:
        """Make the token worthless; one that is so already is fine."""
        form = {"token": token.refresh or token.access}
        failure = grant.revoke(self.line, self.endpoints.revoke, form, basic=self.app)
        gone_already = isinstance(failure, Final) and failure.reason is Reason.CREDENTIALS
        return None if gone_already else failure

    def _id_of(self, account: Account) -> str | Failure:
        if account.api_id is not None:
            return account.api_id
        profile = self.profile(account)
        return profile.api_id if isinstance(profile, Profile) else profile

    def _get(
        self,
        what: str,
        params: dict[str, str],
        account: Account,
        *,
        of: TypeAdapter[grant.Shaped],
        line: Line | None = None,
    ) -> Answer[grant.Shaped] | Failure:
        if account.token is None:
            return credentials("X")
        ask = Ask(url=f"{self.endpoints.api}/{what}", params=params, token=account.token.access)
        return (line or self.line).read(ask, of)


def at(wire: Wire, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> X:
    """Return the network as the shop's app."""
    line = line_to(wire, "X", app, endpoints, per_second=PER_SECOND, burst=BURST, judge=_judge)
    return X(app=app, line=line, endpoints=endpoints)


def _post(post: _Post) -> Post:
    numbers = post.public_metrics or _PostNumbers()
    reshares = (numbers.retweet_count, numbers.quote_count)
    known = [count for count in reshares if count is not None]
    return Post(
        id=post.id,
        at=post.created_at,
        reactions=numbers.like_count,
        reshares=sum(known) if known else None,
        replies=numbers.reply_count,
        text=post.text or "",
    )


def _place(meta: _Meta | None) -> str | None:
    return NOWHERE if meta is None else meta.next_token


def _paged(params: dict[str, str], cursor: str | None) -> dict[str, str]:
    return params if cursor is None else {**params, "pagination_token": cursor}


def _judge(status: int, body: object) -> Failure | None:
    """Read X's errors, which can come with status 200 and no data."""
    told = body if isinstance(body, dict) else {}
    if status == httpx.codes.PAYMENT_REQUIRED:
        return Final(reason=Reason.APP, sentence="The shop's X account has no credits left.")
    if told.get("reason") == "client-not-enrolled":  # in no project with access to the API v2
        return app_refused("X")
    if str(told.get("error_description", "")).startswith("Value passed for the "):
        return credentials("X")  # a wrong or used code, verifier or token, told as invalid_request
    errors = told.get("errors") if told.get("data") is None else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    title, detail = str(first.get("title", "")), str(first.get("detail", ""))
    if title == "Not Found Error" or (title == "Forbidden" and "suspended" in detail):
        return gone("X")
    return private("X", "this") if title == "Authorization Error" else grant.refusal(status, body, "X")


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
    open=lambda wire, base_url, app: at(wire, app, ENDPOINTS.moved(base_url)),
)
