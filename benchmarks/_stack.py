"""What the measurements of intake, backfill and projection stand on: embedded servers, one shop, orders."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import create_engine

from sandbox.servers import embedded_postgresql, embedded_redis

APP_ID = "QXBwOjE="
TOKEN = "tokenoftheapptokenoftheapptoke"  # noqa: S105 - of a shop that lives for this run
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


@contextmanager
def servers() -> Iterator[Path]:
    """PostgreSQL, migrated, and Redis run in this folder; the environment names them as an operator would."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="influence-benchmark-")))
        database = stack.enter_context(embedded_postgresql(folder / "postgresql"))
        (folder / "redis").mkdir()
        broker = stack.enter_context(embedded_redis(folder / "redis"))
        os.environ |= {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "SECRET_KEY": Fernet.generate_key().decode(),
            "ALLOW_PRIVATE_NETWORKS": "true",
            "ALLOWED_DOMAIN_PATTERN": r"http://127\.0\.0\.1:\d+",
            "LOG_LEVEL": "WARNING",
        }
        from saleor_influence_app import db, log  # after the environment is set

        log.configure(level="WARNING")
        engine = create_engine(database)
        with engine.connect() as connection:
            db.migrate(connection)
        engine.dispose()
        yield folder
        db.engine().dispose()


def put_shop(api_url: str, *, jwks: dict[str, Any] | None = None, history: str = "waiting") -> int:
    """The shop is installed; its id."""
    from saleor_influence_app import db, settings
    from saleor_influence_app.models import Backfill, Shop

    with db.transaction() as session:
        shop = Shop(
            api_url=api_url,
            app_id=APP_ID,
            token_encrypted=settings.close_secret(TOKEN),
            email_key_encrypted=settings.close_secret("a key of this shop's own"),
            jwks=jwks or {"keys": []},
            jwks_fetched_at=BEGIN,
            schema_version="3.23",
            permissions=["MANAGE_ORDERS", "MANAGE_USERS"],
        )
        session.add(shop)
        session.flush()
        for kind in ("customers", "orders"):
            session.add(Backfill(shop_id=shop.id, kind=kind, state=history))
        return shop.id


def order_body(number: int, *, event: str = "OrderCreated") -> bytes:
    """A delivery of about three kilobytes about an order with one to four lines."""
    moment = (BEGIN + timedelta(minutes=number)).isoformat()
    person = number % 17_389
    lines = [
        {
            "id": f"T3JkZXJMaW5lOj{number}-{line}",
            "quantity": 1 + line,
            "totalPrice": {"gross": {"amount": 23.98}, "net": {"amount": 20.15}},
            "variant": {
                "id": f"UHJvZHVjdFZhcmlhbnQ6{line}",
                "product": {"id": f"UHJvZHVjdDo{line}", "category": {"id": "Q2F0ZWdvcnk6NDM="}},
            },
        }
        for line in range(1 + number % 4)
    ]
    order = {
        "id": f"T3JkZXI6{number:032x}",
        "number": str(number),
        "created": moment,
        "updatedAt": moment,
        "status": "UNFULFILLED",
        "chargeStatus": "FULL",
        "voucherCode": None,
        "userEmail": f"person-{person}@example.com",
        "user": {"id": f"VXNlcjo{person}"} if person % 5 else None,
        "channel": {"slug": "default-channel"},
        "total": {"currency": "EUR", "gross": {"amount": 23.98}, "net": {"amount": 20.15}},
        "totalCharged": {"amount": 23.98},
        "totalRefunded": {"amount": 0.0},
        "lines": lines,
    }
    return json.dumps(
        {
            "__typename": event,
            "issuedAt": moment,
            "issuingPrincipal": {"__typename": "User", "id": "VXNlcjoyMQ=="},
            "recipient": {"id": APP_ID},
            "order": order,
        }
    ).encode()
