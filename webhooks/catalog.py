"""The webhooks of this app: one list gives events, payload models, subscriptions and manifest entries.

A query is a file of `subscriptions/`, one for all events of an order; a fragment that it spreads is
appended from `subscriptions/fragments/`, unless its line `# since: 3.22` says that the Saleor version
lacks what it asks for. None asks for `privateMetadata`: where Saleor forbids that, it nulls
the whole object and the id is lost. CUSTOMER_UPDATED asks for columns of the row only, since
Saleor computes it inside the request that changes the customer.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from webhooks.envelopes import (
    AccountEvent,
    AppEvent,
    CheckoutChange,
    CheckoutEvent,
    CustomerEvent,
    MethodsEvent,
    OrderEvent,
    OrdersEvent,
)

PATH_PREFIX: Final = "/api/webhooks/saleor"
SUBSCRIPTIONS: Final = Path(__file__).parent / "subscriptions"
FILTER_METHODS: Final = "CHECKOUT_FILTER_SHIPPING_METHODS"
ORDER_UPDATED: Final = "order_updated"
"""The subscription of every event of one order, which differ by the name of the type alone."""
_SPREAD: Final = re.compile(r"\.\.\.\s*([A-Z]\w*)")
_SINCE: Final = re.compile(r"# since: (\d+)\.(\d+)\n")


EventType = type[
    OrderEvent
    | OrdersEvent
    | CustomerEvent
    | AccountEvent
    | AppEvent
    | CheckoutEvent
    | MethodsEvent
    | CheckoutChange
]


@dataclass(frozen=True, slots=True)
class WebhookDefinition:
    """One webhook: its Saleor event, the address part we receive it under, and how its body is read."""

    event: str
    payload: EventType
    document: str
    since: tuple[int, int] = (3, 21)  # the first Saleor version whose schema has the subscription

    def subscription(self, saleor_version: tuple[int, int] | None = None) -> str:
        """The query for a Saleor of that version (None: the newest that we know)."""
        return with_fragments(self.document, saleor_version)

    @property
    def slug(self) -> str:
        """The last part of the path, and mostly the name of the subscription file: order_fully_paid."""
        return self.event.lower()

    @property
    def name(self) -> str:
        """The name that staff see in Saleor, and by which the webhook is found again: Order fully paid."""
        return self.slug.replace("_", " ").capitalize()

    @property
    def typename(self) -> str:
        """The GraphQL type of the event: OrderFullyPaid."""
        return self.slug.replace("_", " ").title().replace(" ", "")

    @property
    def path(self) -> str:
        """Where Saleor posts it."""
        return f"{PATH_PREFIX}/{self.slug}"

    @property
    def is_sync(self) -> bool:
        """Whether Saleor waits for what we answer; such a delivery is answered and not stored."""
        return self.payload in {CheckoutEvent, MethodsEvent}

    @property
    def is_on_at_first(self) -> bool:
        """Whether it is on when the app is installed; the app switches on what few shops need."""
        return self.event != FILTER_METHODS

    @property
    def is_of_a_checkout(self) -> bool:
        """Whether it tells of a checkout: not a fact to keep, but something to be done at once."""
        return self.payload is CheckoutChange

    @property
    def about_this_app(self) -> bool:
        """Whether it tells of the app's own life rather than of the shop's data."""
        return self.payload is AppEvent


@cache
def with_fragments(document: str, saleor_version: tuple[int, int] | None = None) -> str:
    """The GraphQL document with each fragment that it spreads, but for those that the version lacks."""
    parts = [document]
    for name in sorted(set(_SPREAD.findall(document))):
        text = (SUBSCRIPTIONS / "fragments" / f"{_snake(name)}.graphql").read_text(encoding="utf-8")
        since = _SINCE.match(text)
        if since is None or saleor_version is None or saleor_version >= (int(since[1]), int(since[2])):
            parts.append(text)
        else:
            parts[0] = re.sub(rf"^\s*\.\.\.{name}\n", "", parts[0], flags=re.MULTILINE)
    return "\n".join(parts)


def manifest_webhooks(
    base_url: str, *, saleor_version: tuple[int, int] | None = None
) -> list[dict[str, Any]]:
    """The `webhooks` of the manifest, for a Saleor of that version (None: of any that we know).

    A query on an unknown type makes the installation fail, so what the version lacks is left out.
    """
    return [
        {
            "name": webhook.name,
            "syncEvents" if webhook.is_sync else "asyncEvents": [webhook.event],
            "query": webhook.subscription(saleor_version),
            "targetUrl": f"{base_url.rstrip('/')}{webhook.path}",
            "isActive": webhook.is_on_at_first,
        }
        for webhook in CATALOG
        if saleor_version is None or saleor_version >= webhook.since
    ]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _define(
    event: str,
    payload: EventType,
    since: tuple[int, int] = (3, 21),
) -> WebhookDefinition:
    file = ORDER_UPDATED if payload is OrderEvent else event.lower()
    document = (SUBSCRIPTIONS / f"{file}.graphql").read_text(encoding="utf-8")
    webhook = WebhookDefinition(event, payload, document, since)
    return replace(webhook, document=document.replace("OrderUpdated", webhook.typename))


CATALOG: Final[tuple[WebhookDefinition, ...]] = (
    _define("ORDER_CREATED", OrderEvent),
    # Orders that are imported come by this event alone.
    _define("ORDER_BULK_CREATED", OrdersEvent),
    _define("ORDER_CONFIRMED", OrderEvent),
    _define("ORDER_PAID", OrderEvent),
    _define("ORDER_FULLY_PAID", OrderEvent),
    _define("ORDER_UPDATED", OrderEvent),
    _define("ORDER_CANCELLED", OrderEvent),
    _define("ORDER_REFUNDED", OrderEvent),
    _define("ORDER_FULLY_REFUNDED", OrderEvent),
    _define("CUSTOMER_CREATED", CustomerEvent),
    _define("CUSTOMER_UPDATED", CustomerEvent),
    # Saleor 3.21 and 3.22 know the event but have no subscription type for it; there the nightly
    # comparison of ids finds deleted customers.
    _define("CUSTOMER_DELETED", CustomerEvent, (3, 23)),
    _define("ACCOUNT_DELETED", AccountEvent),
    _define("APP_DELETED", AppEvent),
    _define("APP_STATUS_CHANGED", AppEvent),
    _define("CHECKOUT_CREATED", CheckoutChange),
    _define("CHECKOUT_UPDATED", CheckoutChange),
    _define("SHIPPING_LIST_METHODS_FOR_CHECKOUT", CheckoutEvent),
    _define(FILTER_METHODS, MethodsEvent),
)

BY_SLUG: Final = {webhook.slug: webhook for webhook in CATALOG}
