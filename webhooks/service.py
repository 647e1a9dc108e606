"""What was done for the customer of an order, and when: paid, sent, given back, cancelled.

The selection is that of `subscriptions/fragments/order_service.graphql`. Saleor tells it as a history of
events; orders that were imported have none, and tell when they were sent by their fulfillments.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Self

from webhooks.fields import Amount, Flag, Id, Moment, SmallNumber
from webhooks.nodes import Payload, inner, rows

MAX_ROWS: Final = 10_000
TOLD_BY: Final = frozenset({"events", "fulfillments", "grantedRefunds"})
"""A body without all of these is of a subscription from before we asked: it tells nothing, not "none"."""
PAID: Final = ("ORDER_FULLY_PAID", "ORDER_MARKED_AS_PAID")
SENT: Final = ("FULFILLMENT_FULFILLED_ITEMS",)
CANCELLED: Final = ("CANCELED",)
ASKED_BACK: Final = ("FULFILLMENT_RETURNED", "TRANSACTION_REFUND_REQUESTED")
GIVEN_BACK: Final = ("PAYMENT_REFUNDED", "FULFILLMENT_REFUNDED")
GIVEN_BACK_BY_PROVIDER: Final = ("REFUND_SUCCESS",)


class Service(Payload):
    """All of it, of one order; None is what has not happened, or is not told.

    `delivery_days`: the most that the shipping method promises. `refund_asked_at`: when goods came back, or
    staff granted a refund or asked the provider for it. `warehouse`: of the first fulfillment.
    """

    paid_at: Moment | None
    first_fulfilled_at: Moment | None
    delivery_days: SmallNumber | None
    refund_asked_at: Moment | None
    refunded_at: Moment | None
    refunded: Amount
    cancelled_by_staff: Flag
    warehouse: Id | None

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self | None:
        """The service in an order's GraphQL object, None if it tells of none; raises PayloadInvalid."""
        if not node.keys() >= TOLD_BY:
            return None
        sent = _Dates.of(_events(node, SENT)).first or _Dates.of(_sent(node)).first
        asked = [*_events(node, ASKED_BACK), *_each(node, "grantedRefunds", "createdAt")]
        given = [*_events(node, GIVEN_BACK), *_of_provider(node)]
        return cls.build(
            paid_at=_Dates.of(_events(node, PAID)).first,
            first_fulfilled_at=sent,
            delivery_days=inner(node, "deliveryMethod", "maximumDeliveryDays"),
            refund_asked_at=_Dates.of(asked).first,
            refunded_at=_Dates.of(given).first,
            refunded=inner(node, "totalRefunded", "amount"),
            cancelled_by_staff=_cancelled_by_staff(node),
            warehouse=_warehouse(node),
        )


class _Dates(Payload):
    dates: tuple[Moment, ...]

    @classmethod
    def of(cls, dates: Iterator[object] | list[object]) -> Self:
        return cls.build(dates=tuple(dates))

    @property
    def first(self) -> datetime | None:
        return min(self.dates, default=None)


def _events(node: Mapping[str, Any], kinds: tuple[str, ...]) -> list[object]:
    """When events of these kinds happened; Saleor may tell of one without a date."""
    found = [one for one in rows(node, "events", at_most=MAX_ROWS) if inner(one, "type") in kinds]
    return [inner(one, "date") for one in found if inner(one, "date") is not None]


def _each(node: Mapping[str, Any], name: str, field: str) -> list[object]:
    return [inner(one, field) for one in rows(node, name, at_most=MAX_ROWS)]


def _of_provider(node: Mapping[str, Any]) -> Iterator[object]:
    if node.get("transactions") is not None:
        for transaction in rows(node, "transactions", at_most=MAX_ROWS):
            if inner(transaction, "events") is not None:
                for event in rows(transaction, "events", at_most=MAX_ROWS):
                    if inner(event, "type") in GIVEN_BACK_BY_PROVIDER:
                        yield inner(event, "createdAt")


def _sent(node: Mapping[str, Any]) -> list[object]:
    return [inner(one, "created") for one in _of_goods(node)]


def _of_goods(node: Mapping[str, Any]) -> list[object]:
    """The fulfillments that send something: others only say what came back or was given back."""
    found = rows(node, "fulfillments", at_most=MAX_ROWS)
    return [one for one in found if inner(one, "status") == "FULFILLED"]


def _warehouse(node: Mapping[str, Any]) -> object:
    houses = (inner(one, "warehouse", "id") for one in rows(node, "fulfillments", at_most=MAX_ROWS))
    return next((house for house in houses if house is not None), None)


def _cancelled_by_staff(node: Mapping[str, Any]) -> bool:
    """Customers cannot cancel in Saleor, so that a person who did is staff; an app or a deadline is not."""
    found = [one for one in rows(node, "events", at_most=MAX_ROWS) if inner(one, "type") in CANCELLED]
    return any(inner(one, "user") is not None for one in found)
