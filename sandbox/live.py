"""A shop that goes on: new orders, payments, refunds, cancellations and customers at a given rate."""

import random
import threading
from decimal import ROUND_HALF_UP, Decimal

from sandbox.events import emit
from sandbox.orders import Order, Transaction
from sandbox.selling import Basket, announce_payment, cancel, pay, place, refund
from sandbox.state import State
from sandbox.world import CENT, Channel, User, Variant

GUEST_SHARE = 0.07
NEWCOMER_SHARE = 0.05
CODE_SHARE = 0.12
REFUND_SHARE = 0.05
CANCELLED_SHARE = 0.03
RECENT_ORDERS = 200


class LiveOrders:
    """A thread that lets people buy, at random times and at the given rate on average."""

    def __init__(self, state: State, per_minute: float, *, seed: int = 1) -> None:
        self.state = state
        self.per_minute = per_minute
        self.dice = random.Random(seed)  # noqa: S311  # no secret
        self.recent: list[Order] = []
        self._goods = state.store.variants()
        # Codes that are made later are for whom they are given to.
        self._codes = list(state.store.codes)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-live-orders", daemon=True)

    def start(self) -> None:
        """People buy from now on, until the sandbox is closed."""
        self._thread.start()
        self.state.closers.append(self.stop)

    def stop(self) -> None:
        """Nobody buys any more."""
        self._stop.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop.wait(self.dice.expovariate(self.per_minute / 60)):
            with self.state.lock:
                self.buy()
                self.regret()

    def buy(self) -> Order:
        """One order is placed and paid, with all its events."""
        state, dice = self.state, self.dice
        user = None if dice.random() < GUEST_SHARE else self._buyer()
        basket = Basket(
            channel=self._channel(user),
            items=[
                (self._favourite(user), dice.choice((1, 1, 1, 2)), None)
                for _ in range(dice.choice((1, 1, 2, 3)))
            ],
            user=user,
            email=f"guest-{dice.randrange(10**6)}@example.net",
            voucher_code=dice.choice(self._codes) if self._uses_a_code() else None,
        )
        order = place(state, basket, origin="CHECKOUT")
        emit(state, "ORDER_CREATED", order, by=user)
        pay(state, order, order.total_gross)
        announce_payment(state, order, by=user)
        emit(state, "ORDER_CONFIRMED", order, by=user)
        self.recent = [*self.recent, order][-RECENT_ORDERS:]
        return order

    def regret(self) -> None:
        """Now and then somebody sends something back, or cancels."""
        if not self.recent:
            return
        order, chance = self.dice.choice(self.recent), self.dice.random()
        if order.status == "CANCELED" or order.charged <= 0:
            return
        if chance < REFUND_SHARE:
            share = Decimal(self.dice.choice((100, 100, 50, 25))) / 100
            payment: Transaction = order.transactions[0]
            refund(self.state, payment, (payment.charged * share).quantize(CENT, ROUND_HALF_UP), by=None)
        elif chance < REFUND_SHARE + CANCELLED_SHARE:
            refund(self.state, order.transactions[0], order.transactions[0].charged, by=None)
            cancel(self.state, order, by=None)

    def _uses_a_code(self) -> bool:
        return bool(self._codes) and self.dice.random() < CODE_SHARE

    def _buyer(self) -> User:
        store = self.state.store
        people = store.customer_indices["EMAIL"].entries
        if people and self.dice.random() >= NEWCOMER_SHARE:
            # Who bought before buys again: the buyer of a past order, not just anybody.
            past = [order for order in self.recent if order.user is not None]
            if past and self.dice.random() < 0.3:  # noqa: PLR2004  # a share that has no other meaning
                return next(order.user for order in past if order.user is not None)
            return store.users[self.dice.choice(people)[1]]
        number = store.number("newcomer")
        user = store.new_user(
            f"newcomer-{number}@example.com",
            store.clock.now(),
            first_name="New",
            last_name=f"Comer {number}",
            customer_type=store.default_customer_type(),
        )
        store.put_user(user)
        emit(self.state, "CUSTOMER_CREATED", user, by=user)
        return user

    def _channel(self, user: User | None) -> Channel:
        if user is not None and user.orders:
            return user.orders[-1].channel
        return self.dice.choice(self.state.store.channels)

    def _favourite(self, user: User | None) -> Variant:
        lines = user.orders[-1].lines if user is not None and user.orders else []
        if lines and lines[0].variant is not None and self.dice.random() < 0.5:  # noqa: PLR2004  # half the time
            category = lines[0].variant.product.category
            alike = [item for item in self._goods if item.product.category is category]
            return self.dice.choice(alike)
        return self.dice.choice(self._goods)
