"""Networks for which a shop brings its own app, on loopback: their sign-in, tokens and data as documented."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.responses import RedirectResponse, Response

from tests.support.apis import Api, Heard, refusal, running

CLIENT_ID, CLIENT_SECRET = "the-shops-app", "the-shops-secret"


@dataclass(frozen=True, kw_only=True)
class Form:
    """How one network does it. `paths`: authorise, token, revoke (None: it cannot) and what is read."""

    authorise: str
    token: str
    revoke: str | None
    scope: str
    client_key: str = "client_id"
    proves: str = "form"
    """Where the app proves itself: its secret in the form, or Basic."""
    pkce: bool = False
    wrong_code: Callable[[], Response]
    wrong_app: Callable[[], Response]
    expired: Callable[[], Response]
    reads: dict[str, Callable[[], Any]]
    followers: int
    network_id: str
    handle: str
    denied: dict[str, str] = field(default_factory=dict)


@dataclass
class Provider:
    """A network: one account, its grants, and whether it accepts the shop's app."""

    name: str
    form: Form
    api: Api
    secret: str = CLIENT_SECRET
    answers_no: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """Access token to refresh token."""
    lasts: int = 3600

    def __post_init__(self) -> None:
        form = self.form
        self.api.answers |= {form.authorise: self.authorise, form.token: self.token}
        if form.revoke is not None:
            self.api.answers[form.revoke] = self.revoke
        for path, answer in form.reads.items():
            self.api.answers[path] = self._guarded(answer)
        if self.name == "instagram":
            self.api.answers |= {"/access_token": self._long, "/refresh_access_token": self._long}

    @property
    def settings(self) -> dict[str, str]:
        """What an admin types."""
        return {"base_url": self.api.base_url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def authorise(self, heard: Heard) -> Response:
        """The customer's browser is here; they say yes, or no."""
        asked = heard.query
        wanted = {self.form.client_key: CLIENT_ID, "response_type": "code", "scope": self.form.scope}
        assert {key: asked[key] for key in wanted} == wanted
        assert bool(asked.get("code_challenge")) == self.form.pkce
        if self.answers_no:
            brought = {"error": "access_denied", **self.form.denied}
        else:
            code = secrets.token_urlsafe(12)
            self.codes[code] = asked
            brought = {"code": code}
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode(brought | {'state': asked['state']})}", 302
        )

    def token(self, heard: Heard) -> Any:
        form = heard.form
        if not self._is_our_app(heard):
            return self.form.wrong_app()
        if form.get("grant_type") == "refresh_token":
            old = [access for access, refresh in self.tokens.items() if refresh == form["refresh_token"]]
            if not old:
                return self.form.wrong_code()
            del self.tokens[old[0]]
            return self._granted()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return self.form.wrong_code()
        if self.form.pkce:
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if challenge != asked["code_challenge"]:
                return self.form.wrong_code()
        return self._granted()

    def revoke(self, heard: Heard) -> Any:
        if self.form.proves == "basic" and not self._is_our_app(heard):
            return self.form.wrong_app()
        given = heard.form["token"]
        self.tokens = {a: r for a, r in self.tokens.items() if given not in {a, r}}
        return {}

    def _granted(self) -> dict[str, Any]:
        access, refresh = f"a-{secrets.token_urlsafe(9)}", f"r-{secrets.token_urlsafe(9)}"
        self.tokens[access] = refresh
        answer = {"access_token": access, "token_type": "bearer", "expires_in": self.lasts}
        if self.name == "instagram":  # one of an hour, without a time or a refresh token
            return {"data": [{"access_token": access, "user_id": "1", "permissions": self.form.scope}]}
        return {**answer, "refresh_token": refresh, "scope": self.form.scope, "open_id": "open-alma"}

    def _long(self, heard: Heard) -> Any:
        """Instagram: one of 60 days for the one that is given."""
        if heard.query["access_token"] not in self.tokens:
            return self.form.expired()
        if heard.query["grant_type"] == "ig_exchange_token" and heard.query["client_secret"] != self.secret:
            return self.form.wrong_app()
        del self.tokens[heard.query["access_token"]]
        access = f"IG{secrets.token_urlsafe(9)}"
        self.tokens[access] = ""
        return {"access_token": access, "token_type": "bearer", "expires_in": 5183944}

    def _is_our_app(self, heard: Heard) -> bool:
        if self.form.proves == "basic":
            return heard.basic == f"{CLIENT_ID}:{self.secret}"
        given = (heard.form.get(self.form.client_key), heard.form.get("client_secret"))
        return given == (CLIENT_ID, self.secret)

    def _guarded(self, answer: Callable[[], Any]) -> Callable[[Heard], Any]:
        def reply(heard: Heard) -> Any:
            token = heard.token or heard.query.get("access_token")
            return answer() if token in self.tokens else self.form.expired()

        return reply


def say(url: str) -> dict[str, str]:
    """What the browser brings back from the network."""
    with httpx.Client() as browser:
        reply = browser.get(url)
    assert reply.status_code == 302, reply.text
    return dict(httpx.URL(reply.headers["location"]).params)


def _yesterday() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


def _google(status: int, reason: str) -> Response:
    errors = [{"message": "m", "domain": "youtube", "reason": reason}]
    return refusal(status, {"error": {"code": status, "message": "m", "errors": errors}})


def _rfc(status: int, error: str, description: str = "m") -> Response:
    return refusal(status, {"error": error, "error_description": description})


def _graph(code: int, message: str) -> Response:
    return refusal(400, {"error": {"message": message, "type": "OAuthException", "code": code}})


def _tiktok(value: dict[str, Any]) -> dict[str, Any]:
    return {"data": value, "error": {"code": "ok", "message": "", "log_id": "1"}}


CHANNEL = {
    "id": "UCAuUUnT6oDeKwE6v1NGQxug",
    "snippet": {"title": "Alma", "customUrl": "@almaknits", "publishedAt": "2015-03-04T10:11:12Z"},
    "contentDetails": {"relatedPlaylists": {"uploads": "UUAuUUnT6oDeKwE6v1NGQxug"}},
    "statistics": {"subscriberCount": "12300", "hiddenSubscriberCount": False, "videoCount": "42"},
}
FORMS = {
    "youtube": Form(
        authorise="/o/oauth2/v2/auth",
        token="/token",
        revoke="/revoke",
        scope="https://www.googleapis.com/auth/youtube.readonly",
        pkce=True,
        wrong_code=lambda: _rfc(400, "invalid_grant", "Malformed auth code."),
        wrong_app=lambda: _rfc(401, "invalid_client", "The provided client secret is invalid."),
        expired=lambda: _google(401, "authError"),
        reads={
            "/youtube/v3/channels": lambda: {"items": [CHANNEL]},
            "/youtube/v3/subscriptions": lambda: {
                "items": [{"subscriberSnippet": {"channelId": "UCstranger00000000000000"}}]
            },
            "/youtube/v3/playlistItems": lambda: {"items": [{"contentDetails": {"videoId": "v1"}}]},
            "/youtube/v3/videos": lambda: {
                "items": [
                    {
                        "id": "v1",
                        "snippet": {"publishedAt": _yesterday().isoformat(), "title": "Wool"},
                        "statistics": {"likeCount": "5", "commentCount": "2"},
                    }
                ]
            },
        },
        followers=12300,
        network_id="UCAuUUnT6oDeKwE6v1NGQxug",
        handle="@almaknits",
    ),
    "instagram": Form(
        authorise="/oauth/authorize",
        token="/oauth/access_token",
        revoke=None,
        scope="instagram_business_basic",
        wrong_code=lambda: refusal(
            400, {"error_type": "OAuthException", "code": 400, "error_message": "Matching code was not found"}
        ),
        wrong_app=lambda: refusal(
            400, {"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"}
        ),
        expired=lambda: _graph(190, "Error validating access token: Session has expired"),
        reads={
            "/me": lambda: {
                "user_id": "17841405309211844",
                "username": "alma.knits",
                "followers_count": 267793,
                "follows_count": 12,
                "media_count": 1205,
            },
            "/me/media": lambda: {
                "data": [
                    {
                        "id": "1",
                        "timestamp": _yesterday().strftime("%Y-%m-%dT%H:%M:%S+0000"),
                        "caption": "Wool",
                        "like_count": 5,
                        "comments_count": 2,
                    }
                ]
            },
        },
        followers=267793,
        network_id="17841405309211844",
        handle="@alma.knits",
        denied={"error_reason": "user_denied", "error_description": "The user denied your request"},
    ),
    "tiktok": Form(
        authorise="/v2/auth/authorize/",
        token="/v2/oauth/token/",
        revoke="/v2/oauth/revoke/",
        scope="user.info.basic,user.info.profile,user.info.stats,video.list",
        client_key="client_key",
        wrong_code=lambda: _rfc(200, "invalid_grant", "Authorization code is expired."),
        wrong_app=lambda: _rfc(200, "invalid_client", "Client key or secret is incorrect."),
        expired=lambda: refusal(
            401, {"data": {}, "error": {"code": "access_token_invalid", "message": "m", "log_id": "1"}}
        ),
        reads={
            "/v2/user/info/": lambda: _tiktok(
                {
                    "user": {
                        "open_id": "open-alma",
                        "username": "alma.knits",
                        "follower_count": 100,
                        "following_count": 7,
                        "video_count": 3,
                    }
                }
            ),
            "/v2/video/list/": lambda: _tiktok(
                {
                    "videos": [
                        {
                            "id": "1234567",
                            "create_time": int(time.time()) - 86_400,
                            "title": "Wool",
                            "like_count": 5,
                            "comment_count": 2,
                            "share_count": 0,
                        }
                    ],
                    "cursor": 0,
                    "has_more": False,
                }
            ),
        },
        followers=100,
        network_id="open-alma",
        handle="@alma.knits",
        denied={"error_description": "User denied"},
    ),
    "x": Form(
        authorise="/i/oauth2/authorize",
        token="/2/oauth2/token",
        revoke="/2/oauth2/revoke",
        scope="tweet.read users.read follows.read offline.access",
        proves="basic",
        pkce=True,
        wrong_code=lambda: _rfc(
            400, "invalid_request", "Value passed for the authorization code was invalid."
        ),
        wrong_app=lambda: _rfc(401, "unauthorized_client", "Missing valid authorization header"),
        expired=lambda: refusal(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}),
        reads={
            "/2/users/me": lambda: {
                "data": {
                    "id": "2244994945",
                    "username": "AlmaKnits",
                    "created_at": "2013-12-14T04:35:55.000Z",
                    "public_metrics": {"followers_count": 500, "following_count": 200, "tweet_count": 15},
                }
            },
            "/2/users/2244994945/followers": lambda: {"data": [{"id": "1"}], "meta": {"result_count": 1}},
            "/2/users/2244994945/tweets": lambda: {
                "data": [
                    {
                        "id": "9",
                        "created_at": _yesterday().isoformat(),
                        "text": "Wool",
                        "public_metrics": {
                            "like_count": 5,
                            "retweet_count": 0,
                            "quote_count": 0,
                            "reply_count": 2,
                        },
                    }
                ],
                "meta": {"result_count": 1},
            },
        },
        followers=500,
        network_id="2244994945",
        handle="@AlmaKnits",
    ),
    "reddit": Form(
        authorise="/api/v1/authorize",
        token="/api/v1/access_token",
        revoke="/api/v1/revoke_token",
        scope="identity history",
        proves="basic",
        wrong_code=lambda: refusal(200, {"error": "invalid_grant"}),
        wrong_app=lambda: refusal(401, {"message": "Unauthorized", "error": 401}),
        expired=lambda: refusal(401, {"message": "Unauthorized", "error": 401}),
        reads={
            "/api/v1/me": lambda: {
                "id": "abc12",
                "name": "alma_k",
                "created_utc": 1388534400.0,
                "is_suspended": False,
                "subreddit": {"subscribers": 12, "public_description": ""},
            },
            "/user/alma_k/submitted": lambda: {
                "kind": "Listing",
                "data": {
                    "children": [
                        {
                            "kind": "t3",
                            "data": {
                                "name": "t3_1",
                                "created_utc": time.time() - 86_400,
                                "ups": 5,
                                "num_comments": 2,
                                "num_crossposts": 0,
                                "title": "Wool",
                            },
                        }
                    ],
                    "after": None,
                },
            },
        },
        followers=12,
        network_id="abc12",
        handle="u/alma_k",
    ),
}


@contextmanager
def providing(name: str) -> Iterator[Provider]:
    """The network, running."""
    with running() as api:
        yield Provider(name, FORMS[name], api)
