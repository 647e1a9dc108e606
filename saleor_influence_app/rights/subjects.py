"""Whom a request is about: an account, or a guest by the keyed hash of their e-mail address.

A guest's name is the one that the ledger has for them: `guest:` and that hash, or for an order without an
address its own id.
"""

import re

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import fields
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Customer, Order
from saleor_influence_app.orders import ownership
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import GUEST

_NUMBER = re.compile(r"#?([0-9]{1,18})")


def find(session: Session, shop_id: int, who: str) -> list[str]:
    """Return whom a Saleor id, a guest's name, an e-mail address or an order's number means; else raise."""
    try:
        fields.one_line(who)
    except ValueError as error:
        raise InputInvalid(f"The customer's name {error}.") from error
    if "@" in who:
        found = of_address(session, shop_id, shops.email_hash(shops.email_key(session, shop_id), who))
        if not found:
            raise RowMissing("No account and no guest's order of this shop has this address.")
        return found
    if number := _NUMBER.fullmatch(who):
        query = select(Order.order_id).where(Order.shop_id == shop_id, Order.number == number[1])
        return [of_order(session, shop_id, one) for one in session.scalars(query)] or _no_order()
    return [current(session, shop_id, who)]


def of_address(session: Session, shop_id: int, digest: bytes | None) -> list[str]:
    """Return the accounts with the address of this hash, or the guest whose orders have it."""
    if digest is None:
        return []
    accounts = session.scalars(
        select(Customer.customer_id)
        .where(Customer.shop_id == shop_id, Customer.email_hash == digest, Customer.deleted_at.is_(None))
        .order_by(Customer.customer_id)
    ).all()
    if accounts:
        return list(accounts)
    owned = ownership.order_owners(shop_id).where(Order.email_hash == digest).subquery()
    bought = (
        select(Order.order_id)
        .where(Order.shop_id == shop_id, Order.email_hash == digest)
        .where(Order.order_id.not_in(select(owned.c.order_id)))
    )
    return [guest(digest)] if session.scalar(select(bought.exists())) else []


def of_order(session: Session, shop_id: int, order_id: str) -> str:
    """Return whose the order is, or the guest who made it; raises RowMissing for none."""
    owner = ownership.order_owners(shop_id).where(Order.order_id == order_id).subquery()
    row = session.execute(
        select(Order.email_hash, owner.c.customer_id)
        .outerjoin(owner, owner.c.order_id == Order.order_id)
        .where(Order.shop_id == shop_id, Order.order_id == order_id)
    ).one_or_none()
    if row is None:
        return _no_order()[0]
    return row.customer_id or (guest(row.email_hash) if row.email_hash else f"{GUEST}{order_id}")


def current(session: Session, shop_id: int, customer_id: str) -> str:
    """Return the same person by the name that counts now: a guest may have an account since."""
    digest = address_of(customer_id)
    accounts = of_address(session, shop_id, digest) if digest else []
    return accounts[0] if accounts else customer_id


def orders_of(session: Session, shop_id: int, customer_id: str) -> list[Order]:
    """Return the orders that count as theirs, the newest first."""
    owners = ownership.order_owners(shop_id)
    if is_guest(customer_id):
        digest = address_of(customer_id)
        mine = Order.email_hash == digest if digest else Order.order_id == customer_id.removeprefix(GUEST)
        taken = owners.where(mine).subquery()
        query = select(Order).where(Order.shop_id == shop_id, mine)
        query = query.where(Order.order_id.not_in(select(taken.c.order_id)))
    else:
        # An account's orders name it, or have its address: either finds them by an index.
        address = select(Customer.email_hash).where(
            Customer.shop_id == shop_id, Customer.customer_id == customer_id
        )
        near = (Order.customer_id == customer_id) | (Order.email_hash == address.scalar_subquery())
        owned = owners.where(near).subquery()
        query = select(Order).join(owned, owned.c.order_id == Order.order_id)
        query = query.where(Order.shop_id == shop_id, owned.c.customer_id == customer_id)
    return list(session.scalars(query.order_by(Order.created_at.desc(), Order.order_id)))


def is_known(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether there is such an account, or an order of such a guest."""
    if is_guest(customer_id):
        return bool(orders_of(session, shop_id, customer_id))
    row = exists().where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)
    return bool(session.scalar(select(row.where(Customer.deleted_at.is_(None)))))


def is_guest(customer_id: str) -> bool:
    """Say whether this is the name of somebody without an account."""
    return customer_id.startswith(GUEST)


def guest(digest: bytes) -> str:
    """Return a guest's name."""
    return f"{GUEST}{digest.hex()}"


def address_of(customer_id: str) -> bytes | None:
    """Return the hash of a guest's address; None for an account, and for an order without an address."""
    if not is_guest(customer_id):
        return None
    try:
        return bytes.fromhex(customer_id.removeprefix(GUEST))
    except ValueError:
        return None


def lock(session: Session, shop_id: int, customer_id: str) -> None:
    """Be the only one who asks something in this person's name, until the transaction ends."""
    name = func.hashtextextended(f"rights of {shop_id} {customer_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(name)))


def _no_order() -> list[str]:
    raise RowMissing("There is no such order in this shop.")
