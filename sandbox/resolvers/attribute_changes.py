"""Changes of customer types, attributes and of what customers are given (Saleor 3.23.26 and later)."""

import re
from typing import Any

from sandbox.identifiers import global_id
from sandbox.registry import InputRefused, NotInPocketShop, mutates
from sandbox.requestor import Call
from sandbox.world import Attribute, AttributeValue, CustomerType, User

_MANAGE = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"


def slug_of(name: str) -> str:
    """The name in small letters with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def assign(call: Call, user: User, inputs: list[dict[str, Any]]) -> None:
    """The customer has these values; choices that did not exist are made, as in Saleor."""
    for entry in inputs:
        attribute: Attribute | None = call.state.store.find(entry.get("id"), Attribute)
        allowed = user.customer_type.attributes if user.customer_type else []
        if attribute is None or attribute not in allowed:
            raise InputRefused("attributes", f"Could not resolve to a node: {entry.get('id')}.", "NOT_FOUND")
        chosen = entry.get("multiselect") or []
        values = [_choice(call, attribute, choice["value"]) for choice in chosen if choice.get("value")]
        ids = [choice["id"] for choice in chosen if choice.get("id")]
        values += [choice for choice in attribute.choices if choice.id in ids]
        user.attribute_values = {**user.attribute_values, attribute.id: values}


def _choice(call: Call, attribute: Attribute, name: str) -> AttributeValue:
    known = next((value for value in attribute.choices if value.name == name), None)
    if known is not None:
        return known
    key = call.state.store.number("AttributeValue")
    slug, taken = slug_of(name) or str(key), {value.slug for value in attribute.choices}
    value = AttributeValue(
        key,
        global_id("AttributeValue", key),
        name,
        slug if slug not in taken else f"{slug}-{key}",
        attribute.input_type,
    )
    attribute.choices.append(value)
    call.state.store.add(value)
    return value


@mutates("attributeCreate", _MANAGE)
def attribute_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a new attribute."""
    if input_["type"] != "CUSTOMER_TYPE":
        raise NotInPocketShop(f"AttributeTypeEnum.{input_['type']}")
    kind = input_.get("input_type") or "DROPDOWN"
    if kind != "MULTISELECT":
        raise NotInPocketShop(f"AttributeInputTypeEnum.{kind}")
    store, slug = call.state.store, input_.get("slug") or slug_of(input_["name"])
    if any(item.slug == slug for item in store.attributes.values()):
        raise InputRefused("slug", "Attribute with this Slug already exists.", "UNIQUE")
    key = store.number("Attribute")
    item = Attribute(
        key,
        global_id("Attribute", key),
        input_["name"],
        slug,
        input_["type"],
        kind,
        visible_in_storefront=input_.get("visible_in_storefront") is not False,
        value_required=bool(input_.get("value_required")),
    )
    for value in input_.get("values") or []:
        _choice(call, item, value["name"])
    store.add(item)
    store.attributes[key] = item
    return {"attribute": item}


@mutates("attributeDelete", _MANAGE)
def attribute_delete(call: Call, *, id_: str | None = None) -> dict[str, Any]:
    """The attribute is gone from all types and customers."""
    store = call.state.store
    item: Attribute | None = store.find(id_, Attribute)
    if item is None:
        raise InputRefused("id", f"Couldn't resolve to a node: {id_}", "NOT_FOUND")
    del store.attributes[item.pk], store.objects[item.id]
    for kind in store.customer_types.values():
        kind.attributes = [other for other in kind.attributes if other is not item]
    for user in store.users.values():
        user.attribute_values.pop(item.id, None)
    return {"attribute": item}


@mutates("customerTypeAssignAttributes", _MANAGE)
def customer_type_assign_attributes(
    call: Call, *, customer_type_id: str, attribute_ids: list[str]
) -> dict[str, Any]:
    """Customers of this type can have these attributes."""
    kind: CustomerType | None = call.state.store.find(customer_type_id, CustomerType)
    if kind is None:
        message = f"Couldn't resolve to a node: {customer_type_id}"
        raise InputRefused("customerTypeId", message, "NOT_FOUND")
    for identifier in attribute_ids:
        item: Attribute | None = call.state.store.find(identifier, Attribute)
        if item is None or item.type != "CUSTOMER_TYPE":
            raise InputRefused("attributeIds", "Only customer attributes can be assigned.", "INVALID")
        if item in kind.attributes:
            message = "Attribute is already assigned to this customer type."
            raise InputRefused("attributeIds", message, "INVALID")
        kind.attributes.append(item)
    return {"customer_type": kind}
