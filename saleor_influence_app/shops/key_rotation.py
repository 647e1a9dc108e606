"""Rotation of the secret key: what is stored encrypted is encrypted again with the newest one."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.models import (
    HandOffSettings,
    NetworkApp,
    PrivacySettingsRow,
    Profile,
    Revocation,
    Shop,
)

COLUMNS = (
    (Shop, Shop.id, "token_encrypted"),
    (Shop, Shop.id, "email_key_encrypted"),
    (PrivacySettingsRow, PrivacySettingsRow.shop_id, "secrets_encrypted"),
    (NetworkApp, NetworkApp.shop_id, "secret_encrypted"),
    (HandOffSettings, HandOffSettings.shop_id, "webhook_secret_encrypted"),
    (HandOffSettings, HandOffSettings.shop_id, "smtp_password_encrypted"),
    (Profile, Profile.shop_id, "token_encrypted"),
    (Revocation, Revocation.shop_id, "token_encrypted"),
)
"""Table, whose shop a row is, and the column that holds something encrypted or nothing."""


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
        shops = session.execute(select(Shop.id, Shop.api_url).order_by(Shop.id)).all()
    for shop_id, api_url in (*shops, (None, "a shop that is gone")):
        with transaction() as session:
            for model, shop_column, column in COLUMNS:
                for row in session.scalars(select(model).where(shop_column == shop_id).with_for_update()):
                    value = (getattr(row, column) or "").encode()
                    if not value:
                        continue
                    if _opens(newest, value):
                        current += 1
                    elif _opens(any_key, value):
                        rotated += 1
                        if not dry_run:
                            setattr(row, column, any_key.rotate(value).decode())
                    else:
                        unreadable.append(f"{api_url} ({column})")
    return Rotation(rotated, current, tuple(unreadable))


def _opens(key: Fernet | MultiFernet, value: bytes) -> bool:
    try:
        key.decrypt(value)
    except InvalidToken:
        return False
    return True
