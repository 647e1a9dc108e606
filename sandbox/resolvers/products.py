"""Products: who sees which, and how they are listed in channels."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.filters import named
from sandbox.identifiers import checked_id, global_id
from sandbox.lookup import node
from sandbox.registry import InputRefused, mutates, resolves
from sandbox.requestor import Call
from sandbox.world import Channel, Product, ProductListing, Variant

_SEES_ALL = ("MANAGE_PRODUCTS", "MANAGE_ORDERS", "MANAGE_DISCOUNTS", "MANAGE_CHECKOUTS", "MANAGE_SHIPPING")
_PLAIN = ("is_published", "published_at", "visible_in_listings")


@resolves("Query.product")
def product(
    _source: Any, call: Call, *, id_: str | None = None, slug: str | None = None, channel: str | None = None
) -> Product | None:
    """One product: for shoppers where it is published, whether it is in the lists or not."""
    rows = call.state.store.products()
    key = None if id_ is None else checked_id(id_, "Product")
    found = next((one for one in rows if one.id == key or (slug is not None and one.slug == slug)), None)
    if found is None or call.requestor.may(*_SEES_ALL):
        return found
    place = _channel(call, channel)
    listing = None if place is None else found.listing(place)
    return found if listing is not None and listing.is_open(call.now()) else None


@resolves("Query.products")
def products(
    _source: Any,
    call: Call,
    *,
    search: str | None = None,
    channel: str | None = None,
    **window: Unpack[Page],
) -> Connection:
    """The products: for shoppers those that are published and in the channel's lists."""
    rows = named(call.state.store.products(), search)
    if not call.requestor.may(*_SEES_ALL):
        place, now = _channel(call, channel), call.now()
        shown = ((one, None if place is None else one.listing(place)) for one in rows)
        rows = [one for one, how in shown if how is not None and how.is_open(now) and how.visible_in_listings]
    return page_of_list(rows, Window(name="products", **window))


@resolves("Query.productVariant")
def variant(_source: Any, call: Call, *, id_: str | None = None) -> Variant | None:
    """One variant, for those who see all products."""
    rows = _variants(call)
    key = None if id_ is None else checked_id(id_, "ProductVariant")
    return next((one for one in rows if one.id == key), None)


@resolves("Query.productVariants")
def variants(
    _source: Any, call: Call, *, filter_: dict[str, Any] | None = None, **window: Unpack[Page]
) -> Connection:
    """The variants, found by their own name, their product's and the SKU."""
    words = (filter_ or {}).get("search")
    rows = named(_variants(call), words, lambda one: f"{one.name} {one.product.name} {one.sku}")
    return page_of_list(rows, Window(name="productVariants", **window))


def _variants(call: Call) -> list[Variant]:
    if not call.requestor.may(*_SEES_ALL):
        return []
    return [variant for product in call.state.store.products() for variant in product.variants]


@resolves("Product.channelListings", "AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
def listings(source: Product, call: Call) -> list[dict[str, Any]]:
    """How it shows where."""
    now = call.now()
    return [
        {
            "id": global_id("ProductChannelListing", f"{source.pk}-{channel.slug}"),
            "channel": channel,
            "is_published": how.is_published,
            "published_at": how.published_at,
            "visible_in_listings": how.visible_in_listings,
            "available_for_purchase_at": how.available_for_purchase_at,
            "is_available_for_purchase": how.is_for_sale(now),
        }
        for channel in call.state.store.channels
        if (how := source.listing(channel)) is not None
    ]


@mutates("productChannelListingUpdate", "MANAGE_PRODUCTS")
def product_channel_listing_update(call: Call, *, id_: str, input_: dict[str, Any]) -> dict[str, Any]:
    """It shows so from now on; what is not said stays."""
    item: Product = node(call, id_, Product)
    entries = input_.get("update_channels") or []
    gone = input_.get("remove_channels") or []
    named = [entry["channel_id"] for entry in entries]
    if len({*named, *gone}) < len(named) + len(gone):
        message = "The same object cannot be in both lists for adding and removing items."
        raise InputRefused("input", message, "DUPLICATED_INPUT_ITEM", channels=sorted({*named} & {*gone}))
    new: dict[str, ProductListing | None] = {}
    for entry in entries:
        channel: Channel = node(call, entry["channel_id"], Channel)
        new[channel.id] = _changed(item.listing(channel), entry, call.now())
    for key in gone:
        channel = node(call, key, Channel)
        new[channel.id] = None
    item.listings.update(new)
    item.updated_at = call.now()
    return {"product": item}


def _changed(before: ProductListing | None, entry: dict[str, Any], now: datetime) -> ProductListing:
    is_for_sale, for_sale_at = entry.get("is_available_for_purchase"), entry.get("available_for_purchase_at")
    if not is_for_sale and for_sale_at:
        message = "Cannot set available for purchase date when isAvailableForPurchase is false."
        channels = [entry["channel_id"]]
        raise InputRefused("availableForPurchaseDate", message, "INVALID", channels=channels)
    fields = {name: entry[name] for name in _PLAIN if name in entry}
    if fields.get("is_published") and not fields.get("published_at"):
        fields["published_at"] = now
    if is_for_sale is not None:
        fields["available_for_purchase_at"] = (for_sale_at or now) if is_for_sale else None
    return replace(before or ProductListing(is_published=False, visible_in_listings=False), **fields)


def check_for_sale(variants: list[Variant], channel: Channel, now: datetime) -> None:
    """Refuse lines of what is not for sale in the channel; what is unlisted is."""
    found = [(variant, variant.product.listing(channel)) for variant in variants]
    closed = [variant.id for variant, how in found if how is not None and not how.is_for_sale(now)]
    if closed:
        message = "Cannot add lines for unavailable for purchase variants."
        raise InputRefused("lines", message, "PRODUCT_UNAVAILABLE_FOR_PURCHASE", variants=closed)
    hidden = [variant.id for variant, how in found if how is None or not how.is_published]
    if hidden:
        message = "Cannot add lines for unpublished variants."
        raise InputRefused("lines", message, "PRODUCT_NOT_PUBLISHED", variants=hidden)


def _channel(call: Call, slug: str | None) -> Channel | None:
    return next((one for one in call.state.store.channels if one.slug == slug), None)
