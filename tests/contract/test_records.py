"""What becomes of customers and orders, and who is told."""

import pytest

from sandbox.listener import Heard
from tests.support.contract_shops import Installed, Shop

UPDATE = """mutation($i:ID!,$v:[MetadataInput!]!){ updatePrivateMetadata(id:$i,input:$v){
    item{__typename} errors{ field message code}}}"""
DELETE = "mutation($i:ID!,$k:[String!]!){deletePrivateMetadata(id:$i,keys:$k){errors{code}}}"
PUBLIC = "mutation($i:ID!,$v:[MetadataInput!]!){updateMetadata(id:$i,input:$v){errors{field message code}}}"
READ = 'query($i:ID!){user(id:$i){updatedAt privateMetadata{key value} a:privateMetafield(key:"a")}}'
CHANGE = (
    "mutation($i:ID!,$v:CustomerInput!){customerUpdate(id:$i,input:$v){user{id} errors{field message code}}}"
)
REGISTER = """mutation($i:AccountRegisterInput!){accountRegister(input:$i){user{id}
    errors{field message code}}}"""
REMOVE = "mutation($i:ID!){customerDelete(id:$i){errors{message}}}"
PAID = "mutation($i:ID!){orderMarkAsPaid(id:$i){errors{message}}}"
CANCEL = "mutation($i:ID!){orderCancel(id:$i){errors{message code}}}"
MONEY = """query($i:ID!){ order(id:$i){ status chargeStatus paymentStatus isPaid total{ gross{
    amount}} totalCharged{ amount} totalRefunded{ amount} totalBalance{ amount} updatedAt
    created userEmail user{ id}}}"""

BULK = """mutation($c:[CustomerBulkUpdateInput!]!){
  customerBulkUpdate(customers:$c,errorPolicy:IGNORE_FAILED){
  count results{customer{id} errors{code}} errors{code}}}"""
NOBODY = "VXNlcjo5OTk5OTk5OTk="


def entries(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def events(heard: list[Heard]) -> list[str]:
    return sorted(item.event for item in heard)


def test_private_metadata_is_merged_and_moves_the_time_of_change(shop: Shop, app: Installed) -> None:
    user = shop.new_customer(privateMetadata=entries(a="0", other="app"))

    shop.client.do(UPDATE, token=app.token, i=user["id"], v=entries(a="1", b="ü"))

    found = shop.client.data(READ, token=app.token, i=user["id"])["user"]
    assert sorted((e["key"], e["value"]) for e in found["privateMetadata"]) == [
        ("a", "1"),
        ("b", "ü"),
        ("other", "app"),
    ]
    assert found["a"] == "1"
    assert found["updatedAt"] > user["updatedAt"]


def test_an_apps_own_write_comes_back_to_it_with_its_name(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    app.listener.wait_for("customer_created")
    app.listener.forget()

    shop.client.do(UPDATE, token=app.token, i=user["id"], v=entries(a="1"))

    heard = app.listener.wait_for("customer_updated", "customer_metadata_updated")
    for item in heard:
        body = item.json()
        assert body["issuingPrincipal"] == {"__typename": "App", "id": app.id}
        assert body["recipient"] == {"id": app.id}
        assert body["user"]["id"] == user["id"]


def test_the_same_value_again_is_told_to_nobody(shop: Shop, app: Installed) -> None:
    user = shop.new_customer(privateMetadata=entries(a="1"))
    app.listener.wait_for("customer_created", "customer_metadata_updated")
    app.listener.forget()

    before = shop.client.data(READ, token=app.token, i=user["id"])["user"]["updatedAt"]
    shop.client.do(UPDATE, token=app.token, i=user["id"], v=entries(a="1"))

    assert shop.settled(app.listener, 1.5) == []
    after = shop.client.data(READ, token=app.token, i=user["id"])["user"]["updatedAt"]
    assert after > before


def test_keys_are_deleted_and_unknown_keys_do_no_harm(shop: Shop, app: Installed) -> None:
    user = shop.new_customer(privateMetadata=entries(a="1", b="2"))

    shop.client.do(DELETE, token=app.token, i=user["id"], k=["a", "never-there"])

    found = shop.client.data(READ, token=app.token, i=user["id"])["user"]
    assert found["privateMetadata"] == [{"key": "b", "value": "2"}]


def test_an_empty_key_is_refused_in_the_answer(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    _, answer = shop.client.post(UPDATE, token=app.token, i=user["id"], v=[{"key": " ", "value": "1"}])

    [error] = answer["data"]["updatePrivateMetadata"]["errors"]
    assert (error["field"], error["code"]) == ("input", "REQUIRED")


def test_metadata_of_somebody_who_is_gone_is_refused_as_if_it_were_forbidden(
    shop: Shop, app: Installed
) -> None:
    status, answer = shop.client.post(UPDATE, token=app.token, i="VXNlcjo5OTk5OTk5OQ==", v=entries(a="1"))

    assert status == 200
    codes = [error["code"] for error in (answer["data"]["updatePrivateMetadata"] or {}).get("errors", [])]
    codes += [error["extensions"]["exception"]["code"] for error in answer.get("errors", [])]
    assert codes == ["PermissionDenied"]


def test_an_app_may_not_touch_private_metadata_of_staff(shop: Shop, app: Installed) -> None:
    staff = shop.client.data("{me{id}}")["me"]["id"]

    status, answer = shop.client.post(UPDATE, token=app.token, i=staff, v=entries(a="1"))

    assert status == 200
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert "MANAGE_STAFF" in answer["errors"][0]["message"]


def test_a_field_that_may_not_be_read_is_null_alone_and_a_list_takes_its_parent_with_it(
    shop: Shop, app: Installed
) -> None:
    staff = shop.client.data("{me{id}}")["me"]["id"]
    order = shop.new_order(user=staff)
    query = "query($o:ID!){order(id:$o){id user{id %s}}}"

    _, one = shop.client.post(query % 'privateMetafield(key:"a")', token=app.token, o=order)
    _, whole = shop.client.post(query % "privateMetadata{key}", token=app.token, o=order)

    assert one["data"]["order"]["user"] == {"id": staff, "privateMetafield": None}
    assert one["errors"][0]["path"] == ["order", "user", "privateMetafield"]
    assert whole["data"]["order"] == {"id": order, "user": None}


def test_a_customer_who_is_made_and_changed_is_announced_once_per_change(shop: Shop, app: Installed) -> None:
    user = shop.new_customer(metadata=entries(m="1"))
    made = app.listener.wait_for("customer_created", "customer_metadata_updated")
    assert events(made) == ["customer_created", "customer_metadata_updated"]
    assert made[0].json()["issuingPrincipal"]["__typename"] == "User"
    app.listener.forget()

    shop.client.do(CHANGE, i=user["id"], v={"firstName": "Other"})
    app.listener.wait_for("customer_updated")
    shop.client.do(CHANGE, i=user["id"], v={"firstName": "Other"})

    assert events(shop.settled(app.listener, 1.5)) == ["customer_updated"]


def test_changing_metadata_with_the_customer_is_two_events(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    app.listener.wait_for("customer_created")
    app.listener.forget()

    shop.client.do(CHANGE, i=user["id"], v={"privateMetadata": entries(p="2")})

    app.listener.wait_for("customer_updated", "customer_metadata_updated")
    assert events(shop.settled(app.listener, 1)) == ["customer_metadata_updated", "customer_updated"]


def test_an_address_can_be_had_once(shop: Shop) -> None:
    user = shop.new_customer()
    _, answer = shop.client.post(
        "mutation($e:String!){customerCreate(input:{email:$e}){errors{field code}}}",
        token=shop.client.staff_token(),
        e=user["email"],
    )

    assert answer["data"]["customerCreate"]["errors"] == [{"field": "email", "code": "UNIQUE"}]


def test_a_customer_who_is_deleted_leaves_their_orders_behind(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    order = shop.new_order(user=user["id"])
    app.listener.wait_for("order_created")
    app.listener.forget()
    before = shop.client.data(MONEY, i=order)["order"]

    shop.client.do(REMOVE, i=user["id"])

    heard = app.listener.wait_for("customer_deleted")
    [gone] = [item for item in heard if item.event == "customer_deleted"]
    assert gone.json()["user"]["id"] == user["id"]
    assert gone.json()["user"]["email"] == user["email"]
    after = shop.client.data(MONEY, i=order)["order"]
    assert after["user"] is None
    assert after["userEmail"] == user["email"] == before["userEmail"]
    assert after["updatedAt"] == before["updatedAt"]
    assert shop.client.data("query($i:ID!){user(id:$i){id}}", i=user["id"]) == {"user": None}


def test_orders_of_a_guest_become_theirs_when_they_are_confirmed_and_no_app_hears_of_it(
    shop: Shop, app: Installed
) -> None:
    email = shop.new_email()
    order = shop.new_order(userEmail=email)
    before = shop.client.data(MONEY, i=order)["order"]
    assert before["user"] is None
    user = shop.new_customer(email=email)
    app.listener.wait_for("order_created", "customer_created")
    shop.settled(app.listener, 1.5)
    app.listener.forget()

    shop.client.do(CHANGE, i=user["id"], v={"isConfirmed": True})

    app.listener.wait_for("customer_updated")
    assert events(shop.settled(app.listener, 1)) == ["customer_updated"]
    after = shop.client.data(MONEY, i=order)["order"]
    assert after["user"] == {"id": user["id"]}
    assert after["updatedAt"] == before["updatedAt"]


def test_an_order_goes_its_way(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    draft = shop.new_draft(user=user["id"])
    created = shop.client.data(MONEY, i=draft)["order"]["created"]
    assert shop.client.data(MONEY, i=draft)["order"]["status"] == "DRAFT"
    app.listener.wait_for("draft_order_created")
    shop.settled(app.listener, 1)
    app.listener.forget()

    shop.client.do("mutation($i:ID!){draftOrderComplete(id:$i){errors{message}}}", i=draft)
    app.listener.wait_for("order_created", "order_confirmed")
    assert events(shop.settled(app.listener, 1)) == ["order_confirmed", "order_created"]
    found = shop.client.data(MONEY, i=draft)["order"]
    assert (found["status"], found["chargeStatus"], found["paymentStatus"]) == (
        "UNFULFILLED",
        "NONE",
        "NOT_CHARGED",
    )
    assert found["created"] == created
    assert found["totalBalance"]["amount"] == -found["total"]["gross"]["amount"]
    app.listener.forget()

    shop.client.do(PAID, i=draft)
    app.listener.wait_for("order_fully_paid", "order_updated")
    assert events(shop.settled(app.listener, 1)) == ["order_fully_paid", "order_updated"]
    found = shop.client.data(MONEY, i=draft)["order"]
    assert (found["chargeStatus"], found["paymentStatus"], found["isPaid"]) == ("FULL", "FULLY_CHARGED", True)
    assert found["totalCharged"] == found["total"]["gross"]


def test_a_cancelled_order_is_announced_twice_and_cannot_be_cancelled_again(
    shop: Shop, app: Installed
) -> None:
    order = shop.new_order(userEmail=shop.new_email())
    app.listener.wait_for("order_created", "order_confirmed")
    shop.settled(app.listener, 1)
    app.listener.forget()

    shop.client.do(CANCEL, i=order)

    app.listener.wait_for("order_cancelled", "order_updated")
    assert events(shop.settled(app.listener, 1)) == ["order_cancelled", "order_updated"]
    assert shop.client.data(MONEY, i=order)["order"]["status"] == "CANCELED"
    _, again = shop.client.post(CANCEL, token=shop.client.staff_token(), i=order)
    assert again["data"]["orderCancel"]["errors"][0]["code"] == "CANNOT_CANCEL_ORDER"


def test_refunds_lower_what_was_charged_and_leave_the_total(shop: Shop, app: Installed) -> None:
    order = shop.new_order(userEmail=shop.new_email())
    total = shop.client.data(MONEY, i=order)["order"]["total"]["gross"]["amount"]
    currency = shop.client.data("query($i:ID!){order(id:$i){total{currency}}}", i=order)["order"]["total"][
        "currency"
    ]
    made = shop.client.do(
        """mutation($i:ID!,$t:TransactionCreateInput!){transactionCreate(id:$i,transaction:$t)
        {transaction{id} errors{field message code}}}""",
        token=app.token,
        i=order,
        t={
            "name": "Card",
            "pspReference": "psp-1",
            "availableActions": ["REFUND"],
            "amountCharged": {"amount": total, "currency": currency},
        },
    )
    app.listener.wait_for("order_fully_paid", "order_paid", "order_updated")
    shop.settled(app.listener, 1)
    app.listener.forget()
    report = """mutation($i:ID!,$a:PositiveDecimal!,$p:String!){transactionEventReport(id:$i,
      type:REFUND_SUCCESS,amount:$a,pspReference:$p){alreadyProcessed
      transactionEvent{amount{amount}} errors{field message code}}}"""

    one = shop.client.do(report, token=app.token, i=made["transaction"]["id"], a=1, p="r-1")
    heard = app.listener.wait_for("order_refunded", "order_updated")
    assert "order_fully_refunded" not in events(heard)
    assert one["alreadyProcessed"] is False
    found = shop.client.data(MONEY, i=order)["order"]
    assert found["total"]["gross"]["amount"] == total
    assert found["totalCharged"]["amount"] == pytest.approx(total - 1)
    assert found["totalRefunded"]["amount"] == 1
    assert (found["chargeStatus"], found["paymentStatus"]) == ("PARTIAL", "PARTIALLY_CHARGED")
    shop.settled(app.listener, 1)
    app.listener.forget()

    again = shop.client.do(report, token=app.token, i=made["transaction"]["id"], a=1, p="r-1")
    assert again["alreadyProcessed"] is True
    shop.client.do(report, token=app.token, i=made["transaction"]["id"], a=round(total - 1, 2), p="r-2")
    app.listener.wait_for("order_refunded", "order_fully_refunded", "order_updated")
    found = shop.client.data(MONEY, i=order)["order"]
    assert (found["chargeStatus"], found["totalCharged"]["amount"]) == ("NONE", 0)


def test_metadata_of_an_order_is_announced_as_such_only(shop: Shop, app: Installed) -> None:
    order = shop.new_order(userEmail=shop.new_email())
    app.listener.wait_for("order_created", "order_confirmed")
    shop.settled(app.listener, 1)
    app.listener.forget()

    shop.client.do(UPDATE, token=app.token, i=order, v=entries(a="1"))

    app.listener.wait_for("order_metadata_updated")
    assert events(shop.settled(app.listener, 1)) == ["order_metadata_updated"]


def test_codes_are_taken_once_and_found_on_orders(shop: Shop, app: Installed) -> None:
    word = shop.new_email().split("@")[0].upper()
    channel, _ = shop.a_line()
    make = """mutation($i:VoucherInput!){ voucherCreate(input:$i){ voucher{ id code codes(first:5){
        edges{ node{ code used isActive}}}} errors{ field code voucherCodes}}}"""
    values = {"type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE", "addCodes": [word], "name": "C"}
    voucher = shop.client.do(make, token=app.token, i=values)["voucher"]
    assert voucher["code"] == word
    _, twice = shop.client.post(make, token=app.token, i=values)
    [error] = twice["data"]["voucherCreate"]["errors"]
    assert (error["code"], error["voucherCodes"]) == ("ALREADY_EXISTS", [word])

    shop.client.do(
        """mutation($i:ID!,$c:ID!){voucherChannelListingUpdate(id:$i,
        input:{addChannels:[{channelId:$c,discountValue:10}]}){voucher{id} errors{field message}}}""",
        token=app.token,
        i=voucher["id"],
        c=channel,
    )
    order = shop.new_order(userEmail=shop.new_email(), voucherCode=word)

    found = shop.client.data(
        """query($w:OrderWhereInput){ orders(first:5,where:$w){ edges{ node{ id voucherCode voucher{
            id} total{ gross{ amount}} undiscountedTotal{ gross{ amount}}}}}}""",
        w={"voucherCode": {"eq": word}},
    )
    [edge] = found["orders"]["edges"]
    assert (edge["node"]["id"], edge["node"]["voucherCode"]) == (order, word)
    assert edge["node"]["voucher"] == {"id": voucher["id"]}
    assert edge["node"]["total"]["gross"]["amount"] < edge["node"]["undiscountedTotal"]["gross"]["amount"]


def test_public_metadata_is_a_customers_to_write_and_private_is_not(shop: Shop) -> None:
    email = shop.new_email()
    shop.client.do(
        REGISTER,
        token="",
        i={
            "email": email,
            "password": "Contract-1234!",
            "channel": "default-channel",
            "redirectUrl": "http://localhost:3000/",
        },
    )
    user = shop.client.data("query($e:String!){user(email:$e){id}}", e=email)["user"]["id"]
    shop.client.do(CHANGE, i=user, v={"isConfirmed": True})
    token = shop.client.session_of(email, "Contract-1234!")

    shop.client.do(PUBLIC, token=token, i=user, v=entries(segment="VIP-forged"))

    assert shop.client.data("{me{id metadata{key value}}}", token=token)["me"] == {
        "id": user,
        "metadata": entries(segment="VIP-forged"),
    }
    for query, values in (
        (UPDATE, {"i": user, "v": entries(a="1")}),
        ("{me{privateMetadata{key}}}", {}),
        ("{orders(first:1){totalCount}}", {}),
    ):
        _, answer = shop.client.post(query, token=token, **values)
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied", query


def test_registering_names_nobody_and_gives_no_id_away(shop: Shop, app: Installed) -> None:
    made = shop.client.do(
        REGISTER,
        token="",
        i={
            "email": shop.new_email(),
            "password": "Contract-1234!",
            "channel": "default-channel",
            "redirectUrl": "http://localhost:3000/",
        },
    )

    assert made["user"]["id"] == ""
    [heard] = app.listener.wait_for("customer_created")
    assert heard.json()["issuingPrincipal"] is None


def test_who_deletes_their_own_account_is_announced_as_account_deleted_only(
    shop: Shop, app: Installed
) -> None:
    email = shop.new_email()
    shop.client.do(
        REGISTER,
        token="",
        i={
            "email": email,
            "password": "Contract-1234!",
            "channel": "default-channel",
            "redirectUrl": "http://localhost:3000/",
        },
    )
    user = shop.client.data("query($e:String!){user(email:$e){id}}", e=email)["user"]["id"]
    letter = shop.deletion_token(user)
    if letter is None:
        pytest.skip("the token of a real Saleor comes by mail only")
    shop.client.do(CHANGE, i=user, v={"isConfirmed": True})
    token = shop.client.session_of(email, "Contract-1234!")
    app.listener.wait_for("customer_created", "customer_updated")
    app.listener.forget()

    shop.client.do("mutation($t:String!){accountDelete(token:$t){errors{message}}}", token=token, t=letter)

    app.listener.wait_for("account_deleted")
    assert events(shop.settled(app.listener, 1)) == ["account_deleted"]


def test_a_bulk_update_is_told_and_leaves_the_time_of_change(shop: Shop, app: Installed) -> None:
    """So a poll by `updatedAt` does not see it."""
    user = shop.new_customer(privateMetadata=entries(other="app"))
    app.listener.wait_for("customer_created", "customer_metadata_updated")
    app.listener.forget()
    before = shop.client.data(READ, token=app.token, i=user["id"])["user"]["updatedAt"]
    rows = [{"id": key, "input": {"privateMetadata": entries(a="1")}} for key in (user["id"], NOBODY)]

    made = shop.client.do(BULK, token=app.token, c=rows)

    assert made["count"] == 1
    assert made["results"][0]["customer"] == {"id": user["id"]}
    assert not made["results"][0]["errors"]
    assert [error["code"] for error in made["results"][1]["errors"]] == ["NOT_FOUND"]
    app.listener.wait_for("customer_updated", "customer_metadata_updated")
    assert events(shop.settled(app.listener, 1.0)) == ["customer_metadata_updated", "customer_updated"]
    found = shop.client.data(READ, token=app.token, i=user["id"])["user"]
    assert found["updatedAt"] == before
    assert {entry["key"] for entry in found["privateMetadata"]} == {"a", "other"}


def test_a_bulk_update_takes_staff_who_have_an_order_for_customers(shop: Shop, app: Installed) -> None:
    """Their private metadata too, which the single mutation refuses."""
    staff = shop.client.data("{me{id}}")["me"]["id"]
    shop.new_draft(user=staff)
    word = shop.new_email()

    made = shop.client.do(
        BULK, token=app.token, c=[{"id": staff, "input": {"privateMetadata": entries(contract=word)}}]
    )

    assert (made["count"], made["results"]) == (1, [{"customer": {"id": staff}, "errors": []}])
    found = shop.client.data('{me{privateMetafield(key:"contract")}}')["me"]
    assert found == {"privateMetafield": word}


def test_what_customers_change_themselves_is_announced_as_theirs(shop: Shop, app: Installed) -> None:
    email = shop.new_email()
    values = {
        "email": email,
        "password": "Contract-1234!",
        "channel": "default-channel",
        "redirectUrl": "http://localhost:3000/",
    }
    shop.client.do(REGISTER, token="", i=values)
    user = shop.client.data("query($e:String!){user(email:$e){id}}", e=email)["user"]["id"]
    shop.client.do(CHANGE, i=user, v={"isConfirmed": True})
    token = shop.client.session_of(email, "Contract-1234!")
    app.listener.wait_for("customer_created", "customer_updated")
    shop.settled(app.listener, 1.0)
    app.listener.forget()
    change = "mutation($v:AccountInput!){accountUpdate(input:$v){user{id} errors{message}}}"

    shop.client.do(change, token=token, v={"firstName": "Ada"})
    [heard] = app.listener.wait_for("customer_updated")
    assert heard.json()["issuingPrincipal"] == {"__typename": "User", "id": user, "email": email}
    assert events(shop.settled(app.listener, 1.0)) == ["customer_updated"]
    app.listener.forget()

    shop.client.do(change, token=token, v={"metadata": entries(k="v")})
    app.listener.wait_for("customer_updated", "customer_metadata_updated")
    assert events(shop.settled(app.listener, 1.0)) == ["customer_metadata_updated", "customer_updated"]


def test_customers_are_found_by_what_is_known_of_them(shop: Shop) -> None:
    word = shop.new_email()[9:21]
    user = shop.new_customer(firstName="Zoë", lastName=f"Qx{word}", metadata=entries(**{word: "1"}))
    query = "query($w:CustomerWhereInput){customers(first:5,where:$w){totalCount edges{node{id}}}}"

    for where in (
        {"ids": [user["id"]]},
        {"email": {"eq": user["email"]}},
        {"email": {"oneOf": [user["email"], "nobody@example.com"]}},
        {"lastName": {"eq": f"Qx{word}"}},
        {"metadata": {"key": word}},
        {"metadata": {"key": word, "value": {"eq": "1"}}},
        {"AND": [{"firstName": {"eq": "Zoë"}}, {"lastName": {"eq": f"Qx{word}"}}]},
        {"updatedAt": {"gte": user["updatedAt"]}, "lastName": {"eq": f"Qx{word}"}},
        {"numberOfOrders": {"eq": 0}, "email": {"eq": user["email"]}},
    ):
        page = shop.client.data(query, w=where)["customers"]
        assert page == {"totalCount": 1, "edges": [{"node": {"id": user["id"]}}]}, where


def test_a_code_in_another_case_is_another_code(shop: Shop, app: Installed) -> None:
    word = shop.new_email().split("@")[0].upper()
    channel, _ = shop.a_line()
    made = shop.client.do(
        "mutation($i:VoucherInput!){voucherCreate(input:$i){voucher{id} errors{field code}}}",
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
    _, answer = shop.client.post(
        "mutation($i:DraftOrderCreateInput!){draftOrderCreate(input:$i){order{id} errors{field code}}}",
        token=shop.client.staff_token(),
        i={"channelId": channel, "voucherCode": word.lower()},
    )

    assert answer["data"]["draftOrderCreate"] == {
        "order": None,
        "errors": [{"field": "voucherCode", "code": "INVALID_VOUCHER_CODE"}],
    }


def test_a_customer_has_a_language_english_where_nobody_said(shop: Shop, app: Installed) -> None:
    read = "query($i:ID!){user(id:$i){languageCode isActive}}"
    said, unsaid = shop.new_customer(languageCode="DE"), shop.new_customer()

    found = [shop.client.data(read, token=app.token, i=one["id"])["user"] for one in (said, unsaid)]

    assert [one["languageCode"] for one in found] == ["DE", "EN"]
