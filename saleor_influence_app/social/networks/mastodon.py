"""Mastodon: any server of the Fediverse that speaks its API, version 4.2 or later.

Wire format: https://docs.joinmastodon.org (methods/apps, oauth, accounts, statuses; entities).
"""

from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from saleor_influence_app.social import hosts
from saleor_influence_app.social.api_client import ApiClient, Parsed
from saleor_influence_app.social.descriptor import Descriptor, Terms
from saleor_influence_app.social.failures import (
    Failure,
    Final,
    NotOffered,
    Reason,
    credentials,
    gone,
    private,
)
from saleor_influence_app.social.http_client import ApiRequest, RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    Credentials,
    Follower,
    NetworkPost,
    NetworkProfile,
    Page,
    Responder,
    ResponseKind,
    Token,
)
from saleor_influence_app.social.networks import mastodon_schemas as schemas
from saleor_influence_app.social.oauth_client import Endpoints, OAuthNetwork, OAuthSettings, read_oauth_error
from saleor_influence_app.social.proof import me_links, text_of
from saleor_influence_app.social.rate_limiter import Bucket
from saleor_influence_app.social.schemas import UNREADABLE_CURSOR, readable

SCOPES = "read:accounts read:statuses"
APP_NAME = "Saleor Influence"
PER_SECOND, BURST = 0.9, 30
"""300 requests in 5 minutes are allowed, by address and by account (docs: api/rate-limits)."""
LONGEST_HOLD_SECONDS = 3600.0
"""Its limits are renewed every five minutes; a server that demands a day is asked again after an hour."""
FOLLOWERS_PAGE, POSTS_PAGE = 80, 40
EDGES = {
    ResponseKind.REACTION: "favourited_by",
    ResponseKind.RESHARE: "reblogged_by",
    ResponseKind.REPLY: "context",
}

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Mastodon(OAuthNetwork):
    """One server, as the app that `register` registered there."""

    oauth = OAuthSettings(
        scope=SCOPES,
        pkce=True,  # which servers before 4.3 ignore
        revoke_access_token=True,
    )

    base_url: str
    name: str = "mastodon"

    def refresh(self, token: Token) -> NotOffered:
        """Return that tokens do not expire."""
        del token
        return NotOffered("Mastodon's tokens do not expire; one that is refused was revoked.")

    def profile(self, account: AccountRef) -> NetworkProfile | Failure:
        """Return the account; REFUSED if it is one of another server."""
        found = self._account(account)
        if not isinstance(found, schemas.LocalAccount):
            return found
        host = urlsplit(self.base_url).netloc
        if _host_of(found.uri) != host:
            # A server could otherwise name an account of another one, and so link it.
            return Final(
                reason=Reason.REFUSED, sentence=f"{self.client.name} names an account of another server."
            )
        own = found.url is not None and _host_of(found.url) == host
        rows, _ = readable(found.fields or ())
        fields = "\n".join(field.value for field in rows)
        return NetworkProfile(
            network_id=found.uri,
            api_id=found.id,
            handle=_handle(found, account, host),
            url=found.url if own and found.url is not None else found.uri,
            created=found.created_at,
            followers=found.followers_count,
            following=found.following_count,
            posts=found.statuses_count,
            private=bool(found.locked),
            about=text_of(f"{found.note or ''}\n{fields}"),
            links=me_links(fields),
        )

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers; PRIVATE if the owner hides them."""
        page = self._page(
            account, "followers", {"limit": str(FOLLOWERS_PAGE)}, cursor=cursor, of=schemas.PEOPLE
        )
        if not isinstance(page, Page):
            return page
        if not page.items and not page.skipped and cursor is None:
            found = self._account(account)
            if not isinstance(found, schemas.LocalAccount):
                return found
            if found.hide_collections:
                return private(self.client.name, "who follows it")
        people = tuple(Follower(person.uri) for person in page.items)
        return Page(items=people, cursor=page.cursor, skipped=page.skipped)

    def posts(self, account: AccountRef, cursor: str | None = None) -> Page[NetworkPost] | Failure:
        """Return a page of the account's own public posts."""
        wanted = {"limit": str(POSTS_PAGE), "exclude_reblogs": "true"}
        page = self._page(account, "statuses", wanted, cursor=cursor, of=schemas.STATUSES)
        if not isinstance(page, Page):
            return page
        posts = (
            NetworkPost(
                id=status.id,
                at=status.created_at,
                reactions=status.favourites_count,
                reshares=status.reblogs_count,
                replies=status.replies_count,
                text=text_of(status.content or ""),
            )
            for status in page.items
            if status.visibility in schemas.SHOWN and status.reblog is None
        )
        return Page(items=tuple(posts), cursor=page.cursor, skipped=page.skipped)

    def responders(
        self, account: AccountRef, post_id: str, *, by: ResponseKind, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded; all public replies are a single page."""
        url = f"{self.endpoints.api}/statuses/{post_id}/{EDGES[by]}"
        if by is ResponseKind.REPLY:
            answer = self.client.fetch(ApiRequest(url=url, token=_access(account)), schemas.CONTEXT)
            if not isinstance(answer, Parsed):
                return answer
            replied, skipped = answer.value.who_replied_to(post_id)
            return Page(items=tuple(map(Responder, replied)), skipped=skipped)
        request = ApiRequest(url=url, params={"limit": str(FOLLOWERS_PAGE)}, token=_access(account))
        page = self._list(request, cursor, of=schemas.PEOPLE)
        if not isinstance(page, Page):
            return page
        people = tuple(Responder(one.uri) for one in page.items)
        return Page(items=people, cursor=page.cursor, skipped=page.skipped)

    def _account(self, account: AccountRef) -> schemas.LocalAccount | Failure:
        api, params = f"{self.endpoints.api}/accounts", {}
        if account.api_id is not None:
            url = f"{api}/{account.api_id}"
        elif account.token is not None:
            url = f"{api}/verify_credentials"
        else:
            url, params = f"{api}/lookup", {"acct": (account.handle or "").partition("@")[0]}
        answer = self.client.fetch(
            ApiRequest(url=url, params=params, token=_access(account)), schemas.ACCOUNT
        )
        if not isinstance(answer, Parsed):
            return answer
        return gone(self.client.name) if answer.value.suspended else answer.value

    def _page(
        self,
        account: AccountRef,
        edge: str,
        params: dict[str, str],
        *,
        cursor: str | None,
        of: TypeAdapter[tuple[Item | None, ...]],
    ) -> Page[Item] | Failure:
        api_id = account.api_id
        if api_id is None:
            found = self._account(account)
            if not isinstance(found, schemas.LocalAccount):
                return found
            api_id = found.id
        url = f"{self.endpoints.api}/accounts/{api_id}/{edge}"
        return self._list(ApiRequest(url=url, params=params, token=_access(account)), cursor, of=of)

    def _list(
        self, request: ApiRequest, cursor: str | None, *, of: TypeAdapter[tuple[Item | None, ...]]
    ) -> Page[Item] | Failure:
        asked = request if cursor is None else replace(request, params={**request.params, "max_id": cursor})
        answer = self.client.fetch(asked, of)
        if not isinstance(answer, Parsed):
            return answer
        read, skipped = readable(answer.value)
        link = answer.headers.get("link", "")
        place = schemas.next_cursor(link) or (UNREADABLE_CURSOR if schemas.has_next(link) else None)
        return Page(items=read, cursor=place, skipped=skipped)


def register(
    http: RateLimitedHttp, base_url: str, *, redirect_uri: str, website: str, title: str = APP_NAME
) -> Credentials | Failure:
    """Register this app at a server, which every server demands once, and return its credentials."""
    form = {"client_name": title, "redirect_uris": redirect_uri, "scopes": SCOPES, "website": website}
    client = client_at(http, base_url)
    answer = client.fetch(
        ApiRequest(method="POST", url=f"{base_url}/api/v1/apps", form=form, known=False), schemas.APP
    )
    if isinstance(answer, Parsed):
        return Credentials(client_id=answer.value.client_id, client_secret=answer.value.client_secret)
    if isinstance(answer, Final) and answer.reason in {Reason.GONE, Reason.UNREADABLE}:
        host = urlsplit(base_url).netloc
        return Final(reason=Reason.REFUSED, sentence=f"{host} does not speak Mastodon's API.")
    return answer


def client_at(http: RateLimitedHttp, base_url: str) -> ApiClient:
    """Return the client of a server; all apps share one bucket, since its limit is by our address."""
    host = urlsplit(base_url).netloc
    name = f"Mastodon ({host})"
    bucket = Bucket(key=f"mastodon:{host}", per_second=PER_SECOND, burst=BURST, longest=LONGEST_HOLD_SECONDS)
    return ApiClient(
        http=http, name=name, bucket=bucket, read_error=lambda status, body: _read_error(status, body, name)
    )


def at(http: RateLimitedHttp, base_url: str, app: Credentials) -> Mastodon:
    """Return the client of a server as an app."""
    endpoints = Endpoints(
        authorise=f"{base_url}/oauth/authorize",
        token=f"{base_url}/oauth/token",
        revoke=f"{base_url}/oauth/revoke",
        api=f"{base_url}/api/v1",
    )
    return Mastodon(base_url=base_url, client=client_at(http, base_url), app=app, endpoints=endpoints)


def _host_of(url: str) -> str:
    host = urlsplit(url).netloc.lower()
    return hosts.normalised(host) or host


def _handle(found: schemas.LocalAccount, account: AccountRef, host: str) -> str:
    """Return the handle, with the domain that WebFinger confirmed if that was for this account."""
    user, _, domain = (account.handle or "").partition("@")
    if found.username is None:
        return f"@{account.handle}" if domain and "/" not in user else found.uri
    same = user.lower() == found.username.lower()
    return f"@{found.username}@{domain if domain and same else host}"


def _access(account: AccountRef) -> str | None:
    return account.token.access if account.token is not None else None


def _read_error(status: int, body: object, name: str) -> Failure | None:
    error = body.get("error") if isinstance(body, dict) else None
    if status == 403 and isinstance(error, str) and "authorized scopes" in error:  # noqa: PLR2004 - HTTP
        return credentials(name)
    return read_oauth_error(status, body, name)


NETWORK = Descriptor(
    name="mastodon",
    title="Mastodon",
    terms=Terms(combinable=True),
    open=at,
    needs_app=False,
    lists_responders=True,
)
