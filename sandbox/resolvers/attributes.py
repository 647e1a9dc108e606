"""Customer types and attributes (Saleor 3.23.26 and later)."""

from typing import Any

from sandbox.connections import Connection, Window, page_of_list
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import Attribute, AttributeValue, CustomerType, User

_READERS = (
    "AUTHENTICATED_STAFF_USER",
    "AUTHENTICATED_APP",
    "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES",
    "MANAGE_USERS",
)


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
    """The attributes of their type; hidden ones are for those who manage customers."""
    return _visible(source, call)[:limit]


@resolves("User.assignedAttribute")
def assigned_attribute(source: User, call: Call, *, slug: str) -> Assigned | None:
    """One of them."""
    return next((item for item in _visible(source, call) if item.attribute.slug == slug), None)


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
    conditions = {**(rest.pop("filter_", None) or {}), **(rest.pop("where", None) or {})}
    rows = [item for item in call.state.store.attributes.values() if _matches(item, conditions)]
    return page_of_list(rows, Window(name="attributes", **rest))


@resolves("Query.attribute")
def attribute_of(
    _source: Any,
    call: Call,
    *,
    id_: str | None = None,
    slug: str | None = None,
) -> Attribute | None:
    """One attribute."""
    rows = call.state.store.attributes.values()
    return next((item for item in rows if id_ == item.id or slug == item.slug), None)


@resolves("Attribute.choices")
def choices(source: Attribute, _call: Call, **rest: Any) -> Connection:
    """The choices of an attribute."""
    return page_of_list(source.choices, Window(name="choices", **rest))


@resolves("Query.customerTypes", *_READERS)
def customer_types(_source: Any, call: Call, **rest: Any) -> Connection:
    """All kinds of customers."""
    where = rest.pop("where", None) or {}
    rows = [item for item in call.state.store.customer_types.values() if _matches(item, where)]
    return page_of_list(rows, Window(name="customerTypes", **rest))


@resolves("Query.customerType", *_READERS)
def customer_type(_source: Any, call: Call, *, id_: str) -> CustomerType | None:
    """One kind of customers."""
    found: CustomerType | None = call.state.store.find(id_, CustomerType)
    return found
