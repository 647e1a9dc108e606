"""Rows of a shop for the tests of the steps, without the steps that would make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Customer, Membership, Order, Run, Score, Shop

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EMAIL_KEY = Fernet.generate_key().decode()


def put_shop(session: Session, api_url: str = "https://one.example/graphql/", **given: Any) -> int:
    encrypt = settings.get().fernet.encrypt
    token = given.pop("token", "token-of-the-app")
    columns = {
        "app_id": "QXBwOjE=",
        "jwks": {"keys": []},
        "jwks_fetched_at": NOW,
        "schema_version": "3.23",
        "saleor_version": "3.23.28",
        "permissions": ["MANAGE_DISCOUNTS", "MANAGE_ORDERS", "MANAGE_USERS"],
    } | given
    shop = Shop(
        api_url=api_url,
        token_encrypted=encrypt(token.encode()).decode(),
        email_key_encrypted=encrypt(EMAIL_KEY.encode()).decode(),
        **columns,
    )
    session.add(shop)
    session.flush()
    return shop.id


def put_customers(session: Session, shop_id: int, *customer_ids: str, **given: Any) -> None:
    session.execute(
        insert(Customer),
        [
            {"shop_id": shop_id, "customer_id": one, "updated_at": NOW, "seen_at": NOW} | given
            for one in customer_ids
        ],
    )


def put_order(session: Session, shop_id: int, customer_id: str | None, **given: Any) -> str:
    """An order that was paid, 30 days before NOW, over 50 EUR, unless told otherwise."""
    days = given.pop("days_ago", 30.0)
    charged = given.pop("charged", 50)
    number = session.execute(text("SELECT count(*) FROM orders")).scalar_one() + 1
    columns = {
        "order_id": f"T3JkZXI6{number}",
        "number": str(number),
        "created_at": NOW - timedelta(days=days),
        "updated_at": NOW - timedelta(days=days),
        "status": "FULFILLED",
        "charge_status": "FULL",
        "channel": "default-channel",
        "currency": "EUR",
        "gross": charged,
        "net": charged,
        "charged": charged,
        "voucher_code": None,
        "customer_id": customer_id,
        "email_hash": None,
        "fingerprint": number.to_bytes(8, "big"),
    } | given
    session.execute(insert(Order), [{"shop_id": shop_id} | columns])
    return str(columns["order_id"])


def put_run(session: Session, shop_id: int, **given: Any) -> int:
    columns = {"kind": "full", "state": "done", "as_of": NOW, "started_at": NOW, "finished_at": NOW} | given
    run = Run(shop_id=shop_id, **columns)
    session.add(run)
    session.flush()
    return run.id


def put_score(session: Session, shop_id: int, customer_id: str, **given: Any) -> None:
    """A customer worth 120 EUR."""
    run_id = given.pop("run_id", None) or put_run(session, shop_id)
    value = given.pop("value", 120)
    columns = {
        "currency": "EUR",
        "orders_count": 3,
        "revenue": 150,
        "frequency": 2,
        "recency_days": 100.0,
        "age_days": 130.0,
        "monetary_value": 50,
        "clv": value,
        "clv_low": 80,
        "clv_high": 180,
        "crv": 0,
        "crv_orders": 0,
        "civ": None,
        "value": value,
        "value_low": 80,
        "value_high": 180,
        "score": None,
        "evidence": "some",
        "rank": 1,
        "percentile": 50.0,
    } | given
    session.execute(
        insert(Score), [{"shop_id": shop_id, "customer_id": customer_id, "run_id": run_id} | columns]
    )


def put_membership(session: Session, shop_id: int, segment: str, *customer_ids: str) -> None:
    session.execute(
        insert(Membership),
        [
            {
                "shop_id": shop_id,
                "segment": segment,
                "customer_id": one,
                "since": NOW,
                "reason": "Her value is in the top 5 %.",
            }
            for one in customer_ids
        ],
    )
