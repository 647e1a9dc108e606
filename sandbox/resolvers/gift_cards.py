"""Reads of gift cards."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.apps import App
from sandbox.benefits import GiftCardEvent
from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.filters import all_of, gift_card_tests
from sandbox.gift_cards import GiftCard, GiftCardTag
from sandbox.identifiers import checked_id
from sandbox.registry import resolves
from sandbox.requestor import Call, PermissionDenied
from sandbox.world import User

_MANAGE = "MANAGE_GIFT_CARD"


@resolves("Query.giftCards", _MANAGE)
def gift_cards(
    _source: Any, call: Call, *, filter_: Mapping[str, Any] | None = None, **window: Unpack[Page]
) -> Connection:
    """Gift cards by their code."""
    is_wanted = all_of(gift_card_tests(filter_ or {}))
    rows = [card for card in call.state.store.gift_cards.values() if is_wanted(card)]
    rows.sort(key=lambda card: card.code)
    return page_of_list(rows, Window(name="giftCards", **window))


@resolves("Query.giftCard", _MANAGE)
def gift_card(_source: Any, call: Call, *, id_: str) -> GiftCard | None:
    """One gift card."""
    found: GiftCard | None = call.state.store.find(checked_id(id_, "GiftCard"), GiftCard)
    return found


@resolves("User.giftCards")
def gift_cards_of_user(source: User, call: Call, **window: Unpack[Page]) -> Connection:
    """The cards that are assigned to them, and those that they have used."""
    cards = call.state.store.gift_cards.values()
    rows = [card for card in cards if source in {card.assigned_to, card.used_by}]
    rows.sort(key=lambda card: card.code)
    return page_of_list(rows, Window(name="giftCards", **window))


def _is_or_may(call: Call, owner: object, permission: str) -> bool:
    asking = call.requestor.principal
    return (owner is not None and asking is owner) or call.requestor.may(permission)


@resolves("GiftCard.code")
def code(source: GiftCard, call: Call) -> str:
    """The code, for those who manage gift cards and for whom it is assigned to or has been used by."""
    if not any(_is_or_may(call, owner, _MANAGE) for owner in (source.assigned_to, source.used_by)):
        raise PermissionDenied(["OWNER", _MANAGE])
    return source.code


@resolves("GiftCard.createdBy", "MANAGE_USERS")
def created_by(source: GiftCard, _call: Call) -> User | None:
    """Who bought or issued the card, as long as they are there."""
    return None if source.created_by is None or source.created_by.deleted else source.created_by


@resolves("GiftCard.usedBy")
def used_by(source: GiftCard, call: Call) -> User | None:
    """Who used it last, for themselves and for those who manage customers."""
    user = None if source.used_by is None or source.used_by.deleted else source.used_by
    return user if _is_or_may(call, user, "MANAGE_USERS") else None


@resolves("GiftCard.assignedTo")
def assigned_to(source: GiftCard, call: Call) -> User | None:
    """Who alone may use it."""
    owner = source.assigned_to
    if owner is not None and not _is_or_may(call, owner, "MANAGE_USERS"):
        raise PermissionDenied(["MANAGE_USERS", "OWNER"])
    return owner


def _hidden(address: str | None) -> str:
    """The address as Saleor shows it to others, which writes of none like of any text."""
    name, at, domain = str(address).partition("@")
    return f"{name[:1]}...{at}{domain}"


def _address(call: Call, owner: User | None, kept: str | None) -> str | None:
    address = owner.email if owner is not None else kept
    return address if _is_or_may(call, owner, _MANAGE) else _hidden(address)


@resolves("GiftCard.assignedToEmail")
def assigned_to_email(source: GiftCard, call: Call) -> str | None:
    """The address of whom it is assigned to; kept when they are gone."""
    return _address(call, source.assigned_to, source.assigned_to_email)


@resolves("GiftCard.createdByEmail")
def created_by_email(source: GiftCard, call: Call) -> str | None:
    """The address of who bought or issued it."""
    return _address(call, source.created_by, source.created_by_email)


@resolves("GiftCard.usedByEmail")
def used_by_email(source: GiftCard, call: Call) -> str | None:
    """The address of who used it."""
    return _address(call, source.used_by, source.used_by_email)


@resolves("GiftCard.app")
def app(source: GiftCard, call: Call) -> App | None:
    """The app that issued it."""
    if not _is_or_may(call, source.app, "MANAGE_APPS"):
        raise PermissionDenied(["MANAGE_APPS", "OWNER"])
    return source.app


@resolves("GiftCardEvent.app")
def app_of_event(source: GiftCardEvent, call: Call) -> App | None:
    """The app that did it, told to that app alone: of everything else Saleor answers with an error."""
    if not _is_or_may(call, source.app, "MANAGE_APPS"):
        raise PermissionDenied(["MANAGE_APPS", "OWNER"])
    return source.app


@resolves("GiftCard.tags", _MANAGE)
def tags(source: GiftCard, _call: Call) -> list[GiftCardTag]:
    """Its words."""
    return source.tags


@resolves("GiftCard.boughtInChannel")
def bought_in_channel(_source: GiftCard, _call: Call) -> None:
    """Nothing: the pocket shop fulfils no gift card that was bought."""


@resolves("GiftCard.events", _MANAGE, "MANAGE_ORDERS")
def events(source: GiftCard, _call: Call, *, filter_: Mapping[str, Any] | None = None) -> list[GiftCardEvent]:
    """When it was used, added to or noted; the pocket shop writes down nothing else of a card's life."""
    kind, orders = (filter_ or {}).get("type"), (filter_ or {}).get("orders")
    return [
        event
        for event in source.events
        if kind in {None, event.type} and (orders is None or event.order_id in orders)
    ]
