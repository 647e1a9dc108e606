"""We connect to where we may, and to the very address that was checked."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from saleor_influence_app.addresses import is_public, resolve
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.saleor.addresses import (
    AddressForbidden,
    CheckedTransport,
    allowed_origin,
    origin_of,
)

CLOUD = r"https://[a-z0-9-]+\.saleor\.cloud"


@pytest.mark.parametrize(
    ("url", "pattern", "origin"),
    [
        ("https://shop.saleor.cloud/graphql/", CLOUD, "https://shop.saleor.cloud"),
        ("http://127.0.0.1:8000/graphql/", r"http://127\.0\.0\.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/graphql/", r"http://\[::1\]:8000", "http://[::1]:8000"),
        ("https://a.example/graphql/", CLOUD + r"|https://a\.example", "https://a.example"),
    ],
)
def test_an_allowed_url_gives_its_origin(url: str, pattern: str, origin: str) -> None:
    assert allowed_origin(url, pattern) == origin
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x.saleor.cloud/graphql/",
        "https://evil.example/https://shop.saleor.cloud/graphql/",
        "https://evil.example#.saleor.cloud/graphql/",
        "https://evil.example?x=.saleor.cloud/graphql/",
        "https://shop.saleor.cloud.evil.example/graphql/",
        "https://shop.saleor.cloud@evil.example/graphql/",
        "https://shop.saleor.cloud:password@evil.example/graphql/",
        "https://user@shop.saleor.cloud/graphql/",
        "https://shop.saleor.cloud:8443/graphql/",
        "https://shop.saleor.cloud\\@evil.example/graphql/",
        "https://shop.saleor.cloud\t.evil.example/graphql/",
        "https://shop.saleor.cloud/graphql/\n",
        "https://shop.saleor.cloud%2eevil.example/graphql/",
        "https://shop。saleor。cloud/graphql/",
        "https://sh\u043ep.saleor.cloud/graphql/",  # a Cyrillic o
        "HTTPS://SHOP.SALEOR.CLOUD/graphql/",
        "http://shop.saleor.cloud/graphql/",
        "//shop.saleor.cloud/graphql/",
        "ftp://shop.saleor.cloud/graphql/",
        "file:///etc/passwd",
        "javascript:alert(1)//https://shop.saleor.cloud/",
        "https://shop.saleor.cloud",
        "https://shop.saleor.cloud/graphql/?token=1",
        "https://shop.saleor.cloud/graphql/#x",
        "https://shop.saleor.cloud:99999999/graphql/",
        "https://.saleor.cloud/graphql/",
        "https://a.b.saleor.cloud/graphql/",
        "https://shop.saleor.cloud/" + "a" * 600,
        "",
    ],
)
def test_what_only_looks_allowed_is_refused(url: str) -> None:
    with pytest.raises(AddressForbidden):
        allowed_origin(url, CLOUD)


def test_the_documented_pattern_without_anchors_is_anchored_by_us() -> None:
    with pytest.raises(AddressForbidden):
        allowed_origin("https://evil.example/x.saleor.cloud/graphql/", r"https://.*\.saleor\.cloud")


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104 - only looked at
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the cloud's metadata
        "100.64.0.1",  # carrier-grade NAT
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
        "2001:db8::1",
    ],
)
def test_loopback_private_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


class Recorder(httpx.BaseTransport):
    """Answers 200 and remembers what it was asked; refuses connections to the addresses in `dead`."""

    def __init__(self, *dead: str, body: bytes = b"{}") -> None:
        self.requests: list[httpx.Request] = []
        self.dead = dead
        self.body = body

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, stream=httpx.ByteStream(self.body))


def answering(*answers: list[str]) -> Callable[[str, int], list[str]]:
    """A resolver that gives these answers one after the other, as a rebinding name server does."""
    queue = iter(answers)
    return lambda _host, _port: next(queue)


def get(transport: CheckedTransport, url: str = "https://shop.example/graphql/") -> httpx.Response:
    with httpx.Client(transport=transport) as client:
        return client.get(url)


def test_the_checked_address_is_dialled_and_the_name_stays_in_host_and_tls() -> None:
    recorder = Recorder()

    get(CheckedTransport(recorder, resolve=answering(["93.184.216.34"]), allow_private=False))

    [request] = recorder.requests
    assert request.url.host == "93.184.216.34"
    assert request.headers["host"] == "shop.example"
    assert request.extensions["sni_hostname"] == "shop.example"


def test_a_name_that_changes_to_loopback_after_the_check_is_not_asked_again() -> None:
    recorder = Recorder()
    transport = CheckedTransport(
        recorder, resolve=answering(["93.184.216.34"], ["127.0.0.1"]), allow_private=False
    )

    with httpx.Client(transport=transport) as client:
        client.get("https://shop.example/graphql/")
        client.get("https://shop.example/graphql/")

    assert [request.url.host for request in recorder.requests] == ["93.184.216.34", "93.184.216.34"]


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"]]
)
def test_a_name_at_a_forbidden_address_is_refused_before_any_connection(answer: list[str]) -> None:
    recorder = Recorder()

    with pytest.raises(AddressForbidden, match="ALLOW_PRIVATE_NETWORKS"):
        get(CheckedTransport(recorder, resolve=answering(answer), allow_private=False))

    assert recorder.requests == []


def test_a_forbidden_address_as_such_is_refused_too() -> None:
    for host in ("127.0.0.1", "[::1]", "169.254.169.254"):
        with pytest.raises(AddressForbidden):
            get(CheckedTransport(Recorder(), allow_private=False), f"http://{host}/graphql/")


def test_private_networks_are_reached_when_the_operator_allows_them() -> None:
    recorder = Recorder()

    get(CheckedTransport(recorder, resolve=answering(["10.0.0.1"]), allow_private=True))

    assert [request.url.host for request in recorder.requests] == ["10.0.0.1"]


def test_the_next_address_is_tried_when_one_does_not_accept() -> None:
    recorder = Recorder("2606:2800:220:1:248:1893:25c8:1946")
    addresses = ["2606:2800:220:1:248:1893:25c8:1946", "93.184.216.34"]

    response = get(CheckedTransport(recorder, resolve=answering(addresses), allow_private=False))

    assert response.status_code == 200
    assert [request.url.host for request in recorder.requests] == addresses


def test_the_last_refusal_is_told() -> None:
    with pytest.raises(httpx.ConnectError):
        get(CheckedTransport(Recorder("8.8.8.8"), resolve=answering(["8.8.8.8"]), allow_private=False))


def test_a_host_without_address_is_unreachable() -> None:
    with pytest.raises(SaleorUnreachable):
        get(CheckedTransport(Recorder(), resolve=answering([]), allow_private=False))
    assert resolve("no-such-host.invalid", 443) == []
    assert resolve("a" * 70 + ".example", 443) == []


def test_a_huge_answer_is_broken_off() -> None:
    transport = CheckedTransport(
        Recorder(body=b"x" * 2_000), resolve=answering(["8.8.8.8"]), allow_private=False, limit=1_000
    )

    with pytest.raises(SaleorRefused, match="1,000 bytes"):
        get(transport)


def test_an_answer_that_drips_for_ever_is_broken_off() -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x"

    class Dripping(httpx.BaseTransport):
        def handle_request(self, _request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=Drip())

    transport = CheckedTransport(
        Dripping(), resolve=answering(["8.8.8.8"]), allow_private=False, seconds=0.05
    )

    with pytest.raises(SaleorUnreachable, match="longer than"):
        get(transport)
