"""Bodies of requests, bounded in size, time and memory; nobody unknown makes us hold more than a little.

Without a word about who sends it, `FREE` bytes of a body are read. Before more, `admit` must let the
sender in. What all requests hold beyond that comes out of one `Budget`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive

FREE: Final = 32_000
Admit = Callable[[], Awaitable[None]]
"""Returns if the sender may send more; raises whatever its caller answers with."""


class BodyTooLarge(Exception):
    """More than the limit; at most that much was held."""


class BodyTooSlow(Exception):
    """The sender did not send it to its end in time."""


class NoRoom(Exception):
    """Other requests hold all the memory that there is for bodies; a moment later there will be some."""


@dataclass(slots=True)
class Budget:
    """Bytes that the bodies of all requests of one process may hold together, beyond what is free."""

    left: int = 24_000_000

    def take(self, size: int) -> None:
        """Take so many bytes; raises NoRoom if there are not so many left."""
        if size > self.left:
            raise NoRoom
        self.left -= size


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a body may be, and in how many seconds it must come: the free part, and then the rest."""

    limit: int
    seconds: float = 15.0
    more_seconds: float = 15.0
    budget: Budget = field(default_factory=Budget)


@asynccontextmanager
async def body_of(receive: Receive, *, announced: str, bounds: Bounds, admit: Admit) -> AsyncIterator[bytes]:
    """Give the whole body; its share of the budget is held until the end of the block.

    `announced` is the header content-length, "" for none. Raises BodyTooLarge, BodyTooSlow, NoRoom, what
    `admit` raises, and ClientDisconnect when nobody is there any more.
    """
    held = _Held(bounds)
    try:
        try:
            async with asyncio.timeout(bounds.seconds) as deadline:

                async def admitted() -> None:
                    await admit()
                    deadline.reschedule(asyncio.get_running_loop().time() + bounds.more_seconds)

                await held.fill(receive, expected=_size(announced), admit=admitted)
        except TimeoutError:
            raise BodyTooSlow from None
        yield b"".join(held.chunks)
    finally:
        held.release()


class _Held:
    """What came of one body so far, and what it took of the budget."""

    def __init__(self, bounds: Bounds) -> None:
        self.chunks: list[bytes] = []
        self._bounds = bounds
        self._size = 0
        self._taken = 0

    async def fill(self, receive: Receive, *, expected: int, admit: Admit) -> None:
        """Read to the end; `expected` is how much will come, as far as anybody knows."""
        let_in = False
        more = True
        while more:
            if expected > self._bounds.limit:
                raise BodyTooLarge
            if expected > FREE and not let_in:
                await admit()
                let_in = True
            message = await receive()
            if message["type"] != "http.request":
                raise ClientDisconnect
            self._add(message.get("body", b""))
            more = message.get("more_body", False)
            expected = max(expected, self._size)
        if self._size > self._bounds.limit:
            raise BodyTooLarge

    def release(self) -> None:
        """Give back what was taken of the budget."""
        self.chunks.clear()
        self._bounds.budget.left += self._taken
        self._taken = 0

    def _add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        beyond = min(max(self._size - FREE, 0), len(chunk))
        self._bounds.budget.take(beyond)
        self._taken += beyond
        self.chunks.append(chunk)


def _size(announced: str) -> int:
    """Return the announced size; 0 for one that is no number: then the bytes that come are counted."""
    if not announced.isascii() or not announced.isdigit():
        return 0
    return int(announced[-20:]) if len(announced.lstrip("0")) <= 20 else 1 << 63  # noqa: PLR2004 - digits
