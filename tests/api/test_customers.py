"""Lists of customers, page by page, and where one of them stands."""

from base64 import urlsafe_b64decode
from typing import Any, get_args

import pytest
from sqlalchemy import text

from saleor_influence_app import db
from saleor_influence_app.models import Score
from saleor_influence_app.queries import cursors
from saleor_influence_app.queries import customers as listing
from saleor_influence_app.queries.customers import Sort
from saleor_influence_app.queries.ranks import MOST_RANKED
from tests.support.shop_rows import put_membership, put_score, put_shop
from tests.support.staff import Staff, each_of


def put_copies(shop_id: int, count: int, *, value: int) -> None:
    """So many more customers who are worth as much, each otherwise as `first`."""
    kept = {"shop_id", "customer_id", "value"}
    columns = ", ".join(one.name for one in Score.__table__.columns if one.name not in kept)
    with db.transaction() as session:
        session.execute(
            text(f"""
                INSERT INTO scores (shop_id, customer_id, value, {columns})
                SELECT shop_id, 'copy-' || :value || '-' || n, :value, {columns}
                FROM scores, generate_series(1, :count) n WHERE shop_id = :shop_id AND customer_id = 'first'
            """),
            {"shop_id": shop_id, "count": count, "value": value},
        )


@pytest.fixture
def first(shop_id: int) -> None:
    with db.transaction() as session:
        put_score(session, shop_id, "first", value=900)


@pytest.mark.usefixtures("first")
def test_equal_values_have_one_rank_and_the_next_one_is_behind_all_of_them(
    staff: Staff, shop_id: int
) -> None:
    put_copies(shop_id, 3, value=500)
    put_copies(shop_id, 1, value=400)

    ranks = [
        staff.get(f"/api/customers/{one}").json()["rank"] for one in ("first", "copy-500-2", "copy-400-1")
    ]

    assert ranks == [1, 2, 5]


@pytest.mark.usefixtures("first")
def test_far_down_the_list_the_share_of_customers_below_is_told_and_no_rank(
    staff: Staff, shop_id: int
) -> None:
    put_copies(shop_id, MOST_RANKED - 2, value=500)
    put_copies(shop_id, 1, value=400)
    put_copies(shop_id, 1, value=300)

    last, beyond = (staff.get(f"/api/customers/copy-{one}").json() for one in ("400-1", "300-1"))

    assert (last["rank"], beyond["rank"]) == (MOST_RANKED, None)
    assert beyond["percentile"] == 50.0


NUMBERS: dict[str, list[Any]] = {
    "value": [1, 2, 2, 2.5, 3],
    "clv": [1, 2, 2, 2.5, 3],
    "crv": [0, 0, 0, 0.1, 7],
    "civ": [None, None, 0, 0, 12.345678],
    "score": [None, None, 1, 50, 50],
    "follow_on": [None, None, 0.1, 1 / 3, 12.4],
    "revenue": [10, 10, 10, 20.25, 30],
    "orders_count": [1, 1, 1, 2, 9],
}
"""What customers have in the columns that lists go by: many the same, in some nothing."""


@pytest.fixture
def many(shop_id: int) -> list[dict[str, Any]]:
    """Twenty-five customers of the shop, and one of another, with every mix of the numbers."""
    rows = [
        {"customer_id": f"c{number:02}"}
        | {name: some[(number * (place + 3)) % 5] for place, (name, some) in enumerate(NUMBERS.items())}
        for number in range(25)
    ]
    with db.transaction() as session:
        for row in rows:
            put_score(session, shop_id, **row)
        put_score(session, put_shop(session, "https://other.example/graphql/"), "stranger")
    return rows


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("limit", [1, 4, 25])
def test_pages_of_every_list_hold_each_customer_once_the_highest_first(
    staff: Staff, many: list[dict[str, Any]], sort: str, limit: int
) -> None:
    ordered = sorted(many, key=lambda row: (row[sort] is None, -(row[sort] or 0), row["customer_id"]))

    found = each_of(staff, "/api/customers", "customers", sort=sort, limit=limit)

    assert [row["customer_id"] for row in found] == [row["customer_id"] for row in ordered]


@pytest.mark.usefixtures("many")
def test_pages_go_on_behind_the_last_row_when_others_come_and_go(staff: Staff, shop_id: int) -> None:
    page = staff.get("/api/customers?sort=value&limit=5").json()
    shown = [row["customer_id"] for row in page["customers"]]
    every = [row["customer_id"] for row in each_of(staff, "/api/customers", "customers", limit=100)]
    with db.transaction() as session:
        put_score(session, shop_id, "new", value=999)
        session.execute(text("DELETE FROM scores WHERE customer_id = ANY (:ids)"), {"ids": shown})

    behind = staff.get("/api/customers", params={"limit": 100, "after": page["next"]}).json()

    assert [row["customer_id"] for row in behind["customers"]] == every[5:]
    assert behind["next"] is None


@pytest.mark.usefixtures("many")
def test_a_cursor_of_another_list_or_of_another_shop_is_refused(staff: Staff) -> None:
    cursor = staff.get("/api/customers?limit=1").json()["next"]
    foreign = cursors.after(987, "customers by value", ("1", "c01"))
    asked: list[dict[str, str]] = [
        {"sort": "value", "after": foreign},
        {"sort": "civ", "after": cursor},
        {"sort": "value", "after": cursor[:-4] + "AAA="},
        {"sort": "value", "after": "1"},
    ]

    told = [staff.get("/api/customers", params=one) for one in asked]
    told.append(staff.get("/api/ties", params={"after": cursor}))

    assert {answer.status_code for answer in told} == {422}
    assert "after is of another list: leave it out to begin with the first page." in told[0].text
    assert "after is of another list" in told[1].text
    assert "after is no cursor: give `next` of the page before, as it is." in told[2].text
    assert "after is of another list" in told[4].text


@pytest.mark.usefixtures("many")
def test_a_cursor_names_nobody(staff: Staff) -> None:
    cursor = staff.get("/api/customers?limit=1").json()["next"]

    assert b"c0" not in urlsafe_b64decode(cursor)


def test_of_a_list_with_a_filter_no_more_than_can_be_counted_quickly_are_counted(
    staff: Staff, shop_id: int, many: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 10)  # ten thousand rows would take a while
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(row["customer_id"] for row in many[:10]))
        put_membership(session, shop_id, "rising", *(row["customer_id"] for row in many))
        session.execute(text("""UPDATE runs SET counts = '{"customers": 25}'"""))

    def told(**wanted: str) -> tuple[int, bool]:
        page = staff.get("/api/customers", params=wanted).json()
        return page["total"], page["total_is_exact"]

    assert told() == (25, True)
    assert told(segment="loyal") == (10, True)
    assert told(segment="rising") == (10, False)
    assert told(verdict="not enough evidence") == (10, False)
    assert told(verdict="proven") == (0, True)
