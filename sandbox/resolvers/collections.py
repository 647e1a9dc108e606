"""Collections: products that staff put together."""

from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.identifiers import global_id
from sandbox.lookup import node
from sandbox.registry import InputRefused, mutates, resolves
from sandbox.requestor import Call
from sandbox.resolvers.attribute_changes import slug_of
from sandbox.resolvers.metadata import checked
from sandbox.world import Collection, Product


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


@resolves("Collection.products")
def products(source: Collection, call: Call, **window: Unpack[Page]) -> Connection:
    """The products in it."""
    rows = [product for product in call.state.store.products() if source in product.collections]
    return page_of_list(rows, Window(name="products", **window))
