"""A shop's key set is taken as it should be, or not at all."""

import gzip
import json
from typing import Any

import httpx
import pytest

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.saleor.addresses import AddressForbidden, CheckedTransport
from saleor_influence_app.saleor.keys import KEYS_LIMIT, KeysUnavailable, fetch_keys
from tests.support.recorded import key_set

API_URL = "https://shop.example/graphql/"
KEY = {"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB", "use": "sig", "alg": "RS256"}


def answering(status: int = 200, **answer: Any) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: httpx.Response(status, **answer))


def test_the_keys_are_asked_of_the_origin_of_the_api() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"keys": [KEY]})

    assert fetch_keys(API_URL, transport=httpx.MockTransport(answer)) == {"keys": [KEY]}
    assert str(seen[0].url) == "https://shop.example/.well-known/jwks.json"


def test_only_public_members_of_usable_keys_are_kept() -> None:
    leaked = {**KEY, "d": "private", "x5u": "https://evil.example"}
    others = [
        {"kty": "oct", "kid": "b", "k": "x"},
        {"kty": "RSA", "kid": 5, "n": "x", "e": "x"},
        "text",
        None,
    ]
    transport = answering(json={"keys": [*others, leaked], "more": 1})

    assert fetch_keys(API_URL, transport=transport) == {"keys": [KEY]}


def test_the_recorded_key_set_is_taken() -> None:
    recorded = key_set()

    assert fetch_keys(API_URL, transport=answering(json=recorded)) == recorded


@pytest.mark.parametrize("body", [b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [{}]}'])
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(KeysUnavailable):
        fetch_keys(API_URL, transport=answering(content=body))


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b"[" * 60_000, b"\xff", b'{"keys": [', b"<html>Soon back"]
)
def test_what_is_no_json_object_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(SaleorUnreachable) as caught:
        fetch_keys(API_URL, transport=answering(content=body))
    assert caught.value.code == "JWKS_NOT_AVAILABLE"


@pytest.mark.parametrize("status", [301, 302, 400, 404])
def test_another_status_is_refused_and_a_redirect_not_followed(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"location": "http://169.254.169.254/"}, json={"keys": [KEY]})

    with pytest.raises(KeysUnavailable, match=str(status)):
        fetch_keys(API_URL, transport=httpx.MockTransport(answer))
    assert asked == ["shop.example"]


@pytest.mark.parametrize("status", [429, 500, 503, 522])
def test_a_status_of_trouble_passes(status: int) -> None:
    headers = {"retry-after": "7"}
    with pytest.raises(SaleorUnreachable, match=str(status)) as caught:
        fetch_keys(API_URL, transport=answering(status, json={"keys": [KEY]}, headers=headers))
    assert (caught.value.code, caught.value.retry_after) == ("JWKS_NOT_AVAILABLE", 7)


def test_a_huge_set_is_not_read_to_its_end() -> None:
    body = json.dumps({"keys": [KEY], "padding": "x" * 10_000_000}).encode()
    transport = CheckedTransport(
        answering(stream=httpx.ByteStream(body)),
        resolve=lambda *_: ["8.8.8.8"],
        allow_private=False,
        limit=KEYS_LIMIT,
    )

    with pytest.raises(KeysUnavailable, match="64,000 bytes"):
        fetch_keys(API_URL, transport=transport)


def test_a_compressed_set_is_refused_since_it_may_be_a_bomb() -> None:
    body = gzip.compress(json.dumps({"keys": [KEY]}).encode())
    compressed = answering(content=body, headers={"content-encoding": "gzip"})
    transport = CheckedTransport(compressed, resolve=lambda *_: ["8.8.8.8"], allow_private=False)

    with pytest.raises(KeysUnavailable, match="compressed"):
        fetch_keys(API_URL, transport=transport)


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectTimeout("x"), httpx.ReadTimeout("x"), SaleorUnreachable("x")]
)
def test_a_slow_or_absent_server_passes(trouble: Exception) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise trouble

    with pytest.raises(SaleorUnreachable):
        fetch_keys(API_URL, transport=httpx.MockTransport(fail))


def test_a_shop_at_a_forbidden_address_is_not_asked() -> None:
    transport = CheckedTransport(answering(), resolve=lambda *_: ["10.0.0.1"], allow_private=False)

    with pytest.raises(AddressForbidden):
        fetch_keys(API_URL, transport=transport)
