"""Draft orders that are given away: made by a reference of their own, at full discount, and deleted."""

from typing import Any
from uuid import uuid4

from tests.support.contract_shops import Installed, Shop

CHANNELS = "{channels{id slug}}"
DRAFT = """id status chargeStatus totalCharged{amount} externalReference total{gross{amount}}
    discounts{type valueType value reason}"""
CREATE = f"""mutation($i:DraftOrderCreateInput!){{draftOrderCreate(input:$i){{order{{{DRAFT}}}
    errors{{field message code}}}}}}"""
DISCOUNT = f"""mutation($o:ID!,$i:OrderDiscountCommonInput!){{orderDiscountAdd(orderId:$o,input:$i){{
    order{{{DRAFT}}} errors{{field message code}}}}}}"""
DELETE = "mutation($i:ID!){draftOrderDelete(id:$i){order{id} errors{field message code}}}"
COMPLETE = "mutation($i:ID!){draftOrderComplete(id:$i){order{id} errors{field message code}}}"
FIND = f"query($r:String!){{order(externalReference:$r){{{DRAFT}}}}}"
FREE = {"valueType": "PERCENTAGE", "value": 100, "reason": "A gift"}


def draft(shop: Shop, app: Installed, reference: str) -> dict[str, Any]:
    channels = {one["slug"]: one["id"] for one in shop.client.data(CHANNELS, token=app.token)["channels"]}
    return {
        "user": shop.new_customer()["id"],
        "channelId": channels["default-channel"],
        "lines": [{"variantId": shop.goods()[0], "quantity": 1}],
        "externalReference": reference,
    }


def refused(shop: Shop, app: Installed, mutation: str, **variables: Any) -> tuple[str, str]:
    _, answer = shop.client.post(mutation, token=app.token, **variables)
    [payload] = answer["data"].values()
    [error] = payload["errors"]
    return error["field"], error["code"]


def test_a_draft_is_found_by_its_reference_and_made_once(shop: Shop, app: Installed) -> None:
    reference = f"influence-{uuid4().hex}"
    assert shop.client.data(FIND, token=app.token, r=reference)["order"] is None
    given = draft(shop, app, reference)

    made = shop.client.do(CREATE, token=app.token, i=given)["order"]

    assert (made["status"], made["externalReference"], made["discounts"]) == ("DRAFT", reference, [])
    assert made["total"]["gross"]["amount"] > 0
    assert shop.client.data(FIND, token=app.token, r=reference)["order"]["id"] == made["id"]
    assert refused(shop, app, CREATE, i=given) == ("externalReference", "UNIQUE")


def test_a_draft_has_one_discount_and_then_costs_nothing(shop: Shop, app: Installed) -> None:
    made = shop.client.do(CREATE, token=app.token, i=draft(shop, app, f"influence-{uuid4().hex}"))["order"]
    too_much = FREE | {"value": 101}
    assert refused(shop, app, DISCOUNT, o=made["id"], i=too_much) == ("value", "INVALID")

    free = shop.client.do(DISCOUNT, token=app.token, o=made["id"], i=FREE)["order"]

    assert free["total"]["gross"]["amount"] == 0
    [discount] = free["discounts"]
    assert discount == {"type": "MANUAL", "valueType": "PERCENTAGE", "value": 100, "reason": "A gift"}
    assert refused(shop, app, DISCOUNT, o=made["id"], i=FREE) == ("orderId", "CANNOT_DISCOUNT")


def test_a_draft_is_deleted_and_an_order_is_not(shop: Shop, app: Installed) -> None:
    reference = f"influence-{uuid4().hex}"
    made = shop.client.do(CREATE, token=app.token, i=draft(shop, app, reference))["order"]
    shop.client.do(DELETE, token=app.token, i=made["id"])
    assert shop.client.data(FIND, token=app.token, r=reference)["order"] is None
    assert refused(shop, app, DELETE, i=made["id"]) == ("id", "NOT_FOUND")

    assert refused(shop, app, DELETE, i=shop.new_order()) == ("id", "INVALID")


def test_a_draft_at_full_discount_becomes_an_order_that_costs_nothing(shop: Shop, app: Installed) -> None:
    reference = f"influence-{uuid4().hex}"
    made = shop.new_draft(user=shop.new_customer()["id"], externalReference=reference)
    shop.client.do(DISCOUNT, token=app.token, o=made, i=FREE)

    shop.client.do(COMPLETE, i=made)

    order = shop.client.data(FIND, token=app.token, r=reference)["order"]
    assert (order["id"], order["status"]) == (made, "UNFULFILLED")
    assert (order["total"]["gross"]["amount"], [one["value"] for one in order["discounts"]]) == (0, [100])
    assert (order["chargeStatus"], order["totalCharged"]["amount"]) == ("NONE", 0)
