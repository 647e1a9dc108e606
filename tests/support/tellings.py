"""What Saleor tells, in the shape of its webhooks and pages; and the rows that come of it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.models import Backfill, Shop
from saleor_influence_app.sync import inbox, projection
from webhooks.catalog import BY_SLUG
from webhooks.router import Delivery

APP_ID = "QXBwOjE="
DAY_ONE = datetime(2026, 1, 1, 12, tzinfo=UTC)

Telling = tuple[str, bytes]


def at(minutes: float) -> datetime:
    """So many minutes into the story."""
    return DAY_ONE + timedelta(minutes=minutes)


def make_shop(session: Session, *, history: str = "done", name: str | None = None) -> int:
    """An installed shop whose history is in the given state, committed; its id."""
    fernet = settings.get().fernet
    shop = Shop(
        api_url=f"https://{name or secrets.token_hex(6)}.example/graphql/",
        app_id=APP_ID,
        token_encrypted=fernet.encrypt(b"token").decode(),
        email_key_encrypted=fernet.encrypt(b"key of this shop").decode(),
        jwks={"keys": []},
        jwks_fetched_at=DAY_ONE,
        schema_version="3.23",
        permissions=["MANAGE_ORDERS", "MANAGE_USERS"],
    )
    session.add(shop)
    session.flush()
    for kind in ("orders", "customers"):
        session.add(Backfill(shop_id=shop.id, kind=kind, state=history))
    session.commit()
    return shop.id


def line(
    number: int = 1, *, net: float = 10.0, quantity: int = 1, product: str | None = "UHJvZHVjdDox"
) -> dict[str, Any]:
    """A line of an order, as in the selection OrderFields."""
    variant = {"id": "VjE=", "product": {"id": product, "category": {"id": "Q2F0OjE="}}} if product else None
    return {
        "id": f"line-{number}",
        "quantity": quantity,
        "totalPrice": {"gross": {"amount": net * 1.2}, "net": {"amount": net}},
        "variant": variant,
    }


def order(order_id: str = "order-1", **changes: Any) -> dict[str, Any]:
    """An order, as in OrderFields; `user`, `charged`, `currency` and `minutes` are short for more."""
    user = changes.pop("user", None)
    charged = changes.pop("charged", 12.0)
    currency = changes.pop("currency", "EUR")
    minutes = changes.pop("minutes", 0)
    node: dict[str, Any] = {
        "id": order_id,
        "number": "7",
        "created": at(0).isoformat(),
        "updatedAt": at(minutes).isoformat(),
        "status": "UNFULFILLED",
        "chargeStatus": "FULL",
        "voucherCode": None,
        "userEmail": f"{user or 'guest'}@example.com",
        "user": {"id": user} if user else None,
        "channel": {"slug": "default-channel"},
        "total": {"currency": currency, "gross": {"amount": 12.0}, "net": {"amount": 10.0}},
        "totalCharged": {"amount": charged},
        "totalRefunded": {"amount": 0.0},
        "lines": [line()],
    }
    return node | changes


def customer(customer_id: str = "user-1", *, minutes: float = 0, **changes: Any) -> dict[str, Any]:
    """A customer, as in the selection CustomerFields."""
    node = {
        "id": customer_id,
        "email": f"{customer_id}@example.com",
        "isStaff": False,
        "isActive": True,
        "isConfirmed": True,
        "dateJoined": at(0).isoformat(),
        "updatedAt": at(minutes).isoformat(),
    }
    return node | changes


def told(
    slug: str, subject: Mapping[str, Any] | list[Any] | None, *, minutes: float = 0, recipient: str = APP_ID
) -> Telling:
    """The event of this slug about orders, a customer or an app, issued so many minutes into the story."""
    names = {"order_bulk_created": "orders", "order": "order", "app": "app"}
    name = next((name for begin, name in names.items() if slug.startswith(begin)), "user")
    body = {
        "__typename": BY_SLUG[slug].typename,
        "issuedAt": at(minutes).isoformat(),
        "issuingPrincipal": None,
        "recipient": {"id": recipient},
        name: subject,
    }
    return slug, json.dumps(body).encode()


def deliver(session: Session, shop_id: int, tellings: Iterable[Telling]) -> None:
    """The tellings are in the inbox, committed."""
    for slug, body in tellings:
        inbox.store(session, Delivery(shop_id, slug, body, sha256(body).digest(), None))
    session.commit()


def tell(session: Session, shop_id: int, *tellings: Telling, batch: int = 500) -> None:
    """The tellings have arrived and were projected."""
    deliver(session, shop_id, tellings)
    projection.project(db.transaction, shop_id, batch=batch)


def rows(session: Session, table: str, shop_id: int, columns: str = "*") -> list[dict[str, Any]]:
    """The shop's rows of a table, in a fixed order, without the shop's id."""
    session.rollback()
    found = session.execute(
        text(f"SELECT {columns} FROM {table} WHERE shop_id = :shop_id"), {"shop_id": shop_id}
    )
    return sorted(
        ({key: value for key, value in row._mapping.items() if key != "shop_id"} for row in found), key=repr
    )


def state_of(session: Session, shop_id: int) -> dict[str, list[dict[str, Any]]]:
    """All facts of the shop, comparable."""
    return {table: rows(session, table, shop_id) for table in ("orders", "order_lines", "customers")}


def only(session: Session, table: str, shop_id: int) -> dict[str, Any]:
    """The one row there is."""
    (row,) = rows(session, table, shop_id)
    return row
