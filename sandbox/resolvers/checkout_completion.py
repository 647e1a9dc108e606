"""How a checkout is sent, and how it becomes an order."""

from typing import Any

from sandbox.checkout_prices import recalculate
from sandbox.completion import complete
from sandbox.delivery_options import current, refresh
from sandbox.identifiers import type_and_key
from sandbox.registry import InputRefused, NotInPocketShop, mutates
from sandbox.requestor import Call
from sandbox.resolvers.checkout_changes import changed, find_checkout
from sandbox.resolvers.metadata import checked

_WAYS = {"ShippingMethod", "CheckoutDelivery", "app"}


@mutates("deliveryOptionsCalculate")
def delivery_options_calculate(call: Call, *, id_: str) -> dict[str, Any]:
    """The ways to send it, asked for now; what was chosen stays chosen."""
    try:
        checkout = find_checkout(call, id_)
    except InputRefused as refusal:
        return {"deliveries": [], "errors": [refusal.error]}
    ways = refresh(call.state, checkout, by=call.requestor.principal, overwrites=False)
    return {"deliveries": ways}


@mutates("checkoutDeliveryMethodUpdate")
def checkout_delivery_method_update(
    call: Call, *, delivery_method_id: str | None = None, id_: str | None = None
) -> dict[str, Any]:
    """It is sent this way, which must be one of those that can be chosen; without an id, in none."""
    checkout = find_checkout(call, id_)
    chosen = None
    if delivery_method_id is not None:
        kind = (type_and_key(delivery_method_id) or ("",))[0]
        if kind == "Warehouse":
            raise NotInPocketShop("Warehouse")
        if kind not in _WAYS:
            message = "ID does not belong to Warehouse, ShippingMethod, or CheckoutDelivery"
            raise InputRefused("deliveryMethodId", message, "INVALID")
        ways = current(call.state, checkout, by=call.requestor.principal)
        open_ways = [way for way in ways if way.method.active]
        wanted = delivery_method_id
        chosen = next((way for way in open_ways if wanted in {way.id, way.method.id}), None)
        if chosen is None:
            message = "This shipping method is not applicable."
            raise InputRefused("deliveryMethodId", message, "DELIVERY_METHOD_NOT_APPLICABLE")
    if chosen is checkout.delivery:
        return {"checkout": checkout}
    checkout.delivery = chosen
    recalculate(call.state.store, checkout)
    return changed(call, checkout)


@mutates("checkoutComplete")
def checkout_complete(
    call: Call, *, id_: str | None = None, metadata: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """There is an order; who asks a second time gets the same one."""
    nothing = {"confirmation_needed": False, "confirmation_data": None}
    made = call.state.store.completed.get(id_ or "")
    if made is not None:
        return {"order": made, **nothing}
    try:
        checkout = find_checkout(call, id_)
        checkout.metadata.update(checked(metadata or []))
        requestor = call.requestor
        customer = checkout.user if requestor.may("IMPERSONATE_USER") else requestor.user
        order = complete(call.state, checkout, customer=customer, by=requestor.principal)
    except InputRefused as refusal:
        return {"order": None, **nothing, "errors": [refusal.error]}
    return {"order": order, **nothing}
