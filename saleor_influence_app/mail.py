"""Mail by SMTP (RFC 5321), where the operator has a server: one letter to one address, none kept."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

from saleor_influence_app import log, settings
from saleor_influence_app.errors import ServiceUnavailable

logger = log.get(__name__)

TIMEOUT_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to one address."""

    to: str
    subject: str
    text: str


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
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    try:
        message = _message(letter, given.mail_from)
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        with server:
            if url.scheme == "smtp":  # refuses a server that does not encrypt
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    # An answer of the server quotes the address, so that only its kind is told.
    except (OSError, smtplib.SMTPException, ValueError) as error:
        logger.warning("mail.not_sent", error=type(error).__name__)
        raise ServiceUnavailable("The mail could not be sent.") from None
    logger.info("mail.sent")


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)  # one address, or ValueError
    message["Subject"] = letter.subject
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(letter.text)
    return message
