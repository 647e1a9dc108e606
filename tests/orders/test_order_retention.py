"""Orders are kept one by one for as long as the shop says; then sums by month, and nothing of who bought."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.orders import order_retention
from saleor_influence_app.sync import backfill, id_audit, reconcile
from saleor_influence_app.targeting import shop_settings
from tests.support.history import filled_pocket, impatient
from tests.support.shop_rows import NOW, put_order, put_shop

SUMS = "SELECT month, orders, gross, charged FROM order_months ORDER BY month"


def kept(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(text("SELECT order_id FROM orders")))


def test_the_oldest_month_is_counted_back_in_calendar_months(session: Session) -> None:
    shop_id = put_shop(session)

    for now, first in (
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), datetime(2023, 11, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)),
    ):
        assert order_retention.since(session, shop_id, now=now) == first


def test_older_orders_are_sums_by_month_and_say_nothing_of_who_bought(session: Session) -> None:
    shop_id, other = put_shop(session), put_shop(session, "https://two.example/graphql/")
    years = 3 * 365 + 40
    hashes = {"email_hash": b"e", "address_hash": b"a", "payment_hash": b"p"}
    new = put_order(session, shop_id, "ines", days_ago=30)
    for days in (years, years + 1, years + 400):
        put_order(session, shop_id, "ines", days_ago=days, charged=20, **hashes)
    theirs = put_order(session, other, "mara", days_ago=years)
    session.commit()

    assert order_retention.prune(db.transaction, shop_id, now=NOW) == 3
    assert order_retention.prune(db.transaction, shop_id, now=NOW) == 0

    assert kept(session) == {new, theirs}
    assert session.scalar(text("SELECT count(*) FROM order_lines")) == 2
    sums = session.execute(text(SUMS)).all()
    assert [(row.orders, row.charged) for row in sums] == [(1, Decimal(20)), (2, Decimal(40))]
    assert {row.month.day for row in sums} == {1}


def test_an_old_order_that_is_told_again_goes_again_and_counts_once(session: Session) -> None:
    shop_id = put_shop(session)
    for _ in range(2):
        put_order(session, shop_id, "ines", days_ago=2000, order_id="same", number="7")
        session.commit()
        assert order_retention.prune(db.transaction, shop_id, now=NOW) == 1

    assert [row.orders for row in session.execute(text(SUMS))] == [1]


def test_to_keep_orders_for_longer_takes_back_the_sums_of_what_is_read_again(session: Session) -> None:
    shop_id = put_shop(session)
    now = datetime.now(UTC)
    for months in (40, 70):
        put_order(session, shop_id, "ines", created_at=now - timedelta(days=months * 30.5))
    session.commit()
    order_retention.prune(db.transaction, shop_id)

    with db.transaction() as own:
        known = shop_settings.read(own, shop_id)
        shop_settings.change(own, shop_id, known.model_copy(update={"orders_months": 60}))

    assert [row.orders for row in session.execute(text(SUMS))] == [1], "of the older one"


@pytest.mark.parametrize("version", ["3.21.30", "3.23.28"])
def test_older_orders_are_neither_read_nor_missed(session: Session, version: str) -> None:
    with filled_pocket(version, size={"customers": 20, "orders": 12}) as pocket:
        store = pocket.state.store
        orders = [order for order in store.orders.values() if order.status != "DRAFT"]
        for order in orders[:5]:
            order.created -= timedelta(days=365 * 4)
            store.put_order(order)
        newer = {order.id for order in orders[5:]}
        shop_id = pocket.put_row(session, schema_version=version[:4], saleor_version=version)
        backfill.start(session, shop_id)
        session.commit()

        for kind in ("customers", "orders"):
            backfill.work(db.transaction, shop_id, kind, opener=impatient())
        assert kept(session) == newer

        assert id_audit.compare(db.transaction, shop_id, opener=impatient())
        reconcile.poll(db.transaction, shop_id, opener=impatient())

    assert kept(session) == newer
    [[gaps, mended]] = session.execute(text("SELECT gaps, mended FROM drift_checks")).all()
    assert (gaps, mended) == (0, 0)
