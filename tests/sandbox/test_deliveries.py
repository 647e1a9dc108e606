"""How webhooks are sent: in time, again, twice, late, spoiled or not at all."""

import json
from itertools import pairwise

import pytest

from sandbox.apps import Delivery
from sandbox.deliveries import RETRY_DELAYS
from tests.support.served_sandbox import Pocket


def failed(pocket: Pocket) -> list[Delivery]:
    [webhook] = pocket.app.webhooks
    return [item for item in webhook.deliveries if item.status == "FAILED"]


def test_after_six_attempts_saleor_gives_up_and_keeps_the_body(pocket: Pocket) -> None:
    pocket.listener.answers = [500, 502, 503, 504, 500, 599]

    user = pocket.customer()
    pocket.settled()

    heard = pocket.listener.webhooks()
    assert len(heard) == 6
    assert len({(item.body, item.headers["saleor-signature"]) for item in heard}) == 1
    gaps = [later.at - earlier.at for earlier, later in pairwise(heard)]
    assert [round(delay * 0.001, 3) for delay in RETRY_DELAYS] == [0.01, 0.02, 0.04, 0.08, 0.16]
    assert all(gap >= delay * 0.001 for gap, delay in zip(gaps, RETRY_DELAYS, strict=True))
    [delivery] = failed(pocket)
    assert [item.response_status_code for item in delivery.attempts] == [500, 502, 503, 504, 500, 599]
    assert json.loads(delivery.payload or "")["user"]["id"] == user


def test_the_waits_add_up_to_those_of_saleor() -> None:
    assert [sum(RETRY_DELAYS[: count + 1]) for count in range(5)] == [10, 30, 70, 150, 310]


def test_an_app_that_is_not_there_is_tried_again(pocket: Pocket) -> None:
    pocket.app.webhooks[0].target_url = "http://127.0.0.1:9/nobody"

    pocket.customer()
    pocket.settled()

    [delivery] = failed(pocket)
    assert len(delivery.attempts) == 6
    assert {item.response_status_code for item in delivery.attempts} == {None}
    assert "ConnectError" in delivery.attempts[0].response


@pytest.mark.parametrize("status", [301, 400, 404, 429])
def test_a_refusal_below_500_is_final(pocket: Pocket, status: int) -> None:
    pocket.listener.answers = [status]

    pocket.customer()
    pocket.settled()

    assert len(pocket.listener.webhooks()) == 1
    assert len(failed(pocket)) == 1


def test_what_was_delivered_is_forgotten(pocket: Pocket) -> None:
    pocket.customer()
    pocket.settled()

    assert pocket.app.webhooks[0].deliveries == []


def test_a_duplicate_is_the_same_bytes_again(pocket: Pocket) -> None:
    pocket.state.faults.add("delivery", "duplicate", value=2)

    pocket.customer()
    pocket.settled()

    heard = pocket.listener.webhooks()
    assert len(heard) == 3
    assert len({item.body for item in heard}) == 1


def test_a_dropped_delivery_never_comes_and_is_not_kept_as_failed(pocket: Pocket) -> None:
    pocket.state.faults.add("delivery", "drop", match="CUSTOMER_CREATED")

    pocket.customer()
    pocket.settled()

    assert pocket.listener.webhooks() == []
    assert failed(pocket) == []


def test_a_corrupted_delivery_does_not_fit_its_signature(pocket: Pocket) -> None:
    pocket.state.faults.add("delivery", "corrupt")

    pocket.customer()
    pocket.settled()

    [heard] = pocket.listener.webhooks()
    assert heard.body.endswith(b"\0")
    protected = heard.headers["saleor-signature"].split(".")[0]
    right = pocket.state.signer.detached(heard.body[:-1])
    assert right.startswith(protected)
    assert right == heard.headers["saleor-signature"]


def test_a_delivery_can_be_made_to_fail_without_the_app(pocket: Pocket) -> None:
    pocket.state.faults.add("delivery", "fail")

    pocket.customer()
    pocket.settled()

    assert len(pocket.listener.webhooks()) == 1


def test_deliveries_can_come_in_another_order(pocket: Pocket) -> None:
    pocket.state.faults.add("delivery", "reorder", value=0.3, times=None)

    for number in range(30):
        pocket.customer(number)
    pocket.settled()

    times = [item.json()["issuedAt"] for item in pocket.listener.webhooks()]
    assert len(times) == 30
    assert times != sorted(times)


def test_bodies_of_orders_show_the_state_of_when_they_were_made(pocket: Pocket) -> None:
    """The whole way of an order in one lock: its events are told afterwards, with what it is by then."""
    from decimal import Decimal

    from sandbox.events import emit
    from sandbox.generate import fill
    from sandbox.selling import announce_payment, cancel, pay

    fill(pocket.state, customers=3, orders=5)
    with pocket.state.lock:
        order = next(iter(pocket.state.store.orders.values()))
        order.charged, order.transactions = Decimal(0), []
        emit(pocket.state, "ORDER_CREATED", order, by=None)
        pay(pocket.state, order, order.total_gross)
        announce_payment(pocket.state, order, by=None)
        cancel(pocket.state, order, by=None)
    pocket.settled()

    bodies = {item.event: item.json()["order"] for item in pocket.listener.webhooks()}
    assert bodies["order_created"]["chargeStatus"] == "FULL"
    assert bodies["order_created"]["status"] == "CANCELED"


def test_an_event_that_the_query_does_not_speak_of_is_not_sent(pocket: Pocket) -> None:
    pocket.app.webhooks[0].subscription_query = "subscription{event{... on OrderCreated{order{id}}}}"

    pocket.customer()
    pocket.settled()

    assert pocket.listener.webhooks() == []


def test_without_the_permission_an_app_hears_nothing(pocket: Pocket) -> None:
    pocket.app.permission_codes = frozenset({"MANAGE_ORDERS"})

    pocket.customer()
    pocket.settled()

    assert pocket.listener.webhooks() == []


def test_a_field_that_fails_leaves_its_words_beside_the_body(pocket: Pocket) -> None:
    pocket.app.webhooks[
        0
    ].subscription_query = (
        "subscription{event{__typename ... on CustomerCreated{user{id privateMetadata{key}}}}}"
    )
    with pocket.state.lock:
        from sandbox.events import emit

        staff = pocket.state.store.users_by_email["admin@example.com"]
        emit(pocket.state, "CUSTOMER_CREATED", staff, by=None)
    pocket.settled()

    [heard] = pocket.listener.webhooks()
    body = heard.json()
    assert body["user"] is None
    assert "MANAGE_STAFF" in body["errors"][0]["message"]
