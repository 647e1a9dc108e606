"""Nobody unknown costs memory or time: heads and bodies have deadlines, sizes and one budget (case 18)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from saleor_influence_app.api import bounds, connections
from sandbox.servers import free_port
from tests.support.pocket_install import wait_for
from tests.support.shop_server import claims
from tests.support.staff import API_URL, Staff

REPOSITORY = Path(__file__).parents[2]
WAIT_SECONDS = 240
GROWTH = 60_000_000


@dataclass(frozen=True)
class Web:
    """A web process on a port of its own."""

    port: int
    pid: int

    def memory(self) -> int:
        """Bytes that it holds."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=WAIT_SECONDS)


@pytest.fixture(scope="module")
def web(_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The process that `influence web` is; one for all tests here, since it imports the whole app."""
    port, log = free_port(), tmp_path_factory.mktemp("web") / "log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "saleor_influence_app.cli", "web", "--port", str(port)],
            cwd=REPOSITORY,
            env={**os.environ, "LOG_LEVEL": "WARNING"},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            found = Web(port, process.pid)

            def up() -> bool:
                assert process.poll() is None, log.read_text()
                try:
                    return found.get("/api/live").is_success
                except httpx.TransportError:
                    return False

            wait_for(up, WAIT_SECONDS)
            yield found
        finally:
            process.terminate()
            process.wait(timeout=60)


def head(method: str, path: str, length: int, **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: app.example", f"content-length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def send(sock: socket.socket, data: bytes) -> None:
    """Send as much as the other side takes within moments."""
    sock.settimeout(0.5)
    try:
        sock.sendall(data)
    except OSError:  # it takes no more, or has closed
        return


def status(sock: socket.socket) -> int:
    """The status of the answer, 0 where the connection ended without one."""
    sock.settimeout(WAIT_SECONDS)
    try:
        line = sock.recv(200)
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


def is_closed(sock: socket.socket) -> bool:
    sock.settimeout(0.01)
    try:
        while sock.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


LARGE = 9_900_000
TARGETS: list[tuple[str, dict[str, str]]] = [
    ("/api/ties/import", {"content_type": "text/csv"}),
    ("/api/ties", {"content_type": "application/json"}),
    ("/api/register", {"saleor_api_url": API_URL}),
    ("/api/shopper/contests", {"authorization": "Bearer a.b.c", "saleor_api_url": API_URL}),
    (
        "/api/webhooks/saleor/order_created",
        {"saleor_api_url": "https://x.example/", "saleor_signature": "a..b"},
    ),
    ("/", {}),
]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("shop_id")
def test_sixty_large_bodies_and_1500_half_heads_cost_no_memory_and_are_closed(web: Web) -> None:
    """Case 18: bodies of 9.9 MB of nobody, the last byte withheld, and heads without an end."""
    for _ in range(20):
        web.get("/api/health")  # whatever is loaded at first use
    before = most = web.memory()
    with ExitStack() as opened:
        bodies = []
        for number in range(60):
            path, headers = TARGETS[number % len(TARGETS)]
            length = LARGE if number % 2 else LARGE // 10
            sock = opened.enter_context(web.connect())
            bodies.append(sock)
            send(sock, head("POST", path, length, **headers) + b"x" * 31_000)
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda one: send(one, b"x" * (LARGE - 31_001)), bodies))
        most = max(most, web.memory())
        heads = [opened.enter_context(web.connect()) for _ in range(1_500)]
        for sock in heads:
            send(sock, b"POST /api/ties/import HTTP/1.1\r\nhost: app.example\r\nx-padding: " + b"x" * 500)
        most = max(most, web.memory())

        began = time.monotonic()
        assert web.get("/api/live").json() == {"status": "ok"}
        assert web.get("/api/health").json()["status"] == "ok"
        assert time.monotonic() - began < 10, "others are answered beside it"

        deadline = time.monotonic() + connections.HEAD_SECONDS + bounds.FREE_SECONDS + 20
        waiting = [*bodies, *heads]
        while waiting and time.monotonic() < deadline:
            waiting = [one for one in waiting if not is_closed(one)]
            most = max(most, web.memory())
            time.sleep(0.2)
    assert waiting == [], f"{len(waiting)} are still held"
    assert most - before < GROWTH, f"{(most - before) / 1e6:.0f} MB"


@pytest.mark.exhaustive
@pytest.mark.usefixtures("shop_id")
def test_forged_deliveries_to_a_known_shop_share_one_budget(web: Web) -> None:
    """A body must be read before its signature can be judged: all of them together hold no more than that."""
    before = web.memory()
    headers = {"saleor_api_url": API_URL, "saleor_signature": "a..b"}
    with ExitStack() as opened:
        socks = [opened.enter_context(web.connect()) for _ in range(60)]
        for sock in socks:
            send(sock, head("POST", "/api/webhooks/saleor/order_created", 1_900_000, **headers))
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda one: send(one, b"x" * 1_899_999), socks))
        assert web.memory() - before < GROWTH
        assert {status(one) for one in socks} <= {503, 0}, "to be repeated: they were too slow, or too many"


@pytest.mark.exhaustive
@pytest.mark.usefixtures("shop_id")
def test_a_head_must_end_in_time_and_size_however_it_drips(web: Web) -> None:
    with web.connect() as dripping, web.connect() as silent, web.connect() as endless, web.connect() as kept:
        send(kept, b"GET /api/live HTTP/1.1\r\nhost: a\r\n\r\n")
        assert status(kept) == 200
        began = time.monotonic()
        send(endless, b"GET /api/live HTTP/1.1\r\nx-endless: " + b"x" * 400_000)
        assert status(endless) in {431, 400, 0}
        send(dripping, b"GET /api/live HTTP/1.1\r\nx-slow: ")
        while time.monotonic() - began < connections.HEAD_SECONDS + 5:
            send(dripping, b"x")
            send(kept, b"\r\n")  # empty lines before a next request
            time.sleep(0.5)
        assert is_closed(silent)
        assert is_closed(dripping)
        assert is_closed(kept)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("shop_id")
def test_a_body_that_drips_is_answered_with_408_and_a_delivery_with_503(web: Web) -> None:
    with web.connect() as panel, web.connect() as saleor:
        send(panel, head("POST", "/api/register", 100, saleor_api_url=API_URL))
        headers = {"saleor_api_url": API_URL, "saleor_signature": "a..b"}
        send(saleor, head("POST", "/api/webhooks/saleor/order_created", 100, **headers))
        began = time.monotonic()
        while time.monotonic() - began < bounds.FREE_SECONDS - 2:
            send(panel, b"x")
            send(saleor, b"x")
            time.sleep(1)
        assert status(panel) == 408
        assert status(saleor) == 503
        assert time.monotonic() - began < bounds.FREE_SECONDS + 20


def test_staff_who_have_signed_in_may_send_large_files(web: Web, staff: Staff) -> None:
    row = b"nobody,once,club\n"
    body = b"source,target,kind\n" + row * 40_000
    token = staff.signer.token(claims(iss=API_URL))
    headers = {"authorization-bearer": token, "saleor-api-url": API_URL, "content-type": "text/csv"}

    answer = httpx.post(
        f"http://127.0.0.1:{web.port}/api/ties/import",
        content=body,
        headers=headers,
        params={"dry_run": "true"},
        timeout=WAIT_SECONDS,
    )

    assert (answer.status_code, answer.json()["refused"]) == (200, 40_000)
