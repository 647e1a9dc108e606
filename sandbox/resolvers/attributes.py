"""Customer types and attributes (Saleor 3.23.26 and later)."""

from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import Attribute, AttributeValue, User

_READERS = (
    "AUTHENTICATED_STAFF_USER",
    "AUTHENTICATED_APP",
    "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES",
    "MANAGE_USERS",
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """An attribute of one customer and its values; the sandbox has attributes with many choices alone."""

    graphql_type: ClassVar[str] = "AssignedMultiChoiceAttribute"
    attribute: Attribute
    values: list[AttributeValue]


@resolves("AssignedMultiChoiceAttribute.value")
def choices(source: Assigned, _call: Call, *, limit: int) -> list[AttributeValue]:
    """All choices."""
    return source.values[:limit]


def _visible(source: User, call: Call) -> list[Assigned]:
    staff = call.requestor.may("MANAGE_USERS", "MANAGE_STAFF")
    attributes = source.customer_type.attributes if source.customer_type else []
    return [
        Assigned(attribute, source.attribute_values.get(attribute.id, []))
        for attribute in attributes
        if staff or attribute.visible_in_storefront
    ]


@resolves("User.assignedAttributes")
def assigned_attributes(source: User, call: Call, *, limit: int) -> list[Assigned]:
    """The attributes of their type; hidden ones are for those who manage customers."""
    return _visible(source, call)[:limit]


@resolves("User.assignedAttribute")
def assigned_attribute(source: User, call: Call, *, slug: str) -> Assigned | None:
    """One of them."""
    return next((item for item in _visible(source, call) if item.attribute.slug == slug), None)


@resolves("Query.attribute")
def attribute_of(_source: Any, call: Call, *, slug: str | None = None) -> Attribute | None:
    """The attribute of that name."""
    return next((item for item in call.state.store.attributes.values() if slug == item.slug), None)


@resolves("Query.customerTypes", *_READERS)
def customer_types(_source: Any, call: Call, **window: Unpack[Page]) -> Connection:
    """All kinds of customers."""
    rows = list(call.state.store.customer_types.values())
    return page_of_list(rows, Window(name="customerTypes", **window))
