"""Metadata of everything: reads, writes, and the events that writes bring about."""

from collections.abc import Callable
from typing import Any

from sandbox.checkouts import Checkout
from sandbox.events import emit
from sandbox.gift_cards import GiftCard
from sandbox.identifiers import type_and_key
from sandbox.orders import Order
from sandbox.permissions import require_for_type, require_private, require_public
from sandbox.registry import InputRefused, mutates, read, resolves
from sandbox.requestor import Call, PermissionDenied, Requestor
from sandbox.vouchers import Voucher
from sandbox.world import User

Values = dict[str, str]


def _public(item: Any) -> Values:
    values: Values = read(item, "metadata")
    return values


def _private(item: Any) -> Values:
    values: Values = read(item, "private_metadata")
    return values


def _items(values: Values) -> list[dict[str, str]]:
    return [{"key": key, "value": values[key]} for key in sorted(values)]


def _some(values: Values, keys: list[str] | None) -> Values:
    return {key: value for key, value in values.items() if keys is None or key in keys}


@resolves("*.metadata")
def metadata(source: Any, _call: Call) -> list[dict[str, str]]:
    """All public entries."""
    return _items(_public(source))


@resolves("*.metafield")
def metafield(source: Any, _call: Call, *, key: str) -> str | None:
    """One public entry."""
    return _public(source).get(key)


@resolves("*.metafields")
def metafields(source: Any, _call: Call, *, keys: list[str] | None = None) -> Values:
    """Some public entries."""
    return _some(_public(source), keys)


@resolves("*.privateMetadata")
def private_metadata(source: Any, call: Call) -> list[dict[str, str]]:
    """All private entries; not null in the schema, so a refusal costs the whole object."""
    require_private(call.requestor, source)
    return _items(_private(source))


@resolves("*.privateMetafield")
def private_metafield(source: Any, call: Call, *, key: str) -> str | None:
    """One private entry; a refusal costs only this field."""
    require_private(call.requestor, source)
    return _private(source).get(key)


@resolves("*.privateMetafields")
def private_metafields(source: Any, call: Call, *, keys: list[str] | None = None) -> Values:
    """Some private entries."""
    require_private(call.requestor, source)
    return _some(_private(source), keys)


def announce(call: Call, item: Any) -> None:
    """The events of a change of metadata went out, the private kind included."""
    principal = call.requestor.principal
    if isinstance(item, User):
        if call.state.settings.legacy_update_emission:
            emit(call.state, "CUSTOMER_UPDATED", item, by=principal)
        emit(call.state, "CUSTOMER_METADATA_UPDATED", item, by=principal)
    elif isinstance(item, Order):
        emit(call.state, "ORDER_METADATA_UPDATED", item, by=principal)
    elif isinstance(item, Voucher):
        emit(call.state, "VOUCHER_METADATA_UPDATED", item, by=principal)
    elif isinstance(item, Checkout):
        emit(call.state, "CHECKOUT_METADATA_UPDATED", item, by=principal)
    elif isinstance(item, GiftCard):
        emit(call.state, "GIFT_CARD_METADATA_UPDATED", item, by=principal)


def _change(call: Call, item: Any, change: Callable[[Any], object]) -> dict[str, Any]:
    """The change is made at once and the row is marked as changed; only a real change is announced."""
    before = dict(item.metadata), dict(item.private_metadata)
    change(item)
    if isinstance(item, User):
        call.state.store.touch_user(item)
    elif isinstance(item, Order):
        call.state.store.touch_order(item)
    if before != (item.metadata, item.private_metadata):
        announce(call, item)
    return {"item": item}


def checked(entries: list[dict[str, str]]) -> Values:
    """The entries as a mapping; an empty key is refused."""
    if any(not entry["key"].strip() for entry in entries):
        raise InputRefused("input", "Metadata key cannot be empty.", "REQUIRED")
    return {entry["key"].strip(): entry["value"] for entry in entries}


def _find(call: Call, identifier: str, require: Callable[[Requestor, Any], None]) -> Any:
    """The object, if the requestor may; what Saleor says about ids that lead nowhere differs by kind."""
    item = call.state.store.objects.get(identifier) or call.state.apps.get(identifier)
    if item is not None and hasattr(item, "private_metadata"):
        require(call.requestor, item)
        return item
    named = type_and_key(identifier)
    if named is None:
        raise InputRefused(None, f"\u201c{identifier}\u201d is not a valid UUID.", "INVALID")
    kind = call.state.schema.get_type(named[0])
    if kind is None:
        raise InputRefused("id", f"Invalid type: {named[0]}", "GRAPHQL_ERROR")
    if named[0] == "User":
        # Which permission is needed depends on the user, and they are gone: Saleor just says no.
        raise PermissionDenied
    require_for_type(call.requestor, named[0])
    raise InputRefused("id", f"Couldn't resolve to a node: {identifier}", "NOT_FOUND")


@mutates("updateMetadata")
def update_metadata(call: Call, *, id_: str, input_: list[dict[str, str]]) -> dict[str, Any]:
    """The entries are merged into the public ones."""
    item = _find(call, id_, require_public)
    values = checked(input_)
    return _change(call, item, lambda stored: stored.metadata.update(values))


@mutates("updatePrivateMetadata")
def update_private_metadata(call: Call, *, id_: str, input_: list[dict[str, str]]) -> dict[str, Any]:
    """The entries are merged into the private ones."""
    item = _find(call, id_, require_private)
    values = checked(input_)
    return _change(call, item, lambda stored: stored.private_metadata.update(values))


def _drop(values: Values, keys: list[str]) -> None:
    for key in keys:
        values.pop(key, None)


@mutates("deleteMetadata")
def delete_metadata(call: Call, *, id_: str, keys: list[str]) -> dict[str, Any]:
    """The public entries are gone; unknown keys are no matter."""
    item = _find(call, id_, require_public)
    return _change(call, item, lambda stored: _drop(stored.metadata, keys))


@mutates("deletePrivateMetadata")
def delete_private_metadata(call: Call, *, id_: str, keys: list[str]) -> dict[str, Any]:
    """The private entries are gone; unknown keys are no matter."""
    item = _find(call, id_, require_private)
    return _change(call, item, lambda stored: _drop(stored.private_metadata, keys))
