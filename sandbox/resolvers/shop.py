"""The shop itself, its channels and its goods."""

from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.filters import named
from sandbox.identifiers import checked_id, global_id
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import Category, Channel, Product, TaxedMoney


@resolves("Query.shop")
def shop(_source: Any, call: Call) -> dict[str, Any]:
    """The shop's name; its version has a resolver of its own."""
    return {"name": call.state.settings.shop_name}


@resolves("Shop.version", "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
def version(_source: Any, call: Call) -> str:
    """The version, which Saleor tells to staff and apps only."""
    return call.state.settings.saleor_version


@resolves("Shop.schemaVersion")
def schema_version(_source: Any, call: Call) -> str:
    """Major and minor, which everybody may know."""
    return call.state.settings.schema_version


@resolves("Query.channels", "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
def channels(_source: Any, call: Call) -> list[Channel]:
    """All channels."""
    return call.state.store.channels


@resolves("Query.categories")
def categories(
    _source: Any, call: Call, *, filter_: dict[str, Any] | None = None, **window: Unpack[Page]
) -> Connection:
    """All categories, or those of a name."""
    rows = named(call.state.store.categories(), (filter_ or {}).get("search"))
    return page_of_list(rows, Window(name="categories", **window))


@resolves("Query.category")
def category(_source: Any, call: Call, *, id_: str | None = None) -> Category | None:
    """One category."""
    key = None if id_ is None else checked_id(id_, "Category")
    return next((one for one in call.state.store.categories() if one.id == key), None)


@resolves("TaxedMoney.currency")
def currency(source: TaxedMoney, _call: Call) -> str:
    """The currency of both amounts."""
    return source.gross.currency


@resolves("Product.productType")
def product_type(source: Product, _call: Call) -> dict[str, Any]:
    """There are two types of products: goods and gift cards."""
    is_sent = source.kind != "GIFT_CARD"
    name = source.kind.replace("_", " ").capitalize()
    key = global_id("ProductType", 1 + (source.kind == "GIFT_CARD"))
    return {
        "id": key,
        "name": name,
        "slug": name.lower().replace(" ", "-"),
        "kind": source.kind,
        "is_shipping_required": is_sent,
    }
