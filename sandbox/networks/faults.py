"""What goes wrong on a pocket network, on demand."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

KINDS = frozenset({"status", "redirect", "garbage", "page", "deep", "huge", "drip", "drop", "slow"})
DRIP_BYTES = 10_000


class FaultInvalid(ValueError):
    """A fault that a pocket network cannot make."""


@dataclass(kw_only=True)
class Fault:
    """One thing that goes wrong `times` times (None: until cleared) where the path contains `match`.

    `status` answers with the status `value` and `headers`; `redirect` sends to the address `value`; `garbage`
    is JSON that ends too early; `page` is HTML; `deep` is JSON of 100,000 brackets; `huge` has `value` bytes;
    `drip` sends a byte every `value` seconds; `drop` closes the connection in the middle; `slow` waits
    `value` seconds before the right answer.
    """

    kind: str
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    match: str = ""
    times: int | None = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FaultInvalid(f"No such fault: {self.kind}")


class Faults:
    """Stands before a network and lets the next faults happen."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, kind: str, value: Any = None, **options: Any) -> None:
        """The fault will happen."""
        try:
            fault = Fault(kind=kind, value=value, **options)
        except TypeError as error:
            raise FaultInvalid(str(error)) from error
        with self._lock:
            self.pending.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.pending.clear()

    def due(self, path: str) -> Fault | None:
        """The fault that happens to this request; it is counted down."""
        with self._lock:
            for fault in self.pending:
                if fault.match in path:
                    if fault.times is not None:
                        fault.times -= 1
                    self.pending = [one for one in self.pending if one.times is None or one.times > 0]
                    return fault
        return None

    async def over_http(self, request: Request) -> Response:
        """/sandbox/faults of a network: GET shows what is to come, POST adds one, DELETE clears."""
        if request.method == "DELETE":
            self.clear()
        elif request.method == "POST":
            try:
                wanted: dict[str, Any] = await request.json()
                self.add(str(wanted.pop("kind", "")), wanted.pop("value", None), **wanted)
            except (FaultInvalid, ValueError, AttributeError, TypeError) as error:
                return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse({"pending": [vars(fault) for fault in self.pending]})

    def around(self, app: ASGIApp) -> ASGIApp:
        """The network, with these faults."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault = None
            if scope["type"] == "http" and not scope["path"].startswith("/sandbox/"):
                fault = self.due(scope["path"])
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(fault.value)
            elif fault is not None:
                await _ANSWERS[fault.kind](fault, send)
                return
            await app(scope, receive, send)

        return faulty


async def _start(send: Send, status: int, **headers: str) -> None:
    told = {"content-type": "application/json", **headers}
    lines = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})


async def _body(send: Send, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _status(fault: Fault, send: Send) -> None:
    await _start(send, int(fault.value), **fault.headers)
    await _body(send, b'{"error": "A fault of the sandbox"}')


async def _redirect(fault: Fault, send: Send) -> None:
    await _start(send, 302, location=str(fault.value))
    await _body(send, b"")


async def _garbage(_fault: Fault, send: Send) -> None:
    await _start(send, 200)
    await _body(send, b'{"id": "1", "acc')


async def _page(_fault: Fault, send: Send) -> None:
    await _start(send, 200, **{"content-type": "text/html; charset=utf-8"})
    await _body(send, b"<html><body>Soon back!</body></html>")


async def _deep(_fault: Fault, send: Send) -> None:
    await _start(send, 200)
    await _body(send, b"[" * 100_000)


async def _huge(fault: Fault, send: Send) -> None:
    await _start(send, 200)
    block = b" " * 65_536
    for _ in range(int(fault.value) // len(block) + 1):
        await _body(send, block, more=True)
    await _body(send, b"{}")


async def _drip(fault: Fault, send: Send) -> None:
    await _start(send, 200)
    for _ in range(DRIP_BYTES):
        await _body(send, b" ", more=True)
        await asyncio.sleep(fault.value)
    await _body(send, b"{}")


async def _drop(_fault: Fault, send: Send) -> None:
    await _start(send, 200, **{"content-length": "1000"})
    await _body(send, b'{"id": "1"', more=True)


_ANSWERS: dict[str, Callable[[Fault, Send], Awaitable[None]]] = {
    "status": _status,
    "redirect": _redirect,
    "garbage": _garbage,
    "page": _page,
    "deep": _deep,
    "huge": _huge,
    "drip": _drip,
    "drop": _drop,
}
