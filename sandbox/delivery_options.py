"""How a checkout can be sent: the shop's own ways, those that apps add, less those that apps forbid."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.apps import App
from sandbox.checkouts import Checkout, Delivery
from sandbox.events import Principal
from sandbox.identifiers import global_id, type_and_key
from sandbox.shipping import ShippingMethod
from sandbox.state import State
from sandbox.sync_webhooks import ask
from sandbox.world import Money

FRESH = timedelta(hours=24)
NAME_LIMIT = 100
DESCRIPTION_LIMIT = 255
OFFERED = "SHIPPING_LIST_METHODS_FOR_CHECKOUT"
FORBIDDEN = "CHECKOUT_FILTER_SHIPPING_METHODS"


def needs_shipping(checkout: Checkout) -> bool:
    """Whether something in it must be sent."""
    return any(line.variant.product.kind != "GIFT_CARD" for line in checkout.lines)


def is_stale(state: State, checkout: Checkout) -> bool:
    """Whether the ways must be asked for again."""
    fresh = checkout.deliveries_fresh_until
    return fresh is None or fresh <= state.store.clock.now()


def make_stale(state: State, checkout: Checkout) -> None:
    """The ways must be asked for again, unless nothing is to be sent."""
    if needs_shipping(checkout):
        checkout.deliveries_fresh_until = state.store.clock.now()


def valid(checkout: Checkout) -> list[Delivery]:
    """The ways that there were when they were asked for last."""
    return [delivery for delivery in checkout.deliveries if delivery.is_valid]


def current(state: State, checkout: Checkout, *, by: Principal, asks_apps: bool = True) -> list[Delivery]:
    """The ways that there are, asked for again where they are stale."""
    if asks_apps and is_stale(state, checkout):
        return refresh(state, checkout, by=by, overwrites=True)
    return valid(checkout)


def refresh(state: State, checkout: Checkout, *, by: Principal, overwrites: bool) -> list[Delivery]:
    """Ask for the ways again. The chosen one stays chosen, and is marked when it is not there any more.

    A chosen way whose price has changed is changed with it if `overwrites`; else it is void, and the new one
    stands beside it.
    """
    methods = _methods(state, checkout, by)
    if checkout.id not in state.store.checkouts:
        return []  # it became an order while the apps were asked
    chosen = checkout.delivery
    if chosen is not None:
        _keep(checkout, chosen, {method.id: method for method in methods}, overwrites=overwrites)
    known = {delivery.method.id: delivery for delivery in valid(checkout)}
    checkout.deliveries = []
    for method in methods:
        delivery = known.get(method.id)
        if delivery is None:
            delivery = Delivery(global_id("CheckoutDelivery", state.store.unique()), method)
        delivery.method = method
        checkout.deliveries.append(delivery)
    if chosen is not None and chosen not in checkout.deliveries:
        checkout.deliveries.append(chosen)
    checkout.deliveries_fresh_until = state.store.clock.now() + FRESH
    return valid(checkout)


def _keep(
    checkout: Checkout, chosen: Delivery, methods: dict[str, ShippingMethod], *, overwrites: bool
) -> None:
    method = methods.get(chosen.method.id)
    if method is None:
        chosen.is_valid = False
    elif not overwrites:
        if _terms(method) != _terms(chosen.method):
            chosen.is_valid = False
        elif not chosen.is_valid:
            checkout.deliveries = [
                other for other in checkout.deliveries if other is chosen or other.method.id != method.id
            ]
            chosen.is_valid = True


def _terms(method: ShippingMethod) -> tuple[object, ...]:
    return method.name, method.price, method.maximum_delivery_days, method.minimum_delivery_days


def _methods(state: State, checkout: Checkout, by: Principal) -> list[ShippingMethod]:
    own = _own_methods(state, checkout)
    offered = [
        method
        for app, answer in ask(state, OFFERED, checkout, methods=own, by=by)
        for method in _offered(app, answer, checkout.currency)
    ]
    methods = own + list({method.id: method for method in offered}.values())
    if not methods:
        return []
    reasons: dict[str, list[str]] = {}
    for _, answer in ask(state, FORBIDDEN, checkout, methods=methods, by=by):
        for key, reason in _forbidden(answer):
            reasons.setdefault(key, []).append(reason)
    return [
        method.switched(active=False, message=" ".join(filter(None, reasons[method.id])))
        if method.id in reasons
        else method
        for method in methods
    ]


def _own_methods(state: State, checkout: Checkout) -> list[ShippingMethod]:
    if not needs_shipping(checkout) or checkout.shipping_address is None:
        return []
    return [rate.in_currency(checkout.currency) for rate in state.store.shipping_rates]


def _offered(app: App, answer: Any, currency: str) -> list[ShippingMethod]:
    """The methods of an answer that make sense; one that makes none is passed over alone."""
    rows = answer if isinstance(answer, list) else []
    methods = [_method(app, row, currency) for row in rows if isinstance(row, dict)]
    return [method for method in methods if method is not None]


def _method(app: App, row: dict[str, Any], currency: str) -> ShippingMethod | None:
    key, name, description = row.get("id"), row.get("name"), row.get("description")
    days = [row.get("maximum_delivery_days"), row.get("minimum_delivery_days")]
    amount = _amount(row.get("amount"))
    fits = (
        isinstance(key, str | int)
        and isinstance(name, str)
        and len(name) <= NAME_LIMIT
        and amount is not None
        and row.get("currency") == currency
        and all(count is None or (isinstance(count, int) and count >= 0) for count in days)
        and (description is None or (isinstance(description, str) and len(description) <= DESCRIPTION_LIMIT))
    )
    if not fits:
        return None
    return ShippingMethod(
        id=global_id("app", f"{app.identifier}:{key}"),
        name=str(name),
        price=Money(currency, amount or Decimal(0)),
        maximum_delivery_days=days[0],
        minimum_delivery_days=days[1],
        description=description,
        metadata=dict(row.get("metadata") or {}),
        private_metadata=dict(row.get("private_metadata") or {}),
    )


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _forbidden(answer: Any) -> list[tuple[str, str]]:
    """The ids of methods that an app forbids, each with its reason."""
    rows: Sequence[Any] = (answer.get("excluded_methods") or []) if isinstance(answer, dict) else []
    found = []
    for row in rows if isinstance(rows, list) else []:
        key = row.get("id") if isinstance(row, dict) else None
        named = type_and_key(key) if isinstance(key, str) else None
        if named is not None and named[0] in {"app", "ShippingMethod"}:
            found.append((str(key), str(row.get("reason") or "")))
    return found
