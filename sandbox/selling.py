"""How an order comes to be and what becomes of it; used by mutations and by the live shop alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.events import Principal, emit
from sandbox.identifiers import global_id
from sandbox.orders import ZERO, Order, OrderLine, Transaction
from sandbox.state import State
from sandbox.store import Store
from sandbox.world import CENT, Channel, User, Variant, Voucher

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


def discount_of(
    store: Store, channel: Channel, code: str | None
) -> tuple[Voucher | None, Decimal, str | None]:
    """The voucher of a code, the share of the price it takes, and the code as it is written there."""
    voucher, entry = store.codes.get(code or "", (None, None))
    if voucher is None or entry is None or not entry.is_active:
        return None, ZERO, None
    share = Decimal(voucher.listings.get(channel.id, ZERO)) / 100
    return voucher, min(share, Decimal(1)), entry.code


def place(state: State, basket: Basket, *, origin: str, draft: bool = False) -> Order:
    """The order lies in the store; nobody was told yet."""
    store = state.store
    voucher, share, code = discount_of(store, basket.channel, basket.voucher_code)
    lines = [_line(store, basket, item, share=share, code=code) for item in basket.items]
    total = sum((line.unit_gross * line.quantity for line in lines), ZERO)
    moment = store.clock.now()
    order = Order(
        pk=store.number("Order"),
        id=global_id("Order", store.unique()),
        created=moment,
        updated_at=moment,
        channel=basket.channel,
        user_email=basket.user.email if basket.user else basket.email,
        lines=lines,
        total_gross=total,
        total_net=sum((line.unit_net * line.quantity for line in lines), ZERO),
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
        spend(store, code)
    return order


def _line(store: Store, basket: Basket, item: Item, *, share: Decimal, code: str | None) -> OrderLine:
    variant, quantity, price = item
    full = variant.price if price is None else price
    unit = (full * (1 - share)).quantize(CENT, ROUND_HALF_UP)
    return OrderLine(
        id=global_id("OrderLine", store.unique()),
        variant=variant,
        product_name=variant.product.name,
        quantity=quantity,
        currency=basket.channel.currency_code,
        unit_gross=unit,
        unit_net=basket.channel.net(unit),
        undiscounted_unit_gross=full,
        voucher_code=code,
    )


def spend(store: Store, code: str | None) -> None:
    """The code was used once more; a single-use code is spent, and `used` stays (facts, section 7)."""
    voucher, entry = store.codes.get(code or "", (None, None))
    if voucher is None or entry is None:
        return
    if voucher.single_use:
        entry.is_active = False
    else:
        entry.used += 1


def complete(state: State, order: Order, *, by: Principal) -> None:
    """The draft is an order; it keeps the time at which the draft was made."""
    order.status = "UNFULFILLED"
    state.store.touch_order(order)
    state.store.put_order(order)
    state.store.join_order(order)
    spend(state.store, order.voucher_code)
    emit(state, "ORDER_CREATED", order, by=by)
    emit(state, "ORDER_CONFIRMED", order, by=by)


def pay(state: State, order: Order, amount: Decimal) -> Transaction:
    """The amount was charged; nobody was told yet."""
    store = state.store
    moment = store.clock.now()
    token = store.unique()
    transaction = Transaction(
        id=global_id("TransactionItem", token),
        token=token,
        order=order,
        created_at=moment,
        modified_at=moment,
        actions=["REFUND"],
        charged=amount,
        payment_method_details=order.card,
    )
    store.add(transaction)
    order.transactions.append(transaction)
    order.charged += amount
    store.touch_order(order)
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
    transaction.charged -= amount
    transaction.refunded += amount
    transaction.modified_at = state.store.clock.now()
    order.charged -= amount
    order.refunded += amount
    state.store.touch_order(order)
    emit(state, "ORDER_REFUNDED", order, by=by)
    if order.charged <= 0:
        emit(state, "ORDER_FULLY_REFUNDED", order, by=by)
    emit(state, "ORDER_UPDATED", order, by=by)


def cancel(state: State, order: Order, *, by: Principal) -> None:
    """The order is cancelled; money that was charged stays charged until it is refunded."""
    order.status = "CANCELED"
    state.store.touch_order(order)
    emit(state, "ORDER_CANCELLED", order, by=by)
    emit(state, "ORDER_UPDATED", order, by=by)
