"""A network's answer with one odd field says the rest all the same: case 4 (a field) and case 5 (a row)."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from starlette.responses import Response

from saleor_influence_app.social.failures import Final, Reason
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.network import NetworkProfile, Page
from saleor_influence_app.social.rate_limiter import RateLimiter
from tests.support.apis import Api
from tests.support.documented import NETWORKS, Documented, Path, at, changed

ODD: tuple[Any, ...] = (
    ...,
    None,
    -1,
    12.5,
    float("nan"),
    10**30,
    True,
    "",
    "-1",
    "many",
    "a\u202eb\u0000",
    "\ud800",
    "https://[x",
    "2026-02-31T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "x" * 2_000,
    [],
    {},
    [[None]],
    {"a": {}},
)
"""Ellipsis: the field is missing."""
PROFILE_FIELDS = [(name, path) for name, one in NETWORKS.items() for path in one.profile[1]]
POST_FIELDS = [(name, path) for name, one in NETWORKS.items() for path in one.post[2]]
WITH_FOLLOWERS = [name for name, one in NETWORKS.items() if one.followers is not None]


@pytest.fixture
def fresh(redis_server: "redis.Redis") -> Iterator[Callable[[], RateLimitedHttp]]:
    """A function that returns an HTTP client with fresh rate limits."""
    with open_client(limit=8_000_000, seconds=20, allow_private=True) as client:
        yield lambda: RateLimitedHttp(
            client, RateLimiter(redis_server, prefix=f"test-{uuid4().hex}"), patience=60
        )


def said(body: Any) -> Response:
    """The body as JSON; it may hold what no careful server sends."""
    return Response(json.dumps(body), media_type="application/json")


def prepare(api: Api, one: Documented) -> None:
    api.answers |= {path: said(body) for path, body in one.answers.items()}
    if one.made is not None:
        api.answers |= {path: said(body) for path, body in one.made(api.base_url).items()}


def told(api: Api, path: str) -> Any:
    """What is answered there as long as nothing is odd."""
    prepared = api.answers[path]
    return json.loads(bytes(prepared.body)) if isinstance(prepared, Response) else prepared


def id_of(field: tuple[str, Path]) -> str:
    return f"{field[0]} {'.'.join(map(str, field[1]))}"


@pytest.mark.parametrize("field", PROFILE_FIELDS, ids=id_of)
def test_a_profile_with_one_odd_field_is_read(
    field: tuple[str, Path], api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    """Case 4: whatever cannot be read was not told."""
    one = NETWORKS[field[0]]
    prepare(api, one)
    network = one.connect(fresh(), api)
    where = one.profile[0]
    whole = told(api, where)
    api.answers[where] = said(whole)
    right = network.profile(one.account)
    assert isinstance(right, NetworkProfile), right
    for odd in ODD:
        api.answers[where] = said(changed(whole, field[1], odd))

        found = one.connect(fresh(), api).profile(one.account)

        assert isinstance(found, NetworkProfile), (odd, found)
        assert (found.network_id, found.api_id) == (right.network_id, right.api_id)
        numbers = (found.followers, found.following, found.posts)
        assert all(number is None or 0 <= number <= 10**12 for number in numbers), odd
        assert (found.handle + found.url).isprintable()


@pytest.mark.parametrize("sent", [12.0, "12", 12])
def test_a_count_is_read_however_it_is_written(
    api: Api, fresh: Callable[[], RateLimitedHttp], sent: object
) -> None:
    one = NETWORKS["mastodon"]
    prepare(api, one)
    network = one.connect(fresh(), api)
    whole = told(api, one.profile[0])
    api.answers[one.profile[0]] = said(changed(whole, ("followers_count",), sent))

    found = network.profile(one.account)

    assert isinstance(found, NetworkProfile)
    assert found.followers == 12


@pytest.mark.parametrize("sent", [-1, None, True, 10**30, "-1"])
def test_case_4_a_hidden_number_of_followers_is_not_told(
    api: Api, fresh: Callable[[], RateLimitedHttp], sent: object
) -> None:
    one = NETWORKS["mastodon"]
    prepare(api, one)
    network = one.connect(fresh(), api)
    whole = told(api, one.profile[0])
    api.answers[one.profile[0]] = said(changed(whole, ("followers_count",), sent))

    found = network.profile(one.account)

    assert isinstance(found, NetworkProfile)
    assert (found.followers, found.following, found.posts) == (None, 2, 1)


@pytest.mark.parametrize("field", POST_FIELDS, ids=id_of)
def test_a_post_with_one_odd_field_is_read(
    field: tuple[str, Path], api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    one = NETWORKS[field[0]]
    where, rows, _ = one.post
    prepare(api, one)
    whole = told(api, where)
    for odd in ODD:
        api.answers[where] = said(changed(whole, (*rows, 0, *field[1]), odd))

        page = one.connect(fresh(), api).posts(one.account)

        assert isinstance(page, Page), (odd, page)
        assert (len(page.items), page.skipped) == (2, 0), odd
        numbers = [number for post in page.items for number in (post.reactions, post.replies)]
        assert all(number is None or 0 <= number <= 10**12 for number in numbers), odd


@pytest.mark.parametrize("name", NETWORKS)
def test_a_post_that_cannot_be_named_is_skipped_and_counted(
    name: str, api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    one = NETWORKS[name]
    where, rows, _ = one.post
    prepare(api, one)
    whole = told(api, where)
    [_, kept] = at(whole, rows)
    odd: Any
    for odd in (..., None, 7, "", "a/../b", [], {}):
        api.answers[where] = said(changed(whole, (*rows, 0, *one.identity[1]), odd))

        page = one.connect(fresh(), api).posts(one.account)

        assert isinstance(page, Page), (odd, page)
        assert (len(page.items), page.skipped) == (1, 1), odd
        assert page.items[0].id == at(kept, one.identity[1])
    api.answers[where] = said(changed(whole, (*rows, 0), "no row at all"))
    page = one.connect(fresh(), api).posts(one.account)
    assert isinstance(page, Page)
    assert page.skipped == 1


@pytest.mark.parametrize("name", WITH_FOLLOWERS)
def test_case_5_a_follower_that_cannot_be_named_is_skipped_and_counted(
    name: str, api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    one = NETWORKS[name]
    assert one.followers is not None
    where, rows, identity = one.followers
    prepare(api, one)
    whole = told(api, where)
    names = [at(row, identity) for row in at(whole, rows)]
    odd: Any
    for odd in (..., None, 7, "", " ", [], {}, "https://[x", "\ud800"):
        api.answers[where] = said(changed(whole, (*rows, 1, *identity), odd))

        page = one.connect(fresh(), api).followers(one.account)

        assert isinstance(page, Page), (odd, page)
        assert [follower.network_id for follower in page.items] == [names[0], names[2]], odd
        assert page.skipped == 1


@pytest.mark.parametrize("name", NETWORKS)
def test_without_its_identity_an_account_is_none(
    name: str, api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    one = NETWORKS[name]
    prepare(api, one)
    whole = told(api, one.profile[0])
    odd: Any
    for odd in (..., None, 7, "", "a b", [], {}):
        api.answers[one.profile[0]] = said(changed(whole, one.identity[0], odd))

        refused = one.connect(fresh(), api).profile(one.account)

        assert isinstance(refused, Final), odd
        assert refused.reason is Reason.UNREADABLE


@pytest.mark.parametrize("name", ["tiktok", "instagram", "youtube", "x", "reddit"])
def test_an_error_in_no_documented_form_is_a_refusal_in_words(
    name: str, api: Api, fresh: Callable[[], RateLimitedHttp]
) -> None:
    one = NETWORKS[name]
    prepare(api, one)
    odd: Any
    for odd in (7, [], [[]], {"code": []}, {"code": {}}, {"errors": [7]}, {"code": "190"}, True):
        api.answers[one.profile[0]] = Response(json.dumps({"error": odd}), 400)

        refused = one.connect(fresh(), api).profile(one.account)

        assert isinstance(refused, Final), odd
        assert refused.sentence


def test_bytes_that_are_no_text_spoil_one_name_alone(api: Api, fresh: Callable[[], RateLimitedHttp]) -> None:
    one = NETWORKS["mastodon"]
    prepare(api, one)
    network = one.connect(fresh(), api)
    body = json.dumps(told(api, one.profile[0])).encode()
    spoilt = body.replace(b"I knit.", b"I \xff\n knit.")
    digits = body.replace(b'"followers_count": 3', b'"followers_count": ' + b"9" * 5_000)
    for sent in (spoilt, digits, b"\xef\xbb\xbf" + body):
        api.answers[one.profile[0]] = Response(sent, media_type="application/json")

        found = network.profile(one.account)

        assert isinstance(found, NetworkProfile), found
        assert found.following == 2
