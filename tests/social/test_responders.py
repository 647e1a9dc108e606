"""Who responded to a post, asked of the two networks that say so; the real clients against loopback."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from saleor_influence_app.social.failures import Failure, Final, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    Credentials,
    Network,
    Page,
    Responder,
    ResponseKind,
    Responsive,
)
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.social.networks import bluesky as at_bluesky
from saleor_influence_app.social.pagination import Paginator
from sandbox.networks import bluesky as pocket
from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import Note, Person
from tests.support.linking_shopper import connected, token_of

AT = datetime(2026, 10, 1, tzinfo=UTC)
STRANGERS = range(1_000_000, 1_000_250)
LISTS = {
    ResponseKind.REACTION: "liked_by",
    ResponseKind.RESHARE: "reposted_by",
    ResponseKind.REPLY: "replied_by",
}


@dataclass
class Asked:
    """A network with Alma and a post of theirs, and what it calls people and posts."""

    server: Mastodon | Bluesky
    network: Responsive
    alma: Person

    @property
    def account(self) -> AccountRef:
        return AccountRef(api_id=pocket.did_of(99) if isinstance(self.server, Bluesky) else "99")

    @property
    def post_id(self) -> str:
        if isinstance(self.server, Bluesky):
            return f"at://{pocket.did_of(99)}/app.bsky.feed.post/7"
        return "7"

    def name_of(self, number: int) -> str:
        if isinstance(self.server, Bluesky):
            return pocket.did_of(number)
        return f"https://elsewhere.example/users/stranger{number}"

    def post(self, **given: object) -> None:
        self.alma.notes = [Note(number=7, at=AT, text="x", **given)]  # type: ignore[arg-type]

    def page(self, by: ResponseKind, cursor: str | None = None) -> Page[Responder] | Failure:
        return self.network.responders(self.account, self.post_id, by=by, cursor=cursor)

    def heard(self) -> int:
        return len(self.server.heard)


@pytest.fixture(params=["mastodon", "bluesky"])
def asked(
    request: pytest.FixtureRequest, mastodon: Mastodon, bluesky: Bluesky, http: RateLimitedHttp
) -> Asked:
    alma = Person(number=99, name="alma")
    server: Mastodon | Bluesky = mastodon if request.param == "mastodon" else bluesky
    network: Network = connected(mastodon, http)
    if request.param == "bluesky":
        network = at_bluesky.at(http, bluesky.base_url)
    assert isinstance(network, Responsive)
    return Asked(server, network, server.people.add(alma))


def ids(people: Sequence[Responder]) -> list[str]:
    return [one.network_id for one in people]


@pytest.mark.parametrize("by", [ResponseKind.REACTION, ResponseKind.RESHARE])
def test_likes_and_boosts_come_page_by_page(asked: Asked, by: ResponseKind) -> None:
    asked.post(**{LISTS[by]: STRANGERS})
    paginator = Paginator(lambda cursor: asked.page(by, cursor), limit=1_000)

    people = list(paginator)

    assert ids(people) == [asked.name_of(number) for number in STRANGERS]
    assert paginator.end is not None
    assert paginator.end.failure is None


@pytest.mark.parametrize("by", [ResponseKind.REACTION, ResponseKind.RESHARE])
def test_of_a_million_likes_only_the_first_pages_are_asked_for(asked: Asked, by: ResponseKind) -> None:
    asked.post(**{LISTS[by]: range(1_000_000, 2_000_000)})
    before = asked.heard()

    assert len(list(Paginator(lambda cursor: asked.page(by, cursor), limit=200))) == 200

    assert asked.heard() - before <= 3


@pytest.mark.parametrize("by", ResponseKind)
def test_a_post_without_any_response_has_nobody(asked: Asked, by: ResponseKind) -> None:
    asked.post()

    assert asked.page(by) == Page(items=(), cursor=None)


def test_replies_are_those_to_the_post_itself(asked: Asked) -> None:
    asked.post(replied_by=[5_000_001, 5_000_002])

    page = asked.page(ResponseKind.REPLY)

    assert isinstance(page, Page)
    assert sorted(ids(page.items)) == sorted(asked.name_of(number) for number in (5_000_001, 5_000_002))


@pytest.mark.parametrize("by", ResponseKind)
def test_a_deleted_post_has_no_responses_and_is_no_trouble(asked: Asked, by: ResponseKind) -> None:
    asked.post(liked_by=[1], reposted_by=[1], replied_by=[1], gone=True)

    answer = asked.page(by)

    if isinstance(asked.server, Bluesky) and by is not ResponseKind.REPLY:
        assert answer == Page(items=(), cursor=None), "as its API answers"
    else:
        assert isinstance(answer, Final)
        assert answer.reason is Reason.GONE


@pytest.mark.parametrize("fault", ["garbage", "page", "deep"])
@pytest.mark.parametrize("by", ResponseKind)
def test_an_answer_that_is_no_json_is_a_network_out_of_order(
    asked: Asked, by: ResponseKind, fault: str
) -> None:
    asked.post(liked_by=[1], reposted_by=[1], replied_by=[1])
    asked.server.faults.add(fault)

    assert isinstance(asked.page(by), Transient)


@pytest.mark.parametrize("by", ResponseKind)
def test_an_answer_in_no_documented_form_is_unreadable(asked: Asked, by: ResponseKind) -> None:
    asked.post(liked_by=[1], reposted_by=[1], replied_by=[1])
    asked.server.faults.add("huge", 10_000_000)

    answer = asked.page(by)

    assert isinstance(answer, Final)
    assert answer.reason is Reason.UNREADABLE


@pytest.mark.parametrize("by", ResponseKind)
def test_a_network_that_is_down_is_to_be_asked_later(asked: Asked, by: ResponseKind) -> None:
    asked.server.faults.add("status", 503)

    assert isinstance(asked.page(by), Transient)


def test_letters_in_reply_are_not_read_with_the_owners_token_either(
    mastodon: Mastodon, http: RateLimitedHttp
) -> None:
    network = connected(mastodon, http)
    alma = mastodon.people.add(Person(number=99, name="alma"))
    note = Note(number=7, at=AT, text="x", replied_by=[5], answers_shown="direct")
    alma.notes = [note, replace(note, number=8, answers_shown="unlisted")]
    owner = AccountRef(api_id="99", token=token_of(network, "alma"))

    assert network.responders(owner, "7", by=ResponseKind.REPLY) == Page(items=())
    public = network.responders(owner, "8", by=ResponseKind.REPLY)
    assert isinstance(public, Page)
    assert len(public.items) == 1


@pytest.mark.parametrize("by", ResponseKind)
def test_what_an_owner_shows_to_few_is_not_there_for_others(
    mastodon: Mastodon, http: RateLimitedHttp, by: ResponseKind
) -> None:
    network = connected(mastodon, http)
    alma = mastodon.people.add(Person(number=99, name="alma"))
    alma.notes = [Note(number=7, at=AT, text="x", shown="private", liked_by=[5])]

    refused = network.responders(AccountRef(api_id="99"), "7", by=by)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.GONE


def test_who_asks_not_to_be_shown_is_passed_over_among_replies(
    bluesky: Bluesky, http: RateLimitedHttp
) -> None:
    bluesky.people.add(Person(number=5, name="shy", logged_in_only=True))
    alma = bluesky.people.add(Person(number=99, name="alma"))
    alma.notes = [Note(number=7, at=AT, text="x", replied_by=[5, 6])]
    network = at_bluesky.at(http, bluesky.base_url)

    uri = f"at://{pocket.did_of(99)}/app.bsky.feed.post/7"
    page = network.responders(AccountRef(api_id=pocket.did_of(99)), uri, by=ResponseKind.REPLY)

    assert isinstance(page, Page)
    assert ids(page.items) == [pocket.did_of(6)]


def test_no_responder_is_shown_by_printing(asked: Asked) -> None:
    asked.post(liked_by=[5_000_001])

    assert asked.name_of(5_000_001) not in repr(asked.page(ResponseKind.REACTION))


@pytest.mark.parametrize("name", NETWORKS)
def test_two_networks_say_who_responded(name: str, http: RateLimitedHttp) -> None:
    base_url = "https://social.example" if name == "mastodon" else ""
    network = NETWORKS[name].open(http, base_url, Credentials(client_id="id", client_secret="x"))

    assert isinstance(network, Responsive) == (name in {"mastodon", "bluesky"})
