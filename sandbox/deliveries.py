"""Webhooks on their way: Saleor's headers, its rule for retries, and the faults asked for."""

import time
from functools import partial

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
    status, text = (503, "fault") if "fail" in faults else _post(state, delivery, noise)
    delivery.tries += 1
    success = status in SUCCESS
    with state.lock:
        delivery.attempts.append(
            Attempt(
                id=global_id("EventDeliveryAttempt", state.store.number("EventDeliveryAttempt")),
                created_at=moment,
                status="SUCCESS" if success else "FAILED",
                duration=time.monotonic() - began,
                response=text,
                response_status_code=status,
            )
        )
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


def _repeat(state: State, delivery: Delivery) -> None:
    _post(state, delivery, b"")


def _post(state: State, delivery: Delivery, noise: bytes) -> tuple[int | None, str]:
    body = (delivery.payload or "").encode() + noise
    try:
        answer = state.http.post(
            delivery.webhook.target_url, content=body, headers=headers_of(state, delivery)
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"
    return answer.status_code, answer.text[:1000]
