"""Whatever a network does, what comes out is a value or a failure in words, in time, and nothing else."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import redis
import structlog
from pydantic import TypeAdapter, ValidationError

from saleor_influence_app.addresses import CheckedTransport, HostUnreachable
from saleor_influence_app.social.api_client import ApiClient, Parsed
from saleor_influence_app.social.failures import Cause, Final, Reason, Transient
from saleor_influence_app.social.http_client import ApiRequest, ApiResponse, RateLimitedHttp, open_client
from saleor_influence_app.social.network import AccountRef, Credentials, NetworkProfile
from saleor_influence_app.social.networks import mastodon as client
from saleor_influence_app.social.networks.mastodon import Mastodon
from saleor_influence_app.social.networks.mastodon_schemas import next_cursor
from saleor_influence_app.social.rate_limiter import Bucket, RateLimiter
from saleor_influence_app.social.schemas import WebAddress
from sandbox.networks.mastodon import Mastodon as Server
from sandbox.networks.people import Person
from sandbox.servers import free_port

ALMA = AccountRef(api_id="99")
BUCKET = Bucket(key="a-network", per_second=1000, burst=1000)
SOON = 20
"""Seconds in which half a second's deadline is met on a busy machine, and no other end could come."""


@pytest.fixture
def network(mastodon: Server, http: RateLimitedHttp) -> Mastodon:
    mastodon.people.add(Person(number=99, name="alma"))
    return client.at(http, mastodon.base_url, Credentials(client_id="x", client_secret="x"))


def test_an_answer_that_is_too_large_is_final_and_says_so(network: Mastodon, mastodon: Server) -> None:
    mastodon.faults.add("huge", 1_000_000)

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.UNREADABLE
    assert "more than we read" in refused.sentence
    assert isinstance(network.profile(ALMA), NetworkProfile), "the next one is read again"


@pytest.mark.parametrize("kind", ["garbage", "deep", "page"])
def test_trouble_with_a_status_of_success_passes(network: Mastodon, mastodon: Server, kind: str) -> None:
    """Case 2: a maintenance page or half an answer says nothing about an account."""
    mastodon.faults.add(kind)

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause is Cause.DOWN
    assert later.retry_after


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 410])
def test_a_page_in_place_of_the_api_ends_no_link_whatever_its_status(
    limiter: RateLimiter, status: int
) -> None:
    head = b"HTTP/1.1 %d X\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nSoon" % status
    with _raw(head) as url, open_client(allow_private=True) as http:
        later = _line(RateLimitedHttp(http, limiter)).fetch_raw(ApiRequest(url=url))

    assert isinstance(later, Transient)


def test_a_server_that_is_not_known_to_speak_the_api_is_told_so(limiter: RateLimiter) -> None:
    head = b"HTTP/1.1 200 X\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nHome"
    with _raw(head) as url, open_client(allow_private=True) as http:
        refused = client.register(
            RateLimitedHttp(http, limiter), url.rstrip("/"), redirect_uri="https://a.example", website="x"
        )

    assert isinstance(refused, Final)
    assert "does not speak" in refused.sentence


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "temporarily_unavailable"}',
        b'{"error": "server_error", "error_description": "x"}',
        b'{"error": "InternalServerError", "message": "Internal Server Error"}',
        b'{"errors": [{"title": "Service Unavailable", "detail": "x"}]}',
        b'{"error": {"code": 503, "message": "The service is currently unavailable."}}',
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_network_that_tells_of_its_own_trouble_is_asked_again(
    limiter: RateLimiter, body: bytes, status: int
) -> None:
    head = b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    with _raw(head % (status, len(body)) + body) as url, open_client(allow_private=True) as http:
        later = _line(RateLimitedHttp(http, limiter)).fetch_raw(ApiRequest(url=url))

    assert isinstance(later, Transient)


def test_a_token_that_no_header_can_hold_is_a_refusal(limiter: RateLimiter, mastodon: Server) -> None:
    with open_client(allow_private=True) as http:
        refused = _line(RateLimitedHttp(http, limiter)).fetch_raw(
            ApiRequest(url=mastodon.base_url, token="t\u00f6ken")
        )

    assert isinstance(refused, Final)


@pytest.mark.parametrize("address", ["https://[a", "https://[::1", "http://[x]:y/?max_id=1"])
def test_an_address_that_cannot_be_split_is_no_address(address: str) -> None:
    """Case 6: the library raises where a stranger's address has brackets."""
    with pytest.raises(ValidationError):
        TypeAdapter(WebAddress).validate_python(address)
    next_cursor(f'<{address}>; rel="next"')


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_network_that_is_out_of_order_is_asked_again_later(
    network: Mastodon, mastodon: Server, status: int
) -> None:
    mastodon.faults.add("status", status)

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause is Cause.DOWN
    assert later.retry_after is not None
    assert later.retry_after > 0


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, Reason.REFUSED),
        (401, Reason.CREDENTIALS),
        (403, Reason.REFUSED),
        (404, Reason.GONE),
        (410, Reason.GONE),
    ],
)
def test_a_no_is_final(network: Mastodon, mastodon: Server, status: int, reason: Reason) -> None:
    mastodon.faults.add("status", status)

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is reason


def test_a_drip_ends_at_the_deadline(network: Mastodon, mastodon: Server) -> None:
    mastodon.faults.add("drip", 0.2)
    began = time.monotonic()

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause is Cause.SLOW
    assert time.monotonic() - began < 2.5, "1.5 seconds are allowed"


def test_a_slow_network_is_left_at_the_deadline(network: Mastodon, mastodon: Server) -> None:
    mastodon.faults.add("slow", 5)
    began = time.monotonic()

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause is Cause.SLOW
    assert time.monotonic() - began < 2.5


def test_a_connection_that_breaks_is_tried_again_later(network: Mastodon, mastodon: Server) -> None:
    mastodon.faults.add("drop")

    later = network.profile(ALMA)

    assert isinstance(later, Transient)
    assert later.cause in {Cause.UNREACHABLE, Cause.SLOW}


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:6379/", "https://evil.example/"]
)
def test_a_redirect_is_not_followed_wherever_it_leads(
    network: Mastodon, mastodon: Server, target: str
) -> None:
    mastodon.faults.add("redirect", target)

    refused = network.profile(ALMA)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED
    assert "another address" in refused.sentence
    assert target not in refused.sentence


def test_a_redirect_inside_the_same_server_is_not_followed_either(
    network: Mastodon, mastodon: Server
) -> None:
    mastodon.faults.add("redirect", f"{mastodon.base_url}/api/v1/accounts/99")

    network.profile(ALMA)

    assert mastodon.heard == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "2130706433", "0x7f.1"]
)
def test_an_internal_address_is_refused_before_anything_is_sent(limiter: RateLimiter, host: str) -> None:
    with open_client(allow_private=False) as opened:
        http = RateLimitedHttp(opened, limiter)
        refused = client.register(http, f"http://{host}", redirect_uri="https://a.example", website="x")

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED
    assert "do not connect" in refused.sentence


def test_a_name_that_turns_into_loopback_after_the_check_is_dialled_where_it_was_checked(
    mastodon: Server, limiter: RateLimiter
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    port = int(mastodon.base_url.rpartition(":")[2])
    transport = CheckedTransport(resolve=lambda _host, _port: next(answers), allow_private=True)
    with httpx.Client(transport=transport) as http:
        api_client = _line(RateLimitedHttp(http, limiter))
        for _ in range(2):
            response = api_client.fetch_raw(ApiRequest(url=f"http://name.example:{port}/api/v1/accounts/1"))
            assert isinstance(response, ApiResponse)


def test_a_host_that_is_not_there_is_tried_later(limiter: RateLimiter) -> None:
    with open_client(allow_private=True) as http:
        api_client = _line(RateLimitedHttp(http, limiter))
        for url in ("http://no-such-host.invalid/", f"http://127.0.0.1:{free_port()}/"):
            later = api_client.fetch_raw(ApiRequest(url=url))
            assert isinstance(later, Transient), url


@pytest.mark.parametrize("url", ["ftp://a.example/", "http://", "http://[::1/", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(limiter: RateLimiter, url: str) -> None:
    with open_client(allow_private=True) as http:
        refused = _line(RateLimitedHttp(http, limiter)).fetch_raw(ApiRequest(url=url))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED


def test_a_compressed_answer_is_refused_since_it_may_be_a_bomb(limiter: RateLimiter) -> None:
    body = gzip.compress(b" " * 1_000_000 + b"{}")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n"
    with (
        _raw(head + b"content-length: %d\r\n\r\n" % len(body) + body) as url,
        open_client(allow_private=True) as http,
    ):
        refused = _line(RateLimitedHttp(http, limiter)).fetch(ApiRequest(url=url), TypeAdapter(dict))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.UNREADABLE


def test_headers_that_drip_end_at_the_deadline_too() -> None:
    with _raw(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000, pause=0.05) as url:
        transport = CheckedTransport(allow_private=True, seconds=0.5)
        began = time.monotonic()
        with (
            httpx.Client(transport=transport, timeout=30) as http,
            pytest.raises(HostUnreachable, match="longer"),
        ):
            http.get(url)
    assert time.monotonic() - began < SOON


def test_silence_ends_at_the_deadline_and_not_at_the_longer_time_out_of_a_read() -> None:
    with _raw(b"H" * 2, pause=60) as url:
        transport = CheckedTransport(allow_private=True, seconds=0.5)
        began = time.monotonic()
        with (
            httpx.Client(transport=transport, timeout=30) as http,
            pytest.raises(HostUnreachable, match="longer"),
        ):
            http.get(url)
        assert time.monotonic() - began < SOON


def test_a_name_with_a_hundred_dead_addresses_ends_at_the_deadline() -> None:
    class Dead(httpx.BaseTransport):
        def handle_request(self, _request: httpx.Request) -> httpx.Response:
            time.sleep(0.05)
            raise httpx.ConnectTimeout("nobody there")

    addresses = [f"8.8.{number}.8" for number in range(100)]
    transport = CheckedTransport(Dead(), resolve=lambda *_: addresses, allow_private=False, seconds=0.2)
    began = time.monotonic()
    with httpx.Client(transport=transport) as http, pytest.raises(HostUnreachable, match="longer"):
        http.get("http://many.example/")
    assert time.monotonic() - began < 1


def test_a_deadline_ends_with_its_request(mastodon: Server) -> None:
    mastodon.people.add(Person(number=99, name="alma"))
    transport = CheckedTransport(allow_private=True, seconds=0.4)
    with httpx.Client(transport=transport, timeout=30) as http:
        for _ in range(3):
            assert http.get(f"{mastodon.base_url}/api/v1/accounts/99").status_code == 200
            time.sleep(0.3)


def test_an_answer_in_another_shape_is_no_answer_and_is_not_repeated(limiter: RateLimiter) -> None:
    secret = "somebody-else"
    body = b'{"id": {"name": "%s"}}' % secret.encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    with _raw(head + body) as url, open_client(allow_private=True) as http:
        refused = _line(RateLimitedHttp(http, limiter)).fetch(
            ApiRequest(url=url), TypeAdapter(dict[str, int])
        )

    assert isinstance(refused, Final)
    assert secret not in repr(refused)


def test_without_redis_nobody_is_asked_and_it_is_said(mastodon: Server) -> None:
    away = redis.Redis(host="127.0.0.1", port=free_port())
    with open_client(allow_private=True) as http:
        network = client.at(
            RateLimitedHttp(http, RateLimiter(away)),
            mastodon.base_url,
            Credentials(client_id="x", client_secret="x"),
        )
        later = network.profile(ALMA)
    away.close()

    assert isinstance(later, Transient)
    assert "Redis" in later.sentence
    assert mastodon.heard == []


def test_nothing_of_an_account_is_logged(
    network: Mastodon, mastodon: Server, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    mastodon.people.by_number[99].followers = range(1_000_000, 1_000_100)
    with structlog.testing.capture_logs() as events, caplog.at_level("WARNING"):
        network.profile(AccountRef(handle="alma"))
        network.followers(ALMA)
        mastodon.faults.add("garbage")
        network.followers(ALMA)

    shown = capsys.readouterr()
    for text in (repr(events), caplog.text, shown.out, shown.err):
        assert "alma" not in text
        assert "stranger" not in text


def test_an_answer_of_the_documented_form_comes_with_its_headers(limiter: RateLimiter) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/ld+json; charset=utf-8\r\nlink: <x>\r\n"
    with (
        _raw(head + b"content-length: 8\r\n\r\n" + b'{"a": 1}') as url,
        open_client(allow_private=True) as http,
    ):
        answer = _line(RateLimitedHttp(http, limiter)).fetch(ApiRequest(url=url), TypeAdapter(dict[str, int]))

    assert isinstance(answer, Parsed)
    assert answer.value == {"a": 1}
    assert answer.headers["link"] == "<x>"


def _line(http: RateLimitedHttp) -> ApiClient:
    return ApiClient(http=http, name="A network", bucket=BUCKET)


@contextmanager
def _raw(answer: bytes, *, pause: float = 0) -> Iterator[str]:
    """A server that sends these very bytes, with a pause after each if so wished."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer, pause, ended), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        ended.set()
    thread.join(timeout=5)


def _serve(listener: socket.socket, answer: bytes, pause: float, ended: threading.Event) -> None:
    try:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            for start in range(0, len(answer), 1 if pause else len(answer)):
                connection.sendall(answer[start : start + (1 if pause else len(answer))])
                if ended.wait(pause):
                    return
    except OSError:
        return
