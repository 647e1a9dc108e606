"""Time: the future, zones and clock changes, dates too coarse for the window."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest

from scoring.ledger import Parameters, ResolutionTooCoarse, TableWrong
from tests.support.book import Book


def test_purchases_of_the_future_are_set_aside(friends: Book) -> None:
    friends.lines[-1]["created_at"] = datetime(2099, 1, 1, tzinfo=UTC)

    ledger = friends.ledger()

    assert ledger.rows.num_rows == 0
    assert ledger.set_aside == {"future": 1}


def test_the_hour_that_a_clock_change_repeats_does_not_change_who_was_first(book: Book) -> None:
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    book.own_life("bea")
    book.tie("ada", "bea")
    book.order("ada", "lamp", 0, created_at=datetime(2025, 10, 26, 2, 50, tzinfo=summer))
    book.order("bea", "lamp", 0, created_at=datetime(2025, 10, 26, 2, 10, tzinfo=winter))

    (row,) = book.rows()

    assert row["days_between"] == pytest.approx(20 / 60 / 24)


def test_month_only_dates_refuse_a_window_under_ten_times_their_resolution(book: Book) -> None:
    for month in range(1, 13):
        book.order("ada", f"product {month}", 0, created_at=datetime(2024, month, 1, tzinfo=UTC))

    with pytest.raises(ResolutionTooCoarse, match="310 days"):
        book.rows()
    assert book.rows(Parameters(window_days=310)) == []


def test_dates_of_days_refuse_a_window_of_nine_days(book: Book) -> None:
    for day in range(12):
        book.order("ada", f"product {day}", day)

    with pytest.raises(ResolutionTooCoarse):
        book.rows(Parameters(window_days=9))


def test_times_without_a_zone_are_refused(friends: Book) -> None:
    shop = friends.shop()
    naive = shop.purchases["created_at"].cast(pa.timestamp("us"))
    place = shop.purchases.column_names.index("created_at")
    object.__setattr__(shop, "purchases", shop.purchases.set_column(place, "created_at", naive))
    friends.shop = lambda: shop  # type: ignore[method-assign] # the book as it would be with that table

    with pytest.raises(TableWrong, match="zone"):
        friends.rows()


def test_a_table_without_a_needed_column_is_refused_by_name(friends: Book) -> None:
    shop = friends.shop()
    object.__setattr__(shop, "ties", shop.ties.drop_columns("target_id"))
    friends.shop = lambda: shop  # type: ignore[method-assign] # the book as it would be with that table

    with pytest.raises(TableWrong, match="ties misses target_id"):
        friends.rows()
