"""The real client against answers in the documented form of TikTok's Display API."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from saleor_influence_app.social.failures import Cause, Final, NotOffered, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkProfile,
    Page,
    Token,
)
from saleor_influence_app.social.networks import tiktok as client
from saleor_influence_app.social.networks.tiktok import TikTok
from tests.support.apis import Api, refusal

APP = Credentials(client_id="key", client_secret="secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback", state="s", verifier="v" * 43
)
ALMA = AccountRef(token=Token(access="act.a", refresh="rft.a"))
OK = {"code": "ok", "message": "", "log_id": "2022"}
TOKEN = {
    "access_token": "act.a",
    "expires_in": 86400,
    "open_id": "afd97af1",
    "refresh_expires_in": 31536000,
    "refresh_token": "rft.a",
    "scope": "user.info.basic,video.list",
    "token_type": "Bearer",
}


@pytest.fixture
def network(api: Api, http: RateLimitedHttp) -> TikTok:
    return client.at(http, APP, api.endpoints())


def error(code: str, status: int) -> object:
    return refusal(status, {"data": {}, "error": {"code": code, "message": "m", "log_id": "1"}})


def test_a_code_becomes_a_token_and_refreshing_rotates_it(network: TikTok, api: Api) -> None:
    assert parse_qs(urlsplit(network.authorise_url(AUTHORIZATION)).query)["client_key"] == ["key"]
    api.answers["/token"] = TOKEN
    token = network.exchange("code", AUTHORIZATION)
    api.answers["/token"] = {**TOKEN, "access_token": "act.b", "refresh_token": "rft.b"}

    assert isinstance(token, Token)
    renewed = network.refresh(token)

    assert isinstance(renewed, Token)
    assert (renewed.access, renewed.refresh) == ("act.b", "rft.b")
    assert api.heard[0].form["client_key"] == "key"
    assert api.heard[1].form["refresh_token"] == "rft.a"


@pytest.mark.parametrize("status", [200, 400])
def test_a_wrong_code_is_told_as_such_whatever_the_status(network: TikTok, api: Api, status: int) -> None:
    body = {"error": "invalid_grant", "error_description": "Authorization code is expired.", "log_id": "1"}
    api.answers["/token"] = refusal(status, body)

    refused = network.exchange("x", AUTHORIZATION)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_the_account_is_read(network: TikTok, api: Api) -> None:
    user = {
        "open_id": "723f24d7-e717-40f8-a2b6-cb8464cd23b4",
        "username": "alma.knits",
        "profile_deep_link": "https://vm.tiktok.com/ZMabc/",
        "bio_description": "I knit.",
        "follower_count": 100,
        "following_count": 7,
        "video_count": 3,
    }
    api.answers["/api/user/info/"] = {"data": {"user": user}, "error": OK}

    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == user["open_id"]
    assert profile.handle == "@alma.knits"
    assert (profile.followers, profile.following, profile.posts) == (100, 7, 3)
    assert api.heard[0].token == "act.a"


def test_who_follows_is_not_offered(network: TikTok, api: Api) -> None:
    assert isinstance(network.followers(ALMA), NotOffered)
    assert api.heard == []


def test_videos_come_page_by_page(network: TikTok, api: Api) -> None:
    video = {
        "id": "1234567",
        "create_time": 1767225600,
        "title": "Socks",
        "video_description": "#wool",
        "like_count": 5,
        "comment_count": 2,
        "share_count": 1,
    }
    api.answers["/api/video/list/"] = lambda heard: {
        "data": {"videos": [video], "cursor": 1643332803000, "has_more": "cursor" not in heard.json},
        "error": OK,
    }

    first = network.posts(ALMA)
    assert isinstance(first, Page)
    second = network.posts(ALMA, first.cursor)

    [post] = first.items
    assert (post.reactions, post.reshares, post.replies) == (5, 1, 2)
    assert post.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert isinstance(second, Page)
    assert second.cursor is None
    assert api.heard[1].json == {"max_count": 20, "cursor": 1643332803000}
    assert isinstance(network.posts(ALMA, "not a cursor"), Final)


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("access_token_invalid", 401, Reason.CREDENTIALS),
        ("scope_not_authorized", 401, Reason.CREDENTIALS),
        ("scope_permission_missed", 400, Reason.CREDENTIALS),
        ("invalid_params", 400, Reason.REFUSED),
        ("something_new", 200, Reason.REFUSED),
    ],
)
def test_a_no_has_its_reason(network: TikTok, api: Api, code: str, status: int, reason: Reason) -> None:
    api.answers["/api/user/info/"] = error(code, status)

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is reason


@pytest.mark.parametrize(
    ("code", "status", "cause"),
    [
        ("rate_limit_exceeded", 429, Cause.BUSY),
        ("internal_error", 500, Cause.DOWN),
        ("internal_error", 200, Cause.DOWN),
    ],
)
def test_limits_and_outages_are_tried_later(
    network: TikTok, api: Api, code: str, status: int, cause: Cause
) -> None:
    api.answers["/api/user/info/"] = error(code, status)

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause is cause


def test_revoking_works_once_and_twice(network: TikTok, api: Api) -> None:
    api.answers["/revoke"] = {}
    assert network.revoke(Token(access="act.a")) is None
    assert api.heard[0].form == {"client_key": "key", "client_secret": "secret", "token": "act.a"}
    api.answers["/revoke"] = refusal(400, {"error": "invalid_grant", "error_description": "x", "log_id": "1"})
    assert network.revoke(Token(access="act.a")) is None
