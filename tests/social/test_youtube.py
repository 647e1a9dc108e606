"""The real client against answers in the documented form of YouTube's Data API."""

from datetime import UTC, datetime, timedelta
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
from saleor_influence_app.social.networks import youtube as client
from saleor_influence_app.social.networks.youtube import YouTube
from saleor_influence_app.social.oauth_state import challenge_of
from tests.support.apis import Api, refusal

APP = Credentials(client_id="id", client_secret="secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback", state="s", verifier="v" * 43
)
TOKEN = Token(access="ya29.a", refresh="1//r")
ALMA = AccountRef(token=TOKEN)
CHANNEL: dict[str, Any] = {
    "kind": "youtube#channelListResponse",
    "pageInfo": {"totalResults": 1, "resultsPerPage": 5},
    "items": [
        {
            "kind": "youtube#channel",
            "id": "UCAuUUnT6oDeKwE6v1NGQxug",
            "snippet": {
                "title": "Alma",
                "description": "I knit.",
                "customUrl": "@almaknits",
                "publishedAt": "2015-03-04T10:11:12.123456Z",
            },
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UUAuUUnT6oDeKwE6v1NGQxug"}},
            "statistics": {
                "viewCount": "123456",
                "subscriberCount": "12300",
                "hiddenSubscriberCount": False,
                "videoCount": "42",
            },
        }
    ],
}


@pytest.fixture
def network(api: Api, http: RateLimitedHttp) -> YouTube:
    api.answers["/api/channels"] = CHANNEL
    return client.at(http, APP, api.endpoints())


def error(status: int, reason: str) -> object:
    detail = {"message": "m", "domain": "youtube", "reason": reason}
    return refusal(status, {"error": {"code": status, "message": "m", "errors": [detail]}})


def test_the_browser_is_sent_with_state_and_challenge(network: YouTube) -> None:
    query = parse_qs(urlsplit(network.authorise_url(AUTHORIZATION)).query)

    assert query["state"] == ["s"]
    assert query["code_challenge"] == [challenge_of("v" * 43)]
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["https://www.googleapis.com/auth/youtube.readonly"]
    assert query["access_type"] == ["offline"]


def test_a_code_becomes_a_token_that_can_be_refreshed(network: YouTube, api: Api) -> None:
    api.answers["/token"] = {
        "access_token": "ya29.a",
        "expires_in": 3599,
        "refresh_token": "1//r",
        "scope": client.YouTube.oauth.scope,
        "token_type": "Bearer",
    }
    token = network.exchange("4/code", AUTHORIZATION)

    assert isinstance(token, Token)
    assert token.refresh == "1//r"
    assert token.expires_at is not None
    assert timedelta(minutes=58) < token.expires_at - datetime.now(UTC) < timedelta(minutes=61)
    assert api.heard[0].form["code_verifier"] == "v" * 43

    api.answers["/token"] = {"access_token": "ya29.b", "expires_in": 3599, "token_type": "Bearer"}
    renewed = network.refresh(token)

    assert isinstance(renewed, Token)
    assert (renewed.access, renewed.refresh) == ("ya29.b", "1//r"), "Google gives a refresh token once"
    assert api.heard[1].form["grant_type"] == "refresh_token"


def test_a_grant_that_was_taken_back_must_be_given_again(network: YouTube, api: Api) -> None:
    body = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    api.answers["/token"] = refusal(400, body)

    refused = network.refresh(TOKEN)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_the_channel_is_read_from_numbers_in_text(network: YouTube, api: Api) -> None:
    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == "UCAuUUnT6oDeKwE6v1NGQxug"
    assert profile.handle == "@almaknits"
    assert (profile.followers, profile.following, profile.posts) == (12300, None, 42)
    assert profile.about == "I knit."
    assert api.heard[0].token == "ya29.a"
    assert api.heard[0].query["mine"] == "true"


def test_hidden_subscribers_are_unknown_and_not_none(network: YouTube, api: Api) -> None:
    channel = dict(CHANNEL["items"][0], statistics={"hiddenSubscriberCount": True, "videoCount": "1"})
    api.answers["/api/channels"] = {"items": [channel]}

    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.followers is None


def test_a_google_account_without_a_channel_is_gone(network: YouTube, api: Api) -> None:
    api.answers["/api/channels"] = {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_subscribers_come_page_by_page(network: YouTube, api: Api) -> None:
    api.answers["/api/subscriptions"] = lambda heard: {
        "items": [
            {"subscriberSnippet": {"title": "T", "channelId": f"UC{heard.query.get('pageToken', 'first')}"}}
        ],
        **({} if "pageToken" in heard.query else {"nextPageToken": "CAUQAA"}),
    }

    first = network.followers(ALMA)
    assert isinstance(first, Page)
    second = network.followers(ALMA, first.cursor)

    assert isinstance(second, Page)
    assert [first.items[0].network_id, second.items[0].network_id] == ["UCfirst", "UCCAUQAA"]
    assert second.cursor is None


def test_videos_come_with_their_numbers(network: YouTube, api: Api) -> None:
    api.answers["/api/playlistItems"] = {
        "items": [{"contentDetails": {"videoId": "vid_1-a", "videoPublishedAt": "2026-01-01T00:00:00Z"}}],
        "nextPageToken": "EAAaBlBU",
    }
    api.answers["/api/videos"] = {
        "items": [
            {
                "id": "vid_1-a",
                "snippet": {"publishedAt": "2026-01-01T00:00:00Z", "title": "Socks", "description": "Wool"},
                "statistics": {"viewCount": "9", "likeCount": "5", "favoriteCount": "0"},
            }
        ]
    }

    page = network.posts(ALMA)

    assert isinstance(page, Page)
    [post] = page.items
    assert (post.id, post.reactions, post.reshares, post.replies) == ("vid_1-a", 5, None, None)
    assert post.text == "Socks\nWool"
    assert page.cursor == "EAAaBlBU"
    assert api.heard[1].query["playlistId"] == "UUAuUUnT6oDeKwE6v1NGQxug"


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "subscriptionForbidden", Reason.PRIVATE),
        (403, "authenticatedUserAccountClosed", Reason.GONE),
        (403, "authenticatedUserAccountSuspended", Reason.GONE),
        (401, "authError", Reason.CREDENTIALS),
        (403, "forbidden", Reason.REFUSED),
        (400, "invalidPageToken", Reason.REFUSED),
    ],
)
def test_a_no_has_its_reason(network: YouTube, api: Api, status: int, reason: str, expected: Reason) -> None:
    api.answers["/api/subscriptions"] = error(status, reason)

    refused = network.followers(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is expected


def test_a_spent_quota_holds_the_shops_project_and_no_other(
    network: YouTube, api: Api, http: RateLimitedHttp
) -> None:
    api.answers["/api/channels"] = error(403, "quotaExceeded")

    spent = network.profile(ALMA)
    heard = len(api.heard)
    held = network.profile(ALMA)

    for later in (spent, held):
        assert isinstance(later, Transient)
        assert later.cause is Cause.BUSY
        assert later.retry_after == pytest.approx(client.QUOTA_SECONDS, abs=5)
    assert len(api.heard) == heard
    api.answers["/api/channels"] = CHANNEL
    other = client.at(http, Credentials(client_id="other", client_secret="x"), api.endpoints())
    assert isinstance(other.profile(ALMA), NetworkProfile)


def test_revoking_works_once_and_twice(network: YouTube, api: Api) -> None:
    api.answers["/revoke"] = {}
    assert network.revoke(TOKEN) is None
    assert api.heard[0].form == {"token": "1//r"}
    api.answers["/revoke"] = refusal(400, {"error": "invalid_token"})
    assert network.revoke(TOKEN) is None


def test_without_a_token_nothing_is_asked(network: YouTube, api: Api) -> None:
    refused = network.profile(AccountRef(api_id="UC1"))

    assert isinstance(refused, Final)
    assert api.heard == []
