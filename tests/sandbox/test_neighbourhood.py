"""Who of the generated shop lives together, gives gift cards, and knows whom; and what it costs to ask."""

import csv
import io
from collections import defaultdict
from datetime import datetime

import httpx
import pytest
from graphql import parse

from saleor_influence_app.saleor import operations
from sandbox.cost import cost_of
from sandbox.generate import fill
from sandbox.live import LiveOrders
from sandbox.schema import build_schema
from sandbox.state import State
from tests.support.served_sandbox import Pocket

PAGE = {"first": 100, "after": None, "where": None, "sortBy": None, "withTotal": True}


@pytest.fixture
def shop(state: State) -> State:
    fill(state, customers=400, orders=2000, seed=3)
    return state


def test_categories_lie_in_departments(shop: State) -> None:
    levels = {category.name: category.level for category in shop.store.categories()}
    parents = {category.name: category.parent.name for category in shop.store.categories() if category.parent}

    assert set(levels.values()) == {0, 1}
    assert parents["Coffee"] == parents["Tea"] == "Food and drink"
    assert all(
        product.category is not None and (product.category.parent or product.kind == "GIFT_CARD")
        for product in shop.store.products()
    )


def test_some_live_together_and_some_of_them_share_a_card(shop: State) -> None:
    homes, cards = defaultdict(set), defaultdict(set)
    for order in shop.store.orders.values():
        assert order.shipping_address is not None
        if order.user is not None and order.collection_point_name is None:
            address = order.shipping_address
            digits = "".join(
                letter
                for letter in f"{address.street_address1}{address.street_address2}".casefold()
                if letter.isalnum()
            )
            homes[digits, address.postal_code.replace(" ", "")].add(order.user.id)
            cards[order.card].add(order.user.id)

    households = [people for people in homes.values() if len(people) > 1]
    assert 10 < len(households) < 60
    assert 3 < sum(len(people) > 1 for people in cards.values()) <= len(households)
    assert any(order.collection_point_name for order in shop.store.orders.values())


def test_everybody_of_a_home_writes_its_address_in_their_own_way(shop: State) -> None:
    spelled = {order.shipping_address for order in shop.store.orders.values() if order.shipping_address}
    streets = {address.street_address1 for address in spelled}
    assert any(street.isupper() for street in streets)
    assert any(street.endswith(",") for street in streets)


def test_gift_cards_come_from_acquaintances_from_the_customer_alone_and_from_staff(shop: State) -> None:
    store = shop.store
    knows = {(source, target): since for source, target, since in store.ties}
    found: dict[str, int] = defaultdict(int)
    for order in store.orders.values():
        for card in order.gift_cards:
            assert order.user is not None
            assert card.created < order.created
            giver = card.created_by
            assert giver is not None
            if giver.is_staff:
                found["staff"] += 1
            elif giver is order.user:
                found["own"] += 1
            else:
                found["friend"] += 1
                assert knows[giver.id, order.user.id] <= card.created
    assert set(found) == {"staff", "own", "friend"}


def test_gift_cards_are_sold_and_free_gifts_cost_nothing(shop: State) -> None:
    lines = [line for order in shop.store.orders.values() for line in order.lines]
    sold = [line for line in lines if line.variant and line.variant.product.kind == "GIFT_CARD"]
    free = [line for line in lines if line.is_gift]
    assert sold
    assert free
    assert all(line.unit_gross == line.unit_net == 0 for line in free)
    assert not [line for line in sold if line.is_gift]


def test_live_orders_go_to_the_same_home_and_tell_the_card_by_a_transaction(state: State) -> None:
    fill(state, customers=40, orders=200, seed=3)
    live = LiveOrders(state, per_minute=1)
    bought = [live.buy() for _ in range(60)]

    regulars = [order for order in bought if order.user is not None and len(order.user.orders) > 1]
    assert regulars
    for order in regulars:
        assert order.user is not None
        assert order.card == order.user.orders[0].card == order.transactions[0].payment_method_details
        assert order.payments == []


def test_the_list_of_ties_names_customers_since_when_they_know_each_other(pocket: Pocket) -> None:
    fill(pocket.state, customers=60, orders=200, seed=3)
    base = pocket.state.settings.public_url

    answer = httpx.get(f"{base}sandbox/ties.csv", timeout=10)

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(pocket.state.store.ties) > 10
    assert list(rows[0]) == ["source", "target", "kind", "weight", "valid_from", "valid_to"]
    people = {user.id: user for user in pocket.state.store.users.values() if not user.is_staff}
    for row in rows:
        assert row["source"] != row["target"]
        since = datetime.fromisoformat(row["valid_from"])
        assert since >= people[row["source"]].date_joined
        assert since >= people[row["target"]].date_joined
        assert (row["kind"], row["weight"], row["valid_to"]) == ("import", "1", "")


@pytest.mark.parametrize(
    ("operation", "version", "cost"),
    [
        ("orders_page", "3.23.28", 2200),
        ("orders_page_before_where", "3.21.69", 1900),
        ("categories_page", "3.23.28", 200),
    ],
)
def test_a_page_costs_what_the_real_saleor_says_it_costs(operation: str, version: str, cost: int) -> None:
    """All were read from extensions.cost of a 3.23.28; the limit is 50,000."""
    assert cost_of(build_schema(version), parse(operations.text_of(operation)), PAGE) == cost
