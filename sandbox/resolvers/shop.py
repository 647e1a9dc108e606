"""The shop itself, its channels and its goods."""

from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.identifiers import global_id
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import Channel, Product, TaxedMoney


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
def categories(_source: Any, call: Call, **window: Unpack[Page]) -> Connection:
    """All categories."""
    return page_of_list(call.state.store.categories(), Window(name="categories", **window))


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
