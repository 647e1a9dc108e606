"""Checkouts: what codes and cards do to them, who may use which, and how they become orders."""

from typing import Any

import pytest

from sandbox import buying
from sandbox.listener import Heard
from tests.support.contract_checkouts import VOUCHER, basket, chosen, gross, voucher, why, word
from tests.support.contract_shops import Installed, Shop

CODES = "query($i:ID!){voucher(id:$i){used codes(first:9){edges{node{id code used isActive}}}}}"
CARD = """mutation($i:GiftCardCreateInput!){giftCardCreate(input:$i){giftCard{id code}
    errors{field message code}}}"""
BALANCE = """query($i:ID!){giftCard(id:$i){currentBalance{amount} usedByEmail lastUsedOn isActive}}"""
DROP = "mutation($i:[ID!]!){voucherCodeBulkDelete(ids:$i){count errors{code message}}}"
OFF = "mutation($i:ID!){giftCardDeactivate(id:$i){errors{field code message}}}"
UNASSIGN = "mutation($i:ID!){giftCardUnassignUser(id:$i){errors{field code message}}}"
CANCEL = "mutation($i:ID!){orderCancel(id:$i){errors{message code}}}"


def card(shop: Shop, app: Installed, amount: float = 5, **values: Any) -> Any:
    given = {"balance": {"amount": amount, "currency": "USD"}, "isActive": True, **values}
    return shop.client.do(CARD, token=app.token, i=given)["giftCard"]


def events(heard: list[Heard]) -> list[str]:
    return sorted(item.event for item in heard)


def test_a_share_is_taken_off_the_whole_order_and_the_order_says_so(shop: Shop, perk_app: Installed) -> None:
    code, checkout = voucher(shop, perk_app, name="Ten"), basket(shop, count=2)
    way = chosen(shop, checkout)
    before = buying.read(shop.client, checkout, token=shop.client.staff_token())

    after = buying.add_code(shop.client, checkout, code["code"])

    off = round(gross(before["subtotalPrice"]) * 0.1, 2)
    assert (after["voucherCode"], after["discountName"]) == (code["code"], "Ten")
    assert after["discount"]["amount"] == pytest.approx(off, abs=0.011)
    assert gross(after["subtotalPrice"]) == pytest.approx(gross(before["subtotalPrice"]) - off, abs=0.011)
    assert gross(after["shippingPrice"]) == way["price"]["amount"]
    buying.pay(shop.client, checkout, token=perk_app.token)
    order = buying.complete(shop.client, checkout)
    assert (order["voucherCode"], order["voucher"]) == (code["code"], {"id": code["id"]})
    assert gross(order["total"]) == pytest.approx(gross(after["totalPrice"]))
    assert gross(order["undiscountedTotal"]) == pytest.approx(gross(before["totalPrice"]))
    assert (gross(order["shippingPrice"]), order["shippingMethodName"]) == (
        way["price"]["amount"],
        way["name"],
    )
    [discount] = order["discounts"]
    assert (discount["type"], discount["valueType"], discount["name"]) == ("VOUCHER", "FIXED", "Ten")
    assert discount["total"]["amount"] == pytest.approx(off, abs=0.011)
    assert {line["voucherCode"] for line in order["lines"]} == {None}
    assert (order["status"], order["chargeStatus"]) == ("UNFULFILLED", "FULL")


def test_an_amount_takes_no_more_than_there_is(shop: Shop, perk_app: Installed) -> None:
    some = voucher(shop, perk_app, discountValueType="FIXED", worth=1.5)
    much = voucher(shop, perk_app, discountValueType="FIXED", worth=100_000)
    checkout = basket(shop)
    full = gross(buying.read(shop.client, checkout, token=shop.client.staff_token())["subtotalPrice"])

    one = buying.add_code(shop.client, checkout, some["code"])
    other = buying.add_code(shop.client, checkout, much["code"])
    none = buying.remove_code(shop.client, checkout, much["code"])

    assert gross(one["subtotalPrice"]) == pytest.approx(full - 1.5)
    assert (gross(other["subtotalPrice"]), other["voucherCode"]) == (0, much["code"])
    assert (gross(none["subtotalPrice"]), none["voucherCode"]) == (full, None)
    why("INVALID", "promoCode", buying.remove_code, shop.client, checkout, some["code"])
    why("NOT_FOUND", "promoCode", buying.remove_code, shop.client, checkout, "NEVER-THERE")


def test_free_shipping_needs_a_way_that_is_chosen(shop: Shop, perk_app: Installed) -> None:
    free, checkout = voucher(shop, perk_app, type="SHIPPING", worth=100), basket(shop)

    why("VOUCHER_NOT_APPLICABLE", "promoCode", buying.add_code, shop.client, checkout, free["code"])
    way = chosen(shop, checkout)
    after = buying.add_code(shop.client, checkout, free["code"])

    assert way["price"]["amount"] > 0
    assert (gross(after["shippingPrice"]), after["discount"]["amount"]) == (0, way["price"]["amount"])
    buying.pay(shop.client, checkout, token=perk_app.token)
    order = buying.complete(shop.client, checkout)
    assert gross(order["shippingPrice"]) == 0
    assert gross(order["total"]) == gross(order["subtotal"])
    assert gross(order["undiscountedTotal"]) == pytest.approx(gross(order["total"]) + way["price"]["amount"])
    assert [one["total"]["amount"] for one in order["discounts"]] == [way["price"]["amount"]]


def test_a_voucher_for_some_goods_is_taken_off_those_alone(shop: Shop, perk_app: Installed) -> None:
    meant, other = shop.goods(2)
    given: dict[str, Any] = {"type": "SPECIFIC_PRODUCT", "products": [shop.product_of(meant)]}
    code = voucher(shop, perk_app, worth=20, **given)
    wrong = buying.open_checkout(shop.client, [(other, 1)], email=shop.new_email())
    right = buying.open_checkout(shop.client, [(meant, 2), (other, 1)], email=shop.new_email())
    before = {line["variant"]["id"]: line for line in _lines(shop, right)}

    why("VOUCHER_NOT_APPLICABLE", "promoCode", buying.add_code, shop.client, wrong, code["code"])
    buying.add_code(shop.client, right, code["code"])

    after = {line["variant"]["id"]: line for line in _lines(shop, right)}
    full = gross(before[meant]["totalPrice"])
    assert gross(after[meant]["totalPrice"]) == pytest.approx(full * 0.8, abs=0.011)
    assert after[other]["totalPrice"] == before[other]["totalPrice"]
    chosen(shop, right)
    buying.pay(shop.client, right, token=perk_app.token)
    order = buying.complete(shop.client, right)
    [discount] = order["discounts"]
    assert discount["total"]["amount"] == pytest.approx(full * 0.2, abs=0.011)
    assert {line["variant"]["id"]: line["voucherCode"] for line in order["lines"]} == {
        meant: code["code"],
        other: None,
    }


def _lines(shop: Shop, checkout: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = buying.read(shop.client, checkout, token=shop.client.staff_token())["lines"]
    return found


def test_a_voucher_for_a_collection_finds_its_products(shop: Shop, perk_app: Installed) -> None:
    meant, other = shop.goods(2)
    made = shop.client.do(
        "mutation($i:CollectionCreateInput!){collectionCreate(input:$i){collection{id} errors{field code}}}",
        i={"name": f"Beta {word(shop)}", "products": [shop.product_of(meant)]},
    )
    code = voucher(shop, perk_app, type="SPECIFIC_PRODUCT", collections=[made["collection"]["id"]])

    right = buying.open_checkout(shop.client, [(meant, 1)], email=shop.new_email())
    wrong = buying.open_checkout(shop.client, [(other, 1)], email=shop.new_email())

    assert buying.add_code(shop.client, right, code["code"])["discount"]["amount"] > 0
    why("VOUCHER_NOT_APPLICABLE", "promoCode", buying.add_code, shop.client, wrong, code["code"])


@pytest.mark.parametrize(
    "condition", [{"least": 100_000}, {"minCheckoutItemsQuantity": 3}, {"onlyForStaff": True}]
)
def test_a_voucher_whose_condition_is_not_met_does_not_apply(
    shop: Shop, perk_app: Installed, condition: dict[str, Any]
) -> None:
    code, shopper = voucher(shop, perk_app, **condition), shop.new_shopper()
    checkout = basket(shop, shopper)

    for token in (shopper.token, perk_app.token, ""):
        why(
            "VOUCHER_NOT_APPLICABLE",
            "promoCode",
            buying.add_code,
            shop.client,
            checkout,
            code["code"],
            token=token,
        )


def test_a_code_is_taken_out_when_the_checkout_falls_below_its_condition(
    shop: Shop, perk_app: Installed
) -> None:
    code, checkout = voucher(shop, perk_app, minCheckoutItemsQuantity=2), basket(shop)
    line = buying.add_code(shop.client, checkout, code["code"])["lines"][0]["id"]

    shop.client.do(
        """mutation($i:ID!,$l:ID!){checkoutLinesUpdate(id:$i,lines:[{lineId:$l,quantity:1}]){
            errors{field code message}}}""",
        token="",
        i=checkout,
        l=line,
    )

    after = buying.read(shop.client, checkout, token=shop.client.staff_token())
    assert (after["voucherCode"], after["discount"]["amount"]) == (None, 0)


@pytest.mark.parametrize(
    "case",
    [
        {"endDate": "2020-01-02T00:00:00+00:00", "startDate": "2020-01-01T00:00:00+00:00"},
        {"startDate": "2040-01-01T00:00:00+00:00"},
    ],
)
def test_a_code_that_is_over_not_begun_or_unknown_is_invalid(
    shop: Shop, perk_app: Installed, case: dict[str, Any]
) -> None:
    code, checkout = voucher(shop, perk_app, **case), basket(shop)

    for wrong in (code["code"], "NEVER-THERE"):
        why("INVALID", "promoCode", buying.add_code, shop.client, checkout, wrong)


def test_a_code_that_is_listed_nowhere_is_invalid(shop: Shop, perk_app: Installed) -> None:
    given = {"discountValueType": "PERCENTAGE", "addCodes": [word(shop)]}
    made = shop.client.do(VOUCHER, token=perk_app.token, i=given)["voucher"]

    why("INVALID", "promoCode", buying.add_code, shop.client, basket(shop), made["code"])


def test_a_single_use_code_is_for_who_completes_first_and_is_spent_for_good(
    shop: Shop, perk_app: Installed
) -> None:
    code = voucher(shop, perk_app, singleUse=True)
    first, second = basket(shop), basket(shop)
    for checkout in (first, second):
        chosen(shop, checkout)
        buying.add_code(shop.client, checkout, code["code"])
        buying.pay(shop.client, checkout, token=perk_app.token)

    order = buying.complete(shop.client, first)

    why("VOUCHER_NOT_APPLICABLE", "voucherCode", buying.complete, shop.client, second)
    why("INVALID", "promoCode", buying.add_code, shop.client, basket(shop), code["code"])
    shop.client.do(CANCEL, i=order["id"])
    [edge] = shop.client.data(CODES, i=code["id"])["voucher"]["codes"]["edges"]
    kept = (edge["node"]["code"], edge["node"]["used"], edge["node"]["isActive"])
    assert kept == (code["code"], 0, False), "cancelling gives nothing back"


def test_a_code_that_is_deleted_meanwhile_stops_its_checkout_until_it_is_taken_out(
    shop: Shop, perk_app: Installed
) -> None:
    code, checkout = voucher(shop, perk_app), basket(shop)
    chosen(shop, checkout)
    full = gross(buying.read(shop.client, checkout, token=shop.client.staff_token())["totalPrice"])
    buying.add_code(shop.client, checkout, code["code"])
    buying.pay(shop.client, checkout, token=perk_app.token)
    [edge] = shop.client.data(CODES, i=code["id"])["voucher"]["codes"]["edges"]

    shop.client.do(DROP, token=perk_app.token, i=[edge["node"]["id"]])

    why("VOUCHER_NOT_APPLICABLE", "voucherCode", buying.complete, shop.client, checkout)
    without = buying.remove_code(shop.client, checkout, code["code"])
    assert (without["voucherCode"], gross(without["totalPrice"])) == (None, full)
    buying.pay(shop.client, checkout, token=perk_app.token)
    order = buying.complete(shop.client, checkout)
    assert (order["voucherCode"], gross(order["total"])) == (None, full)


def _bought(shop: Shop, app: Installed, code: str, email: str) -> dict[str, Any]:
    checkout = basket(shop, email=email)
    chosen(shop, checkout)
    buying.add_code(shop.client, checkout, code)
    buying.pay(shop.client, checkout, token=app.token)
    return buying.complete(shop.client, checkout)


def test_uses_are_counted_where_they_are_limited_only(shop: Shop, perk_app: Installed) -> None:
    limited, free = voucher(shop, perk_app, usageLimit=1), voucher(shop, perk_app)

    for code in (limited, free):
        _bought(shop, perk_app, code["code"], shop.new_email())

    assert shop.client.data(CODES, i=limited["id"])["voucher"]["used"] == 1
    assert shop.client.data(CODES, i=free["id"])["voucher"]["used"] == 0
    why("INVALID", "promoCode", buying.add_code, shop.client, basket(shop), limited["code"])
    buying.add_code(shop.client, basket(shop), free["code"])


def test_once_a_customer_is_once_an_address(shop: Shop, perk_app: Installed) -> None:
    other = word(shop)
    code = voucher(shop, perk_app, applyOncePerCustomer=True, addCodes=[word(shop), other])
    email = shop.new_email()
    _bought(shop, perk_app, code["code"], email)

    again = basket(shop, email=email)

    for tried in (code["code"], other):
        why("VOUCHER_NOT_APPLICABLE", "promoCode", buying.add_code, shop.client, again, tried)
    _bought(shop, perk_app, code["code"], shop.new_email())


def test_a_gift_card_pays_and_what_is_left_stays_on_it(shop: Shop, perk_app: Installed) -> None:
    small, large = card(shop, perk_app, 1), card(shop, perk_app, 100_000)
    checkout = basket(shop)
    chosen(shop, checkout)
    full = gross(buying.read(shop.client, checkout, token=shop.client.staff_token())["totalPrice"])

    one = buying.add_code(shop.client, checkout, small["code"])
    two = buying.add_code(shop.client, checkout, large["code"])

    assert gross(one["totalPrice"]) == pytest.approx(full - 1)
    assert (gross(two["totalPrice"]), len(two["giftCards"])) == (0, 2)
    order = buying.complete(shop.client, checkout)
    assert (gross(order["total"]), order["status"]) == (0, "UNFULFILLED")
    assert {one["id"] for one in order["giftCards"]} <= {small["id"], large["id"]}
    left = sum(
        shop.client.data(BALANCE, i=one["id"])["giftCard"]["currentBalance"]["amount"]
        for one in (small, large)
    )
    assert left == pytest.approx(100_001 - full)
    used = shop.client.data(BALANCE, i=large["id"])["giftCard"]
    assert (used["usedByEmail"], used["isActive"]) == (order["userEmail"], True)
    assert used["lastUsedOn"] is not None


def test_a_gift_card_is_taken_out_by_its_code(shop: Shop, perk_app: Installed) -> None:
    money, checkout = card(shop, perk_app), basket(shop)
    buying.add_code(shop.client, checkout, money["code"])

    assert buying.remove_code(shop.client, checkout, money["code"])["giftCards"] == []
    why("INVALID", "promoCode", buying.remove_code, shop.client, checkout, money["code"])


def test_an_assigned_gift_card_is_for_its_owner_alone(shop: Shop, perk_app: Installed) -> None:
    owner, other = shop.new_shopper(), shop.new_shopper()
    money = card(shop, perk_app, 100_000, assignedTo=owner.id)
    guest = basket(shop, email=owner.email)

    for checkout, token in ((basket(shop, other), other.token), (guest, ""), (guest, perk_app.token)):
        why("INVALID", "promoCode", buying.add_code, shop.client, checkout, money["code"], token=token)

    mine = basket(shop, owner)
    chosen(shop, mine)
    buying.add_code(shop.client, mine, money["code"], token=owner.token)
    order = buying.complete(shop.client, mine, token=owner.token)
    assert (order["user"], order["giftCards"]) == ({"id": owner.id}, [{"id": money["id"]}])


@pytest.mark.parametrize("change", [{"isActive": False}, {"balance": {"amount": 5, "currency": "EUR"}}])
def test_a_gift_card_that_is_off_or_of_another_currency_is_invalid(
    shop: Shop, perk_app: Installed, change: dict[str, Any]
) -> None:
    money = card(shop, perk_app, **change)

    why("INVALID", "promoCode", buying.add_code, shop.client, basket(shop), money["code"])


def test_assigning_a_card_takes_it_off_open_checkouts_and_a_used_card_stays_free(
    shop: Shop, perk_app: Installed
) -> None:
    assign = """mutation($i:ID!,$u:ID!){giftCardAssignUser(id:$i,userId:$u){errors{field code message}}}"""
    owner, money, checkout = shop.new_shopper(), card(shop, perk_app, 100_000), basket(shop)
    buying.add_code(shop.client, checkout, money["code"])

    shop.client.do(assign, token=perk_app.token, i=money["id"], u=owner.id)

    assert buying.read(shop.client, checkout, token=shop.client.staff_token())["giftCards"] == []
    mine = basket(shop, owner)
    chosen(shop, mine)
    buying.add_code(shop.client, mine, money["code"], token=owner.token)
    buying.complete(shop.client, mine, token=owner.token)
    _, answer = shop.client.post(assign, token=perk_app.token, i=money["id"], u=shop.new_shopper().id)
    [error] = answer["data"]["giftCardAssignUser"]["errors"]
    assert (error["field"], error["code"]) == ("id", "CANNOT_ASSIGN")


def test_a_gift_card_that_is_switched_off_meanwhile_pays_nothing_and_stops_its_checkout(
    shop: Shop, perk_app: Installed
) -> None:
    owner = shop.new_shopper()
    money, checkout = card(shop, perk_app, 100_000, assignedTo=owner.id), basket(shop, owner)
    chosen(shop, checkout)
    full = gross(buying.read(shop.client, checkout, token=shop.client.staff_token())["totalPrice"])
    paid = buying.add_code(shop.client, checkout, money["code"], token=owner.token)
    assert gross(paid["totalPrice"]) == 0

    for change in (OFF, UNASSIGN):
        shop.client.do(change, token=perk_app.token, i=money["id"])
        held = buying.read(shop.client, checkout, token=shop.client.staff_token())
        assert (held["giftCards"], gross(held["totalPrice"])) == ([{"id": money["id"]}], full)
        why("INVALID", "giftCards", buying.complete, shop.client, checkout, token=owner.token)

    buying.pay(shop.client, checkout, token=perk_app.token)
    why("INVALID", "giftCards", buying.complete, shop.client, checkout, token=owner.token)
    assert buying.remove_code(shop.client, checkout, money["code"], token=owner.token)["giftCards"] == []
    order = buying.complete(shop.client, checkout, token=owner.token)
    assert (order["giftCards"], gross(order["total"])) == ([], full)


def test_a_used_card_that_is_assigned_to_nobody_is_for_whoever_has_its_code(
    shop: Shop, perk_app: Installed
) -> None:
    owner, other = shop.new_shopper(), shop.new_shopper()
    money, checkout = card(shop, perk_app, 100_000, assignedTo=owner.id), basket(shop, owner)
    chosen(shop, checkout)
    buying.add_code(shop.client, checkout, money["code"], token=owner.token)
    buying.complete(shop.client, checkout, token=owner.token)
    theirs = basket(shop, other)
    why("INVALID", "promoCode", buying.add_code, shop.client, theirs, money["code"], token=other.token)

    shop.client.do(UNASSIGN, token=perk_app.token, i=money["id"])

    found = buying.add_code(shop.client, theirs, money["code"], token=other.token)
    assert found["giftCards"] == [{"id": money["id"]}]
    shop.client.do(OFF, token=perk_app.token, i=money["id"])
    why("INVALID", "promoCode", buying.add_code, shop.client, basket(shop), money["code"])


def test_an_app_puts_a_code_into_a_customers_checkout_and_takes_it_out(
    shop: Shop, perk_app: Installed
) -> None:
    shopper, code = shop.new_shopper(), voucher(shop, perk_app)
    checkout = basket(shop, shopper)

    buying.add_code(shop.client, checkout, code["code"], token=perk_app.token)
    assert buying.read(shop.client, checkout, token=shopper.token)["voucherCode"] == code["code"]

    removal = """mutation($i:ID!,$v:ID!){checkoutRemovePromoCode(id:$i,promoCodeId:$v){
        checkout{voucherCode} errors{field code}}}"""
    after = shop.client.do(removal, token=perk_app.token, i=checkout, v=code["id"])
    assert after["checkout"] == {"voucherCode": None}
    _, strange = shop.client.post(removal, token=perk_app.token, i=checkout, v=checkout)
    [error] = strange["data"]["checkoutRemovePromoCode"]["errors"]
    assert (error["field"], error["code"]) == ("promoCodeId", "NOT_FOUND")


def test_a_checkout_is_attached_once(shop: Shop, perk_app: Installed) -> None:
    attach = """mutation($i:ID!,$c:ID){checkoutCustomerAttach(id:$i,customerId:$c){checkout{user{id} email}
        errors{field code}}}"""
    shopper, checkout = shop.new_shopper(), basket(shop)

    _, by_app = shop.client.post(attach, token=perk_app.token, i=checkout, c=shopper.id)
    _, by_nobody_known = shop.client.post(attach, token=perk_app.token, i=checkout)
    mine = shop.client.do(attach, token=shopper.token, i=checkout)["checkout"]
    _, again = shop.client.post(attach, token=shopper.token, i=checkout)

    assert by_app["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert "IMPERSONATE_USER" in by_app["errors"][0]["message"]
    assert by_nobody_known["data"]["checkoutCustomerAttach"]["errors"] == [
        {"field": "customerId", "code": "REQUIRED"}
    ]
    assert mine == {"user": {"id": shopper.id}, "email": shopper.email}
    assert "cannot reassign" in again["errors"][0]["message"]


def test_an_app_that_handles_checkouts_sets_a_price(shop: Shop, perk_app: Installed) -> None:
    change = """mutation($i:ID!,$l:[CheckoutLineUpdateInput!]!){checkoutLinesUpdate(id:$i,lines:$l){
        checkout{lines{quantity unitPrice{gross{amount}}}} errors{field code message}}}"""
    checkout = basket(shop)
    line = buying.read(shop.client, checkout, token=shop.client.staff_token())["lines"][0]["id"]
    row = [{"lineId": line, "price": 0.5}]

    _, refused = shop.client.post(change, i=checkout, l=row)
    shop.client.do(change, token=perk_app.token, i=checkout, l=row)
    more = shop.client.do(change, token="", i=checkout, l=[{"lineId": line, "quantity": 5}])

    assert refused["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert more["checkout"]["lines"] == [{"quantity": 5, "unitPrice": {"gross": {"amount": 0.5}}}]


def test_a_checkout_that_lacks_something_does_not_become_an_order(shop: Shop) -> None:
    lines = [(shop.goods()[0], 1)]
    email = shop.new_email()

    nobody = buying.open_checkout(shop.client, lines)
    why("EMAIL_NOT_SET", None, buying.complete, shop.client, nobody)
    empty = buying.open_checkout(shop.client, [], email=email)
    why("NO_LINES", "lines", buying.complete, shop.client, empty)
    unsent = buying.open_checkout(shop.client, lines, email=email)
    why("SHIPPING_METHOD_NOT_SET", "shippingMethod", buying.complete, shop.client, unsent)
    unbilled = buying.open_checkout(shop.client, lines, email=email, billingAddress=None)
    chosen(shop, unbilled)
    why("BILLING_ADDRESS_NOT_SET", "billingAddress", buying.complete, shop.client, unbilled)
    chosen(shop, unsent)
    why("CHECKOUT_NOT_FULLY_PAID", None, buying.complete, shop.client, unsent)


def test_a_checkout_becomes_one_order_however_often_it_is_completed(shop: Shop, perk_app: Installed) -> None:
    shopper = shop.new_shopper()
    checkout = basket(shop, shopper)
    chosen(shop, checkout)
    buying.pay(shop.client, checkout, token=perk_app.token)

    first = buying.complete(shop.client, checkout, token=shopper.token)
    second = buying.complete(shop.client, checkout, token=shopper.token)

    assert first["id"] == second["id"]
    assert shop.client.data("query($i:ID!){checkout(id:$i){id}}", i=checkout) == {"checkout": None}


def test_a_guests_order_goes_to_the_account_of_their_address(shop: Shop) -> None:
    shopper = shop.new_shopper()

    order = buying.buy(shop.client, [(shop.goods()[0], 1)], email=shopper.email)

    assert order["user"] == {"id": shopper.id}


def test_open_checkouts_are_listed_for_an_app_the_last_changed_first(shop: Shop, perk_app: Installed) -> None:
    older, newer = basket(shop), basket(shop)
    shop.client.do(
        """mutation($i:ID!,$e:String!){checkoutEmailUpdate(id:$i,email:$e){errors{field code}}}""",
        token="",
        i=older,
        e=shop.new_email(),
    )
    query = "{checkouts(first:2){edges{node{id}}}}"

    page = shop.client.data(query, token=perk_app.token)["checkouts"]["edges"]
    _, refused = shop.client.post(query)

    assert [edge["node"]["id"] for edge in page] == [older, newer]
    assert "MANAGE_CHECKOUTS" in refused["errors"][0]["message"]


def test_whose_a_checkout_is_is_not_for_everybody(shop: Shop, perk_app: Installed) -> None:
    query = "query($i:ID!){checkout(id:$i){id user{id} voucher{id}}}"
    shopper, code = shop.new_shopper(), voucher(shop, perk_app)
    checkout = basket(shop, shopper)
    buying.add_code(shop.client, checkout, code["code"])

    _, nobody = shop.client.post(query, i=checkout)
    _, owner = shop.client.post(query, token=shopper.token, i=checkout)
    app = shop.client.data(query, token=perk_app.token, i=checkout)["checkout"]

    assert nobody["data"]["checkout"] == {"id": checkout, "user": None, "voucher": None}
    assert owner["data"]["checkout"]["user"] == {"id": shopper.id}
    assert app == {"id": checkout, "user": {"id": shopper.id}, "voucher": {"id": code["id"]}}


def test_a_checkout_carries_metadata_that_its_order_keeps(shop: Shop, perk_app: Installed) -> None:
    note = 'mutation($i:ID!){%s(id:$i,input:[{key:"a",value:"1"}]){errors{code}}}'
    checkout = basket(shop)
    shop.client.do(note % "updateMetadata", token="", i=checkout)
    shop.client.do(note % "updatePrivateMetadata", token=perk_app.token, i=checkout)
    _, refused = shop.client.post(note % "updatePrivateMetadata", i=checkout)
    chosen(shop, checkout)
    buying.pay(shop.client, checkout, token=perk_app.token)

    order = buying.complete(shop.client, checkout)["id"]

    assert "MANAGE_CHECKOUTS" in refused["errors"][0]["message"]
    found = shop.client.data(
        'query($i:ID!){order(id:$i){metafield(key:"a") privateMetafield(key:"a")}}', i=order
    )
    assert found["order"] == {"metafield": "1", "privateMetafield": "1"}


def test_what_becomes_of_a_checkout_is_told(shop: Shop, perk_app: Installed) -> None:
    def heard(*expected: str) -> list[Heard]:
        perk_app.listener.wait_for(*expected)
        told = shop.settled(perk_app.listener, 1.0)
        assert events(told) == sorted(expected)
        perk_app.listener.forget()
        return told

    code, shopper = voucher(shop, perk_app), shop.new_shopper()
    shop.settled(perk_app.listener, 1.0)
    perk_app.listener.forget()

    checkout = basket(shop, shopper)
    [made] = heard("checkout_created")
    assert made.json()["issuingPrincipal"]["__typename"] == "User"
    assert made.json()["checkout"]["user"] == {"id": shopper.id}
    buying.add_code(shop.client, checkout, code["code"])
    [added] = heard("checkout_updated")
    assert added.json()["issuingPrincipal"] is None
    assert added.json()["checkout"]["voucherCode"] == code["code"]
    buying.remove_code(shop.client, checkout, code["code"], token=perk_app.token)
    [removed] = heard("checkout_updated")
    assert removed.json()["issuingPrincipal"] == {"__typename": "App", "id": perk_app.id}
    assert removed.json()["checkout"]["voucherCode"] is None
    chosen(shop, checkout)
    heard("checkout_updated")


def test_an_order_of_a_checkout_is_told_in_the_order_of_its_life(shop: Shop, app: Installed) -> None:
    shopper = shop.new_shopper()
    checkout = basket(shop, shopper)
    chosen(shop, checkout)
    buying.pay(shop.client, checkout, token=app.token)
    shop.settled(app.listener, 1.0)
    app.listener.forget()

    order = buying.complete(shop.client, checkout, token=shopper.token)

    expected = ("order_created", "order_paid", "order_fully_paid", "order_updated", "order_confirmed")
    app.listener.wait_for(*expected)
    told = shop.settled(app.listener, 1.0)
    assert events(told) == sorted(expected)
    assert {item.json()["order"]["id"] for item in told} == {order["id"]}
