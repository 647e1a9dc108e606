"""Vouchers, their codes, and what a code takes off the price of which lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, NamedTuple

from sandbox.world import CENT, Category, Channel, Collection, Product, User, Variant

ZERO = Decimal(0)


class NotApplicable(Exception):
    """Why a voucher is of no use for this basket, in Saleor's words."""


class Listing(NamedTuple):
    """What a voucher is worth in a channel, and what must be spent there at least."""

    value: Decimal
    min_spent: Decimal | None = None


class Priced(NamedTuple):
    """One row of a basket before its discount."""

    variant: Variant | None
    quantity: int
    unit: Decimal

    @property
    def total(self) -> Decimal:
        """The price of all of them."""
        return self.unit * self.quantity


@dataclass(slots=True, eq=False)
class VoucherCode:
    """One code; a single-use code is spent when it is no longer active."""

    graphql_type: ClassVar[str] = "VoucherCode"
    id: str
    code: str
    created_at: datetime
    used: int = 0
    is_active: bool = True
    # The addresses that have used it, where the voucher is once per customer.
    customers: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Voucher:
    """A discount and its codes, the newest first as Saleor lists them."""

    graphql_type: ClassVar[str] = "Voucher"
    pk: int
    id: str
    name: str | None
    start_date: datetime
    end_date: datetime | None = None
    codes: list[VoucherCode] = field(default_factory=list)
    type: str = "ENTIRE_ORDER"
    discount_value_type: str = "FIXED"
    # By the id of the channel.
    listings: dict[str, Listing] = field(default_factory=dict)
    usage_limit: int | None = None
    single_use: bool = False
    apply_once_per_order: bool = False
    apply_once_per_customer: bool = False
    only_for_staff: bool = False
    min_checkout_items_quantity: int | None = None
    products: list[Product] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str | None:
        """The oldest code, as Saleor shows it."""
        return self.codes[-1].code if self.codes else None

    @property
    def used(self) -> int:
        """How often its codes were used, all together."""
        return sum(code.used for code in self.codes)

    def is_open(self, channel: Channel, moment: datetime) -> bool:
        """Whether its codes count in the channel at the moment."""
        begun = self.start_date <= moment and (self.end_date is None or self.end_date >= moment)
        left = self.usage_limit is None or self.used < self.usage_limit
        return begun and left and channel.id in self.listings

    def off(self, price: Decimal, channel: Channel) -> Decimal:
        """What it takes off a price."""
        value = self.listings[channel.id].value
        if self.discount_value_type == "FIXED":
            return min(value, price)
        return min((price * value / 100).quantize(CENT, ROUND_HALF_UP), price)

    def covers(self, variant: Variant | None) -> bool:
        """Whether the variant is one of those that it is for; a voucher that names none is for all."""
        if not (self.products or self.variants or self.collections or self.categories):
            return True
        if variant is None:
            return False
        product = variant.product
        return (
            variant in self.variants
            or product in self.products
            or product.category in self.categories
            or any(collection in self.collections for collection in product.collections)
        )


def check(
    voucher: Voucher, rows: Sequence[Priced], channel: Channel, *, email: str, customer: User | None
) -> None:
    """Raise `NotApplicable` where the voucher's own conditions are not met."""
    listing = voucher.listings.get(channel.id)
    if listing is None:
        raise NotApplicable("This voucher is not assigned to this channel")
    least = listing.min_spent
    if least and sum(row.total for row in rows) < least:
        raise NotApplicable(f"This offer is only valid for orders over {least:.2f} {channel.currency_code}.")
    fewest = voucher.min_checkout_items_quantity
    if fewest and sum(row.quantity for row in rows) < fewest:
        raise NotApplicable(f"This offer is only valid for orders with a minimum of {fewest} quantity.")
    if voucher.apply_once_per_customer and any(email in code.customers for code in voucher.codes):
        raise NotApplicable("This offer is valid only once per customer.")
    if voucher.only_for_staff and (customer is None or not customer.is_staff):
        raise NotApplicable("This offer is valid only for staff customers.")


def taken_off(voucher: Voucher | None, rows: Sequence[Priced], channel: Channel) -> list[Decimal]:
    """What the voucher takes off each row; NotApplicable when it is for other goods than these."""
    if voucher is None or voucher.type == "SHIPPING" or channel.id not in voucher.listings:
        return [ZERO for _ in rows]
    covered = [voucher.type == "ENTIRE_ORDER" or voucher.covers(row.variant) for row in rows]
    if rows and not any(covered):
        raise NotApplicable("This offer is only valid for selected items.")
    if voucher.apply_once_per_order:
        return _off_the_cheapest(voucher, rows, covered, channel=channel)
    if voucher.type == "ENTIRE_ORDER":
        return _spread(voucher.off(sum((row.total for row in rows), ZERO), channel), rows)
    return [
        _off_a_row(voucher, row, channel) if is_covered else ZERO
        for row, is_covered in zip(rows, covered, strict=True)
    ]


def _off_the_cheapest(
    voucher: Voucher, rows: Sequence[Priced], covered: Sequence[bool], *, channel: Channel
) -> list[Decimal]:
    cheapest = min((row.unit, place) for place, row in enumerate(rows) if covered[place])[1]
    return [voucher.off(row.unit, channel) if place == cheapest else ZERO for place, row in enumerate(rows)]


def _off_a_row(voucher: Voucher, row: Priced, channel: Channel) -> Decimal:
    """A share is taken from the whole row, an amount from each piece."""
    if voucher.discount_value_type == "PERCENTAGE":
        return voucher.off(row.total, channel)
    return voucher.off(row.unit, channel) * row.quantity


def _spread(discount: Decimal, rows: Sequence[Priced]) -> list[Decimal]:
    """The discount of a whole order by the worth of its rows; the last row takes what rounding leaves."""
    total = sum((row.total for row in rows), ZERO)
    parts = [(discount * row.total / total).quantize(CENT, ROUND_HALF_UP) if total else ZERO for row in rows]
    if parts:
        parts[-1] += discount - sum(parts)
    return parts
