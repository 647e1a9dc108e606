"""Vouchers and their codes: what is made, changed, found, refused and told."""

from typing import Any

import pytest

from sandbox.listener import Heard
from tests.support.contract_shops import Installed, Shop

CREATE = """mutation($i:VoucherInput!){voucherCreate(input:$i){voucher{id name code type discountValueType
    usageLimit singleUse onlyForStaff applyOncePerCustomer applyOncePerOrder minCheckoutItemsQuantity endDate
    codes(first:9){edges{node{id code used isActive}}}}
    errors{field message code voucherCodes}}}"""
UPDATE = """mutation($i:ID!,$v:VoucherInput!){voucherUpdate(id:$i,input:$v){voucher{id name usageLimit
    codes(first:9){edges{node{id code}}}} errors{field message code voucherCodes}}}"""
LIST = """mutation($i:ID!,$v:VoucherChannelListingInput!){voucherChannelListingUpdate(id:$i,input:$v){
    voucher{channelListings{channel{id} discountValue currency minSpent{amount currency}}}
    errors{field message code channels}}}"""
DELETE = "mutation($i:ID!){voucherDelete(id:$i){voucher{id} errors{field message code}}}"
DROP = """mutation($i:[ID!]!){voucherCodeBulkDelete(ids:$i){count errors{path message code voucherCodes}}}"""
FIND = "query($f:VoucherFilterInput){vouchers(first:50,filter:$f){totalCount edges{node{id}}}}"
READ = """query($i:ID!,$a:String){voucher(id:$i){id name discountValue currency minSpent{amount}
    codes(first:2,after:$a){totalCount edges{node{code}} pageInfo{hasNextPage endCursor}}}}"""
META = """mutation($i:ID!,$v:[MetadataInput!]!){updatePrivateMetadata(id:$i,input:$v){errors{code}}}"""
PUBLIC = """mutation($i:ID!,$v:[MetadataInput!]!){updateMetadata(id:$i,input:$v){errors{code}}}"""


def word(shop: Shop, ending: str = "") -> str:
    return shop.new_email().split("@")[0].upper() + ending


def made(shop: Shop, app: Installed, **values: Any) -> dict[str, Any]:
    given = {"type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE", "addCodes": [word(shop)], **values}
    voucher: dict[str, Any] = shop.client.do(CREATE, token=app.token, i=given)["voucher"]
    return voucher


def refused(shop: Shop, app: Installed, mutation: str, **variables: Any) -> dict[str, Any]:
    _, answer = shop.client.post(mutation, token=app.token, **variables)
    [payload] = answer["data"].values()
    [error] = payload["errors"]
    return dict(error)


def events(heard: list[Heard]) -> list[str]:
    return sorted(item.event for item in heard)


def test_a_voucher_keeps_all_that_it_is_given(shop: Shop, perk_app: Installed) -> None:
    codes = [word(shop, ending) for ending in ("-A", "-C", "-B")]
    made_of = {
        "name": "Ten for you",
        "type": "SPECIFIC_PRODUCT",
        "discountValueType": "FIXED",
        "addCodes": codes,
        "endDate": "2040-01-02T03:04:05+00:00",
        "singleUse": True,
        "onlyForStaff": True,
        "applyOncePerCustomer": True,
        "minCheckoutItemsQuantity": 2,
    }

    voucher = shop.client.do(CREATE, token=perk_app.token, i=made_of)["voucher"]

    edges = [edge["node"] for edge in voucher.pop("codes")["edges"]]
    assert [edge["code"] for edge in edges] == codes[::-1], "the newest first"
    assert {(edge["used"], edge["isActive"]) for edge in edges} == {(0, True)}
    assert voucher.pop("code") == codes[0]
    assert voucher.pop("id")
    assert (voucher.pop("usageLimit"), voucher.pop("applyOncePerOrder")) == (None, False)
    made_of.pop("addCodes")
    assert voucher == made_of


def test_a_voucher_of_which_nothing_is_said_takes_an_amount_off_the_whole_order(
    shop: Shop, perk_app: Installed
) -> None:
    voucher = shop.client.do(CREATE, token=perk_app.token, i={"addCodes": [word(shop)]})["voucher"]

    assert (voucher["type"], voucher["discountValueType"]) == ("ENTIRE_ORDER", "FIXED")
    assert voucher["name"] is None


def test_an_empty_code_is_made_up(shop: Shop, perk_app: Installed) -> None:
    code = made(shop, perk_app, addCodes=[" "])["code"]

    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert code == code.upper()


def test_a_voucher_without_codes_is_refused(shop: Shop, perk_app: Installed) -> None:
    error = refused(shop, perk_app, CREATE, i={"name": "None", "addCodes": []})

    assert (error["field"], error["code"]) == (None, "GRAPHQL_ERROR")


def test_codes_that_are_given_twice_or_taken_are_named_and_nothing_is_added(
    shop: Shop, perk_app: Installed
) -> None:
    first = word(shop)
    voucher = made(shop, perk_app, addCodes=[first])
    fresh = word(shop)

    twice = refused(shop, perk_app, CREATE, i={"addCodes": [fresh, f" {fresh}"]})
    taken = refused(shop, perk_app, CREATE, i={"addCodes": [fresh, first]})
    again = refused(shop, perk_app, UPDATE, i=voucher["id"], v={"addCodes": [first, fresh]})

    assert (twice["field"], twice["code"], twice["voucherCodes"]) == (
        "codes",
        "DUPLICATED_INPUT_ITEM",
        [fresh],
    )
    for error in (taken, again):
        assert (error["field"], error["code"], error["voucherCodes"]) == ("codes", "ALREADY_EXISTS", [first])
    assert shop.client.data(FIND, token=perk_app.token, f={"search": fresh})["vouchers"]["totalCount"] == 0


def test_a_voucher_that_ends_before_it_starts_is_refused(shop: Shop, perk_app: Installed) -> None:
    past = {"addCodes": [word(shop)], "endDate": "2020-01-01T00:00:00+00:00"}

    error = refused(shop, perk_app, CREATE, i=past)

    assert (error["field"], error["code"]) == ("endDate", "INVALID")
    assert error["message"] == "End date cannot be before the start date."


def test_a_voucher_for_goods_that_are_not_there_is_refused(shop: Shop, perk_app: Installed) -> None:
    for key in ("UHJvZHVjdDo5OTk5OTk5", "x"):
        error = refused(shop, perk_app, CREATE, i={"addCodes": [word(shop)], "products": [key]})

        assert (error["field"], error["code"]) == ("products", "GRAPHQL_ERROR")
        assert key in error["message"]


def listed(channel: str, voucher: str, **entry: Any) -> dict[str, Any]:
    return {"i": voucher, "v": {"addChannels": [{"channelId": channel, **entry}]}}


def test_a_listing_says_what_a_voucher_is_worth_where(shop: Shop, perk_app: Installed) -> None:
    voucher, channel = made(shop, perk_app)["id"], shop.a_line()[0]

    first = listed(channel, voucher, discountValue=10, minAmountSpent=20)
    shop.client.do(LIST, token=perk_app.token, **first)
    second = listed(channel, voucher, discountValue=15)
    [listing] = shop.client.do(LIST, token=perk_app.token, **second)["voucher"]["channelListings"]

    assert listing["channel"] == {"id": channel}
    assert (listing["discountValue"], listing["minSpent"]["amount"]) == (15, 20)
    assert listing["minSpent"]["currency"] == listing["currency"]
    found = shop.client.data(READ, token=perk_app.token, i=voucher)["voucher"]
    assert (found["discountValue"], found["currency"], found["minSpent"]) == (None, None, None)
    gone = {"i": voucher, "v": {"removeChannels": [channel]}}
    assert shop.client.do(LIST, token=perk_app.token, **gone)["voucher"] == {"channelListings": []}


@pytest.mark.parametrize(
    ("kind", "entry", "code"),
    [
        ("FIXED", {}, "REQUIRED"),
        ("FIXED", {"discountValue": 1.234}, "INVALID"),
        ("FIXED", {"discountValue": 5, "minAmountSpent": 1.234}, "INVALID"),
        ("PERCENTAGE", {"discountValue": 100.5}, "INVALID"),
    ],
)
def test_a_worth_that_is_none_is_refused(
    shop: Shop, perk_app: Installed, kind: str, entry: dict[str, Any], code: str
) -> None:
    voucher, channel = made(shop, perk_app, discountValueType=kind)["id"], shop.a_line()[0]

    error = refused(shop, perk_app, LIST, **listed(channel, voucher, **entry))

    assert (error["code"], error["channels"]) == (code, [channel])


def test_a_share_that_is_not_given_is_a_failure_of_saleors_own(shop: Shop, perk_app: Installed) -> None:
    voucher, channel = made(shop, perk_app)["id"], shop.a_line()[0]
    shop.client.do(LIST, token=perk_app.token, **listed(channel, voucher, discountValue=10))

    _, answer = shop.client.post(LIST, token=perk_app.token, **listed(channel, voucher, minAmountSpent=5))

    assert answer["data"] == {"voucherChannelListingUpdate": None}
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "TypeError"


def test_codes_are_read_in_pages(shop: Shop, perk_app: Installed) -> None:
    codes = [word(shop, f"-{number}") for number in range(5)]
    voucher = made(shop, perk_app, addCodes=codes)
    more = word(shop)
    shop.client.do(UPDATE, token=perk_app.token, i=voucher["id"], v={"addCodes": [more]})

    seen, after = [], None
    for _ in range(3):
        page = shop.client.data(READ, token=perk_app.token, i=voucher["id"], a=after)["voucher"]["codes"]
        seen += [edge["node"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]

    assert page["totalCount"] == 6
    assert page["pageInfo"]["hasNextPage"] is False
    assert seen == [more, *codes[::-1]]


def test_vouchers_are_found_by_id_words_and_metadata(shop: Shop, perk_app: Installed) -> None:
    mark = word(shop)
    voucher = made(shop, perk_app, name=f"For {mark} only")
    shop.client.do(PUBLIC, token=perk_app.token, i=voucher["id"], v=[{"key": mark, "value": "7"}])
    shop.client.do(META, token=perk_app.token, i=voucher["id"], v=[{"key": f"p{mark}", "value": "7"}])

    def found(**wanted: Any) -> list[str]:
        page = shop.client.data(FIND, token=perk_app.token, f=wanted)["vouchers"]
        return [edge["node"]["id"] for edge in page["edges"]]

    assert found(ids=[voucher["id"]]) == [voucher["id"]]
    assert found(search=mark.lower()) == [voucher["id"]]
    assert found(search=voucher["code"][2:]) == [voucher["id"]]
    assert found(metadata=[{"key": mark}]) == [voucher["id"]]
    assert found(metadata=[{"key": mark, "value": "7"}]) == [voucher["id"]]
    assert found(metadata=[{"key": mark, "value": "8"}]) == []
    assert found(metadata=[{"key": f"p{mark}"}]) == [], "private metadata is not searched"


def test_codes_that_are_deleted_are_gone_and_can_be_given_again(shop: Shop, perk_app: Installed) -> None:
    codes = [word(shop, ending) for ending in ("-A", "-B")]
    voucher = made(shop, perk_app, addCodes=codes)
    ids = {edge["node"]["code"]: edge["node"]["id"] for edge in voucher["codes"]["edges"]}

    assert shop.client.do(DROP, token=perk_app.token, i=[ids[codes[0]]])["count"] == 1
    assert shop.client.do(DROP, token=perk_app.token, i=[ids[codes[0]]])["count"] == 0
    error = refused(shop, perk_app, DROP, i=[voucher["id"]])

    assert (error["path"], error["code"], error["voucherCodes"]) == ("ids", "INVALID", [voucher["id"]])
    again = shop.client.do(UPDATE, token=perk_app.token, i=voucher["id"], v={"addCodes": [codes[0]]})
    assert [edge["node"]["code"] for edge in again["voucher"]["codes"]["edges"]] == codes


def test_a_voucher_is_deleted_with_its_codes_unless_it_has_none(shop: Shop, perk_app: Installed) -> None:
    voucher = made(shop, perk_app)
    shop.client.do(DROP, token=perk_app.token, i=[edge["node"]["id"] for edge in voucher["codes"]["edges"]])

    _, failed = shop.client.post(DELETE, token=perk_app.token, i=voucher["id"])
    assert failed["data"] == {"voucherDelete": None}
    assert failed["errors"][0]["message"] == "Internal Server Error"
    assert failed["errors"][0]["extensions"]["exception"]["code"] == "AttributeError"
    shop.client.do(UPDATE, token=perk_app.token, i=voucher["id"], v={"addCodes": [voucher["code"]]})
    shop.client.do(DELETE, token=perk_app.token, i=voucher["id"])

    assert shop.client.data(READ, token=perk_app.token, i=voucher["id"]) == {"voucher": None}
    gone = refused(shop, perk_app, DELETE, i=voucher["id"])
    assert (gone["field"], gone["code"]) == ("id", "NOT_FOUND")
    made(shop, perk_app, addCodes=[voucher["code"]])


def test_what_becomes_of_a_voucher_is_told(shop: Shop, perk_app: Installed) -> None:
    def heard(*expected: str) -> list[Heard]:
        perk_app.listener.wait_for(*expected)
        told = shop.settled(perk_app.listener, 1.0)
        assert events(told) == sorted(expected)
        perk_app.listener.forget()
        return told

    voucher = made(shop, perk_app, name="Told")
    told = heard("voucher_created", "voucher_codes_created")
    bodies = {item.event: item.json() for item in told}
    assert bodies["voucher_created"]["voucher"] == {"id": voucher["id"], "name": "Told"}
    [code] = bodies["voucher_codes_created"]["voucherCodes"]
    assert (code["code"], code["isActive"]) == (voucher["code"], True)
    assert bodies["voucher_created"]["issuingPrincipal"] == {"__typename": "App", "id": perk_app.id}
    more = {"name": "Other", "addCodes": [word(shop)]}
    shop.client.do(UPDATE, token=perk_app.token, i=voucher["id"], v=more)
    heard("voucher_updated", "voucher_codes_created")
    shop.client.do(META, token=perk_app.token, i=voucher["id"], v=[{"key": "a", "value": "1"}])
    heard("voucher_metadata_updated")
    shop.client.do(DROP, token=perk_app.token, i=[code["id"]])
    [item] = heard("voucher_codes_deleted")
    assert item.json()["voucherCodes"][0]["id"] == code["id"]
    shop.client.do(DELETE, token=perk_app.token, i=voucher["id"])
    [item] = heard("voucher_deleted")
    assert item.json()["voucher"]["id"] == voucher["id"]


def test_nobody_without_the_permission_sees_or_changes_a_voucher(shop: Shop, perk_app: Installed) -> None:
    voucher = made(shop, perk_app)

    for query, variables in ((READ, {"i": voucher["id"]}), (DELETE, {"i": voucher["id"]}), (FIND, {})):
        _, answer = shop.client.post(query, **variables)
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
        assert "MANAGE_DISCOUNTS" in answer["errors"][0]["message"]


@pytest.mark.parametrize("change", [{"usageLimit": 5}, {"singleUse": True}])
def test_how_often_a_code_can_be_used_stays_as_it_is_once_one_was_used(
    shop: Shop, perk_app: Installed, change: dict[str, Any]
) -> None:
    voucher, channel = made(shop, perk_app), shop.a_line()[0]
    listing = {"addChannels": [{"channelId": channel, "discountValue": 10}]}
    shop.client.do(LIST, token=perk_app.token, i=voucher["id"], v=listing)
    shop.new_order(userEmail=shop.new_email(), voucherCode=voucher["code"])

    error = refused(shop, perk_app, UPDATE, i=voucher["id"], v=change)

    assert (error["field"], error["code"]) == (next(iter(change)), "VOUCHER_ALREADY_USED")
