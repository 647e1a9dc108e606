"""Households, cards, givers and marks as rows: the newest counts, silence changes nothing."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Run
from saleor_influence_app.shops import installations
from tests.support.recorded import webhook_deliveries
from tests.support.tellings import at, customer, line, make_shop, only, order, rows, state_of, tell, told

STREET = "Lindenweg 12"
CARD = {"brand": "Visa", "firstDigits": "4111", "lastDigits": "1234", "expMonth": 5, "expYear": 2030}


def traits(
    *givers: str, street: str | None = STREET, last: str | None = "1234", **changes: Any
) -> dict[str, Any]:
    """The fields of an order that tell its traits."""
    country = {"code": "DE"}
    address = {"streetAddress1": street, "streetAddress2": "", "postalCode": "10115", "city": "Berlin"}
    return {
        "shippingAddress": address | {"country": country} if street else None,
        "giftCards": [{"createdBy": {"id": giver}} for giver in givers],
        "payments": [],
        "transactions": [{"paymentMethodDetails": CARD | {"lastDigits": last} if last else None}],
    } | changes


def gift_line(number: int, kind: str = "NORMAL", *, free: bool = False) -> dict[str, Any]:
    made = line(number)
    made["variant"]["product"]["productType"] = {"kind": kind}
    return made | {"isGift": free}


def marks(session: Session, shop_id: int) -> dict[str, tuple[bool, bool]]:
    found = rows(session, "order_lines", shop_id)
    return {row["line_id"]: (row["is_gift_card"], row["is_gift"]) for row in found}


def test_two_who_live_together_and_share_a_card_have_the_same_hashes(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("order_created", order("order-1", user="user-1", **traits())),
        told("order_created", order("order-2", user="user-2", **traits(street="LINDENWEG, 12"))),
        told("order_created", order("order-3", user="user-3", **traits(street="Lindenweg 13", last="9999"))),
    )

    first, second, third = rows(session, "orders", shop_id)
    assert first["address_hash"] == second["address_hash"] != third["address_hash"]
    assert first["payment_hash"] == second["payment_hash"] != third["payment_hash"]
    assert len({first["address_hash"], first["payment_hash"], first["email_hash"][:16]}) == 3


def test_nothing_of_an_address_or_a_card_is_stored_in_any_column(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(**traits("user-9"))))

    everything = repr(state_of(session, shop_id)) + repr(rows(session, "messages", shop_id))
    assert not [
        one for one in ("Lindenweg", "lindenweg", "10115", "Berlin", "4111", "1234") if one in everything
    ]


def test_the_same_home_has_another_hash_in_another_shop(session: Session) -> None:
    here, there = make_shop(session), make_shop(session)
    session.execute(
        text("UPDATE shops SET email_key_encrypted = :key WHERE id = :id"),
        {"key": settings.get().fernet.encrypt(b"another key").decode(), "id": there},
    )
    session.commit()

    for shop_id in (here, there):
        tell(session, shop_id, told("order_created", order(**traits())))

    ours, theirs = only(session, "orders", here), only(session, "orders", there)
    assert ours["address_hash"] != theirs["address_hash"]
    assert ours["payment_hash"] != theirs["payment_hash"]


def test_lines_are_marked_as_gift_cards_and_free_gifts(session: Session) -> None:
    shop_id = make_shop(session)
    lines = [gift_line(1), gift_line(2, "GIFT_CARD"), gift_line(3, free=True)]

    tell(session, shop_id, told("order_created", order(**traits(lines=lines))))

    assert marks(session, shop_id) == {
        "line-1": (False, False),
        "line-2": (True, False),
        "line-3": (False, True),
    }


def test_what_a_newer_body_of_an_older_subscription_does_not_say_stays(session: Session) -> None:
    shop_id = make_shop(session)
    lines = [gift_line(1, "GIFT_CARD"), gift_line(2)]
    tell(session, shop_id, told("order_created", order(user="user-1", **traits("user-2", lines=lines))))
    before = only(session, "orders", shop_id)

    old_words = order(user="user-1", minutes=5, charged=3.0, lines=[line(1, net=4.0), line(2)])
    tell(session, shop_id, told("order_refunded", old_words, minutes=5))

    after = only(session, "orders", shop_id)
    for name in ("address_hash", "payment_hash", "gift_givers", "gift_card_lines"):
        assert after[name] == before[name], name
    assert after["charged"] == 3
    assert marks(session, shop_id) == {"line-1": (True, False), "line-2": (False, False)}


def test_a_newer_state_that_says_none_takes_it_away(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(**traits("user-2", lines=[gift_line(1, free=True)]))))

    none = traits(street=None, last=None, lines=[gift_line(1)])
    tell(session, shop_id, told("order_updated", order(minutes=5, **none), minutes=5))

    found = only(session, "orders", shop_id)
    assert (found["address_hash"], found["payment_hash"], found["gift_givers"]) == (None, None, [])
    assert marks(session, shop_id) == {"line-1": (False, False)}


STATES = {
    "first": told(
        "order_created", order(user="user-1", **traits("user-2", lines=[gift_line(1, "GIFT_CARD")]))
    ),
    "moved": told(
        "order_updated",
        order(user="user-1", minutes=2, **traits("user-3", street="Am Markt 1", lines=[gift_line(2)])),
        minutes=2,
    ),
    "old words": told("order_updated", order(user="user-1", minutes=4, lines=[line(1), line(2)]), minutes=4),
    "giver goes": told("customer_deleted", {"id": "user-3"}, minutes=3),
}


def test_whatever_comes_first_the_rows_are_the_same(session: Session) -> None:
    ends = []
    for sequence in permutations(STATES):
        shop_id = make_shop(session)
        for name in sequence:
            tell(session, shop_id, STATES[name])
        ends.append(state_of(session, shop_id))

    (found,) = ends[0]["orders"]
    assert found["gift_givers"] == []
    assert found["traits_updated_at"] == at(2)
    assert found["updated_at"] == at(4)
    assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize(
    "edit",
    [
        traits(street="Am Markt 1"),
        traits(last="9999"),
        traits("user-2"),
        traits(lines=[gift_line(1, "GIFT_CARD")]),
        traits(lines=[gift_line(1, free=True)]),
    ],
    ids=["home", "card", "giver", "gift card line", "free gift"],
)
def test_an_edit_of_any_of_it_asks_for_scores_and_a_repeat_does_not(
    session: Session, edit: dict[str, Any], bells: Callable[[], list[tuple[Any, ...]]]
) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(**traits(lines=[gift_line(1)]))))
    session.execute(text("DELETE FROM runs"))
    session.commit()

    tell(session, shop_id, told("order_updated", order(**traits(lines=[gift_line(1)])), minutes=1))
    assert session.query(Run).count() == 0
    session.rollback()

    tell(session, shop_id, told("order_updated", order(**edit), minutes=2))
    assert session.query(Run).count() == 1
    assert bells()


def test_of_a_deleted_buyer_neither_home_nor_card_stays_whatever_is_told_again(session: Session) -> None:
    shop_id = make_shop(session)
    bought = order(user="user-1", **traits("user-2"))
    tell(session, shop_id, told("order_created", bought))

    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))
    found = only(session, "orders", shop_id)
    assert (found["address_hash"], found["payment_hash"], found["gift_givers"]) == (None, None, ["user-2"])

    tell(session, shop_id, told("order_created", bought), told("order_updated", bought, minutes=7))
    unbound = order(minutes=9, **traits("user-2"))
    tell(session, shop_id, told("order_updated", unbound, minutes=9))
    found = only(session, "orders", shop_id)
    assert (found["customer_id"], found["email_hash"]) == (None, None)
    assert (found["address_hash"], found["payment_hash"]) == (None, None)


def test_an_order_that_ever_was_a_deleted_accounts_keeps_no_home_whoever_has_it_now(session: Session) -> None:
    theirs = told("order_created", order(user="user-1", **traits()))
    anothers = told("order_updated", order(user="user-2", minutes=2), minutes=2)
    gone = told("customer_deleted", {"id": "user-1"}, minutes=1)
    ends = []
    for sequence in permutations((theirs, anothers, gone)):
        shop_id = make_shop(session)
        tell(session, shop_id, *sequence)
        ends.append(state_of(session, shop_id))

    (found,) = ends[0]["orders"]
    assert (found["customer_id"], found["address_hash"], found["payment_hash"]) == ("user-2", None, None)
    assert all(end == ends[0] for end in ends)


def test_two_states_of_one_moment_are_put_together_whoever_goes_between_them(session: Session) -> None:
    one = told("order_created", order(user="user-1", **traits("user-2", lines=[gift_line(1, "GIFT_CARD")])))
    other = told("order_updated", order(user="user-1", **traits("user-2", "user-3", street="Am Markt 1")))
    gone = told("customer_deleted", {"id": "user-3"}, minutes=1)
    ends = []
    for sequence in permutations((one, other, gone)):
        together, singly = make_shop(session), make_shop(session)
        tell(session, together, *sequence)
        for telling in sequence:
            tell(session, singly, telling)
        ends += [state_of(session, together), state_of(session, singly)]

    (found,) = ends[0]["orders"]
    assert found["gift_givers"] == ["user-2"]
    assert all(end == ends[0] for end in ends)


def test_telling_a_deleted_buyers_order_again_asks_for_no_scores(session: Session) -> None:
    shop_id = make_shop(session)
    bought = order(user="user-1", **traits("user-2"))
    tell(session, shop_id, told("order_created", bought))
    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))
    session.execute(text("DELETE FROM runs"))
    session.commit()

    tell(session, shop_id, told("order_updated", bought, minutes=8))

    assert session.query(Run).count() == 0


def test_a_deleted_giver_is_named_in_no_order_and_other_givers_stay(session: Session) -> None:
    shop_id = make_shop(session)
    given = order(user="user-1", **traits("user-2", "user-3"))
    tell(session, shop_id, told("order_created", given))

    tell(session, shop_id, told("account_deleted", {"id": "user-2"}, minutes=5))
    assert only(session, "orders", shop_id)["gift_givers"] == ["user-3"]

    tell(session, shop_id, told("order_updated", given, minutes=6))
    found = only(session, "orders", shop_id)
    assert found["gift_givers"] == ["user-3"]
    assert found["address_hash"] is not None, "the buyer is still there"
    assert "user-2" not in repr(found)


def test_of_givers_staff_can_be_told_from_customers(session: Session) -> None:
    shop_id = make_shop(session)
    tell(
        session,
        shop_id,
        told("customer_created", customer("clerk", isStaff=True)),
        told("customer_created", customer("friend")),
        told("order_created", order(user="user-1", **traits("clerk", "friend"))),
    )

    givers = session.execute(
        text("""SELECT c.customer_id FROM orders o JOIN customers c
            ON c.shop_id = o.shop_id AND c.customer_id = ANY (o.gift_givers) AND NOT c.is_staff""")
    )
    assert givers.scalars().all() == ["friend"]


def test_everything_goes_with_the_shop(session: Session) -> None:
    shop_id = make_shop(session)
    tell(
        session, shop_id, told("order_created", order(**traits("user-2", lines=[gift_line(1, "GIFT_CARD")])))
    )
    session.execute(text("INSERT INTO categories VALUES (:shop, 'c', NULL, 'Tea')"), {"shop": shop_id})

    installations.purge(session, shop_id)
    session.commit()

    for table in ("orders", "order_lines", "categories"):
        assert rows(session, table, shop_id) == []


def test_what_real_saleors_sent_before_we_asked_for_more_becomes_rows(session: Session) -> None:
    tellings = [
        (one["event"].lower(), one["body"].encode())
        for one in webhook_deliveries()
        if one["event"].lower().startswith("order_") and "metadata" not in one["event"].lower()
    ]
    shop_id = make_shop(session)

    tell(session, shop_id, *tellings)

    found = rows(session, "orders", shop_id)
    assert found
    assert {(row["address_hash"], row["traits_updated_at"]) for row in found} == {(None, None)}
