"""Reads of vouchers and their codes."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.filters import all_of, voucher_tests
from sandbox.identifiers import checked_id, global_id
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.vouchers import Voucher
from sandbox.world import Category, Collection, Money, Product, Variant

_MANAGE = "MANAGE_DISCOUNTS"


@resolves("Query.vouchers", _MANAGE)
def vouchers(
    _source: Any, call: Call, *, filter_: Mapping[str, Any] | None = None, **window: Unpack[Page]
) -> Connection:
    """Vouchers by name; those without a name come last."""
    is_wanted = all_of(voucher_tests(filter_ or {}))
    rows = [item for item in call.state.store.vouchers.values() if is_wanted(item)]
    rows.sort(key=lambda item: (item.name is None, item.name or "", item.pk))
    return page_of_list(rows, Window(name="vouchers", **window))


@resolves("Query.voucher", _MANAGE)
def voucher(_source: Any, call: Call, *, id_: str) -> Voucher | None:
    """One voucher."""
    found: Voucher | None = call.state.store.find(checked_id(id_, "Voucher"), Voucher)
    return found


@resolves("Voucher.codes")
def codes(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """Its codes, the newest first."""
    return page_of_list(source.codes, Window(name="codes", **window))


@resolves("Voucher.categories")
def categories(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """The categories that it is for."""
    rows: list[Category] = source.categories
    return page_of_list(rows, Window(name="categories", **window))


@resolves("Voucher.collections", _MANAGE)
def collections(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """The collections that it is for."""
    rows: list[Collection] = source.collections
    return page_of_list(rows, Window(name="collections", **window))


@resolves("Voucher.products", _MANAGE)
def products(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """The products that it is for."""
    rows: list[Product] = source.products
    return page_of_list(rows, Window(name="products", **window))


@resolves("Voucher.variants", _MANAGE)
def variants(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """The variants that it is for."""
    rows: list[Variant] = source.variants
    return page_of_list(rows, Window(name="variants", **window))


@resolves("Voucher.discountValue")
def discount_value(_source: Voucher, _call: Call) -> None:
    """Nothing, as in Saleor where no channel is named: the listings say it."""


@resolves("Voucher.currency")
def currency(_source: Voucher, _call: Call) -> None:
    """Nothing, for the same reason."""


@resolves("Voucher.minSpent")
def min_spent(_source: Voucher, _call: Call) -> None:
    """Nothing, for the same reason."""


@resolves("Voucher.channelListings", _MANAGE)
def listings(source: Voucher, call: Call) -> list[dict[str, Any]]:
    """What it is worth where."""
    channels = {channel.id: channel for channel in call.state.store.channels}
    return [
        {
            "id": global_id("VoucherChannelListing", f"{source.pk}-{channels[key].slug}"),
            "channel": channels[key],
            "discount_value": listing.value,
            "currency": channels[key].currency_code,
            "min_spent": None
            if listing.min_spent is None
            else Money(channels[key].currency_code, listing.min_spent),
        }
        for key, listing in source.listings.items()
    ]
