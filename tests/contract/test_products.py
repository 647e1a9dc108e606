"""How a product is listed in a channel, who sees it then, and who can buy it."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.listener import Listener
from tests.support.contract_shops import PERMISSIONS, Installed, Shop, installed

LIST = """mutation($i:ID!,$v:ProductChannelListingUpdateInput!){productChannelListingUpdate(id:$i,input:$v){
    product{id} errors{field code channels}}}"""
READ = """query($i:ID!){product(id:$i){id slug channelListings{channel{id slug} isPublished publishedAt
    visibleInListings isAvailableForPurchase availableForPurchaseAt}}}"""
SEEN = """query($s:String){product(slug:$s,channel:"default-channel"){id}
    products(first:100,channel:"default-channel"){edges{node{id}}}}"""
BUY = """mutation($v:ID!){checkoutCreate(input:{channel:"default-channel",email:"some@example.com",
    lines:[{variantId:$v,quantity:1}]}){checkout{id} errors{field code variants}}}"""
UNLISTED = {"isPublished": True, "visibleInListings": False, "isAvailableForPurchase": True}
PUBLIC = UNLISTED | {"visibleInListings": True}


@pytest.fixture
def keeper(shop: Shop, listener: Listener) -> Iterator[Installed]:
    """An app that may manage products."""
    yield from installed(shop, listener, permissions=[*PERMISSIONS, "MANAGE_PRODUCTS"])


@pytest.fixture
def product(shop: Shop, keeper: Installed) -> Iterator[dict[str, Any]]:
    """A product of the default channel, which is as it was afterwards."""
    variant = shop.goods()[0]
    key = shop.product_of(variant)
    found = shop.client.data(READ, token=keeper.token, i=key)["product"]
    before = next(one for one in found["channelListings"] if one["channel"]["slug"] == "default-channel")
    channel = before["channel"]["id"]
    yield {"id": key, "slug": found["slug"], "variant": variant, "channel": channel}
    kept = ("isPublished", "publishedAt", "visibleInListings", "isAvailableForPurchase")
    entry = {name: before[name] for name in kept} | {"channelId": channel}
    shop.client.do(LIST, token=keeper.token, i=key, v={"updateChannels": [entry]})


def listed(shop: Shop, app: Installed, product: dict[str, Any], **how: Any) -> dict[str, Any]:
    """The product's listing, once it is listed so."""
    entry = {"channelId": product["channel"], **how}
    shop.client.do(LIST, token=app.token, i=product["id"], v={"updateChannels": [entry]})
    found = shop.client.data(READ, token=app.token, i=product["id"])["product"]["channelListings"]
    return next(dict(one) for one in found if one["channel"]["id"] == product["channel"])


def seen(shop: Shop, product: dict[str, Any]) -> tuple[bool, bool]:
    """Whether a stranger who knows the address sees it, and whether it is in the lists."""
    answer = shop.client.data(SEEN, token="", s=product["slug"])
    in_lists = {edge["node"]["id"] for edge in answer["products"]["edges"]}
    return answer["product"] is not None, product["id"] in in_lists


def bought(shop: Shop, product: dict[str, Any]) -> list[str]:
    """What is said against a stranger who puts it into a checkout."""
    _, answer = shop.client.post(BUY, v=product["variant"])
    errors = answer["data"]["checkoutCreate"]["errors"]
    assert all(product["variant"] in error["variants"] for error in errors)
    return [error["code"] for error in errors]


def test_an_unlisted_product_is_found_and_bought_by_whoever_knows_its_address(
    shop: Shop, keeper: Installed, product: dict[str, Any]
) -> None:
    found = listed(shop, keeper, product, **UNLISTED)

    assert (found["isPublished"], found["visibleInListings"], found["isAvailableForPurchase"]) == (
        True,
        False,
        True,
    )
    assert found["publishedAt"]
    assert found["availableForPurchaseAt"]
    assert seen(shop, product) == (True, False)
    assert bought(shop, product) == []


def test_an_unpublished_product_is_seen_and_bought_by_nobody(
    shop: Shop, keeper: Installed, product: dict[str, Any]
) -> None:
    found = listed(shop, keeper, product, isPublished=False, publishedAt=None)

    assert (found["isPublished"], found["publishedAt"]) == (False, None)
    assert seen(shop, product) == (False, False)
    assert bought(shop, product) == ["PRODUCT_NOT_PUBLISHED"]


def test_a_product_that_is_not_for_sale_is_seen_and_bought_by_nobody(
    shop: Shop, keeper: Installed, product: dict[str, Any]
) -> None:
    found = listed(shop, keeper, product, **PUBLIC | {"isAvailableForPurchase": False})

    assert (found["isAvailableForPurchase"], found["availableForPurchaseAt"]) == (False, None)
    assert seen(shop, product)[0]
    assert bought(shop, product) == ["PRODUCT_UNAVAILABLE_FOR_PURCHASE"]


def test_a_day_of_sale_needs_a_product_that_is_for_sale(
    shop: Shop, keeper: Installed, product: dict[str, Any]
) -> None:
    entry = {
        "channelId": product["channel"],
        "isAvailableForPurchase": False,
        "availableForPurchaseAt": "2040-01-02T03:04:05+00:00",
    }
    _, answer = shop.client.post(LIST, token=keeper.token, i=product["id"], v={"updateChannels": [entry]})
    [error] = answer["data"]["productChannelListingUpdate"]["errors"]

    assert (error["code"], error["channels"]) == ("INVALID", [product["channel"]])


def test_listings_are_not_for_apps_without_the_permission(
    shop: Shop, app: Installed, product: dict[str, Any]
) -> None:
    entry = {"channelId": product["channel"], "isPublished": False}
    _, answer = shop.client.post(LIST, token=app.token, i=product["id"], v={"updateChannels": [entry]})

    assert answer["data"]["productChannelListingUpdate"] is None
    assert "MANAGE_PRODUCTS" in answer["errors"][0]["message"]
    assert shop.client.data(READ, token=app.token, i="UHJvZHVjdDo5OTk5OTk5") == {"product": None}
