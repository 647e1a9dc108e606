"""The rows of the ledger: who led to which order line, and how much of it counts."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from scoring.ledger import Engine
from tests.support.book import Book


def day(number: float) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)


def test_a_purchase_within_the_window_after_a_tied_customers_earns_them_credit(friends: Book) -> None:
    (row,) = friends.rows()

    assert (row["source_id"], row["target_id"], row["order_id"]) == ("ada", "bea", "led")
    assert (row["tie_kind"], row["days_between"], row["sharers"], row["share"]) == ("gift", 10.0, 1, 1.0)
    assert row["trust"] == pytest.approx(4 / 6), "four orders of their own: n/(n+2)"
    assert row["credit"] == pytest.approx(40 * 4 / 6)


def test_two_friends_share_a_line_by_how_recently_they_bought(friends: Book) -> None:
    friends.order("cleo", "lamp", 15)
    friends.tie("cleo", "bea")

    rows = friends.rows()

    weight = {"ada": math.exp(-1.0), "cleo": math.exp(-0.5)}
    assert {row["source_id"]: row["share"] for row in rows} == pytest.approx(
        {who: w / sum(weight.values()) for who, w in weight.items()}
    )
    assert {row["sharers"] for row in rows} == {2}


def test_a_purchase_at_the_same_instant_or_earlier_or_after_the_window_earns_nothing(book: Book) -> None:
    book.own_life("bea")
    book.tie("ada", "bea")
    for product, day in (("same", 10), ("earlier", 9), ("late", 40.001), ("last moment", 40)):
        book.order("ada", product, 10)
        book.order("bea", product, day)

    assert [row["product_id"] for row in book.rows()] == ["last moment"]


def test_only_the_first_purchase_of_a_product_is_credited(friends: Book) -> None:
    friends.order("bea", "lamp", 25, net=99.0)

    assert [row["order_id"] for row in friends.rows()] == ["led"]


def test_a_tie_younger_than_the_purchase_earns_nothing(book: Book) -> None:
    book.own_life("bea")
    book.order("ada", "lamp", 10)
    book.order("bea", "lamp", 20)
    book.tie("ada", "bea", valid_from=day(11))

    assert book.rows() == []


def test_a_tie_that_ended_before_the_purchase_earns_nothing(book: Book) -> None:
    book.own_life("bea")
    book.order("ada", "lamp", 10)
    book.order("bea", "lamp", 20)
    book.tie("ada", "bea", valid_to=day(10))

    assert book.rows() == []


def test_parallel_ties_count_once_and_the_heaviest_speaks(friends: Book) -> None:
    friends.tie("ada", "bea", kind="code", weight=5.0)

    (row,) = friends.rows()

    assert row["tie_kind"] == "code"
    assert row["share"] == 1.0


def test_a_tie_to_oneself_earns_nothing(book: Book) -> None:
    book.own_life("ada")
    book.order("ada", "lamp", 10)
    book.order("ada", "lamp", 20)
    book.tie("ada", "ada")

    assert book.rows() == []


def test_a_tie_counts_from_the_later_of_its_date_and_when_it_was_known(duck: Engine) -> None:
    """Ada bought on day 10: whoever tells of ties afterwards knows who bought the same."""
    book = Book(duck)
    for name, begun, known in (
        ("told before", 1, 5),
        ("told afterwards, dated back", 1, 20),
        ("told afterwards, undated", None, 20),
        ("told ahead", 15, 5),
        ("proved by an order", 5, None),
    ):
        dates = {"valid_from": begun, "known_at": known}
        moments = {key: None if value is None else day(value) for key, value in dates.items()}
        book.order(name, "lamp", 12)
        book.own_life(name)
        book.tie("ada", name, **moments)
    book.order("ada", "lamp", 10)

    assert {row["target_id"] for row in book.rows()} == {"told before", "proved by an order"}


def test_orders_of_a_few_cents_make_nobody_trusted(duck: Engine) -> None:
    book = Book(duck)
    book.order("ada", "lamp", 10)
    book.own_life("anybody", orders=20)
    for name, price in (("bea", 10.0), ("cleo", 0.5)):
        book.tie("ada", name)
        book.order(name, "lamp", 12)
        for number in range(6):
            book.order(name, f"only {name} {number}", 300 + number, net=price)

    trust = {row["target_id"]: row["trust"] for row in book.rows()}

    assert trust["bea"] > 0.5
    assert trust["cleo"] == 0


@pytest.mark.parametrize("followed", [1, 2, 3, 5])
def test_who_follows_with_orders_of_a_few_cents_alone_is_not_trusted_and_brings_nothing(
    duck: Engine, followed: int
) -> None:
    """Such orders are credited but are no orders of their own: there are fewer of these than of those."""
    book = Book(duck)
    book.own_life("anybody", orders=20)
    book.tie("ada", "cleo")
    for number in range(followed):
        book.order("ada", f"lamp {number}", 10 + number)
        book.order("cleo", f"lamp {number}", 12 + number, net=0.5)

    rows = [row for row in book.rows() if row["target_id"] == "cleo"]

    assert len(rows) == followed
    assert {(row["trust"], row["credit"]) for row in rows} == {(0.0, 0.0)}
