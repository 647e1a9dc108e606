"""From the bytes of a delivery to a frozen event."""

from datetime import UTC, datetime

from webhooks.benefits import Benefits, GiftCardUse
from webhooks.body import PayloadInvalid, read_object
from webhooks.catalog import BY_SLUG
from webhooks.envelopes import (
    AccountEvent,
    AppEvent,
    CheckoutChange,
    CheckoutEvent,
    CustomerEvent,
    Envelope,
    MethodsEvent,
    OrderEvent,
    OrdersEvent,
    Principal,
)
from webhooks.payloads import AppPayload, CategoryPayload, CustomerPayload, OrderLine, OrderPayload
from webhooks.service import Service
from webhooks.traits import Address, Card, Traits

__all__ = [
    "AccountEvent",
    "Address",
    "AppEvent",
    "AppPayload",
    "Benefits",
    "Card",
    "CategoryPayload",
    "CheckoutChange",
    "CustomerEvent",
    "CustomerPayload",
    "Envelope",
    "Event",
    "GiftCardUse",
    "MethodsEvent",
    "OrderEvent",
    "OrderLine",
    "OrderPayload",
    "OrdersEvent",
    "PayloadInvalid",
    "Principal",
    "Service",
    "Traits",
    "parse",
    "parse_envelope",
]

Event = (
    OrderEvent
    | OrdersEvent
    | CustomerEvent
    | AccountEvent
    | AppEvent
    | CheckoutEvent
    | MethodsEvent
    | CheckoutChange
)


def parse(slug: str, body: bytes, *, now: datetime | None = None) -> Event:
    """The event in a body sent to the webhook `slug`; raises PayloadInvalid with a reason for a person.

    `now` (default: the clock) only serves to refuse times more than a day in the future.
    """
    definition = BY_SLUG.get(slug)
    if definition is None:
        raise PayloadInvalid(f"there is no webhook {slug!r}")
    data = read_object(body)
    if data.get("__typename") != definition.typename:
        raise PayloadInvalid(f"the body is not of the type {definition.typename}")
    return definition.payload.of(data, now=now or datetime.now(UTC))


def parse_envelope(body: bytes, *, now: datetime | None = None) -> Envelope:
    """What any event says about itself, also one that is not in the catalog; raises PayloadInvalid."""
    return Envelope.of(read_object(body), now=now or datetime.now(UTC))
