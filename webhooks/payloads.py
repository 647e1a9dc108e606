"""What Saleor tells of orders, customers and apps: flat frozen values, made from GraphQL objects.

The same models read a webhook's body and a node of our queries: both have the selection of
`subscriptions/fragments/order_fields.graphql`. What a selection may lack is optional; what is
there must have the right type. E-mail addresses are kept out of every repr.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import Field

from webhooks.benefits import Benefits
from webhooks.body import PayloadInvalid
from webhooks.fields import (
    Amount,
    Currency,
    Email,
    EnumName,
    Flag,
    Id,
    Moment,
    Quantity,
    SignedAmount,
    Text,
    is_plausible,
)
from webhooks.nodes import Payload, inner, rows
from webhooks.service import Service
from webhooks.traits import Traits

MAX_LINES: Final = 10_000


class OrderLine(Payload):
    """One line: the product is gone (None) once it was deleted in Saleor; `net` is of the whole line.

    `is_gift_card`: a gift card was bought. `is_gift`: a promotion's present, nobody chose it.
    """

    id: Id
    product_id: Id | None
    category_id: Id | None
    quantity: Quantity
    net: Amount
    is_gift_card: Flag = False
    is_gift: Flag = False


class OrderPayload(Payload):
    """The state of one order. `total_charged` is net of refunds, negative if too much was paid back."""

    id: Id
    number: Text
    created: Moment
    updated_at: Moment
    status: EnumName
    charge_status: EnumName
    user_id: Id | None
    user_email: Email | None = Field(repr=False)
    channel: Text
    currency: Currency
    total_gross: Amount
    total_net: Amount
    total_charged: SignedAmount
    voucher_code: Text | None
    lines: tuple[OrderLine, ...]
    traits: Traits | None = Field(default=None, repr=False)
    benefits: Benefits | None = Field(default=None, repr=False)
    service: Service | None = Field(default=None, repr=False)

    @classmethod
    def of(cls, node: Mapping[str, Any], *, now: datetime) -> Self:
        """The order in a GraphQL object with the selection OrderFields; raises PayloadInvalid."""
        order = cls.build(
            id=node.get("id"),
            number=node.get("number"),
            created=node.get("created"),
            updated_at=node.get("updatedAt"),
            status=node.get("status"),
            charge_status=node.get("chargeStatus"),
            user_id=_customer_id(node.get("user")),
            user_email=_none_if_empty(node.get("userEmail")),
            channel=inner(node, "channel", "slug"),
            currency=inner(node, "total", "currency") or inner(node, "total", "gross", "currency"),
            total_gross=inner(node, "total", "gross", "amount"),
            total_net=inner(node, "total", "net", "amount"),
            total_charged=inner(node, "totalCharged", "amount"),
            voucher_code=_none_if_empty(node.get("voucherCode")),
            lines=_lines(node),
            traits=Traits.of(node),
            benefits=Benefits.of(node),
            service=Service.of(node),
        )
        _refuse_future(order.created, "created", now)
        _refuse_future(order.updated_at, "updated_at", now)
        return order


class CustomerPayload(Payload):
    """What an event or a query tells of a customer; None is what it did not tell."""

    id: Id
    email: Email | None = Field(default=None, repr=False)
    is_staff: Flag | None = None
    is_active: Flag | None = None
    is_confirmed: Flag | None = None
    date_joined: Moment | None = None
    updated_at: Moment | None = None

    @classmethod
    def of(cls, node: Mapping[str, Any], *, now: datetime) -> Self:
        """The customer in a GraphQL User object; raises PayloadInvalid."""
        customer = cls.build(
            id=node.get("id"),
            email=_none_if_empty(node.get("email")),
            is_staff=node.get("isStaff"),
            is_active=node.get("isActive"),
            is_confirmed=node.get("isConfirmed"),
            date_joined=node.get("dateJoined"),
            updated_at=node.get("updatedAt"),
        )
        _refuse_future(customer.date_joined, "date_joined", now)
        _refuse_future(customer.updated_at, "updated_at", now)
        return customer


class CategoryPayload(Payload):
    """A category and the one that it lies in; None at the top."""

    id: Id
    name: Text
    parent_id: Id | None

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self:
        """The category in a GraphQL Category object; raises PayloadInvalid."""
        return cls.build(id=node.get("id"), name=node.get("name"), parent_id=inner(node, "parent", "id"))


class AppPayload(Payload):
    """The app that an event is about; `is_active` is None where the event does not tell."""

    id: Id
    is_active: Flag | None = None

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self:
        """The app in a GraphQL App object; raises PayloadInvalid."""
        return cls.build(id=node.get("id"), is_active=node.get("isActive"))


def _lines(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = [_line(node) for node in rows(order, "lines", at_most=MAX_LINES)]
    ids = {line["id"] for line in lines if isinstance(line["id"], str)}
    if len(ids) != len(lines):
        raise PayloadInvalid("lines: two have the same id, or one has none")
    return lines


def _line(node: object) -> dict[str, Any]:
    net = inner(node, "totalPrice", "net")
    return {
        "id": inner(node, "id"),
        "product_id": inner(node, "variant", "product", "id"),
        "category_id": inner(node, "variant", "product", "category", "id"),
        "quantity": inner(node, "quantity"),
        "net": inner(node, "totalPrice", "gross", "amount") if net is None else inner(net, "amount"),
        "is_gift_card": inner(node, "variant", "product", "productType", "kind") == "GIFT_CARD",
        "is_gift": inner(node, "isGift") or False,
    }


def _customer_id(user: object) -> object:
    # A user who is there but has no id is a mistake, not a guest.
    return None if user is None else inner(user, "id") or ""


def _none_if_empty(text: object) -> object:
    # Saleor writes "" for "no address": taken literally it would join all such guests to one.
    return None if text == "" else text


def _refuse_future(moment: datetime | None, name: str, now: datetime) -> None:
    if moment is not None and not is_plausible(moment, now):
        raise PayloadInvalid(f"{name}: lies more than a day in the future")
