"""What staff and apps do to orders."""

from decimal import Decimal
from typing import Any

from sandbox.events import emit
from sandbox.lookup import node
from sandbox.orders import Order
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call
from sandbox.selling import (
    Basket,
    announce_payment,
    cancel,
    complete,
    give_discount,
    pay,
    place,
    usable_code,
)
from sandbox.world import Channel, User, Variant

_MANAGE = "MANAGE_ORDERS"
WHOLE = Decimal(100)


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
def draft_order_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a draft."""
    state = call.state
    channel: Channel | None = state.store.find(input_.get("channel_id"), Channel)
    if channel is None:
        raise InputRefused("channel", "Channel id is required.", "REQUIRED")
    code = input_.get("voucher_code")
    if code and usable_code(state.store, channel, code) is None:
        raise InputRefused("voucherCode", "Invalid voucher code.", "INVALID_VOUCHER_CODE")
    reference = input_.get("external_reference")
    if reference and state.store.order_of(reference) is not None:
        message = "Order with this External reference already exists."
        raise InputRefused("externalReference", message, "UNIQUE")
    user: User | None = state.store.find(input_.get("user"), User)
    basket = Basket(
        channel=channel,
        items=_items(call, input_.get("lines") or []),
        user=user,
        email=input_.get("user_email") or "",
        voucher_code=code,
    )
    order = place(state, basket, origin="DRAFT", draft=True)
    order.user_email = input_.get("user_email") or order.user_email
    order.external_reference = reference
    emit(state, "DRAFT_ORDER_CREATED", order, by=call.requestor.principal)
    return {"order": order}


@mutates("draftOrderComplete", _MANAGE)
def draft_order_complete(call: Call, *, id_: str) -> dict[str, Any]:
    """The draft is an order."""
    order = find_order(call, id_)
    if order.status != "DRAFT":
        raise InputRefused("id", "Provided order id belongs to non-draft order.", "INVALID")
    if not order.lines:
        raise InputRefused("lines", "Could not create order without any products.", "REQUIRED")
    complete(call.state, order, by=call.requestor.principal)
    return {"order": order}


@mutates("draftOrderDelete", _MANAGE)
def draft_order_delete(call: Call, *, id_: str) -> dict[str, Any]:
    """The draft is gone."""
    order = find_order(call, id_)
    if order.status != "DRAFT":
        raise InputRefused("id", "Provided order id belongs to non-draft order.", "INVALID")
    call.state.store.drop_draft(order)
    emit(call.state, "DRAFT_ORDER_DELETED", order, by=call.requestor.principal)
    return {"order": order}


@mutates("orderDiscountAdd", _MANAGE)
def order_discount_add(call: Call, *, order_id: str, input_: dict[str, Any]) -> dict[str, Any]:
    """The draft costs less: one discount an order, over all of its lines."""
    order: Order = node(call, order_id, Order, field="orderId")
    if order.status != "DRAFT":
        message = "Only draft and unconfirmed order can be modified."
        raise InputRefused("orderId", message, "CANNOT_DISCOUNT")
    if order.checkout_discounts:
        raise InputRefused("orderId", "Order already has assigned discount.", "CANNOT_DISCOUNT")
    value, is_percent = Decimal(input_["value"]), input_["value_type"] == "PERCENTAGE"
    if is_percent and value > WHOLE:
        message = "The percentage value cannot be higher than 100."
        raise InputRefused("value", message, "INVALID")
    if not is_percent and value > order.total_gross:
        message = f"The value cannot be higher than {order.total_gross}."
        raise InputRefused("value", message, "INVALID")
    give_discount(call.state, order, value, reason=input_.get("reason"), is_percent=is_percent)
    emit(call.state, "DRAFT_ORDER_UPDATED", order, by=call.requestor.principal)
    return {"order": order}


@mutates("orderMarkAsPaid", _MANAGE)
def order_mark_as_paid(call: Call, *, id_: str) -> dict[str, Any]:
    """The whole total counts as charged."""
    order = find_order(call, id_)
    if order.charged > 0 or order.transactions:
        raise InputRefused(
            "payment", "Orders with payments can not be manually marked as paid.", "PAYMENT_ERROR"
        )
    pay(call.state, order, order.total_gross)
    announce_payment(call.state, order, by=call.requestor.principal, manual=True)
    return {"order": order}


@mutates("orderCancel", _MANAGE)
def order_cancel(call: Call, *, id_: str) -> dict[str, Any]:
    """The order is cancelled."""
    order = find_order(call, id_)
    if order.status in {"CANCELED", "DRAFT", "FULFILLED"}:
        raise InputRefused("order", "This order can't be canceled.", "CANNOT_CANCEL_ORDER")
    cancel(call.state, order, by=call.requestor.principal)
    return {"order": order}
