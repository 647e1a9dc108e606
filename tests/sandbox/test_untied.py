"""A shop without ties: its history, and the weeks that are still to come."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox import untied
from sandbox.state import State
from scoring.simulate import tellings

CUSTOMERS, SEED = 400, 3


@pytest.fixture
def shop(state: State) -> State:
    untied.fill(state, customers=CUSTOMERS, seed=SEED)
    return state


def test_the_history_ends_where_what_is_to_come_begins(shop: State) -> None:
    now = datetime.now(UTC)
    past, coming = list(shop.store.orders.values()), list(shop.store.coming)

    assert len(shop.store.users) > CUSTOMERS  # and staff
    assert max(order.created for order in past) <= now
    assert min(due.at for due in coming) > now - timedelta(minutes=1)
    assert [due.at for due in coming] == sorted(due.at for due in coming)
    assert max(due.at for due in coming) - now > timedelta(weeks=51)
    assert all(order.user and order.user.date_joined < order.created for order in past)
    assert not shop.store.ties
    assert not shop.store.personal_codes
    assert len(shop.store.planted["influencers"]) == round(CUSTOMERS * 0.05)


def test_one_buyer_in_three_responds_and_most_of_whom_they_name_lead_them(shop: State) -> None:
    coming = list(shop.store.coming)
    answers = [due.answer for due in coming if due.answer]
    led = {user.email for user in shop.store.users.values() if user.id in shop.store.planted["influencers"]}
    named = [answer.friend for answer in answers if answer.channel == "friend"]

    assert len(answers) / len(coming) == pytest.approx(tellings.ANSWERED, abs=0.05)
    assert 0.05 < len(named) / len(answers) < 0.5
    assert 0 < sum(friend in led for friend in named) < len(named), "some are named by mistake"
    assert all(not answer.friend for answer in answers if answer.channel != "friend")


def test_few_share_a_link_and_all_of_them_lead(shop: State) -> None:
    links = {due.link.id for due in shop.store.coming if due.link}

    assert links <= set(shop.store.planted["influencers"])
    assert 0 < len(links) <= len(shop.store.planted["influencers"]) / 2


def test_what_is_due_is_bought_in_turn_up_to_an_order_that_its_buyer_makes(shop: State) -> None:
    coming = list(shop.store.coming)
    place = next(number for number, due in enumerate(coming) if due.link)
    by_link, before = coming[place], coming[:place]

    found = untied.place_due(shop, by_link.at)

    assert [one["customer_id"] for one in found["placed"]] == [due.user.id for due in before]
    orders = [shop.store.objects[one["order_id"]] for one in found["placed"]]
    assert all(order.charge_status == "FULL" for order in orders)
    assert [order.total_gross for order in orders] == [sum(item[2] for item in due.items) for due in before]
    assert found["by_link"]["customer_id"] == by_link.user.id
    assert by_link.link is not None
    assert found["by_link"]["owner_id"] == by_link.link.id
    assert untied.place_due(shop, by_link.at) == {"placed": [], "by_link": None}, "each once"
