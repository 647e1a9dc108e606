"""Writing into customer records: `python -m benchmarks.writeback [--customers N]`.

Three ways, in one run, to the same pocket Saleor in a process of its own (webhooks off):
naive: one customer a request, one request at a time, through the same client;
bare: the requests that the outbox would send, built beforehand, from as many threads with nothing else to do;
outbox: the product's way from rows in PostgreSQL: claim, mark, pack, send, settle.
What the outbox takes longer than the bare requests is our own cost, and so is the time in which no request is
under way; the second is the steadier figure on a busy machine. It is told at the pocket Saleor's own
speed, some twenty times a real one's, and with answers as late as a real Saleor's on two cores (0.2 s for
four customers, 0.04 s for one). Bare and outbox take turns; the better of two runs each counts.

With SALEOR_API_URL and SALEOR_APP_TOKEN (an app with MANAGE_USERS) a real Saleor is written to instead; the
keys are removed at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

TOKEN = "tokenoftheapptokenoftheapptoke"  # noqa: S105 - of a shop that lives for this run
REPEATS = 2
REAL_ANSWER_SECONDS = {"one": 0.04, "four": 0.2}


@dataclass(frozen=True)
class Target:
    """The shop that is written to."""

    api_url: str
    token: str
    customer_ids: list[str]

    def faults(self, seconds: float | None) -> None:
        """Let the pocket Saleor answer mutations this late, or at once."""
        url = self.api_url.replace("/graphql/", "/sandbox/faults")
        httpx.delete(url)
        if seconds is not None:
            fault = {
                "where": "api",
                "kind": "slow",
                "value": seconds,
                "times": None,
                "match": "PrivateMetadata",
            }
            httpx.post(url, json=fault).raise_for_status()


@dataclass(frozen=True)
class Taken:
    """What a way of writing took."""

    seconds: float
    cpu_seconds: float
    customers: int

    def __str__(self) -> str:
        each = 1000 * self.cpu_seconds / self.customers
        return f"{self.customers / self.seconds:>8.0f}/s {self.seconds:>8.2f} s {each:>8.2f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the three ways at both speeds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.serve:
        _serve(asked.customers)
        return
    with ExitStack() as stack:
        stack.enter_context(_environment())
        real = "SALEOR_API_URL" in os.environ
        target = _real(asked.customers) if real else stack.enter_context(_pocket(asked.customers))
        print(f"{'':<34}{'customers':>10} {'wall':>10} {'our CPU each':>11}")
        _table(target, "the shop's own speed", slow=False)
        if not real:
            few = Target(target.api_url, target.token, target.customer_ids[: max(asked.customers // 4, 16)])
            _table(few, "answers as late as a real Saleor's", slow=True)


def _table(target: Target, title: str, *, slow: bool) -> None:
    from saleor_influence_app import settings

    threads = settings.get().outbox_concurrency
    _delay(target, "one", slow=slow)
    naive = _measure(lambda: _naive(target), len(target.customer_ids))
    _delay(target, "four", slow=slow)
    bares, outboxes, outside, shop_id = [], [], [], 0
    for _ in range(REPEATS):
        bares.append(_measure(lambda: _bare(target, threads), len(target.customer_ids)))
        shop_id = _stage(target)
        with _deliveries() as delivering:
            outboxes.append(_measure(partial(_flush, shop_id), len(target.customer_ids)))
        outside.append(1 - sum(delivering) / outboxes[-1].seconds)
    bare, outbox = (min(taken, key=lambda one: one.seconds) for taken in (bares, outboxes))
    _delay(target, "", slow=False)
    share = 1 - bare.seconds / outbox.seconds
    print(f"\n{title}")
    print(f"{'  naive, one by one':<34}{naive}")
    print(f"{f'  bare, four a request x {threads}':<34}{bare}")
    print(f"{f'  outbox, four a request x {threads}':<34}{outbox}")
    print(f"  outbox : naive {naive.seconds / outbox.seconds:.1f}x    longer than bare {share:.1%}")
    print(f"  no request under way during {min(outside):.1%} of the outbox's time")
    _clean(shop_id)


def _delay(target: Target, what: str, *, slow: bool) -> None:
    if "SALEOR_API_URL" not in os.environ:
        target.faults(REAL_ANSWER_SECONDS[what] if slow else None)


def _measure(work: Callable[[], None], customers: int) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu, customers)


def _naive(target: Target) -> None:
    from saleor_influence_app.saleor.client import SaleorClient

    with SaleorClient(target.api_url, target.token) as client:
        for customer_id in target.customer_ids:
            client.execute("update_private_metadata", {"id": customer_id, "input": _pairs("1.00 EUR")})


def _bare(target: Target, threads: int) -> None:
    from saleor_influence_app.saleor import metadata

    text = metadata.pack(("update_private_metadata",) * 4)
    bodies = []
    for start in range(0, len(target.customer_ids) - 3, 4):
        variables: dict[str, Any] = {}
        for place, customer_id in enumerate(target.customer_ids[start : start + 4]):
            variables |= {f"m{place}_id": customer_id, f"m{place}_input": _pairs("2.00 EUR")}
        bodies.append(json.dumps({"query": text, "variables": variables}).encode())
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": "application/json"}
    local = threading.local()

    def send(body: bytes) -> None:
        if not hasattr(local, "client"):
            local.client = httpx.Client(headers=headers, timeout=60, trust_env=False)
        local.client.post(target.api_url, content=body).raise_for_status()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, bodies))


def _pairs(value: str) -> list[dict[str, str]]:
    keys = {
        "segments": "[]",
        "value": value,
        "score": "64",
        "version": "2",
        "updated": "now",
    }
    return [{"key": f"influence.{key}", "value": content} for key, content in keys.items()]


def _stage(target: Target) -> int:
    """The shop and its customers' rows are as a run leaves them."""
    from sqlalchemy import text

    from saleor_influence_app import db, settings

    token = settings.close_secret(target.token)
    with db.transaction() as session:
        session.execute(text("DELETE FROM shops"))
        shop_id = session.execute(
            text("""INSERT INTO shops (api_url, app_id, token_encrypted, email_key_encrypted, jwks,
                        jwks_fetched_at, schema_version, saleor_version, permissions)
                    VALUES (:url, 'app', :token, '', '{}', now(), '3.23', '3.23.28', '{MANAGE_USERS}')
                    RETURNING id"""),
            {"url": target.api_url, "token": token},
        ).scalar_one()
        session.execute(
            text("""INSERT INTO outbox (shop_id, customer_id, wanted)
                    SELECT :id, one, CAST(:wanted AS jsonb) FROM unnest(CAST(:ids AS text[])) AS one"""),
            {
                "id": shop_id,
                "ids": target.customer_ids,
                "wanted": json.dumps({"private": {one["key"]: one["value"] for one in _pairs("3.00 EUR")}}),
            },
        )
    return int(shop_id)


def _flush(shop_id: int) -> None:
    from saleor_influence_app import db
    from saleor_influence_app.writeback import flush

    while flush.flush(db.transaction, shop_id).written:
        pass
    with db.transaction() as session:
        left = flush.counts(session, shop_id)
    if left["pending"] or left["failed"]:
        raise SystemExit(f"not everything was written: {left}")


@contextmanager
def _deliveries() -> Iterator[list[float]]:
    """Collect the seconds in which batches are on their way to Saleor."""
    from saleor_influence_app.writeback.sender import RequestSender

    seconds: list[float] = []
    deliver = RequestSender.deliver

    def timed(self: RequestSender, batch: Any) -> Any:
        started = time.perf_counter()
        delivery = deliver(self, batch)
        seconds.append(time.perf_counter() - started)
        return delivery

    RequestSender.deliver = timed  # type: ignore[method-assign]
    try:
        yield seconds
    finally:
        RequestSender.deliver = deliver  # type: ignore[method-assign]


def _clean(shop_id: int) -> None:
    from saleor_influence_app import db
    from saleor_influence_app.writeback import flush

    with db.transaction() as session:
        flush.remove_all(session, shop_id)
    while flush.flush(db.transaction, shop_id).written:
        pass


@contextmanager
def _environment() -> Iterator[None]:
    """Embedded servers and the product's settings."""
    from sandbox.servers import embedded_postgresql, embedded_redis

    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgresql(Path(folder) / "pg") as url,
        tempfile.TemporaryDirectory() as other,
        embedded_redis(Path(other)) as redis_url,
    ):
        os.environ |= {
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": Fernet.generate_key().decode(),
            "ALLOW_PRIVATE_NETWORKS": "true",
        }
        from saleor_influence_app import db, log

        log.configure(level="ERROR")
        with db.engine().connect() as connection:
            db.migrate(connection)
        yield
        db.engine().dispose()


@contextmanager
def _pocket(customers: int) -> Iterator[Target]:
    command = [sys.executable, "-m", "benchmarks.writeback", "--serve", "--customers", str(customers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise SystemExit("the pocket Saleor did not start")
        try:
            yield Target(token=TOKEN, **json.loads(server.stdout.readline()))
        finally:
            server.terminate()


def _serve(customers: int) -> None:
    """Be the pocket Saleor until the parent ends."""
    from sandbox.apps import App
    from sandbox.build import create_state
    from sandbox.server import running

    state = create_state()
    now = state.store.clock.now()
    app = App(
        1, "QXBwOjE=", "influence", "Influence", now, frozenset({"MANAGE_USERS"}), TOKEN, is_active=True
    )
    state.apps[app.id] = app
    users = [state.store.new_user(f"p{number}@example.com", now) for number in range(customers)]
    for user in users:
        state.store.put_user(user)
    with running(state):
        told = {"api_url": state.settings.api_url, "customer_ids": [user.id for user in users]}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def _real(customers: int) -> Target:
    """The first customers of the real shop that the environment names."""
    from saleor_influence_app.saleor.client import SaleorClient

    api_url, token = os.environ["SALEOR_API_URL"], os.environ["SALEOR_APP_TOKEN"]
    query = """query($after: String) { customers(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor } edges { node { id isStaff } } } }"""
    ids: list[str] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    with SaleorClient(api_url, token) as client:
        while page["hasNextPage"] and len(ids) < customers:
            found = client.execute_document(query, {"after": page["endCursor"]})["customers"]
            ids += [edge["node"]["id"] for edge in found["edges"] if not edge["node"]["isStaff"]]
            page = found["pageInfo"]
    return Target(api_url, token, ids[: min(customers, len(ids)) // 4 * 4])


if __name__ == "__main__":
    main()
