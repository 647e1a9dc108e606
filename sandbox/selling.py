"""How an order comes to be and what becomes of it; used by mutations and by the live shop alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from sandbox.checkouts import Checkout
from sandbox.events import Principal, emit
from sandbox.identifiers import global_id
from sandbox.orders import ZERO, Order, OrderDiscount, OrderEvent, OrderLine, Transaction
from sandbox.state import State
from sandbox.store import Store
from sandbox.vouchers import NotApplicable, Priced, Voucher, VoucherCode, taken_off
from sandbox.world import CENT, Channel, Money, TaxedMoney, User, Variant

# A variant, how many, and the price when it is not the usual one.
Item = tuple[Variant, int, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Basket:
    """What is bought, by whom and where."""

    channel: Channel
    items: Sequence[Item]
    user: User | None = None
    email: str = ""
    voucher_code: str | None = None


def usable_code(store: Store, channel: Channel, word: str | None) -> tuple[Voucher, VoucherCode] | None:
    """The voucher of a code and the code itself, where it can be used now."""
    voucher, code = store.codes.get(word or "", (None, None))
    if voucher is None or code is None or not code.is_active:
        return None
    return (voucher, code) if voucher.is_open(channel, store.clock.now()) else None


def place(state: State, basket: Basket, *, origin: str, draft: bool = False) -> Order:
    """The order lies in the store; nobody was told yet."""
    store = state.store
    found = usable_code(store, basket.channel, basket.voucher_code)
    voucher, code = (found[0], found[1].code) if found else (None, None)
    lines = _lines(store, basket, voucher=voucher, code=code)
    moment = store.clock.now()
    order = Order(
        pk=store.number("Order"),
        id=global_id("Order", store.unique()),
        created=moment,
        updated_at=moment,
        channel=basket.channel,
        user_email=basket.user.email if basket.user else basket.email,
        lines=lines,
        total_gross=sum((line.total_price.gross.amount for line in lines), ZERO),
        total_net=sum((line.total_price.net.amount for line in lines), ZERO),
        status="DRAFT" if draft else "UNFULFILLED",
        user=basket.user,
        voucher=voucher,
        voucher_code=code,
        origin=origin,
    )
    if basket.user is not None and basket.user.orders:  # they have not moved, and have the same card
        before = basket.user.orders[-1]
        order.shipping_address, order.card = before.shipping_address, before.card
        order.collection_point_name = before.collection_point_name
    store.put_order(order)
    if not draft:
        store.join_order(order)
        spend(store, code, order.user_email)
    return order


def _lines(store: Store, basket: Basket, *, voucher: Voucher | None, code: str | None) -> list[OrderLine]:
    rows = [
        Priced(variant, quantity, variant.price if price is None else price)
        for variant, quantity, price in basket.items
    ]
    try:
        discounts = taken_off(voucher, rows, basket.channel)
    except NotApplicable:
        discounts = [ZERO for _ in rows]
    return [
        sold_line(store, basket.channel, row, discount=discount, code=code if discount else None)
        for row, discount in zip(rows, discounts, strict=True)
    ]


def sold_line(
    store: Store, channel: Channel, row: Priced, *, discount: Decimal, code: str | None
) -> OrderLine:
    """A line of an order; the code is given where it is for this line alone."""
    total = row.total - discount
    unit = (total / row.quantity).quantize(CENT, ROUND_HALF_UP)
    currency = channel.currency_code
    assert row.variant is not None  # noqa: S101 - what is sold is there
    return OrderLine(
        id=global_id("OrderLine", store.unique()),
        variant=row.variant,
        product_name=row.variant.product.name,
        quantity=row.quantity,
        currency=currency,
        unit_gross=unit,
        unit_net=channel.net(unit),
        undiscounted_unit_gross=row.unit,
        voucher_code=code,
        whole=TaxedMoney(Money(currency, total), Money(currency, channel.net(total))),
    )


def spend(store: Store, word: str | None, email: str) -> None:
    """The code was used once more; Saleor counts uses only where they are limited."""
    voucher, code = store.codes.get(word or "", (None, None))
    if voucher is None or code is None:
        return
    if voucher.usage_limit:
        code.used += 1
    if voucher.apply_once_per_customer:
        code.customers.add(email)
    if voucher.single_use:
        code.is_active = False


def give_discount(
    state: State, order: Order, value: Decimal, *, reason: str | None, is_percent: bool
) -> None:
    """Staff take so much off an order: each line bears its part."""
    before = order.total_gross
    off = before * value / 100 if is_percent else value
    off = off.quantize(CENT, ROUND_HALF_UP)
    left = 1 - off / before if before else Decimal(1)
    for line in order.lines:
        gross = (line.total_price.gross.amount * left).quantize(CENT, ROUND_HALF_UP)
        line.unit_gross = (gross / line.quantity).quantize(CENT, ROUND_HALF_UP)
        line.unit_net = order.channel.net(line.unit_gross)
        line.whole = TaxedMoney(order.money(gross), order.money(order.channel.net(gross)))
    order.total_gross = sum((line.total_price.gross.amount for line in order.lines), ZERO)
    order.total_net = sum((line.total_price.net.amount for line in order.lines), ZERO)
    order.checkout_discounts = [
        OrderDiscount(
            id=global_id("OrderDiscount", state.store.unique()),
            name=None,
            total=order.money(off),
            type="MANUAL",
            value_type="PERCENTAGE" if is_percent else "FIXED",
            reason=reason,
            percent=value if is_percent else None,
        )
    ]
    state.store.touch_order(order)


def complete(state: State, order: Order, *, by: Principal) -> None:
    """The draft is an order; it keeps the time at which the draft was made."""
    order.status = "UNFULFILLED"
    state.store.touch_order(order)
    state.store.put_order(order)
    state.store.join_order(order)
    spend(state.store, order.voucher_code, order.user_email)
    emit(state, "ORDER_CREATED", order, by=by)
    emit(state, "ORDER_CONFIRMED", order, by=by)


def pay(state: State, bought: Order | Checkout, amount: Decimal) -> Transaction:
    """The amount was charged; nobody was told yet."""
    store = state.store
    moment = store.clock.now()
    token = store.unique()
    transaction = Transaction(
        id=global_id("TransactionItem", token),
        token=token,
        order=bought if isinstance(bought, Order) else None,
        created_at=moment,
        modified_at=moment,
        actions=["REFUND"],
        charged=amount,
        payment_method_details=bought.card if isinstance(bought, Order) else None,
    )
    store.add(transaction)
    bought.transactions.append(transaction)
    if isinstance(bought, Order):
        bought.charged += amount
        if bought.charged >= bought.total_gross:
            bought.events.append(OrderEvent(moment, "ORDER_FULLY_PAID"))
        store.touch_order(bought)
    return transaction


def announce_payment(state: State, order: Order, *, by: Principal, manual: bool = False) -> None:
    """Those who listen know of the payment; marking by hand raises no ORDER_PAID (facts, section 4)."""
    if not manual:
        emit(state, "ORDER_PAID", order, by=by)
    if order.charge_status in {"FULL", "OVERCHARGED"}:
        emit(state, "ORDER_FULLY_PAID", order, by=by)
    emit(state, "ORDER_UPDATED", order, by=by)


def refund(state: State, transaction: Transaction, amount: Decimal, *, by: Principal) -> None:
    """The amount was given back; the total of the order stays as it was."""
    order = transaction.order
    assert order is not None  # noqa: S101 - a checkout's payment is not given back
    transaction.charged -= amount
    transaction.refunded += amount
    transaction.modified_at = state.store.clock.now()
    order.charged -= amount
    order.refunded += amount
    order.events.append(OrderEvent(transaction.modified_at, "PAYMENT_REFUNDED"))
    state.store.touch_order(order)
    emit(state, "ORDER_REFUNDED", order, by=by)
    if order.charged <= 0:
        emit(state, "ORDER_FULLY_REFUNDED", order, by=by)
    emit(state, "ORDER_UPDATED", order, by=by)


def cancel(state: State, order: Order, *, by: Principal) -> None:
    """The order is cancelled; money that was charged stays charged until it is refunded."""
    order.status = "CANCELED"
    who = by if isinstance(by, User) else None
    order.events.append(OrderEvent(state.store.clock.now(), "CANCELED", who))
    state.store.touch_order(order)
    emit(state, "ORDER_CANCELLED", order, by=by)
    emit(state, "ORDER_UPDATED", order, by=by)


def make_older(state: State, order: Order, *, days: int) -> None:
    """The order was made so many days before, and was changed now."""
    order.created -= timedelta(days=days)
    state.store.order_indices["CREATED_AT"].put(order.pk, order)
    state.store.touch_order(order)
    emit(state, "ORDER_UPDATED", order, by=None)
