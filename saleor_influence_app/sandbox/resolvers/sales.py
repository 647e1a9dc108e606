"""What staff and apps do to orders."""

from decimal import Decimal
from typing import Any

from saleor_influence_app.sandbox.events import emit
from saleor_influence_app.sandbox.lookup import node
from saleor_influence_app.sandbox.orders import Order
from saleor_influence_app.sandbox.registry import InputRefused, mutates
from saleor_influence_app.sandbox.requestor import Call
from saleor_influence_app.sandbox.resolvers.metadata import checked
from saleor_influence_app.sandbox.selling import (
    Basket,
    announce_payment,
    cancel,
    complete,
    discount_of,
    pay,
    place,
)
from saleor_influence_app.sandbox.world import Channel, User, Variant

_MANAGE = "MANAGE_ORDERS"


def find_order(call: Call, identifier: str | None) -> Order:
    """The order, or a refusal."""
    order: Order = node(call, identifier, Order)
    return order


def _items(call: Call, lines: list[dict[str, Any]]) -> list[tuple[Variant, int, Decimal | None]]:
    items: list[tuple[Variant, int, Decimal | None]] = []
    for line in lines:
        variant: Variant = node(call, line["variant_id"], Variant, field="lines")
        if line["quantity"] < 1:
            raise InputRefused("quantity", "Ensure this value is greater than 0.", "ZERO_QUANTITY")
        items.append((variant, line["quantity"], line.get("price")))
    return items


@mutates("draftOrderCreate", _MANAGE)
def draft_order_create(call: Call, *, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """There is a draft."""
    state = call.state
    channel: Channel | None = state.store.find(input.get("channel_id"), Channel)
    if channel is None:
        raise InputRefused("channel", "Channel id is required.", "REQUIRED")
    code = input.get("voucher_code")
    if code and discount_of(state.store, channel, code)[0] is None:
        raise InputRefused("voucherCode", "Invalid voucher code.", "INVALID_VOUCHER_CODE")
    user: User | None = state.store.find(input.get("user"), User)
    basket = Basket(
        channel=channel,
        items=_items(call, input.get("lines") or []),
        user=user,
        email=input.get("user_email") or "",
        voucher_code=code,
    )
    order = place(state, basket, origin="DRAFT", draft=True)
    order.user_email = input.get("user_email") or order.user_email
    order.customer_note = input.get("customer_note") or ""
    order.external_reference = input.get("external_reference")
    order.metadata.update(checked(input.get("metadata") or []))
    emit(state, call.requestor.principal, "DRAFT_ORDER_CREATED", order)
    return {"order": order}


@mutates("draftOrderComplete", _MANAGE)
def draft_order_complete(call: Call, *, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """The draft is an order."""
    order = find_order(call, id)
    if order.status != "DRAFT":
        raise InputRefused("id", "Provided order id belongs to non-draft order.", "INVALID")
    if not order.lines:
        raise InputRefused("lines", "Could not create order without any products.", "REQUIRED")
    complete(call.state, call.requestor.principal, order)
    return {"order": order}


@mutates("orderMarkAsPaid", _MANAGE)
def order_mark_as_paid(call: Call, *, id: str, **_: Any) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """The whole total counts as charged."""
    order = find_order(call, id)
    if order.charged > 0 or order.transactions:
        raise InputRefused(
            "payment", "Orders with payments can not be manually marked as paid.", "PAYMENT_ERROR"
        )
    pay(call.state, call.requestor.principal, order, order.total_gross)
    announce_payment(call.state, call.requestor.principal, order, manual=True)
    return {"order": order}


@mutates("orderCancel", _MANAGE)
def order_cancel(call: Call, *, id: str) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """The order is cancelled."""
    order = find_order(call, id)
    if order.status in {"CANCELED", "DRAFT", "FULFILLED"}:
        raise InputRefused("order", "This order can't be canceled.", "CANNOT_CANCEL_ORDER")
    cancel(call.state, call.requestor.principal, order)
    return {"order": order}


@mutates("orderUpdate", _MANAGE)
def order_update(
    call: Call,
    *,
    input: dict[str, Any],
    id: str | None = None,
    **_: Any,  # noqa: A002  # Saleor's names
) -> dict[str, Any]:
    """The order is changed and ORDER_UPDATED says so."""
    order = find_order(call, id)
    if order.status == "DRAFT":
        raise InputRefused("id", "Provided order id belongs to draft order.", "INVALID")
    order.user_email = input.get("user_email") or order.user_email
    order.external_reference = input.get("external_reference") or order.external_reference
    order.metadata.update(checked(input.get("metadata") or []))
    order.private_metadata.update(checked(input.get("private_metadata") or []))
    call.state.store.touch_order(order)
    emit(call.state, call.requestor.principal, "ORDER_UPDATED", order)
    return {"order": order}
