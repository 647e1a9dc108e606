"""Of a follower list only consenting customers remain, and of everybody else nothing."""

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest

from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AccountRef
from saleor_influence_app.social.pagination import Paginator
from saleor_influence_app.social.reduction import Reduced, keyed_hash, reduce
from sandbox.networks.mastodon import Mastodon as Server
from sandbox.networks.people import Person
from tests.support.linking_shopper import connected

KEY = b"k" * 32


def hashes(*ids: str, network: str = "mastodon", key: bytes = KEY) -> frozenset[bytes]:
    return frozenset(keyed_hash(network, one, key=key) for one in ids)


def test_only_consenting_customers_remain() -> None:
    reduced = reduce(iter(["a", "b", "c", "a"]), hashes("a", "z"), network="mastodon", key=KEY)

    assert reduced == Reduced(found=hashes("a"), seen=4)


def test_the_same_id_on_another_network_or_with_another_shops_key_is_nobody() -> None:
    assert not reduce(["a"], hashes("a", network="x"), network="mastodon", key=KEY).found
    assert not reduce(["a"], hashes("a", key=b"o" * 32), network="mastodon", key=KEY).found
    assert keyed_hash("a", "b\0c", key=KEY) != keyed_hash("a\0b", "c", key=KEY[:-1] + b"x")


def test_a_key_that_could_be_guessed_is_not_taken() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keyed_hash("mastodon", "a", key=b"short")


class Stranger(str):
    """An id whose life can be watched."""

    __slots__ = ("__weakref__",)


def test_ten_thousand_strangers_leave_nothing_behind() -> None:
    alive: weakref.WeakSet[Stranger] = weakref.WeakSet()
    most = 0

    def follow() -> Iterator[str]:
        nonlocal most
        for number in range(10_000):
            stranger = Stranger(f"did:plc:stranger{number}")
            alive.add(stranger)
            most = max(most, len(alive))
            yield stranger
        yield "did:plc:alma"

    reduced = reduce(follow(), hashes("did:plc:alma", network="bluesky"), network="bluesky", key=KEY)
    gc.collect()

    assert reduced.seen == 10_001
    assert reduced.found == hashes("did:plc:alma", network="bluesky")
    assert most <= 2, "one is looked at while the next is made"
    assert len(alive) <= 1, "the generator's last, which is no part of the result"
    assert "stranger" not in repr(reduced)


def test_a_million_strangers_need_no_more_memory_than_ten_thousand() -> None:
    consenting = hashes(*(f"customer{number}" for number in range(500)))
    most = {}
    for count in (10_000, 1_000_000):
        blocks: list[int] = []

        def follow(count: int = count, blocks: list[int] = blocks) -> Iterator[str]:
            for number in range(count):
                if number % 1_000 == 0:
                    blocks.append(sys.getallocatedblocks())
                yield f"customer{number}" if number % 20 == 0 else f"stranger{number}"

        reduced = reduce(follow(), consenting, network="mastodon", key=KEY)
        assert reduced.seen == count
        assert len(reduced.found) == 25
        most[count] = max(blocks) - blocks[0]

    assert most[1_000_000] < most[10_000] + 2_000, "blocks of memory: one a stranger would be a million"


def test_a_page_that_breaks_off_leaves_what_was_found_and_names_nobody() -> None:
    def follow() -> Iterator[str]:
        yield "alma"
        raise OSError("the line broke")

    with pytest.raises(OSError, match="the line broke"):
        reduce(follow(), hashes("alma"), network="mastodon", key=KEY)


def test_the_real_client_feeds_it_page_by_page(mastodon: Server, http: RateLimitedHttp) -> None:
    mastodon.people.add(Person(number=99, name="alma", followers=[3, *range(10**6, 10**6 + 1_000), 5]))
    network = connected(mastodon, http)
    customers = [f"{mastodon.base_url}/users/{mastodon.people.by_number[one].name}" for one in (3, 4, 5)]
    paginator = Paginator(lambda cursor: network.followers(AccountRef(api_id="99"), cursor), limit=10_000)

    reduced = reduce((one.network_id for one in paginator), hashes(*customers), network="mastodon", key=KEY)

    assert reduced.seen == 1_002
    assert reduced.found == hashes(customers[0], customers[2])
