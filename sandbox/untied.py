"""A shop of which nobody has written down who knows whom: its history, and the weeks that are still to come.

The world and what is told of it are those of `benchmarks/fuel.py`: the app is installed a year before the
world ends.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from sandbox.coming import Answer, Coming
from sandbox.events import emit
from sandbox.identifiers import global_id
from sandbox.names import FIRST, LAST
from sandbox.neighbourhood import Homes
from sandbox.orders import Order, OrderLine
from sandbox.selling import Basket, pay, place
from sandbox.state import State
from sandbox.world import Category, Channel, Product, User, Variant
from scoring.simulate import tellings
from scoring.simulate.planted import END, Planted
from scoring.simulate.recipes import world

INSTALLED = END - timedelta(days=364)
MOST_WEEKS = 52
OTHERWISE = ("nobody", "search", "advert", "social", "other")
"""What is responded by who was led by nobody."""


@dataclass
class _Shop:
    """What was made so far, by the numbers of the planted world."""

    state: State
    dice: random.Random
    channel: Channel
    moved: timedelta
    users: list[User] = field(default_factory=list)
    variants: dict[int, Variant] = field(default_factory=dict)


def fill(state: State, *, customers: int, seed: int) -> None:
    """The shop has the history of such a world up to now; what follows is in `store.coming`."""
    planted = world("influence", customers=customers, seed=seed)
    dice = random.Random(f"untied {seed}")  # noqa: S311 - no secret
    moved = state.store.clock.now() - INSTALLED
    made = _Shop(state, dice, state.store.channels[0], moved)
    homes = Homes(dice, list(range(customers)))
    with state.lock:
        _stock(made, planted)
        baskets = list(_baskets(planted))
        _join(made, baskets, customers)
        past = [basket for basket in baskets if basket.at <= INSTALLED]
        sold = [_order(made, basket, homes) for basket in past]
        state.store.load(made.users, sold)
        told = _Told.draw(planted, np.random.default_rng(seed))
        state.store.coming.extend(_coming(made, basket, told) for basket in baskets[len(past) :])
        state.store.planted["influencers"] += [made.users[number].id for number in planted.influencers]


def place_due(state: State, until: datetime) -> dict[str, Any]:
    """Place what is due up to that moment, in turn; stop at an order by link, which its buyer has to make.

    Returns `placed` (order_id, customer_id, answer) and the order by link, if there is one.
    """
    placed: list[dict[str, Any]] = []
    while state.store.coming and state.store.coming[0].at <= until:
        due = state.store.coming.popleft()
        said = {"channel": due.answer.channel, "friend": due.answer.friend} if due.answer else None
        told = {"customer_id": due.user.id, "answer": said}
        if due.link is not None:
            lines = [(variant.id, quantity) for variant, quantity, _ in due.items]
            more = {"email": due.user.email, "owner_id": due.link.id, "channel": state.store.channels[0].slug}
            return {"placed": placed, "by_link": told | more | {"lines": lines}}
        basket = Basket(channel=state.store.channels[0], items=due.items, user=due.user)
        order = place(state, basket, origin="CHECKOUT")
        pay(state, order, order.total_gross)
        emit(state, "ORDER_CREATED", order, by=due.user)
        emit(state, "ORDER_FULLY_PAID", order, by=due.user)
        placed.append(told | {"order_id": order.id})
    return {"placed": placed, "by_link": None}


@dataclass(frozen=True)
class _Basket:
    """One order of the planted world."""

    number: int
    customer: int
    at: datetime
    lines: list[tuple[int, Decimal]]


@dataclass(frozen=True)
class _Told:
    """By number of the order: whom its buyer names (None, nobody), and by whose link it comes."""

    answers: dict[int, int | None]
    links: dict[int, int]

    @classmethod
    def draw(cls, planted: Planted, rng: np.random.Generator) -> "_Told":
        answers = tellings.answers(planted, rng, since=INSTALLED).to_pydict()
        links = tellings.by_link(planted, rng, since=INSTALLED).to_pydict()
        return cls(
            dict(zip(answers["order_id"], answers["named_id"], strict=True)),
            dict(zip(links["order_id"], links["source_id"], strict=True)),
        )


def _baskets(planted: Planted) -> Iterator[_Basket]:
    """Yield the orders of the world by time."""
    rows = planted.purchases.sort_by([("created_at", "ascending"), ("line_id", "ascending")])
    orders: dict[int, _Basket] = {}
    names = ("order_id", "customer_id", "created_at", "product_id", "net")
    for number, customer, at, product, net in zip(*(rows[name].to_pylist() for name in names), strict=True):
        basket = orders.setdefault(number, _Basket(number, customer, at, []))
        basket.lines.append((product, Decimal(str(net))))
    yield from orders.values()


def _stock(made: _Shop, planted: Planted) -> None:
    """Every product at the price that it was first sold at."""
    shelves: dict[str, Category] = {}
    for name, parent in zip(*planted.categories.to_pydict().values(), strict=True):
        key = made.state.store.number("Category")
        above = shelves.get(parent)
        level = 0 if above is None else above.level + 1
        shelves[name] = Category(key, global_id("Category", key), name.capitalize(), name, above, level=level)
        made.state.store.add(shelves[name])
    opened = made.state.store.clock.now() - timedelta(days=800)
    for row in planted.purchases.select(["product_id", "category_id", "net"]).to_pylist():
        if row["product_id"] in made.variants:
            continue
        shelf, key = shelves[row["category_id"]], made.state.store.number("Product")
        product = Product(
            key,
            global_id("Product", key),
            f"{shelf.name} {key}",
            f"{shelf.slug}-{key}",
            shelf,
            opened,
            opened,
        )
        price = Decimal(str(row["net"]))
        variant = Variant(global_id("ProductVariant", key), "", f"SKU-{key:04d}", product, price)
        product.variants.append(variant)
        made.state.store.put_product(product)
        made.variants[row["product_id"]] = variant


def _join(made: _Shop, baskets: list[_Basket], customers: int) -> None:
    """Everybody has an account from before their first order, and from before the app is installed."""
    first: dict[int, datetime] = {}
    for basket in baskets:
        first.setdefault(basket.customer, basket.at)
    for number in range(customers):
        at = min(first.get(number, INSTALLED), INSTALLED) - timedelta(days=made.dice.uniform(0.1, 3))
        user = made.state.store.new_user(
            f"customer-{number}@example.com",
            at + made.moved,
            first_name=made.dice.choice(FIRST),
            last_name=made.dice.choice(LAST),
            customer_type=made.state.store.default_customer_type(),
            password=made.state.settings.customer_password,
        )
        made.users.append(user)


def _order(made: _Shop, basket: _Basket, homes: Homes) -> Order:
    """A parcel that went out long ago."""
    store, user, at = made.state.store, made.users[basket.customer], basket.at + made.moved
    lines = [_line(made, product, net) for product, net in basket.lines]
    total = sum((line.unit_gross for line in lines), Decimal(0))
    order = Order(
        pk=store.number("Order"),
        id=global_id("Order", _uuid(made)),
        created=at,
        updated_at=at,
        channel=made.channel,
        user_email=user.email,
        lines=lines,
        total_gross=total,
        total_net=total,
        status="FULFILLED",
        user=user,
        charged=total,
    )
    homes.furnish(order, basket.customer, None)
    return order


def _line(made: _Shop, product: int, net: Decimal) -> OrderLine:
    variant = made.variants[product]
    return OrderLine(
        id=global_id("OrderLine", _uuid(made)),
        variant=variant,
        product_name=variant.product.name,
        quantity=1,
        currency=made.channel.currency_code,
        unit_gross=net,
        unit_net=net,
        undiscounted_unit_gross=net,
    )


def _coming(made: _Shop, basket: _Basket, told: _Told) -> Coming:
    answer = None
    if basket.number in told.answers:
        named = told.answers[basket.number]
        otherwise = Answer(made.dice.choice(OTHERWISE))
        answer = otherwise if named is None else Answer("friend", made.users[named].email)
    owner = told.links.get(basket.number)
    return Coming(
        at=basket.at + made.moved,
        user=made.users[basket.customer],
        items=tuple((made.variants[product], 1, net) for product, net in basket.lines),
        answer=answer,
        link=None if owner is None else made.users[owner],
    )


def _uuid(made: _Shop) -> str:
    return str(uuid.UUID(int=made.dice.getrandbits(128), version=4))
