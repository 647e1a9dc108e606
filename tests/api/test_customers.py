"""Lists of customers, and where one of them stands."""

import pytest
from sqlalchemy import text

from saleor_influence_app import db
from saleor_influence_app.models import Score
from saleor_influence_app.queries.ranks import MOST_RANKED
from tests.support.shop_rows import put_score
from tests.support.staff import Staff


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
