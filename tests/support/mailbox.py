"""A real mail server on loopback that keeps what it is handed, and refuses what a test wants refused."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE_SECONDS = 30.0
PASSWORD = "correct horse"


@dataclass
class Mailbox:
    """What a mail server on loopback was handed; `answers` are given first, at the step that they name."""

    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    port: int = 0
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(MAIL, RCPT or DATA; what is said there)."""
    encrypted: list[bool] = field(default_factory=list)
    """Of each letter, whether it came over TLS."""

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._said("MAIL") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._said("RCPT")
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal.replace("ADDRESS", address) if refusal else "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refusal = self._said("DATA")
        if refusal is not None:
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.encrypted.append(session.ssl is not None)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 taken"

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.letters) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.letters) == count

    def _said(self, step: str) -> str | None:
        if self.answers and self.answers[0][0] == step:
            return self.answers.pop(0)[1]
        return None


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """Give the mailbox of a server that listens until the block ends; options are aiosmtpd's."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    # In a loop of our own: aiosmtpd's is left open where a test fails.
    loop = asyncio.new_event_loop()
    server = Controller(box, hostname="127.0.0.1", port=box.port, loop=loop, **options)
    server.start()
    try:
        yield box
    finally:
        server.stop()


def signing_in(context: ssl.SSLContext) -> dict[str, Any]:
    """Options of a server that demands STARTTLS, and the password."""

    def check(*arguments: Any) -> AuthResult:
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": check,
    }


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box
