"""A run reads the same facts by numbers as by ids, and finds the same."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import BigInteger, case, cast, func, insert
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, Credit, Evidence, OrderLine, Score, Shop
from saleor_influence_app.runs import facts, inputs, scores
from scoring import ledger, simulate, valuation, values
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_shop, put_tie
from tests.support.simulated_shop import put_simulated
from tests.support.told_facts import by_texts, told

ODD = ["", "Zoë", "a,b\nc", "guest:nobody", "x" * 300]
"""Ids as no Saleor makes them."""


@pytest.fixture
def shop_id(session: Session) -> int:
    """A shop with whatever may tell an order of ids from one of numbers."""
    shop_id = put_shop(session)
    world = simulate.shop(customers=200, orders=1500, seed=3, as_of=NOW)
    put_simulated(session, shop_id, world=world, until=NOW)
    put_customers(session, shop_id, *ODD, email_hash=None)
    for number, buyer in enumerate([*ODD, None, None]):
        given: dict[str, Any] = {"email_hash": b"same" if number > 5 else None, "product": "cup"}
        first = put_order(session, shop_id, buyer, days_ago=20, **given)  # all at the same instant
        again = [
            {"shop_id": shop_id, "order_id": first, "line_id": line_id, "product_id": product, "quantity": 1,
             "net": net}
            for line_id, product, net in (("zz", "cup", 7), ("aa", "cup", 3), ("mm", None, 1))
        ]  # fmt: skip
        session.execute(insert(OrderLine), again)
    put_order(session, shop_id, None, status="CANCELED")
    put_tie(session, shop_id, "Zoë", "a,b\nc", kind="club", weight=2.5)
    put_tie(session, shop_id, "unknown here", "Zoë", kind="friend")
    put_tie(session, shop_id, "unknown here", "as well", kind="friend")
    put_code(session, shop_id, "OF-ZOE", "Zoë")
    put_code(session, shop_id, "OF-NOBODY", "neither account nor order")
    objections.object_(session, shop_id, "x" * 300, by=AskedBy.SELF, reason="")
    return shop_id


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def test_what_is_read_by_numbers_is_what_the_texts_say(session: Session, shop_id: int) -> None:
    found, wanted = told(scores.read(session, shop_id)), by_texts(session, shop_id)
    for name in ("orders", "lines", "ties", *scores.SMALL):
        table = getattr(wanted, name)
        assert rows(getattr(found, name).select(table.column_names)) == rows(table), name
        assert table.num_rows or name in {"leaks", "trials", "leaders", "categories"}, name


def test_a_run_finds_the_same_by_numbers_as_by_texts(session: Session, shop_id: int) -> None:
    parameters = scores.parameters_of(session.get_one(Shop, shop_id))
    found = scores.compute(scores.read(session, shop_id), as_of=NOW, parameters=parameters)
    wanted = valuation.compute_valuation(
        by_texts(session, shop_id),
        as_of=NOW,
        choices=valuation.Choices(
            values.ValueParameters(weekly=True), ledger.Parameters(**parameters["rules"])
        ),
    )
    for model, table in (
        (Score, values.stored(wanted.values.table)), (Evidence, wanted.evidence), (Credit, wanted.credits),
    ):  # fmt: skip
        assert table.num_rows > 10, model
        assert found.tables[model].schema == table.schema
        assert rows(found.tables[model]) == rows(table), model
    assert found.model["affinity"] == wanted.affinity


def test_numbers_stand_as_their_ids_do(session: Session, shop_id: int) -> None:
    """Where a choice is by id, such as of the first line of an order, it falls as it would by ids."""
    books, names = scores.numbered(scores.read(session, shop_id))
    people = names.people.ids.to_pylist()
    assert people == sorted(people, key=str.encode)
    lines = books.lines.filter(pa.compute.is_valid(books.lines["product_id"]))
    named = names.told(lines)
    by_number = sorted(
        zip(*(lines[name].to_pylist() for name in ("order_id", "product_id", "line_id")), range(len(lines)),
            strict=False)
    )  # fmt: skip
    times, orders, products, ids = (
        named[name].to_pylist() for name in ("created_at", "order_id", "product_id", "line_id")
    )
    told_in_turn = [(times[at], orders[at], products[at], ids[at]) for *_, at in by_number]
    assert told_in_turn == sorted(told_in_turn)


@pytest.fixture
def meeting_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes of which the first are all alike: no two texts are known whose real ones are."""

    def key(text: Any, seed: Any) -> Any:
        number = cast(seed, BigInteger)
        return case((number == 0, cast(7, BigInteger)), else_=func.hashtextextended(text, number))

    bulk_copy._of_any_shop.cache_clear()
    monkeypatch.setattr(inputs, "key", key)
    yield
    bulk_copy._of_any_shop.cache_clear()


@pytest.mark.usefixtures("meeting_keys")
def test_where_the_hashes_of_two_ids_are_alike_others_are_taken(session: Session) -> None:
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", "berta")
    wanted = {put_order(session, shop_id, name): name for name in ("anna", "berta")}
    lines = told(scores.read(session, shop_id)).lines
    assert dict(zip(lines["order_id"].to_pylist(), lines["buyer_id"].to_pylist(), strict=True)) == wanted


def test_texts_are_taken_from_many_chunks_in_any_order_with_repeats() -> None:
    texts = facts.Texts(pa.chunked_array([["a", "b"], [], ["c"], ["d", "e"]], pa.string()))
    wanted = pa.chunked_array([[4, None, 0], [2, 4]], facts.NUMBER)
    assert texts.of(wanted).to_pylist() == ["e", None, "a", "c", "e"]
