"""What staff and apps do to gift cards."""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.benefits import GiftCardBalance
from sandbox.events import emit
from sandbox.gift_card_payments import note
from sandbox.gift_cards import GiftCard
from sandbox.identifiers import global_id
from sandbox.lookup import node
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call
from sandbox.resolvers.metadata import checked
from sandbox.world import CENT, User

_MANAGE = "MANAGE_GIFT_CARD"


def _check_date(value: date | None, call: Call) -> None:
    if value is not None and value <= call.now().date():
        raise InputRefused("expiryDate", "Expiry date must be in the future.", "INVALID")


def _check_amount(amount: Decimal, field: str) -> None:
    if amount != amount.quantize(CENT):
        raise InputRefused(field, "Value cannot have more than 2 decimal places.", "INVALID")


def _tag(call: Call, card: GiftCard, words: list[str]) -> None:
    """The card has these words too, in small letters."""
    new = {word.lower() for word in words} - {tag.name for tag in card.tags}
    card.tags += [call.state.store.gift_card_tag(word) for word in new]
    card.tags.sort(key=lambda tag: tag.name)


@mutates("giftCardCreate", _MANAGE)
def gift_card_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a gift card, for one customer alone when one is named."""
    store, balance, code = call.state.store, input_["balance"], input_.get("code")
    if code and store.is_promo_code(code):
        raise InputRefused("code", "Promo code already exists.", "ALREADY_EXISTS")
    _check_date(input_.get("expiry_date"), call)
    _check_amount(balance["amount"], "balance")
    if not balance["amount"]:
        raise InputRefused("balance", "Balance amount have to be greater than 0.", "INVALID")
    owner = input_.get("assigned_to")
    customer: User | None = node(call, owner, User, field="assignedTo") if owner else None
    issuer = call.requestor.user
    card = GiftCard(
        id=global_id("GiftCard", store.number("GiftCard")),
        created=call.now(),
        created_by=issuer,
        created_by_email=issuer.email if issuer else None,
        app=call.requestor.app,
        code=code or store.new_promo_code(),
        currency=balance["currency"],
        initial=balance["amount"],
        current=balance["amount"],
        is_active=input_["is_active"],
        expiry_date=input_.get("expiry_date"),
        assigned_to=customer,
        assigned_to_email=customer.email if customer else None,
        metadata=checked(input_.get("metadata") or []),
        private_metadata=checked(input_.get("private_metadata") or []),
    )
    _tag(call, card, input_.get("add_tags") or [])
    store.put_gift_card(card)
    return _told(call, card, "GIFT_CARD_CREATED")


def _told(call: Call, card: GiftCard, event: str) -> dict[str, Any]:
    emit(call.state, event, card, by=call.requestor.principal)
    return {"gift_card": card}


@mutates("giftCardUpdate", _MANAGE)
def gift_card_update(call: Call, *, id_: str, input_: dict[str, Any]) -> dict[str, Any]:
    """The card is another; a new balance is its first one too."""
    card: GiftCard = node(call, id_, GiftCard)
    added, removed = input_.get("add_tags") or [], input_.get("remove_tags") or []
    twice = sorted({*added} & {*removed})
    if twice:
        message = "The same object cannot be in both list for adding and removing items."
        raise InputRefused("tags", message, "DUPLICATED_INPUT_ITEM", tags=twice)
    _check_date(input_.get("expiry_date"), call)
    amount: Decimal | None = input_.get("balance_amount")
    if amount is not None:
        _check_amount(amount, "balanceAmount")
        card.initial = card.current = amount
    if "expiry_date" in input_:
        card.expiry_date = input_["expiry_date"]
    card.metadata.update(checked(input_.get("metadata") or []))
    card.private_metadata.update(checked(input_.get("private_metadata") or []))
    _tag(call, card, added)
    gone = {word.lower() for word in removed}
    card.tags = [tag for tag in card.tags if tag.name not in gone]
    return _told(call, card, "GIFT_CARD_UPDATED")


@mutates("giftCardBalanceAdjust", _MANAGE)
def gift_card_balance_adjust(call: Call, *, id_: str, amount: float) -> dict[str, Any]:
    """So much more or less is on the card, never less than nothing."""
    card, more = node(call, id_, GiftCard), Decimal(str(amount))
    if not more:
        raise InputRefused("amount", "Adjustment amount cannot be zero.", "INVALID")
    _check_amount(abs(more), "amount")
    before, at_first = card.current_balance, card.initial_balance
    card.current = max(card.current + more, Decimal(0))
    card.initial = max(card.initial, card.current)
    balance = GiftCardBalance(before, card.current_balance, at_first, card.initial_balance)
    note(call.state, card, "BALANCE_ADJUSTED", balance=balance, by=call.requestor.principal)
    return _told(call, card, "GIFT_CARD_UPDATED")


@mutates("giftCardAddNote", _MANAGE)
def gift_card_add_note(call: Call, *, id_: str, input_: dict[str, Any]) -> dict[str, Any]:
    """The card's history has the note."""
    card: GiftCard = node(call, id_, GiftCard)
    message = input_["message"].strip()
    if not message:
        raise InputRefused("message", "Message can't be empty.", "REQUIRED")
    event = note(call.state, card, "NOTE_ADDED", message=message, by=call.requestor.principal)
    return _told(call, card, "GIFT_CARD_UPDATED") | {"event": event}


@mutates("giftCardActivate", _MANAGE)
def gift_card_activate(call: Call, *, id_: str) -> dict[str, Any]:
    """The card can be used; one that is over cannot be switched on again."""
    card: GiftCard = node(call, id_, GiftCard, field="giftCardId")
    if card.expiry_date is not None and card.expiry_date < call.now().date():
        message = "Expired gift card cannot be activated and resend."
        raise InputRefused("id", message, "EXPIRED_GIFT_CARD")
    card.is_active = True
    return _told(call, card, "GIFT_CARD_STATUS_CHANGED")


@mutates("giftCardDeactivate", _MANAGE)
def gift_card_deactivate(call: Call, *, id_: str) -> dict[str, Any]:
    """The card cannot be used."""
    card: GiftCard = node(call, id_, GiftCard, field="giftCardId")
    card.is_active = False
    return _told(call, card, "GIFT_CARD_STATUS_CHANGED")


@mutates("giftCardDelete", _MANAGE)
def gift_card_delete(call: Call, *, id_: str) -> dict[str, Any]:
    """The card is gone."""
    card: GiftCard = node(call, id_, GiftCard)
    call.state.store.drop_gift_card(card)
    return _told(call, card, "GIFT_CARD_DELETED")


@mutates("giftCardAssignUser", _MANAGE)
def gift_card_assign_user(call: Call, *, id_: str, user_id: str) -> dict[str, Any]:
    """Only this customer can use the card; it is taken off every open checkout."""
    card: GiftCard = node(call, id_, GiftCard)
    customer: User = node(call, user_id, User, field="userId")
    if not customer.is_active:
        raise InputRefused("userId", f"Couldn't resolve to a node: {user_id}", "NOT_FOUND")
    if card.last_used_on is not None:
        message = "Cannot assign a gift card that was already used in an order."
        raise InputRefused("id", message, "CANNOT_ASSIGN")
    holding = [one for one in call.state.store.checkouts.values() if card in one.gift_cards]
    if any(checkout.transactions for checkout in holding):
        message = "Cannot assign a gift card attached to a checkout with payments."
        raise InputRefused("id", message, "CANNOT_ASSIGN")
    for checkout in holding:
        checkout.gift_cards.remove(card)
    card.assigned_to, card.assigned_to_email = customer, customer.email
    return _told(call, card, "GIFT_CARD_UPDATED")


@mutates("giftCardUnassignUser", _MANAGE)
def gift_card_unassign_user(call: Call, *, id_: str) -> dict[str, Any]:
    """Whoever has the code can use the card."""
    card: GiftCard = node(call, id_, GiftCard)
    card.assigned_to = card.assigned_to_email = None
    return _told(call, card, "GIFT_CARD_UPDATED")
