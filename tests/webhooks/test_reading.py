"""Bodies are read within bounds of size, time and memory; the unknown cost next to nothing."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from webhooks.reading import FREE, BodyTooLarge, BodyTooSlow, Bounds, Budget, NoRoom, body_of


class Refused(Exception):
    pass


class Sender:
    """A sender of these chunks; `read` counts those that were taken."""

    def __init__(self, *chunks: bytes, ends: bool = True) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._left = len(chunks)
        self._ends = ends
        self.read = 0
        self.admitted = 0

    async def receive(self) -> dict[str, Any]:
        if not self._left:
            await asyncio.sleep(3_600)
        self._left -= 1
        self.read += 1
        more = bool(self._left) or not self._ends
        return {"type": "http.request", "body": next(self._chunks), "more_body": more}

    async def admit(self) -> None:
        self.admitted += 1

    async def refuse(self) -> None:
        raise Refused


def read(
    sender: Sender, bounds: Bounds, *, announced: str = "", admit: Callable[[], Any] | None = None
) -> bytes:
    async def all_of_it() -> bytes:
        async with body_of(
            sender.receive, announced=announced, bounds=bounds, admit=admit or sender.admit
        ) as body:
            return body

    return asyncio.run(all_of_it())


def test_a_small_body_needs_nobodys_word() -> None:
    sender = Sender(b"a" * (FREE - 1), b"b")
    assert len(read(sender, Bounds(1_000_000), admit=sender.refuse)) == FREE


def test_of_a_large_body_no_more_than_the_free_part_is_read_before_its_sender_is_known() -> None:
    sender = Sender(*[b"x" * 1_000] * 10_000)
    with pytest.raises(Refused):
        read(sender, Bounds(10_000_000), admit=sender.refuse)
    assert sender.read == FREE // 1_000 + 1

    announced = Sender(*[b"x" * 1_000] * 10_000)
    with pytest.raises(Refused):
        read(announced, Bounds(10_000_000), announced="10000000", admit=announced.refuse)
    assert announced.read == 0

    known = Sender(*[b"x" * 1_000] * 10_000)
    assert len(read(known, Bounds(10_000_000))) == 10_000_000
    assert known.admitted == 1


@pytest.mark.parametrize("announced", ["20001", "9" * 4_000, "0" * 50 + "20001"])
def test_an_announced_size_beyond_the_limit_is_refused_unread(announced: str) -> None:
    sender = Sender(b"x")
    with pytest.raises(BodyTooLarge):
        read(sender, Bounds(20_000), announced=announced)
    assert sender.read == 0


@pytest.mark.parametrize("announced", ["", "10", "-1", "1e9", "\u0661", "0x10"])
def test_a_size_that_is_not_true_is_no_way_around(announced: str) -> None:
    sender = Sender(*[b"x" * 5_000] * 100)
    with pytest.raises(BodyTooLarge):
        read(sender, Bounds(20_000), announced=announced)
    assert sender.read == 5


def test_a_body_that_is_not_sent_to_its_end_is_not_waited_for() -> None:
    with pytest.raises(BodyTooSlow):
        read(Sender(b"x" * 99, ends=False), Bounds(20_000, seconds=0.05))
    with pytest.raises(BodyTooSlow):
        read(Sender(b"x" * (FREE + 1), b"y", ends=False), Bounds(200_000, seconds=3_600, more_seconds=0.05))


def test_all_bodies_share_one_budget_and_give_it_back_however_they_end() -> None:
    budget = Budget(100_000)
    bounds = Bounds(10_000_000, seconds=0.05, more_seconds=0.05, budget=budget)

    assert len(read(Sender(b"x" * (FREE + 100_000)), bounds)) == FREE + 100_000
    assert budget.left == 100_000
    with pytest.raises(NoRoom):
        read(Sender(*[b"x" * 50_000] * 5), bounds)
    assert budget.left == 100_000
    with pytest.raises(BodyTooSlow):
        read(Sender(b"x" * 90_000, ends=False), bounds)
    assert budget.left == 100_000

    async def two_at_once() -> None:
        first, second = Sender(b"x" * (FREE + 60_000)), Sender(b"x" * (FREE + 60_000))
        async with body_of(first.receive, announced="", bounds=bounds, admit=first.admit):
            with pytest.raises(NoRoom):
                async with body_of(second.receive, announced="", bounds=bounds, admit=second.admit):
                    pass

    asyncio.run(two_at_once())
    assert budget.left == 100_000


def test_a_sender_that_hangs_up_leaves_nothing() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def gone() -> None:
        async with body_of(receive, announced="", bounds=Bounds(100), admit=receive):  # type: ignore[arg-type]
            pass

    with pytest.raises(ClientDisconnect):
        asyncio.run(gone())
