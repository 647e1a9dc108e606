"""What can be made to go wrong, goes wrong just so often."""

import time

import httpx
import pytest

from sandbox.faults import FaultInvalid, Faults
from tests.support.served_sandbox import Pocket

ASK = "{shop{name}}"


def test_a_fault_of_the_api_happens_as_often_as_asked_and_then_no_more(pocket: Pocket) -> None:
    pocket.state.faults.add("api", "status", value=502, times=2)

    statuses = [
        httpx.post(pocket.client.api_url, json={"query": ASK}, trust_env=False).status_code for _ in range(3)
    ]

    assert statuses == [502, 502, 200]


def test_a_fault_can_be_limited_to_requests_that_contain_a_word(pocket: Pocket) -> None:
    pocket.state.faults.add("api", "status", value=500, match="channels")

    assert pocket.client.post(ASK)[0] == 200
    answer = httpx.post(pocket.client.api_url, json={"query": "{channels{id}}"}, trust_env=False)
    assert answer.status_code == 500


def test_a_slow_answer_comes_late_and_is_right(pocket: Pocket) -> None:
    pocket.state.faults.add("api", "slow", value=0.3)
    began = time.monotonic()

    assert pocket.client.post(ASK)[0] == 200
    assert time.monotonic() - began >= 0.3


def test_a_connection_can_break_in_the_middle_of_an_answer(pocket: Pocket) -> None:
    pocket.state.faults.add("api", "drop")

    with pytest.raises(httpx.RemoteProtocolError):
        pocket.client.post(ASK)
    assert pocket.client.post(ASK)[0] == 200


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("database", b'"code":"OperationalError"'),
        ("page", b"<h1>We are back soon</h1>"),
        ("empty", b""),
        ("half", b'{"data": {"page": {"edges": [{"no'),
    ],
)
def test_trouble_can_come_with_a_status_of_success(pocket: Pocket, kind: str, told: bytes) -> None:
    pocket.state.faults.add("api", kind)

    answer = httpx.post(pocket.client.api_url, json={"query": ASK}, trust_env=False)

    assert answer.status_code == 200
    assert told in answer.content if told else answer.content == b""
    assert pocket.client.post(ASK)[0] == 200


def test_faults_are_made_seen_and_taken_back_over_http(pocket: Pocket) -> None:
    address = pocket.state.settings.public_url + "sandbox/faults"
    made = httpx.post(
        address, json={"where": "delivery", "kind": "drop", "match": "ORDER_", "times": None}, trust_env=False
    )

    assert made.json()["pending"] == [
        {
            "where": "delivery",
            "kind": "drop",
            "value": 0,
            "times": None,
            "probability": 1.0,
            "match": "ORDER_",
        }
    ]
    assert httpx.delete(address, trust_env=False).json() == {"pending": []}


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b"[1]",
        b'{"where": "nowhere", "kind": "drop"}',
        b'{"where": "api", "kind": "duplicate"}',
        b'{"where": "api", "kind": "slow", "speed": 3}',
        b'{"where": "api", "kind": "slow", "value": "long"}',
        b'{"where": "api", "kind": "slow", "probability": 2}',
    ],
)
def test_a_fault_that_cannot_be_is_refused(pocket: Pocket, body: bytes) -> None:
    answer = httpx.post(pocket.state.settings.public_url + "sandbox/faults", content=body, trust_env=False)

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert pocket.client.post(ASK)[0] == 200


def test_a_probability_is_kept_over_many_tries() -> None:
    faults = Faults()
    faults.add("api", "status", times=None, probability=0.25)

    hits = sum(bool(faults.due("api", "")) for _ in range(2000))

    assert 400 < hits < 600


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(FaultInvalid, match="speed"):
        Faults().add("api", "slow", speed=1)
