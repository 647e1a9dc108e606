"""A generated shop, as Saleor would hold it: `scoring.simulate` knows who buys, this module gives names."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.identifiers import global_id
from sandbox.names import FIRST, LAST
from sandbox.neighbourhood import Givers, Homes, Tie
from sandbox.orders import Fulfillment, Order, OrderEvent, OrderLine
from sandbox.resolvers.voucher_changes import new_voucher
from sandbox.state import State
from sandbox.store import Store
from sandbox.vouchers import Listing, Voucher
from sandbox.world import CENT, Category, Channel, Product, User, Variant
from scoring import simulate

DISCOUNT = Decimal(10)
TAX = Decimal("0.19")
RECENT = timedelta(days=5)
SENT_WITHIN = timedelta(days=2)
GIFT_CARD_PRICE = Decimal(25)
DEPARTMENTS = {
    "Coffee": "Food and drink",
    "Tea": "Food and drink",
    "Kitchen": "House and garden",
    "Ceramics": "House and garden",
    "Garden": "House and garden",
    "Books": "Leisure",
    "Games": "Leisure",
    "Outdoor": "Leisure",
    "Skin care": "Care",
}


@dataclass
class _Shop:
    """What was made so far, by the numbers of the simulated world."""

    state: State
    dice: random.Random
    as_of: datetime
    homes: Homes
    channels: dict[str, Channel] = field(default_factory=dict)
    variants: dict[int, Variant] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    guests: dict[int, str] = field(default_factory=dict)


def fill(state: State, *, customers: int, orders: int, seed: int = 1, as_of: datetime | None = None) -> None:
    """The shop has these customers and about three years of their orders; the same seed, the same shop."""
    moment = as_of or state.store.clock.now()
    world = simulate.shop(customers=customers, orders=orders, seed=seed, as_of=moment)
    ties = list(zip(*world.ties.to_pydict().values(), strict=True))
    homes = Homes.draw(random.Random(f"homes {seed}"), len(world.customers), ties)  # noqa: S311  # no secret
    made = _Shop(state, random.Random(seed), moment, homes)  # noqa: S311  # no secret
    with state.lock:
        _open_channels(made, sorted(set(world.orders["currency"].to_pylist())))
        _stock(made, world.products.to_pylist())
        users = [_user(made, row) for row in world.customers.to_pylist()]
        _issue_codes(made, world.codes.to_pylist())
        lines = _grouped(world.lines.to_pydict())
        sold = [_order(made, row, lines.get(row["order_no"], [])) for row in _rows(world.orders)]
        state.store.load(users, sold)
        for kind, flag in (("influencers", "is_influencer"), ("early", "is_early")):
            numbers = world.truth.filter(world.truth[flag])["customer_no"].to_pylist()
            state.store.planted[kind] += [made.users[number].id for number in numbers]
        state.store.ties += [(made.users[a].id, made.users[b].id, since) for a, b, since in ties]
        _give(made, sold, ties)


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    columns = table.to_pydict()
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _grouped(columns: dict[str, list[Any]]) -> dict[int, list[tuple[int, int, float]]]:
    groups: dict[int, list[tuple[int, int, float]]] = {}
    names = ("order_no", "product_no", "quantity", "unit_price")
    for order, product, quantity, price in zip(*(columns[name] for name in names), strict=True):
        groups.setdefault(order, []).append((product, quantity, price))
    return groups


def _open_channels(made: _Shop, currencies: list[str]) -> None:
    store = made.state.store
    for currency in currencies:
        known = next((item for item in store.channels if item.currency_code == currency), None)
        if known is None:
            key = global_id("Channel", store.number("Channel"))
            known = Channel(key, f"channel-{currency.lower()}", f"Channel {currency}", currency)
            store.put_channel(known)
        known.tax_rate = TAX
        made.channels[currency] = known


def _stock(made: _Shop, rows: list[dict[str, Any]]) -> None:
    store = made.state.store
    shelves: dict[str, Category] = {}
    for row in rows:
        shelf = _shelf(store, shelves, row["category"])
        price = _cents(row["unit_price"])
        made.variants[row["product_no"]] = _product(made, shelf, name=row["name"], price=price)


def _shelf(store: Store, shelves: dict[str, Category], name: str) -> Category:
    """The category of this name, inside of its department."""
    if name not in shelves:
        parent = _shelf(store, shelves, DEPARTMENTS[name]) if name in DEPARTMENTS else None
        key = store.number("Category")
        slug = name.lower().replace(" ", "-")
        level = 0 if parent is None else parent.level + 1
        shelves[name] = Category(key, global_id("Category", key), name, slug, parent, level)
        store.add(shelves[name])
    return shelves[name]


def _product(made: _Shop, shelf: Category, *, name: str, price: Decimal) -> Variant:
    store, opened = made.state.store, made.as_of - timedelta(days=1200)
    key = store.number("Product")
    slug = f"{shelf.slug}-{key}"
    product = Product(key, global_id("Product", key), name, slug, shelf, opened, opened)
    variant = Variant(global_id("ProductVariant", key), "", f"SKU-{key - 1:04d}", product, price)
    product.variants.append(variant)
    store.put_product(product)
    return variant


def _give(made: _Shop, sold: list[Order], ties: Sequence[Tie]) -> None:
    """Gift cards and free gifts are in the history."""
    shelf = _shelf(made.state.store, {}, "Gift cards")
    card = _product(made, shelf, name="Gift card", price=GIFT_CARD_PRICE)
    card.product.kind = "GIFT_CARD"
    givers = Givers(made.homes.dice, made.users)
    givers.acquaint(ties)
    staff = made.state.store.users_by_email.get(made.state.settings.admin_email)
    givers.give(sold, card, staff)
    made.state.store.skip("GiftCard", len(sold))
    for order in sold:
        for given in order.gift_cards:
            made.state.store.put_gift_card(given)
    givers.add_free_gifts(sold, list(made.variants.values()), iter(lambda: _uuid(made), None))


def _cents(amount: float) -> Decimal:
    return Decimal(round(amount * 100)).scaleb(-2)


def _user(made: _Shop, row: dict[str, Any]) -> User:
    email = f"customer-{row['customer_no']}@example.com"
    if row["guest_no"] is not None:
        # They bought as a guest before they had an account: those orders keep their address and no user.
        made.guests[row["guest_no"]] = email
        made.homes.guests[row["guest_no"]] = made.homes.home[row["customer_no"]]
    store = made.state.store
    user = store.new_user(
        email,
        row["joined_at"],
        first_name=made.dice.choice(FIRST),
        last_name=made.dice.choice(LAST),
        customer_type=store.default_customer_type(),
        password=made.state.settings.customer_password,
    )
    made.users[row["customer_no"]] = user
    return user


def _issue_codes(made: _Shop, rows: list[dict[str, Any]]) -> None:
    store, opened = made.state.store, made.as_of - timedelta(days=1200)
    listings = {channel.id: Listing(DISCOUNT) for channel in store.channels}

    def issue(name: str, words: list[str]) -> Voucher:
        given = {"discount_value_type": "PERCENTAGE", "listings": dict(listings)}
        voucher = new_voucher(store, name=name, start_date=opened, **given)
        for code in store.put_codes(voucher, words):
            code.created_at = opened
        return voucher

    friends = issue("Friends of our customers", [row["code"] for row in rows])
    welcome = issue("Welcome", ["WELCOME10"])
    for row in rows:
        store.codes[row["code"]][1].created_at = row["valid_from"]
        store.personal_codes.append(
            {
                "code": row["code"],
                "customer_id": made.users[row["customer_no"]].id,
                "valid_from": row["valid_from"].isoformat(),
            }
        )
    friends.codes.sort(key=lambda code: (-code.created_at.timestamp(), code.code))
    made.vouchers = {code.code: voucher for voucher in (friends, welcome) for code in voucher.codes}


def _order(made: _Shop, row: dict[str, Any], lines: list[tuple[int, int, float]]) -> Order:
    store, code, channel = made.state.store, row["voucher_code"], made.channels[row["currency"]]
    user = made.users.get(row["customer_no"])
    guest = made.guests.get(row["guest_no"], f"guest-{row['guest_no']}@example.net")
    sold = [_line(made, row, line) for line in lines]
    total = sum((line.unit_gross * line.quantity for line in sold), Decimal(0))
    refunded = (total * _cents(row["refunded_share"])).quantize(CENT, ROUND_HALF_UP)
    created = row["created_at"]
    if code is not None and made.vouchers.get(code):
        store.codes[code][1].used += 1
    order = Order(
        pk=store.number("Order"),
        id=global_id("Order", _uuid(made)),
        created=created,
        updated_at=_last_change(made, row),
        channel=channel,
        user_email=user.email if user else guest,
        lines=sold,
        total_gross=total,
        total_net=sum((line.unit_net * line.quantity for line in sold), Decimal(0)),
        status=_status(made, row),
        user=user,
        voucher=made.vouchers.get(code),
        voucher_code=code,
        charged=Decimal(0) if row["cancelled"] else total - refunded,
        refunded=Decimal(0) if row["cancelled"] else refunded,
    )
    made.homes.furnish(order, row["customer_no"], row["guest_no"])
    _serve(order)
    return order


def _serve(order: Order) -> None:
    """It was paid at once, and sent by the time of its last change; money came back then."""
    if order.charged <= 0 and order.refunded <= 0:
        return
    order.events.append(OrderEvent(order.created, "ORDER_FULLY_PAID"))
    if order.refunded > 0:
        order.events.append(OrderEvent(order.updated_at, "PAYMENT_REFUNDED"))
    if order.status == "FULFILLED":
        sent = order.created + min(order.updated_at - order.created, SENT_WITHIN)
        order.events.append(OrderEvent(sent, "FULFILLMENT_FULFILLED_ITEMS"))
        order.fulfillments.append(Fulfillment(sent))


def _status(made: _Shop, row: dict[str, Any]) -> str:
    if row["cancelled"]:
        return "CANCELED"
    return "UNFULFILLED" if row["created_at"] > made.as_of - RECENT else "FULFILLED"


def _last_change(made: _Shop, row: dict[str, Any]) -> datetime:
    """Parcels go out within two days; money comes back within three weeks."""
    days = made.dice.random() * (21 if row["refunded_share"] > 0 or row["cancelled"] else 2)
    changed: datetime = min(row["created_at"] + timedelta(days=days), made.as_of)
    return changed


def _line(made: _Shop, row: dict[str, Any], line: tuple[int, int, float]) -> OrderLine:
    channel, code = made.channels[row["currency"]], row["voucher_code"]
    product, quantity, price = line
    variant, gross = made.variants[product], _cents(price)
    full = (gross / (1 - DISCOUNT / 100)).quantize(CENT, ROUND_HALF_UP) if code else gross
    return OrderLine(
        id=global_id("OrderLine", _uuid(made)),
        variant=variant,
        product_name=variant.product.name,
        quantity=quantity,
        currency=channel.currency_code,
        unit_gross=gross,
        unit_net=channel.net(gross),
        undiscounted_unit_gross=full,
        voucher_code=code,
    )


def _uuid(made: _Shop) -> str:
    """A version 4 UUID, written directly: `uuid.UUID` would take half of the time of a whole shop."""
    digits = f"{made.dice.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
