"""Connections with deadlines: what a sender withholds, or a reader does not fetch, is not waited for.

uvicorn has no time-out for the head of a request, no bound of its size, and none for an answer that nobody
reads. Bodies have theirs in `bounds` and in the webhooks' router.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from saleor_influence_app import log

logger = log.get(__name__)
HEAD_SECONDS = 10.0
"""From the first moment of a request to the end of its headers."""
HEAD_LIMIT = 64_000
"""Bytes of a head."""
READ_SECONDS = 30.0
"""How long an answer may lie unread before the connection is cut."""
MOST_WAITING = 500
"""Connections in one process whose request has not been told yet; the oldest makes room for a new one."""
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """One connection, given to uvicorn as `http`."""

    waiting: ClassVar[dict["Connection", None]] = {}
    """Those whose request has not been told, the longest waiting first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        self._head_deadline: asyncio.TimerHandle | None = None
        self._read_deadline: asyncio.TimerHandle | None = None
        self._head_size = 0
        self._in_body = False
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head must be complete by its deadline, however its bytes drip."""
        if self._is_between() and not self._in_body:
            self._head_size += len(data)
        super().data_received(data)
        if self.transport.is_closing() or not self._is_between():
            return
        if self._head_size > HEAD_LIMIT:
            self.refuse(TOO_LARGE)
        else:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The request is told."""
        self._in_body = True
        self._head_is_complete()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Its body is here, too; it may have been answered long ago."""
        self._in_body = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._head_is_complete()
        self._unset_read_deadline()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The answer is not being read: it may lie for a while."""
        super().pause_writing()
        self._unset_read_deadline()
        self._read_deadline = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The answer is being read."""
        self._unset_read_deadline()
        super().resume_writing()

    def _is_between(self) -> bool:
        """Say whether no request is being handled: what comes now belongs to the next one's head."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _await_head(self) -> None:
        if self._head_deadline is not None:
            return
        self._head_deadline = self.loop.call_later(HEAD_SECONDS, self.refuse, TOO_SLOW)
        while len(self.waiting) >= MOST_WAITING:
            next(iter(self.waiting)).refuse(TOO_SLOW)
        self.waiting[self] = None

    def _head_is_complete(self) -> None:
        self._head_size = 0
        self.waiting.pop(self, None)
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _unset_read_deadline(self) -> None:
        if self._read_deadline is not None:
            self._read_deadline.cancel()
            self._read_deadline = None

    def refuse(self, answer: bytes) -> None:
        """Close the connection, with this answer if none was given."""
        self._head_is_complete()
        if self.transport.is_closing():
            return
        if not self._in_body:  # else the rest of a request that was answered before
            self.transport.write(answer)
        self.transport.close()
