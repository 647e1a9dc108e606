"""The chaos run: `python -m benchmarks.chaos [--deliveries N] [--shops N] [--seed N]`.

Four shops, each with a history, orders, customers, deletions and refunds, tell the real stack (PostgreSQL,
Redis, `serve`: web, workers, beat) of what happens, while one of its processes after another is killed with
SIGKILL. Deliveries come doubled, out of order, torn off, forged and unreadable; each is repeated at
Saleor's own times, ten times as fast, then given up. A share of Saleor's answers to the app fails too: 503,
429, errors and maintenance pages inside a 200, silence. At the end the kills stop, the app comes to rest,
and every order, line, customer, value, message and record is held against what really happened.

The last line counts what was lost, doubled or wrong; the exit status is 0 if nothing was.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Connection, create_engine, text

from benchmarks.chaos.judge import Verdict, judge
from benchmarks.chaos.saleor import Saleor, Signer
from benchmarks.chaos.sender import Ledger, Sender
from benchmarks.chaos.stack import Stack
from benchmarks.chaos.world import HISTORY_SHARE, Json, Shop, World
from sandbox.servers import free_port

EVENTS_AN_ORDER = 5
REST_SECONDS = 900.0
TOLD_EVERY_SECONDS = 15.0

_UNREST = text("""
    SELECT (SELECT count(*) FROM messages WHERE state = 'pending') AS messages,
           (SELECT count(*) FROM runs WHERE state IN ('queued', 'running')) AS runs,
           (SELECT count(*) FROM outbox WHERE state IN ('pending', 'claimed')) AS records,
           (SELECT count(*) FROM backfills WHERE state <> 'done' OR lease_until IS NOT NULL) AS histories
""")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chaos, print what happened; return 0 if nothing was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deliveries", type=_count, default=6_000, help="planned, at most 1,000,000 (6,000)")
    parser.add_argument("--shops", type=int, choices=range(1, 21), default=4, metavar="1-20")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="influence-chaos-") as folder:
        return asyncio.run(_run(Path(folder), asked))


def _count(given: str) -> int:
    count = int(given)
    if not 1 <= count <= 1_000_000:
        raise argparse.ArgumentTypeError("from 1 to 1,000,000")
    return count


async def _run(folder: Path, asked: argparse.Namespace) -> int:
    world = World(shops=asked.shops, seed=asked.seed)
    world.history(max(int(asked.deliveries * HISTORY_SHARE / EVENTS_AN_ORDER), 20))
    signer = Signer()
    saleor = Saleor(world, signer, seed=asked.seed)
    chaos = _Chaos(world, signer, saleor, Stack(folder, app_port=free_port()), asked)
    async with saleor.serving():
        return await chaos.run()


@dataclass(frozen=True)
class _Chaos:
    """The parts of one run."""

    world: World
    signer: Signer
    saleor: Saleor
    stack: Stack
    asked: argparse.Namespace

    async def run(self) -> int:
        """Install, send and kill, let it come to rest, judge and print."""
        stack, begin = self.stack, time.monotonic()
        running = stack.running()
        await asyncio.to_thread(running.__enter__)
        try:
            await self.install()
            ledger = await self.send_and_kill()
            print(f"{time.monotonic() - begin:6.0f} s: all sent; killed: {_list(stack.kills)}")
            verdict = await self.rest_and_judge(ledger)
        except BaseException:
            print(stack.log.read_text(errors="replace")[-8_000:], file=sys.stderr)
            raise
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
        for line in verdict.lines():
            print(line)
        print(
            f"{ledger.planned} deliveries, {ledger.doubles} of them twice, {ledger.tries} tries, "
            f"{ledger.given_up} given up; {stack.kills.total()} kills, serve ended by itself "
            f"{stack.ended_by_itself} times; {self.saleor.asked} requests to Saleor; "
            f"{time.monotonic() - begin:.0f} s"
        )
        print(f"lost {len(verdict.lost)} doubled {len(verdict.doubled)} wrong {len(verdict.wrong)}")
        return 0 if verdict.holds else 1

    async def install(self) -> None:
        """Each shop hands its token over, as Saleor does."""
        async with httpx.AsyncClient(timeout=30) as client:
            for shop, api_url in self.shops():
                headers = {"saleor-api-url": api_url, "saleor-schema-version": "3.23"}
                token = {"auth_token": shop.token}
                answer = await client.post(self.app("/api/register"), json=token, headers=headers)
                answer.raise_for_status()
        engine = create_engine(self.stack.database_url)
        with engine.begin() as connection:  # so that every customer's record is there to be judged
            connection.execute(text("UPDATE shops SET segments_only = false"))
        engine.dispose()

    async def send_and_kill(self) -> Ledger:
        """Everything is sent while processes die and Saleor's answers fail."""
        address = ("127.0.0.1", self.stack.app_port)
        sender = Sender(self.world, self.signer, address=address, urls=self.saleor.urls)
        over = asyncio.Event()
        self.saleor.trouble = True
        minder = asyncio.create_task(self.stack.look_after())
        killer = asyncio.create_task(self.stack.kill(seed=self.asked.seed, until=over))
        told = [time.monotonic()]

        def tell(ledger: Ledger) -> None:
            if time.monotonic() - told[0] > TOLD_EVERY_SECONDS:
                told[0] = time.monotonic()
                kills = self.stack.kills.total()
                print(
                    f"  {ledger.planned} planned, answers {dict(ledger.answers)}, kills {kills}", flush=True
                )

        try:
            await sender.send(self.asked.deliveries, told=tell)
        finally:
            over.set()
            await killer
            self.saleor.trouble = False
            minder.cancel()
        return sender.ledger

    async def rest_and_judge(self, ledger: Ledger) -> Verdict:
        """The app is started anew, left alone until nothing waits, asked for values, and judged."""
        await asyncio.to_thread(self.stack.restart)
        engine = create_engine(self.stack.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            ids = {row.api_url: row.id for row in connection.execute(text("SELECT id, api_url FROM shops"))}
            await _rest(connection, saleor=self.saleor, polls=2)
            await self.score()
            await _rest(connection, saleor=self.saleor, polls=0)
            verdict = judge(connection, {ids[url]: shop for shop, url in self.shops()}, ledger)
        engine.dispose()
        verdict.wrong += [f"left without a serve above it: {one}" for one in self.stack.orphans()]
        return verdict

    async def score(self) -> None:
        """Each shop's staff ask for a full run."""
        async with httpx.AsyncClient(timeout=30) as client:
            for shop, api_url in self.shops():
                token = self.signer.token(_staff(shop.app_id, api_url))
                headers = {"authorization-bearer": token, "saleor-api-url": api_url}
                (await client.post(self.app("/api/runs"), headers=headers)).raise_for_status()

    def app(self, path: str) -> str:
        """Return an address of the app."""
        return f"http://127.0.0.1:{self.stack.app_port}{path}"

    def shops(self) -> Iterator[tuple[Shop, str]]:
        """Yield each shop with its API address."""
        return zip(self.world.shops, self.saleor.urls, strict=True)


async def _rest(connection: Connection, *, saleor: Saleor, polls: int) -> None:
    """Return when nothing waits any more and each shop was polled so often since; raises TimeoutError."""
    wanted = {port: count + polls for port, count in saleor.polls.items()}
    deadline = time.monotonic() + REST_SECONDS
    while True:
        unrest = connection.execute(_UNREST).one()._asdict()
        polled = all(saleor.polls[port] >= count for port, count in wanted.items())
        if polled and not any(unrest.values()):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"the app did not come to rest in {REST_SECONDS:.0f} s: {unrest}, polled {polled}"
            )
        await asyncio.sleep(1)


def _staff(app_id: str, api_url: str) -> Json:
    """Return the claims of a staff member's token, as the dashboard hands them to the panel."""
    now = int(time.time())
    return {
        "iat": now,
        "exp": now + 300,
        "owner": "saleor",
        "iss": api_url,
        "token": "key",
        "email": "staff@example.com",
        "type": "thirdparty",
        "user_id": "VXNlcjox",
        "is_staff": True,
        "app": app_id,
        "permissions": ["MANAGE_USERS"],
        "user_permissions": ["MANAGE_USERS"],
    }


def _list(kills: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in kills.most_common()) or "none"


if __name__ == "__main__":
    sys.exit(main())
