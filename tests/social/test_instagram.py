"""The real client against answers in the documented form of the Instagram API with Instagram Login."""

from datetime import UTC, datetime, timedelta

import pytest

from saleor_influence_app.social.failures import Final, NotOffered, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    NetworkProfile,
    Page,
    Token,
)
from saleor_influence_app.social.networks import instagram as client
from saleor_influence_app.social.networks.instagram import Instagram
from tests.support.apis import Api, refusal

APP = Credentials(client_id="990602627938098", client_secret="secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback", state="s", verifier="v" * 43
)
ALMA = AccountRef(token=Token(access="IGlong"))


@pytest.fixture
def network(api: Api, http: RateLimitedHttp) -> Instagram:
    api.answers["/api/access_token"] = {
        "access_token": "IGlong",
        "token_type": "bearer",
        "expires_in": 5183944,
    }
    return client.at(http, APP, api.endpoints())


def error(code: int, status: int = 400, **more: int) -> object:
    return refusal(status, {"error": {"message": "m", "type": "OAuthException", "code": code, **more}})


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [{"access_token": "IGshort", "user_id": "1020", "permissions": "instagram_business_basic"}]},
        {"access_token": "IGshort", "user_id": 1020},
    ],
    ids=["documented", "older"],
)
def test_a_code_becomes_a_token_of_sixty_days(network: Instagram, api: Api, answer: object) -> None:
    api.answers["/token"] = answer

    token = network.exchange("AQBx-hBsH3#_", AUTHORIZATION)

    assert isinstance(token, Token)
    assert token.access == "IGlong"
    assert token.expires_at is not None
    assert token.expires_at - datetime.now(UTC) > timedelta(days=59)
    assert api.heard[0].form["code"] == "AQBx-hBsH3"
    assert api.heard[1].query == {
        "grant_type": "ig_exchange_token",
        "client_secret": "secret",
        "access_token": "IGshort",
    }


def test_a_wrong_code_is_told_as_such(network: Instagram, api: Api) -> None:
    body = {"error_type": "OAuthException", "code": 400, "error_message": "Matching code was not found"}
    api.answers["/token"] = refusal(400, body)

    refused = network.exchange("x", AUTHORIZATION)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_a_token_is_renewed_before_it_ends(network: Instagram, api: Api) -> None:
    api.answers["/api/refresh_access_token"] = {
        "access_token": "IGnext",
        "token_type": "bearer",
        "expires_in": 9,
    }

    token = network.refresh(Token(access="IGlong"))

    assert isinstance(token, Token)
    assert token.access == "IGnext"
    assert api.heard[0].query["grant_type"] == "ig_refresh_token"


def test_the_professional_account_is_read(network: Instagram, api: Api) -> None:
    api.answers["/api/me"] = {
        "user_id": "17841405309211844",
        "username": "alma.knits",
        "biography": "I knit.",
        "followers_count": 267793,
        "follows_count": 12,
        "media_count": 1205,
        "id": "990",
    }

    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == "17841405309211844"
    assert profile.handle == "@alma.knits"
    assert (profile.followers, profile.following, profile.posts) == (267793, 12, 1205)
    assert profile.created is None, "not offered, so not made up"


def test_who_follows_is_not_offered_and_it_is_said_why(network: Instagram, api: Api) -> None:
    for answer in (network.followers(ALMA), network.revoke(Token(access="x"))):
        assert isinstance(answer, NotOffered)
        assert "Instagram" in answer.sentence
    assert api.heard == []


def test_media_come_page_by_page_and_hidden_likes_are_unknown(network: Instagram, api: Api) -> None:
    first = {
        "data": [
            {
                "id": "1",
                "timestamp": "2026-01-02T03:04:05+0000",
                "caption": "Socks",
                "like_count": 5,
                "comments_count": 2,
            },
            {"id": "2", "timestamp": "2026-01-01T00:00:00+0000", "comments_count": 0},
        ],
        "paging": {"cursors": {"before": "b", "after": "QVFI"}, "next": "https://graph.instagram.com/next"},
    }
    last = {"data": [], "paging": {"cursors": {"before": "b", "after": "c"}}}
    api.answers["/api/me/media"] = lambda heard: last if heard.query.get("after") == "QVFI" else first

    page = network.posts(ALMA)
    assert isinstance(page, Page)
    end = network.posts(ALMA, page.cursor)

    assert [post.reactions for post in page.items] == [5, None]
    assert page.items[0].at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert page.items[0].reshares is None
    assert end == Page(items=(), cursor=None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (error(190, error_subcode=463), Reason.CREDENTIALS),
        (error(10, 403), Reason.CREDENTIALS),
        (error(200, 403), Reason.CREDENTIALS),
        (error(100, error_subcode=33), Reason.GONE),
        (error(100), Reason.REFUSED),
    ],
)
def test_a_no_has_its_reason(network: Instagram, api: Api, answer: object, reason: Reason) -> None:
    api.answers["/api/me"] = answer

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is reason


@pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 613])
def test_limits_and_outages_are_tried_later(network: Instagram, api: Api, code: int) -> None:
    api.answers["/api/me"] = error(code, 403)

    later = network.profile(ALMA)
    heard = len(api.heard)

    assert isinstance(later, Transient)
    assert isinstance(network.profile(ALMA), Transient)
    assert len(api.heard) == heard, "held for everybody"
