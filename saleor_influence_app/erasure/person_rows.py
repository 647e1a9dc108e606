"""Which rows are a person's: by the account's id, or for a guest by the keyed hash of the e-mail address."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.models import Message, MessageState
from saleor_influence_app.personal_data.inventory import HOLDINGS
from saleor_influence_app.shops import shops, suppression
from saleor_influence_app.shops.suppression import GUEST

UNTIL_DONE = frozenset({"outbox", "erasures"})
"""What names somebody who was erased until Saleor's record of them is clean."""

KEPT = (MessageState.PENDING, MessageState.FAILED)
"""States of messages that have their bodies still."""

# Addresses of a guest, with that of the mailbox that they are variants of.
_OF_A_GUEST = text("""
    SELECT CAST(:address AS bytea) AS hash
    UNION SELECT mailbox_hash FROM orders
    WHERE shop_id = :shop_id AND email_hash = :address AND mailbox_hash IS NOT NULL
""")
# Of an account its own, and those that its orders alone have: not that of a till, nor of somebody else there.
_OF_AN_ACCOUNT = text("""
    WITH own AS (
        SELECT unnest(ARRAY[email_hash, mailbox_hash]) AS hash FROM customers
        WHERE shop_id = :shop_id AND customer_id = :customer_id
        UNION SELECT unnest(ARRAY[email_hash, mailbox_hash]) FROM orders
        WHERE shop_id = :shop_id AND customer_id = :customer_id
    )
    SELECT hash FROM own WHERE hash IS NOT NULL
        AND NOT EXISTS (SELECT FROM customers c WHERE c.shop_id = :shop_id AND c.email_hash = own.hash
            AND c.customer_id <> :customer_id AND c.deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM orders o WHERE o.shop_id = :shop_id AND o.email_hash = own.hash
            AND o.customer_id <> :customer_id)
""")
_ORDERS = text("""
    SELECT order_id FROM orders WHERE shop_id = :shop_id AND customer_id = :customer_id
    UNION SELECT order_id FROM orders
    WHERE shop_id = :shop_id AND customer_id IS NULL AND email_hash = ANY (:addresses)
    UNION SELECT order_id FROM orders
    WHERE shop_id = :shop_id AND customer_id IS NULL AND mailbox_hash = ANY (:addresses)
    UNION SELECT order_id FROM orders
    WHERE shop_id = :shop_id AND customer_id IS NULL AND email_hash IS NULL AND order_id = :order_id
    ORDER BY order_id
""")
_GUESTS = text("""
    SELECT DISTINCT coalesce(encode(email_hash, 'hex'), order_id) FROM orders
    WHERE shop_id = :shop_id AND customer_id IS NULL
""")
_WORDS = re.compile(r"""[^\s"'<>,;:()\[\]{}\\]+""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A customer or guest, and what of the shop's facts is theirs."""

    shop_id: int
    customer_id: str
    """The Saleor id of an account; of a guest `guest:` with the hash of the address, or an order's id."""
    addresses: tuple[bytes, ...]
    """Keyed hashes of the e-mail addresses that are theirs alone."""
    order_ids: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Return every name that the person has here: their own, and that of a guest with their address."""
        guests = (f"{GUEST}{address.hex()}" for address in self.addresses)
        return sorted({self.customer_id, *guests})


def person(session: Session, shop_id: int, customer_id: str) -> Person:
    """Find what is the person's."""
    bare = customer_id.removeprefix(GUEST)
    given: dict[str, Any] = {"shop_id": shop_id, "customer_id": customer_id}
    if bare == customer_id:
        addresses = session.scalars(_OF_AN_ACCOUNT, given).all()
    elif (address := _hash_in(bare)) is not None:
        addresses = session.scalars(_OF_A_GUEST, given | {"address": address}).all()
    else:
        addresses = []
    found = sorted(bytes(one) for one in addresses)
    of_guest = bare if bare != customer_id else None
    orders = session.scalars(_ORDERS, given | {"addresses": found, "order_id": of_guest})
    return Person(
        shop_id=shop_id, customer_id=customer_id, addresses=tuple(found), order_ids=tuple(orders.all())
    )


def is_named(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether any row names the person, beside those of an erasure that is under way."""
    given = {"shop_id": shop_id, "id": customer_id}
    if any(session.execute(one, given).first() for one in _NAMED):
        return True
    return bool(person(session, shop_id, customer_id).order_ids)


def everybody(session: Session, shop_id: int) -> set[str]:
    """Return everybody whom any row of the shop names, beside those of an erasure that is under way."""
    named = {name for one in _ALL for name in session.scalars(one, {"shop_id": shop_id})}
    guests = {f"{GUEST}{name}" for name in session.scalars(_GUESTS, {"shop_id": shop_id})}
    return (named | guests) - {""}


@dataclass(frozen=True, slots=True)
class Body:
    """A message that is kept with what Saleor sent, and speaks of the person."""

    message_id: int
    slug: str
    state: str
    error: str | None
    received_at: datetime
    content: Any
    """What in it is about them, where it could be read; else all of it as text."""


def bodies(
    session: Session, shop_id: int, people: Collection[Person], *, states: Collection[str] = KEPT
) -> Iterator[Body]:
    """Give the messages not yet handled, or not understood, that speak of any of the people."""
    words = {word for one in people for word in (one.customer_id, *one.order_ids)}
    key = shops.email_key(session, shop_id)
    sought = _Sought(words, {address for one in people for address in one.addresses}, key)
    kept = select(Message).where(
        Message.shop_id == shop_id, Message.body.is_not(None), Message.state.in_(states)
    )
    for row in session.scalars(kept.order_by(Message.id).execution_options(yield_per=200)):
        content = _read(row.body or b"")
        if sought.is_in(content):
            part = _part(content, sought)
            yield Body(row.id, row.slug, row.state, row.error, row.received_at, part)


def strays(session: Session, shop_id: int) -> list[int]:
    """Return the failed messages that speak of somebody who was erased or deleted, and is not back."""
    key = shops.email_key(session, shop_id)
    failed = (Message.shop_id == shop_id, Message.state == MessageState.FAILED, Message.body.is_not(None))
    found = []
    for row in session.scalars(select(Message).where(*failed).execution_options(yield_per=200)):
        words = set(_WORDS.findall(_written(_read(row.body or b""))))
        guests = {f"{GUEST}{one.hex()}" for one in _hashes(words, key)}
        if suppression.away(session, shop_id, words | guests):
            found.append(row.id)
    return found


@dataclass(frozen=True, slots=True)
class _Sought:
    """By what a body is known to speak of somebody."""

    words: Collection[str]
    addresses: Collection[bytes]
    key: bytes

    def is_in(self, content: Any) -> bool:
        """Say whether the content has one of the words, or an address of one of these hashes."""
        found = set(_WORDS.findall(_written(content)))
        return not found.isdisjoint(self.words) or not _hashes(found, self.key).isdisjoint(self.addresses)


def _written(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _hashes(words: Collection[str], key: bytes) -> set[bytes]:
    """Return the keyed hashes of the e-mail addresses among the words, and of their mailboxes."""
    addresses = [word for word in words if "@" in word]
    found = {hashed(key, one) for one in addresses for hashed in (shops.email_hash, shops.mailbox_hash)}
    return {one for one in found if one is not None}


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _part(content: Any, sought: _Sought) -> Any:
    """Return the content without the entries of its lists that speak of others alone."""
    if isinstance(content, dict):
        return {name: _part(value, sought) for name, value in content.items()}
    if isinstance(content, list):
        theirs = [one for one in content if sought.is_in(one)]
        return [_part(one, sought) for one in theirs] or content
    return content


def _hash_in(bare: str) -> bytes | None:
    try:
        found = bytes.fromhex(bare)
    except ValueError:
        return None
    return found if len(found) == 32 else None  # noqa: PLR2004 - SHA-256


def _queries() -> Iterator[tuple[str, str]]:
    """Give (where somebody is named, all who are named there) as SQL, table by table."""
    for one in HOLDINGS.values():
        if one.table in UNTIL_DONE:
            continue
        alive = " AND deleted_at IS NULL" if one.table == "customers" else ""
        whole = f"FROM {one.table} WHERE shop_id = :shop_id{alive}"
        for column in one.named_by:
            yield (
                f"SELECT 1 {whole} AND {column} = :id LIMIT 1",
                f"SELECT DISTINCT {column} {whole} AND {column} IS NOT NULL",
            )
        for column in one.listed_in:
            entries = f"SELECT DISTINCT unnest({column}) {whole} AND {column} <> '{{}}'"
            yield f"SELECT 1 {whole} AND {column} <> '{{}}' AND {column} @> ARRAY[:id] LIMIT 1", entries


_NAMED = tuple(text(named) for named, _ in _queries())
_ALL = tuple(text(everyone) for _, everyone in _queries())
