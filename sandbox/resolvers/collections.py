"""Collections: products that staff put together."""

from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.filters import named
from sandbox.identifiers import checked_id, global_id
from sandbox.lookup import node
from sandbox.registry import InputRefused, mutates, resolves
from sandbox.requestor import Call
from sandbox.resolvers.attribute_changes import slug_of
from sandbox.resolvers.metadata import checked
from sandbox.world import Collection, Product

_SEES_ALL = ("MANAGE_PRODUCTS", "MANAGE_ORDERS", "MANAGE_DISCOUNTS", "MANAGE_CHECKOUTS", "MANAGE_SHIPPING")


@mutates("collectionCreate", "MANAGE_PRODUCTS")
def collection_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a collection of these products."""
    store, name = call.state.store, input_.get("name") or ""
    if not name:
        raise InputRefused("name", "This field cannot be blank.", "REQUIRED")
    slug = input_.get("slug") or slug_of(name)
    if any(item.slug == slug for item in store.rows(Collection)):
        raise InputRefused("slug", "Collection with this Slug already exists.", "UNIQUE")
    products: list[Product] = [
        node(call, key, Product, field="products") for key in input_.get("products") or []
    ]
    number = store.number("Collection")
    item = Collection(
        number,
        global_id("Collection", number),
        name,
        slug,
        metadata=checked(input_.get("metadata") or []),
        private_metadata=checked(input_.get("private_metadata") or []),
    )
    store.add(item)
    for product in products:
        product.collections.append(item)
    return {"collection": item}


@resolves("Query.collections")
def collections(
    _source: Any,
    call: Call,
    *,
    filter_: dict[str, Any] | None = None,
    channel: str | None = None,  # noqa: ARG001 - no channel has one of them
    **window: Unpack[Page],
) -> Connection:
    """The collections, or those of a name; here nobody has published one, so shoppers see none."""
    rows = named(_seen(call), (filter_ or {}).get("search"))
    return page_of_list(rows, Window(name="collections", **window))


@resolves("Query.collection")
def collection(
    _source: Any,
    call: Call,
    *,
    id_: str | None = None,
    channel: str | None = None,  # noqa: ARG001 - no channel has one of them
) -> Collection | None:
    """One collection."""
    key = None if id_ is None else checked_id(id_, "Collection")
    return next((one for one in _seen(call) if one.id == key), None)


def _seen(call: Call) -> list[Collection]:
    return call.state.store.rows(Collection) if call.requestor.may(*_SEES_ALL) else []


@resolves("Collection.products")
def products(source: Collection, call: Call, **window: Unpack[Page]) -> Connection:
    """The products in it."""
    rows = [product for product in call.state.store.products() if source in product.collections]
    return page_of_list(rows, Window(name="products", **window))
