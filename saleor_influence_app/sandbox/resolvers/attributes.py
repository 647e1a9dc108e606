"""Customer types and attributes (Saleor 3.23.26 and later)."""

import re
from typing import Any

from saleor_influence_app.sandbox.connections import Connection, Window, page_of_list
from saleor_influence_app.sandbox.identifiers import global_id
from saleor_influence_app.sandbox.registry import InputRefused, mutates, resolves
from saleor_influence_app.sandbox.requestor import Call
from saleor_influence_app.sandbox.world import Attribute, AttributeValue, CustomerType, User

_MANAGE = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"


def slug_of(name: str) -> str:
    """The name in small letters with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


class Assigned:
    """An attribute of one customer and its values; the type depends on the attribute."""

    def __init__(self, attribute: Attribute, values: list[AttributeValue]) -> None:
        self.attribute = attribute
        self.values = values

    @property
    def graphql_type(self) -> str:
        """The type for the kind of input."""
        return {
            "MULTISELECT": "AssignedMultiChoiceAttribute",
            "DROPDOWN": "AssignedSingleChoiceAttribute",
            "NUMERIC": "AssignedNumericAttribute",
            "BOOLEAN": "AssignedBooleanAttribute",
        }.get(self.attribute.input_type, "AssignedPlainTextAttribute")


@resolves("AssignedMultiChoiceAttribute.value")
def many(source: Assigned, _call: Call, *, limit: int | None = None) -> list[AttributeValue]:
    """All choices."""
    return source.values[:limit]


@resolves("AssignedSingleChoiceAttribute.value")
def one(source: Assigned, _call: Call) -> AttributeValue | None:
    """The choice."""
    return source.values[0] if source.values else None


@resolves("AssignedPlainTextAttribute.value")
def text(source: Assigned, _call: Call) -> str | None:
    """The words."""
    return source.values[0].name if source.values else None


@resolves("AssignedNumericAttribute.value")
def number(source: Assigned, _call: Call) -> float | None:
    """The number."""
    return float(source.values[0].name) if source.values else None


@resolves("AssignedBooleanAttribute.value")
def boolean(source: Assigned, _call: Call) -> bool | None:
    """Yes or no."""
    return source.values[0].name == "true" if source.values else None


def _visible(source: User, call: Call) -> list[Assigned]:
    staff = call.requestor.may("MANAGE_USERS", "MANAGE_STAFF")
    attributes = source.customer_type.attributes if source.customer_type else []
    return [
        Assigned(attribute, source.attribute_values.get(attribute.id, []))
        for attribute in attributes
        if staff or attribute.visible_in_storefront
    ]


@resolves("User.assignedAttributes")
def assigned_attributes(source: User, call: Call, *, limit: int | None = None) -> list[Assigned]:
    """The attributes of her type; hidden ones are for those who manage customers."""
    return _visible(source, call)[:limit]


@resolves("User.assignedAttribute")
def assigned_attribute(source: User, call: Call, *, slug: str) -> Assigned | None:
    """One of them."""
    return next((item for item in _visible(source, call) if item.attribute.slug == slug), None)


def assign(call: Call, user: User, inputs: list[dict[str, Any]]) -> None:
    """The customer has these values; choices that did not exist are made, as in Saleor."""
    for entry in inputs:
        attribute: Attribute | None = call.state.store.find(entry.get("id"), Attribute)
        allowed = user.customer_type.attributes if user.customer_type else []
        if attribute is None or attribute not in allowed:
            raise InputRefused("attributes", f"Could not resolve to a node: {entry.get('id')}.", "NOT_FOUND")
        chosen = entry.get("multiselect") or ([entry["dropdown"]] if entry.get("dropdown") else [])
        words = [choice.get("value") or "" for choice in chosen] + list(entry.get("values") or ())
        words += [str(entry[name]).lower() for name in ("plain_text", "numeric", "boolean") if name in entry]
        values = [_choice(call, attribute, word) for word in words if word]
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


def _matches(item: Any, where: dict[str, Any]) -> bool:
    ids = where.get("ids")
    slugs = {*(where.get("slugs") or ()), *((where.get("slug") or {}).get("one_of") or ())}
    if (where.get("slug") or {}).get("eq"):
        slugs.add(where["slug"]["eq"])
    kind = where.get("type")
    kinds = {kind} if isinstance(kind, str) else {*((kind or {}).get("one_of") or ()), (kind or {}).get("eq")}
    default = where.get("is_default")
    return (
        (ids is None or item.id in ids)
        and (not slugs or item.slug in slugs)
        and (kind is None or item.type in kinds)
        and (default is None or item.is_default is default)
    )


@resolves("Query.attributes")
def attributes(_source: Any, call: Call, **rest: Any) -> Connection:
    """Attributes, by slug, name or type."""
    conditions = {**(rest.pop("filter", None) or {}), **(rest.pop("where", None) or {})}
    rows = [item for item in call.state.store.attributes.values() if _matches(item, conditions)]
    return page_of_list(rows, Window(name="attributes", **rest))


@resolves("Query.attribute")
def attribute_of(
    _source: Any,
    call: Call,
    *,
    id: str | None = None,
    slug: str | None = None,  # noqa: A002  # Saleor's name
) -> Attribute | None:
    """One attribute."""
    rows = call.state.store.attributes.values()
    return next((item for item in rows if id == item.id or slug == item.slug), None)


@resolves("Attribute.choices")
def choices(source: Attribute, _call: Call, **rest: Any) -> Connection:
    """The choices of an attribute."""
    return page_of_list(source.choices, Window(name="choices", **rest))


@resolves("Query.customerTypes", "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
def customer_types(_source: Any, call: Call, **rest: Any) -> Connection:
    """All kinds of customers."""
    where = rest.pop("where", None) or {}
    rows = [item for item in call.state.store.customer_types.values() if _matches(item, where)]
    return page_of_list(rows, Window(name="customerTypes", **rest))


@resolves("Query.customerType", "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
def customer_type(_source: Any, call: Call, *, id: str) -> CustomerType | None:  # noqa: A002  # Saleor's name
    """One kind of customers."""
    found: CustomerType | None = call.state.store.find(id, CustomerType)
    return found


@mutates("attributeCreate")
def attribute_create(call: Call, *, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    """There is a new attribute."""
    _require(call, input["type"])
    store, slug = call.state.store, input.get("slug") or slug_of(input["name"])
    if any(item.slug == slug for item in store.attributes.values()):
        raise InputRefused("slug", "Attribute with this Slug already exists.", "UNIQUE")
    key = store.number("Attribute")
    item = Attribute(
        key,
        global_id("Attribute", key),
        input["name"],
        slug,
        input["type"],
        input.get("input_type") or "DROPDOWN",
        visible_in_storefront=input.get("visible_in_storefront") is not False,
        value_required=bool(input.get("value_required")),
        external_reference=input.get("external_reference"),
    )
    for value in input.get("values") or []:
        _choice(call, item, value["name"])
    store.add(item)
    store.attributes[key] = item
    return {"attribute": item}


def _require(call: Call, kind: str) -> None:
    call.requestor.require(_MANAGE if kind == "CUSTOMER_TYPE" else "MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES")


def _find(call: Call, identifier: str | None) -> Attribute:
    item: Attribute | None = call.state.store.find(identifier, Attribute)
    if item is None:
        raise InputRefused("id", f"Couldn't resolve to a node: {identifier}", "NOT_FOUND")
    _require(call, item.type)
    return item


@mutates("attributeUpdate")
def attribute_update(call: Call, *, input: dict[str, Any], id: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: A002
    """The attribute has another name, or more or fewer choices."""
    item = _find(call, id)
    item.name = input.get("name") or item.name
    item.slug = input.get("slug") or item.slug
    if input.get("visible_in_storefront") is not None:
        item.visible_in_storefront = input["visible_in_storefront"]
    for value in input.get("add_values") or []:
        _choice(call, item, value["name"])
    gone = set(input.get("remove_values") or ())
    item.choices = [value for value in item.choices if value.id not in gone]
    for user in call.state.store.users.values() if gone else ():
        kept = [value for value in user.attribute_values.get(item.id, []) if value.id not in gone]
        user.attribute_values = {**user.attribute_values, item.id: kept}
    return {"attribute": item}


@mutates("attributeDelete")
def attribute_delete(call: Call, *, id: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: A002
    """The attribute is gone from all types and customers."""
    item, store = _find(call, id), call.state.store
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
