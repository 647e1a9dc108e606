"""What Saleor tells of orders, customers and apps: flat frozen values, made from GraphQL objects.

The same models read a webhook's body and a node of our queries: both have the selection of
`subscriptions/fragments/order_fields.graphql`. What a selection may lack is optional; what is
there must have the right type. E-mail addresses are kept out of every repr.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

MAX_LINES: Final = 10_000


class Payload(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def build(cls, **values: object) -> Self:
        """The value with these fields; raises PayloadInvalid which names what is wrong, without content."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise PayloadInvalid(_in_words(error)) from None


class OrderLine(Payload):
    """One line: the product is gone (None) once it was deleted in Saleor; `net` is of the whole line."""

    id: Id
    product_id: Id | None
    category_id: Id | None
    quantity: Quantity
    net: Amount


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
            lines=_lines(node.get("lines")),
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


class AppPayload(Payload):
    """The app that an event is about; `is_active` is None where the event does not tell."""

    id: Id
    is_active: Flag | None = None

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Self:
        """The app in a GraphQL App object; raises PayloadInvalid."""
        return cls.build(id=node.get("id"), is_active=node.get("isActive"))


def inner(node: object, *path: str) -> Any:
    """The value at the path, None where a step is null or absent; PayloadInvalid where it is no object."""
    for step in path:
        if node is None:
            return None
        if not isinstance(node, Mapping):
            raise PayloadInvalid(f"{'.'.join(path)}: {step} is looked for in something that is not an object")
        node = node.get(step)
    return node


def _lines(nodes: object) -> list[dict[str, Any]]:
    if not isinstance(nodes, list):
        raise PayloadInvalid("lines: should be a list")
    if len(nodes) > MAX_LINES:
        raise PayloadInvalid(f"lines: {len(nodes)} are more than {MAX_LINES}")
    lines = [_line(node) for node in nodes]
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


def _in_words(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    first = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:3])
    return first if len(problems) <= 3 else f"{first}; and {len(problems) - 3} more"  # noqa: PLR2004
