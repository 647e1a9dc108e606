"""Shops that were installed before addresses were compared by their own rules."""

import hmac

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.shops import shops
from saleor_influence_app.sync import projection
from tests.support.tellings import at, customer, make_shop, only, order, tell, told


def test_reading_the_history_again_gives_old_rows_the_hash_of_today(session: Session) -> None:
    """Case 7: what `influence backfill --restart` does after the upgrade, as the changelog says."""
    shop_id = make_shop(session)
    person, bought = customer(email="info@straße.de"), order(userEmail="info@straße.de")
    tell(session, shop_id, told("customer_created", person), told("order_created", bought))
    today = only(session, "orders", shop_id)["email_hash"]
    folded = hmac.digest(shops.email_key(session, shop_id), "info@straße.de".casefold().encode(), "sha256")
    for table in ("customers", "orders"):
        session.execute(text(f"UPDATE {table} SET email_hash = :folded"), {"folded": folded})

    projection.write_page(session, shop_id, "customers", nodes=[person], read_at=at(100_000_000))
    projection.write_page(session, shop_id, "orders", nodes=[bought], read_at=at(100_000_000))

    assert folded != today
    assert [only(session, table, shop_id)["email_hash"] for table in ("customers", "orders")] == [
        today,
        today,
    ]
