"""The kinds of events: who issued what, when, to which app, and the state it tells of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import Field

from webhooks.body import PayloadInvalid
from webhooks.fields import Id, Moment, Text, TypeName, is_plausible
from webhooks.nodes import Payload, inner, rows
from webhooks.payloads import AppPayload, CustomerPayload, OrderPayload

MAX_ORDERS: Final = 10_000


class Principal(Payload):
    """Who caused an event: `typename` is App or User."""

    typename: TypeName
    id: Id


class Envelope(Payload):
    """What every event says about itself; the signature covers it, unlike the headers."""

    typename: TypeName
    issued_at: Moment
    issuing_principal: Principal | None  # None: an anonymous visitor, such as one who registers
    recipient_id: Id

    @classmethod
    def of(cls, data: Mapping[str, Any], *, now: datetime) -> Self:
        """The event in the body's object; raises PayloadInvalid, also if issued over a day ahead."""
        event = cls.build(
            typename=data.get("__typename"),
            issued_at=data.get("issuedAt"),
            issuing_principal=_principal(data.get("issuingPrincipal")),
            recipient_id=inner(data, "recipient", "id"),
            **cls.content(data, now),
        )
        if not is_plausible(event.issued_at, now):
            raise PayloadInvalid("issued_at: lies more than a day in the future")
        return event

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - for subclasses
        """What the kind of event adds to its envelope: nothing here."""
        return {}


class OrderEvent(Envelope):
    """Something happened to an order; `order` is its state when Saleor wrote the body."""

    order: OrderPayload

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The order."""
        return {"order": OrderPayload.of(_object(data, "order"), now=now)}


class OrdersEvent(Envelope):
    """Orders were imported; each as Saleor has it, and those that cannot be read beside the others."""

    orders: tuple[OrderPayload, ...]
    unreadable: tuple[tuple[Mapping[str, Any], str], ...] = Field(default=(), repr=False)
    """What stands in an order's place, and the reason why it cannot be read."""

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The orders, one unreadable one of which does not lose its neighbours."""
        orders, unreadable = [], []
        for node in rows(data, "orders", at_most=MAX_ORDERS):
            try:
                orders.append(OrderPayload.of(_mapping(node, "orders"), now=now))
            except PayloadInvalid as error:
                unreadable.append((node if isinstance(node, Mapping) else {"order": node}, error.reason))
        return {"orders": tuple(orders), "unreadable": tuple(unreadable)}


class CustomerEvent(Envelope):
    """Staff or the shop created, changed or deleted a customer."""

    customer: CustomerPayload

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The customer."""
        return {"customer": CustomerPayload.of(_object(data, "user"), now=now)}


class AccountEvent(CustomerEvent):
    """The customer did it themselves; a deletion of that kind comes without CUSTOMER_DELETED."""


class AppEvent(Envelope):
    """This app was switched on or off, or removed."""

    app: AppPayload

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - no times in it
        """The app, which must be the recipient: the fate of another app is none of our business."""
        app = AppPayload.of(_object(data, "app"))
        if app.id != inner(data, "recipient", "id"):
            raise PayloadInvalid("app: the event is about another app than the one it was sent to")
        return {"app": app}


class CheckoutEvent(Envelope):
    """Saleor asks about a checkout, and waits for the answer; without a customer it is a guest's."""

    checkout_id: Id
    customer_id: Id | None
    channel: Id
    currency: Id

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - no times in it
        """Whose checkout it is, and where."""
        checkout = _object(data, "checkout")
        return {
            "checkout_id": checkout.get("id"),
            "customer_id": inner(checkout, "user", "id"),
            "channel": inner(checkout, "channel", "slug"),
            "currency": inner(checkout, "channel", "currencyCode"),
        }


class MethodsEvent(Envelope):
    """Saleor asks which shipping methods a checkout must not have, and waits; without a code it has none."""

    checkout_id: Id
    customer_id: Id | None
    voucher_code: Text | None
    language: Text | None
    """As Saleor names it: EN, DE_AT."""
    methods: tuple[Id, ...]

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - no times in it
        """Whose checkout it is, with which code, and how it could be sent."""
        checkout = _object(data, "checkout")
        methods = [] if data.get("shippingMethods") is None else rows(data, "shippingMethods", at_most=1_000)
        return {
            "checkout_id": checkout.get("id"),
            "customer_id": inner(checkout, "user", "id"),
            "voucher_code": checkout.get("voucherCode") or None,
            "language": checkout.get("languageCode") or None,
            "methods": [inner(method, "id") for method in methods],
        }


class CheckoutChange(Envelope):
    """A checkout was made or changed; without a customer it is a guest's, and without a code it has none."""

    checkout_id: Id
    customer_id: Id | None
    channel: Id
    voucher_code: Text | None

    @classmethod
    def content(cls, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:  # noqa: ARG003 - no times in it
        """Whose checkout it is, where, and with which code."""
        checkout = _object(data, "checkout")
        return {
            "checkout_id": checkout.get("id"),
            "customer_id": inner(checkout, "user", "id"),
            "channel": inner(checkout, "channel", "slug"),
            "voucher_code": checkout.get("voucherCode") or None,
        }


def _principal(node: object) -> Principal | None:
    if node is None:
        return None
    return Principal.build(typename=inner(node, "__typename"), id=inner(node, "id"))


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _mapping(data.get(name), name)


def _mapping(found: object, name: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):  # null: Saleor could not, or was not allowed to, tell more
        raise PayloadInvalid(f"{name}: is not there")
    return found
