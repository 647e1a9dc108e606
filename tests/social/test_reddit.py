"""The real client against answers in the documented form of Reddit's Data API."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from saleor_influence_app.social.failures import Final, NotOffered, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkProfile,
    Page,
    Token,
)
from saleor_influence_app.social.networks import reddit as client
from saleor_influence_app.social.networks.reddit import Reddit
from saleor_influence_app.social.rate_limiter import RateLimiter
from tests.support.apis import Api, refusal

APP = Credentials(client_id="id", client_secret="secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback", state="s", verifier="v" * 43
)
TOKEN = Token(access="a", refresh="r")
ALMA = AccountRef(token=TOKEN, api_id="alma_k")
ME = {
    "id": "abc12",
    "name": "alma_k",
    "created_utc": 1388534400.0,
    "link_karma": 5,
    "comment_karma": 7,
    "is_suspended": False,
    "subreddit": {"display_name": "u_alma_k", "subscribers": 12, "public_description": "I knit."},
}


@pytest.fixture
def network(api: Api, http: RateLimitedHttp) -> Reddit:
    api.answers["/api/api/v1/me"] = ME
    return client.at(http, APP, api.endpoints())


def test_a_code_becomes_a_token_whose_refresh_token_stays(network: Reddit, api: Api) -> None:
    assert parse_qs(urlsplit(network.authorise_url(AUTHORIZATION)).query)["duration"] == ["permanent"]
    answer = {"access_token": "a", "token_type": "bearer", "expires_in": 3600, "scope": "identity history"}
    api.answers["/token"] = {**answer, "refresh_token": "r"}
    token = network.exchange("code", AUTHORIZATION)
    api.answers["/token"] = {**answer, "access_token": "b"}

    assert isinstance(token, Token)
    renewed = network.refresh(token)

    assert isinstance(renewed, Token)
    assert (renewed.access, renewed.refresh) == ("b", "r")
    assert api.heard[0].basic == "id:secret"


def test_a_wrong_code_is_told_with_status_200(network: Reddit, api: Api) -> None:
    api.answers["/token"] = {"error": "invalid_grant"}

    refused = network.exchange("x", AUTHORIZATION)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_the_account_is_read(network: Reddit) -> None:
    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert (profile.network_id, profile.api_id, profile.handle) == ("abc12", "alma_k", "u/alma_k")
    assert profile.created == datetime(2014, 1, 1, tzinfo=UTC)
    assert (profile.followers, profile.following, profile.posts) == (12, None, None)


def test_a_suspended_account_is_gone(network: Reddit, api: Api) -> None:
    api.answers["/api/api/v1/me"] = {**ME, "is_suspended": True, "subreddit": None}

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_who_follows_is_not_offered(network: Reddit, api: Api) -> None:
    assert isinstance(network.followers(ALMA), NotOffered)
    assert api.heard == []


def test_posts_come_page_by_page(network: Reddit, api: Api) -> None:
    post = {
        "name": "t3_15bfi0",
        "created_utc": 1767225600.0,
        "ups": 5,
        "score": 4,
        "num_comments": 2,
        "num_crossposts": 1,
        "title": "Socks",
        "selftext": "Wool",
    }
    api.answers["/api/user/alma_k/submitted"] = lambda heard: {
        "kind": "Listing",
        "data": {
            "children": [{"kind": "t3", "data": post}],
            "after": None if "after" in heard.query else "t3_15bfi0",
        },
    }

    first = network.posts(ALMA)
    assert isinstance(first, Page)
    second = network.posts(ALMA, first.cursor)

    assert isinstance(network.posts(AccountRef(token=TOKEN)), Page), "the name is asked for first"
    [one] = first.items
    assert (one.reactions, one.reshares, one.replies, one.text) == (5, 1, 2, "Socks\nWool")
    assert isinstance(second, Page)
    assert second.cursor is None


def test_the_last_request_of_a_period_holds_until_its_end(network: Reddit, api: Api) -> None:
    headers = {"x_ratelimit_used": "100", "x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "311"}
    api.answers["/api/api/v1/me"] = refusal(200, ME, **headers)

    assert isinstance(network.profile(ALMA), NetworkProfile)
    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.retry_after == pytest.approx(311, abs=3)


def test_an_expired_token_is_told_as_such(network: Reddit, api: Api) -> None:
    api.answers["/api/api/v1/me"] = refusal(401, {"message": "Unauthorized", "error": 401})

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_the_user_agent_is_the_one_that_the_operator_gives(api: Api, limiter: RateLimiter) -> None:
    agent = "web:com.example.influence:v0.1 (by /u/shop)"
    api.answers["/api/api/v1/me"] = ME
    with open_client(allow_private=True, user_agent=agent) as http:
        client.at(RateLimitedHttp(http, limiter), APP, api.endpoints()).profile(ALMA)

    assert api.heard[0].agent == agent


def test_revoking_takes_the_refresh_token_along(network: Reddit, api: Api) -> None:
    api.answers["/revoke"] = refusal(200, {})

    assert network.revoke(TOKEN) is None
    assert api.heard[0].form == {"token": "r", "token_type_hint": "refresh_token"}
