"""Bodies with the shape that our subscriptions give, to be changed by the test that needs another."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from webhooks.catalog import BY_SLUG

APP_ID = "QXBwOjE="
OTHER_APP_ID = "QXBwOjI="
CUSTOMER_ID = "VXNlcjo1Mg=="


def moment(**before_now: float) -> str:
    return (datetime.now(UTC) - timedelta(**before_now)).isoformat()


def envelope(slug: str, **changes: Any) -> dict[str, Any]:
    return {
        "__typename": BY_SLUG[slug].typename,
        "issuedAt": moment(seconds=1),
        "issuingPrincipal": {"__typename": "User", "id": "VXNlcjoyMQ=="},
        "recipient": {"id": APP_ID},
        **changes,
    }


def money(amount: Any) -> dict[str, Any]:
    return {"amount": amount}


def line(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"T3JkZXJMaW5lOjE{number}",
        "quantity": 2,
        "totalPrice": {"gross": money(11.9), "net": money(10.0)},
        "variant": {"product": {"id": "UHJvZHVjdDox", "category": {"id": "Q2F0ZWdvcnk6MQ=="}}},
        **changes,
    }


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": "T3JkZXI6MQ==",
        "number": "21",
        "created": moment(hours=1),
        "updatedAt": moment(minutes=1),
        "status": "UNFULFILLED",
        "chargeStatus": "FULL",
        "voucherCode": "ANNA10",
        "userEmail": "anna@example.com",
        "user": {"id": CUSTOMER_ID},
        "channel": {"slug": "default-channel"},
        "total": {"currency": "EUR", "gross": money(11.9), "net": money(10.0)},
        "totalCharged": money(11.9),
        "lines": [line()],
        **changes,
    }


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": CUSTOMER_ID,
        "email": "anna@example.com",
        "isStaff": False,
        "isConfirmed": True,
        "updatedAt": moment(minutes=1),
        **changes,
    }


def order_body(slug: str = "order_created", **order_changes: Any) -> dict[str, Any]:
    return envelope(slug, order=order(**order_changes))


def customer_body(slug: str = "customer_updated", **customer_changes: Any) -> dict[str, Any]:
    return envelope(slug, user=customer(**customer_changes))


def app_body(slug: str = "app_status_changed", **app_changes: Any) -> dict[str, Any]:
    return envelope(slug, app={"id": APP_ID, "isActive": False, **app_changes})


def encode(body: Any) -> bytes:
    return json.dumps(body).encode()
