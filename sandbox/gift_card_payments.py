"""Gift cards that pay as transactions: authorised for a checkout, charged when it is an order."""

from decimal import Decimal

from sandbox.apps import App
from sandbox.benefits import GiftCardBalance, GiftCardEvent
from sandbox.checkouts import Checkout
from sandbox.gift_cards import GiftCard
from sandbox.identifiers import global_id
from sandbox.orders import ZERO, Order, Transaction
from sandbox.state import State
from sandbox.world import Money, User

GATEWAY = "saleor.io.gift-card-payment-gateway"


def use_card(state: State, card: GiftCard, part: Decimal, *, order: Order, customer: User | None) -> None:
    """The card has paid this part of the order, and says so."""
    before = card.current_balance
    card.current -= part
    note(
        state, card, "USED_IN_ORDER", order_id=order.id, balance=GiftCardBalance(before, card.current_balance)
    )
    card.used_by, card.used_by_email = customer, order.user_email
    card.last_used_on = state.store.clock.now()


def note(  # noqa: PLR0913 - each is a part of an event
    state: State,
    card: GiftCard,
    kind: str,
    *,
    order_id: str | None = None,
    balance: GiftCardBalance | None = None,
    message: str | None = None,
    by: App | User | None = None,
) -> GiftCardEvent:
    """Return what the card's history now ends with."""
    event = GiftCardEvent(
        global_id("GiftCardEvent", state.store.unique()),
        state.store.clock.now(),
        kind,
        order_id,
        balance,
        message,
        user=by if isinstance(by, User) else None,
        app=by if isinstance(by, App) else None,
    )
    card.events.append(event)
    return event


def authorize(state: State, checkout: Checkout, card: GiftCard, *, amount: Decimal) -> Transaction:
    """Return the transaction by which the card will pay; a card pays for one checkout at a time."""
    store = state.store
    for other in store.checkouts.values():
        for one in other.transactions:
            if one.gift_card is card:
                one.gift_card, one.authorized = None, ZERO
    moment, token = store.clock.now(), store.unique()
    transaction = Transaction(
        id=global_id("TransactionItem", token),
        token=token,
        order=None,
        created_at=moment,
        modified_at=moment,
        message=f"Gift card (ending: {card.display_code}).",
        psp_reference=token,
        actions=["CANCEL"],
        authorized=amount,
        gift_card=card,
    )
    store.add(transaction)
    checkout.transactions.append(transaction)
    return transaction


def charge_cards(state: State, order: Order, *, customer: User | None) -> None:
    """What cards were to pay is charged; the order does not list them."""
    for one in order.transactions:
        if one.gift_card is None or not ZERO < one.authorized <= one.gift_card.current:
            continue
        use_card(state, one.gift_card, one.authorized, order=order, customer=customer)
        one.charged, one.authorized, one.actions = one.authorized, ZERO, ["REFUND"]
        order.charged += one.charged


def give_back(state: State, one: Transaction, amount: Decimal) -> None:
    """The card has the amount of a refund again, and says so."""
    card = one.gift_card
    if card is None or one.order is None:
        return
    before = card.current_balance
    card.current += amount
    balance = GiftCardBalance(before, Money(card.currency, card.current))
    note(state, card, "REFUNDED_IN_ORDER", order_id=one.order.id, balance=balance)
