"""The real client against answers in the documented form of the X API v2."""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from saleor_influence_app.social.failures import Cause, Final, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkProfile,
    Page,
    Token,
)
from saleor_influence_app.social.networks import x as client
from saleor_influence_app.social.networks.x import X
from saleor_influence_app.social.oauth_state import challenge_of
from saleor_influence_app.social.pagination import Paginator
from tests.support.apis import Api, refusal

APP = Credentials(client_id="id", client_secret="secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback", state="s", verifier="v" * 43
)
TOKEN = Token(access="a", refresh="r")
ALMA = AccountRef(token=TOKEN, api_id="2244994945")
ME = {
    "data": {
        "id": "2244994945",
        "name": "Alma",
        "username": "AlmaKnits",
        "created_at": "2013-12-14T04:35:55.000Z",
        "description": "I knit.",
        "protected": True,
        "public_metrics": {
            "followers_count": 500,
            "following_count": 200,
            "tweet_count": 1500,
            "listed_count": 1,
        },
    }
}


@pytest.fixture
def network(api: Api, http: RateLimitedHttp) -> X:
    api.answers["/api/users/me"] = ME
    return client.at(http, APP, api.endpoints())


def test_the_browser_is_sent_with_state_and_challenge(network: X) -> None:
    query = parse_qs(urlsplit(network.authorise_url(AUTHORIZATION)).query)

    assert query["state"] == ["s"]
    assert query["code_challenge"] == [challenge_of("v" * 43)]
    assert query["scope"] == ["tweet.read users.read follows.read offline.access"]


def test_a_code_becomes_a_token_for_a_client_that_proves_itself(network: X, api: Api) -> None:
    api.answers["/token"] = {
        "token_type": "bearer",
        "expires_in": 7200,
        "access_token": "a",
        "refresh_token": "r",
        "scope": client.SCOPES,
    }

    token = network.exchange("code", AUTHORIZATION)

    assert isinstance(token, Token)
    assert token.refresh == "r"
    assert api.heard[0].basic == "id:secret"
    assert api.heard[0].form["code_verifier"] == "v" * 43


def test_the_account_is_read_and_a_protected_one_says_so(network: X) -> None:
    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == "2244994945"
    assert profile.handle == "@AlmaKnits"
    assert profile.created == datetime(2013, 12, 14, 4, 35, 55, tzinfo=UTC)
    assert (profile.followers, profile.following, profile.posts) == (500, 200, 1500)
    assert profile.private


def test_ten_million_followers_are_cut_before_they_cost_a_fortune(network: X, api: Api) -> None:
    def followers(heard: Any) -> object:
        start = int(heard.query.get("pagination_token", "0"))
        page = [{"id": str(10**6 + start + index), "name": "N", "username": "u"} for index in range(1000)]
        return {"data": page, "meta": {"result_count": 1000, "next_token": str(start + 1000)}}

    api.answers["/api/users/2244994945/followers"] = followers
    paginator = Paginator(lambda cursor: network.followers(ALMA, cursor), limit=2_000)

    assert sum(1 for _ in paginator) == 2_000

    assert len(api.heard) == 2, "each follower that is read costs money"
    assert paginator.end is not None
    assert paginator.end.cut


def test_without_the_id_it_is_asked_for_first(network: X, api: Api) -> None:
    api.answers["/api/users/2244994945/followers"] = {"data": [{"id": "7"}], "meta": {}}
    api.answers["/api/users/2244994945/tweets"] = {"meta": {"result_count": 0}}
    asked = AccountRef(token=TOKEN)

    assert isinstance(network.followers(asked), Page)
    assert isinstance(network.posts(asked), Page)
    assert isinstance(network.posts(AccountRef()), Final)


def test_nobody_who_follows_is_an_answer_without_data(network: X, api: Api) -> None:
    api.answers["/api/users/2244994945/followers"] = {"meta": {"result_count": 0}}

    assert network.followers(ALMA) == Page(items=(), cursor=None)


def test_posts_come_with_their_numbers(network: X, api: Api) -> None:
    api.answers["/api/users/2244994945/tweets"] = {
        "data": [
            {
                "id": "1",
                "text": "Socks",
                "created_at": "2026-01-01T00:00:00.000Z",
                "public_metrics": {"retweet_count": 2, "reply_count": 1, "like_count": 5, "quote_count": 3},
            },
            {"id": "2", "text": "no numbers", "created_at": "2026-01-01T00:00:00.000Z"},
        ],
        "meta": {"result_count": 2, "next_token": "7140w"},
    }

    page = network.posts(ALMA)

    assert isinstance(page, Page)
    assert [(post.reactions, post.reshares, post.replies) for post in page.items] == [
        (5, 5, 1),
        (None, None, None),
    ]
    assert page.cursor == "7140w"
    assert api.heard[0].query["exclude"] == "retweets"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusal(401, {"title": "Unauthorized", "status": 401}), Reason.CREDENTIALS),
        (refusal(402, {"title": "CreditsDepleted"}), Reason.APP),
        (refusal(403, {"title": "Client Forbidden", "reason": "client-not-enrolled"}), Reason.APP),
        (refusal(403, {"title": "Forbidden", "status": 403}), Reason.REFUSED),
        ({"errors": [{"title": "Not Found Error", "detail": "Could not find user"}]}, Reason.GONE),
        ({"errors": [{"title": "Forbidden", "detail": "User has been suspended"}]}, Reason.GONE),
        ({"errors": [{"title": "Authorization Error", "detail": "not authorized to see"}]}, Reason.PRIVATE),
        ({"errors": "what"}, Reason.UNREADABLE),
    ],
)
def test_a_no_has_its_reason_even_with_status_200(
    network: X, api: Api, answer: object, reason: Reason
) -> None:
    api.answers["/api/users/me"] = answer

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is reason


def test_the_limit_of_followers_holds_followers_only(network: X, api: Api) -> None:
    reset = str(int(time.time()) + 600)
    api.answers["/api/users/2244994945/followers"] = refusal(
        429, {"title": "Too Many Requests"}, x_rate_limit_remaining="0", x_rate_limit_reset=reset
    )

    later = network.followers(ALMA)
    heard = len(api.heard)

    assert isinstance(later, Transient)
    assert later.cause is Cause.BUSY
    assert later.retry_after == pytest.approx(600, abs=5)
    assert isinstance(network.followers(ALMA), Transient)
    assert len(api.heard) == heard
    assert isinstance(network.profile(ALMA), NetworkProfile)


def test_revoking_works_once_and_twice(network: X, api: Api) -> None:
    api.answers["/revoke"] = {"revoked": True}
    assert network.revoke(TOKEN) is None
    assert api.heard[0].basic == "id:secret"
    api.answers["/revoke"] = refusal(400, {"error": "invalid_token", "error_description": "x"})
    assert network.revoke(TOKEN) is None
