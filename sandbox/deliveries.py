"""Webhooks on their way: Saleor's headers, its rule for retries, and the faults asked for."""

import time
from datetime import datetime
from functools import partial
from typing import NamedTuple

import httpx

from sandbox.apps import Attempt, Delivery
from sandbox.faults import Fault
from sandbox.identifiers import global_id
from sandbox.state import State

# Seconds between attempts: they fall at +10, +30, +70, +150 and +310, then Saleor gives up for ever.
RETRY_DELAYS = (10, 20, 40, 80, 160)
SERVER_ERROR = 500
SUCCESS = range(200, 300)


def headers_of(state: State, delivery: Delivery) -> dict[str, str]:
    """The headers of a webhook request. Saleor sends no delivery id, no attempt number and no time."""
    settings, event = state.settings, delivery.event.lower()
    host = httpx.URL(delivery.webhook.target_url).host
    return {
        # With its IP filter on, Saleor names the host without the port.
        "Host": host,
        "User-Agent": f"Saleor/{settings.schema_version}",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": "application/json",
        "X-Saleor-Event": event,
        "X-Saleor-Domain": settings.domain,
        "X-Saleor-Signature": delivery.signature,
        "Saleor-Event": event,
        "Saleor-Domain": settings.domain,
        "Saleor-Signature": delivery.signature,
        "Saleor-Api-Url": settings.api_url,
        **delivery.webhook.custom_headers,
    }


def send(state: State, delivery: Delivery) -> None:
    """The delivery is sent, sent later, sent twice or lost: as the faults say."""
    faults = {fault.kind: fault for fault in state.faults.due("delivery", delivery.event)}
    if "drop" in faults:
        with state.lock:
            delivery.webhook.deliveries.remove(delivery)
        return
    for _ in range(round(faults["duplicate"].value) or 1 if "duplicate" in faults else 0):
        state.worker.submit(partial(_repeat, state, delivery))
    wait = _waiting(state, faults)
    if wait:
        state.worker.submit(partial(attempt, state, delivery, faults), delay=wait)
    else:
        attempt(state, delivery, faults)


def _waiting(state: State, faults: dict[str, Fault]) -> float:
    wait = faults["delay"].value if "delay" in faults else 0.0
    if "reorder" in faults:
        wait += state.faults.dice.uniform(0, faults["reorder"].value)
    return wait


def attempt(state: State, delivery: Delivery, faults: dict[str, Fault]) -> None:
    """One try was made and written down; a failure that Saleor retries is retried."""
    began, moment = time.monotonic(), state.store.clock.now()
    noise = b"\0" if "corrupt" in faults else b""
    status, text = (503, "fault") if "fail" in faults else post(state, delivery, noise)
    success = status in SUCCESS
    with state.lock:
        note(state, delivery, Answer(moment, time.monotonic() - began, status, text), success=success)
        retried = (status is None or status >= SERVER_ERROR) and delivery.tries <= len(RETRY_DELAYS)
        if success:
            delivery.status = "SUCCESS"
            # Saleor forgets what was delivered.
            delivery.webhook.deliveries.remove(delivery)
        elif not retried:
            delivery.status = "FAILED"
    if retried:
        delay = RETRY_DELAYS[delivery.tries - 1] * state.settings.time_scale
        state.worker.submit(partial(attempt, state, delivery, {}), delay=delay)


class Answer(NamedTuple):
    """What came of one request: when it began, how long it took, its status if any, and the words."""

    began: datetime
    duration: float
    status: int | None
    text: str


def note(state: State, delivery: Delivery, answer: Answer, *, success: bool) -> None:
    """The attempt is written down."""
    delivery.tries += 1
    delivery.attempts.append(
        Attempt(
            id=global_id("EventDeliveryAttempt", state.store.number("EventDeliveryAttempt")),
            created_at=answer.began,
            status="SUCCESS" if success else "FAILED",
            duration=answer.duration,
            response=answer.text[:1000],
            response_status_code=answer.status,
        )
    )


def _repeat(state: State, delivery: Delivery) -> None:
    post(state, delivery, b"")


def post(state: State, delivery: Delivery, noise: bytes) -> tuple[int | None, str]:
    """Send the delivery as it is; return the status, if there is one, and the words of the answer."""
    body = (delivery.payload or "").encode() + noise
    try:
        answer = state.http.post(
            delivery.webhook.target_url, content=body, headers=headers_of(state, delivery)
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"
    return answer.status_code, answer.text
