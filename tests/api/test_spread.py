"""How a product sold in time: counted by hand, bounded, of one shop, and honest where nothing is known."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.runs import product_spreads
from tests.support.shop_rows import (
    NOW,
    put_credit,
    put_customers,
    put_evidence,
    put_order,
    put_run,
    put_score,
    put_shop,
    put_tie,
)
from tests.support.staff import NEIGHBOUR_URL, Staff

PATH = "/api/products/lamp/spread"
OPEN = {"ledger": {"gate": {"opened": True, "sentence": "It shows."}}}
SHUT = {"ledger": {"gate": {"opened": False, "sentence": "It does not show."}}}


def sold(session: Session, shop_id: int, *, days_ago: float, buyer: str | None = None, **given: Any) -> str:
    return put_order(session, shop_id, buyer, days_ago=days_ago, product="lamp", **given)


def priced(session: Session, shop_id: int, *, days_ago: float, full: float, off: float = 0.0) -> str:
    """A lamp was sold, and its list price and discount are known."""
    order_id = sold(session, shop_id, days_ago=days_ago)
    session.execute(
        text(
            "UPDATE orders"
            " SET list_prices = jsonb_build_object('line of ' || order_id, CAST(:full AS numeric)),"
            " line_discounts = CASE WHEN :off > 0 THEN"
            " jsonb_build_object('line of ' || order_id, CAST(:off AS numeric)) ELSE '{}'::jsonb END"
            " WHERE order_id = :order_id"
        ),
        {"full": full, "off": off, "order_id": order_id},
    )
    return order_id


def follow(session: Session, shop_id: int, source: str, buyer: str, **given: Any) -> str:
    """`buyer` bought a lamp ten days after `source`, who gets half of it."""
    order_id = sold(session, shop_id, buyer=buyer, days_ago=given.pop("days_ago", 30))
    columns = {"line_id": f"line of {order_id}", "days_between": 10.0, "credit": 20, "amount": 40}
    put_credit(session, shop_id, source, buyer, order_id=order_id, **columns | given)
    return order_id


def leads(session: Session, shop_id: int, who: str, **given: Any) -> None:
    run_id = put_run(session, shop_id, model=OPEN)
    put_score(session, shop_id, who, run_id=run_id)
    columns = {"inferred": "leads", "verdict": "leads", "af": 0.8}
    columns |= {"civ_estimate": 100, "civ_low": 50, "civ_high": 120}
    put_evidence(session, shop_id, who, run_id=run_id, **columns | given)


def at(step: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(step["at"])


def test_a_product_that_nobody_bought_says_so(staff: Staff) -> None:
    found = staff.get(PATH).json()

    assert (found["steps"], found["bands"], found["prices"]) == ([], [], "unknown")
    assert (found["first_at"], found["start"], found["whole"]["purchases"]) == (None, None, 0)
    assert found["sentence"] == "Nobody bought it in this time."


def test_one_purchase_is_one_step(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        sold(session, shop_id, days_ago=3, line={"quantity": 2})

    found = staff.get(PATH).json()

    [step] = found["steps"]
    assert (step["purchases"], step["units"], step["tied"], step["anyway"]) == (1, 2, 0, 1)
    assert (found["step"], at(step)) == ("day", NOW.replace(hour=0) - timedelta(days=3))
    assert (found["start"], found["end"]) == (step["at"], "2026-10-30T00:00:00Z")
    assert found["sentence"].startswith("Nothing has been calculated yet")


def test_what_is_no_purchase_is_not_counted(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        sold(session, shop_id, days_ago=3)
        sold(session, shop_id, days_ago=3, status="CANCELED")
        sold(session, shop_id, days_ago=3, charged=0)
        sold(session, shop_id, days_ago=3, charged=4, gross=50)
        sold(session, shop_id, days_ago=3, line={"is_gift": True})
        sold(session, shop_id, days_ago=3, former_accounts=[""])

    assert staff.get(PATH).json()["whole"]["purchases"] == 1


def test_what_is_counted_as_brought_did_not_come_anyway_and_has_an_interval(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        leads(session, shop_id, "anna")
        put_score(session, shop_id, "berta")
        sold(session, shop_id, buyer="anna", days_ago=40)
        follow(session, shop_id, "anna", "cleo")  # half of it is Anna's, and 80 % of that beyond chance
        follow(session, shop_id, "berta", "dora")  # Berta is not shown to lead
        follow(session, shop_id, "anna", "eve", proven=True, tie_kind="code")

    whole = staff.get(PATH).json()["whole"]

    assert (whole["purchases"], whole["tied"]) == (4, 3)
    assert whole["anyway"] == pytest.approx(4 - 0.4 - 1)
    assert whole["anyway_low"] == pytest.approx(4 - 0.4 * 1.2 - 1)
    assert whole["anyway_high"] == pytest.approx(4 - 0.4 * 0.5 - 1)
    sentence = staff.get(PATH).json()["sentence"]
    assert sentence.startswith("1.4 of 4 purchases are counted as brought by another customer (90% interval")


@pytest.mark.parametrize(
    ("model", "words"),
    [(SHUT, "Influence does not show in this shop"), (OPEN, "Nobody is shown to have led others to it")],
)
def test_where_nobody_leads_all_of_it_would_have_sold_anyway(
    staff: Staff, shop_id: int, model: dict[str, Any], words: str
) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id, model=model)
        put_score(session, shop_id, "anna", run_id=run_id)
        follow(session, shop_id, "anna", "cleo", run_id=run_id)

    found = staff.get(PATH).json()

    assert (found["whole"]["tied"], found["whole"]["anyway"]) == (1, 1)
    assert found["sentence"].startswith(words)


def test_what_codes_alone_brought_is_known_without_an_interval(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        leads(session, shop_id, "anna")
        follow(session, shop_id, "anna", "eve", proven=True, tie_kind="code")

    assert "customer (with their personal code)" in staff.get(PATH).json()["sentence"]


def test_who_objects_is_tied_to_nobody(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        leads(session, shop_id, "anna")
        put_customers(session, shop_id, "anna", "cleo")
        follow(session, shop_id, "anna", "cleo")
    before = staff.get(PATH).json()["whole"]

    staff.ask("POST", "/api/customers/cleo/objection", json={"reason": ""})
    after = staff.get(PATH).json()["whole"]

    assert (before["purchases"], before["tied"]) == (1, 1)
    assert (after["purchases"], after["tied"], after["anyway"]) == (1, 0, 1)


def test_the_numbers_are_those_of_counting_one_by_one(staff: Staff, shop_id: int) -> None:
    chance = random.Random(7)  # noqa: S311 - a made shop
    made: list[tuple[datetime, float]] = []
    with db.transaction() as session:
        leads(session, shop_id, "anna")
        for number in range(120):
            days = chance.uniform(0, 150)
            if number % 3:
                sold(session, shop_id, days_ago=days)
                made.append((NOW - timedelta(days=days), 0.0))
            else:
                credit = chance.uniform(0, 40)
                follow(session, shop_id, "anna", f"c{number}", days_ago=days, credit=credit)
                made.append((NOW - timedelta(days=days), credit / 40 * 0.8))
    counted: Counter[str] = Counter()
    anyway: dict[str, float] = defaultdict(float)
    for when, part in made:
        day = when.date().isoformat()
        counted[day] += 1
        anyway[day] += 1 - part

    found = staff.get(PATH).json()

    assert {one["at"][:10]: one["purchases"] for one in found["steps"]} == dict(counted)
    assert {one["at"][:10]: one["anyway"] for one in found["steps"]} == pytest.approx(anyway, abs=0.002)
    assert found["whole"]["tied"] == 40


def test_the_first_days_are_shown_by_the_hour_and_the_last_by_the_day(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        for days in (300, 299.98, 299, 295, 250, 30, 1):
            sold(session, shop_id, days_ago=days)

    first = staff.get(PATH, params={"period": "first-days"}).json()
    last = staff.get(PATH, params={"period": "last-days"}).json()
    whole = staff.get(PATH).json()

    assert (first["step"], [one["purchases"] for one in first["steps"]]) == ("hour", [2, 1, 1])
    assert (last["step"], [one["purchases"] for one in last["steps"]]) == ("day", [1, 1])
    assert (whole["step"], whole["whole"]["purchases"]) == ("week", 7)
    assert {at(one).weekday() for one in whole["steps"]} == {0}
    assert staff.get(PATH, params={"period": "ever"}).status_code == 422


def test_many_years_are_shown_by_months(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        sold(session, shop_id, days_ago=3000)
        sold(session, shop_id, days_ago=1)

    found = staff.get(PATH).json()

    assert found["step"] == "month"
    assert [one["at"][8:10] for one in found["steps"]] == ["01", "01"]


def test_a_hundred_thousand_purchases_have_a_bounded_answer(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        order_id = sold(session, shop_id, days_ago=1)
        names = session.execute(text("SELECT * FROM orders LIMIT 0")).keys()
        fixed = {"order_id": "'many' || n", "created_at": ":now - n * interval '500 seconds'"}
        columns = ", ".join(fixed.get(name, name) for name in names)
        copies = f"SELECT {columns} FROM orders, generate_series(1, 100000) n WHERE order_id = :order_id"
        session.execute(
            text(f"INSERT INTO orders ({', '.join(names)}) {copies}"), {"order_id": order_id, "now": NOW}
        )
        lines = "SELECT shop_id, order_id, 'l', 'lamp', 1, 50 FROM orders WHERE starts_with(order_id, 'many')"
        columns = "shop_id, order_id, line_id, product_id, quantity, net"
        session.execute(text(f"INSERT INTO order_lines ({columns}) {lines}"))

    answer = staff.get(PATH)

    assert answer.json()["whole"]["purchases"] == 100_001
    assert answer.json()["step"] == "week"
    assert len(answer.json()["steps"]) <= 200
    assert len(answer.content) < 64_000


def kinds(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["kind"], one["start"][:10], one["end"][:10], one["off"] or one["price"]["amount"])
        for one in found["bands"]
    ]


def test_sales_and_changes_of_price_are_bands(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        for days in (20, 19, 12, 11):
            priced(session, shop_id, days_ago=days, full=30)
        for days in (18, 17):
            priced(session, shop_id, days_ago=days, full=30, off=6)
        priced(session, shop_id, days_ago=10, full=25)
        priced(session, shop_id, days_ago=9, full=25.01)
        code = priced(session, shop_id, days_ago=8, full=25, off=5)
        session.execute(text("UPDATE orders SET voucher_code = 'X' WHERE order_id = :id"), {"id": code})

    found = staff.get(PATH).json()

    assert found["prices"] == "known"
    assert kinds(found) == [
        ("price", "2026-10-12", "2026-10-22", "30.00"),
        ("sale", "2026-10-14", "2026-10-16", 0.2),
        ("price", "2026-10-22", "2026-10-25", "25.00"),
        ("voucher", "2026-10-24", "2026-10-25", 0.2),
    ]


def test_a_product_with_several_prices_at_once_has_no_change_of_price(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        for days in range(1, 9):
            priced(session, shop_id, days_ago=days, full=30)
            priced(session, shop_id, days_ago=days, full=45)

    found = staff.get(PATH).json()

    assert (found["prices"], found["bands"]) == ("several", [])


def test_another_shop_has_purchases_and_prices_of_its_own(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        neighbour = put_shop(session, NEIGHBOUR_URL)
        for id_ in (shop_id, neighbour, neighbour):
            sold(session, id_, days_ago=3, order_id=f"order {id_} {random.random()}")  # noqa: S311

    assert staff.get(PATH).json()["whole"]["purchases"] == 1


def test_the_products_that_spread_most_come_from_the_last_run(staff: Staff, shop_id: int) -> None:
    empty = staff.get("/api/products").json()
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "cleo", "dora")
        put_tie(session, shop_id, "anna", "cleo")
        leads(session, shop_id, "anna")
        sold(session, shop_id, days_ago=40, buyer="anna")
        follow(session, shop_id, "anna", "cleo")
        follow(session, shop_id, "anna", "cleo", days_ago=20)
        follow(session, shop_id, "anna", "dora", tie_kind="code: again", proven=True)
        put_credit(session, shop_id, "anna", "dora", product_id="cup", credit=40)
        spreads = product_spreads.most_spread(session, shop_id)
        put_run(session, shop_id, model={"spreads": spreads}, finished_at=NOW + timedelta(hours=1))

    found = staff.get("/api/products").json()

    assert empty == {"as_of": None, "any_ties": False, "products": []}
    assert found["any_ties"] is True
    lamp = {"product_id": "lamp", "purchases": 4, "tied": 2, "followers": 1, "brought": 0.8}
    assert found["products"][0] == lamp
    assert found["products"][1]["product_id"] == "cup"


def ids(people: Sequence[dict[str, Any]], who: str) -> Any:
    return next(one for one in people if one["customer_id"] == who)


def test_a_cascade_names_its_dominant_path_and_the_rivals_of_each_step(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id)
        for who in ("anna", "berta", "cleo", "dora"):
            put_score(session, shop_id, who, run_id=run_id)
        berta = sold(session, shop_id, days_ago=60, buyer="berta")
        cleo = sold(session, shop_id, days_ago=50, buyer="cleo")
        dora = sold(session, shop_id, days_ago=45, buyer="dora")
        put_credit(session, shop_id, "anna", "berta", order_id=berta, days_between=9.0, credit=10)
        put_credit(session, shop_id, "anna", "cleo", order_id=cleo, days_between=19.0, credit=8)
        put_credit(session, shop_id, "berta", "cleo", order_id=cleo, days_between=10.0, credit=24)
        put_credit(session, shop_id, "anna", "dora", order_id=dora, days_between=24.0, credit=30)

    found = staff.get("/api/products/lamp/cascade").json()

    assert found["dominant_path"] == ["anna", "berta", "cleo"]
    cleo_now = ids(found["people"], "cleo")
    assert (cleo_now["parent_id"], cleo_now["parent_share"], cleo_now["rival_ids"]) == (
        "berta",
        0.75,
        ["anna"],
    )
    anna = ids(found["people"], "anna")
    assert (anna["parent_id"], anna["parent_share"], anna["rival_ids"]) == (None, None, [])
