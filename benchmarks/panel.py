"""How long each endpoint of the panel takes in a large shop, and what it takes of the web process.

`python benchmarks/panel.py [--customers 200000] [--times 20] [--only ties]`

The shop of `benchmarks/scale`, scored twice with a day between, served by the web process of the product.
Each question is asked with random ids and with the worst (most ties, most credit, most orders), with every
filter and sort, and on its deepest page. Prints the median, the 95th of a hundred, bytes, and statements by
question, slowest first, then what the web process has grown by. Exits with 1 if a question misses its mark.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np
from sqlalchemy import Engine, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import _stack
from benchmarks.scale import product, product_shop
from benchmarks.scale.made import apart, make
from scoring.simulate.planted import END

MARK_MS = 100.0
MARK_GROWN_MB = 50.0
STATEMENTS = "x-statements"
SLOWEST = "x-slowest"
SORTS = ("value", "clv", "crv", "civ", "score", "follow_on", "revenue", "orders_count")
WHATS = ("", "credits", "neighbourhood", "timeline", "value-history", "written", "profiles", "rights")
VERDICTS = ("not enough evidence", "buys together", "buys early", "leads", "proven")
DEFINITION = {
    "name": "preview",
    "title": "Preview",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100}],
}


@dataclass(frozen=True)
class Question:
    """What is asked: under one name the same with several ids; `body` makes it a POST."""

    name: str
    paths: tuple[str, ...]
    body: Any = None


@dataclass(frozen=True)
class Answered:
    """Milliseconds of each time, bytes of the longest answer, statements at most, the slowest of these."""

    name: str
    took: list[float]
    size: int
    statements: int
    slowest: str

    @property
    def p95(self) -> float:
        """The 95th of a hundred."""
        return float(np.percentile(self.took, 95))


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the shop, score it, ask; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default="", help="questions whose name holds this")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with _stack.servers() as folder:
        shop_id = _scored(chosen, folder)
        return _measure(chosen, shop_id)


def _scored(chosen: argparse.Namespace, folder: Path) -> int:
    from saleor_influence_app import db

    made = make(folder, customers=chosen.customers, seed=chosen.seed)
    print(f"{chosen.customers:,} customers, {made.lines:,} lines, {made.ties:,} ties")
    apart(product.run, product.Asked("full", made.shop_id, END + timedelta(hours=1)), made.server)
    product_shop.bring_day(db.engine(), made.shop_id, chosen.customers)
    apart(product.run, product.Asked("full", made.shop_id, END + timedelta(hours=25)), made.server)
    product_shop.vacuum(db.engine())
    return made.shop_id


def _measure(chosen: argparse.Namespace, shop_id: int) -> int:
    from saleor_influence_app import db

    questions = [one for one in _questions(db.engine(), shop_id) if chosen.only in one.name]
    with _served(shop_id) as (client, process):
        for question in questions:  # what is imported and connected once
            _ask(client, question, 0)
        before = _memory_mb(process)
        answered = []
        for question in questions:
            held = _memory_mb(process)
            answered.append(_several(client, question, chosen.times))
            if _memory_mb(process) - held > MARK_GROWN_MB:
                print(f"{question.name} raised the web process by {_memory_mb(process) - held:.0f} MB")
        grown = _memory_mb(process) - before
    print("\n| question | ms | p95 | kB | statements | slowest statement |\n|---|---|---|---|---|---|")
    for one in sorted(answered, key=lambda one: -one.p95):
        middle = float(np.median(one.took))
        slowest = one.slowest if one.p95 > MARK_MS else ""
        print(
            f"| {one.name} | {middle:.0f} | {one.p95:.0f} | {one.size / 1000:.0f} | "
            f"{one.statements} | {slowest} |"
        )
    slow = [one.name for one in answered if one.p95 > MARK_MS]
    print(
        f"\n{len(answered) - len(slow)} of {len(answered)} questions within {MARK_MS:.0f} ms; the web "
        f"process holds {before:.0f} MB and grew by {grown:.0f} MB"
    )
    return int(bool(slow) or grown > MARK_GROWN_MB)


def _several(client: httpx.Client, question: Question, times: int) -> Answered:
    took, size, statements, slowest = [], 0, 0, (0.0, "")
    for turn in range(max(times, len(question.paths))):
        begun = time.perf_counter()
        answer = _ask(client, question, turn)
        took.append((time.perf_counter() - begun) * 1000)
        size = max(size, len(answer.content))
        statements = max(statements, int(answer.headers[STATEMENTS]))
        seconds, _, statement = answer.headers[SLOWEST].partition(" ")
        slowest = max(slowest, (float(seconds), statement))
    return Answered(question.name, took, size, statements, f"{slowest[0]:.2f} s {slowest[1]}")


def _ask(client: httpx.Client, question: Question, turn: int) -> httpx.Response:
    path = question.paths[turn % len(question.paths)]
    answer = client.get(path) if question.body is None else client.post(path, json=question.body)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[:300]}")
    return answer


def _questions(engine: Engine, shop_id: int) -> list[Question]:
    """Return what the panel asks, with ids of this shop."""

    def ids(statement: str, *, some: int = 0) -> list[str]:
        with engine.connect() as connection:
            found = [str(one) for one in connection.execute(text(statement), {"shop": shop_id}).scalars()]
        return found[:: max(1, len(found) // some)][:some] if some else found

    scored = ids("SELECT customer_id FROM scores WHERE shop_id = :shop ORDER BY md5(customer_id)", some=20)
    worst = [
        *ids("SELECT source_id FROM ties WHERE shop_id = :shop GROUP BY 1 ORDER BY count(*) DESC LIMIT 3"),
        *ids("SELECT source_id FROM credits WHERE shop_id = :shop GROUP BY 1 ORDER BY count(*) DESC LIMIT 3"),
        *ids("SELECT customer_id FROM scores WHERE shop_id = :shop ORDER BY orders_count DESC LIMIT 3"),
    ]
    products = ids("""SELECT product_id FROM order_lines WHERE shop_id = :shop GROUP BY 1
        ORDER BY count(*) DESC LIMIT 3""")
    orders = ids(
        "SELECT order_id FROM credits WHERE shop_id = :shop GROUP BY 1 ORDER BY count(*) DESC LIMIT 5"
    )
    newest, earlier = ids("SELECT id FROM runs WHERE shop_id = :shop ORDER BY id DESC LIMIT 2")
    segments = ids("SELECT name FROM segments WHERE shop_id = :shop")
    return [
        *_of_customers(scored, "of anybody"),
        *_of_customers(worst, "of the worst"),
        *(Question(f"customers by {sort}", (f"/api/customers?sort={sort}",)) for sort in SORTS),
        *(
            Question(f"customers, {verdict}", (f"/api/customers?verdict={quote(verdict)}",))
            for verdict in VERDICTS
        ),
        *(Question(f"customers in {one}", (f"/api/customers?segment={one}",)) for one in segments),
        *(Question(f"customers, {asked}", (f"/api/customers?{asked}",)) for asked in _filters(ids)),
        *_of_the_end(engine, shop_id),
        Question("ties", ("/api/ties",)),
        Question("orders' credits", tuple(f"/api/orders/{quote(one, safe='')}/credits" for one in orders)),
        Question(
            "orders' influence", tuple(f"/api/orders/{quote(one, safe='')}/influence" for one in orders)
        ),
        Question("overview", ("/api/overview",)),
        Question("overview's week", ("/api/overview/week",)),
        Question("overview's movers", ("/api/overview/movers",)),
        Question("influence (home widget)", ("/api/influence",)),
        Question("insights (first hours)", ("/api/insights",)),
        Question("products", ("/api/products",)),
        *(
            Question(
                f"product's {what}", tuple(f"/api/products/{quote(one, safe='')}/{what}" for one in products)
            )
            for what in ("spread", "cascade")
        ),
        Question("segments", ("/api/segments",)),
        Question("segment's sizes", tuple(f"/api/segments/{one}/sizes" for one in segments)),
        Question("segment's moves", tuple(f"/api/segments/{one}/moves?run_id={newest}" for one in segments)),
        Question("segment's preview", ("/api/segments/preview",), DEFINITION),
        Question("runs", ("/api/runs",)),
        Question("difference of two runs", (f"/api/runs/{newest}/difference?against={earlier}",)),
        Question("perks", ("/api/perks",)),
        Question("perks' uses", ("/api/perks/uses",)),
        Question("personal codes", ("/api/personal-codes",)),
        Question("trials", ("/api/trials",)),
        Question("links", ("/api/links",)),
        Question("survey", ("/api/survey?days=90",)),
        Question("exclusions", ("/api/exclusions",)),
        Question("requests by rights", ("/api/rights-requests",)),
        Question("settings", ("/api/settings",)),
    ]


def _of_the_end(engine: Engine, shop_id: int) -> Iterator[Question]:
    """Ask for the last pages: of customers, and of ties."""
    from saleor_influence_app.queries import cursors

    near_the_end = {
        ("customers", "customers by value"): """SELECT CAST(value AS text), customer_id FROM scores
            WHERE shop_id = :shop ORDER BY value, customer_id DESC OFFSET 60 LIMIT 1""",
        ("ties", "ties"): """SELECT 0, source_id, target_id, kind FROM ties WHERE shop_id = :shop
            ORDER BY source_id DESC, target_id DESC, kind DESC OFFSET 60 LIMIT 1""",
    }
    for (name, of), statement in near_the_end.items():
        with engine.connect() as connection:
            key = tuple(connection.execute(text(statement), {"shop": shop_id}).one())
        after = quote(cursors.after(shop_id, of, key), safe="")
        yield Question(f"{name}, deepest page", (f"/api/{name}?limit=50&after={after}",))


def _filters(ids: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield query strings of filters: each alone, and together with orders that go against them."""
    [best] = ids(
        "SELECT percentile_disc(0.999) WITHIN GROUP (ORDER BY value) FROM scores WHERE shop_id = :shop"
    )
    [day] = ids("SELECT max(created_at)::date - 30 FROM orders WHERE shop_id = :shop")
    [long_ago] = ids("SELECT min(created_at)::date + 90 FROM orders WHERE shop_id = :shop")
    topic = ids("SELECT topic FROM evidence WHERE shop_id = :shop AND topic <> '' ORDER BY topic LIMIT 1")
    alone = [
        f"value_from={best}",
        f"ordered_from={day}",
        f"ordered_before={long_ago}",
        *(f"topic={quote(one)}" for one in topic),
        "has_code=yes",
        "perk=any",
        "network=mastodon",
        "agreed=perks",
    ]
    for one in alone:
        yield one
        yield f"{one}&sort=orders_count"
    yield f"value_from={best}&ordered_before={long_ago}"
    yield f"has_code=yes&ordered_before={long_ago}&sort=civ"
    yield f"segment=loyal&verdict=proven&ordered_from={day}"


def _of_customers(ids: list[str], whose: str) -> Iterator[Question]:
    for what in WHATS:
        paths = tuple(f"/api/customers/{quote(one, safe='')}/{what}".rstrip("/") for one in ids)
        yield Question(f"customer's {what or 'page'} {whose}", paths)
    yield Question(f"ties {whose}", tuple(f"/api/ties?customer_id={quote(one, safe='')}" for one in ids))


@contextmanager
def _served(shop_id: int) -> Iterator[tuple[httpx.Client, int]]:
    """Give a client of a web process of the product, and its number."""
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe()
    web = context.Process(target=_serve, args=(shop_id, other), daemon=True)
    web.start()
    port = mine.recv()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600.0) as client:
        while True:
            try:
                client.get("/api/live")
                break
            except httpx.ConnectError:
                time.sleep(0.2)
        yield client, int(web.pid or 0)
    web.terminate()
    web.join()


def _serve(shop_id: int, tell: Any) -> None:
    """The product's application with a member of staff signed in, and its statements counted."""
    import socket

    import uvicorn
    from sqlalchemy import event
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from saleor_influence_app import db
    from saleor_influence_app.api import auth
    from saleor_influence_app.main import create_app

    permissions = frozenset({"MANAGE_USERS", "MANAGE_APPS", "MANAGE_DISCOUNTS", "MANAGE_ORDERS"})
    app = create_app()
    app.dependency_overrides[auth.signed_in] = lambda: auth.StaffMember(
        shop_id, "https://shop.example/graphql/", "VXNlcjox", permissions
    )
    asked: list[tuple[float, str]] = []

    @event.listens_for(db.engine(), "before_cursor_execute")
    def begin(*given: Any) -> None:
        given[4].begun = time.perf_counter()

    @event.listens_for(db.engine(), "after_cursor_execute")
    def end(*given: Any) -> None:
        asked.append((time.perf_counter() - given[4].begun, " ".join(given[2].split())[:110]))

    class Counted:
        def __init__(self, inner: ASGIApp) -> None:
            self.inner = inner

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            asked.clear()

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    seconds, statement = max(asked, default=(0.0, "none"))
                    slowest = f"{seconds:.3f} {statement}".encode("ascii", "replace")
                    message["headers"] = [
                        *message["headers"],
                        (STATEMENTS.encode(), str(len(asked)).encode()),
                        (SLOWEST.encode(), slowest),
                    ]
                await send(message)

            await self.inner(scope, receive, noted)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        tell.send(listener.getsockname()[1])
        uvicorn.Server(uvicorn.Config(Counted(app), log_level="warning")).run(sockets=[listener])


def _memory_mb(process: int) -> float:
    fields = Path(f"/proc/{process}/smaps_rollup").read_text().split()
    return int(fields[fields.index("Pss:") + 1]) / 1000


if __name__ == "__main__":
    sys.exit(main())
