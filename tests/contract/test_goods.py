"""What the shop sells is found by its name, as the panel searches it, and a collection tells its products."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.listener import Listener
from tests.support.contract_shops import PERMISSIONS, Installed, Shop, installed

NAMES = """query($i:ID!){product(id:$i){name category{id name}}}"""
FIND = """query($p:String!,$c:String!){products(first:8,search:$p){edges{node{id}}}
    productVariants(first:8,filter:{search:$p}){edges{node{id product{id}}}}
    categories(first:8,filter:{search:$c}){edges{node{id}}}}"""
GATHER = """mutation($v:CollectionCreateInput!){collectionCreate(input:$v){
    collection{id} errors{field code message}}}"""
GATHERED = """query($w:String!,$i:ID!){collections(first:8,filter:{search:$w}){edges{node{id name}}}
    collection(id:$i){products(first:100){totalCount edges{node{id name}}}}}"""
SEEN = """query($w:String!,$i:ID!){
    collections(first:8,channel:"default-channel",filter:{search:$w}){edges{node{id}}}
    collection(id:$i,channel:"default-channel"){id}}"""
"""As the storefront asks, which must name one of several channels."""


@pytest.fixture
def keeper(shop: Shop, listener: Listener) -> Iterator[Installed]:
    """An app that may manage products."""
    yield from installed(shop, listener, permissions=[*PERMISSIONS, "MANAGE_PRODUCTS"])


def ids(found: dict[str, Any]) -> set[str]:
    return {edge["node"]["id"] for edge in found["edges"]}


def test_goods_are_found_by_their_names(shop: Shop, keeper: Installed) -> None:
    product = shop.product_of(shop.goods()[0])
    told = shop.client.data(NAMES, token=keeper.token, i=product)["product"]
    words = {"p": told["name"], "c": told["category"]["name"]}

    found = shop.client.data(FIND, token=keeper.token, **words)

    assert product in ids(found["products"])
    assert product in {one["node"]["product"]["id"] for one in found["productVariants"]["edges"]}
    assert told["category"]["id"] in ids(found["categories"])
    nothing = shop.client.data(FIND, token=keeper.token, p=secrets.token_hex(8), c=secrets.token_hex(8))
    assert [one["edges"] for one in nothing.values()] == [[], [], []]


def test_a_collection_is_found_and_tells_its_products_though_nobody_else_sees_it(
    shop: Shop, keeper: Installed
) -> None:
    name, product = f"Pieces {secrets.token_hex(4)}", shop.product_of(shop.goods()[0])
    made = shop.client.do(GATHER, token=keeper.token, v={"name": name, "products": [product]})
    key = made["collection"]["id"]

    found = shop.client.data(GATHERED, token=keeper.token, w=name, i=key)
    assert ids(found["collections"]) == {key}
    assert found["collection"]["products"]["totalCount"] == 1
    assert ids(found["collection"]["products"]) == {product}

    seen = shop.client.data(SEEN, token="", w=name, i=key)
    assert (seen["collections"]["edges"], seen["collection"]) == ([], None)
