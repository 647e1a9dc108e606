"""The link by which a customer stops mails about perks, for good and without signing in (RFC 8058).

Only the shop's own key signs one. It does not expire: a mail may be found again after years.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.models import Customer, MailStop
from saleor_influence_app.shops import shops

logger = log.get(__name__)

PATH = "/stop-mails"
LONGEST = 600
"""Characters; a token has about 90."""


def link(session: Session, shop_id: int, customer_id: str, *, base_url: str, language: str) -> str:
    """Return the address that stops the customer's mails."""
    name = urlsafe_b64encode(customer_id.encode()).decode().rstrip("=")
    token = f"{name}.{_signature(session, shop_id, name)}"
    return f"{base_url.rstrip('/')}{PATH}/{shop_id}/{token}?lang={language}"


def whose(session: Session, shop_id: int, token: str) -> str:
    """Return for whom the link was made; raises TokenInvalid if it is none of this shop."""
    name, _, signature = token.partition(".")
    try:
        if hmac.compare_digest(signature.encode(), _signature(session, shop_id, name).encode()):
            return urlsafe_b64decode(f"{name}==").decode()
    except NoResultFound:  # there is no such shop
        pass
    raise TokenInvalid("This link is not valid.")


def stop(session: Session, shop_id: int, token: str) -> None:
    """The customer gets no more mails about perks; a repeat changes nothing. Nobody is noted who left."""
    customer_id = whose(session, shop_id, token)
    customer = session.get(Customer, (shop_id, customer_id))
    if customer is None or customer.deleted_at is not None:
        return
    row = insert(MailStop).values(shop_id=shop_id, customer_id=customer_id)
    session.execute(row.on_conflict_do_nothing())
    logger.info("hand_off.mails_stopped", shop_id=shop_id)


def is_stopped(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether the customer stopped mails."""
    row = select(MailStop.customer_id).where(MailStop.shop_id == shop_id, MailStop.customer_id == customer_id)
    return session.scalar(row) is not None


def _signature(session: Session, shop_id: int, name: str) -> str:
    key = shops.derived_key(session, shop_id, "stopping mails")
    return hmac.digest(key, name.encode(), "sha256").hex()
