"""The real client against a Mastodon server on loopback."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
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
from saleor_influence_app.social.networks import mastodon as client
from saleor_influence_app.social.networks.mastodon import Mastodon
from saleor_influence_app.social.networks.mastodon_schemas import next_cursor
from saleor_influence_app.social.pagination import Paginator
from saleor_influence_app.social.proof import has_link, has_nonce, new_nonce
from sandbox.networks.mastodon import Mastodon as Server
from sandbox.networks.people import Note, Person
from tests.support.linking_shopper import AUTHORIZATION, CALLBACK, answer, connected, token_of

AT = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def network(mastodon: Server, http: RateLimitedHttp) -> Mastodon:
    return connected(mastodon, http)


@pytest.fixture
def alma(mastodon: Server) -> Person:
    return mastodon.people.add(Person(number=99, name="alma", about="I knit.", following=12))


def test_an_account_is_linked_through_the_servers_own_page(network: Mastodon, alma: Person) -> None:
    alma.followers = [1, 2, 3]
    alma.notes = [Note(number=1, at=AT, text="x")]

    token = token_of(network, "alma")
    profile = network.profile(AccountRef(token=token))

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == f"{network.base_url}/users/alma"
    assert profile.api_id == "99"
    assert profile.handle == f"@alma@{network.base_url.removeprefix('http://')}"
    assert profile.url == f"{network.base_url}/@alma"
    assert (profile.followers, profile.following, profile.posts) == (3, 12, 1)
    assert profile.created == alma.created
    assert profile.about == "I knit."
    assert token.scope == client.SCOPES
    assert token.expires_at is None


def test_a_token_is_not_shown_by_printing(network: Mastodon, alma: Person) -> None:
    token = token_of(network, alma.name)

    for shown in (repr(token), repr(AccountRef(token=token)), repr(network), repr(AUTHORIZATION)):
        assert token.access not in shown
        assert network.app.client_secret not in shown
        assert AUTHORIZATION.verifier not in shown


def test_who_says_no_comes_back_without_a_code(network: Mastodon, alma: Person) -> None:
    assert answer(network.authorise_url(AUTHORIZATION), alma.name, yes=False) == {
        "error": "access_denied",
        "state": AUTHORIZATION.state,
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (AUTHORIZATION, replace(AUTHORIZATION, verifier="w" * 43)),
        (AUTHORIZATION, replace(AUTHORIZATION, redirect_uri="https://evil.example/")),
    ],
    ids=["another verifier", "another address"],
)
def test_a_code_is_worth_nothing_with(
    network: Mastodon, alma: Person, given: AuthorizationRequest, sent: AuthorizationRequest
) -> None:
    code = answer(network.authorise_url(given), alma.name)["code"]

    refused = network.exchange(code, sent)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_a_code_is_taken_once(network: Mastodon, alma: Person) -> None:
    code = answer(network.authorise_url(AUTHORIZATION), alma.name)["code"]

    assert isinstance(network.exchange(code, AUTHORIZATION), Token)
    again = network.exchange(code, AUTHORIZATION)

    assert isinstance(again, Final)
    assert again.reason is Reason.CREDENTIALS


def test_a_wrong_secret_is_told_as_such(network: Mastodon, alma: Person) -> None:
    code = answer(network.authorise_url(AUTHORIZATION), alma.name)["code"]
    other = replace(network, app=Credentials(client_id=network.app.client_id, client_secret="wrong"))

    refused = other.exchange(code, AUTHORIZATION)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.APP


def test_a_revoked_token_is_refused_and_revoking_twice_is_fine(network: Mastodon, alma: Person) -> None:
    token = token_of(network, alma.name)

    assert network.revoke(token) is None
    assert network.revoke(token) is None
    refused = network.profile(AccountRef(token=token))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS
    assert "linked again" in refused.sentence


def test_tokens_do_not_expire_and_need_no_refresh(network: Mastodon) -> None:
    assert isinstance(network.refresh(Token(access="x")), NotOffered)


def test_a_nonce_in_the_note_and_a_link_among_the_fields_are_found(network: Mastodon, alma: Person) -> None:
    nonce, page = new_nonce(), "https://shop.example/me/1"
    alma.about = f"Hello.</p><p>{nonce}"
    alma.links = [page]

    profile = network.profile(AccountRef(api_id="99"))

    assert isinstance(profile, NetworkProfile)
    assert has_nonce(profile.about, nonce)
    assert not has_nonce(profile.about, new_nonce())
    assert has_link(profile.links, page)
    assert not has_link(profile.links, page + "2")


def test_followers_come_page_by_page_with_the_link_header(
    network: Mastodon, mastodon: Server, alma: Person
) -> None:
    alma.followers = [5, 6, *range(1_000_000, 1_000_200)]
    paginator = Paginator(lambda cursor: network.followers(AccountRef(api_id="99"), cursor), limit=1_000)

    ids = [follower.network_id for follower in paginator]

    assert len(ids) == len(set(ids)) == 202
    assert ids[0] == f"{network.base_url}/users/{mastodon.people.by_number[5].name}"
    assert ids[-1] == "https://elsewhere.example/users/stranger1000199"
    assert mastodon.heard.count("/api/v1/accounts/99/followers") == 3
    assert paginator.end is not None
    assert (paginator.end.seen, paginator.end.cut, paginator.end.failure) == (202, False, None)


def test_ten_million_followers_are_read_up_to_the_limit_and_the_limit_is_told(
    network: Mastodon, mastodon: Server, alma: Person
) -> None:
    alma.followers = range(1_000_000, 11_000_000)
    profile = network.profile(AccountRef(api_id="99"))
    assert isinstance(profile, NetworkProfile)
    paginator = Paginator(lambda cursor: network.followers(AccountRef(api_id="99"), cursor), limit=800)

    assert sum(1 for _ in paginator) == 800

    assert mastodon.heard.count("/api/v1/accounts/99/followers") == 10
    assert paginator.end is not None
    assert paginator.end.cut
    assert paginator.end.seen == 800
    further = Paginator(
        lambda cursor: network.followers(AccountRef(api_id="99"), cursor),
        limit=1,
        cursor=paginator.end.cursor,
    )
    assert [one.network_id for one in further] == ["https://elsewhere.example/users/stranger1000800"]


def test_hidden_followers_are_private_and_not_none(network: Mastodon, alma: Person) -> None:
    alma.followers, alma.hides_followers = [1, 2], True

    hidden = network.followers(AccountRef(api_id="99"))
    own = network.followers(AccountRef(api_id="99", token=token_of(network, "alma")))

    assert isinstance(hidden, Final)
    assert hidden.reason is Reason.PRIVATE
    assert isinstance(own, Page)
    assert len(own.items) == 2


def test_nobody_who_follows_is_an_empty_page(network: Mastodon, alma: Person) -> None:
    assert network.followers(AccountRef(api_id=str(alma.number))) == Page(items=(), cursor=None)


def test_only_public_posts_are_read_even_with_the_owners_token(network: Mastodon, alma: Person) -> None:
    alma.notes = [
        Note(number=1, at=AT, text="all &amp; sundry", likes=3, reposts=2, replies=1),
        Note(number=2, at=AT, text="quiet", shown="unlisted"),
        Note(number=3, at=AT, text="followers", shown="private"),
        Note(number=4, at=AT, text="a letter", shown="direct"),
        Note(number=5, at=AT, text="", of="somebody else's"),
    ]

    page = network.posts(AccountRef(token=token_of(network, "alma")))

    assert isinstance(page, Page)
    first = next(post for post in page.items if post.id == "1")
    assert (first.reactions, first.reshares, first.replies) == (3, 2, 1)
    assert first.text == "all & sundry"
    assert first.at == AT
    assert {post.id for post in page.items} == {"1", "2"}


def test_posts_come_page_by_page(network: Mastodon, alma: Person) -> None:
    alma.notes = [Note(number=number, at=AT, text="x") for number in range(1, 101)]
    paginator = Paginator(lambda cursor: network.posts(AccountRef(api_id="99"), cursor), limit=1_000)

    assert len({post.id for post in paginator}) == 100


@pytest.mark.parametrize("asked", [AccountRef(api_id="12345"), AccountRef(handle="nobody")])
def test_a_deleted_account_is_gone(network: Mastodon, asked: AccountRef) -> None:
    refused = network.profile(asked)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_a_suspended_account_is_gone(network: Mastodon, alma: Person) -> None:
    alma.suspended = True

    refused = network.profile(AccountRef(api_id="99"))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_a_locked_account_says_so(network: Mastodon, alma: Person) -> None:
    alma.locked = True

    profile = network.profile(AccountRef(api_id="99"))

    assert isinstance(profile, NetworkProfile)
    assert profile.private


def test_a_server_cannot_name_an_account_of_another_server(
    network: Mastodon, mastodon: Server, alma: Person
) -> None:
    token = token_of(network, alma.name)
    mastodon.base_url = "https://famous.example"

    refused = network.profile(AccountRef(token=token))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED
    assert "another server" in refused.sentence


def test_a_server_that_is_no_mastodon_is_told_as_such(mastodon: Server, http: RateLimitedHttp) -> None:
    for kind, value in (("page", None), ("status", 404)):
        mastodon.faults.add(kind, value)

        refused = client.register(http, mastodon.base_url, redirect_uri=CALLBACK, website="https://a.example")

        assert isinstance(refused, Final)
        assert refused.reason is Reason.REFUSED
        assert "does not speak Mastodon" in refused.sentence


def test_a_token_with_too_small_a_scope_must_be_granted_again(
    network: Mastodon, mastodon: Server, alma: Person
) -> None:
    token = token_of(network, alma.name)
    grant = mastodon.grants.tokens[token.access]
    mastodon.grants.tokens[token.access] = replace(grant, scopes=frozenset({"write"}))

    refused = network.profile(AccountRef(token=token))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS


def test_the_servers_limit_holds_every_worker_until_the_moment_it_names(
    network: Mastodon, mastodon: Server, alma: Person, http: RateLimitedHttp
) -> None:
    mastodon.budget.limit, mastodon.budget.used = 5, 4
    asked = AccountRef(api_id=str(alma.number))

    assert isinstance(network.profile(asked), NetworkProfile), "the last one of the window"
    heard = len(mastodon.heard)
    other = client.at(http, network.base_url, network.app)
    waiting = other.profile(asked)

    assert isinstance(waiting, Transient)
    assert waiting.cause is Cause.BUSY
    assert waiting.retry_after is not None
    assert 0 < waiting.retry_after <= mastodon.budget.window
    assert len(mastodon.heard) == heard, "nobody asked while waiting"


def test_too_many_requests_hold_the_server_for_as_long_as_it_says(
    network: Mastodon, mastodon: Server, alma: Person
) -> None:
    mastodon.faults.add("status", 429, headers={"retry-after": "77"})

    waiting = network.profile(AccountRef(api_id=str(alma.number)))
    again = network.profile(AccountRef(api_id=str(alma.number)))

    for answered in (waiting, again):
        assert isinstance(answered, Transient)
        assert answered.cause is Cause.BUSY
        assert answered.retry_after == pytest.approx(77, abs=2)


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        ('<https://a.example/f?limit=2&max_id=7486869>; rel="next", <x?since_id=1>; rel="prev"', "7486869"),
        ('<https://evil.example/f?max_id=7>; rel="next"', "7"),
        ('<https://a.example/f?since_id=7>; rel="prev"', None),
        ('<https://a.example/f?max_id=../../x>; rel="next"', None),
        ("rubbish", None),
        ("", None),
    ],
)
def test_of_a_link_header_only_the_cursor_is_taken(link: str, cursor: str | None) -> None:
    assert next_cursor(link) == cursor


def test_a_wrong_redirect_address_is_never_redirected_to(network: Mastodon) -> None:
    evil = network.authorise_url(replace(AUTHORIZATION, redirect_uri="https://evil.example/"))

    assert httpx.get(evil).status_code == 400
