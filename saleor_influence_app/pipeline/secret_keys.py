"""Rotation of the secret key: what is stored encrypted is encrypted again with the newest one."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.models import Shop

COLUMNS = ("token_encrypted", "email_key_encrypted")


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did, in values; `unreadable` names the shops that neither key opens."""

    rotated: int
    current: int
    unreadable: tuple[str, ...]


def rotate(transaction: db.Transaction, keys: Sequence[str], *, dry_run: bool = False) -> Rotation:
    """Every value that any of the keys opens is encrypted with the first; a repeat changes nothing.

    One transaction a shop, so that a kill leaves whole shops, and both keys open all of them.
    """
    newest, any_key = Fernet(keys[0]), MultiFernet([Fernet(key) for key in keys])
    rotated, current, unreadable = 0, 0, []
    with transaction() as session:
        shop_ids = session.scalars(select(Shop.id).order_by(Shop.id)).all()
    for shop_id in shop_ids:
        with transaction() as session:
            shop = session.scalars(select(Shop).where(Shop.id == shop_id).with_for_update()).one_or_none()
            for column in COLUMNS if shop is not None else ():
                value = getattr(shop, column).encode()
                if _opens(newest, value):
                    current += 1
                elif _opens(any_key, value):
                    rotated += 1
                    if not dry_run:
                        setattr(shop, column, any_key.rotate(value).decode())
                else:
                    unreadable.append(f"{shop.api_url} ({column})" if shop else "")
    return Rotation(rotated, current, tuple(unreadable))


def _opens(key: Fernet | MultiFernet, value: bytes) -> bool:
    try:
        key.decrypt(value)
    except InvalidToken:
        return False
    return True
