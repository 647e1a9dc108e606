"""Orders as rows: whatever comes in whatever sequence, the newest state of each is what stays."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from saleor_influence_app.orders import order_benefits, order_service, order_traits
from saleor_influence_app.orders import order_sql as sql
from saleor_influence_app.orders.order_benefits import BenefitsSeen
from saleor_influence_app.orders.order_service import ServiceSeen
from saleor_influence_app.orders.order_traits import TraitsSeen
from saleor_influence_app.shops import shops, suppression
from webhooks.events import OrderPayload


@dataclass(frozen=True, slots=True)
class OrderVersion:
    """A state of an order, and when Saleor said so."""

    order: OrderPayload
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Candidate:
    order: OrderPayload
    seen_at: datetime
    fingerprint: bytes

    @property
    def age(self) -> tuple[datetime, datetime, bytes]:
        return self.order.updated_at, self.seen_at, self.fingerprint


def upsert(session: Session, shop_id: int, seen: Sequence[OrderVersion]) -> int:
    """Each order has its newest known state with the lines of that state; the number of those that changed.

    The newest is the greatest (updatedAt, seen_at, fingerprint): a total order over contents, so that
    any sequence of the same states ends in the same rows. The caller holds `shops.lock_facts`.
    """
    if not seen:
        return 0
    newest = _newest(seen)
    key = shops.email_key(session, shop_id)
    traits = [TraitsSeen.of(one.order, one.seen_at, key) for one in seen]
    benefits = [BenefitsSeen.of(one.order, one.seen_at) for one in seen]
    services = [ServiceSeen.of(one.order, one.seen_at) for one in seen]
    before = order_traits.shown(session, shop_id, newest)
    won = session.execute(sql.UPSERT, {"shop_id": shop_id} | _columns(newest.values(), key)).all()
    changed = {row.order_id for row in won if row.changed}
    _replace_lines(session, shop_id, [newest[order_id].order for order_id in sorted(changed)])
    bound = {(row.order_id, newest[row.order_id].order.user_id) for row in won}
    _remember_accounts(session, shop_id, {(one.order.id, one.order.user_id) for one in seen} - bound)
    order_traits.store(session, shop_id, filter(None, traits))
    order_benefits.store(session, shop_id, filter(None, benefits))
    order_service.store(session, shop_id, filter(None, services))
    _anonymise(session, shop_id, list(newest))
    order_traits.mark_lines(session, shop_id, newest)
    after = order_traits.shown(session, shop_id, newest)
    return len(changed | {order_id for order_id, now in after.items() if before.get(order_id) != now})


def unbind(session: Session, shop_id: int, customer_ids: Collection[str]) -> int:
    """Take these customers, who were deleted or erased, off all orders, with all hashes; returns how many.

    Their tombstones are noted already.
    """
    bound = session.scalars(sql.BOUND_TO, {"shop_id": shop_id, "ids": list(customer_ids)}).all()
    if bound:
        _anonymise(session, shop_id, bound)
    return len(bound)


def take_names_off(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """Let these orders be the shop's alone: no name and no hash stays, and nothing is computed of them."""
    session.execute(sql.TAKE_NAMES_OFF, {"shop_id": shop_id, "order_ids": list(order_ids)})


def remove(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    """Delete orders that Saleor no longer has (it deletes expired ones)."""
    parameters = {"shop_id": shop_id, "order_ids": list(order_ids)}
    session.execute(sql.DELETE_LINES, parameters)
    session.execute(sql.DELETE_ORDERS, parameters)
    order_service.remove(session, shop_id, order_ids)


def _anonymise(session: Session, shop_id: int, order_ids: Sequence[str]) -> None:
    """Take off these orders whoever was deleted or erased, by their tombstones."""
    given = {"shop_id": shop_id, "order_ids": list(order_ids)}
    rows = session.execute(sql.NAMES, given).all()
    buyers = {row.order_id: suppression.buyers(row) for row in rows}
    accounts = {name for row in rows for name in (*row.former_accounts, *row.gift_givers)} - {""}
    ended = suppression.ended(session, shop_id, accounts.union(*buyers.values()))
    erased = {name for name, one in ended.items() if one.is_erased}
    deleted = {name for name, one in ended.items() if one.deleted_at is not None}
    gone = erased | (deleted - suppression.living(session, shop_id, deleted))
    nobodys = [order_id for order_id, names in buyers.items() if names & erased]
    if nobodys:
        take_names_off(session, shop_id, nobodys)
    session.execute(sql.UNBIND, given | {"ids": sorted(gone)})
    if gone:
        order_traits.forget_givers(session, shop_id, order_ids, gone=gone)


def _newest(seen: Iterable[OrderVersion]) -> dict[str, _Candidate]:
    newest: dict[str, _Candidate] = {}
    for one in seen:
        candidate = _Candidate(one.order, one.seen_at, _fingerprint(one.order))
        known = newest.get(one.order.id)
        if known is None or candidate.age > known.age:
            newest[one.order.id] = candidate
    return dict(sorted(newest.items()))


def _fingerprint(order: OrderPayload) -> bytes:
    """Hash the content without the e-mail address, which must not survive its deletion in any form."""
    lines = sorted(
        (line.id, line.product_id, line.category_id, line.quantity, str(line.net)) for line in _lines(order)
    )
    content = (
        order.number,
        order.created.isoformat(),
        order.status,
        order.charge_status,
        order.channel,
        order.currency,
        str(order.total_gross),
        str(order.total_net),
        str(order.total_charged),
        order.voucher_code,
        order.user_id,
        lines,
    )
    return blake2b(repr(content).encode(), digest_size=8).digest()


def _lines(order: OrderPayload) -> Iterable[Any]:
    """The order's lines, each id once."""
    return {line.id: line for line in order.lines}.values()


def _columns(candidates: Collection[_Candidate], key: bytes) -> dict[str, list[Any]]:
    orders = [candidate.order for candidate in candidates]
    return {
        "order_id": [order.id for order in orders],
        "number": [order.number for order in orders],
        "created_at": [order.created for order in orders],
        "updated_at": [order.updated_at for order in orders],
        "status": [order.status for order in orders],
        "charge_status": [order.charge_status for order in orders],
        "channel": [order.channel for order in orders],
        "currency": [order.currency for order in orders],
        "gross": [order.total_gross for order in orders],
        "net": [order.total_net for order in orders],
        "charged": [order.total_charged for order in orders],
        "voucher_code": [order.voucher_code for order in orders],
        "customer_id": [order.user_id for order in orders],
        "email_hash": [shops.email_hash(key, order.user_email) for order in orders],
        "mailbox_hash": [shops.mailbox_hash(key, order.user_email) for order in orders],
        "seen_at": [candidate.seen_at for candidate in candidates],
        "fingerprint": [candidate.fingerprint for candidate in candidates],
    }


def _replace_lines(session: Session, shop_id: int, orders: list[OrderPayload]) -> None:
    if orders:
        parameters = {"shop_id": shop_id, "order_ids": [order.id for order in orders]}
        session.execute(sql.DELETE_LINES, parameters)
    rows = [(order.id, line) for order in orders for line in _lines(order)]
    if rows:
        session.execute(
            sql.INSERT_LINES,
            {
                "shop_id": shop_id,
                "order_id": [order_id for order_id, _ in rows],
                "line_id": [line.id for _, line in rows],
                "product_id": [line.product_id for _, line in rows],
                "category_id": [line.category_id for _, line in rows],
                "quantity": [line.quantity for _, line in rows],
                "net": [line.net for _, line in rows],
            },
        )


def _remember_accounts(session: Session, shop_id: int, pairs: Collection[tuple[str, str | None]]) -> None:
    """An older state still tells to which account the order was bound, which a deletion must know."""
    known = sorted((order_id, account) for order_id, account in pairs if account is not None)
    if known:
        session.execute(
            sql.REMEMBER_ACCOUNTS,
            {
                "shop_id": shop_id,
                "order_id": [order_id for order_id, _ in known],
                "customer_id": [account for _, account in known],
            },
        )
