"""Changes of vouchers, their codes and what they are worth where."""

from collections import Counter
from decimal import Decimal
from typing import Any

from sandbox.events import emit
from sandbox.identifiers import global_id, type_and_key
from sandbox.lookup import node
from sandbox.registry import InputRefused, SaleorFails, mutates
from sandbox.requestor import Call
from sandbox.store import Store
from sandbox.vouchers import Listing, Voucher, VoucherCode
from sandbox.world import CENT, Category, Channel, Collection, Product, Variant

_MANAGE = "MANAGE_DISCOUNTS"
_GOODS: dict[str, type] = {
    "products": Product,
    "variants": Variant,
    "collections": Collection,
    "categories": Category,
}


_PLAIN = (
    *("name", "type", "discount_value_type", "start_date", "end_date", "single_use", "usage_limit"),
    *("apply_once_per_order", "apply_once_per_customer", "only_for_staff", "min_checkout_items_quantity"),
)


def new_voucher(store: Store, **fields: Any) -> Voucher:
    """A voucher without codes that lies in the store."""
    key = store.number("Voucher")
    item = Voucher(key, global_id("Voucher", key), **fields)
    store.put_voucher(item)
    return item


def _words(store: Store, given: list[str]) -> list[str]:
    """The new codes; one is made up for each that is empty."""
    words = [word.strip() for word in given]
    repeated = [word for word, count in Counter(words).items() if count > 1]
    if repeated:
        message = "Duplicated promo codes provided."
        raise InputRefused("codes", message, "DUPLICATED_INPUT_ITEM", voucher_codes=repeated)
    taken = [word for word in words if word and store.is_promo_code(word)]
    if taken:
        raise InputRefused("codes", "Promo code already exists.", "ALREADY_EXISTS", voucher_codes=taken)
    return [word or store.new_promo_code() for word in words]


def _fields(store: Store, values: dict[str, Any]) -> dict[str, Any]:
    """The fields that were given, goods instead of their ids."""
    fields = {name: values[name] for name in _PLAIN if name in values}
    for name, kind in _GOODS.items():
        if values.get(name) is None:
            continue
        found = [store.find(key, kind) for key in values[name]]
        if None in found:
            message = f"Could not resolve to a node with the global id list of '{values[name]}'."
            raise InputRefused(name, message, "GRAPHQL_ERROR")
        fields[name] = found
    return fields


def _check_dates(start: Any, end: Any) -> None:
    if end is not None and start > end:
        raise InputRefused("endDate", "End date cannot be before the start date.", "INVALID")


@mutates("voucherCreate", _MANAGE)
def voucher_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a voucher; it counts nowhere before it is listed in a channel."""
    store, given = call.state.store, input_.pop("add_codes", None)
    if not given:
        message = "At least one of arguments is required: 'code', 'addCodes'."
        raise InputRefused(None, message, "GRAPHQL_ERROR")
    words = _words(store, given)
    fields = {name: value for name, value in _fields(store, input_).items() if value is not None}
    fields = {"name": None, "start_date": store.clock.now(), **fields}
    _check_dates(fields["start_date"], fields.get("end_date"))
    item = new_voucher(store, **fields)
    principal = call.requestor.principal
    emit(call.state, "VOUCHER_CODES_CREATED", store.put_codes(item, words), by=principal)
    emit(call.state, "VOUCHER_CREATED", item, by=principal)
    return {"voucher": item}


def _is_used(store: Store, item: Voucher) -> bool:
    words = {code.code for code in item.codes}
    return any(order.voucher_code in words for order in store.orders.values()) or any(
        checkout.voucher_code in words for checkout in store.checkouts.values()
    )


_KEPT_ONCE_USED = {"single_use": ("singleUse", "single use"), "usage_limit": ("usageLimit", "usage limit")}


@mutates("voucherUpdate", _MANAGE)
def voucher_update(call: Call, *, id_: str, input_: dict[str, Any]) -> dict[str, Any]:
    """The voucher is another, or has more codes."""
    store = call.state.store
    item: Voucher = node(call, id_, Voucher)
    words = _words(store, input_.pop("add_codes", None) or [])
    for name, (field, words_for_it) in _KEPT_ONCE_USED.items():
        if name in input_ and input_[name] != getattr(item, name) and _is_used(store, item):
            message = f"Cannot change {words_for_it} setting when any voucher code has already been used."
            raise InputRefused(field, message, "VOUCHER_ALREADY_USED")
    fields = _fields(store, input_)
    _check_dates(fields.get("start_date") or item.start_date, fields.get("end_date", item.end_date))
    for name, value in fields.items():
        setattr(item, name, value)
    codes = store.put_codes(item, words)
    principal = call.requestor.principal
    if fields or words:
        emit(call.state, "VOUCHER_UPDATED", item, by=principal)
    if codes:
        emit(call.state, "VOUCHER_CODES_CREATED", codes, by=principal)
    return {"voucher": item}


@mutates("voucherDelete", _MANAGE)
def voucher_delete(call: Call, *, id_: str) -> dict[str, Any]:
    """The voucher is gone with all its codes."""
    item: Voucher = node(call, id_, Voucher)
    if not item.codes:
        raise SaleorFails("AttributeError", "it asks for the first code of a voucher that has none")
    call.state.store.drop_voucher(item)
    emit(call.state, "VOUCHER_DELETED", item, by=call.requestor.principal)
    return {"voucher": item}


@mutates("voucherCodeBulkDelete", _MANAGE)
def voucher_code_bulk_delete(call: Call, *, ids: list[str]) -> dict[str, Any]:
    """The codes are gone; those that were gone already are no matter."""
    wrong = [key for key in ids if (type_and_key(key) or ("",))[0] != "VoucherCode"]
    if wrong:
        refusal = {"path": "ids", "message": "Invalid VoucherCode ID.", "code": "INVALID"}
        return {"count": 0, "errors": [{**refusal, "voucher_codes": wrong}]}
    store = call.state.store
    found = {key: store.find(key, VoucherCode) for key in ids}
    codes = [code for code in found.values() if code is not None]
    store.drop_codes(codes)
    emit(call.state, "VOUCHER_CODES_DELETED", codes, by=call.requestor.principal)
    return {"count": len(codes)}


def _worth(item: Voucher, channel: Channel, entry: dict[str, Any]) -> Listing:
    """What the voucher is worth in the channel from now on."""
    before = item.listings.get(channel.id)
    value: Decimal | None = entry.get("discount_value")
    is_named, is_share = "discount_value" in entry, item.discount_value_type == "PERCENTAGE"
    if is_share and value is None:
        raise SaleorFails("TypeError", "it compares a share that was not given with 100")
    if (is_named and value is None) or (before is None and not value):
        raise InputRefused(
            "discountValue", "Value is required for voucher.", "REQUIRED", channels=[channel.id]
        )
    if not is_share and value is not None:
        _check_cents("discountValue", value, channel)
    elif is_share and value is not None and value > 100:  # noqa: PLR2004  # %
        raise InputRefused("discountValue", "Invalid percentage value.", "INVALID", channels=[channel.id])
    least = entry.get("min_amount_spent")
    if least:
        _check_cents("minAmountSpent", least, channel)
    kept = before or Listing(Decimal(0))
    return Listing(
        kept.value if value is None else value, least if "min_amount_spent" in entry else kept.min_spent
    )


def _check_cents(field: str, amount: Decimal, channel: Channel) -> None:
    if amount != amount.quantize(CENT):
        raise InputRefused(field, "Invalid amount precision.", "INVALID", channels=[channel.id])


@mutates("voucherChannelListingUpdate", _MANAGE)
def voucher_channel_listing_update(
    call: Call,
    *,
    id_: str,
    input_: dict[str, Any],
) -> dict[str, Any]:
    """The voucher is worth something in these channels."""
    item: Voucher = node(call, id_, Voucher)
    new = {}
    for entry in input_.get("add_channels") or []:
        channel: Channel | None = call.state.store.find(entry["channel_id"], Channel)
        if channel is None:
            raise InputRefused("addChannels", "Channel was not found.", "NOT_FOUND")
        new[channel.id] = _worth(item, channel, entry)
    item.listings.update(new)
    for key in input_.get("remove_channels") or []:
        item.listings.pop(key, None)
    emit(call.state, "VOUCHER_UPDATED", item, by=call.requestor.principal)
    return {"voucher": item}
