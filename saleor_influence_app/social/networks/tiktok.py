"""TikTok: Login Kit and the Display API v2, with an app that the shop brings.

Wire format: developers.tiktok.com (oauth-user-access-token-management, tiktok-api-v2-get-user-info,
tiktok-api-v2-video-list, tiktok-api-v2-error-handling). PKCE is for its mobile and desktop clients only.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, TypeAdapter

from saleor_influence_app import answers
from saleor_influence_app.social.api_client import Parsed
from saleor_influence_app.social.descriptor import Descriptor, HandleRule, Terms
from saleor_influence_app.social.failures import (
    Cause,
    Failure,
    Final,
    NotOffered,
    Reason,
    Transient,
    credentials,
)
from saleor_influence_app.social.http_client import ApiRequest, RateLimitedHttp
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
from saleor_influence_app.social.pagination import page_of
from saleor_influence_app.social.schemas import (
    UNREADABLE_CURSOR,
    Count,
    Lenient,
    Plain,
    Rows,
    Schema,
    Seconds,
    Text,
    WebAddress,
)

ENDPOINTS = Endpoints(
    authorise="https://www.tiktok.com/v2/auth/authorize/",
    token="https://open.tiktokapis.com/v2/oauth/token/",  # noqa: S106 - an address
    revoke="https://open.tiktokapis.com/v2/oauth/revoke/",
    api="https://open.tiktokapis.com/v2",
)
PER_SECOND, BURST = 8.0, 60
"""600 requests a minute and endpoint are allowed (tiktok-api-v2-rate-limit)."""
PAGE = 20
FIELDS = "open_id,username,profile_deep_link,bio_description,follower_count,following_count,video_count"
VIDEO_FIELDS = "id,create_time,title,video_description,like_count,comment_count,share_count"
NO_FOLLOWERS = NotOffered("TikTok's Display API gives the number of followers, not who they are.")

_TOKEN_ERRORS = frozenset({"access_token_invalid", "scope_not_authorized", "scope_permission_missed"})


class _User(Schema):
    open_id: Plain
    username: Lenient[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{2,24}$")]] = None
    profile_deep_link: Lenient[WebAddress] = None
    bio_description: Lenient[Text] = None
    follower_count: Lenient[Count] = None
    following_count: Lenient[Count] = None
    video_count: Lenient[Count] = None


class _UserData(Schema):
    user: _User


class _UserAnswer(Schema):
    data: _UserData


class _Video(Schema):
    id: Plain
    create_time: Seconds
    title: Lenient[Text] = None
    video_description: Lenient[Text] = None
    like_count: Lenient[Count] = None
    comment_count: Lenient[Count] = None
    share_count: Lenient[Count] = None


class _VideoData(Schema):
    videos: Rows[_Video] = ()
    cursor: Lenient[Annotated[int, Field(ge=0, le=10**18)]] = None
    has_more: Lenient[bool] = False

    @property
    def place(self) -> str | None:
        """Return the cursor of the next page; None at the end."""
        if self.has_more is False:
            return None
        return UNREADABLE_CURSOR if self.cursor is None else str(self.cursor)


class _VideoAnswer(Schema):
    data: _VideoData


_USER = TypeAdapter(_UserAnswer)
_VIDEOS = TypeAdapter(_VideoAnswer)


@dataclass(frozen=True, kw_only=True)
class TikTok(OAuthNetwork):
    """The network as one app."""

    oauth = OAuthSettings(
        scope="user.info.basic,user.info.profile,user.info.stats,video.list",
        client_id="client_key",
        revoke_access_token=True,
    )

    endpoints: Endpoints = ENDPOINTS
    name: str = "tiktok"

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account of the token's owner. Its id is for this app only; `created` is not offered."""
        answer = self._get("user/info/", {"fields": FIELDS}, account, schema=_USER)
        if not isinstance(answer, Parsed):
            return answer
        user = answer.value.data.user
        page = f"https://www.tiktok.com/@{user.username}" if user.username else "https://www.tiktok.com/"
        return NetworkProfile(
            network_id=user.open_id,
            api_id=user.open_id,
            handle=f"@{user.username}" if user.username else user.open_id,
            url=user.profile_deep_link or page,
            created=None,
            followers=user.follower_count,
            following=user.following_count,
            posts=user.video_count,
            about=user.bio_description or "",
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> NotOffered:
        """Return that the API has no such list."""
        del account, cursor
        return NO_FOLLOWERS

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's public videos."""
        if account.token is None:
            return credentials("TikTok")
        if cursor is not None and not cursor.isdecimal():
            return Final(reason=Reason.REFUSED, sentence="This is no place in a list of TikTok's.")
        body: dict[str, object] = {"max_count": PAGE}
        request = ApiRequest(
            method="POST",
            url=f"{self.endpoints.api}/video/list/",
            params={"fields": VIDEO_FIELDS},
            json=body if cursor is None else {**body, "cursor": int(cursor)},
            token=account.token.access,
        )
        answer = self.client.fetch(request, _VIDEOS)
        if not isinstance(answer, Parsed):
            return answer
        return page_of(answer.value.data.videos, _post, answer.value.data.place)


def at(http: RateLimitedHttp, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> TikTok:
    """Return the client as the shop's app."""
    client = client_for(
        http, "TikTok", app, endpoints, per_second=PER_SECOND, burst=BURST, read_error=_read_error
    )
    return TikTok(app=app, client=client, endpoints=endpoints)


def _post(video: _Video) -> NetworkPost:
    return NetworkPost(
        id=video.id,
        at=datetime.fromtimestamp(video.create_time, UTC),
        reactions=video.like_count,
        reshares=video.share_count,
        replies=video.comment_count,
        text=f"{video.title or ''}\n{video.video_description or ''}",
    )


def _read_error(status: int, body: object) -> Failure | None:
    """Return the failure of a TikTok error: an object with a code ("ok" for success), or RFC 6749's text."""
    del status  # the code says all
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    if code in (None, "ok", ""):
        return None
    code = code if isinstance(code, str) else ""
    if code in _TOKEN_ERRORS:
        return credentials("TikTok")
    if code == "rate_limit_exceeded":
        return Transient(cause=Cause.BUSY, sentence="TikTok asks us to slow down.", retry_after=60.0)
    if answers.tells_of_trouble(str(code)):
        return Transient(cause=Cause.DOWN, sentence="TikTok is out of order.", retry_after=60.0)
    refused = Final(
        reason=Reason.REFUSED, sentence="TikTok refused; its app settings may lack a product or scope."
    )
    # A refused code has RFC 6749's format, with whatever status.
    return read_oauth_error(400, {"error": code}, "TikTok") or refused


NETWORK = Descriptor(
    name="tiktok",
    title="TikTok",
    domains=("tiktok.com",),
    rule=HandleRule(
        example="@name",
        path=re.compile(r"/@(?P<name>[^/]+)(?:/.*)?"),
        name=re.compile(r"[a-z0-9_.]{1,23}[a-z0-9_]"),
    ),
    terms=Terms(one_grant=True),
    open=lambda http, base_url, app: at(http, app, ENDPOINTS.moved(base_url)),
    lists_followers=False,
)
