"""What orders tell of discounts, delivery and gift cards, asked for as the app does, with its token."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from saleor_influence_app.saleor import operations
from tests.support.contract_shops import Installed, Shop
from webhooks.events import Benefits, OrderPayload


def read(shop: Shop, app: Installed, **where: Any) -> list[OrderPayload]:
    """The newest orders, in the shape that history is read in."""
    page = shop.client.data(
        operations.text_of("orders_page"),
        token=app.token,
        first=100,
        where=where or None,
        sortBy={"field": "CREATED_AT", "direction": "DESC"},
        withTotal=False,
        withCards=True,
    )
    now = datetime.now(UTC)
    return [OrderPayload.of(edge["node"], now=now) for edge in page["page"]["edges"]]


def test_every_order_of_a_page_tells_its_benefits(shop: Shop, app: Installed) -> None:
    shop.new_order(userEmail=shop.new_email())

    told = [order.benefits for order in read(shop, app)]

    assert told
    for one in told:
        assert one is not None
        assert one.discount >= one.voucher_discount


def test_a_code_took_off_what_its_order_would_have_cost_more(shop: Shop, app: Installed) -> None:
    channel, _ = shop.a_line()
    word = f"TENTH-{uuid4().hex[:8]}"
    made = shop.client.do(
        "mutation($i:VoucherInput!){voucherCreate(input:$i){voucher{id} errors{field message}}}",
        token=app.token,
        i={"type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE", "addCodes": [word], "name": "C"},
    )
    shop.client.do(
        """mutation($i:ID!,$c:ID!){voucherChannelListingUpdate(id:$i,
        input:{addChannels:[{channelId:$c,discountValue:10}]}){errors{field message}}}""",
        token=app.token,
        i=made["voucher"]["id"],
        c=channel,
    )
    order_id = shop.new_order(userEmail=shop.new_email(), voucherCode=word)

    [order] = read(shop, app, ids=[order_id])

    found = order.benefits
    assert isinstance(found, Benefits)
    full = shop.client.data(
        "query($i:ID!){order(id:$i){undiscountedTotal{gross{amount}} total{gross{amount}}}}", i=order_id
    )["order"]
    more = Decimal(str(full["undiscountedTotal"]["gross"]["amount"])) - order.total_gross
    assert found.discount == found.voucher_discount == round(more, 2) > 0
    assert found.gift_cards == ()
