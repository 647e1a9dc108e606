"""Reads of checkouts."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.checkout_prices import prices_of, taxed
from sandbox.checkouts import Checkout, CheckoutLine, Delivery
from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.delivery_options import current, is_stale, needs_shipping
from sandbox.filters import all_of, checkout_tests
from sandbox.identifiers import checked_id
from sandbox.orders import ZERO, Transaction
from sandbox.registry import Sparse, resolves
from sandbox.requestor import Call, CircularSubscriptionSyncEvent, PermissionDenied
from sandbox.shipping import ShippingMethod
from sandbox.vouchers import Voucher
from sandbox.world import Money, TaxedMoney, User


@resolves("Query.checkout")
def checkout(_source: Any, call: Call, *, id_: str | None = None) -> Checkout | None:
    """One checkout, for everybody who knows its id."""
    found: Checkout | None = call.state.store.find(checked_id(id_, "Checkout"), Checkout)
    return found


@resolves("Query.checkouts", "MANAGE_CHECKOUTS", "HANDLE_PAYMENTS")
def checkouts(
    _source: Any, call: Call, *, filter_: Mapping[str, Any] | None = None, **window: Unpack[Page]
) -> Connection:
    """Open checkouts, the last changed first; no app is asked for it."""
    call.asks_apps = False
    is_wanted = all_of(checkout_tests(filter_ or {}))
    rows = [item for item in call.state.store.checkouts.values() if is_wanted(item)]
    rows.sort(key=lambda item: item.updated_at, reverse=True)
    return page_of_list(rows, Window(name="checkouts", **window))


@resolves("Checkout.user")
def user(source: Checkout, call: Call) -> User | None:
    """Whose it is, for themselves and for those who manage customers or payments."""
    allowed = ("MANAGE_USERS", "HANDLE_PAYMENTS", "HANDLE_TAXES")
    is_theirs = source.user is None or call.requestor.user is source.user
    if not is_theirs and not call.requestor.may(*allowed):
        raise PermissionDenied([*allowed, "OWNER"])
    return source.user


@resolves("Checkout.voucher", "MANAGE_DISCOUNTS")
def voucher(source: Checkout, call: Call) -> Voucher | None:
    """The voucher of the code in it."""
    found = call.state.store.codes.get(source.voucher_code or "")
    return found[0] if found else None


@resolves("Checkout.isShippingRequired")
def is_shipping_required(source: Checkout, _call: Call) -> bool:
    """Whether something in it must be sent."""
    return needs_shipping(source)


def _alone(call: Call) -> None:
    """Refuse what needs another app's answer while an app is waited for."""
    if call.is_waited_for:
        raise CircularSubscriptionSyncEvent


def _deliveries(source: Checkout, call: Call) -> list[Delivery]:
    return current(call.state, source, by=call.requestor.principal, asks_apps=call.asks_apps)


@resolves("Checkout.shippingMethods")
def shipping_methods(source: Checkout, call: Call) -> list[ShippingMethod]:
    """The ways to send it; apps are asked where that was long ago."""
    _alone(call)
    return [delivery.shipping_method for delivery in _deliveries(source, call)]


@resolves("Checkout.availableShippingMethods")
def available_shipping_methods(source: Checkout, call: Call) -> list[ShippingMethod]:
    """Those of them that can be chosen."""
    _alone(call)
    methods = [delivery.shipping_method for delivery in _deliveries(source, call)]
    return [method for method in methods if method.active]


def _chosen(source: Checkout, call: Call) -> ShippingMethod | None:
    chosen = source.delivery
    if chosen is None or chosen not in _deliveries(source, call):
        return None
    return chosen.shipping_method


@resolves("Checkout.shippingMethod")
def shipping_method(source: Checkout, call: Call) -> ShippingMethod | None:
    """The chosen way, as long as it is there."""
    return _chosen(source, call)


@resolves("Checkout.deliveryMethod")
def delivery_method(source: Checkout, call: Call) -> ShippingMethod | None:
    """The same by its later name; the pocket shop has no place to collect things at."""
    return _chosen(source, call)


@resolves("Checkout.availableCollectionPoints")
def available_collection_points(_source: Checkout, _call: Call) -> list[object]:
    """None, for that reason."""
    return []


@resolves("Checkout.problems")
def problems(source: Checkout, call: Call) -> list[Sparse]:
    """What is the matter with the chosen way."""
    chosen, found = source.delivery, []
    if chosen is None:
        return []
    if source.deliveries_fresh_until is not None and is_stale(call.state, source):
        found.append("CheckoutProblemDeliveryMethodStale")
    if not chosen.shipping_method.active:
        found.append("CheckoutProblemDeliveryMethodInvalid")
    return [Problem(kind, chosen) for kind in found]


class Problem(Sparse):
    """A thing that is the matter with a checkout."""

    def __init__(self, kind: str, delivery: Delivery) -> None:
        super().__init__(delivery=delivery)
        self.graphql_type = kind


@resolves("Checkout.subtotalPrice")
def subtotal_price(source: Checkout, call: Call) -> TaxedMoney:
    """All lines."""
    _alone(call)
    return taxed(source, prices_of(call.state.store, source).subtotal)


@resolves("Checkout.shippingPrice")
def shipping_price(source: Checkout, call: Call) -> TaxedMoney:
    """The way."""
    _alone(call)
    return taxed(source, prices_of(call.state.store, source).shipping)


@resolves("Checkout.totalPrice")
def total_price(source: Checkout, call: Call) -> TaxedMoney:
    """What gift cards leave to pay."""
    _alone(call)
    return taxed(source, prices_of(call.state.store, source).left)


@resolves("Checkout.totalBalance")
def total_balance(source: Checkout, call: Call) -> Money:
    """What was paid less what is to be paid."""
    left = prices_of(call.state.store, source).left
    return Money(source.currency, source.charged - left)


def _charge_status(source: Checkout, call: Call) -> str:
    left, paid = prices_of(call.state.store, source).left, source.charged
    if paid > left:
        return "OVERCHARGED"
    if paid == left and (source.lines or paid):
        return "FULL"
    return "PARTIAL" if paid else "NONE"


@resolves("Checkout.chargeStatus")
def charge_status(source: Checkout, call: Call) -> str:
    """How much of it was paid."""
    return _charge_status(source, call)


@resolves("Checkout.authorizeStatus")
def authorize_status(source: Checkout, call: Call) -> str:
    """The same with authorisations, which the sandbox only makes by charging."""
    status = _charge_status(source, call)
    return "FULL" if status == "OVERCHARGED" else status


@resolves("Checkout.transactions", "MANAGE_CHECKOUTS", "HANDLE_PAYMENTS")
def transactions(source: Checkout, _call: Call) -> list[Transaction]:
    """What was paid for it."""
    return source.transactions


def _line_total(source: CheckoutLine, call: Call) -> TaxedMoney:
    whole = source.checkout
    totals = prices_of(call.state.store, whole).lines
    total = next((sum_ for line, sum_ in zip(whole.lines, totals, strict=True) if line is source), ZERO)
    return taxed(whole, total)


@resolves("CheckoutLine.totalPrice")
def line_total_price(source: CheckoutLine, call: Call) -> TaxedMoney:
    """The price of all pieces, with what a code takes off."""
    _alone(call)
    return _line_total(source, call)


@resolves("CheckoutLine.unitPrice")
def line_unit_price(source: CheckoutLine, call: Call) -> TaxedMoney:
    """The price of one piece."""
    _alone(call)
    total = _line_total(source, call).gross.amount
    return taxed(source.checkout, round(total / source.quantity, 2))


@resolves("CheckoutLine.undiscountedUnitPrice")
def line_undiscounted_unit_price(source: CheckoutLine, _call: Call) -> Money:
    """The price of one piece without a code."""
    return Money(source.checkout.currency, source.priced.unit)


@resolves("CheckoutLine.undiscountedTotalPrice")
def line_undiscounted_total_price(source: CheckoutLine, _call: Call) -> Money:
    """The price of all pieces without a code."""
    return Money(source.checkout.currency, source.priced.total)


@resolves("CheckoutLine.requiresShipping")
def line_requires_shipping(source: CheckoutLine, _call: Call) -> bool:
    """Whether it must be sent."""
    return source.variant.product.kind != "GIFT_CARD"
