"""Hostile values and a database that goes away: a message is done, failed with a reason, or still waiting."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import SecretUnreadable
from saleor_influence_app.sync import projection
from tests.support.laws import some
from tests.support.tellings import (
    customer,
    deliver,
    line,
    make_shop,
    only,
    order,
    rows,
    state_of,
    tell,
    told,
)

SQL = "'; DROP TABLE orders; --"

REFUSED: dict[str, dict[str, Any]] = {
    "a naive date": order(created="2026-01-01T12:00:00"),
    "a date that is none": order(updatedAt="soon"),
    "a date in the future": order(updatedAt="2199-01-01T00:00:00+00:00"),
    "a date beyond the calendar": order(updatedAt="9999-12-31T23:59:59-14:00"),
    "a currency that is none": order(currency="EURO"),
    "no currency": order(total={"gross": {"amount": 1}, "net": {"amount": 1}}),
    "a negative total": order(total={"currency": "EUR", "gross": {"amount": -1}, "net": {"amount": -1}}),
    "an amount in words": order(charged="twelve"),
    "an endless amount": order(charged=1e300),
    "a NUL in a string": order(number="1\x00"),
    "half a character": order(number="\ud800"),
    "a list for an object": order(user=None) | {"user": []},
    "lines that are none": order(lines=None),
    "a negative quantity": order(lines=[line(quantity=-1)]),
    "a fraction of a piece": order(lines=[line(quantity=0.5)]),  # type: ignore[arg-type]
    "a quantity beyond bounds": order(lines=[line(quantity=10**12)]),
    "too many lines": order(lines=[line(1)] * 20_000),
    "no id": order() | {"id": None},
    "an id without end": order("x" * 5000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_words_and_stops_nothing(session: Session, name: str) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", REFUSED[name]), told("order_created", order("order-good")))

    (failed,) = [row for row in rows(session, "messages", shop_id) if row["state"] == "failed"]
    assert failed["error"]
    assert failed["body"] is not None
    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-good"]


TAKEN: dict[str, dict[str, Any]] = {
    "a currency nobody has heard of": order(currency="XQZ"),
    "SQL in every string": order(SQL, user=SQL, number=SQL, voucherCode=SQL, channel={"slug": SQL}),
    "any script": order("Bestellung-Ω-注文-🛒", voucherCode="ZOMER-ÉTÉ-夏", channel={"slug": "日本"}),
    "more paid back than paid": order(charged=-4.5),
    "nothing in it": order(lines=[], userEmail=None),
    "a float's tail": order(charged=0.30000000000000004),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_odd_and_possible_is_stored_as_it_is(session: Session, name: str) -> None:
    shop_id = make_shop(session)
    given = TAKEN[name]

    tell(session, shop_id, told("order_created", given))

    found = only(session, "orders", shop_id)
    assert (found["order_id"], found["number"], found["voucher_code"]) == (
        given["id"],
        given["number"],
        given["voucherCode"],
    )
    assert float(found["charged"]) == pytest.approx(given["totalCharged"]["amount"])


def test_thousands_of_lines_are_an_order_like_any_other(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(lines=[line(number) for number in range(5000)])))
    tell(session, shop_id, told("order_updated", order(minutes=1, lines=[line(1)]), minutes=1))

    assert len(rows(session, "order_lines", shop_id)) == 1


def test_bytes_that_are_no_text_are_refused_in_words(session: Session) -> None:
    shop_id = make_shop(session)
    bodies = [b"", b"\xff\xfe", b"null", b"[" * 100_000, json.dumps({"order": order()}).encode()]

    tell(session, shop_id, *[("order_created", body) for body in bodies])

    assert [row["state"] for row in rows(session, "messages", shop_id)] == ["failed"] * 5


@pytest.fixture
def cut_at(engine: Engine) -> Iterator[list[int]]:
    """A countdown: at the statement where it gets to zero the connection is cut, as by a dying server."""
    countdown: list[int] = []

    def cut(connection: Any, *_: Any) -> None:
        if countdown:
            countdown[0] -= 1
            if countdown[0] == 0:
                connection.connection.driver_connection.close()

    event.listen(engine, "before_cursor_execute", cut)
    yield countdown
    event.remove(engine, "before_cursor_execute", cut)


@some("stride", 3, 1)
def test_a_database_that_goes_away_at_any_statement_leaves_a_whole_batch_waiting(
    session: Session, cut_at: list[int], stride: int
) -> None:
    story = [
        told("customer_created", customer("user-1")),
        told("order_created", order(user="user-1")),
        told("customer_deleted", {"id": "user-1"}, minutes=3),
    ]
    straight = make_shop(session)
    tell(session, straight, *story)
    expected = state_of(session, straight)
    cuts = 0
    for statement in range(1, 100, stride):
        shop_id = make_shop(session)
        deliver(session, shop_id, story)
        cut_at[:] = [statement]
        try:
            projection.project(db.transaction, shop_id)
        except OperationalError:
            cuts += 1
        else:
            break
        finally:
            cut_at.clear()
        # All or none: the last statement of all looks for more, when these are done.
        assert {row["state"] for row in rows(session, "messages", shop_id)} in ({"pending"}, {"done"})
        projection.project(db.transaction, shop_id)
        assert state_of(session, shop_id) == expected
    assert cuts * stride > 8
    session.execute(text("SELECT 1"))


def test_messages_wait_while_a_process_does_not_know_the_new_secret_key(session: Session) -> None:
    """A rotation is under way: another process has encrypted the shop's key with one that is not ours."""
    shop_id = make_shop(session)
    ours = session.scalar(text("SELECT email_key_encrypted FROM shops WHERE id = :id"), {"id": shop_id})
    change = text("UPDATE shops SET email_key_encrypted = :value WHERE id = :id")
    theirs = Fernet(Fernet.generate_key()).encrypt(b"key").decode()
    session.execute(change, {"value": theirs, "id": shop_id})
    session.commit()

    with pytest.raises(SecretUnreadable, match="Restart every process with both keys"):
        tell(session, shop_id, told("order_created", order("order-1")))
    assert [row["state"] for row in rows(session, "messages", shop_id)] == ["pending"]

    session.execute(change, {"value": ours, "id": shop_id})
    session.commit()
    assert projection.project(db.transaction, shop_id) == 1
    assert [row["state"] for row in rows(session, "messages", shop_id)] == ["done"]
