"""Facts: what messages and pages say, as rows of orders and customers."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session

from saleor_influence_app import correlation, db, log, run_queue, settings
from saleor_influence_app.errors import SecretUnreadable
from saleor_influence_app.models import Backfill, BackfillState, History, RunKind, Shop
from saleor_influence_app.orders import orders
from saleor_influence_app.orders.orders import OrderVersion
from saleor_influence_app.shops import installations, shops
from saleor_influence_app.surveys import links
from saleor_influence_app.sync import category_tree, customers, inbox
from saleor_influence_app.sync.customers import CustomerSeen
from saleor_influence_app.sync.inbox import Claimed
from webhooks.body import read_object
from webhooks.events import (
    AppEvent,
    CustomerEvent,
    CustomerPayload,
    OrderEvent,
    OrderPayload,
    OrdersEvent,
    PayloadInvalid,
    parse,
)

logger = log.get(__name__)

BATCH = 500
SLICE_SECONDS = 1.0
"""After this long a worker makes room for other shops and sends a message for the rest."""
LOCK_SECONDS = 0.5
SHORT_LOCKS = text("SET LOCAL lock_timeout = '2s'")
"""A run that writes holds the shop's row for minutes; an event that needs it waits for the next sweep."""
DELETIONS = frozenset({"customer_deleted", "account_deleted"})
PASSING = (OperationalError, InterfaceError, InternalError, SecretUnreadable)
"""The server is away, a lock did not come, keys are being rotated: no message's fault, all of them wait."""

Node = Mapping[str, Any]


@dataclass(slots=True)
class ProjectionBatch:
    """What messages or nodes say, sorted by what it is about."""

    orders: list[OrderVersion] = field(default_factory=list)
    customers: list[CustomerSeen] = field(default_factory=list)
    deleted: dict[str, datetime] = field(default_factory=dict)
    app: list[tuple[str, AppEvent]] = field(default_factory=list)
    unreadable: list[tuple[Node, str]] = field(default_factory=list)
    """Orders beside others that could be read, and why these cannot."""


def project(
    transaction: db.Transaction, shop_id: int, *, batch: int = BATCH, slice_seconds: float = math.inf
) -> int:
    """Every message that was pending is in the facts, or failed with its reason; the number of messages.

    Each batch is one transaction: a worker killed at any point leaves whole batches. A shop with many
    messages, or whose facts another task is writing for longer, makes room for others and comes again.
    """
    handled = 0
    singly = False
    until = time.monotonic() + slice_seconds
    while True:
        try:
            with transaction() as session:
                if time.monotonic() > until or not shops.try_lock_facts(
                    session, shop_id, wait_seconds=LOCK_SECONDS
                ):
                    db.after_commit(session, "facts.project", shop_id)
                    return handled
                session.execute(SHORT_LOCKS)
                claimed = inbox.claim(session, shop_id, limit=batch)
                if singly:
                    _handle_singly(session, shop_id, claimed)
                elif claimed:
                    _handle(session, shop_id, claimed)
        except PASSING:
            raise
        except Exception as error:
            if singly:
                raise
            # One message must not stop the others: the batch again, each in its own savepoint.
            logger.warning("facts.batch_failed", shop_id=shop_id, error=type(error).__name__)
            singly = True
            continue
        if not claimed:
            return handled
        handled += len(claimed)
        singly = False


def write_page(session: Session, shop_id: int, kind: str, *, nodes: Sequence[Node], read_at: datetime) -> int:
    """The page's nodes are in the facts, unreadable ones are failed messages; the number that changed."""
    shops.lock_facts(session, shop_id)
    try:
        with session.begin_nested():
            return _write_nodes(session, shop_id, kind, nodes=nodes, read_at=read_at)
    except DataError:
        return sum(_write_node(session, shop_id, kind, node=node, read_at=read_at) for node in nodes)


def history_is_complete(session: Session, shop_id: int) -> bool:
    """Tell whether both backfills are done: before that, scores would be of half a history."""
    states = session.scalars(select(Backfill.state).where(Backfill.shop_id == shop_id)).all()
    return bool(states) and all(state == BackfillState.DONE for state in states)


def request_scores(session: Session, shop_id: int) -> None:
    """New facts are scored a short while from now, together with those that follow."""
    if history_is_complete(session, shop_id):
        run_queue.request(
            session, shop_id, kind=RunKind.INCREMENTAL, delay=settings.get().score_delay_seconds
        )


def _handle(session: Session, shop_id: int, claimed: Sequence[Claimed]) -> None:
    with correlation.caused_by(message.correlation_id for message in claimed):
        _collected(session, shop_id, claimed)


def _collected(session: Session, shop_id: int, claimed: Sequence[Claimed]) -> None:
    said = ProjectionBatch()
    failed: dict[int, str] = {}
    for message in claimed:
        try:
            _collect(said, message)
        except PayloadInvalid as error:
            failed[message.id] = error.reason
    shops.lock_facts(session, shop_id)
    if _apply_app_events(session, shop_id, said.app):
        inbox.finish(session, [message.id for message in claimed if message.id not in failed])
        inbox.fail(session, failed)
        changed = _write(session, shop_id, said)
        if changed:
            request_scores(session, shop_id)
        logger.info(
            "facts.projected",
            shop_id=shop_id,
            messages=len(claimed),
            first_message=claimed[0].id,
            last_message=claimed[-1].id,
            changed=changed,
            failed=len(failed),
        )


def _handle_singly(session: Session, shop_id: int, claimed: Sequence[Claimed]) -> None:
    for message in claimed:
        try:
            with session.begin_nested():
                _handle(session, shop_id, [message])
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, a person must see it beside the message
            inbox.fail(session, {message.id: _in_words(error)})


def _in_words(error: Exception) -> str:
    if isinstance(error, DataError):  # its own text quotes the values of the statement
        return "the body holds a value that the database cannot store"
    return f"unexpected trouble with this message: {type(error).__name__}"


def _collect(said: ProjectionBatch, message: Claimed) -> None:
    if message.slug in _NODES:  # once unreadable, and now tried again
        node = read_object(message.body)
        _collect_node(said, _NODES[message.slug], node=node, read_at=message.received_at)
        return
    event = parse(message.slug, message.body, now=message.received_at)
    if isinstance(event, OrderEvent):
        said.orders.append(OrderVersion(event.order, event.issued_at))
    elif isinstance(event, OrdersEvent):
        said.orders += [OrderVersion(order, event.issued_at) for order in event.orders]
        said.unreadable += event.unreadable
    elif isinstance(event, CustomerEvent) and message.slug in DELETIONS:
        known = said.deleted.get(event.customer.id)
        said.deleted[event.customer.id] = max(known, event.issued_at) if known else event.issued_at
    elif isinstance(event, CustomerEvent):
        said.customers.append(CustomerSeen(event.customer, event.issued_at))
    elif isinstance(event, AppEvent):
        said.app.append((message.slug, event))


def _apply_app_events(session: Session, shop_id: int, events: Sequence[tuple[str, AppEvent]]) -> bool:
    """The shop is paused, resumed or purged (then False); an earlier installation does not count."""
    if not events:
        return True
    app_id = session.scalars(select(Shop.app_id).where(Shop.id == shop_id)).one()
    for slug, event in events:
        if event.app.id != app_id:
            continue
        if slug == "app_deleted":
            installations.purge(session, shop_id)
            return False
        if event.app.is_active is not None and shops.is_newest_word(session, shop_id, event.issued_at):
            (installations.resume if event.app.is_active else installations.pause)(session, shop_id)
    return True


def _write(session: Session, shop_id: int, said: ProjectionBatch, *, read_at: datetime | None = None) -> int:
    for node, reason in said.unreadable:
        _keep_unreadable(session, shop_id, History.ORDERS, node=node, reason=reason)
    changed = customers.upsert(session, shop_id, said.customers, read_at=read_at)
    customers.delete(session, shop_id, said.deleted)
    changed_orders = orders.upsert(session, shop_id, said.orders)
    links.stage(session, shop_id, {seen.order.id: seen.order.created for seen in said.orders})
    if changed_orders:
        named = {line.category_id for seen in said.orders for line in seen.order.lines if line.category_id}
        category_tree.ask_if_new(session, shop_id, named)
    return changed + changed_orders + len(said.deleted)


_NODES = {"orders_page": History.ORDERS, "customers_page": History.CUSTOMERS}
"""Slugs of what was read from a page and not understood."""


def _collect_node(said: ProjectionBatch, kind: str, *, node: Node, read_at: datetime) -> None:
    if kind == History.ORDERS:
        said.orders.append(OrderVersion(OrderPayload.of(node, now=read_at), read_at))
    else:
        said.customers.append(CustomerSeen(CustomerPayload.of(node, now=read_at), read_at))


def _write_nodes(
    session: Session, shop_id: int, kind: str, *, nodes: Sequence[Node], read_at: datetime
) -> int:
    said = ProjectionBatch()
    for node in nodes:
        try:
            _collect_node(said, kind, node=node, read_at=read_at)
        except PayloadInvalid as error:
            _keep_unreadable(session, shop_id, kind, node=node, reason=error.reason)
    return _write(session, shop_id, said, read_at=read_at)


def _write_node(session: Session, shop_id: int, kind: str, *, node: Node, read_at: datetime) -> int:
    try:
        with session.begin_nested():
            return _write_nodes(session, shop_id, kind, nodes=[node], read_at=read_at)
    except DataError as error:
        _keep_unreadable(session, shop_id, kind, node=node, reason=_in_words(error))
        return 0


def _keep_unreadable(session: Session, shop_id: int, kind: str, *, node: Node, reason: str) -> None:
    body = json.dumps(node, sort_keys=True, default=float).encode()  # amounts of a webhook are exact
    inbox.store_unreadable(session, shop_id, f"{kind}_page", body=body, reason=reason)
