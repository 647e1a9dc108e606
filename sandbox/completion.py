"""A checkout becomes an order: what is checked, what is spent, what is told."""

from decimal import Decimal

from sandbox.checkout_prices import Prices, applied, prices_of, taxed
from sandbox.checkouts import Checkout
from sandbox.delivery_options import current, needs_shipping
from sandbox.events import Principal, emit
from sandbox.gift_card_payments import charge_cards, use_card
from sandbox.identifiers import global_id, type_and_key
from sandbox.orders import ZERO, Order, OrderDiscount, OrderEvent, Shipping
from sandbox.registry import InputRefused
from sandbox.selling import announce_payment, sold_line, spend
from sandbox.state import State
from sandbox.store import Store
from sandbox.vouchers import Voucher
from sandbox.world import User

_NOT_THEIRS = "Gift card cannot be used. Order placement cancelled."
_OVER = "Gift card has expired. Order placement cancelled."


def complete(state: State, checkout: Checkout, *, customer: User | None, by: Principal) -> Order:
    """The order is there, and told; InputRefused when something is missing or was refused."""
    if not checkout.email:
        raise InputRefused(None, "Checkout email must be set.", "EMAIL_NOT_SET")
    if not checkout.lines:
        raise InputRefused("lines", "Cannot complete checkout without lines.", "NO_LINES")
    _check_shipping(state, checkout, by=by)
    made = state.store.completed.get(checkout.id)
    if made is not None:
        return made  # by another request, while an app was asked
    if checkout.billing_address is None:
        raise InputRefused("billingAddress", "Billing address is not set", "BILLING_ADDRESS_NOT_SET")
    # A code that is spent meanwhile is told before the price that it leaves.
    voucher = _usable_voucher(state, checkout)
    # So is a card that is switched off: what was authorized with it is not counted anew before.
    _check_gift_cards(state, checkout)
    prices = prices_of(state.store, checkout)
    _check_payment(checkout, prices)
    spend(state.store, checkout.voucher_code, checkout.email)
    order = _order_of(state.store, checkout, prices, voucher=voucher)
    _attach(state, order, checkout, customer=customer)
    emit(state, "ORDER_CREATED", order, by=by)
    if order.charge_status in {"FULL", "OVERCHARGED"}:
        announce_payment(state, order, by=by)
    emit(state, "ORDER_CONFIRMED", order, by=by)
    return order


def _check_shipping(state: State, checkout: Checkout, *, by: Principal) -> None:
    """The way must be there and allowed.

    Saleor asks the apps again where the ways are stale, and then looks at the chosen way as it was read
    before: one that an app forbids only now is let through, one that is not offered any more is not
    (facts, section 7, E).
    """
    if not needs_shipping(checkout):
        return
    chosen = checkout.delivery
    if chosen is None:
        raise InputRefused("shippingMethod", "Shipping method is not set", "SHIPPING_METHOD_NOT_SET")
    was_active = chosen.method.active
    current(state, checkout, by=by)
    if checkout.shipping_address is None:
        raise InputRefused("shippingAddress", "Shipping address is not set", "SHIPPING_ADDRESS_NOT_SET")
    if not (was_active and chosen.is_valid):
        message = "Delivery method is not valid for your shipping address"
        raise InputRefused("shippingMethod", message, "INVALID_SHIPPING_METHOD")


def _check_payment(checkout: Checkout, prices: Prices) -> None:
    if checkout.charged + checkout.authorized >= prices.left or checkout.channel.allow_unpaid_orders:
        return
    if checkout.transactions:
        message = "The authorized amount doesn't cover the checkout's total amount."
        raise InputRefused("id", message, "CHECKOUT_NOT_FULLY_PAID")
    message = "Provided payment methods can not cover the checkout's total amount"
    raise InputRefused(None, message, "CHECKOUT_NOT_FULLY_PAID")


def _usable_voucher(state: State, checkout: Checkout) -> Voucher | None:
    """The voucher in the checkout, if there is one, found to be of use still."""
    if checkout.voucher_code is None:
        return None
    found, email = applied(state.store, checkout), checkout.email or ""
    once = found is not None and found[0].apply_once_per_customer
    if found is None or (once and email in found[1].customers):
        raise InputRefused("voucherCode", "Voucher not applicable", "VOUCHER_NOT_APPLICABLE")
    return found[0]


def _check_gift_cards(state: State, checkout: Checkout) -> None:
    today = state.store.clock.now().date()
    for is_fine, message in (
        (all(card.is_valid(today) for card in checkout.gift_cards), _OVER),
        (all(card.is_usable_by(checkout.user) for card in checkout.gift_cards), _NOT_THEIRS),
    ):
        if not is_fine:
            raise InputRefused("giftCards", message, "INVALID")  # Saleor leaves its own code out


def _order_of(store: Store, checkout: Checkout, prices: Prices, *, voucher: Voucher | None) -> Order:
    moment, code = store.clock.now(), checkout.voucher_code
    by_line = voucher is not None and (voucher.type == "SPECIFIC_PRODUCT" or voucher.apply_once_per_order)
    lines = [
        sold_line(
            store,
            checkout.channel,
            line.priced,
            discount=line.priced.total - total,
            code=code if by_line and total < line.priced.total else None,
        )
        for line, total in zip(checkout.lines, prices.lines, strict=True)
    ]
    paid = checkout.charged
    order = Order(
        pk=store.number("Order"),
        id=global_id("Order", store.unique()),
        created=moment,
        updated_at=moment,
        channel=checkout.channel,
        user_email=checkout.email or "",
        lines=lines,
        total_gross=prices.left,
        total_net=taxed(checkout, prices.left).net.amount,
        status="UNFULFILLED" if paid + checkout.authorized >= prices.left else "UNCONFIRMED",
        voucher=voucher,
        voucher_code=code,
        charged=paid,
        shipping_address=checkout.shipping_address,
        billing_address=checkout.billing_address,
        metadata=dict(checkout.metadata),
        private_metadata=dict(checkout.private_metadata),
    )
    discount = _whole_discount(checkout, prices)
    if voucher is not None and discount:
        key = global_id("OrderDiscount", store.unique())
        order.checkout_discounts = [OrderDiscount(key, voucher.name, order.money(discount))]
    if checkout.delivery is not None and needs_shipping(checkout):
        method = checkout.delivery.method
        order.shipping = Shipping(
            method.name, taxed(checkout, prices.shipping), order.money(prices.full_shipping), method
        )
        if (type_and_key(method.id) or ("",))[0] == "app":
            order.private_metadata["external_app_shipping_id"] = method.id
    return order


def _whole_discount(checkout: Checkout, prices: Prices) -> Decimal:
    """What the code took off, also where it was taken off lines: Saleor shows the two alike."""
    full = sum((line.priced.total for line in checkout.lines), ZERO)
    return full - prices.subtotal + prices.full_shipping - prices.shipping


def _attach(state: State, order: Order, checkout: Checkout, *, customer: User | None) -> None:
    """The order has its customer, its payments and its gift cards, and the checkout is gone."""
    store = state.store
    order.user = checkout.user
    if order.user is None and customer is None:
        # A guest whose address is that of an account: Saleor gives the order to the account.
        known = store.users_by_email.get(order.user_email.lower())
        order.user = known if known is not None and known.is_active else None
    order.transactions = list(checkout.transactions)
    for transaction in order.transactions:
        transaction.order = order
    _pay_by_card(state, order, checkout)
    charge_cards(state, order, customer=checkout.user)
    if order.charge_status in {"FULL", "OVERCHARGED"}:
        order.events.append(OrderEvent(store.clock.now(), "ORDER_FULLY_PAID"))
    store.put_order(order)
    store.join_order(order)
    store.completed[checkout.id] = order
    del store.objects[checkout.id], store.checkouts[checkout.id]


def _pay_by_card(state: State, order: Order, checkout: Checkout) -> None:
    due = sum((line.total_price.gross.amount for line in order.lines), ZERO)
    due += order.shipping_price.gross.amount
    for card in checkout.gift_cards:
        part = min(card.current, due)
        if due <= 0:
            return
        due -= part
        use_card(state, card, part, order=order, customer=checkout.user)
        order.gift_cards.append(card)
