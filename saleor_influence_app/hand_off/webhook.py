"""The shop's webhook: events as JSON, signed as Standard Webhooks asks (https://www.standardwebhooks.com)."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx
from sqlalchemy.orm import Session

from saleor_influence_app import answers
from saleor_influence_app.addresses import CheckedTransport
from saleor_influence_app.errors import AppError, RowMissing
from saleor_influence_app.fields import Json
from saleor_influence_app.hand_off import targets, told
from saleor_influence_app.hand_off.deliveries import (
    BACKOFF,
    Channel,
    Delivery,
    DeliveryDelayed,
    NothingToTell,
)
from saleor_influence_app.models import GrantState, HandOffChannel, HandOffEvent, HandOffSettings

ANSWER_SECONDS = 30.0
ANSWER_LIMIT = 64_000
"""Bytes of an answer; nothing is read in it."""
TEST = "hand_off.test"
"""The event of a test: it speaks of nobody."""


@dataclass(frozen=True)
class SignedRequest:
    """An event, ready to be sent."""

    url: str
    message_id: str
    body: bytes
    secret: bytes = field(repr=False)


class WebhookChannel(Channel):
    """Sends to the webhook that the shop has now."""

    name: ClassVar[HandOffChannel] = HandOffChannel.WEBHOOK  # type: ignore[misc] # of the class

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def prepare(self, session: Session, delivery: Delivery) -> SignedRequest:
        """Return the event as it is now."""
        row = session.get(HandOffSettings, delivery.shop_id)
        if row is None or row.webhook_url is None:
            raise NothingToTell("The webhook was switched off.")
        return _request(
            row, delivery.message_id, delivery.event, at=delivery.happened_at, data=_data(session, delivery)
        )

    def send(self, prepared: SignedRequest) -> None:
        """Return once the receiver answered with a status of success."""
        _post(self._client, prepared)


@contextmanager
def opened(transport: httpx.BaseTransport | None = None) -> Iterator[WebhookChannel]:
    """Give the channel; it connects to public addresses only, and follows no redirect."""
    with httpx.Client(
        transport=transport or CheckedTransport(limit=ANSWER_LIMIT, seconds=ANSWER_SECONDS),
        timeout=httpx.Timeout(ANSWER_SECONDS / 2, connect=10.0),
        trust_env=False,
        headers={"user-agent": "SaleorInfluence/0.1"},
    ) as client:
        yield WebhookChannel(client)


def sample(session: Session, shop_id: int, *, message_id: str) -> SignedRequest:
    """Return an event that speaks of nobody, for the webhook that the shop has."""
    row = session.get(HandOffSettings, shop_id)
    if row is None or row.webhook_url is None:
        raise RowMissing("This shop has no webhook.")
    return _request(row, message_id, TEST, at=datetime.now(UTC), data={})


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:  # noqa: PLR0917 - as specified
    """Return the header `webhook-signature`: HMAC-SHA256 over id, timestamp and body, divided by dots."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(secret, signed, 'sha256')).decode()}"


def _request(row: HandOffSettings, message_id: str, event: str, *, at: datetime, data: Json) -> SignedRequest:
    content = {"type": event, "timestamp": at.astimezone(UTC).isoformat(), "id": message_id, "data": data}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return SignedRequest(row.webhook_url or "", message_id, body, targets.secret_bytes(row))


def _data(session: Session, delivery: Delivery) -> dict[str, Any]:
    if delivery.event == HandOffEvent.LETTER_DRAWN:
        return told.of_letter(session, delivery)
    if delivery.grant_id is None:
        told.demand_move(session, delivery)
        return {"customer_id": delivery.customer_id, "segment": delivery.segment}
    found = told.of_grant(session, delivery)
    grant, programme = found.grant, found.programme
    data: dict[str, Any] = {
        "customer_id": delivery.customer_id,
        "grant_id": grant.id,
        "programme": {"id": programme.id, "title": programme.title, "kind": programme.kind},
        "code": grant.code,
    }
    if delivery.event == HandOffEvent.GRANT_CREATED:
        return data | {"ends_at": programme.ends_at.astimezone(UTC).isoformat()}
    return data | {"by": "customer" if grant.state == GrantState.DECLINED else "staff"}


def _post(client: httpx.Client, request: SignedRequest) -> None:
    timestamp = int(time.time())
    headers = {
        "content-type": "application/json",
        "webhook-id": request.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(request.secret, request.message_id, timestamp, request.body),
    }
    try:
        with client.stream("POST", request.url, content=request.body, headers=headers) as answer:
            _read_on(answer)
    except AppError as error:  # an address that is not public, a name without address, a slow answer
        raise DeliveryDelayed(error.message) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryDelayed(f"It cannot be reached: {type(error).__name__}.") from error
    if not answer.is_success:
        longest = BACKOFF.longest.total_seconds()
        asked = answers.retry_after(answer.headers.get("retry-after"), now=datetime.now(UTC), longest=longest)
        more = ", a redirect; give the final address" if answer.is_redirect else ""
        raise DeliveryDelayed(f"It answered with status {answer.status_code}{more}.", seconds=asked or 0.0)


def _read_on(answer: httpx.Response) -> None:
    """Read the answer, so that its connection can be used again; its status has said everything."""
    with suppress(AppError, httpx.HTTPError):
        for _ in answer.iter_raw():
            pass
