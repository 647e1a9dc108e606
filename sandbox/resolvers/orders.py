"""Reads of orders."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page
from sandbox.filters import all_of, order_tests
from sandbox.identifiers import checked_id
from sandbox.listing import Listing, Sorting, conditions_of, sorting_of
from sandbox.orders import Order
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import Money, User

NUMBER_DESCENDING = Sorting("NUMBER", descending=True)


def listing(call: Call) -> Listing:
    """How orders are listed."""
    store = call.state.store
    return Listing(
        store.order_indices,
        store.orders,
        {"CUSTOMER": lambda order: order.user_email, "STATUS": lambda order: order.status},
        {"CREATED_AT": "created_at", "LAST_MODIFIED_AT": "updated_at"},
        order_tests,
        "OrderSortField",
    )


@resolves("Query.orders", "MANAGE_ORDERS")
def orders(
    _source: Any,
    call: Call,
    *,
    sort_by: Mapping[str, Any] | None = None,
    where: Mapping[str, Any] | None = None,
    filter_: Mapping[str, Any] | None = None,
    **window: Unpack[Page],
) -> Connection:
    """Orders, drafts left out; the newest number first when no order is asked for."""
    conditions = conditions_of(where, filter_)
    field = {"CREATION_DATE": "CREATED_AT"}
    sorting = sorting_of(sort_by, NUMBER_DESCENDING)
    sorting = Sorting(field.get(sorting.field, sorting.field), sorting.descending)
    return listing(call).select(conditions, Window(name="orders", **window), sorting)


@resolves("Query.order")
def order(
    _source: Any, call: Call, *, id_: str | None = None, external_reference: str | None = None
) -> Order | None:
    """One order, for whoever knows its id; by its reference for staff and apps."""
    if external_reference is not None:
        call.requestor.require("MANAGE_ORDERS")
        return call.state.store.order_of(external_reference)
    found: Order | None = call.state.store.find(checked_id(id_, "Order"), Order)
    return found


@resolves("User.orders")
def orders_of_user(
    source: User, call: Call, *, where: Mapping[str, Any] | None = None, **page_: Unpack[Page]
) -> Connection:
    """The orders of a customer, the newest first; for themselves and for those who manage orders."""
    if call.requestor.user is not source:
        call.requestor.require("MANAGE_ORDERS")
    test = all_of(order_tests(where or {}))
    entries = sorted((item.pk, item.pk) for item in source.orders if item.status != "DRAFT" and test(item))
    window = Window(name="orders", **page_)
    if not window.first and not window.last:
        # `orders { totalCount }` needs no page.
        return Connection([], len(entries), has_next_page=False, has_previous_page=False)
    return page(entries, call.state.store.orders.__getitem__, window, descending=True)


@resolves("Order.totalCharged")
def total_charged(source: Order, _call: Call) -> Money:
    """Net of refunds: the monetary value of the order."""
    return Money(source.channel.currency_code, source.charged)


@resolves("Order.totalRefunded")
def total_refunded(source: Order, _call: Call) -> Money:
    """What was given back."""
    return source.money(source.refunded)


@resolves("Order.totalBalance")
def total_balance(source: Order, _call: Call) -> Money:
    """Charged less the total: what is owed is negative."""
    return source.money(source.charged - source.total_gross)


@resolves("Order.isPaid")
def is_paid(source: Order, _call: Call) -> bool:
    """Whether the total was charged."""
    return source.charge_status in {"FULL", "OVERCHARGED"}
