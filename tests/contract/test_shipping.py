"""Ways to send a checkout that apps add and forbid: the webhooks that Saleor waits for."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from sandbox import buying
from sandbox.buying import Refused
from sandbox.listener import Heard, Listener
from tests.support.contract_checkouts import basket, chosen, gross, voucher, why
from tests.support.contract_shops import PERMISSIONS, Installed, Shop, decoded, installed, key_of

LISTS, FILTERS = "SHIPPING_LIST_METHODS_FOR_CHECKOUT", "CHECKOUT_FILTER_SHIPPING_METHODS"
QUERY = """subscription{event{__typename issuedAt recipient{id}
  issuingPrincipal{__typename ... on App{id} ... on User{id}}
  ... on ShippingListMethodsForCheckout{checkout{id email voucherCode user{id} channel{slug}
    lines{quantity variant{id}} discount{amount}} shippingMethods{id name price{amount currency}}}
  ... on CheckoutFilterShippingMethods{checkout{id voucherCode user{id}} shippingMethods{id name}}}}"""
CALCULATE = """mutation($i:ID!){deliveryOptionsCalculate(id:$i){deliveries{id
    shippingMethod{id name active message}} errors{field code}}}"""
STATE = """query($i:ID!){checkout(id:$i){delivery{id shippingMethod{id active message}}
    problems{__typename}}}"""
FAILED = """{app{webhooks{syncEvents{eventType} asyncEvents{eventType}
    eventDeliveries(first:50,filter:{status:FAILED}){edges{node{eventType payload}}}}}}"""


def webhook(listener: Listener, *events: str, query: str = QUERY) -> dict[str, Any]:
    target = f"{listener.url}/webhooks"
    return {"name": "Ways", "targetUrl": target, "query": query, "syncEvents": list(events), "isActive": True}


@pytest.fixture
def ways_app(shop: Shop, listener: Listener) -> Iterator[Installed]:
    """An app that adds and forbids ways, and says nothing as yet."""
    yield from installed(
        shop,
        listener,
        permissions=[*PERMISSIONS, "MANAGE_SHIPPING"],
        webhooks=[webhook(listener, LISTS, FILTERS)],
    )


def offer(**changes: Any) -> dict[str, Any]:
    return {"id": "gift", "name": "Free for you", "amount": "0.00", "currency": "USD", **changes}


def offers(app: Installed, *rows: Any) -> None:
    app.listener.replies[LISTS.lower()] = lambda _: (200, list(rows))


def forbids(app: Installed, *, when: str | None = None, reason: str = "not yours") -> None:
    """All ways are forbidden to checkouts with this code."""

    def answer(heard: Heard) -> tuple[int, Any]:
        body = heard.json()
        if when is not None and body["checkout"]["voucherCode"] != when:
            return 200, {"excluded_methods": []}
        rows = [{"id": method["id"], "reason": reason} for method in body["shippingMethods"]]
        return 200, {"excluded_methods": rows}

    app.listener.replies[FILTERS.lower()] = answer


def heard(app: Installed, event: str) -> list[Heard]:
    return [item for item in app.listener.webhooks() if item.event == event.lower()]


def named(shop: Shop, checkout: str, name: str) -> dict[str, Any] | None:
    return next((way for way in buying.ways(shop.client, checkout) if way["name"] == name), None)


def calculated(shop: Shop, checkout: str, *, token: str = "") -> list[dict[str, Any]]:
    made = shop.client.do(CALCULATE, token=token, i=checkout)
    return [delivery["shippingMethod"] for delivery in made["deliveries"]]


def test_an_app_offers_a_way_that_the_order_is_sent_by(shop: Shop, ways_app: Installed) -> None:
    shopper = shop.new_shopper()
    offers(ways_app, offer(maximum_delivery_days=2, description="Because you lead"))
    checkout = basket(shop, shopper)

    way = named(shop, checkout, "Free for you")

    assert way is not None
    identifier = ways_app.listener.manifest["id"]
    assert base64.b64decode(way["id"]).decode() == f"app:{identifier}:gift"
    assert way["price"] == {"amount": 0, "currency": "USD"}
    assert (way["active"], way["maximumDeliveryDays"]) == (True, 2)
    buying.send_by(shop.client, checkout, way["id"], token=shopper.token)
    buying.pay(shop.client, checkout, token=ways_app.token)
    order = buying.complete(shop.client, checkout, token=shopper.token)
    assert (order["shippingMethodName"], gross(order["shippingPrice"])) == ("Free for you", 0)
    kept = 'query($i:ID!){order(id:$i){privateMetafield(key:"external_app_shipping_id")}}'
    assert shop.client.data(kept, i=order["id"])["order"] == {"privateMetafield": way["id"]}


def test_the_question_is_signed_and_says_whose_the_checkout_is(shop: Shop, ways_app: Installed) -> None:
    shopper = shop.new_shopper()
    checkout = basket(shop, shopper)

    own = buying.ways(shop.client, checkout, token=shopper.token)

    [item] = heard(ways_app, LISTS)
    header, _, signature = item.headers["saleor-signature"].split(".")
    key_of(shop)[1].verify(
        decoded(signature), header.encode() + b"." + item.body, padding.PKCS1v15(), hashes.SHA256()
    )
    assert item.headers["saleor-event"] == LISTS.lower()
    assert item.headers["saleor-api-url"] == shop.client.api_url
    body = item.json()
    assert body["__typename"] == "ShippingListMethodsForCheckout"
    assert body["recipient"] == {"id": ways_app.id}
    assert body["issuingPrincipal"] == {"__typename": "User", "id": shopper.id}
    assert body["checkout"]["user"] == {"id": shopper.id}
    assert (body["checkout"]["id"], body["checkout"]["email"]) == (checkout, shopper.email)
    assert [method["id"] for method in body["shippingMethods"]] == [method["id"] for method in own]


def test_the_app_that_filters_is_shown_what_other_apps_have_added(shop: Shop, ways_app: Installed) -> None:
    offers(ways_app, offer())
    way = named(shop, basket(shop), "Free for you")

    [item] = heard(ways_app, FILTERS)
    assert way is not None
    assert way["id"] in {method["id"] for method in item.json()["shippingMethods"]}


def test_an_offer_that_makes_no_sense_is_passed_over_alone(shop: Shop, ways_app: Installed) -> None:
    wrong = [
        offer(id="1", currency="EUR"),
        offer(id="2", name=None),
        offer(id="3", amount="-1"),
        offer(id="4", amount="much"),
        offer(id="5", maximum_delivery_days=-1),
        "nothing",
    ]
    offers(ways_app, *wrong, offer(id=6, name="Right", amount=1.5))

    found = [way for way in buying.ways(shop.client, basket(shop)) if way["id"].startswith("YXBw")]

    assert [(way["name"], way["price"]["amount"]) for way in found] == [("Right", 1.5)]


@pytest.mark.parametrize(
    "answer",
    [
        (500, [{}]),
        (404, []),
        (200, b"no JSON"),
        (200, {"ways": 1}),
        (200, None),
        (302, [{"id": "x"}]),
    ],
)
def test_an_app_that_fails_is_passed_over(shop: Shop, ways_app: Installed, answer: tuple[int, Any]) -> None:
    for event in (LISTS, FILTERS):
        ways_app.listener.replies[event.lower()] = lambda _: answer

    found = buying.ways(shop.client, basket(shop))

    assert found
    assert all(way["active"] for way in found)
    assert len(heard(ways_app, LISTS)) == len(heard(ways_app, FILTERS)) == 1, "and not asked again"


def test_what_failed_is_kept_and_can_be_read_back(shop: Shop, ways_app: Installed) -> None:
    ways_app.listener.replies[LISTS.lower()] = lambda _: (503, [])
    buying.ways(shop.client, basket(shop))

    [hook] = shop.client.data(FAILED, token=ways_app.token)["app"]["webhooks"]

    assert {item["eventType"] for item in hook["syncEvents"]} == {LISTS, FILTERS}
    assert hook["asyncEvents"] == []
    [edge] = hook["eventDeliveries"]["edges"]
    assert edge["node"]["eventType"] == LISTS
    assert edge["node"]["payload"].encode() == heard(ways_app, LISTS)[0].body


def test_ways_are_asked_for_once_as_long_as_nothing_changes(shop: Shop, ways_app: Installed) -> None:
    code, checkout = voucher(shop, ways_app), basket(shop)

    for _ in range(2):
        buying.ways(shop.client, checkout)
    assert len(heard(ways_app, LISTS)) == 1
    buying.add_code(shop.client, checkout, code["code"])
    buying.ways(shop.client, checkout)
    assert len(heard(ways_app, LISTS)) == 2
    calculated(shop, checkout)
    assert len(heard(ways_app, LISTS)) == 3, "the mutation always asks"
    shop.client.data("{checkouts(first:1){edges{node{shippingMethods{id}}}}}", token=ways_app.token)
    assert len(heard(ways_app, LISTS)) == 3, "a list never asks"


def test_a_way_that_is_withdrawn_is_refused_once_the_checkout_has_changed(
    shop: Shop, ways_app: Installed
) -> None:
    offers(ways_app, offer())
    checkout, code = basket(shop), voucher(shop, ways_app)
    way = named(shop, checkout, "Free for you")
    assert way is not None
    buying.send_by(shop.client, checkout, way["id"])
    offers(ways_app)

    buying.add_code(shop.client, checkout, code["code"])
    buying.pay(shop.client, checkout, token=ways_app.token)

    why("INVALID_SHIPPING_METHOD", "shippingMethod", buying.complete, shop.client, checkout)


def test_a_way_that_is_withdrawn_goes_through_as_long_as_nothing_has_changed(
    shop: Shop, ways_app: Installed
) -> None:
    offers(ways_app, offer())
    checkout = basket(shop)
    way = named(shop, checkout, "Free for you")
    assert way is not None
    buying.send_by(shop.client, checkout, way["id"])
    offers(ways_app)
    buying.pay(shop.client, checkout, token=ways_app.token)

    assert buying.complete(shop.client, checkout)["shippingMethodName"] == "Free for you"


def test_a_forbidden_way_is_shown_with_the_reason_and_cannot_be_chosen(
    shop: Shop, ways_app: Installed
) -> None:
    forbids(ways_app)
    checkout = basket(shop)

    found = buying.ways(shop.client, checkout)

    assert {(way["active"], way["message"]) for way in found} == {(False, "not yours")}
    why(
        "DELIVERY_METHOD_NOT_APPLICABLE",
        "deliveryMethodId",
        buying.send_by,
        shop.client,
        checkout,
        found[0]["id"],
    )


def test_a_code_that_is_forbidden_blocks_the_checkout_once_the_ways_are_calculated(
    shop: Shop, ways_app: Installed
) -> None:
    code, checkout = voucher(shop, ways_app), basket(shop)
    forbids(ways_app, when=code["code"])
    chosen(shop, checkout)
    buying.add_code(shop.client, checkout, code["code"])
    buying.pay(shop.client, checkout, token=ways_app.token)

    calculated(shop, checkout, token=ways_app.token)

    state = shop.client.data(STATE, i=checkout, token="")["checkout"]
    assert state["delivery"]["shippingMethod"]["active"] is False
    assert state["delivery"]["shippingMethod"]["message"] == "not yours"
    assert state["problems"] == [{"__typename": "CheckoutProblemDeliveryMethodInvalid"}]
    why("INVALID_SHIPPING_METHOD", "shippingMethod", buying.complete, shop.client, checkout)

    buying.remove_code(shop.client, checkout, code["code"])
    state = shop.client.data(STATE, i=checkout, token="")["checkout"]
    assert state["delivery"]["shippingMethod"]["active"] is False, "until they are calculated again"
    calculated(shop, checkout)
    state = shop.client.data(STATE, i=checkout, token="")["checkout"]
    assert (state["delivery"]["shippingMethod"]["active"], state["problems"]) == (True, [])
    buying.pay(shop.client, checkout, token=ways_app.token)
    assert buying.complete(shop.client, checkout)["voucherCode"] is None


def test_a_code_that_comes_after_the_way_slips_through_though_the_app_is_asked(
    shop: Shop, ways_app: Installed
) -> None:
    """The hole: Saleor looks at the chosen way as it was before it asked."""
    code, checkout = voucher(shop, ways_app), basket(shop)
    forbids(ways_app, when=code["code"])
    chosen(shop, checkout)
    buying.add_code(shop.client, checkout, code["code"])
    ways_app.listener.forget()
    buying.pay(shop.client, checkout, token=ways_app.token)

    order = buying.complete(shop.client, checkout)

    assert order["voucherCode"] == code["code"]
    assert heard(ways_app, FILTERS)[-1].json()["checkout"]["voucherCode"] == code["code"]


def test_an_app_may_ask_the_shop_while_it_is_waited_for(shop: Shop, ways_app: Installed) -> None:
    checkout, seen = basket(shop), []

    def answer(item: Heard) -> tuple[int, Any]:
        key = item.json()["checkout"]["id"]
        seen.append(shop.client.data("query($i:ID!){checkout(id:$i){id}}", token=ways_app.token, i=key))
        return 200, [offer()]

    ways_app.listener.replies[LISTS.lower()] = answer

    assert named(shop, checkout, "Free for you") is not None
    assert seen == [{"checkout": {"id": checkout}}]


@pytest.mark.parametrize(
    ("event", "needed", "typename"),
    [
        (LISTS, "MANAGE_SHIPPING", "ShippingListMethodsForCheckout"),
        (FILTERS, "MANAGE_CHECKOUTS", "CheckoutFilterShippingMethods"),
    ],
)
def test_an_app_without_the_permission_is_never_asked(
    shop: Shop, listener: Listener, event: str, needed: str, typename: str
) -> None:
    query = f"subscription{{event{{__typename ... on {typename}{{checkout{{id}}}}}}}}"
    hook = webhook(listener, event, query=query)
    permissions = [*PERMISSIONS, "MANAGE_SHIPPING"]
    for held in (permissions, [code for code in permissions if code != needed]):
        listener.forget()
        for app in installed(shop, listener, permissions=held, webhooks=[hook]):
            buying.ways(shop.client, basket(shop))
            assert len(heard(app, event)) == (needed in held), held


def test_a_question_may_not_need_another_answer(shop: Shop, listener: Listener) -> None:
    query = """subscription{event{__typename ... on CheckoutFilterShippingMethods{
        checkout{id totalPrice{gross{amount}}} shippingMethods{id}}}}"""
    for app in installed(shop, listener, webhooks=[webhook(listener, FILTERS, query=query)]):
        buying.ways(shop.client, basket(shop))

        body = heard(app, FILTERS)[0].json()
        assert body["checkout"] is None
        assert body["errors"][0]["extensions"]["exception"]["code"] == "CircularSubscriptionSyncEvent"


def test_an_app_makes_such_a_webhook_itself(shop: Shop, ways_app: Installed) -> None:
    [old] = shop.client.data("{app{webhooks{id}}}", token=ways_app.token)["app"]["webhooks"]
    shop.client.do(
        "mutation($i:ID!){webhookDelete(id:$i){errors{message}}}", token=ways_app.token, i=old["id"]
    )
    made = shop.client.do(
        """mutation($v:WebhookCreateInput!){webhookCreate(input:$v){
            webhook{id isActive syncEvents{eventType} asyncEvents{eventType}} errors{field message code}}}""",
        token=ways_app.token,
        v=webhook(ways_app.listener, LISTS),
    )["webhook"]
    offers(ways_app, offer())

    assert made["isActive"] is True
    assert (made["syncEvents"], made["asyncEvents"]) == ([{"eventType": LISTS}], [])
    assert named(shop, basket(shop), "Free for you") is not None


def test_a_refusal_says_its_code_and_field() -> None:
    error = {"field": "promoCode", "code": "INVALID", "message": "Promo code is invalid"}

    refusal = Refused(error)

    assert (refusal.code, refusal.field) == ("INVALID", "promoCode")
    assert json.dumps(str(refusal)) == '"INVALID (promoCode): Promo code is invalid"'
