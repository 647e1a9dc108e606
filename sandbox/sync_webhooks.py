"""Webhooks that Saleor waits for: asked while a request is answered, and passed over when they fail."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sandbox.apps import App, Delivery, Webhook
from sandbox.checkouts import Checkout
from sandbox.deliveries import SUCCESS, Answer, note, post
from sandbox.events import Occurrence, Principal, body_of, listening
from sandbox.identifiers import global_id
from sandbox.shipping import ShippingMethod
from sandbox.state import State


def ask(
    state: State, name: str, checkout: Checkout, *, methods: Sequence[ShippingMethod], by: Principal
) -> list[tuple[App, Any]]:
    """Return what the apps answer, one after the other; who fails or says nothing is left out.

    It is called with the lock held once, and lets it go while an app thinks: the app may ask the shop.
    """
    moment, version = state.store.clock.now(), state.settings.saleor_version
    answers = []
    for webhook in list(listening(state, name, checkout)):
        occurrence = Occurrence(name, moment, version, by, webhook.app, checkout, methods)
        body = body_of(state, webhook, occurrence)
        answer = _answer(state, webhook, occurrence=occurrence, body=body) if body else None
        if answer is not None:
            answers.append((webhook.app, answer))
    return answers


def _answer(state: State, webhook: Webhook, *, occurrence: Occurrence, body: dict[str, Any]) -> Any:
    key = state.store.number("EventDelivery")
    delivery = Delivery(key, global_id("EventDelivery", key), occurrence.issued_at, occurrence.name, webhook)
    delivery.payload = json.dumps(body)
    with _unlocked(state):
        delivery.signature = state.signer.detached(delivery.payload.encode())
        answer = _sent(state, delivery)
    try:
        content = json.loads(answer.text) if answer.status in SUCCESS else None
        success = answer.status in SUCCESS
    except ValueError:
        content, success = None, False
    if not success:
        # Saleor keeps what failed, and does not try it again.
        delivery.status = "FAILED"
        note(state, delivery, answer, success=False)
        webhook.deliveries.append(delivery)
    return content


def _sent(state: State, delivery: Delivery) -> Answer:
    faults = {fault.kind: fault for fault in state.faults.due("delivery", delivery.event)}
    if "delay" in faults:
        time.sleep(faults["delay"].value)
    began, moment = time.monotonic(), state.store.clock.now()
    if {"fail", "drop"} & faults.keys():
        status, text = (503, "fault") if "fail" in faults else (None, "fault")
    else:
        status, text = post(state, delivery, b"\0" if "corrupt" in faults else b"")
    return Answer(moment, time.monotonic() - began, status, text)


@contextmanager
def _unlocked(state: State) -> Iterator[None]:
    """Others may use the shop meanwhile."""
    state.lock.release()
    try:
        yield
    finally:
        state.lock.acquire()
