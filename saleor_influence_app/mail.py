"""Mail by SMTP (RFC 5321): one letter to one address, by the operator's server or by a shop's own."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Literal
from urllib.parse import unquote, urlsplit

from saleor_influence_app import log, settings
from saleor_influence_app.errors import ServiceUnavailable

logger = log.get(__name__)

TIMEOUT_SECONDS = 10.0
LONGEST_SECONDS = 60.0
"""For a whole letter: each line may take as long as the time-out."""
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
SECURITY: Mapping[str, "Security"] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
PERMANENT = 500
CLOSING = 421
"""The server ends the connection: that says nothing of the letter."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to one address."""

    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Beside the usual ones, which it may replace."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how to sign in there."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    dialled: tuple[str, ...] = ()
    """Addresses that were checked before; none: the host's own."""


class LetterNotTaken(Exception):
    """A letter that was not handed over, and whether that is due to the letter and can be tried again."""

    def __init__(self, answer: str, *, of_letter: bool, passes: bool) -> None:
        super().__init__(answer)
        self.answer = answer
        """What the server said, or what happened: an answer may quote the address."""
        self.of_letter = of_letter
        """False: nothing can be sent by this server at the moment."""
        self.passes = passes


Sender = Callable[[Letter], None]


def is_on() -> bool:
    """Say whether the operator has given a server to send by."""
    return settings.get().smtp_url is not None


def send(letter: Letter) -> None:
    """Hand the letter to the operator's server; raises ServiceUnavailable without the address."""
    given = settings.get()
    if given.smtp_url is None or given.mail_from is None:
        raise ServiceUnavailable("No mail can be sent: the operator has not set SMTP_URL.")
    url = urlsplit(given.smtp_url.get_secret_value())
    server = Server(
        url.hostname or "",
        url.port or PORTS[url.scheme],
        SECURITY[url.scheme],
        unquote(url.username) if url.username else None,
        unquote(url.password or ""),
    )
    try:
        hand_over(server, letter, sender=given.mail_from)
    # An answer of the server quotes the address, so that only its kind is told.
    except LetterNotTaken as error:
        logger.warning("mail.not_sent", error=type(error.__cause__).__name__)
        raise ServiceUnavailable("The mail could not be sent.") from None
    logger.info("mail.sent")


def hand_over(server: Server, letter: Letter, *, sender: str) -> None:
    """Return once the server has taken the letter; raises LetterNotTaken."""
    try:
        message = _message(letter, sender)
    except (ValueError, IndexError) as error:  # what no header may hold
        raise LetterNotTaken(
            "The address or the subject cannot be sent.", of_letter=True, passes=False
        ) from error
    try:
        with _signed_in(server) as connection:
            connection.send_message(message)
            with suppress(OSError, smtplib.SMTPException):  # it has the letter, whatever it says now
                connection.quit()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _answered(code, said, of_letter=True) from error
    except smtplib.SMTPDataError as error:
        raise _answered(error.smtp_code, error.smtp_error, of_letter=True) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        of_letter = isinstance(error, UnicodeError) or "SMTPUTF8" in str(error)
        raise LetterNotTaken(str(error), of_letter=of_letter, passes=False) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error, of_letter=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise LetterNotTaken(str(error) or type(error).__name__, of_letter=False, passes=True) from error


def _answered(code: int, said: bytes | str, *, of_letter: bool) -> LetterNotTaken:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return LetterNotTaken(
        " ".join(f"{code} {text}".split()), of_letter=of_letter and code != CLOSING, passes=code < PERMANENT
    )


class _Connection(smtplib.SMTP):
    """smtplib's client, which dials addresses that were checked; TLS still speaks of the name."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        self._server = server
        self._context = context
        super().__init__(server.host, server.port, timeout=TIMEOUT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        last: OSError = OSError(f"The host name {host} cannot be resolved.")
        for address in self._server.dialled or (host,):
            try:
                dialled = socket.create_connection((address, port), timeout)
            except OSError as error:
                last = error
                continue
            if self._server.security == "tls":
                return self._context.wrap_socket(dialled, server_hostname=host)
            return dialled
        raise last


@contextmanager
def _signed_in(server: Server) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    connection = _Connection(server, context)
    # A server could drip its answers, each byte within the time-out.
    over = threading.Timer(LONGEST_SECONDS, _cut_off, args=(connection,))
    over.daemon = True
    over.start()
    try:
        if server.security == "starttls":  # refuses a server that does not encrypt
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password or "")
        yield connection
    finally:
        over.cancel()
        connection.close()


def _cut_off(connection: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):  # closed meanwhile
        connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr] # the same


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)  # one address, or ValueError
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    for name, value in letter.headers.items():
        message[name] = value
    if "Message-ID" not in message:
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message.set_content(letter.text)
    return message
