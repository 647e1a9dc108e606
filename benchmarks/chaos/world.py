"""The shops as they really are: what happens in them, and what is true at every moment.

Nothing of the product is used here: a mistake of the product cannot be one of its judge.
"""

import json
import random
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str]
"""A place in a listing: the time it is sorted by, and the id."""

DAYS_OF_HISTORY = 700
HISTORY_SHARE = 0.05
"""Of the orders, made before the app is installed: they come by pages, the others by webhooks."""
GUESTS = 0.15
CUSTOMER_STORIES = 0.12
CATEGORIES = [f"Q2F0ZWdvcnk6{number}" for number in range(1, 9)]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: its webhook, and the body that Saleor would sign."""

    shop: int
    slug: str
    body: bytes


@dataclass
class Shop:
    """One shop: its customers and orders as Saleor holds them now, and what the app wrote into it."""

    number: int
    app_id: str
    token: str
    customers: dict[str, Json] = field(default_factory=dict)
    orders: dict[str, Json] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    unnamed: set[str] = field(default_factory=set)
    """Orders whose customer was deleted: nothing may name them again."""
    records: dict[str, dict[str, str]] = field(default_factory=dict)
    """Private metadata of the customers, as far as the app wrote it."""
    given_up: list[Json] = field(default_factory=list)
    """Deliveries that Saleor gave up, as `eventDeliveries` lists them."""
    _by: dict[tuple[str, str], list[Key]] = field(default_factory=dict)
    _told: dict[str, Json] = field(default_factory=dict)

    def put(self, kind: str, node: Json) -> None:
        """The node is what Saleor has of it from now on."""
        nodes = self.nodes(kind)
        old = nodes.get(node["id"])
        for sort in ("updatedAt", BORN[kind]):
            keys = self._by.setdefault((kind, sort), [])
            if old is not None:
                del keys[bisect_right(keys, (old[sort], node["id"])) - 1]
            insort(keys, (node[sort], node["id"]))
        nodes[node["id"]] = node

    def remove_customer(self, customer_id: str) -> None:
        """The customer is gone; their orders stay, without a name, and with the updatedAt they had."""
        node = self.customers.pop(customer_id)
        for sort in ("updatedAt", "dateJoined"):
            keys = self._by["customers", sort]
            del keys[bisect_right(keys, (node[sort], customer_id)) - 1]
        self.deleted.add(customer_id)
        self.records.pop(customer_id, None)
        for order_id, order in self.orders.items():
            if (order["user"] or {}).get("id") == customer_id:
                self.orders[order_id] = order | {"user": None}
                self.unnamed.add(order_id)

    def nodes(self, kind: str) -> dict[str, Json]:
        """Return what there is of the kind, by id."""
        return self.customers if kind == "customers" else self.orders

    def page(self, kind: str, *, sort: str, after: Key | None, since: str | None, size: int) -> list[Key]:
        """Return the next places of a listing; one more than asked for says that it goes on."""
        keys = self._by.get((kind, sort), [])
        begin = bisect_right(keys, after) if after else 0
        if since is not None:
            begin = max(begin, bisect_right(keys, (since, "")))
        return keys[begin : begin + size + 1]


BORN = {"customers": "dateJoined", "orders": "created"}


class World:
    """The shops, and the stories that unfold in them; the same seed tells the same stories."""

    def __init__(self, *, shops: int, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - stories, not secrets
        self.shops = [
            Shop(number, f"QXBwOjEwM{number}", f"token-of-the-app-in-shop-{number:04}")
            for number in range(shops)
        ]
        self._count = 0
        self._last = datetime.now(UTC) - timedelta(minutes=30)

    def history(self, orders: int) -> None:
        """Orders and customers from before the installation are there; nobody is told."""
        for _ in range(orders):
            for _event in self._story():
                pass

    def events(self) -> Iterator[Event]:
        """Yield what happens, without end: many stories at a time, a step of one after a step of another."""
        stories: list[Iterator[Event]] = []
        while True:
            while len(stories) < 60 * len(self.shops):
                stories.append(self._story())
            place = self.chance.randrange(len(stories))
            event = next(stories[place], None)
            if event is None:
                stories[place] = stories[-1]
                stories.pop()
            else:
                yield event

    def _story(self) -> Iterator[Event]:
        shop = self.chance.choice(self.shops)
        if self.chance.random() < CUSTOMER_STORIES or not shop.customers:
            return self._customer(shop)
        return self._order(shop)

    def _customer(self, shop: Shop) -> Iterator[Event]:
        number = self._next()
        node = {
            "id": f"VXNlcjo{number}",
            "email": f"person.{number}@example.com",
            "isStaff": False,
            "isActive": True,
            "isConfirmed": True,
            "dateJoined": self._earlier(),
            "updatedAt": self._now(),
        }
        shop.put("customers", node)
        yield self._event(shop, "customer_created", {"user": node})
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            if node["id"] not in shop.customers:
                return
            node = shop.customers[node["id"]] | {"updatedAt": self._now()}
            shop.put("customers", node)
            seen = {name: node[name] for name in ("id", "email", "isStaff", "isConfirmed", "updatedAt")}
            yield self._event(shop, "customer_updated", {"user": seen})
        if self.chance.random() < 0.1 and node["id"] in shop.customers:
            shop.remove_customer(node["id"])
            slug = self.chance.choice(("customer_deleted", "account_deleted"))
            yield self._event(shop, slug, {"user": {"id": node["id"]}})

    def _order(self, shop: Shop) -> Iterator[Event]:
        order_id = self._new_order(shop)
        yield self._tell(shop, order_id, "order_created")
        if self.chance.random() < 0.5:
            yield self._tell(shop, order_id, "order_confirmed", status="UNFULFILLED")
        gross = shop.orders[order_id]["total"]["gross"]["amount"]
        if self.chance.random() < 0.08:
            yield self._tell(shop, order_id, "order_cancelled", status="CANCELED")
            return
        paid = {"chargeStatus": "FULL", "totalCharged": {"amount": gross}}
        yield self._tell(shop, order_id, "order_fully_paid", **paid)
        yield self._tell(shop, order_id, "order_updated")
        yield self._tell(shop, order_id, "order_updated", status="FULFILLED")
        if self.chance.random() < 0.06:
            left = round(gross * self.chance.choice((0, 0.5)), 2)
            refunded = {"chargeStatus": "PARTIAL" if left else "NONE", "totalCharged": {"amount": left}}
            yield self._tell(shop, order_id, "order_refunded", **refunded)
            yield self._tell(shop, order_id, "order_updated")

    def _new_order(self, shop: Shop) -> str:
        number = self._next()
        buyer = self.chance.choice(list(shop.customers)[-2_000:])
        guest = self.chance.random() < GUESTS
        # a guest's address is mostly nobody's, and sometimes one that has an account
        known = self.chance.random() < 0.3
        email = shop.customers[buyer]["email"] if known or not guest else f"guest.{number}@example.com"
        lines = [self._line(number, place) for place in range(self.chance.randint(1, 4))]
        gross = round(sum(line["totalPrice"]["gross"]["amount"] for line in lines), 2)
        node = {
            "id": f"T3JkZXI6{number}",
            "number": str(number),
            "created": self._earlier(),
            "updatedAt": self._now(),
            "status": "UNCONFIRMED",
            "chargeStatus": "NONE",
            "voucherCode": None,
            "userEmail": email,
            "user": None if guest else {"id": buyer},
            "channel": {"slug": "default-channel"},
            "total": {
                "currency": "EUR",
                "gross": {"amount": gross},
                "net": {"amount": round(gross / 1.2, 2)},
            },
            "totalCharged": {"amount": 0.0},
            "collectionPointName": None,
            "shippingAddress": None,
            "giftCards": [],
            "payments": [],
            "transactions": [],
            "lines": lines,
        }
        shop.put("orders", node)
        return str(node["id"])

    def _line(self, order: int, place: int) -> Json:
        amount = round(self.chance.uniform(3, 90), 2)
        product = self.chance.randrange(400)
        category = {"id": CATEGORIES[product % len(CATEGORIES)]}
        return {
            "id": f"T3JkZXJMaW5lOj{order}-{place}",
            "quantity": self.chance.randint(1, 3),
            "isGift": False,
            "totalPrice": {"gross": {"amount": amount}, "net": {"amount": round(amount / 1.2, 2)}},
            "variant": {
                "product": {
                    "id": f"UHJvZHVjdDo{product}",
                    "category": category,
                    "productType": {"kind": "NORMAL"},
                }
            },
        }

    def _tell(self, shop: Shop, order_id: str, slug: str, **changed: Any) -> Event:
        """The order changes so, and Saleor tells of it."""
        node = shop.orders[order_id] | changed | {"updatedAt": self._now()}
        shop.put("orders", node)
        return self._event(shop, slug, {"order": node})

    def _event(self, shop: Shop, slug: str, about: Json) -> Event:
        envelope = {
            "__typename": slug.replace("_", " ").title().replace(" ", ""),
            "issuedAt": self._now(),
            "issuingPrincipal": None,
            "recipient": {"id": shop.app_id},
        }
        return Event(shop.number, slug, json.dumps(envelope | about).encode())

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _now(self) -> str:
        """Return the time, later than every time told before: two states of an order are never one."""
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last.isoformat(timespec="microseconds")

    def _earlier(self) -> str:
        then = datetime.now(UTC) - timedelta(days=self.chance.uniform(0.01, DAYS_OF_HISTORY))
        return then.isoformat(timespec="microseconds")


def owner_of(shop: Shop, order: Mapping[str, Any], by_email: Mapping[str, str]) -> str | None:
    """Return whose the order is: the account it names, else the one with its e-mail address."""
    bound = (order["user"] or {}).get("id")
    return bound if bound in shop.customers else by_email.get(order["userEmail"])
