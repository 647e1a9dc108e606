"""Finds the server of a handle: a domain may say by WebFinger that its accounts are elsewhere (RFC 7033).

`@anna@example.com` may be an account of social.example.com. The domain must name the server, and the server
must give the account the same handle: neither can claim what is the other's.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urljoin, urlsplit

import httpx
from pydantic import Field, TypeAdapter

from saleor_influence_app.social import hosts
from saleor_influence_app.social.api_client import ApiClient, Parsed
from saleor_influence_app.social.failures import Failure, Final, Reason, Transient
from saleor_influence_app.social.http_client import ApiRequest, ApiResponse, RateLimitedHttp
from saleor_influence_app.social.rate_limiter import Bucket
from saleor_influence_app.social.schemas import Lenient, Schema, WebAddress, readable

PATH = "/.well-known/webfinger"
PER_SECOND, BURST, LONGEST_HOLD_SECONDS = 0.5, 20, 600.0
MOST_REDIRECTS = 3
ACTIVITY = frozenset({"application/activity+json", "application/ld+json"})
PAGE = "http://webfinger.net/rel/profile-page"
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """The server of an account, and the domain in its handle."""

    base_url: str
    domain: str


class _Link(Schema):
    rel: str
    type: Lenient[str] = None
    href: WebAddress


class _Found(Schema):
    subject: Annotated[str, Field(max_length=400)]
    links: Annotated[tuple[Lenient[_Link], ...], Field(max_length=200)] = ()

    @property
    def actor(self) -> str | None:
        """Return the address of the account, else of its page."""
        links, _ = readable(self.links)
        actors = [one.href for one in links if one.rel == "self" and _media_type(one) in ACTIVITY]
        return next(iter(actors + [one.href for one in links if one.rel == PAGE]), None)

    @property
    def handle(self) -> tuple[str, str]:
        """Return the account's user name and domain, both normalised."""
        user, _, domain = self.subject.lower().removeprefix("acct:").partition("@")
        return user, hosts.normalised(domain) or domain


def _media_type(link: _Link) -> str:
    return (link.type or "").partition(";")[0].strip().lower()


_FOUND = TypeAdapter(_Found)


def find(http: RateLimitedHttp, user: str, base_url: str) -> Home | Failure:
    """Return the home of a handle's account; a domain without WebFinger for it is itself the server."""
    domain = urlsplit(base_url).netloc
    itself = Home(base_url=base_url, domain=domain)
    said = _look_up(http, (user, domain), base_url)
    if isinstance(said, Transient):
        return said
    if not isinstance(said, _Found):
        return itself
    server = _server_of(said, base_url)
    if server == base_url:
        return itself if said.handle == (user, domain) else _elsewhere(http, user, said, itself=itself)
    if server is None or said.handle != (user, domain):
        return itself
    return _confirmed(http, said, Home(base_url=server, domain=domain), at=server)


def _elsewhere(http: RateLimitedHttp, user: str, said: _Found, *, itself: Home) -> Home:
    """Return the home of an account whose server says that its handle has another domain."""
    name, domain = said.handle
    scheme = urlsplit(itself.base_url).scheme
    if name != user or _host(domain, scheme) is None:
        return itself
    other = Home(base_url=itself.base_url, domain=domain)
    confirmed = _confirmed(http, said, other, at=f"{scheme}://{domain}")
    return confirmed if isinstance(confirmed, Home) else itself


def _confirmed(http: RateLimitedHttp, said: _Found, home: Home, *, at: str) -> Home | Failure:
    """Return the home if the other side confirms handle and account; else the failure."""
    confirmed = _look_up(http, said.handle, at)
    if isinstance(confirmed, Transient):
        return confirmed
    if isinstance(confirmed, _Found) and (confirmed.handle, confirmed.actor) == (said.handle, said.actor):
        return home
    server = urlsplit(home.base_url).netloc
    return Final(
        reason=Reason.REFUSED,
        sentence=f"{home.domain} says that this account is at {server}, which does not confirm it.",
    )


def _look_up(http: RateLimitedHttp, handle: tuple[str, str], at: str) -> _Found | Failure:
    """Return a host's WebFinger response for a handle; redirects are followed to WebFinger addresses only."""
    url, params = f"{at}{PATH}", {"resource": f"acct:{handle[0]}@{handle[1]}"}
    for _ in range(1 + MOST_REDIRECTS):
        client = _client(http, url)
        request = ApiRequest(url=url, params=params, accept="application/jrd+json, application/json")
        response = http.send(request, client.bucket, name=client.name)
        if not isinstance(response, ApiResponse):
            return response
        if response.status == httpx.codes.OK:
            answer = client.parse(response, _FOUND)
            return answer.value if isinstance(answer, Parsed) else answer
        target = _target(url, response) if response.status in REDIRECTS else None
        if target is None:
            break
        url, params = target, {}
    return Final(reason=Reason.GONE, sentence=f"{urlsplit(at).netloc} does not know this account.")


def _client(http: RateLimitedHttp, url: str) -> ApiClient:
    host = urlsplit(url).netloc
    bucket = Bucket(key=f"webfinger:{host}", per_second=PER_SECOND, burst=BURST, longest=LONGEST_HOLD_SECONDS)
    return ApiClient(http=http, name=f"WebFinger ({host})", bucket=bucket)


def _target(url: str, response: ApiResponse) -> str | None:
    """Return the target of a redirect if it is WebFinger at a host name, with the same scheme; else None."""
    try:
        target = urljoin(url, response.headers.get("location", ""))
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme != urlsplit(url).scheme or not parts.path.endswith("/webfinger") or not parts.query:
        return None
    return target if _host(parts.netloc, parts.scheme) is not None else None


def _server_of(said: _Found, base_url: str) -> str | None:
    """Return the base URL of the server of the account; None if it is not valid."""
    parts = urlsplit(said.actor or "")
    host = _host(parts.netloc, parts.scheme)
    return f"{parts.scheme}://{host}" if host and parts.scheme == urlsplit(base_url).scheme else None


def _host(netloc: str, scheme: str) -> str | None:
    """Return the normalised host name, None if invalid; in development (http) it may have a port."""
    return netloc.lower() if scheme == "http" else hosts.normalised(netloc)
