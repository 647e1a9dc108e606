"""YouTube: the Data API v3, with a Google Cloud project that the shop brings.

Wire format: developers.google.com/youtube/v3 (channels, subscriptions, playlistItems, videos, errors) and
developers.google.com/identity/protocols/oauth2.
"""

import re
from dataclasses import dataclass

from saleor_influence_app.social.api_client import Parsed
from saleor_influence_app.social.descriptor import Descriptor, HandleRule, Terms
from saleor_influence_app.social.failures import Cause, Failure, Transient, app_refused, gone, private
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    Credentials,
    Follower,
    NetworkPost,
    NetworkProfile,
    Page,
)
from saleor_influence_app.social.networks import youtube_schemas as schemas
from saleor_influence_app.social.oauth_client import (
    Endpoints,
    OAuthNetwork,
    OAuthSettings,
    client_for,
    read_oauth_error,
)
from saleor_influence_app.social.pagination import page_of, with_cursor
from saleor_influence_app.social.schemas import readable

ENDPOINTS = Endpoints(
    authorise="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    revoke="https://oauth2.googleapis.com/revoke",
    api="https://www.googleapis.com/youtube/v3",
)
PER_SECOND, BURST = 2.0, 20
PAGE = 50
QUOTA_SECONDS = 3600.0
"""A project's quota is renewed at midnight, Pacific time; a request an hour before then costs none of it."""

_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_HURRIED = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_CLOSED = frozenset(
    {
        "authenticatedUserAccountClosed",
        "authenticatedUserAccountSuspended",
        "channelClosed",
        "channelSuspended",
    }
)
_UNPREPARED = frozenset({"accessNotConfigured"})
"""The project has not switched the Data API on."""
_HIDDEN = frozenset({"subscriptionForbidden", "subscriberNotFound", "playlistItemsNotAccessible"})


@dataclass(frozen=True, kw_only=True)
class YouTube(OAuthNetwork):
    """The network as one Google Cloud project."""

    oauth = OAuthSettings(
        scope="https://www.googleapis.com/auth/youtube.readonly",
        pkce=True,
        extra={"access_type": "offline", "prompt": "consent"},  # what a refresh token takes
        revoke_as_app=False,
    )

    endpoints: Endpoints = ENDPOINTS
    name: str = "youtube"

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the channel of the token's owner, with its subscribers as YouTube displays them."""
        channel = self._channel(account)
        if not isinstance(channel, schemas.Channel):
            return channel
        numbers = channel.statistics or schemas.ChannelNumbers()
        snippet = channel.snippet or schemas.Snippet()
        return NetworkProfile(
            network_id=channel.id,
            api_id=channel.id,
            handle=snippet.custom_url or channel.id,
            url=f"https://www.youtube.com/channel/{channel.id}",
            created=snippet.published_at,
            followers=numbers.subscribers if numbers.hidden is False else None,
            following=None,
            posts=numbers.videos,
            about=snippet.description or "",
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of the subscribers whose subscriptions are public."""
        params = {"part": "subscriberSnippet", "mySubscribers": "true", "maxResults": str(PAGE)}
        answer = self._get(
            "subscriptions", with_cursor(params, "pageToken", cursor), account, schema=schemas.SUBSCRIPTIONS
        )
        if not isinstance(answer, Parsed):
            return answer
        found = answer.value
        return page_of(found.items, lambda item: Follower(item.subscriber.channel), found.cursor)

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the channel's videos: their ids from the uploads, then their numbers."""
        channel = self._channel(account)
        if not isinstance(channel, schemas.Channel):
            return channel
        if channel.uploads is None:
            return Page(items=())
        params = {"part": "contentDetails", "playlistId": channel.uploads}
        uploads = self._get(
            "playlistItems",
            with_cursor({**params, "maxResults": str(PAGE)}, "pageToken", cursor),
            account,
            schema=schemas.UPLOADS,
        )
        if not isinstance(uploads, Parsed):
            return uploads
        listed, skipped = readable(uploads.value.items)
        if not listed:
            return Page(items=(), cursor=uploads.value.cursor, skipped=skipped)
        ids = ",".join(item.details.video for item in listed)
        videos = self._get(
            "videos", {"part": "snippet,statistics", "id": ids}, account, schema=schemas.VIDEOS
        )
        if not isinstance(videos, Parsed):
            return videos
        read, unread = readable(videos.value.items)
        return Page(items=tuple(map(_post, read)), cursor=uploads.value.cursor, skipped=skipped + unread)

    def _channel(self, account: AccountRef) -> schemas.Channel | Failure:
        params = {"part": "id,snippet,statistics,contentDetails", "mine": "true"}
        answer = self._get("channels", params, account, schema=schemas.CHANNELS)
        if not isinstance(answer, Parsed):
            return answer
        return answer.value.items[0] if answer.value.items else gone("YouTube")


def at(http: RateLimitedHttp, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> YouTube:
    """Return the client as the shop's project."""
    client = client_for(
        http, "YouTube", app, endpoints, per_second=PER_SECOND, burst=BURST, read_error=_read_error
    )
    return YouTube(app=app, client=client, endpoints=endpoints)


def _post(video: schemas.Video) -> NetworkPost:
    numbers = video.statistics or schemas.VideoNumbers()
    return NetworkPost(
        id=video.id,
        at=video.snippet.published_at,
        reactions=numbers.likes,
        reshares=None,
        replies=numbers.comments,
        text=f"{video.snippet.title or ''}\n{video.snippet.description or ''}",
    )


def _read_error(status: int, body: object) -> Failure | None:
    reasons = _reasons(body)
    if reasons & _SPENT:
        return Transient(
            cause=Cause.BUSY,
            sentence="The shop's YouTube quota of today is spent.",
            retry_after=QUOTA_SECONDS,
        )
    if reasons & _HURRIED:
        return Transient(cause=Cause.BUSY, sentence="YouTube asks us to slow down.", retry_after=60.0)
    if reasons & _UNPREPARED:
        return app_refused("YouTube")
    if reasons & _CLOSED:
        return gone("YouTube")
    if reasons & _HIDDEN:
        return private("YouTube", "this")
    return read_oauth_error(status, body, "YouTube")


def _reasons(body: object) -> frozenset[str]:
    error = body.get("error") if isinstance(body, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    if not isinstance(errors, list):
        return frozenset()
    return frozenset(str(one.get("reason")) for one in errors if isinstance(one, dict))


NETWORK = Descriptor(
    name="youtube",
    title="YouTube",
    domains=("youtube.com", "youtu.be"),
    rule=HandleRule(
        example="@name or https://www.youtube.com/channel/UC…",
        # c/ and user/ are older names of channels; YouTube made them handles when it began to have handles.
        path=re.compile(r"/(?:@|channel/|c/|user/)(?P<name>[^/]+)(?:/.*)?"),
        name=re.compile(r"UC[A-Za-z0-9_-]{22}|[A-Za-z0-9_.-]{3,30}"),
        cased=True,
        scripts=True,
    ),
    terms=Terms(posts_days=30, features_days=30, one_grant=True),
    open=lambda http, base_url, app: at(http, app, ENDPOINTS.moved(base_url)),
)
