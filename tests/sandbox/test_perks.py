"""What only a pocket shop can show of vouchers, gift cards, checkouts and apps that are waited for."""

import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox import buying
from sandbox.apps import Webhook
from sandbox.build import create_state
from sandbox.client import ShopClient
from sandbox.connections import Window, page_of_list
from sandbox.gateway import Gateway
from sandbox.generate import fill
from sandbox.identifiers import global_id
from sandbox.listener import Heard
from sandbox.live import LiveOrders
from sandbox.resolvers.voucher_changes import new_voucher
from sandbox.server import running
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey
from tests.support.served_sandbox import Pocket

EVENT = "SHIPPING_LIST_METHODS_FOR_CHECKOUT"
QUERY = "subscription{event{__typename ... on ShippingListMethodsForCheckout{checkout{id}}}}"


@pytest.fixture
def waited(pocket: Pocket) -> Pocket:
    """The app of the pocket shop is asked for ways, and the shop has goods."""
    fill(pocket.state, customers=20, orders=60, seed=2)
    pocket.app.permission_codes |= {"MANAGE_SHIPPING"}
    target = f"{pocket.listener.url}/webhooks"
    hook = Webhook(9, global_id("Webhook", 9), pocket.app, "Ways", target, [], QUERY, waited_for=[EVENT])
    pocket.app.webhooks.append(hook)
    pocket.listener.replies[EVENT.lower()] = lambda _: (200, [offer()])
    return pocket


def offer(amount: str = "0") -> dict[str, Any]:
    return {"id": "gift", "name": "Free for you", "amount": amount, "currency": "USD"}


def a_variant(state: State) -> str:
    return next(one.id for one in state.store.variants() if one.product.kind == "NORMAL")


def checkout_of(pocket: Pocket) -> str:
    return buying.open_checkout(pocket.client, [(a_variant(pocket.state), 1)], email="guest@example.com")


def names(pocket: Pocket, checkout: str) -> list[str]:
    return [way["name"] for way in buying.ways(pocket.client, checkout)]


def test_an_app_that_takes_too_long_is_passed_over(waited: Pocket) -> None:
    """The shop of these tests waits for two seconds, where Saleor waits for eighteen."""

    def sleep(_: Heard) -> tuple[int, Any]:
        time.sleep(3)
        return 200, [offer()]

    waited.listener.replies[EVENT.lower()] = sleep

    assert names(waited, checkout_of(waited)) == ["Standard", "Express"]
    [delivery] = [one for one in waited.app.webhooks[-1].deliveries if one.status == "FAILED"]
    assert "ReadTimeout" in delivery.attempts[0].response


def test_an_app_that_is_not_there_is_passed_over(waited: Pocket) -> None:
    waited.app.webhooks[-1].target_url = "http://127.0.0.1:9/nobody"

    assert names(waited, checkout_of(waited)) == ["Standard", "Express"]


@pytest.mark.parametrize("kind", ["fail", "drop"])
def test_a_question_can_be_made_to_fail(waited: Pocket, kind: str) -> None:
    waited.state.faults.add("delivery", kind, match=EVENT)

    assert names(waited, checkout_of(waited)) == ["Standard", "Express"]
    assert names(waited, checkout_of(waited)) == ["Standard", "Express", "Free for you"]


def test_a_question_can_be_made_to_be_late_or_forged(waited: Pocket) -> None:
    waited.state.faults.add("delivery", "delay", value=0.3, match=EVENT)
    waited.state.faults.add("delivery", "corrupt", match=EVENT)

    began = time.monotonic()
    names(waited, checkout_of(waited))

    [heard] = [item for item in waited.listener.webhooks() if item.event == EVENT.lower()]
    assert heard.at - began >= 0.3
    assert heard.body.endswith(b"\0")


def test_others_use_the_shop_while_an_app_is_waited_for(waited: Pocket) -> None:
    seen: list[bool] = []

    def ask(_: Heard) -> tuple[int, Any]:
        other = ShopClient(waited.client.api_url)
        seen.append(other.data("{shop{name}}", token="") == {"shop": {"name": "Pocket shop"}})
        other.close()
        return 200, []

    waited.listener.replies[EVENT.lower()] = ask
    names(waited, checkout_of(waited))

    assert seen == [True]


def test_a_way_that_becomes_dearer_is_void_for_who_calculates_and_changed_for_who_reads(
    waited: Pocket,
) -> None:
    """The new mutation keeps what was chosen as it was; the older field changes it."""
    read, calculated = checkout_of(waited), checkout_of(waited)
    for checkout in (read, calculated):
        [way] = [one for one in buying.ways(waited.client, checkout) if one["name"] == "Free for you"]
        buying.send_by(waited.client, checkout, way["id"])
        waited.state.store.checkouts[checkout].deliveries_fresh_until = None
    waited.listener.replies[EVENT.lower()] = lambda _: (200, [offer("3")])

    buying.ways(waited.client, read)
    waited.client.do(
        "mutation($i:ID!){deliveryOptionsCalculate(id:$i){errors{code}}}", token="", i=calculated
    )

    one, other = waited.state.store.checkouts[read], waited.state.store.checkouts[calculated]
    assert one.delivery is not None
    assert other.delivery is not None
    assert (one.delivery.is_valid, one.delivery.method.price.amount) == (True, Decimal(3))
    assert (other.delivery.is_valid, other.delivery.method.price.amount) == (False, Decimal(0))


def test_a_page_of_a_voucher_with_many_codes_is_cut_without_reading_them_all(state: State) -> None:
    voucher = new_voucher(state.store, name="Many", start_date=state.store.clock.now())
    words = [f"CODE-{number}" for number in range(50_000)]
    state.store.put_codes(voucher, words)

    began, after = time.process_time(), None
    for _ in range(200):
        found = page_of_list(voucher.codes, Window(name="codes", first=100, after=after))
        after = found.end_cursor
    spent = time.process_time() - began

    assert found.edges[-1].node.code == words[-20_000]
    assert (found.total_count, found.has_next_page) == (50_000, True)
    assert spent < 0.5, "a list of positions for each page takes more than a second"


def test_gift_cards_of_a_generated_shop_are_used_up_and_their_numbers_taken(state: State) -> None:
    fill(state, customers=100, orders=600, seed=4)

    cards = [card for order in state.store.orders.values() for card in order.gift_cards]
    assert cards
    assert {card.current for card in cards} == {0}
    assert all(state.store.gift_cards[card.code] is card for card in cards)
    assert state.store.number("GiftCard") > 600


def test_people_of_a_shop_that_goes_on_use_no_code_that_was_made_for_somebody(state: State) -> None:
    fill(state, customers=20, orders=60)
    live = LiveOrders(state, per_minute=60)
    word = state.store.new_promo_code()
    voucher = next(iter(state.store.vouchers.values()))
    state.store.put_codes(voucher, [word])

    with state.lock:
        used = {live.buy().voucher_code for _ in range(300)}

    assert len(used) > 2
    assert word not in used


@pytest.fixture(scope="module", params=["3.21.69", "3.22.67", "3.24.0"])
def other_version(request: pytest.FixtureRequest) -> Iterator[State]:
    made = create_state(SandboxSettings(saleor_version=request.param), key=SigningKey.generate())
    fill(made, customers=20, orders=60)
    yield made
    made.close()


def test_a_shopper_of_another_version_buys_with_a_code_too(other_version: State) -> None:
    with running(other_version) as address:
        client = ShopClient(f"{address}graphql/")

        order = buying.buy(
            client,
            [(a_variant(other_version), 1)],
            email="guest@example.com",
            codes=["WELCOME10"],
            way="Express",
        )

        assert (order["voucherCode"], order["shippingMethodName"]) == ("WELCOME10", "Express")
        assert order["chargeStatus"] == "FULL"
        client.close()


def test_a_card_for_one_customer_is_something_of_3_23() -> None:
    create = """mutation{giftCardCreate(input:{balance:{amount:1,currency:"USD"},isActive:true,
        assignedTo:"VXNlcjox"}){errors{code}}}"""
    for version, known in (("3.22.67", False), ("3.23.28", True)):
        made = create_state(SandboxSettings(saleor_version=version), key=SigningKey.generate())
        status, answer = Gateway(made).answer({"query": create}, None)
        made.close()

        assert (status == 200) is known
        assert ("assignedTo" in answer["errors"][0]["message"]) is not known


def test_an_order_may_come_before_the_money_where_the_channel_says_so(state: State) -> None:
    fill(state, customers=5, orders=10)
    channel = next(one for one in state.store.channels if one.slug == "default-channel")
    channel.allow_unpaid_orders = True
    with running(state) as address:
        client = ShopClient(f"{address}graphql/")
        checkout = buying.open_checkout(client, [(a_variant(state), 1)], email="guest@example.com")
        buying.send_by(client, checkout, buying.ways(client, checkout)[0]["id"])

        order = buying.complete(client, checkout)

        assert (order["status"], order["chargeStatus"]) == ("UNCONFIRMED", "NONE")
        client.close()


def test_an_order_is_made_older_and_those_who_listen_are_told(pocket: Pocket) -> None:
    fill(pocket.state, customers=5, orders=20, seed=2)
    store = pocket.state.store
    order = next(one for one in store.orders.values() if one.status != "DRAFT")
    before, changed = order.created, order.updated_at
    asked = {"ids": [order.id], "days": 100}
    address = pocket.client.api_url.removesuffix("graphql/")
    httpx.post(f"{address}sandbox/older-orders", json=asked).raise_for_status()
    assert order.created == before - timedelta(days=100)
    assert order.updated_at > changed
    query = "{orders(first:1,sortBy:{field:CREATED_AT,direction:ASC}){edges{node{id}}}}"
    oldest = min((one for one in store.orders.values() if one.status != "DRAFT"), key=lambda one: one.created)
    token = pocket.client.staff_token()
    assert pocket.client.data(query, token=token)["orders"]["edges"][0]["node"]["id"] == oldest.id
