"""A small app that can be installed and writes down all it is told; for tests."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> str:
        """The event that the headers name."""
        return self.headers.get("saleor-event", "")

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass
class Listener:
    """What the app is, what it answers, and what it has heard."""

    url: str
    manifest: dict[str, Any] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    # Answers of the next webhooks, first in first out; then 200. A callable is called when its turn comes.
    answers: list[int | Callable[[], int]] = field(default_factory=list)
    # What is answered to an event for which the shop waits: status and JSON, or bytes as they are.
    replies: dict[str, Callable[[Heard], tuple[int, Any]]] = field(default_factory=dict)
    register: tuple[int, dict[str, Any]] = (200, {})
    token: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, heard: Heard) -> tuple[int, Any]:
        """The request is written down; the answer to it is returned."""
        with self.changed:
            self.heard.append(heard)
            self.changed.notify_all()
            if heard.path == "/register":
                self.token = heard.json()["auth_token"]
                return self.register
            reply = self.replies.get(heard.event)
            answer = self.answers.pop(0) if self.answers and reply is None else 200
        if reply is not None:
            return reply(heard)
        return (answer() if callable(answer) else answer), {}

    def webhooks(self) -> list[Heard]:
        """The webhooks among what was heard."""
        return [heard for heard in self.heard if heard.path == "/webhooks"]

    def wait_for(self, *events: str, seconds: float = 20.0) -> list[Heard]:
        """The webhooks, when each of the events has come; TimeoutError with what did come instead."""
        wanted = sorted(events)

        def there() -> bool:
            got = [heard.event for heard in self.webhooks()]
            return all(got.count(event) >= wanted.count(event) for event in wanted)

        with self.changed:
            if not self.changed.wait_for(there, seconds):
                raise TimeoutError(f"wanted {wanted}, heard {[heard.event for heard in self.webhooks()]}")
            return self.webhooks()

    def quiet(self, seconds: float = 1.0) -> list[Heard]:
        """The webhooks, when nothing more has come for so long."""
        count = -1
        while count != len(self.heard):
            count = len(self.heard)
            time.sleep(seconds)
        return self.webhooks()

    def forget(self) -> None:
        """As if nothing had been heard."""
        with self.changed:
            self.heard.clear()


@contextmanager
def listening(port: int = 0) -> Iterator[Listener]:
    """An app that answers on loopback until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    listener = Listener(f"http://127.0.0.1:{server.server_port}")
    server.listener = listener  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet; in two, the second waits 40 ms for the acknowledgement of the first.
    wbufsize = 1 << 16

    @property
    def listener(self) -> Listener:
        found: Listener = self.server.listener  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        """The manifest, or a page."""
        self._note(b"")
        self._answer(200, self.listener.manifest)

    def do_POST(self) -> None:
        """A registration or a webhook."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(*self._note(body))

    def _note(self, body: bytes) -> tuple[int, Any]:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self.listener.note(Heard(self.path, headers, body, time.monotonic()))

    def _answer(self, status: int, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name
        """Say nothing: what was heard is written down."""
