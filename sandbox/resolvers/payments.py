"""Payments through transactions: charges and refunds that a payment app reports."""

from decimal import Decimal
from typing import Any

from sandbox.checkouts import Checkout
from sandbox.gift_card_payments import GATEWAY, authorize, give_back
from sandbox.identifiers import global_id
from sandbox.orders import ZERO, Order, Transaction, TransactionEvent
from sandbox.registry import InputRefused, NotInPocketShop, mutates
from sandbox.requestor import Call
from sandbox.selling import announce_payment, pay, refund

_HANDLE = "HANDLE_PAYMENTS"


def _amount(currency: str, money: dict[str, Any] | None, name: str) -> Decimal:
    if not money:
        return ZERO
    if money["currency"] != currency:
        message = f"Currency needs to be the same as for order: {currency}"
        raise InputRefused(name, message, "INCORRECT_CURRENCY")
    return Decimal(money["amount"])


@mutates("transactionCreate", _HANDLE)
def transaction_create(
    call: Call,
    *,
    id_: str,
    transaction: dict[str, Any],
) -> dict[str, Any]:
    """There is a payment for the order or the checkout, with what it has charged already."""
    bought: Order | Checkout | None = call.state.store.find(id_, Order, Checkout)
    if bought is None:
        raise InputRefused("id", f"Couldn't resolve to Checkout or Order: {id_}", "NOT_FOUND")
    charged = _amount(bought.currency, transaction.get("amount_charged"), "amountCharged")
    made = pay(call.state, bought, charged)
    made.name = transaction.get("name") or ""
    made.message = transaction.get("message") or ""
    made.psp_reference = transaction.get("psp_reference") or ""
    made.external_url = transaction.get("external_url") or ""
    made.actions = transaction.get("available_actions") or []
    if charged > 0 and isinstance(bought, Order):
        announce_payment(call.state, bought, by=call.requestor.principal)
    return {"transaction": made}


@mutates("transactionInitialize")
def transaction_initialize(
    call: Call, *, id_: str, payment_gateway: dict[str, Any], amount: Decimal | None = None
) -> dict[str, Any]:
    """A gift card is to pay for the checkout; why a card of somebody else does not is not said."""
    if payment_gateway["id"] != GATEWAY:
        raise NotInPocketShop("Mutation.transactionInitialize with a payment app")
    checkout: Checkout | None = call.state.store.find(id_, Checkout)
    if checkout is None or amount is None:
        raise NotInPocketShop("Mutation.transactionInitialize but for a checkout and an amount")
    card = call.state.store.gift_cards.get((payment_gateway.get("data") or {}).get("code", ""))
    is_fine = (
        card is not None
        and card.is_valid(call.now().date())
        and card.currency == checkout.currency
        and card.is_usable_by(checkout.user)
        and amount <= card.current
    )
    if card is None or not is_fine:
        raise NotInPocketShop("Mutation.transactionInitialize with a card that cannot pay")
    return {"transaction": authorize(call.state, checkout, card, amount=amount)}


@mutates("transactionEventReport", _HANDLE)
def transaction_event_report(
    call: Call,
    *,
    type_: str,
    psp_reference: str,
    id_: str | None = None,
    amount: Decimal | None = None,
) -> dict[str, Any]:
    """The provider's report is written down, once; charges and refunds move the money."""
    if type_ not in {"CHARGE_SUCCESS", "REFUND_SUCCESS"}:
        raise NotInPocketShop(f"TransactionEventTypeEnum.{type_}")
    made: Transaction | None = call.state.store.find(id_, Transaction)
    if made is None:
        raise InputRefused("id", "Transaction not found.", "NOT_FOUND")
    known = next((e for e in made.events if (e.psp_reference, e.type) == (psp_reference, type_)), None)
    if known is not None:
        if amount is not None and known.amount.amount != amount:
            message = "The transaction with provided `pspReference` and `type` already exists."
            raise InputRefused("pspReference", message, "INCORRECT_DETAILS")
        return {"already_processed": True, "transaction": made, "transaction_event": known}
    if amount is None:
        raise InputRefused("amount", "The `amount` is required.", "REQUIRED")
    if made.order is None:
        raise NotInPocketShop("Mutation.transactionEventReport for a checkout")
    event = TransactionEvent(
        id=global_id("TransactionEvent", call.state.store.number("TransactionEvent")),
        created_at=call.now(),
        psp_reference=psp_reference,
        amount=made.order.money(amount),
        type=type_,
    )
    made.events.append(event)
    _move(call, made, event)
    return {"already_processed": False, "transaction": made, "transaction_event": event}


def _move(call: Call, made: Transaction, event: TransactionEvent) -> None:
    state, principal, order = call.state, call.requestor.principal, made.order
    assert order is not None  # noqa: S101 - the caller has seen to it
    if event.type == "CHARGE_SUCCESS":
        made.charged += event.amount.amount
        order.charged += event.amount.amount
        state.store.touch_order(order)
        announce_payment(state, order, by=principal)
    else:
        give_back(state, made, event.amount.amount)
        refund(state, made, event.amount.amount, by=principal)
