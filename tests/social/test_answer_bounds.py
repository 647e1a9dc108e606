"""No answer costs more than it may: not unpacked, not by its length, not by its slowness (case 16)."""

import functools
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from saleor_influence_app.addresses import CheckedTransport
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.saleor.client import SMALL_ANSWER, SaleorClient
from saleor_influence_app.saleor.keys import fetch_keys
from saleor_influence_app.social.failures import Final
from saleor_influence_app.social.http_client import ApiRequest, RateLimitedHttp, open_client
from saleor_influence_app.social.rate_limiter import Bucket, RateLimiter

pytestmark = pytest.mark.usefixtures("_environment")

MEGABYTE = 1_000_000
BUCKET = Bucket(key="bounds", per_second=1000, burst=1000)


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that answers everything like this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                answer(self)
            except OSError:  # the client has had enough
                self.close_connection = True

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/graphql/"
        listening.shutdown()
        thread.join(10)


@functools.cache
def packed() -> bytes:
    """0.2 MB on the wire and 200 MB in memory, valid JSON."""
    packer = zlib.compressobj(9, wbits=31)
    body = packer.compress(b'{"data": {"app": "') + packer.compress(b"x" * (200 * MEGABYTE))
    return body + packer.compress(b'"}}') + packer.flush()


def bomb(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-encoding", "gzip")
    handler.send_header("content-length", str(len(packed())))
    handler.end_headers()
    handler.wfile.write(packed())


CLIENT = """
import resource, sys
from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.keys import fetch_keys

def refused(ask):
    try:
        ask()
    except SaleorRefused as error:
        return "compressed" in error.message
    return False

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with SaleorClient(sys.argv[1], "token") as client:
    first = refused(lambda: client.execute("app_identity"))
second = refused(lambda: fetch_keys(sys.argv[1]))
print(first, second, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    """Case 16: the memory of the process that asks does not grow."""
    assert len(packed()) < MEGABYTE
    with server(bomb) as url:
        done = subprocess.run(
            [sys.executable, "-c", CLIENT, url], capture_output=True, text=True, timeout=120, check=True
        )
    first, second, grown_kb = done.stdout.split()
    assert (first, second) == ("True", "True")
    assert int(grown_kb) < 40_000, "kilobytes, of 200,000 unpacked"


@pytest.mark.parametrize(
    "coding", ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip", " gzip "]
)
def test_an_answer_that_is_packed_in_any_way_is_refused(coding: str) -> None:
    inner = httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"content-encoding": coding}, stream=httpx.ByteStream(b"x"))
    )
    transport = CheckedTransport(inner, resolve=lambda *_: ["8.8.8.8"], allow_private=False)
    with httpx.Client(transport=transport) as client, pytest.raises(Exception, match="compressed"):
        client.get("https://shop.example/")


@pytest.mark.parametrize("coding", ["identity", "", "utf-8", "none"])
def test_a_coding_that_is_none_is_passed_over(coding: str) -> None:
    inner = httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"content-encoding": coding}, stream=httpx.ByteStream(b"x"))
    )
    transport = CheckedTransport(inner, resolve=lambda *_: ["8.8.8.8"], allow_private=False)
    with httpx.Client(transport=transport) as client:
        assert client.get("https://shop.example/").content == b"x"


def test_every_client_asks_for_answers_as_they_are_and_keeps_no_cookies(limiter: RateLimiter) -> None:
    asked: list[tuple[str | None, str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.headers.get("accept-encoding"), handler.headers.get("cookie")))
        handler.send_response(200)
        handler.send_header("set-cookie", "seen=1")
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "4")
        handler.end_headers()
        handler.wfile.write(b"null")

    with server(answer) as url:
        with SaleorClient(url, "token") as client:
            for _ in range(2):
                with pytest.raises(SaleorUnreachable):
                    client.execute("app_identity")
        with pytest.raises(SaleorUnreachable):
            fetch_keys(url)
        with open_client(allow_private=True) as http:
            for _ in range(2):
                RateLimitedHttp(http, limiter).send(ApiRequest(url=url), BUCKET, name="A network")
    assert asked == [("identity", None)] * 5


def test_an_endless_answer_is_broken_off_at_its_limit() -> None:
    sent = [0]

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while sent[0] < 500 * MEGABYTE:
            handler.wfile.write(b" " * 65_536)
            sent[0] += 65_536

    with (
        server(endless) as url,
        SaleorClient(url, "token", limit=SMALL_ANSWER) as client,
        pytest.raises(SaleorRefused, match="256,000 bytes"),
    ):
        client.execute("app_identity")
    assert sent[0] < 50 * MEGABYTE, "what the sockets hold, and no more"


def test_an_answer_that_drips_ends_at_the_deadline_of_the_whole() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(600):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    began = time.monotonic()
    with (
        server(drip) as url,
        SaleorClient(url, "token", timeout=1.0) as client,
        pytest.raises(SaleorUnreachable, match="longer than 1 second"),
    ):
        client.execute("app_identity")
    assert time.monotonic() - began < 30


def test_a_bomb_of_a_network_is_refused(limiter: RateLimiter) -> None:
    with server(bomb) as url, open_client(allow_private=True) as http:
        refused = RateLimitedHttp(http, limiter).send(ApiRequest(url=url), BUCKET, name="A network")

    assert isinstance(refused, Final)
