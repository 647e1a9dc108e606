"""A shop as the steps see it: its row, its lock, its key for e-mail hashes."""

import hmac
import time
from datetime import datetime

from sqlalchemy import or_, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import fields, settings
from saleor_influence_app.models import Shop

IGNORING_DOTS = frozenset({"gmail.com", "googlemail.com"})
FACTS_LOCK = 0x0FAC75
"""First half of the advisory lock's name; the second is the shop."""


def load(session: Session, shop_id: int) -> Shop | None:
    """Return the shop if it is installed and switched on."""
    shop = session.get(Shop, shop_id)
    return shop if shop is not None and shop.active else None


def active_ids(session: Session) -> list[int]:
    """Return the ids of all shops that are switched on."""
    return list(session.scalars(select(Shop.id).where(Shop.active).order_by(Shop.id)))


def lock_facts(session: Session, shop_id: int) -> None:
    """Be the only writer of this shop's facts until the transaction ends.

    One writer at a time makes a deletion and a late order of the same customer exclude each other,
    and leaves nothing to deadlock on. It costs nothing: a page or a batch holds it for milliseconds.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, :shop)"), {"space": FACTS_LOCK, "shop": shop_id}
    )


def try_lock_facts(session: Session, shop_id: int, *, wait_seconds: float) -> bool:
    """Be the only writer of this shop's facts, as `lock_facts`; False if another one is for that long."""
    lock = text("SELECT pg_try_advisory_xact_lock(:space, :shop)")
    deadline = time.monotonic() + wait_seconds
    while not session.scalar(lock, {"space": FACTS_LOCK, "shop": shop_id}):
        if time.monotonic() > deadline:
            return False
        time.sleep(wait_seconds / 10)
    return True


def email_key(session: Session, shop_id: int) -> bytes:
    """Return the shop's own key for hashes of e-mail addresses."""
    encrypted = session.scalars(select(Shop.email_key_encrypted).where(Shop.id == shop_id)).one()
    return settings.open_secret(encrypted)


def derived_key(session: Session, shop_id: int, purpose: str) -> bytes:
    """Return a key of the shop for one purpose: it follows from the shop's own, and goes with it."""
    return hmac.digest(email_key(session, shop_id), b"derived\0" + purpose.encode(), "sha256")


def keyed_name(customer_id: str, key: bytes) -> str:
    """Return what stands for a customer where no row may name them."""
    return hmac.digest(key, customer_id.encode(), "sha256").hex()


def email_hash(key: bytes, email: str | None) -> bytes | None:
    """Return the keyed hash that joins a guest's orders to an account; None for no address."""
    compared = None if email is None else fields.email(email)
    return None if compared is None else hmac.digest(key, compared.encode(), "sha256")


def mailbox_hash(key: bytes, email: str | None) -> bytes | None:
    """Return the hash of the address that this one is a variant of; None where it is none.

    Mail to ann+1@example.com reaches ann@example.com (RFC 5233); Google's mailboxes ignore dots as well.
    """
    name, at, domain = (email or "").strip().rpartition("@")
    bare = name.partition("+")[0]
    if domain.lower() in IGNORING_DOTS:
        bare = bare.replace(".", "")
    return email_hash(key, f"{bare}{at}{domain}") if bare and bare != name else None


def is_newest_word(session: Session, shop_id: int, at: datetime) -> bool:
    """Tell whether Saleor said nothing later about the app being on or off; now this is the newest."""
    newest = session.scalars(
        update(Shop)
        .where(Shop.id == shop_id, or_(Shop.status_at.is_(None), Shop.status_at < at))
        .values(status_at=at)
        .returning(Shop.id)
    ).first()
    return newest is not None
