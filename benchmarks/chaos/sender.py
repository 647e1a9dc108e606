"""The deliveries: doubled, reordered, torn off, repeated and given up as Saleor does."""

import asyncio
import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from benchmarks.chaos.saleor import Signer
from benchmarks.chaos.world import Event, World

CONNECTIONS = 24
IN_FLIGHT = 1_500
"""Planned and not yet answered: the world does not run ahead of the app."""
REPEATS = (1.0, 3.0, 7.0, 15.0, 31.0)
"""Seconds after the first try: Saleor's own times, ten times as fast. Then it gives up."""
ANSWER_SECONDS = 18.0
Fate = Literal["sent", "late", "lost", "forged", "foreign", "unreadable"]
FATES: dict[Fate, float] = {
    "sent": 0.777,
    "late": 0.2,
    "lost": 0.003,
    "forged": 0.01,
    "foreign": 0.005,
    "unreadable": 0.005,
}
DOUBLED = 0.05
TORN = 0.01
"""Of the tries: the connection ends in the middle of the body."""
REFUSED = {"forged": {401}, "foreign": {401, 403}}


@dataclass(slots=True)
class Sending:
    """One delivery on its way."""

    event: Event
    signature: str
    fate: Fate
    tries: int = 0


@dataclass
class Ledger:
    """What was sent and what the app said to it; the judge reads this."""

    planned: int = 0
    doubles: int = 0
    tries: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    stored: dict[tuple[int, bytes], Fate] = field(default_factory=dict)
    """Bodies (shop, SHA-256) that the app answered with 2xx."""
    refusals: set[tuple[int, bytes]] = field(default_factory=set)
    """Bodies that it had to refuse."""
    wrong: list[str] = field(default_factory=list)
    given_up: int = 0


class Sender:
    """Sends `count` deliveries of the world to the app; `address` is asked anew at each connection."""

    def __init__(self, world: World, signer: Signer, *, address: tuple[str, int], urls: list[str]) -> None:
        self.ledger = Ledger()
        self._world = world
        self._signer = signer
        self._address = address
        self._urls = urls
        self._chance = world.chance
        self._due: list[tuple[float, int, Sending]] = []
        self._order = 0
        self._open = 0
        self._all_planned = False
        self._done = asyncio.Event()

    async def send(self, count: int, *, told: Callable[[Ledger], None]) -> None:
        """Return when each delivery was answered, or given up as Saleor gives up."""
        events = self._world.events()
        feeder = asyncio.create_task(self._feed(events, count, told))
        carriers = [asyncio.create_task(self._carry()) for _ in range(CONNECTIONS)]
        await feeder
        self._all_planned = True
        self._look_whether_all_is_done()
        await asyncio.gather(*carriers)

    async def _feed(self, events: Iterator[Event], count: int, told: Callable[[Ledger], None]) -> None:
        names, weights = zip(*FATES.items(), strict=True)
        while self.ledger.planned < count:
            if self._open >= IN_FLIGHT:
                await asyncio.sleep(0.02)
                continue
            for _ in range(min(50, count - self.ledger.planned)):
                self._plan(next(events), self._chance.choices(names, weights)[0])
            told(self.ledger)
            await asyncio.sleep(0)

    def _plan(self, event: Event, fate: Fate) -> None:
        """What happened is sent, or what comes instead of it is sent beside it."""
        self.ledger.planned += 1
        if fate == "lost":  # the network swallows every try of it
            self._give_up(event)
            return
        if fate in {"forged", "foreign", "unreadable"}:
            self._put(self._spoiled(event, fate), self._soon())
            fate = "sent"
        sending = Sending(event, self._signer.signature(event.body), fate)
        self._put(sending, self._chance.uniform(0, 6) if fate == "late" else 0.0)
        if self._chance.random() < DOUBLED:
            self.ledger.doubles += 1
            self._put(Sending(event, sending.signature, "late"), self._soon())

    def _soon(self) -> float:
        return self._chance.choice((0.0, self._chance.uniform(0, 10)))

    def _spoiled(self, event: Event, fate: Fate) -> Sending:
        body = json.loads(event.body)
        if fate == "foreign":
            body["recipient"] = {"id": "QXBwOjk5OTk5"}
        elif fate == "unreadable":
            subject = next(name for name in ("order", "user") if name in body)
            body[subject] = body[subject] | {"id": None}
        else:
            body["issuedAt"] = "2020-01-01T00:00:00+00:00"
        changed = Event(event.shop, event.slug, json.dumps(body).encode())
        signature = self._signer.signature(event.body if fate == "forged" else changed.body)
        if fate in REFUSED:
            self.ledger.refusals.add(_name(changed))
        return Sending(changed, signature, fate)

    def _put(self, sending: Sending, delay: float) -> None:
        self._open += 1
        self._again(sending, delay)

    def _again(self, sending: Sending, delay: float) -> None:
        self._order += 1
        heapq.heappush(self._due, (asyncio.get_running_loop().time() + delay, self._order, sending))

    async def _carry(self) -> None:
        """One connection: takes what is due, sends it, reads the answer."""
        loop, line = asyncio.get_running_loop(), _Line(self._address)
        while not self._done.is_set():
            if not self._due or self._due[0][0] > loop.time():
                await asyncio.sleep(0.01)
                continue
            sending = heapq.heappop(self._due)[2]
            torn = self._chance.random() < TORN
            self.ledger.tries += 1
            try:
                status = await line.post(self._request(sending), torn=torn)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
                line.close()
                self._failed(sending, type(error).__name__)
            else:
                self._answered(sending, status)
        line.close()

    def _request(self, sending: Sending) -> bytes:
        event = sending.event
        head = (
            f"POST /api/webhooks/saleor/{event.slug} HTTP/1.1\r\nhost: {self._address[0]}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(event.body)}\r\n"
            f"saleor-api-url: {self._urls[event.shop]}\r\nsaleor-event: {event.slug}\r\n"
            f"saleor-signature: {sending.signature}\r\n\r\n"
        )
        return head.encode() + event.body

    def _answered(self, sending: Sending, status: int) -> None:
        self.ledger.answers[str(status)] += 1
        allowed = REFUSED.get(sending.fate)
        if status >= 500:
            self._failed(sending, str(status))
            return
        self._close()
        if allowed is not None and status not in allowed:
            self.ledger.wrong.append(f"a {sending.fate} delivery was answered with {status}")
        elif allowed is None and status not in {200, 202}:
            self.ledger.wrong.append(f"a genuine {sending.event.slug} was answered with {status}")
            self._given_up(sending.event)
        elif allowed is None:
            name = _name(sending.event)
            if self.ledger.stored.get(name) != "unreadable":
                self.ledger.stored[name] = sending.fate

    def _close(self) -> None:
        self._open -= 1
        self._look_whether_all_is_done()

    def _look_whether_all_is_done(self) -> None:
        if self._all_planned and not self._open:
            self._done.set()

    def _failed(self, sending: Sending, how: str) -> None:
        if not how.isdigit():
            self.ledger.answers[how] += 1
        if sending.tries < len(REPEATS):
            delay = REPEATS[sending.tries] - (REPEATS[sending.tries - 1] if sending.tries else 0)
            sending.tries += 1
            self._again(sending, delay)
            return
        self._close()
        if sending.fate not in {"forged", "foreign", "unreadable"}:
            self._give_up(sending.event)

    def _give_up(self, event: Event) -> None:
        self.ledger.given_up += 1
        self._given_up(event)

    def _given_up(self, event: Event) -> None:
        self._world.shops[event.shop].given_up.append(
            {
                "id": f"RXZlbnREZWxpdmVyeTo{len(self._world.shops[event.shop].given_up)}",
                "eventType": event.slug.upper(),
                "createdAt": datetime.now(UTC).isoformat(),
                "payload": event.body.decode(),
            }
        )


class _Line:
    """A kept connection that speaks just enough HTTP/1.1."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, request: bytes, *, torn: bool) -> int:
        """Return the answer's status; raises OSError and its kin when none comes."""
        async with asyncio.timeout(ANSWER_SECONDS):
            if self._streams is None:
                self._streams = await asyncio.open_connection(*self._address)
            reader, writer = self._streams
            writer.write(request[: len(request) // 2] if torn else request)
            await writer.drain()
            if torn:
                raise ConnectionAbortedError
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
            await reader.readexactly(length)
            if "connection: close" in head:
                self.close()
            return int(head.split(maxsplit=2)[1])

    def close(self) -> None:
        """The connection is over; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _name(event: Event) -> tuple[int, bytes]:
    return event.shop, sha256(event.body).digest()
