"""Instagram: the API with Instagram Login, for professional accounts, with a Meta app that the shop brings.

Wire format: developers.facebook.com/docs/instagram-platform (business-login, me, ig-user, ig-media).
It has no PKCE.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.api_client import Parsed
from saleor_influence_app.social.descriptor import Descriptor, HandleRule, Terms
from saleor_influence_app.social.failures import (
    Cause,
    Failure,
    NotOffered,
    Transient,
    app_refused,
    credentials,
    gone,
)
from saleor_influence_app.social.http_client import ApiRequest, RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkPost,
    NetworkProfile,
    Page,
    Token,
)
from saleor_influence_app.social.oauth_client import (
    TOKEN,
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
    Secret,
    Text,
)

ENDPOINTS = Endpoints(
    authorise="https://www.instagram.com/oauth/authorize",
    token="https://api.instagram.com/oauth/access_token",  # noqa: S106 - an address
    revoke="",
    api="https://graph.instagram.com",
)
PER_SECOND, BURST = 0.05, 50
"""Ours. Meta's own limit goes by use case and grows with the app; its errors say when it was too much."""
PAGE = 50
FIELDS = "user_id,username,biography,followers_count,follows_count,media_count"
MEDIA_FIELDS = "id,timestamp,caption,like_count,comments_count"
NO_FOLLOWERS = NotOffered("Instagram's API gives the number of followers, not who they are.")
NO_REVOKE = NotOffered(
    "Instagram's API cannot take a permission back: the owner removes the app in Instagram's settings, under "
    "“Website permissions”; the token is deleted here and ends by itself after 60 days."
)

_THROTTLED = frozenset({4, 17, 32, 613, 80002})
_OUT_OF_ORDER = frozenset({1, 2})
_NOT_PERMITTED = frozenset({10, 102, 190, *range(200, 300)})
_MISSING_SUBCODE = 33
_OF_THE_APP = ("platform app", "client secret", "validating application")
"""Wrong credentials of the app have no code of their own."""


class _Short(Schema):
    access_token: Secret


class _Shorts(Schema):
    """The documented response for a code; the older form has the token at the top level."""

    data: tuple[_Short, ...] = Field(min_length=1, max_length=10)


class _User(Schema):
    user_id: Plain
    username: Lenient[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,30}$")]] = None
    biography: Lenient[Text] = None
    followers_count: Lenient[Count] = None
    follows_count: Lenient[Count] = None
    media_count: Lenient[Count] = None


class _Media(Schema):
    id: Plain
    timestamp: Moment
    caption: Lenient[Text] = None
    like_count: Lenient[Count] = None
    """Left out where the owner hides it."""
    comments_count: Lenient[Count] = None


class _Cursors(Schema):
    after: Cursor = None


class _Paging(Schema):
    cursors: Lenient[_Cursors] = None
    next: object = None
    """An address, where there is more."""


class _MediaList(Schema):
    data: Rows[_Media]
    paging: Lenient[_Paging] = _Paging()

    @property
    def place(self) -> str | None:
        """Return the cursor of the next page; None at the end."""
        if self.paging is not None and not self.paging.next:
            return None
        cursors = self.paging.cursors if self.paging is not None else None
        return (cursors.after if cursors is not None else None) or UNREADABLE_CURSOR


_CODE = TypeAdapter(_Shorts | _Short)
_USER = TypeAdapter(_User)
_MEDIA = TypeAdapter(_MediaList)


@dataclass(frozen=True, kw_only=True)
class Instagram(OAuthNetwork):
    """The network as one Meta app."""

    oauth = OAuthSettings(scope="instagram_business_basic", token_parameter="access_token")  # noqa: S106

    endpoints: Endpoints = ENDPOINTS
    name: str = "instagram"

    def exchange(self, code: str, authorization: AuthorizationRequest) -> Token | Failure:
        """Exchange the code for a token of an hour, and that for one of 60 days, which is returned."""
        form = {
            "grant_type": "authorization_code",
            "code": code.removesuffix("#_"),  # which Instagram appends to the address
            "redirect_uri": authorization.redirect_uri,
        }
        answer = self.client.fetch(self._as_app(self.endpoints.token, form), _CODE)
        if not isinstance(answer, Parsed):
            return answer
        short = answer.value.data[0] if isinstance(answer.value, _Shorts) else answer.value
        params = {"grant_type": "ig_exchange_token", "client_secret": self.app.client_secret}
        return self._long("access_token", {**params, "access_token": short.access_token})

    def refresh(self, token: Token) -> Token | Failure:
        """Return a token for another 60 days; the current one must be a day old and not expired."""
        params = {"grant_type": "ig_refresh_token", "access_token": token.access}
        return self._long("refresh_access_token", params)

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the professional account of the token's owner; `created` is not offered."""
        answer = self._get("me", {"fields": FIELDS}, account, schema=_USER)
        if not isinstance(answer, Parsed):
            return answer
        user = answer.value
        return NetworkProfile(
            network_id=user.user_id,
            api_id=user.user_id,
            handle=f"@{user.username}" if user.username else user.user_id,
            url=f"https://www.instagram.com/{user.username}/"
            if user.username
            else "https://www.instagram.com/",
            created=None,
            followers=user.followers_count,
            following=user.follows_count,
            posts=user.media_count,
            about=user.biography or "",
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> NotOffered:
        """Return that the API has no such list."""
        del account, cursor
        return NO_FOLLOWERS

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's media."""
        params = {"fields": MEDIA_FIELDS, "limit": str(PAGE)}
        answer = self._get("me/media", with_cursor(params, "after", cursor), account, schema=_MEDIA)
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.data, _post, answer.value.place)

    def revoke(self, token: Token) -> NotOffered:
        """Return how the owner takes the permission back."""
        del token
        return NO_REVOKE

    def _long(self, what: str, params: dict[str, str]) -> Token | Failure:
        answer = self.client.fetch(ApiRequest(url=f"{self.endpoints.api}/{what}", params=params), TOKEN)
        if not isinstance(answer, Parsed):
            return answer
        return answer.value.token(now=self.client.http.now())


def at(http: RateLimitedHttp, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> Instagram:
    """Return the client as the shop's app."""
    client = client_for(
        http, "Instagram", app, endpoints, per_second=PER_SECOND, burst=BURST, read_error=_read_error
    )
    return Instagram(app=app, client=client, endpoints=endpoints)


def _post(media: _Media) -> NetworkPost:
    return NetworkPost(
        id=media.id,
        at=media.timestamp,
        reactions=media.like_count,
        reshares=None,
        replies=media.comments_count,
        text=media.caption or "",
    )


def _read_error(status: int, body: object) -> Failure | None:
    """Return the failure of a Graph API error; a wrong code has a format of its own (`error_type`)."""
    if isinstance(body, dict) and body.get("error_type") == "OAuthException":
        about_app = any(word in str(body.get("error_message", "")).lower() for word in _OF_THE_APP)
        return app_refused("Instagram") if about_app else credentials("Instagram")
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return read_oauth_error(status, body, "Instagram")
    if error.get("error_subcode") == _MISSING_SUBCODE:
        return gone("Instagram")
    if any(word in str(error.get("message", "")).lower() for word in _OF_THE_APP):
        return app_refused("Instagram")
    code = error.get("code")
    return _by_code(code) if isinstance(code, int) else None


def _by_code(code: int) -> Failure | None:
    if code in _THROTTLED:
        return Transient(cause=Cause.BUSY, sentence="Instagram asks us to slow down.", retry_after=3600.0)
    if code in _OUT_OF_ORDER:
        return Transient(cause=Cause.DOWN, sentence="Instagram is out of order.", retry_after=300.0)
    return credentials("Instagram") if code in _NOT_PERMITTED else None


NETWORK = Descriptor(
    name="instagram",
    title="Instagram",
    domains=("instagram.com", "instagr.am"),
    rule=HandleRule(
        example="@name",
        path=re.compile(r"/@?(?P<name>[^/]+)/?"),
        name=re.compile(r"[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?"),
        pages=frozenset({"p", "reel", "reels", "stories", "explore", "accounts", "tv", "direct", "about"}),
    ),
    terms=Terms(),
    open=lambda http, base_url, app: at(http, app, ENDPOINTS.moved(base_url)),
    lists_followers=False,
)
