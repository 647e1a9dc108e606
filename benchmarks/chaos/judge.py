"""The verdict: every row of the app's database, and every record it wrote, held against the world."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.chaos.sender import Ledger
from benchmarks.chaos.world import Json, Shop, owner_of

NO_PURCHASE = {"CANCELED", "EXPIRED", "DRAFT"}
EXAMPLES = 5


@dataclass
class Verdict:
    """What is not as it should be, an example each for people."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def lines(self) -> Iterable[str]:
        """Yield the first examples of each kind."""
        for name in ("lost", "doubled", "wrong"):
            for example in getattr(self, name)[:EXAMPLES]:
                yield f"  {name}: {example}"


def judge(connection: Connection, shops: Mapping[int, Shop], ledger: Ledger) -> Verdict:
    """Compare everything of the shops, by their ids in the app; the app must be at rest."""
    verdict = Verdict(wrong=list(ledger.wrong))
    for shop_id, shop in shops.items():
        one = _Comparison(connection, shop, shop_id, verdict)
        one.orders()
        one.lines()
        one.customers()
        one.values()
        one.records()
        one.messages(ledger)
        one.runs()
    return verdict


@dataclass(frozen=True)
class _Comparison:
    """One shop, as it is and as the app has it."""

    connection: Connection
    shop: Shop
    shop_id: int
    verdict: Verdict

    def orders(self) -> None:
        rows = {
            row.order_id: row
            for row in self.connection.execute(
                text("SELECT * FROM orders WHERE shop_id = :id"), {"id": self.shop_id}
            )
        }
        self.verdict.lost += [
            f"order {one} of shop {self.shop_id}" for one in self.shop.orders.keys() - rows.keys()
        ]
        self.verdict.doubled += [
            f"order {one}, which nobody made" for one in rows.keys() - self.shop.orders.keys()
        ]
        for order_id in self.shop.orders.keys() & rows.keys():
            node, row = self.shop.orders[order_id], rows[order_id]
            if row.updated_at < datetime.fromisoformat(node["updatedAt"]):
                self.verdict.lost.append(f"the newest state of order {order_id} of shop {self.shop_id}")
                continue
            said = {
                "number": row.number,
                "created_at": row.created_at,
                "updated_at": row.updated_at,
                "status": row.status,
                "charge_status": row.charge_status,
                "currency": row.currency,
                "gross": row.gross,
                "net": row.net,
                "charged": row.charged,
                "customer_id": row.customer_id,
                "nameless": row.email_hash is None if order_id in self.shop.unnamed else False,
            }
            is_so = {
                "number": node["number"],
                "created_at": datetime.fromisoformat(node["created"]),
                "updated_at": datetime.fromisoformat(node["updatedAt"]),
                "status": node["status"],
                "charge_status": node["chargeStatus"],
                "currency": node["total"]["currency"],
                "gross": _money(node["total"]["gross"]),
                "net": _money(node["total"]["net"]),
                "charged": _money(node["totalCharged"]),
                "customer_id": (node["user"] or {}).get("id"),
                "nameless": order_id in self.shop.unnamed,
            }
            self.compare(f"order {order_id} of shop {self.shop_id}", said, is_so)

    def lines(self) -> None:
        asked = text(
            "SELECT order_id, line_id, product_id, quantity, net FROM order_lines WHERE shop_id = :id"
        )
        rows = {
            (row.order_id, row.line_id): row for row in self.connection.execute(asked, {"id": self.shop_id})
        }
        nodes = {
            (order["id"], line["id"]): line for order in self.shop.orders.values() for line in order["lines"]
        }
        self.verdict.lost += [f"line {one}" for _, one in nodes.keys() - rows.keys()]
        self.verdict.doubled += [f"line {one}, which nobody ordered" for _, one in rows.keys() - nodes.keys()]
        for name in nodes.keys() & rows.keys():
            node, row = nodes[name], rows[name]
            said = {"product_id": row.product_id, "quantity": row.quantity, "net": row.net}
            product, net = node["variant"]["product"]["id"], _money(node["totalPrice"]["net"])
            is_so = {"product_id": product, "quantity": node["quantity"], "net": net}
            self.compare(f"line {name[1]}", said, is_so)

    def customers(self) -> None:
        asked = text("SELECT customer_id, updated_at, email_hash FROM customers WHERE shop_id = :id")
        rows = {row.customer_id: row for row in self.connection.execute(asked, {"id": self.shop_id})}
        for customer_id, node in self.shop.customers.items():
            row = rows.get(customer_id)
            if row is None or row.updated_at < datetime.fromisoformat(node["updatedAt"]):
                self.verdict.lost.append(f"customer {customer_id} of shop {self.shop_id}")
            elif row.email_hash is None:
                self.verdict.wrong.append(
                    f"customer {customer_id} of shop {self.shop_id} is there and was taken for deleted"
                )
        for customer_id in self.shop.deleted & rows.keys():
            self.verdict.lost.append(f"the deletion of customer {customer_id} of shop {self.shop_id}")
        unknown = rows.keys() - self.shop.customers.keys() - self.shop.deleted
        self.verdict.doubled += [f"customer {one}, whom nobody knows" for one in unknown]

    def values(self) -> None:
        """The last run counted each customer's paid orders, and their money, as one would by hand."""
        by_email = {node["email"]: customer_id for customer_id, node in self.shop.customers.items()}
        counts: dict[str, int] = {}
        money: dict[str, Decimal] = {}
        for order in self.shop.orders.values():
            owner, charged = owner_of(self.shop, order, by_email), _money(order["totalCharged"])
            if (
                order["id"] in self.shop.unnamed
                or owner is None
                or order["status"] in NO_PURCHASE
                or charged <= 0
            ):
                continue
            counts[owner] = counts.get(owner, 0) + 1
            money[owner] = money.get(owner, Decimal(0)) + charged
        asked = text("SELECT customer_id, orders_count, revenue FROM scores WHERE shop_id = :id")
        rows = {row.customer_id: row for row in self.connection.execute(asked, {"id": self.shop_id})}
        self.verdict.lost += [
            f"the value of customer {one} of shop {self.shop_id}" for one in counts.keys() - rows.keys()
        ]
        self.verdict.wrong += [
            f"deleted customer {one} has a value" for one in rows.keys() & self.shop.deleted
        ]
        for customer_id, row in rows.items():
            said = {"orders": row.orders_count, "revenue": row.revenue}
            is_so = {"orders": counts.get(customer_id, 0), "revenue": money.get(customer_id, Decimal(0))}
            self.compare(f"the value of customer {customer_id} of shop {self.shop_id}", said, is_so)

    def records(self) -> None:
        """What stands in the shop's customer records is what the app wants there, and nothing else of it."""
        asked = text("SELECT customer_id, state, wanted->'private' AS wanted FROM outbox WHERE shop_id = :id")
        rows = {row.customer_id: row for row in self.connection.execute(asked, {"id": self.shop_id})}
        scored = text("SELECT customer_id FROM scores WHERE shop_id = :id")
        for customer_id in self.connection.scalars(scored, {"id": self.shop_id}):
            if customer_id not in rows:
                self.verdict.lost.append(f"the record of customer {customer_id} of shop {self.shop_id}")
        for customer_id, row in rows.items():
            if row.state != "written":
                self.verdict.lost.append(
                    f"the record of customer {customer_id} of shop {self.shop_id}: {row.state}"
                )
            elif (row.wanted or {}) != self.shop.records.get(customer_id, {}):
                self.verdict.wrong.append(f"the record of customer {customer_id} of shop {self.shop_id}")
        left = {customer_id for customer_id, record in self.shop.records.items() if record} - rows.keys()
        self.verdict.wrong += [
            f"keys left in the record of customer {one} of shop {self.shop_id}" for one in left
        ]

    def messages(self, ledger: Ledger) -> None:
        asked = text(
            "SELECT body_hash, count(*) AS times, min(state) AS state FROM messages "
            "WHERE shop_id = :id GROUP BY body_hash"
        )
        rows = {bytes(row.body_hash): row for row in self.connection.execute(asked, {"id": self.shop_id})}
        for (number, digest), fate in ledger.stored.items():
            if number != self.shop.number:
                continue
            row = rows.get(digest)
            if row is None:
                self.verdict.lost.append(f"a delivery of shop {self.shop_id} that was answered with 2xx")
            elif row.state == "pending":
                self.verdict.lost.append(f"a message of shop {self.shop_id} that nobody handled")
            elif (row.state == "failed") is not (fate == "unreadable"):
                self.verdict.wrong.append(f"a message of shop {self.shop_id} is {row.state}")
        self.verdict.doubled += [
            f"a message of shop {self.shop_id}" for row in rows.values() if row.times > 1
        ]
        refused = {digest for number, digest in ledger.refusals if number == self.shop.number}
        self.verdict.wrong += [
            f"a delivery of shop {self.shop_id} that was no genuine one" for _ in refused & rows.keys()
        ]

    def runs(self) -> None:
        beside = text("""
            SELECT count(*) FROM runs a JOIN runs b ON b.shop_id = a.shop_id AND b.id > a.id
            WHERE a.shop_id = :id AND a.state = 'done' AND b.state = 'done'
                AND b.started_at < a.finished_at AND a.started_at < b.finished_at
        """)
        count = self.connection.scalar(beside, {"id": self.shop_id})
        self.verdict.doubled += [f"a run of shop {self.shop_id} beside another"] * int(count or 0)
        newest = text("SELECT state, error FROM runs WHERE shop_id = :id ORDER BY id DESC LIMIT 1")
        row = self.connection.execute(newest, {"id": self.shop_id}).one_or_none()
        if row is None or row.state != "done":
            self.verdict.lost.append(f"the last run of shop {self.shop_id}: {row}")

    def compare(self, what: str, said: Json, is_so: Json) -> None:
        differing = [name for name, value in is_so.items() if said[name] != value]
        if differing:
            name = differing[0]
            self.verdict.wrong.append(f"{what}: {name} is {said[name]!r} and not {is_so[name]!r}")


def _money(node: Any) -> Decimal:
    return Decimal(json.dumps(node["amount"])).quantize(Decimal("0.01"))
