"""Who was deleted or erased (by keyed tombstone: no row is to name them again), and who objects."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Exists, Row, exists, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Customer, Objection, TombstoneKind, TombstoneRow
from saleor_influence_app.shops import shops

GUEST = "guest:"
"""Begins a guest's name; what follows is the keyed hash of the e-mail address, or an order without any."""
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ended:
    """What the tombstones say of somebody: their newest word counts."""

    is_erased: bool
    is_from_folder: bool
    """The erasure was read from a folder after a restore: what Saleor has of them is not known."""
    deleted_at: datetime | None
    """When Saleor last said that the account was deleted."""


def ended(session: Session, shop_id: int, customer_ids: Collection[str]) -> dict[str, Ended]:
    """Return those of the customers and guests who have ever been erased or deleted: one keyed lookup.

    Who was erased and takes part again is erased no longer.
    """
    if not customer_ids:
        return {}
    key = shops.derived_key(session, shop_id, "tombstones")
    names = {name_of(one, key): one for one in customer_ids}
    found: dict[str, dict[str, Any]] = {}
    columns = (TombstoneRow.what, func.max(TombstoneRow.at).label("at"))
    noted_here = func.bool_or(TombstoneRow.shop_id.is_not(None)).label("noted_here")
    wanted = TombstoneRow.what.in_((TombstoneKind.ERASED, TombstoneKind.RETURNED, TombstoneKind.DELETED))
    rows = (
        select(TombstoneRow.who, *columns, noted_here)
        .where(TombstoneRow.who == func.any_(list(names)), wanted)
        .group_by(TombstoneRow.who, TombstoneRow.what)
    )
    for row in session.execute(rows):
        found.setdefault(names[row.who], {})[row.what] = row
    return {name: _ended(**by_what) for name, by_what in found.items()}


def _ended(erased: Any = None, returned: Any = None, deleted: Any = None) -> Ended:
    away = erased is not None and (returned is None or returned.at < erased.at)
    return Ended(
        is_erased=away,
        is_from_folder=away and not erased.noted_here,
        deleted_at=deleted.at if deleted is not None else None,
    )


def erased(session: Session, shop_id: int, customer_ids: Collection[str]) -> list[str]:
    """Return those of the customers and guests who were erased, and do not take part again."""
    found = ended(session, shop_id, customer_ids)
    return sorted(name for name, one in found.items() if one.is_erased)


def erased_since(session: Session, shop_id: int, moment: datetime) -> set[str]:
    """Return what stands for everybody whom the shop erased or deleted since then, by any machine's clock."""
    since = moment - CLOCKS_DIFFER
    new = TombstoneRow.noted_at.is_(None) | (TombstoneRow.noted_at >= since) | (TombstoneRow.at >= since)
    query = select(TombstoneRow.who).where(TombstoneRow.shop_id == shop_id, new)
    return set(
        session.scalars(query.where(TombstoneRow.what.in_((TombstoneKind.ERASED, TombstoneKind.DELETED))))
    )


def away(
    session: Session, shop_id: int, customer_ids: Collection[str], *, proven_after: datetime | None = None
) -> dict[str, Ended]:
    """Return those without an account here who were erased, or deleted and not listed `proven_after` that."""
    unknown = set(customer_ids) - living(session, shop_id, customer_ids)
    return {
        name: one
        for name, one in ended(session, shop_id, unknown).items()
        if one.is_erased
        or (one.deleted_at is not None and (proven_after is None or one.deleted_at >= proven_after))
    }


def buyers(order: Row[*tuple[Any, ...]]) -> set[str]:
    """Return the names of the buyer in a row of `orders`: an account's id, else those of a guest."""
    if order.customer_id is not None:
        return {order.customer_id}
    hashes = (order.email_hash, order.mailbox_hash)
    return {f"{GUEST}{one.hex()}" for one in hashes if one is not None} or {f"{GUEST}{order.order_id}"}


def living(session: Session, shop_id: int, customer_ids: Collection[str]) -> set[str]:
    """Return those who have an account here that was not deleted."""
    wanted = Customer.customer_id == func.any_(list(customer_ids)), Customer.deleted_at.is_(None)
    return set(session.scalars(select(Customer.customer_id).where(Customer.shop_id == shop_id, *wanted)))


def name_of(customer_id: str, key: bytes) -> str:
    """Return what stands for a customer (or WHOLE_SHOP) for whoever has the shop's key."""
    return shops.keyed_name(customer_id, key)


def objects(shop_id: int, customer_id: Any) -> Exists:
    """Return the condition that a customer or guest objects: nothing is computed of them."""
    made = Objection.shop_id == shop_id, Objection.customer_id == customer_id, Objection.ended_at.is_(None)
    return exists().where(*made)
