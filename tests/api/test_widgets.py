"""What widgets ask beside a customer's value: an order's code and followers, the uses of codes."""

from typing import Any

from sqlalchemy import insert, update

from saleor_influence_app import db
from saleor_influence_app.models import Objection, Score
from tests.support.shop_rows import (
    NOW,
    put_code,
    put_credit,
    put_customers,
    put_order,
    put_run,
    put_score,
    put_tie,
)
from tests.support.staff import Staff


def test_an_order_says_whose_code_was_used(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "berta")
        put_code(session, shop_id, "ANNA-10", "anna")
        orders = {
            "theirs": put_order(session, shop_id, "berta", voucher_code="ANNA-10"),
            "own": put_order(session, shop_id, "anna", voucher_code="ANNA-10"),
            "nobody's": put_order(session, shop_id, "berta", voucher_code="WELCOME"),
            "none": put_order(session, shop_id, "berta"),
        }

    codes = {name: staff.get(f"/api/orders/{one}/influence").json()["code"] for name, one in orders.items()}

    assert codes == {
        "theirs": {"code": "ANNA-10", "owner_id": "anna", "is_own": False},
        "own": {"code": "ANNA-10", "owner_id": "anna", "is_own": True},
        "nobody's": {"code": "WELCOME", "owner_id": None, "is_own": False},
        "none": None,
    }


def test_an_order_names_who_followed_its_customer_since(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id)
        put_customers(session, shop_id, "anna", "berta", "cleo", "dora", "emil")
        put_score(session, shop_id, "anna", run_id=run_id)
        order = put_order(session, shop_id, "anna", days_ago=30)
        for who, days, given in (
            ("berta", 20, {}),
            ("berta", 10, {"proven": True, "tie_kind": "code"}),
            ("cleo", 40, {}),  # before this order
            ("dora", 5, {"tie_kind": "code: leaked", "proven": True}),
            ("emil", 4, {"tie_kind": "named"}),  # has not agreed to be shown
            ("guest:1f", 3, {}),
        ):
            followed = put_order(session, shop_id, None if ":" in who else who, days_ago=days)
            put_credit(session, shop_id, "anna", who, run_id=run_id, order_id=followed, **given)
        put_tie(session, shop_id, "anna", "emil", kind="named", origin="orders", is_hidden=True)

    led = staff.get(f"/api/orders/{order}/influence").json()["led"]

    assert (led["people"], led["orders"], led["counted_orders"]) == (2, 3, 1)
    assert [(one["customer_id"], one["orders"], one["is_counted"]) for one in led["newest"]] == [
        ("berta", 2, True)
    ]

    with db.transaction() as session:
        session.execute(update(Score).where(Score.customer_id == "anna").values(civ=10))
        session.execute(
            insert(Objection),
            [{"shop_id": shop_id, "customer_id": "berta", "at": NOW, "by": "self", "reason": ""}],
        )
    led = staff.get(f"/api/orders/{order}/influence").json()["led"]
    assert (led["people"], led["counted_orders"], led["newest"]) == (1, 1, [])


def test_a_guests_order_led_nobody_and_one_that_is_not_here_says_so(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        order, new = (put_order(session, shop_id, None, days_ago=days) for days in (3, -0.1))
        put_run(session, shop_id)

    told, not_yet = (staff.get(f"/api/orders/{one}/influence").json() for one in (order, new))
    assert (told["led"], told["is_calculated"], not_yet["is_calculated"]) == (None, True, False)
    missing = staff.get("/api/orders/nowhere/influence")
    assert missing.status_code == 404
    assert "has not arrived yet" in missing.json()["error"]["message"]


def test_codes_say_how_often_they_were_used_and_what_others_paid(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "berta")
        put_code(session, shop_id, "ANNA-10", "anna")
        put_code(session, shop_id, "BERTA-10", "berta")
        for who, given in (
            ("berta", {"charged": 40}),
            (None, {"charged": 30}),
            (None, {"charged": 20, "currency": "PLN"}),
            ("anna", {"charged": 99}),
            ("berta", {"charged": 0}),
            ("berta", {"status": "CANCELED"}),
        ):
            put_order(session, shop_id, who, voucher_code="ANNA-10", **given)

    codes = {one["code"]: one["uses"] for one in staff.get("/api/personal-codes").json()["codes"]}

    used: dict[str, Any] = codes["ANNA-10"]
    assert (used["by_others"], used["by_owner"]) == (3, 1)
    assert [(one["amount"], one["currency"]) for one in used["paid"]] == [("70.00", "EUR"), ("20.00", "PLN")]
    assert used["last_at"] == "2026-10-02T12:00:00Z"
    assert codes["BERTA-10"] == {"by_others": 0, "by_owner": 0, "paid": [], "last_at": None}
