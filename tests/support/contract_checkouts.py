"""Checkouts of the contract's tests, and vouchers for them."""

from typing import Any

import pytest

from sandbox import buying
from sandbox.buying import Refused
from tests.support.contract_shops import Installed, Shop, Shopper

VOUCHER = (
    """mutation($i:VoucherInput!){voucherCreate(input:$i){voucher{id code} errors{field message code}}}"""
)
LIST = """mutation($i:ID!,$v:VoucherChannelListingInput!){voucherChannelListingUpdate(id:$i,input:$v){
    errors{field message code}}}"""


def word(shop: Shop) -> str:
    return shop.new_email().split("@")[0].upper()


def voucher(
    shop: Shop, app: Installed, *, worth: float = 10, least: float | None = None, **values: Any
) -> Any:
    """A voucher of 10 % that is listed where the variants are sold."""
    given = {"type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE", "addCodes": [word(shop)], **values}
    made = shop.client.do(VOUCHER, token=app.token, i=given)["voucher"]
    listing = {"channelId": shop.a_line()[0], "discountValue": worth, "minAmountSpent": least}
    shop.client.do(LIST, token=app.token, i=made["id"], v={"addChannels": [listing]})
    return made


def basket(
    shop: Shop, shopper: Shopper | None = None, *, pieces: int = 2, count: int = 1, **more: Any
) -> str:
    lines = [(variant, pieces) for variant in shop.goods(count)]
    given = {"email": shop.new_email(), **more} if shopper is None else more
    return buying.open_checkout(
        shop.client, lines, token=shopper.token if shopper is not None else "", **given
    )


def chosen(shop: Shop, checkout: str) -> dict[str, Any]:
    """The dearest way is chosen."""
    way = max(buying.ways(shop.client, checkout), key=lambda one: float(one["price"]["amount"]))
    buying.send_by(shop.client, checkout, way["id"])
    return way


def why(code: str, field: str | None, call: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(Refused) as refusal:
        call(*arguments, **named)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def gross(prices: Any) -> float:
    return float(prices["gross"]["amount"])
