"""Webhook intake against the same server saying hello: `python -m benchmarks.intake [--workers 1 2]`.

Each measurement is a load from another process over loopback, keep-alive connections, one request at a time
on each. First as much as goes (requests a second), then half of that at a steady pace: latency is counted
from the moment a request was due, so that a stalled server cannot hide. Each body is another order, signed.
"""

import argparse
import asyncio
import json
import multiprocessing
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import quantiles

import httpx
import psutil
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fastapi import FastAPI
from fastapi.requests import Request
from fastapi.responses import PlainTextResponse, Response
from joserfc.jwk import RSAKey
from sqlalchemy import text

from benchmarks import _stack
from sandbox.servers import free_port

API_URL = "http://127.0.0.1:1/graphql/"
KEY_ID = "key-of-the-shop"
CONNECTIONS = 32
PATH = "/api/webhooks/saleor/order_created"


def application() -> FastAPI:
    """The product with one more route, which reads the body and says hello; uvicorn calls this."""
    from saleor_influence_app.main import create_app  # needs the environment

    app = create_app()

    async def hello(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("hello")

    app.add_route("/hello", hello, methods=["POST"])
    app.router.routes.insert(0, app.router.routes.pop())  # the panel answers every path that is left
    return app


@dataclass(frozen=True)
class Server:
    """The application under load."""

    port: int
    process: psutil.Process

    def busy(self) -> float:
        """Return the seconds that its processes have computed so far."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(times.user + times.system for times in (one.cpu_times() for one in family))


@contextmanager
def served(workers: int) -> Iterator[Server]:
    """The application answers."""
    port = free_port()
    command = ["-m", "uvicorn", "--factory", "benchmarks.intake:application", "--no-access-log"]
    options = ["--port", str(port), "--workers", str(workers), "--log-level", "warning"]
    with subprocess.Popen([sys.executable, *command, *options]) as process:
        try:
            _await(port)
            yield Server(port, psutil.Process(process.pid))
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(600):
        try:
            if httpx.post(f"http://127.0.0.1:{port}/hello", content=b"").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def signed_requests(count: int, key: rsa.RSAPrivateKey) -> list[bytes]:
    """So many deliveries as bytes of HTTP, each about another order."""
    return [signed_request(PATH, _stack.order_body(number), key) for number in range(count)]


def signed_request(path: str, body: bytes, key: rsa.RSAPrivateKey) -> bytes:
    """A delivery as bytes of HTTP, signed as Saleor signs."""
    header = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": KEY_ID, "typ": "JWT"}
    head = _base64(json.dumps(header, separators=(",", ":")).encode())
    signature = key.sign(head + b"." + body, padding.PKCS1v15(), hashes.SHA256())
    return _request(path, body, (head + b".." + _base64(signature)).decode())


def plain_request(path: str, body: bytes) -> bytes:
    """The same without a signature."""
    return _request(path, body, "none")


def _base64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _request(path: str, body: bytes, signature: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Saleor-Api-Url: {API_URL}\r\nSaleor-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


@dataclass(frozen=True)
class Measured:
    """What a load found."""

    rate: float
    p50: float
    p99: float
    count: int
    wrong: int
    busy: float = 0.0
    """Seconds of the server's processes a request."""


class Load:
    """Connections that send requests: as many as go, or `rate` a second (ticket n is due at n / rate)."""

    def __init__(self, port: int, requests: list[bytes], *, seconds: float, rate: float | None) -> None:
        self.port, self.requests, self.seconds, self.rate = port, requests, seconds, rate
        self.tickets = iter(range(len(requests)))
        self.latencies: list[float] = []
        self.wrong = 0
        self.begin = 0.0

    async def run(self) -> Measured:
        """Send until the time or the requests are over."""
        self.begin = time.perf_counter()
        await asyncio.gather(*(self._connection() for _ in range(CONNECTIONS)))
        elapsed = time.perf_counter() - self.begin
        slices = quantiles(self.latencies, n=100)
        count = len(self.latencies)
        return Measured(count / elapsed, slices[49], slices[98], count, self.wrong)

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for ticket in self.tickets:
            now = time.perf_counter()
            due = now if self.rate is None else self.begin + ticket / self.rate
            if max(now, due) > self.begin + self.seconds:
                break
            if due > now:
                await asyncio.sleep(due - now)
            writer.write(self.requests[ticket])
            self.wrong += await self._status(reader) != httpx.codes.OK
            self.latencies.append(time.perf_counter() - due)
        writer.close()
        await writer.wait_closed()

    @staticmethod
    async def _status(reader: asyncio.StreamReader) -> int:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        return int(head.split(b" ", 2)[1])


def load(port: int, requests: list[bytes], *, seconds: float, rate: float | None) -> Measured:
    """Run a load; called in a process of its own."""
    return asyncio.run(Load(port, requests, seconds=seconds, rate=rate).run())


def forget_messages() -> int:
    """The inbox is empty; how many messages it had."""
    from saleor_influence_app import db

    with db.transaction() as session:
        stored = session.scalar(text("SELECT count(*) FROM messages"))
        session.execute(text("TRUNCATE messages"))
    return int(stored or 0)


def measure(workers: int, requests: list[bytes], *, seconds: float, rounds: int) -> None:
    """Print what so many processes do; hello and intake take turns, in quiet minutes and busy ones."""
    hello = [plain_request("/hello", request.partition(b"\r\n\r\n")[2]) for request in requests]
    spawn = multiprocessing.get_context("spawn")
    with served(workers) as server, ProcessPoolExecutor(1, mp_context=spawn) as elsewhere:

        def run(what: list[bytes], rate: float | None = None, most: float = seconds) -> Measured:
            forget_messages()
            busy = server.busy()
            found = elsewhere.submit(load, server.port, what, seconds=most, rate=rate).result()
            return replace(found, busy=(server.busy() - busy) / found.count)

        for what in (hello, requests):
            run(what, most=1.0)
        turns = [(run(hello), run(requests)) for _ in range(rounds)]
        greeted, stored = sorted(turns, key=lambda turn: turn[1].rate / turn[0].rate)[rounds // 2]
        half = run(requests, rate=stored.rate / 2)
        rows = forget_messages()
    shares = ", ".join(f"{turn[1].rate / turn[0].rate:.1%}" for turn in turns)
    print(
        f"{workers} worker(s): hello {greeted.rate:,.0f}/s ({greeted.busy * 1000:.2f} ms of server each), "
        f"intake {stored.rate:,.0f}/s ({stored.busy * 1000:.2f} ms) = {stored.rate / greeted.rate:.1%}"
    )
    print(f"  every turn: {shares}; answers that were not 200: {sum(turn[1].wrong for turn in turns)}")
    print(
        f"  at half of it ({half.rate:,.0f}/s, {rows:,} rows): p50 {half.p50 * 1000:.1f} ms, "
        f"p99 {half.p99 * 1000:.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--requests", type=int, default=12_000)
    options = parser.parse_args()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAKey.import_key(key.public_key(), {"kid": KEY_ID, "use": "sig", "alg": "RS256"})
    requests = signed_requests(options.requests, key)
    with _stack.servers():
        _stack.put_shop(API_URL, jwks={"keys": [public.as_dict(private=False)]}, history="done")
        for workers in options.workers:
            measure(workers, requests, seconds=options.seconds, rounds=options.rounds)


if __name__ == "__main__":
    main()
