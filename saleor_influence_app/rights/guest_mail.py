"""A link to their page, mailed to a guest who asks for it: to the address of the order, and to no other.

It runs in the web process after the answer, so that neither the answer nor its time says who is known. The
address is in that process' memory alone: a Celery message would put it into Redis and its files. A mail that
is lost with the process is asked for again.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from saleor_influence_app import db, fields, log, login_throttle
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.errors import AppError
from saleor_influence_app.mail import Letter, Sender
from saleor_influence_app.models import Shop
from saleor_influence_app.rights import guest_links, subjects
from saleor_influence_app.rights.guest_links import GuestToken
from saleor_influence_app.saleor.addresses import origin_of
from saleor_influence_app.shops import shops

logger = log.get(__name__)

FOLDER = Path(__file__).with_name("texts") / "mail"
HOUR = 3600
MOST_FOR_AN_ADDRESS = 3
"""Mails to one address within an hour; more are not sent, and nobody is told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a link: the address as it was typed, the page's address, and a language that there is."""

    email: str
    page_url: str
    language: str


def send(transaction: db.Transaction, shop_id: int, asked: Asked, *, sender: Sender) -> bool:
    """Send the link if the shop has orders or an account with this address; says whether it was sent."""
    # The compared form of the address is mailed, not the typed one: letters that only become equal when they
    # are lowered (the Kelvin sign and k) would name another mailbox.
    to = fields.email(asked.email)
    try:
        with transaction() as session:
            digest = shops.email_hash(shops.email_key(session, shop_id), to)
            found = subjects.of_address(session, shop_id, digest)
            if to is None or digest is None or not found:
                return False
            if not login_throttle.spend("mail-to", digest.hex(), most=MOST_FOR_AN_ADDRESS, seconds=HOUR):
                logger.warning("guest_mail.too_many", shop_id=shop_id)
                return False
            token = guest_links.make(session, shop_id, found[0])
            shop = session.get_one(Shop, shop_id)
            name = privacy_settings.read(session, shop_id).controller_name or origin_of(shop.api_url)
        link = address(token, asked.page_url, api_url=shop.api_url, language=asked.language)
        sender(_letter(to, link, token, name=name, language=asked.language))
    except AppError as error:
        logger.warning("guest_mail.not_sent", shop_id=shop_id, reason=error.code)
        return False
    logger.info("guest_mail.sent", shop_id=shop_id)
    return True


def address(token: GuestToken, page_url: str, *, api_url: str, language: str) -> str:
    """Return the link; the token is in its fragment, which no browser sends to a server."""
    query = urlencode({"saleorApiUrl": api_url, "lang": language})
    return f"{page_url}/guest?{query}#token={token.token}"


def _letter(to: str, link: str, token: GuestToken, *, name: str, language: str) -> Letter:
    text = (FOLDER / f"guest.{language}.txt").read_text(encoding="utf-8")
    until = token.expires_at.strftime("%Y-%m-%d %H:%M")
    subject, _, body = Template(text).substitute(shop=name, link=link, until=until).partition("\n")
    return Letter(to=to, subject=subject, text=body)
