"""Hashes by which orders of one household and of one card are found, while neither is kept.

They use the shop's own key, as e-mail hashes do. An e-mail address holds no NUL, so that no text hashed here
is one hashed there. Equal hashes are a hint, not a proof: many live at one address.
"""

import hmac
import unicodedata

from webhooks.events import Address, Card

SIZE = 16
"""Bytes kept of 32: two different addresses among a billion meet by chance less than once in 10^20 shops."""
SHORTEST_STREET = 3
"""What is shorter says nothing; a street that Saleor hides from us is one letter and dots."""
DIGITS = 4
"""Transactions tell the first four digits and the last four, older payments sometimes the first six."""


def address_hash(key: bytes, address: Address | None) -> bytes | None:
    """Return the same for the same home however it is written; None where a home is not told."""
    if address is None:
        return None
    street = _folded(f"{address.street_1 or ''} {address.street_2 or ''}")
    place = _folded(address.postal_code) or _folded(address.city)
    if len(street) < SHORTEST_STREET or not place:
        return None
    return _hash(key, "address", street, place, _folded(address.country))


def payment_hash(key: bytes, card: Card | None) -> bytes | None:
    """Return the same for the same card; None if its last digits or its expiry are not told."""
    if card is None or not card.is_told:
        return None
    first, last = _digits(card.first_digits)[:DIGITS], _digits(card.last_digits)[-DIGITS:]
    if len(last) < DIGITS:
        return None
    expiry = f"{(card.year or 0) % 100:02}{card.month:02}"
    return _hash(key, "payment", _folded(card.brand), first, last, expiry)


def _hash(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")[:SIZE]


def _folded(text: str | None) -> str:
    """The text's letters and digits alone, in one case and one Unicode form."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text or "").casefold())
    return "".join(letter for letter in folded if letter.isalnum() or unicodedata.combining(letter))


def _digits(text: str | None) -> str:
    return "".join(letter for letter in text or "" if letter.isascii() and letter.isdigit())
