"""What a checkout costs, and whether the code in it still applies."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.checkouts import Checkout
from sandbox.delivery_options import needs_shipping
from sandbox.orders import ZERO
from sandbox.selling import usable_code
from sandbox.store import Store
from sandbox.vouchers import NotApplicable, Priced, Voucher, VoucherCode, check, taken_off
from sandbox.world import Money, TaxedMoney


@dataclass(frozen=True, slots=True)
class Prices:
    """The parts of what a checkout costs; `left` is what the gift cards leave to pay."""

    lines: list[Decimal]
    shipping: Decimal
    full_shipping: Decimal
    left: Decimal

    @property
    def subtotal(self) -> Decimal:
        """All lines."""
        return sum(self.lines, ZERO)

    @property
    def total(self) -> Decimal:
        """All lines and the way."""
        return self.subtotal + self.shipping


def applied(store: Store, checkout: Checkout) -> tuple[Voucher, VoucherCode] | None:
    """The voucher and the code in the checkout, as long as they can be used."""
    return usable_code(store, checkout.channel, checkout.voucher_code)


def prices_of(store: Store, checkout: Checkout) -> Prices:
    """Return what the checkout costs now."""
    rows, found = _rows(checkout), applied(store, checkout)
    voucher = found[0] if found else None
    try:
        discounts = taken_off(voucher, rows, checkout.channel)
    except NotApplicable:
        discounts = [ZERO for _ in rows]
    full = _full_shipping(checkout)
    shipping = full - voucher.off(full, checkout.channel) if voucher and voucher.type == "SHIPPING" else full
    lines = [row.total - discount for row, discount in zip(rows, discounts, strict=True)]
    left = sum(lines, ZERO) + shipping
    today = store.clock.now().date()
    on_cards = sum((card.current for card in checkout.gift_cards if card.is_valid(today)), ZERO)
    return Prices(lines, shipping, full, left=max(left - on_cards, ZERO))


def taxed(checkout: Checkout, gross: Decimal) -> TaxedMoney:
    """The amount with the tax of the channel in it."""
    channel = checkout.channel
    return TaxedMoney(Money(channel.currency_code, gross), Money(channel.currency_code, channel.net(gross)))


def _rows(checkout: Checkout) -> list[Priced]:
    return [line.priced for line in checkout.lines]


def _full_shipping(checkout: Checkout) -> Decimal:
    if checkout.delivery is None or not needs_shipping(checkout):
        return ZERO
    return checkout.delivery.method.price.amount


def put_code(checkout: Checkout, voucher: Voucher, code: VoucherCode) -> None:
    """The code is in the checkout; NotApplicable when it does not fit."""
    checkout.discount_amount = _discount(checkout, voucher)
    checkout.voucher_code, checkout.discount_name = code.code, voucher.name


def drop_code(checkout: Checkout) -> None:
    """No code is in the checkout."""
    checkout.voucher_code = checkout.discount_name = None
    checkout.discount_amount = ZERO


def recalculate(store: Store, checkout: Checkout) -> None:
    """The discount fits what is in the checkout now; a code that no longer applies is taken out."""
    found = applied(store, checkout)
    if found is None:
        drop_code(checkout)
        return
    try:
        checkout.discount_amount = _discount(checkout, found[0])
    except NotApplicable:
        drop_code(checkout)


def _discount(checkout: Checkout, voucher: Voucher) -> Decimal:
    rows, channel = _rows(checkout), checkout.channel
    check(voucher, rows, channel, email=checkout.email or "", customer=checkout.user)
    if voucher.type != "SHIPPING":
        return sum(taken_off(voucher, rows, channel), ZERO)
    if not needs_shipping(checkout):
        raise NotApplicable("Your order does not require shipping.")
    if checkout.delivery is None:
        raise NotApplicable("Please select a delivery method first.")
    return voucher.off(_full_shipping(checkout), channel)
