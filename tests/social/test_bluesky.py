"""The real client against a Bluesky AppView on loopback."""

from datetime import UTC, datetime

import pytest

from saleor_influence_app.social.failures import Final, NotOffered, Reason, Transient
from saleor_influence_app.social.handles import Handle, parse
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AccountRef, AuthorizationRequest, NetworkProfile, Page, Token
from saleor_influence_app.social.networks import bluesky as client
from saleor_influence_app.social.networks.bluesky import Bluesky
from saleor_influence_app.social.pagination import Paginator
from saleor_influence_app.social.proof import has_nonce, new_nonce
from sandbox.networks.bluesky import Bluesky as Server
from sandbox.networks.bluesky import did_of
from sandbox.networks.people import Note, Person

AT = datetime(2026, 10, 1, tzinfo=UTC)
ALMA = AccountRef(api_id=did_of(99))


@pytest.fixture
def network(bluesky: Server, http: RateLimitedHttp) -> Bluesky:
    return client.at(http, bluesky.base_url)


@pytest.fixture
def alma(bluesky: Server) -> Person:
    return bluesky.people.add(Person(number=99, name="alma", about="I knit.", following=12))


def test_a_handle_leads_to_the_account_that_does_not_change(network: Bluesky, alma: Person) -> None:
    alma.followers = [1, 2, 3]
    typed = parse("bluesky", "https://bsky.app/profile/alma.pocket.test")
    assert isinstance(typed, Handle)

    profile = network.profile(AccountRef(handle=typed.name))

    assert isinstance(profile, NetworkProfile)
    assert profile.network_id == profile.api_id == did_of(99)
    assert profile.handle == "alma.pocket.test"
    assert (profile.followers, profile.following, profile.posts) == (3, 12, 0)
    assert profile.created == alma.created
    assert not profile.private


def test_ownership_is_a_nonce_in_the_description(network: Bluesky, alma: Person) -> None:
    nonce = new_nonce()
    alma.about = f"I knit. {nonce}"

    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert has_nonce(profile.about, nonce)


def test_there_is_nothing_to_authorise_and_it_is_said_why(network: Bluesky) -> None:
    token, authorization = Token(access="x"), AuthorizationRequest(redirect_uri="x", state="x", verifier="x")
    answers = (
        network.authorise_url(authorization),
        network.exchange("x", authorization),
        network.refresh(token),
        network.revoke(token),
    )

    for answer in answers:
        assert isinstance(answer, NotOffered)
        assert "nonce" in answer.sentence


def test_a_handle_that_leads_to_an_account_which_does_not_lead_back_is_refused(
    network: Bluesky, bluesky: Server, alma: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A resolver that lies, as a domain owner can: it names somebody else's account.
    monkeypatch.setattr(bluesky, "_named", lambda _handle: alma)

    refused = network.profile(AccountRef(handle="famous.pocket.test"))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED


def test_followers_come_page_by_page_with_a_cursor(network: Bluesky, bluesky: Server, alma: Person) -> None:
    alma.followers = [5, *range(1_000_000, 1_000_250)]
    paginator = Paginator(lambda cursor: network.followers(ALMA, cursor), limit=1_000)

    ids = [follower.network_id for follower in paginator]

    assert len(ids) == len(set(ids)) == 251
    assert ids[0] == did_of(5)
    assert bluesky.heard.count("/xrpc/app.bsky.graph.getFollowers") == 3


def test_ten_million_followers_are_cut(network: Bluesky, alma: Person) -> None:
    alma.followers = range(1_000_000, 11_000_000)
    paginator = Paginator(lambda cursor: network.followers(ALMA, cursor), limit=1_050)

    assert sum(1 for _ in paginator) == 1_050

    assert paginator.end is not None
    assert paginator.end.cut
    assert paginator.end.cursor == "1000", "the page that was cut is read again"


def test_own_posts_are_read_and_reposts_are_not(network: Bluesky, alma: Person) -> None:
    alma.notes = [
        Note(number=1, at=AT, text="own", likes=3, reposts=2, replies=1),
        Note(number=2, at=AT, text="somebody else's", of="somebody"),
    ]

    page = network.posts(ALMA)

    assert isinstance(page, Page)
    [post] = page.items
    assert post.id == f"at://{did_of(99)}/app.bsky.feed.post/1"
    assert (post.reactions, post.reshares, post.replies, post.text) == (3, 2, 1, "own")
    assert post.at == AT, "the AppView's time: the record's own is whatever its program wrote"


@pytest.mark.parametrize(
    "asked",
    [
        AccountRef(api_id=did_of(12345)),
        AccountRef(handle="nobody.pocket.test"),
        AccountRef(handle="a.invalid"),
    ],
)
def test_a_deleted_account_is_gone(network: Bluesky, asked: AccountRef) -> None:
    refused = network.profile(asked)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_a_suspended_account_is_gone_with_all_it_had(network: Bluesky, alma: Person) -> None:
    alma.suspended = True

    for refused in (network.profile(ALMA), network.followers(ALMA), network.posts(ALMA)):
        assert isinstance(refused, Final)
        assert refused.reason is Reason.GONE


def test_the_wish_not_to_be_shown_to_people_who_are_not_signed_in_is_told(
    network: Bluesky, alma: Person
) -> None:
    alma.logged_in_only = True

    profile = network.profile(ALMA)

    assert isinstance(profile, NetworkProfile)
    assert profile.private


def test_the_limit_of_the_appview_is_kept(network: Bluesky, bluesky: Server, alma: Person) -> None:
    bluesky.budget.limit = 0

    first = network.profile(AccountRef(api_id=did_of(alma.number)))
    heard = len(bluesky.heard)
    second = network.profile(ALMA)

    for waiting in (first, second):
        assert isinstance(waiting, Transient)
        assert waiting.retry_after is not None
        assert 0 < waiting.retry_after <= bluesky.budget.window + 1, "told in whole seconds"
    assert len(bluesky.heard) == heard
