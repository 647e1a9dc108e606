"""Rows of a shop for the tests of the steps, without the steps that would make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import insert, null, text
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import (
    CodeLeak,
    Credit,
    Customer,
    Evidence,
    Membership,
    Order,
    OrderLine,
    PersonalCode,
    Run,
    Score,
    Shop,
    Tie,
    Trial,
    TrialCandidate,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LONG_KNOWN = datetime(2000, 1, 1, tzinfo=UTC)
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
        "segments_only": False,  # as in shops of before that setting: value and score are written, too
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
    """An order that was paid, 30 days before NOW, over 50 EUR, unless told otherwise.

    It has one line over all of its money, of a product that no other order has, or of `product`; `line` holds
    more columns of it.
    """
    days = given.pop("days_ago", 30.0)
    product, line = given.pop("product", None), given.pop("line", {})
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
    order_id = str(columns["order_id"])
    only = {"shop_id": shop_id, "order_id": order_id, "line_id": f"line of {order_id}", "quantity": 1}
    only |= {"product_id": product or f"product of {order_id}", "net": columns["gross"]}
    session.execute(insert(OrderLine), [only | line])
    return order_id


def put_code(session: Session, shop_id: int, code: str, customer_id: str, *, days_ago: float = 900) -> None:
    """A personal code, theirs since long ago."""
    session.add(
        PersonalCode(
            shop_id=shop_id, code=code, customer_id=customer_id, valid_from=NOW - timedelta(days=days_ago)
        )
    )
    session.flush()


def put_leak(
    session: Session,
    shop_id: int,
    code: str,
    customer_id: str,
    *,
    days_ago: float,
    until: float | None = None,
) -> None:
    """Crediting of a code is paused since so many days ago."""
    session.add(
        CodeLeak(
            shop_id=shop_id,
            code=code,
            customer_id=customer_id,
            since=NOW - timedelta(days=days_ago),
            until=None if until is None else NOW - timedelta(days=until),
            found_at=NOW,
            reason="STRANGERS",
        )
    )
    session.flush()


def put_tie(session: Session, shop_id: int, source_id: str, target_id: str, **given: Any) -> None:
    """A tie that staff told, since always; known since it began, unless the test says otherwise."""
    columns = {"kind": "friend", "origin": "staff", "weight": 1.0, "valid_from": None} | given
    proved = columns["origin"] == "orders"
    columns.setdefault("known_at", null() if proved else columns["valid_from"] or LONG_KNOWN)
    session.add(Tie(shop_id=shop_id, source_id=source_id, target_id=target_id, **columns))
    session.flush()


def put_trial(session: Session, shop_id: int, customer_id: str, **given: Any) -> int:
    """A trial of 40 and 40 that began ten days before NOW, for thirty days; `guests` are who is here."""
    guests = given.pop("guests", {})
    columns = {
        "rule_version": "trial-1",
        "seed": 7,
        "started_at": NOW - timedelta(days=10),
        "ends_at": NOW + timedelta(days=20),
        "made_by": "VXNlcjox",
        "base_share": 0.1,
        "detectable": 0.25,
        "invited": 40,
        "held_out": 40,
    } | given
    trial = Trial(shop_id=shop_id, customer_id=customer_id, **columns)
    session.add(trial)
    session.flush()
    for guest, invited in guests.items():
        row = {"shop_id": shop_id, "trial_id": trial.id, "customer_id": guest, "invited": invited}
        session.add(TrialCandidate(**row, drawn_at=columns["started_at"], social=False))
    session.flush()
    return trial.id


RESULT: dict[str, Any] = {
    "state": "ended",
    "started_at": NOW - timedelta(days=40),
    "ends_at": NOW - timedelta(days=10),
    "ended_at": NOW - timedelta(days=9),
    "invited_bought": 12,
    "held_out_bought": 3,
    "p": 0.0098785,
    "difference": 0.225,
    "difference_low": 0.08,
    "difference_high": 0.36,
}
"""Columns of a trial that the invited won."""


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
        "value": value,
        "value_low": 80,
        "value_high": 180,
        "verdict": "not enough evidence",
        "evidence": "some",
        "percentile": 50.0,
    } | given
    session.execute(
        insert(Score), [{"shop_id": shop_id, "customer_id": customer_id, "run_id": run_id} | columns]
    )


def put_evidence(session: Session, shop_id: int, customer_id: str, **given: Any) -> None:
    """A customer of whom there is not enough evidence."""
    run_id = given.pop("run_id", None) or put_run(session, shop_id)
    numbers = (
        *("pairs", "followers", "trusted_followers", "observed", "expected", "observed_before"),
        *("expected_before", "af", "credit", "civ", "civ_estimate", "civ_low", "civ_high", "possible_up_to"),
    )
    columns: dict[str, Any] = dict.fromkeys(numbers, 0)
    columns |= {"rr": 1.0, "rr_low": 0.5, "rr_high": 2.0, "p_timing": 1.0, "p_lead": 1.0, "topic": ""}
    columns |= dict.fromkeys(("inferred", "verdict"), "not enough evidence")
    row = {"shop_id": shop_id, "customer_id": customer_id, "run_id": run_id} | columns | given
    session.execute(insert(Evidence), [row])


def put_credit(session: Session, shop_id: int, source_id: str, customer_id: str, **given: Any) -> None:
    """A line that one customer bought twelve days after another, shared by nobody."""
    run_id = given.pop("run_id", None) or put_run(session, shop_id)
    number = session.execute(text("SELECT count(*) FROM credits")).scalar_one() + 1
    columns = {
        "order_id": f"order {number}",
        "line_id": f"line {number}",
        "product_id": "lamp",
        "topic": None,
        "tie_kind": "friend",
        "days_between": 12.0,
        "sharers": 1,
        "share": 1.0,
        "trust": 1.0,
        "cap": 1.0,
        "amount": 40,
        "credit": 40,
        "proven": False,
    }
    row = {"shop_id": shop_id, "source_id": source_id, "customer_id": customer_id, "run_id": run_id}
    session.execute(insert(Credit), [row | columns | given])


def put_membership(session: Session, shop_id: int, segment: str, *customer_ids: str) -> None:
    run_id = put_run(session, shop_id)
    session.execute(
        insert(Membership),
        [
            {
                "shop_id": shop_id,
                "segment": segment,
                "customer_id": one,
                "run_id": run_id,
                "since": NOW,
                "parts": "[]",
            }
            for one in customer_ids
        ],
    )
