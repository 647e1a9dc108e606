"""The generated shop, the shop that goes on, and how quickly it answers."""

import time
from decimal import Decimal
from typing import Any

import pytest

from sandbox.generate import fill
from sandbox.live import LiveOrders
from sandbox.state import State
from sandbox.store import Clock
from tests.support.served_sandbox import Pocket


@pytest.fixture
def shop(state: State) -> State:
    fill(state, customers=400, orders=2000, seed=3)
    return state


def test_a_generated_shop_has_all_that_makes_a_shop(shop: State) -> None:
    orders = list(shop.store.orders.values())

    assert len(orders) == 2000
    assert len(shop.store.users) == 401
    assert {"FULFILLED", "CANCELED"} <= {order.status for order in orders}
    assert {"NONE", "PARTIAL", "FULL"} <= {order.charge_status for order in orders}
    assert len({order.currency for order in orders}) >= 3
    assert any(order.user is None for order in orders)
    assert any(order.voucher_code == "WELCOME10" for order in orders)
    assert any((order.voucher_code or "").startswith("FRIEND-") for order in orders)
    assert (
        len({line.variant.product.category for order in orders for line in order.lines if line.variant}) >= 5
    )


def test_the_books_of_a_generated_shop_are_right(shop: State) -> None:
    for order in shop.store.orders.values():
        assert order.total_gross == sum(line.unit_gross * line.quantity for line in order.lines)
        assert order.total_net < order.total_gross
        assert 0 <= order.charged <= order.total_gross
        assert order.charged == round(order.charged, 2)
        assert order.created <= order.updated_at
        if order.status != "CANCELED":
            assert order.charged + order.refunded == order.total_gross
        assert order.user is None or order in order.user.orders
        assert (order.voucher is None) == (order.voucher_code is None)


def test_the_same_seed_gives_the_same_shop(state: State) -> None:
    from sandbox.build import create_state

    moment = state.store.clock.now()
    other = create_state()
    for one in (state, other):
        fill(one, customers=50, orders=200, seed=9, as_of=moment)
    other.close()

    def told(shop: State) -> list[tuple[object, ...]]:
        return [
            (
                order.id,
                order.created,
                order.updated_at,
                order.total_gross,
                order.user_email,
                order.voucher_code,
                order.shipping_address,
                order.card,
                [card.created for card in order.gift_cards],
                [line.id for line in order.lines],
            )
            for order in shop.store.orders.values()
        ]

    assert told(state) == told(other)


def test_an_empty_shop_can_be_generated(state: State) -> None:
    fill(state, customers=0, orders=0)

    assert state.store.orders == {}


def test_an_index_stays_sorted_whatever_happens(shop: State) -> None:
    store = shop.store
    for order in list(store.orders.values())[::7]:
        store.touch_order(order)
    for user in list(store.users.values())[::5]:
        if not user.is_staff:
            store.remove_user(user)

    indices: tuple[Any, ...] = (*store.order_indices.values(), *store.customer_indices.values())
    for index in indices:
        assert index.entries == sorted(index.entries)
    assert len(store.order_indices["LAST_MODIFIED_AT"].entries) == 2000
    assert all(order.user is None or order.user.pk in store.users for order in store.orders.values())


def test_no_two_moments_are_the_same() -> None:
    clock = Clock()
    moments = [clock.now() for _ in range(1000)]

    assert moments == sorted(set(moments))


def test_people_go_on_buying_paying_and_sending_back(pocket: Pocket) -> None:
    fill(pocket.state, customers=30, orders=100)
    live = LiveOrders(pocket.state, per_minute=60)
    with pocket.state.lock:
        for _ in range(80):
            live.buy()
            live.regret()
    pocket.settled()

    new = [order for order in pocket.state.store.orders.values() if order.pk > 100]
    assert len(new) == 80
    assert {order.charge_status for order in new} >= {"FULL", "NONE"}
    assert all(order.charged >= Decimal(0) for order in new)
    heard = [item.event for item in pocket.listener.webhooks()]
    assert heard.count("order_created") == heard.count("order_fully_paid") == 80


def test_live_orders_come_at_about_the_rate_asked_for(state: State) -> None:
    fill(state, customers=20, orders=60)
    live = LiveOrders(state, per_minute=6000)
    live.start()
    time.sleep(1.0)
    live.stop()
    count = len(state.store.orders) - 60

    assert 20 < count < 300
    time.sleep(0.1)
    assert len(state.store.orders) - 60 == count


def test_pages_cost_little_more_at_the_end_of_a_long_list_than_at_its_beginning(pocket: Pocket) -> None:
    fill(pocket.state, customers=500, orders=8000)
    query = """query($after:String){orders(first:100,after:$after,
      sortBy:{field:LAST_MODIFIED_AT,direction:ASC})
      {pageInfo{endCursor hasNextPage} edges{node{id}}}}"""
    after, times = None, []
    for _ in range(80):
        began = time.process_time()
        page = pocket.client.data(query, after=after)["orders"]
        times.append(time.process_time() - began)
        after = page["pageInfo"]["endCursor"]

    assert page["pageInfo"]["hasNextPage"] is False
    assert sum(times[60:]) < 4 * sum(times[:20])
