"""Who of a generated shop lives with whom, pays with whose card, and gives gift cards to whom."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.gift_cards import GiftCard
from sandbox.homes import Address, Card
from sandbox.identifiers import global_id
from sandbox.orders import Order, OrderLine
from sandbox.world import User, Variant

NEIGHBOUR_SHARE = 0.04
TIED_SHARE = 0.02
"""Of ties, those between people of one household: what one of them buys proves nothing of the other."""
COLLECTED_SHARE = 0.03
GIFT_CARD_SHARE = 0.015
GIVEN_SHARE, ISSUED_SHARE = 0.6, 0.2
"""Of gift cards used: bought by somebody who knows them, issued by staff; the rest they bought themselves."""
GIFT_CARD_BALANCE = Decimal(25)
FREE_GIFT_SHARE = 0.005
STREETS = ("Lindenweg", "Große Straße", "Am Markt", "Birch Lane", "Rue d'Été", "Kirchgasse", "ul. Długa")
BRANDS = (("Visa", "4111"), ("Mastercard", "5454"), ("American Express", "3782"))
COLLECTION_POINT = Address("QWRkcmVzczow", "Ladengasse 1", "", "10115", "Berlin")

Tie = tuple[int, int, datetime]


@dataclass
class Homes:
    """The home of every customer by number; guests live alone."""

    dice: random.Random
    home: list[int]
    guests: dict[int, int] = field(default_factory=dict)

    @classmethod
    def draw(cls, dice: random.Random, customers: int, ties: Sequence[Tie]) -> "Homes":
        """Some live with the next one in the list, and some with one whom they know."""
        home = list(range(customers))
        for person in range(1, customers):
            if dice.random() < NEIGHBOUR_SHARE:
                home[person] = home[person - 1]
        for source, target, _ in ties:
            if dice.random() < TIED_SHARE:
                home[target] = home[source]
        return cls(dice, home)

    def furnish(self, order: Order, customer: int | None, guest: int | None) -> None:
        """The order goes to their home, paid with their card; a few are collected in the shop."""
        home = self.home[customer] if customer is not None else self._guest_home(guest or 0)
        order.card = _card(home if customer is None or home % 2 else customer)
        if self.dice.random() < COLLECTED_SHARE:
            order.shipping_address, order.collection_point_name = COLLECTION_POINT, "The shop in the city"
        else:
            order.shipping_address = _address(home, writer=customer if customer is not None else home)

    def _guest_home(self, guest: int) -> int:
        return self.guests.get(guest, len(self.home) + guest)


@dataclass
class Givers:
    """Gives gift cards and free gifts in a history that is written already; no amount of it changes."""

    dice: random.Random
    people: Mapping[int, User]
    known_by: dict[str, list[tuple[User, datetime]]] = field(default_factory=dict)

    def acquaint(self, ties: Sequence[Tie]) -> None:
        """Those who know somebody may give them something."""
        for source, target, since in ties:
            self.known_by.setdefault(self.people[target].id, []).append((self.people[source], since))

    def give(self, sold: Sequence[Order], card: Variant, staff: User | None) -> None:
        """Some orders were paid with gift cards, whose buyers have a line of an earlier order for it."""
        for number, order in enumerate(sold):
            if order.user is None or self.dice.random() >= GIFT_CARD_SHARE:
                continue
            bought = order.created - timedelta(days=self.dice.uniform(1, 60))
            kind = self.dice.random()
            giver = self._friend(order, bought) if kind < GIVEN_SHARE else order.user
            if kind > 1 - ISSUED_SHARE:
                giver = staff
            elif giver is not None:
                _put_on_bill(giver, bought, card)
            order.gift_cards.append(_used_card(number + 1, order, bought=bought, giver=giver))

    def add_free_gifts(self, sold: Sequence[Order], goods: Sequence[Variant], ids: Iterator[str]) -> None:
        """Some orders have a line that costs nothing."""
        nothing = Decimal(0)
        for order in sold:
            if self.dice.random() >= FREE_GIFT_SHARE:
                continue
            variant = self.dice.choice(goods)
            line = OrderLine(
                id=global_id("OrderLine", next(ids)),
                variant=variant,
                product_name=variant.product.name,
                quantity=1,
                currency=order.currency,
                unit_gross=nothing,
                unit_net=nothing,
                undiscounted_unit_gross=variant.price,
                is_gift=True,
            )
            order.lines.append(line)

    def _friend(self, order: Order, bought: datetime) -> User | None:
        known = self.known_by.get(order.user.id if order.user else "", [])
        able = [user for user, since in known if since <= bought]
        return self.dice.choice(able) if able else order.user


def _used_card(number: int, order: Order, *, bought: datetime, giver: User | None) -> GiftCard:
    """A card that the order was paid with: nothing is left on it."""
    return GiftCard(
        id=global_id("GiftCard", number),
        created=bought,
        created_by=giver,
        created_by_email=giver.email if giver else None,
        code=f"PAST-{number // 10_000:04}-{number % 10_000:04}",
        currency=order.currency,
        initial=min(order.total_gross, GIFT_CARD_BALANCE),
        current=Decimal(0),
        used_by=order.user,
        used_by_email=order.user_email,
        last_used_on=order.created,
    )


def _put_on_bill(giver: User, bought: datetime, card: Variant) -> None:
    """Their last line before that day was the gift card, at the price that they paid."""
    lines = [order.lines[-1] for order in giver.orders if order.created <= bought and len(order.lines) > 1]
    if lines:
        lines[-1].variant, lines[-1].product_name = card, card.product.name


def _address(home: int, *, writer: int) -> Address:
    """The address of a home: everybody who lives there writes it in their own way."""
    street = f"{STREETS[home % len(STREETS)]} {home // len(STREETS) + 1}"
    postal_code = f"{10_000 + home * 37 % 80_000}"
    key = global_id("Address", writer + 1)
    if writer % 3 == 0:
        return Address(key, street.upper(), "", postal_code, "BERLIN")
    if writer % 3 == 1:
        name, _, number = street.rpartition(" ")
        return Address(key, f"{name},", number, f" {postal_code[:2]} {postal_code[2:]}", "Berlin")
    return Address(key, street, "", postal_code, "Berlin")


def _card(number: int) -> Card:
    brand, first = BRANDS[number % len(BRANDS)]
    return Card(brand, first, f"{number * 7919 % 10_000:04}", number % 12 + 1, 2027 + number // 12 % 5)
