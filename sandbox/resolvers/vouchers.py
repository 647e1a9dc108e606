"""Vouchers and their codes."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.events import emit
from sandbox.identifiers import global_id
from sandbox.lookup import node
from sandbox.registry import InputRefused, NotInPocketShop, mutates, resolves
from sandbox.requestor import Call
from sandbox.store import Store
from sandbox.world import Channel, Voucher, VoucherCode

_MANAGE = "MANAGE_DISCOUNTS"
# The pocket shop gives per cent of the whole order.
_ONLY = (
    ("VoucherTypeEnum", "type", "ENTIRE_ORDER"),
    ("DiscountValueTypeEnum", "discount_value_type", "PERCENTAGE"),
)


@resolves("Query.vouchers", _MANAGE)
def vouchers(_source: Any, call: Call, **window: Unpack[Page]) -> Connection:
    """All vouchers."""
    return page_of_list(list(call.state.store.vouchers.values()), Window(name="vouchers", **window))


@resolves("Query.voucher", _MANAGE)
def voucher(_source: Any, call: Call, *, id_: str) -> Voucher | None:
    """One voucher."""
    found: Voucher | None = call.state.store.find(id_, Voucher)
    return found


@resolves("Voucher.codes")
def codes(source: Voucher, _call: Call, **window: Unpack[Page]) -> Connection:
    """Its codes."""
    return page_of_list(source.codes, Window(name="codes", **window))


@resolves("Voucher.discountValue")
def discount_value(source: Voucher, _call: Call) -> float | None:
    """The value in the first channel; the sandbox gives every channel the same."""
    return float(next(iter(source.listings.values()))) if source.listings else None


@resolves("Voucher.channelListings", _MANAGE)
def listings(source: Voucher, call: Call) -> list[dict[str, Any]]:
    """What it is worth where."""
    channels = {channel.id: channel for channel in call.state.store.channels}
    return [
        {
            "id": global_id("VoucherChannelListing", f"{source.pk}-{channels[key].slug}"),
            "channel": channels[key],
            "discount_value": value,
            "currency": channels[key].currency_code,
        }
        for key, value in source.listings.items()
    ]


def new_voucher(store: Store, codes: list[str], moment: datetime, **fields: Any) -> Voucher:
    """A voucher that lies in the store with these codes."""
    key = store.number("Voucher")
    item = Voucher(key, global_id("Voucher", key), fields.pop("name", None), moment, **fields)
    item.codes = [
        VoucherCode(global_id("VoucherCode", store.unique()), code, created_at=moment) for code in codes
    ]
    store.put_voucher(item)
    return item


@mutates("voucherCreate", _MANAGE)
def voucher_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a voucher; it counts nowhere before it is listed in a channel."""
    store, words = call.state.store, input_.get("add_codes") or []
    taken = [word for word in words if word in store.codes]
    if taken:
        message = "Promo code already exists."
        raise InputRefused("codes", message, "ALREADY_EXISTS", voucher_codes=taken)
    if len(set(words)) < len(words):
        raise InputRefused("codes", "Duplicated promo code.", "DUPLICATED_INPUT_ITEM", voucher_codes=words)
    for enum, key, only in _ONLY:
        if input_.get(key) not in {None, only}:
            raise NotInPocketShop(f"{enum}.{input_[key]}")
    item = new_voucher(
        store,
        words,
        input_.get("start_date") or store.clock.now(),
        name=input_.get("name"),
        single_use=bool(input_.get("single_use")),
    )
    principal = call.requestor.principal
    if words:
        emit(call.state, "VOUCHER_CODES_CREATED", list(item.codes), by=principal)
    emit(call.state, "VOUCHER_CREATED", item, by=principal)
    return {"voucher": item}


@mutates("voucherChannelListingUpdate", _MANAGE)
def voucher_channel_listing_update(
    call: Call,
    *,
    id_: str,
    input_: dict[str, Any],
) -> dict[str, Any]:
    """The voucher is worth something in these channels."""
    item: Voucher = node(call, id_, Voucher)
    for entry in input_.get("add_channels") or []:
        if call.state.store.find(entry["channel_id"], Channel) is None:
            raise InputRefused("addChannels", "Channel was not found.", "NOT_FOUND")
        item.listings[entry["channel_id"]] = entry.get("discount_value") or Decimal(0)
    for key in input_.get("remove_channels") or []:
        item.listings.pop(key, None)
    emit(call.state, "VOUCHER_UPDATED", item, by=call.requestor.principal)
    return {"voucher": item}
