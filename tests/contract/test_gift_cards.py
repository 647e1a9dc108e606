"""Gift cards: what is made, changed, found, refused and told, and for whom they are."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox import buying
from sandbox.listener import Heard
from tests.support.contract_shops import Installed, Shop

CARD = """id code displayCode last4CodeChars isActive expiryDate currentBalance{amount currency}
    initialBalance{amount} assignedTo{id} assignedToEmail tags{name} app{id} metadata{key value}
    privateMetadata{key value} lastUsedOn usedByEmail"""
CREATE = f"""mutation($i:GiftCardCreateInput!){{giftCardCreate(input:$i){{giftCard{{{CARD}}}
    errors{{field message code}}}}}}"""
UPDATE = f"""mutation($i:ID!,$v:GiftCardUpdateInput!){{giftCardUpdate(id:$i,input:$v){{giftCard{{{CARD}}}
    errors{{field message code tags}}}}}}"""
ASSIGN = """mutation($i:ID!,$u:ID!){giftCardAssignUser(id:$i,userId:$u){giftCard{assignedTo{id}}
    errors{field message code}}}"""
FIND = "query($f:GiftCardFilterInput){giftCards(first:50,filter:$f){totalCount edges{node{id}}}}"
ADJUST = f"""mutation($i:ID!,$a:Decimal!){{giftCardBalanceAdjust(id:$i,amount:$a){{giftCard{{{CARD}}}
    errors{{field message code}}}}}}"""
BY_WHOM = "query($i:ID!){app{id} giftCard(id:$i){events{type message app{id}}}}"
HISTORY = """query($i:ID!){giftCard(id:$i){events{type date message orderId user{id}
    balance{oldCurrentBalance{amount} currentBalance{amount}}}}}"""
READ = f"query($i:ID!){{giftCard(id:$i){{{CARD}}}}}"
MINE = "{me{giftCards(first:9){totalCount edges{node{id code assignedToEmail currentBalance{amount}}}}}}"


def simply(name: str) -> str:
    return f"mutation($i:ID!){{{name}(id:$i){{giftCard{{isActive assignedTo{{id}}}} errors{{field code}}}}}}"


def made(shop: Shop, app: Installed, **values: Any) -> dict[str, Any]:
    given = {"balance": {"amount": 25, "currency": "USD"}, "isActive": True, **values}
    card: dict[str, Any] = shop.client.do(CREATE, token=app.token, i=given)["giftCard"]
    return card


def refused(shop: Shop, app: Installed, mutation: str, **variables: Any) -> dict[str, Any]:
    _, answer = shop.client.post(mutation, token=app.token, **variables)
    [payload] = answer["data"].values()
    [error] = payload["errors"]
    return dict(error)


def day(distance: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=distance)).isoformat()


def test_a_gift_card_keeps_all_that_it_is_given(shop: Shop, perk_app: Installed) -> None:
    customer = shop.new_customer()

    card = made(
        shop,
        perk_app,
        assignedTo=customer["id"],
        expiryDate=day(30),
        addTags=["Perks", "spring"],
        note="For an ambassador",
        metadata=[{"key": "grant", "value": "17"}],
        privateMetadata=[{"key": "why", "value": "because"}],
    )

    assert card["currentBalance"] == {"amount": 25, "currency": "USD"}
    assert card["initialBalance"] == {"amount": 25}
    assert sorted(tag["name"] for tag in card["tags"]) == ["perks", "spring"]
    assert (card["assignedTo"], card["assignedToEmail"]) == ({"id": customer["id"]}, customer["email"])
    assert (card["isActive"], card["expiryDate"]) == (True, day(30))
    assert card["app"] == {"id": perk_app.id}
    assert card["metadata"] == [{"key": "grant", "value": "17"}]
    assert card["privateMetadata"] == [{"key": "why", "value": "because"}]
    assert (card["lastUsedOn"], card["usedByEmail"]) == (None, None)
    assert [len(part) for part in card["code"].split("-")] == [4, 4, 4]
    assert card["displayCode"] == card["last4CodeChars"] == card["code"][-4:]


def test_a_gift_card_of_nothing_and_one_that_is_over_are_refused(shop: Shop, perk_app: Installed) -> None:
    given: dict[str, Any] = {"balance": {"amount": 25, "currency": "USD"}, "isActive": True}
    for change, field in (
        ({"balance": {"amount": 0, "currency": "USD"}}, "balance"),
        ({"balance": {"amount": 1.234, "currency": "USD"}}, "balance"),
        ({"expiryDate": day(0)}, "expiryDate"),
    ):
        error = refused(shop, perk_app, CREATE, i=given | change)
        assert (error["field"], error["code"]) == (field, "INVALID"), change
    nobody = refused(shop, perk_app, CREATE, i=given | {"assignedTo": "VXNlcjo5OTk5OTk5"})
    assert (nobody["field"], nobody["code"]) == ("assignedTo", "NOT_FOUND")


def test_a_gift_card_is_topped_up_and_given_other_words(shop: Shop, perk_app: Installed) -> None:
    card = made(shop, perk_app, addTags=["one", "two"])
    change = {
        "balanceAmount": 40,
        "addTags": ["THREE"],
        "removeTags": ["ONE"],
        "expiryDate": day(9),
        "metadata": [{"key": "a", "value": "1"}],
    }

    after = shop.client.do(UPDATE, token=perk_app.token, i=card["id"], v=change)["giftCard"]

    assert (after["currentBalance"]["amount"], after["initialBalance"]["amount"]) == (40, 40)
    assert sorted(tag["name"] for tag in after["tags"]) == ["three", "two"]
    assert (after["expiryDate"], after["metadata"]) == (day(9), [{"key": "a", "value": "1"}])
    both = {"addTags": ["x"], "removeTags": ["x"]}
    error = refused(shop, perk_app, UPDATE, i=card["id"], v=both)
    assert (error["field"], error["code"]) == ("tags", "DUPLICATED_INPUT_ITEM")


def test_a_balance_is_adjusted_by_an_amount_and_the_history_says_so(shop: Shop, perk_app: Installed) -> None:
    card = made(shop, perk_app)
    note = """mutation($i:ID!){giftCardAddNote(id:$i,input:{message:"Here"}){event{type message user{id}}
        errors{field message code}}}"""
    event = shop.client.do(note, token=perk_app.token, i=card["id"])["event"]
    assert event == {"type": "NOTE_ADDED", "message": "Here", "user": None}

    for amount, now, first in ((5.5, 30.5, 30.5), (-40, 0, 30.5), (3, 3, 30.5)):
        after = shop.client.do(ADJUST, token=perk_app.token, i=card["id"], a=amount)["giftCard"]
        assert (after["currentBalance"]["amount"], after["initialBalance"]["amount"]) == (now, first)

    for amount in (0, 1.234):
        error = refused(shop, perk_app, ADJUST, i=card["id"], a=amount)
        assert (error["field"], error["code"]) == ("amount", "INVALID")
    events = shop.client.data(HISTORY, token=perk_app.token, i=card["id"])["giftCard"]["events"]
    mine = [one for one in events if one["type"] in {"NOTE_ADDED", "BALANCE_ADJUSTED"}]
    assert sorted(mine, key=lambda one: one["date"]) == mine
    assert [one["type"] for one in mine] == ["NOTE_ADDED", *["BALANCE_ADJUSTED"] * 3]
    assert {one["user"] for one in mine} == {None}
    balances = [(one["oldCurrentBalance"], one["currentBalance"]) for e in mine if (one := e["balance"])]
    assert [(before["amount"], now["amount"]) for before, now in balances] == [(25, 30.5), (30.5, 0), (0, 3)]


def test_a_cards_history_names_an_app_to_itself_and_nobody_else_to_it(
    shop: Shop, perk_app: Installed
) -> None:
    card = made(shop, perk_app)
    for token in (perk_app.token, shop.client.staff_token()):
        shop.client.do(ADJUST, token=token, i=card["id"], a=1)

    _, answer = shop.client.post(BY_WHOM, token=perk_app.token, i=card["id"])

    assert answer["data"]["app"] == {"id": perk_app.id}
    events = answer["data"]["giftCard"]["events"]
    adjusted = [one["app"] for one in events if one["type"] == "BALANCE_ADJUSTED"]
    assert adjusted == [{"id": perk_app.id}, None]
    assert {one["extensions"]["exception"]["code"] for one in answer["errors"]} == {"PermissionDenied"}


def test_a_card_that_pays_as_a_transaction_names_the_order_that_does_not_name_it(
    shop: Shop, perk_app: Installed
) -> None:
    card, [variant] = made(shop, perk_app), shop.goods()
    checkout = buying.open_checkout(shop.client, [(variant, 9)], email=shop.new_email())
    way = next(one for one in buying.ways(shop.client, checkout) if one["active"])
    buying.send_by(shop.client, checkout, way["id"])
    buying.authorize_card(shop.client, checkout, card["code"], amount="10")
    buying.pay(shop.client, checkout, but=Decimal(10))

    order = buying.complete(shop.client, checkout)

    assert order["giftCards"] == []
    assert order["totalCharged"]["amount"] == order["total"]["gross"]["amount"]
    events = shop.client.data(HISTORY, token=perk_app.token, i=card["id"])["giftCard"]["events"]
    [used] = [one for one in events if one["type"] == "USED_IN_ORDER"]
    assert used["orderId"] == order["id"]
    assert used["balance"] == {"oldCurrentBalance": {"amount": 25}, "currentBalance": {"amount": 15}}


def test_gift_cards_are_found_by_code_words_metadata_and_owner(shop: Shop, perk_app: Installed) -> None:
    customer, mark = shop.new_customer(), shop.new_email().split("@")[0]
    meta = [{"key": mark, "value": "7"}]
    card = made(shop, perk_app, assignedTo=customer["id"], addTags=[mark], metadata=meta)

    def found(**wanted: Any) -> list[str]:
        page = shop.client.data(FIND, token=perk_app.token, f=wanted)["giftCards"]
        return [edge["node"]["id"] for edge in page["edges"]]

    for wanted in (
        {"code": card["code"]},
        {"tags": [mark, "never-there"]},
        {"metadata": meta},
        {"metadata": [{"key": mark}]},
        {"assignedTo": [customer["id"]]},
        {"assignedTo": [customer["id"]], "isActive": True, "used": False, "currency": "USD"},
    ):
        assert found(**wanted) == [card["id"]], wanted
    assert found(assignedTo=[customer["id"]], isActive=False) == []
    assert found(code=card["code"].lower()) == []


def test_a_gift_card_is_for_whom_it_is_assigned_to(shop: Shop, perk_app: Installed) -> None:
    owner, other = shop.new_shopper(), shop.new_shopper()
    card = made(shop, perk_app, assignedTo=owner.id)

    [edge] = shop.client.data(MINE, token=owner.token)["me"]["giftCards"]["edges"]
    assert edge["node"] == {
        "id": card["id"],
        "code": card["code"],
        "assignedToEmail": owner.email,
        "currentBalance": {"amount": 25},
    }
    assert shop.client.data(MINE, token=other.token)["me"]["giftCards"]["totalCount"] == 0
    for token in (owner.token, None):
        _, answer = shop.client.post(READ, token=token, i=card["id"])
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"

    shop.client.do(ASSIGN, token=perk_app.token, i=card["id"], u=other.id)
    assert shop.client.data(MINE, token=owner.token)["me"]["giftCards"]["totalCount"] == 0
    assert shop.client.data(MINE, token=other.token)["me"]["giftCards"]["totalCount"] == 1

    shop.client.do(simply("giftCardUnassignUser"), token=perk_app.token, i=card["id"])
    assert shop.client.data(MINE, token=other.token)["me"]["giftCards"]["totalCount"] == 0
    nobody = refused(shop, perk_app, ASSIGN, i=card["id"], u="VXNlcjo5OTk5OTk5")
    assert (nobody["field"], nobody["code"]) == ("userId", "NOT_FOUND")


def test_who_goes_leaves_a_card_that_nobody_can_use(shop: Shop, perk_app: Installed) -> None:
    customer = shop.new_customer()
    card = made(shop, perk_app, assignedTo=customer["id"])

    shop.client.do("mutation($i:ID!){customerDelete(id:$i){errors{message}}}", i=customer["id"])

    left = shop.client.data(READ, token=perk_app.token, i=card["id"])["giftCard"]
    assert (left["isActive"], left["assignedTo"]) == (False, None)
    assert left["assignedToEmail"] == customer["email"]


def test_what_becomes_of_a_gift_card_is_told(shop: Shop, perk_app: Installed) -> None:
    def heard(event: str) -> Heard:
        perk_app.listener.wait_for(event)
        [told] = shop.settled(perk_app.listener, 1.0)
        assert told.event == event
        perk_app.listener.forget()
        return told

    customer = shop.new_customer()
    card = made(shop, perk_app)
    told = heard("gift_card_created").json()["giftCard"]
    assert told == {key: card[key] for key in ("id", "code", "isActive")} | {"currentBalance": {"amount": 25}}
    shop.client.do(UPDATE, token=perk_app.token, i=card["id"], v={"balanceAmount": 30})
    assert heard("gift_card_updated").json()["giftCard"]["currentBalance"] == {"amount": 30}
    shop.client.do(ASSIGN, token=perk_app.token, i=card["id"], u=customer["id"])
    heard("gift_card_updated")
    shop.client.do(simply("giftCardUnassignUser"), token=perk_app.token, i=card["id"])
    heard("gift_card_updated")
    shop.client.do(simply("giftCardDeactivate"), token=perk_app.token, i=card["id"])
    assert heard("gift_card_status_changed").json()["giftCard"]["isActive"] is False
    shop.client.do(simply("giftCardActivate"), token=perk_app.token, i=card["id"])
    assert heard("gift_card_status_changed").json()["giftCard"]["isActive"] is True
    meta = """mutation($i:ID!){updateMetadata(id:$i,input:[{key:"a",value:"1"}]){errors{code}}}"""
    shop.client.do(meta, token=perk_app.token, i=card["id"])
    heard("gift_card_metadata_updated")
    shop.client.do(simply("giftCardDelete"), token=perk_app.token, i=card["id"])
    assert heard("gift_card_deleted").json()["giftCard"]["id"] == card["id"]
    assert shop.client.data(READ, token=perk_app.token, i=card["id"]) == {"giftCard": None}


def test_nobody_without_the_permission_sees_or_changes_a_gift_card(shop: Shop, perk_app: Installed) -> None:
    card = made(shop, perk_app)

    for query in (READ, simply("giftCardDelete"), "{giftCards(first:1){totalCount}}"):
        _, answer = shop.client.post(query, i=card["id"])
        assert "MANAGE_GIFT_CARD" in answer["errors"][0]["message"], query
