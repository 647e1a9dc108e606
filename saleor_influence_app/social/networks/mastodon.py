"""Mastodon: any server of the Fediverse that speaks its API, version 4.2 or later.

Wire format: https://docs.joinmastodon.org (methods/apps, oauth, accounts, statuses; entities).
"""

from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from saleor_influence_app.social import grant, hosts, oauth
from saleor_influence_app.social.answers import Failure, Final, NotOffered, Reason
from saleor_influence_app.social.descriptor import Descriptor
from saleor_influence_app.social.line import Answer, Line, credentials, gone, private
from saleor_influence_app.social.network import (
    Account,
    Asking,
    Credentials,
    Follower,
    Page,
    Post,
    Profile,
    Responder,
    Response,
    Token,
)
from saleor_influence_app.social.networks import mastodon_shapes as shapes
from saleor_influence_app.social.pace import Lane
from saleor_influence_app.social.proof import me_links, text_of
from saleor_influence_app.social.shapes import NOWHERE, kept
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Ask, Wire

SCOPES = "read:accounts read:statuses"
APP_NAME = "Saleor Influence"
PER_SECOND, BURST = 0.9, 30
"""300 requests in 5 minutes are allowed, by address and by account (docs: api/rate-limits)."""
LONGEST_HOLD_SECONDS = 3600.0
"""Its limits are renewed every five minutes; a server that says a day is asked after an hour all the same."""
FOLLOWERS_PAGE, POSTS_PAGE = 80, 40
EDGES = {Response.REACTION: "favourited_by", Response.RESHARE: "reblogged_by", Response.REPLY: "context"}

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Mastodon:
    """One server, as the app that `register` registered there."""

    base_url: str
    line: Line
    app: Credentials
    name: str = "mastodon"

    def authorise_url(self, asking: Asking) -> str:
        """Return the server's page where the owner says yes. Servers before 4.3 ignore the PKCE part."""
        params = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": asking.redirect_uri,
            "scope": SCOPES,
            "state": asking.state,
            "code_challenge": oauth.challenge_of(asking.verifier),
            "code_challenge_method": "S256",
        }
        return grant.url(f"{self.base_url}/oauth/authorize", params)

    def exchange(self, code: str, asking: Asking) -> Token | Failure:
        """Return the token for a code; it does not expire."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "redirect_uri": asking.redirect_uri,
            "code_verifier": asking.verifier,
        }
        return grant.token(self.line, f"{self.base_url}/oauth/token", form)

    def refresh(self, token: Token) -> NotOffered:
        """Say that tokens do not need it."""
        del token
        return NotOffered("Mastodon's tokens do not expire; one that is refused was revoked.")

    def profile(self, account: Account) -> Profile | Failure:
        """Return the account, which must be one of this very server."""
        found = self._account(account)
        if not isinstance(found, shapes.LocalAccount):
            return found
        host = urlsplit(self.base_url).netloc
        if _host_of(found.uri) != host:
            # A server could otherwise name an account of another one, and so link it.
            return Final(
                reason=Reason.REFUSED, sentence=f"{self.line.name} names an account of another server."
            )
        own = found.url is not None and _host_of(found.url) == host
        rows, _ = kept(found.fields or ())
        fields = "\n".join(field.value for field in rows)
        return Profile(
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

    def followers(self, account: Account, cursor: str | None = None) -> Page[Follower] | Failure:
        """Return a page of followers; PRIVATE where the owner hides them from everybody else."""
        page = self._page(
            account, "followers", {"limit": str(FOLLOWERS_PAGE)}, cursor=cursor, of=shapes.PEOPLE
        )
        if not isinstance(page, Page):
            return page
        if not page.items and not page.skipped and cursor is None:
            found = self._account(account)
            if not isinstance(found, shapes.LocalAccount):
                return found
            if found.hide_collections:
                return private(self.line.name, "who follows it")
        people = tuple(Follower(person.uri) for person in page.items)
        return Page(items=people, cursor=page.cursor, skipped=page.skipped)

    def posts(self, account: Account, cursor: str | None = None) -> Page[Post] | Failure:
        """Return a page of the account's own posts that everybody may read."""
        wanted = {"limit": str(POSTS_PAGE), "exclude_reblogs": "true"}
        page = self._page(account, "statuses", wanted, cursor=cursor, of=shapes.STATUSES)
        if not isinstance(page, Page):
            return page
        posts = (
            Post(
                id=status.id,
                at=status.created_at,
                reactions=status.favourites_count,
                reshares=status.reblogs_count,
                replies=status.replies_count,
                text=text_of(status.content or ""),
            )
            for status in page.items
            if status.visibility in shapes.SHOWN and status.reblog is None
        )
        return Page(items=tuple(posts), cursor=page.cursor, skipped=page.skipped)

    def responders(
        self, account: Account, post_id: str, *, by: Response, cursor: str | None = None
    ) -> Page[Responder] | Failure:
        """Return a page of who responded; the replies that everybody may read are one page."""
        url = f"{self.base_url}/api/v1/statuses/{post_id}/{EDGES[by]}"
        if by is Response.REPLY:
            answer = self.line.read(Ask(url=url, token=_access(account)), shapes.CONTEXT)
            if not isinstance(answer, Answer):
                return answer
            replied, skipped = answer.value.who_replied_to(post_id)
            return Page(items=tuple(map(Responder, replied)), skipped=skipped)
        ask = Ask(url=url, params={"limit": str(FOLLOWERS_PAGE)}, token=_access(account))
        page = self._list(ask, cursor, of=shapes.PEOPLE)
        if not isinstance(page, Page):
            return page
        people = tuple(Responder(one.uri) for one in page.items)
        return Page(items=people, cursor=page.cursor, skipped=page.skipped)

    def revoke(self, token: Token) -> Failure | None:
        """Make the token worthless; the server says yes to a second time as well."""
        form = {
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "token": token.access,
        }
        return grant.revoke(self.line, f"{self.base_url}/oauth/revoke", form)

    def _account(self, account: Account) -> shapes.LocalAccount | Failure:
        api, params = f"{self.base_url}/api/v1/accounts", {}
        if account.api_id is not None:
            url = f"{api}/{account.api_id}"
        elif account.token is not None:
            url = f"{api}/verify_credentials"
        else:
            url, params = f"{api}/lookup", {"acct": (account.handle or "").partition("@")[0]}
        answer = self.line.read(Ask(url=url, params=params, token=_access(account)), shapes.ACCOUNT)
        if not isinstance(answer, Answer):
            return answer
        return gone(self.line.name) if answer.value.suspended else answer.value

    def _page(
        self,
        account: Account,
        edge: str,
        params: dict[str, str],
        *,
        cursor: str | None,
        of: TypeAdapter[tuple[Item | None, ...]],
    ) -> Page[Item] | Failure:
        api_id = account.api_id
        if api_id is None:
            found = self._account(account)
            if not isinstance(found, shapes.LocalAccount):
                return found
            api_id = found.id
        url = f"{self.base_url}/api/v1/accounts/{api_id}/{edge}"
        return self._list(Ask(url=url, params=params, token=_access(account)), cursor, of=of)

    def _list(
        self, ask: Ask, cursor: str | None, *, of: TypeAdapter[tuple[Item | None, ...]]
    ) -> Page[Item] | Failure:
        asked = ask if cursor is None else replace(ask, params={**ask.params, "max_id": cursor})
        answer = self.line.read(asked, of)
        if not isinstance(answer, Answer):
            return answer
        read, skipped = kept(answer.value)
        link = answer.headers.get("link", "")
        place = shapes.next_cursor(link) or (NOWHERE if shapes.has_next(link) else None)
        return Page(items=read, cursor=place, skipped=skipped)


def register(
    wire: Wire, base_url: str, *, redirect_uri: str, website: str, title: str = APP_NAME
) -> Credentials | Failure:
    """Register this app at a server, as every server wants it once; the caller keeps the credentials."""
    form = {"client_name": title, "redirect_uris": redirect_uri, "scopes": SCOPES, "website": website}
    line = line_to(wire, base_url)
    answer = line.read(Ask(method="POST", url=f"{base_url}/api/v1/apps", form=form, known=False), shapes.APP)
    if isinstance(answer, Answer):
        return Credentials(client_id=answer.value.client_id, client_secret=answer.value.client_secret)
    if isinstance(answer, Final) and answer.reason in {Reason.GONE, Reason.UNREADABLE}:
        host = urlsplit(base_url).netloc
        return Final(reason=Reason.REFUSED, sentence=f"{host} does not speak Mastodon's API.")
    return answer


def line_to(wire: Wire, base_url: str) -> Line:
    """Return the line to a server; all apps share its limit, which goes by our address."""
    host = urlsplit(base_url).netloc
    name = f"Mastodon ({host})"
    lane = Lane(key=f"mastodon:{host}", per_second=PER_SECOND, burst=BURST, longest=LONGEST_HOLD_SECONDS)
    return Line(wire=wire, name=name, lane=lane, judge=lambda status, body: _judge(status, body, name))


def at(wire: Wire, base_url: str, app: Credentials) -> Mastodon:
    """Return the network at a server."""
    return Mastodon(base_url=base_url, line=line_to(wire, base_url), app=app)


def _host_of(url: str) -> str:
    host = urlsplit(url).netloc.lower()
    return hosts.spelled(host) or host


def _handle(found: shapes.LocalAccount, account: Account, host: str) -> str:
    """Return what people call the account: with the domain that was checked, if it is that very account."""
    user, _, domain = (account.handle or "").partition("@")
    if found.username is None:
        return f"@{account.handle}" if domain and "/" not in user else found.uri
    same = user.lower() == found.username.lower()
    return f"@{found.username}@{domain if domain and same else host}"


def _access(account: Account) -> str | None:
    return account.token.access if account.token is not None else None


def _judge(status: int, body: object, name: str) -> Failure | None:
    error = body.get("error") if isinstance(body, dict) else None
    if status == 403 and isinstance(error, str) and "authorized scopes" in error:  # noqa: PLR2004 - HTTP
        return credentials(name)
    return grant.refusal(status, body, name)


NETWORK = Descriptor(
    name="mastodon",
    title="Mastodon",
    terms=Terms(combinable=True),
    open=at,
    needs_app=False,
    tells_responders=True,
)
