"""What happened in the shop, told to the apps: the body is the app's own subscription, executed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLError, execute_sync, parse

from sandbox.apps import App, Delivery, Webhook
from sandbox.deliveries import send
from sandbox.gateway import formatted
from sandbox.identifiers import global_id
from sandbox.requestor import Call, Requestor
from sandbox.shipping import ShippingMethod
from sandbox.state import State
from sandbox.world import User


class Kind(NamedTuple):
    """An event: its GraphQL type, the field of its subject, who may hear of it, when its body is made."""

    typename: str
    subject: str
    permission: str
    # Bodies of order events are made in a later task and show the state of then (facts, section 3).
    deferred: bool = False


def _kinds() -> dict[str, Kind]:
    groups = {
        "ORDER_CREATED ORDER_CONFIRMED ORDER_PAID ORDER_FULLY_PAID ORDER_UPDATED ORDER_CANCELLED "
        "ORDER_REFUNDED ORDER_FULLY_REFUNDED ORDER_METADATA_UPDATED DRAFT_ORDER_CREATED "
        "DRAFT_ORDER_UPDATED DRAFT_ORDER_DELETED "
        "ORDER_FULFILLED": ("order", "MANAGE_ORDERS", True),
        "CUSTOMER_CREATED CUSTOMER_UPDATED CUSTOMER_DELETED CUSTOMER_METADATA_UPDATED ACCOUNT_CONFIRMED "
        "ACCOUNT_DELETED": ("user", "MANAGE_USERS", False),
        "VOUCHER_CREATED VOUCHER_UPDATED VOUCHER_DELETED VOUCHER_METADATA_UPDATED": (
            "voucher",
            "MANAGE_DISCOUNTS",
            False,
        ),
        "VOUCHER_CODES_CREATED VOUCHER_CODES_DELETED": ("voucher_codes", "MANAGE_DISCOUNTS", False),
        "GIFT_CARD_CREATED GIFT_CARD_UPDATED GIFT_CARD_DELETED GIFT_CARD_STATUS_CHANGED "
        "GIFT_CARD_METADATA_UPDATED": ("gift_card", "MANAGE_GIFT_CARD", False),
        "CHECKOUT_CREATED CHECKOUT_UPDATED CHECKOUT_METADATA_UPDATED CHECKOUT_FILTER_SHIPPING_METHODS": (
            "checkout",
            "MANAGE_CHECKOUTS",
            False,
        ),
        # This one is for those who manage shipping, whatever Saleor's documentation says.
        "SHIPPING_LIST_METHODS_FOR_CHECKOUT": ("checkout", "MANAGE_SHIPPING", False),
        "APP_INSTALLED APP_UPDATED APP_STATUS_CHANGED APP_DELETED": ("app", "MANAGE_APPS", False),
    }
    return {
        name: Kind("".join(word.capitalize() for word in name.split("_")), *rest)
        for names, rest in groups.items()
        for name in names.split()
    }


KINDS = _kinds()
WAITED_FOR = frozenset({"SHIPPING_LIST_METHODS_FOR_CHECKOUT", "CHECKOUT_FILTER_SHIPPING_METHODS"})
"""Events of which Saleor waits for the answer of the app: `sandbox.sync_webhooks` asks."""
Principal = App | User | None


@dataclass(slots=True, eq=False)
class Occurrence:
    """One event for one app: the root of its subscription."""

    name: str
    issued_at: datetime
    version: str
    issuing_principal: Principal
    recipient: App
    subject: Any
    # What an app that is waited for may choose among.
    shipping_methods: Sequence[ShippingMethod] = ()

    @property
    def graphql_type(self) -> str:
        """OrderCreated and the like."""
        return KINDS[self.name].typename

    def __getattr__(self, field: str) -> Any:
        if field == KINDS[self.name].subject:
            return self.subject
        raise AttributeError(field, name=field, obj=self)


def emit(state: State, name: str, subject: Any, *, by: Principal) -> None:
    """Every active webhook that asked for the event and may hear of it will be told, later."""
    issued_at = state.store.clock.now()
    for webhook in listening(state, name, subject):
        occurrence = Occurrence(name, issued_at, state.settings.saleor_version, by, webhook.app, subject)
        _schedule(state, webhook, occurrence, deferred=KINDS[name].deferred)


def listening(state: State, name: str, subject: Any) -> Iterator[Webhook]:
    """Yield the active webhooks that asked for the event and may hear of it."""
    for app in list(state.apps.values()):
        # An app hears of its own life without MANAGE_APPS, also of being switched off (facts, section 2).
        own_life = subject is app
        if not own_life and not (app.is_active and KINDS[name].permission in app.permission_codes):
            continue
        for webhook in list(app.webhooks):
            asked_for = webhook.waited_for if name in WAITED_FOR else webhook.events
            if webhook.is_active and name in asked_for and webhook.subscription_query:
                yield webhook


def _schedule(state: State, webhook: Webhook, occurrence: Occurrence, *, deferred: bool) -> None:
    key = state.store.number("EventDelivery")
    delivery = Delivery(key, global_id("EventDelivery", key), occurrence.issued_at, occurrence.name, webhook)
    if not deferred and not _build(state, delivery, occurrence):
        return
    webhook.deliveries.append(delivery)
    state.worker.submit(partial(_deliver, state, delivery, occurrence if deferred else None))


def _deliver(state: State, delivery: Delivery, occurrence: Occurrence | None) -> None:
    if occurrence is not None and not _build(state, delivery, occurrence):
        with state.lock:
            delivery.webhook.deliveries.remove(delivery)
        return
    # Signed once, outside of the request that caused it: every attempt carries the same signature.
    delivery.signature = state.signer.detached((delivery.payload or "").encode())
    send(state, delivery)


def _build(state: State, delivery: Delivery, occurrence: Occurrence) -> bool:
    """The delivery has its body; False when the query selects nothing of this event."""
    with state.lock:
        payload = body_of(state, delivery.webhook, occurrence)
    if not payload:
        return False
    delivery.payload = json.dumps(payload)
    return True


@lru_cache(maxsize=256)
def _parsed(text: str) -> DocumentNode:
    return parse(text)


def body_of(state: State, webhook: Webhook, occurrence: Occurrence) -> dict[str, Any]:
    """What the subscription says about the event; with `errors` beside it when a field failed."""
    app = webhook.app
    try:
        result = execute_sync(
            state.schema,
            _parsed(webhook.subscription_query or ""),
            root_value={"event": occurrence},
            context_value=Call(
                state,
                Requestor(app=app, permissions=app.permission_codes),
                asks_apps=False,
                is_waited_for=occurrence.name in WAITED_FOR,
            ),
        )
    except GraphQLError as error:
        return {"errors": [formatted(error)]}
    body: dict[str, Any] = dict((result.data or {}).get("event") or {})
    if result.errors:
        body["errors"] = [formatted(error) for error in result.errors]
    return body
