"""Mail by the shop's own server, to customers who agreed to perks and did not stop such mails."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from email.headerregistry import Address
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import addresses, mail, settings
from saleor_influence_app.addresses import Resolve, is_public
from saleor_influence_app.consent import agreements
from saleor_influence_app.consent.languages import ENGLISH, LANGUAGES
from saleor_influence_app.errors import AppError, RowMissing
from saleor_influence_app.hand_off import letters, stops, told
from saleor_influence_app.hand_off.deliveries import (
    KEPT_DAYS,
    Channel,
    Delivery,
    DeliveryDelayed,
    DeliveryRefused,
    NothingToTell,
)
from saleor_influence_app.hand_off.letters import Facts
from saleor_influence_app.models import (
    HandOffChannel,
    HandOffDelivery,
    HandOffEvent,
    HandOffSettings,
    HandOffState,
    MailSecurity,
    Purpose,
    Shop,
)
from saleor_influence_app.saleor.client import Opener
from saleor_influence_app.saleor.customer_addresses import CustomerAddress, read_address


@dataclass(frozen=True)
class ShopServer:
    """A shop's mail server and sender."""

    server: mail.Server
    sender: str
    name: str
    """What mails call the shop."""

    @property
    def domain(self) -> str:
        """Return the sender's domain."""
        return self.sender.rpartition("@")[2].rstrip(">")


@dataclass(frozen=True)
class MailWork:
    """A mail whose address and language are still to be asked for."""

    server: ShopServer
    customer_id: str
    api_url: str
    token_encrypted: str = field(repr=False)
    text_name: str
    facts: Facts
    links: dict[str, str] = field(repr=False)
    """By language, the link that stops such mails."""
    message_id: str


class MailChannel(Channel):
    """Writes to customers by the server that the shop has now."""

    name: ClassVar[HandOffChannel] = HandOffChannel.MAIL  # type: ignore[misc] # of the class

    def __init__(self, opener: Opener, *, resolve: Resolve = addresses.resolve) -> None:
        self._opener = opener
        self._resolve = resolve

    def prepare(self, session: Session, delivery: Delivery) -> MailWork:
        """Return the mail, if this customer may be written to."""
        row = session.get(HandOffSettings, delivery.shop_id)
        base_url = settings.get().app_iframe_base_url
        if row is None or row.smtp_host is None:
            raise NothingToTell("Mail was switched off.")
        if base_url is None:
            raise DeliveryDelayed("The operator has not set APP_IFRAME_BASE_URL.")
        found = told.of_grant(session, delivery)
        _demand_wanted(session, delivery, cap=row.mails_each)
        shop, server = session.get_one(Shop, delivery.shop_id), _server_of(row)
        programme = found.programme
        return MailWork(
            server=server,
            customer_id=delivery.customer_id,
            api_url=shop.api_url,
            token_encrypted=shop.token_encrypted,
            text_name=letters.text_name(delivery.event, programme.kind),
            facts=Facts(
                shop=server.name,
                title=programme.title,
                code=found.grant.code or "",
                until=programme.ends_at.astimezone(UTC).date().isoformat(),
            ),
            links={
                language: stops.link(
                    session, delivery.shop_id, delivery.customer_id, base_url=base_url, language=language
                )
                for language in LANGUAGES
            },
            message_id=f"<{delivery.message_id}@{server.domain}>",
        )

    def send(self, prepared: MailWork) -> None:
        """Return once the server has the mail; the address is asked of Saleor now, and kept nowhere."""
        to = self._address(prepared)
        language = to.language if to.language in prepared.links else ENGLISH
        letter = letters.letter(
            prepared.text_name,
            prepared.facts,
            to=to.email,
            language=language,
            link=prepared.links[language],
            message_id=prepared.message_id,
        )
        _hand_over(prepared.server, letter, resolve=self._resolve)

    def _address(self, prepared: MailWork) -> CustomerAddress:
        try:
            with self._opener(prepared.api_url, prepared.token_encrypted) as client:
                found = read_address(client, prepared.customer_id)
        except AppError as error:
            raise DeliveryDelayed(f"Saleor does not say where to write to: {error.message}") from error
        if found is None:
            raise NothingToTell("The customer has no account in Saleor any more.")
        return found


def send_test(session: Session, shop_id: int, *, message_id: str) -> Callable[[str], None]:
    """Return a function that sends a test mail to an address by the server that the shop has."""
    row = session.get(HandOffSettings, shop_id)
    if row is None or row.smtp_host is None:
        raise RowMissing("This shop has no mail server.")
    server = _server_of(row)
    link = f"{(settings.get().app_iframe_base_url or '').rstrip('/')}{stops.PATH}/test"

    def send(to: str) -> None:
        letter = letters.letter(
            letters.TEST,
            Facts(shop=server.name, title=""),
            to=to,
            language=ENGLISH,
            link=link,
            message_id=f"<{message_id}@{server.domain}>",
        )
        _hand_over(server, letter, resolve=addresses.resolve)

    return send


def _demand_wanted(session: Session, delivery: Delivery, *, cap: int) -> None:
    """Return if the customer may be written to; else raises NothingToTell."""
    shop_id, customer_id = delivery.shop_id, delivery.customer_id
    if not agreements.agreeing(session, shop_id, Purpose.PERKS, customer_id=customer_id):
        raise NothingToTell("The customer has not agreed to perks.")
    if stops.is_stopped(session, shop_id, customer_id):
        raise NothingToTell("The customer has stopped such mails.")
    theirs = (
        HandOffDelivery.shop_id == shop_id,
        HandOffDelivery.customer_id == customer_id,
        HandOffDelivery.channel == HandOffChannel.MAIL,
        HandOffDelivery.id != delivery.id,
    )
    if delivery.event == HandOffEvent.GRANT_TAKEN_BACK:
        told_of = select(HandOffDelivery.state).where(
            *theirs,
            HandOffDelivery.grant_id == delivery.grant_id,
            HandOffDelivery.event == HandOffEvent.GRANT_CREATED,
        )
        states = set(session.scalars(told_of))
        if states and HandOffState.SENT not in states:
            raise NothingToTell("The customer was never told of it.")
    recently = (
        HandOffDelivery.state == HandOffState.SENT,
        HandOffDelivery.done_at > func.now() - timedelta(days=KEPT_DAYS),
    )
    sent = session.scalar(select(func.count()).select_from(HandOffDelivery).where(*theirs, *recently)) or 0
    if sent >= cap:
        raise NothingToTell(f"The customer got {sent} mails within {KEPT_DAYS} days already.")


def _server_of(row: HandOffSettings) -> ShopServer:
    password = row.smtp_password_encrypted
    name, address = row.sender_name or "", row.sender_address or ""
    return ShopServer(
        mail.Server(
            host=row.smtp_host or "",
            port=row.smtp_port or 0,
            security=MailSecurity(row.smtp_security or MailSecurity.STARTTLS).value,
            user=row.smtp_login,
            password=None if password is None else settings.open_secret(password).decode(),
        ),
        sender=str(Address(name, addr_spec=address)),
        name=name,
    )


def _hand_over(shop: ShopServer, letter: mail.Letter, *, resolve: Resolve) -> None:
    server = shop.server
    found = resolve(server.host, server.port)
    if not found:
        raise DeliveryDelayed(f"The host name {server.host} cannot be resolved.")
    if not settings.get().allow_private_networks and not all(map(is_public, found)):
        raise DeliveryDelayed(f"{server.host} is at an address that is not public.")
    try:
        mail.hand_over(replace(server, dialled=tuple(found)), letter, sender=shop.sender)
    except mail.LetterNotTaken as error:
        if not error.of_letter:
            raise DeliveryDelayed(f"The mail server says: {error.answer}") from error
        if error.passes:
            raise DeliveryDelayed(f"The mail server says: {error.answer}", of_all=False) from error
        raise DeliveryRefused(f"The mail server says: {error.answer}") from error
