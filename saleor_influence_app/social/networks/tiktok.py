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
from saleor_influence_app.social import grant
from saleor_influence_app.social.answers import Cause, Failure, Final, NotOffered, Reason, Transient
from saleor_influence_app.social.descriptor import Descriptor, HandleRule
from saleor_influence_app.social.endpoints import Endpoints, line_to
from saleor_influence_app.social.line import Answer, Line, credentials
from saleor_influence_app.social.network import Account, Asking, Credentials, Page, Post, Profile, Token
from saleor_influence_app.social.shapes import (
    NOWHERE,
    Count,
    Plain,
    Rows,
    Seconds,
    Shape,
    Text,
    Told,
    WebAddress,
    kept,
)
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

ENDPOINTS = Endpoints(
    authorise="https://www.tiktok.com/v2/auth/authorize/",
    token="https://open.tiktokapis.com/v2/oauth/token/",  # noqa: S106 - an address
    revoke="https://open.tiktokapis.com/v2/oauth/revoke/",
    api="https://open.tiktokapis.com/v2",
)
SCOPES = "user.info.basic,user.info.profile,user.info.stats,video.list"
PER_SECOND, BURST = 8.0, 60
"""600 requests a minute and endpoint are allowed (tiktok-api-v2-rate-limit)."""
PAGE = 20
FIELDS = "open_id,username,profile_deep_link,bio_description,follower_count,following_count,video_count"
VIDEO_FIELDS = "id,create_time,title,video_description,like_count,comment_count,share_count"
NO_FOLLOWERS = NotOffered("TikTok's Display API gives the number of followers, not who they are.")

_TOKEN_ERRORS = frozenset({"access_token_invalid", "scope_not_authorized", "scope_permission_missed"})


class _User(Shape):
    open_id: Plain
    username: Told[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{2,24}$")]] = None
    profile_deep_link: Told[WebAddress] = None
    bio_description: Told[Text] = None
    follower_count: Told[Count] = None
    following_count: Told[Count] = None
    video_count: Told[Count] = None


class _UserData(Shape):
    user: _User


class _UserAnswer(Shape):
    data: _UserData


class _Video(Shape):
    id: Plain
    create_time: Seconds
    title: Told[Text] = None
    video_description: Told[Text] = None
    like_count: Told[Count] = None
    comment_count: Told[Count] = None
    share_count: Told[Count] = None


class _VideoData(Shape):
    videos: Rows[_Video] = ()
    cursor: Told[Annotated[int, Field(ge=0, le=10**18)]] = None
    has_more: Told[bool] = False

    @property
    def place(self) -> str | None:
        """Return where the list goes on."""
        if self.has_more is False:
            return None
        return NOWHERE if self.cursor is None else str(self.cursor)


class _VideoAnswer(Shape):
    data: _VideoData


_USER = TypeAdapter(_UserAnswer)
_VIDEOS = TypeAdapter(_VideoAnswer)


@dataclass(frozen=True, kw_only=True)
class TikTok:
    """The network as one app."""

    app: Credentials
    line: Line
    endpoints: Endpoints = ENDPOINTS
    name: str = "tiktok"

    def authorise_url(self, asking: Asking) -> str:
        """Return TikTok's page."""
        params = {
            "response_type": "code",
            "client_key": self.app.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": SCOPES,
            "state": asking.state,
        }
        return grant.url(self.endpoints.authorise, params)

    def exchange(self, code: str, asking: Asking) -> Token | Failure:
        """Return the token for a code; it lasts for hours and can be refreshed for months."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asking.redirect_uri}
        return grant.token(self.line, self.endpoints.token, {**form, **self._client()})

    def refresh(self, token: Token) -> Token | Failure:
        """Return the next token; the refresh token in it is a new one, too."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        return grant.token(self.line, self.endpoints.token, {**form, **self._client()}, kept=token)

    def profile(self, account: Account) -> Profile | Failure:
        """Return the account of the token's owner. Its id is this app's own; when it was made is not told."""
        if account.token is None:
            return credentials("TikTok")
        ask = Ask(
            url=f"{self.endpoints.api}/user/info/", params={"fields": FIELDS}, token=account.token.access
        )
        answer = self.line.read(ask, _USER)
        if not isinstance(answer, Answer):
            return answer
        user = answer.value.data.user
        page = f"https://www.tiktok.com/@{user.username}" if user.username else "https://www.tiktok.com/"
        return Profile(
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

    def followers(self, account: Account, cursor: str | None = None) -> NotOffered:
        """Say that there is no list."""
        del account, cursor
        return NO_FOLLOWERS

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the account's public videos."""
        if account.token is None:
            return credentials("TikTok")
        if cursor is not None and not cursor.isdecimal():
            return Final(reason=Reason.REFUSED, sentence="This is no place in a list of TikTok's.")
        body: dict[str, object] = {"max_count": PAGE}
        ask = Ask(
            method="POST",
            url=f"{self.endpoints.api}/video/list/",
            params={"fields": VIDEO_FIELDS},
            json=body if cursor is None else {**body, "cursor": int(cursor)},
            token=account.token.access,
        )
        answer = self.line.read(ask, _VIDEOS)
        if not isinstance(answer, Answer):
            return answer
        data = answer.value.data
        read, skipped = kept(data.videos)
        return Page(items=tuple(map(_post, read)), cursor=data.place, skipped=skipped)

    def revoke(self, token: Token) -> Failure | None:
        """Make the grant worthless; one that is so already is fine."""
        failure = grant.revoke(self.line, self.endpoints.revoke, {**self._client(), "token": token.access})
        gone_already = isinstance(failure, Final) and failure.reason is Reason.CREDENTIALS
        return None if gone_already else failure

    def _client(self) -> dict[str, str]:
        return {"client_key": self.app.client_id, "client_secret": self.app.client_secret}


def at(wire: Wire, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> TikTok:
    """Return the network as the shop's app."""
    line = line_to(wire, "TikTok", app, endpoints, per_second=PER_SECOND, burst=BURST, judge=_judge)
    return TikTok(app=app, line=line, endpoints=endpoints)


def _post(video: _Video) -> Post:
    return Post(
        id=video.id,
        at=datetime.fromtimestamp(video.create_time, UTC),
        reactions=video.like_count,
        reshares=video.share_count,
        replies=video.comment_count,
        text=f"{video.title or ''}\n{video.video_description or ''}",
    )


def _judge(status: int, body: object) -> Failure | None:
    """Read TikTok's errors: an object with a code, which is "ok" in good answers, or RFC 6749's text."""
    del status  # which says nothing beside the code
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
    return grant.refusal(400, {"error": code}, "TikTok") or refused


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
    open=lambda wire, base_url, app: at(wire, app, ENDPOINTS.moved(base_url)),
    tells_followers=False,
)
