"""What the panel's lists ask: who led to an order, customers by verdict, whose codes these are."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from saleor_influence_app import db
from saleor_influence_app.models import Credit, Score
from tests.support.shop_server import AppClient
from tests.support.staff import Staff

Fill = Callable[[], int]


def _put_credit(shop_id: int, run_id: int, source: str, order: str, **given: Any) -> None:
    columns = {
        "line_id": "line-1",
        "customer_id": "once",
        "product_id": "P1",
        "topic": None,
        "tie_kind": "friend",
        "days_between": 3.0,
        "sharers": 1,
        "share": 1.0,
        "trust": 1.0,
        "cap": 1.0,
        "amount": Decimal(30),
        "credit": Decimal(10),
        "proven": False,
    } | given
    with db.transaction() as session:
        session.execute(
            insert(Credit),
            [{"shop_id": shop_id, "run_id": run_id, "source_id": source, "order_id": order} | columns],
        )


def _put_score(shop_id: int, customer_id: str, **given: Any) -> None:
    with db.transaction() as session:
        session.execute(
            update(Score).where(Score.shop_id == shop_id, Score.customer_id == customer_id).values(**given)
        )


def test_an_order_names_who_led_to_it_with_the_same_cents_as_the_customers_own_page(
    staff: Staff, shop_id: int, valued: Fill
) -> None:
    run_id = valued()
    _put_score(shop_id, "often", civ=Decimal("10.01"), verdict="leads")
    for order in ("T3JkZXI6MQ==", "T3JkZXI6Mg==", "T3JkZXI6Mw=="):
        _put_credit(shop_id, run_id, "often", order)
    _put_credit(shop_id, run_id, "once", "T3JkZXI6MQ==", customer_id="guest:ab", tie_kind="household")

    rows = staff.get("/api/orders/T3JkZXI6MQ==/credits").json()

    assert [(row["source_id"], row["customer_id"]) for row in rows] == [("often", "once"), ("once", None)]
    own = staff.get("/api/customers/often/credits").json()["rows"]
    booked = {row["order_id"]: row["booked"]["amount"] for row in own}
    assert sum(map(Decimal, booked.values())) == Decimal("10.01")
    assert rows[0]["booked"]["amount"] == booked["T3JkZXI6MQ=="]
    assert rows[1]["booked"]["amount"] == "0.00"


def test_an_order_that_nobody_led_to_and_one_that_is_not_there_have_no_rows(
    staff: Staff, valued: Fill
) -> None:
    valued()

    assert staff.get("/api/orders/T3JkZXI6MQ==/credits").json() == []
    assert staff.get("/api/orders/no-such-order/credits").json() == []


def test_another_shops_order_has_no_rows_here(staff: Staff, neighbour_id: int, valued: Fill) -> None:
    run_id = valued()
    _put_credit(neighbour_id, run_id, "often", "T3JkZXI6MQ==")

    assert staff.get("/api/orders/T3JkZXI6MQ==/credits").json() == []


def test_customers_can_be_asked_for_by_verdict(staff: Staff, shop_id: int, valued: Fill) -> None:
    valued()
    _put_score(shop_id, "once", civ=Decimal(5), verdict="leads", score=71)

    leading = staff.get("/api/customers?verdict=leads&sort=civ").json()

    assert leading["total"] == 1
    (row,) = leading["customers"]
    assert (row["customer_id"], row["civ"]["amount"], row["score"]) == ("once", "5.00", 71)
    assert staff.get("/api/customers?verdict=perhaps").status_code == 422


def test_the_three_terms_add_up_as_they_are_shown(staff: Staff, shop_id: int, valued: Fill) -> None:
    valued()
    third = Decimal("0.333333")
    terms = ("clv", "crv_expected", "civ_expected", "crv", "civ")
    parts = dict.fromkeys(terms, third) | {"crv_orders": 1, "value": third * 3}
    _put_score(shop_id, "often", **parts)

    body = staff.get("/api/customers/often").json()

    shown = {term: Decimal(body[term]["amount"]) for term in terms}
    assert sum(shown[term] for term in terms[:3]) == Decimal(body["value"]["amount"]) == Decimal("1.00")
    assert shown["crv"] + shown["civ"] == Decimal(body["brought"]["amount"]) == Decimal("0.66")


def test_codes_can_be_asked_for_by_name(staff: Staff, valued: Fill) -> None:
    valued()
    for code, owner in (("ANNA-10", "often"), ("BEA-10", "once")):
        body = {"code": code, "customer_id": owner}
        assert staff.ask("POST", "/api/personal-codes", json=body).status_code == 201

    found = staff.get("/api/personal-codes?code=BEA-10&code=WELCOME10").json()

    assert [(one["code"], one["customer_id"]) for one in found["codes"]] == [("BEA-10", "once")]
    assert staff.get("/api/personal-codes", params={"code": ["x"] * 51}).status_code == 422


def test_a_place_of_the_panel_may_name_one_of_saleors_ids(client: AppClient) -> None:
    assert client.get("/evidence/VXNlcjoxMg%3D%3D").status_code == 200
    assert client.get("/evidence/<script>").status_code == 404
