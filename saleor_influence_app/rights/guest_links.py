"""Links by which a guest reaches their page: for one person of one shop, one purpose and one day.

Only the shop's own key opens one, so that a link of another shop, or one made for something else, is none.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.shops import shops

LASTS = timedelta(hours=24)
LONGEST = 600
"""Characters; a link has about 200."""


@dataclass(frozen=True, slots=True)
class GuestToken:
    """What the link's fragment holds, and until when it counts."""

    token: str
    expires_at: datetime


def make(session: Session, shop_id: int, customer_id: str, *, now: datetime | None = None) -> GuestToken:
    """Return a new one for this person."""
    moment = now or datetime.now(UTC)
    what = f"{shop_id} {customer_id}".encode()
    token = _lock(session, shop_id).encrypt_at_time(what, int(moment.timestamp()))
    return GuestToken(token.decode(), moment + LASTS)


def whose(session: Session, shop_id: int, token: str, *, now: datetime | None = None) -> str:
    """Return for whom the token was made; raises TokenInvalid if it is none, or too old."""
    moment, lasts = now or datetime.now(UTC), int(LASTS.total_seconds())
    try:
        short = token[:LONGEST].encode()
        opened = _lock(session, shop_id).decrypt_at_time(short, lasts, int(moment.timestamp()))
    except (InvalidToken, ValueError):
        raise TokenInvalid("This link is not valid any more: ask for a new one.") from None
    shop, _, customer_id = opened.decode().partition(" ")
    if shop != str(shop_id):
        raise TokenInvalid("This link is one of another shop.")
    return customer_id


def _lock(session: Session, shop_id: int) -> Fernet:
    return Fernet(urlsafe_b64encode(shops.derived_key(session, shop_id, "links of guests")))
