"""Small shops written by hand, and one engine for all of them."""

from collections.abc import Iterator

import pytest

from scoring.ledger import Engine, open_engine
from tests.support.book import Book


@pytest.fixture(scope="session")
def duck() -> Iterator[Engine]:
    with open_engine() as engine:
        yield engine


@pytest.fixture
def book(duck: Engine) -> Book:
    return Book(duck)


@pytest.fixture
def friends(book: Book) -> Book:
    """Ada bought a product; ten days later Bea did, who has a life of their own; Ada may influence Bea."""
    book.own_life("bea")
    book.order("ada", "lamp", 10)
    book.order("bea", "lamp", 20, order_id="led", net=40.0)
    book.tie("ada", "bea")
    return book
