"""YouTube: the Data API v3, with a Google Cloud project that the shop brings.

Wire format: developers.google.com/youtube/v3 (channels, subscriptions, playlistItems, videos, errors) and
developers.google.com/identity/protocols/oauth2.
"""

import re
from dataclasses import dataclass

from pydantic import TypeAdapter

from saleor_influence_app.social import grant, oauth
from saleor_influence_app.social.answers import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.descriptor import Descriptor, HandleRule
from saleor_influence_app.social.endpoints import Endpoints, line_to
from saleor_influence_app.social.line import Answer, Line, app_refused, credentials, gone, private
from saleor_influence_app.social.network import (
    Account,
    Asking,
    Credentials,
    Follower,
    Page,
    Post,
    Profile,
    Token,
)
from saleor_influence_app.social.networks import youtube_shapes as shapes
from saleor_influence_app.social.shapes import kept
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

ENDPOINTS = Endpoints(
    authorise="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    revoke="https://oauth2.googleapis.com/revoke",
    api="https://www.googleapis.com/youtube/v3",
)
SCOPE = "https://www.googleapis.com/auth/youtube.readonly"
PER_SECOND, BURST = 2.0, 20
PAGE = 50
QUOTA_SECONDS = 3600.0
"""A project's quota is renewed at midnight, Pacific time; asking once an hour costs nothing of it."""

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
class YouTube:
    """The network as one Google Cloud project."""

    app: Credentials
    line: Line
    endpoints: Endpoints = ENDPOINTS
    name: str = "youtube"

    def authorise_url(self, asking: Asking) -> str:
        """Return Google's page; `offline` and `consent` are what a refresh token takes."""
        params = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": SCOPE,
            "state": asking.state,
            "code_challenge": oauth.challenge_of(asking.verifier),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return grant.url(self.endpoints.authorise, params)

    def exchange(self, code: str, asking: Asking) -> Token | Failure:
        """Return the token for a code; it lasts an hour and can be refreshed."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asking.redirect_uri,
            "code_verifier": asking.verifier,
        }
        return grant.token(self.line, self.endpoints.token, {**form, **self._client()})

    def refresh(self, token: Token) -> Token | Failure:
        """Return the next token."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        return grant.token(self.line, self.endpoints.token, {**form, **self._client()}, kept=token)

    def profile(self, account: Account) -> Profile | Failure:
        """Return the channel of the token's owner, with its subscribers as YouTube displays them."""
        channel = self._channel(account)
        if not isinstance(channel, shapes.Channel):
            return channel
        numbers = channel.statistics or shapes.ChannelNumbers()
        snippet = channel.snippet or shapes.Snippet()
        return Profile(
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

    def followers(self, account: Account, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of those subscribers who let their subscriptions be seen."""
        params = {"part": "subscriberSnippet", "mySubscribers": "true", "maxResults": str(PAGE)}
        answer = self._get("subscriptions", _paged(params, cursor), account, of=shapes.SUBSCRIPTIONS)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value.items)
        people = tuple(Follower(item.subscriber.channel) for item in read)
        return Page(items=people, cursor=answer.value.cursor, skipped=skipped)

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the channel's videos: their ids from the uploads, then their numbers."""
        channel = self._channel(account)
        if not isinstance(channel, shapes.Channel):
            return channel
        if channel.uploads is None:
            return Page(items=())
        params = {"part": "contentDetails", "playlistId": channel.uploads}
        uploads = self._get(
            "playlistItems", _paged({**params, "maxResults": str(PAGE)}, cursor), account, of=shapes.UPLOADS
        )
        if not isinstance(uploads, Answer):
            return uploads
        listed, skipped = kept(uploads.value.items)
        if not listed:
            return Page(items=(), cursor=uploads.value.cursor, skipped=skipped)
        ids = ",".join(item.details.video for item in listed)
        videos = self._get("videos", {"part": "snippet,statistics", "id": ids}, account, of=shapes.VIDEOS)
        if not isinstance(videos, Answer):
            return videos
        read, unread = kept(videos.value.items)
        return Page(items=tuple(map(_post, read)), cursor=uploads.value.cursor, skipped=skipped + unread)

    def revoke(self, token: Token) -> Failure | None:
        """Make the grant worthless, with all its tokens; one that is so already is fine."""
        failure = grant.revoke(self.line, self.endpoints.revoke, {"token": token.refresh or token.access})
        gone_already = isinstance(failure, Final) and failure.reason is Reason.CREDENTIALS
        return None if gone_already else failure

    def _channel(self, account: Account) -> shapes.Channel | Failure:
        params = {"part": "id,snippet,statistics,contentDetails", "mine": "true"}
        answer = self._get("channels", params, account, of=shapes.CHANNELS)
        if not isinstance(answer, Answer):
            return answer
        return answer.value.items[0] if answer.value.items else gone("YouTube")

    def _get(
        self, what: str, params: dict[str, str], account: Account, *, of: TypeAdapter[grant.Shaped]
    ) -> Answer[grant.Shaped] | Failure:
        if account.token is None:
            return credentials("YouTube")
        return self.line.read(
            Ask(url=f"{self.endpoints.api}/{what}", params=params, token=account.token.access), of
        )

    def _client(self) -> dict[str, str]:
        return {"client_id": self.app.client_id, "client_secret": self.app.client_secret}


def at(wire: Wire, app: Credentials, endpoints: Endpoints = ENDPOINTS) -> YouTube:
    """Return the network as the shop's project."""
    line = line_to(wire, "YouTube", app, endpoints, per_second=PER_SECOND, burst=BURST, judge=_judge)
    return YouTube(app=app, line=line, endpoints=endpoints)


def _post(video: shapes.Video) -> Post:
    numbers = video.statistics or shapes.VideoNumbers()
    return Post(
        id=video.id,
        at=video.snippet.published_at,
        reactions=numbers.likes,
        reshares=None,
        replies=numbers.comments,
        text=f"{video.snippet.title or ''}\n{video.snippet.description or ''}",
    )


def _paged(params: dict[str, str], cursor: str | None) -> dict[str, str]:
    return params if cursor is None else {**params, "pageToken": cursor}


def _judge(status: int, body: object) -> Failure | None:
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
    return grant.refusal(status, body, "YouTube")


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
    open=lambda wire, base_url, app: at(wire, app, ENDPOINTS.moved(base_url)),
)
