"""Where a shop wants to be told: its webhook, whose secret is shown once, and its mail server."""

import base64
import re
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import delete
from sqlalchemy.orm import Session

from saleor_influence_app import log, settings
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import OneLine
from saleor_influence_app.models import (
    HandOffChannel,
    HandOffDelivery,
    HandOffEvent,
    HandOffSettings,
    HandOffState,
    MailSecurity,
)
from saleor_influence_app.shops import problems

logger = log.get(__name__)

SECRET_BYTES = 32
SECRET_MARK = "whsec_"  # noqa: S105 - how Standard Webhooks marks secrets
URL_LIMIT = 500
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
PROBLEMS = {
    HandOffChannel.WEBHOOK: "influence-hand-off-webhook",
    HandOffChannel.MAIL: "influence-hand-off-mail",
}
"""Keys of what staff see when a way does not work."""


def _target(text: str) -> str:
    schemes = {"https", "http"} if settings.get().allow_private_networks else {"https"}
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("must be an address such as https://shop.example/hooks") from error
    if parts.scheme not in schemes or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise ValueError("must be an https:// address such as https://shop.example/hooks")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must have no user, no password and no # in it: deliveries are signed")
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("must be the name of a mail server, such as smtp.shop.example")
    return text


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("must be one e-mail address, such as hello@shop.example")
    return text


def _once(events: list[HandOffEvent]) -> list[HandOffEvent]:
    if len(set(events)) < len(events):
        raise ValueError("names an event twice")
    return events


Target = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=URL_LIMIT),
    OneLine,
    AfterValidator(_target),
]
MailAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=320), OneLine, AfterValidator(_address)
]
Events = Annotated[
    list[HandOffEvent], Field(min_length=1, max_length=len(HandOffEvent)), AfterValidator(_once)
]


class WebhookWanted(BaseModel):
    """Where events are sent, and which."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Target
    events: Events


class MailWanted(BaseModel):
    """The shop's mail server, and whom mails are from."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=True)

    host: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_host)]
    port: Annotated[int, Field(strict=True, ge=1, le=65_535)]
    security: MailSecurity = MailSecurity.STARTTLS
    user: Annotated[str, StringConstraints(min_length=1, max_length=320), OneLine] | None = None
    password: Annotated[str, StringConstraints(min_length=1, max_length=500), OneLine] | None = Field(
        default=None, repr=False
    )
    """Only ever given: an answer never holds it. None keeps the one that is stored."""
    sender_address: MailAddress
    sender_name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), OneLine
    ]
    mails_each: Annotated[int, Field(strict=True, ge=1, le=30)] = 2
    """To one customer within 30 days, at most."""


def set_webhook(session: Session, shop_id: int, wanted: WebhookWanted) -> str | None:
    """Events go there from now on; returns the secret if it is new, for staff to see once."""
    row = _locked(session, shop_id)
    secret = None if row.webhook_secret_encrypted else _renewed(row)
    row.webhook_url, row.webhook_events = wanted.url, [str(event) for event in wanted.events]
    session.flush()
    logger.info("hand_off.webhook_set", shop_id=shop_id, events=row.webhook_events)
    return secret


def renew_secret(session: Session, shop_id: int) -> str:
    """Deliveries are signed with a new secret from now on, which is returned for staff to see once."""
    row = _locked(session, shop_id)
    if row.webhook_url is None:
        raise RowMissing("This shop has no webhook.")
    secret = _renewed(row)
    session.flush()
    return secret


def drop_webhook(session: Session, shop_id: int) -> None:
    """No more events are sent; what waits is dropped."""
    row = _locked(session, shop_id)
    row.webhook_url, row.webhook_secret_encrypted, row.webhook_events = None, None, []
    _forget(session, shop_id, HandOffChannel.WEBHOOK)


def set_mail(session: Session, shop_id: int, wanted: MailWanted) -> None:
    """Customers are written to by this server from now on."""
    if settings.get().app_iframe_base_url is None:
        raise InputInvalid(
            "The operator must set APP_IFRAME_BASE_URL first: each mail has a link by which the customer "
            "stops them, and the link leads there."
        )
    row = _locked(session, shop_id)
    keeps = wanted.password is None and row.smtp_password_encrypted is not None
    # A password goes to the server that it was given for, and to no other.
    if keeps and wanted.user is not None and (row.smtp_host, row.smtp_login) != (wanted.host, wanted.user):
        raise InputInvalid("The server or the user is another one: enter the password again.")
    if wanted.user is not None and wanted.password is None and not keeps:
        raise InputInvalid("Enter the password of this user.")
    row.smtp_host, row.smtp_port, row.smtp_security = wanted.host, wanted.port, str(wanted.security)
    row.smtp_login = wanted.user
    if wanted.user is None:
        row.smtp_password_encrypted = None
    elif wanted.password is not None:
        row.smtp_password_encrypted = settings.close_secret(wanted.password)
    row.sender_address, row.sender_name = wanted.sender_address, wanted.sender_name
    row.mails_each = wanted.mails_each
    session.flush()
    logger.info("hand_off.mail_set", shop_id=shop_id)


def drop_mail(session: Session, shop_id: int) -> None:
    """Customers are no longer written to; what waits is dropped. Who stopped mails stays stopped."""
    row = _locked(session, shop_id)
    row.smtp_host = row.smtp_port = row.smtp_security = row.smtp_login = row.smtp_password_encrypted = None
    row.sender_address = row.sender_name = None
    _forget(session, shop_id, HandOffChannel.MAIL)


def secret_bytes(row: HandOffSettings) -> bytes:
    """Return the webhook's key; raises SecretUnreadable."""
    return base64.b64decode(settings.open_secret(row.webhook_secret_encrypted or ""))


def _renewed(row: HandOffSettings) -> str:
    text = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    row.webhook_secret_encrypted = settings.close_secret(text)
    return f"{SECRET_MARK}{text}"


def _locked(session: Session, shop_id: int) -> HandOffSettings:
    row = session.get(HandOffSettings, shop_id, with_for_update=True)
    if row is None:
        row = HandOffSettings(shop_id=shop_id)
        session.add(row)
    return row


def _forget(session: Session, shop_id: int, channel: HandOffChannel) -> None:
    session.flush()
    session.execute(
        delete(HandOffDelivery).where(
            HandOffDelivery.shop_id == shop_id,
            HandOffDelivery.channel == channel,
            HandOffDelivery.state.in_((HandOffState.PENDING, HandOffState.CLAIMED)),
        )
    )
    problems.resolve_problem(session, shop_id, PROBLEMS[channel])
