"""Discounts, delivery and gift cards as columns of orders: the newest counts, silence changes nothing."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Run
from saleor_influence_app.sync import backfill
from sandbox.benefits import GiftCardBalance, GiftCardEvent
from sandbox.gift_cards import GiftCard
from tests.support.history import filled_pocket, impatient
from tests.support.tellings import at, line, make_shop, only, order, rows, state_of, tell, told

METHOD = "U2hpcHBpbmdNZXRob2Q6MTY="
COLUMNS = ("discount", "voucher_discount", "delivery_method", "shipping_gross", "gift_cards")
Card = tuple[str, float | None]


def benefits(
    *cards: Card, code: float = 2.5, shipping: float = 4.9, method: str | None = METHOD, **changes: Any
) -> dict[str, Any]:
    """The fields of an order that tell its benefits: `code` was taken off its line by the voucher."""
    return {
        "lines": [line() | {"undiscountedTotalPrice": {"gross": {"amount": 12.0 + code}}, "discounts": []}],
        "discounts": [{"type": "VOUCHER", "total": {"amount": code}}],
        "shippingPrice": {"gross": {"amount": shipping}},
        "undiscountedShippingPrice": {"amount": 4.9},
        "deliveryMethod": {"id": method} if method else None,
        "giftCards": [_card(name, paid) for name, paid in cards],
    } | changes


def _card(name: str, paid: float | None) -> dict[str, Any]:
    balance = {"oldCurrentBalance": {"amount": paid}, "currentBalance": {"amount": 0.0}}
    return {"id": name, "events": None if paid is None else [{"orderId": "order-1", "balance": balance}]}


def kept(session: Session, shop_id: int) -> tuple[Any, ...]:
    found = only(session, "orders", shop_id)
    return tuple(found[name] for name in COLUMNS)


def test_an_order_holds_what_was_taken_off_how_it_came_and_which_cards_paid(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(**benefits(("card-1", 7.25), shipping=0.0))))

    assert kept(session, shop_id) == (Decimal("7.4"), Decimal("2.5"), METHOD, 0, {"card-1": 7.25})


def test_lines_hold_their_list_price_and_what_was_taken_off(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(**benefits(code=2.5))))
    found = only(session, "orders", shop_id)
    assert (found["list_prices"], found["line_discounts"]) == ({"line-1": 14.5}, {"line-1": 2.5})

    tell(session, shop_id, told("order_updated", order(minutes=5, **benefits(code=0.0)), minutes=5))
    found = only(session, "orders", shop_id)
    assert (found["list_prices"], found["line_discounts"]) == ({"line-1": 12.0}, {})


def test_an_order_from_before_saleor_kept_list_prices_has_none(session: Session) -> None:
    shop_id = make_shop(session)

    unpriced = line() | {"undiscountedTotalPrice": {"gross": {"amount": 0.0}}}
    tell(session, shop_id, told("order_created", order(**benefits(code=0.0, lines=[unpriced]))))

    assert only(session, "orders", shop_id)["list_prices"] == {}


def test_what_a_gift_card_paid_is_exact(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(**benefits(("card-1", 4882.8), ("card-2", 0.1)))))

    paid = session.execute(text("SELECT sum(c.value::numeric) FROM orders, jsonb_each_text(gift_cards) c"))
    assert paid.scalar_one() == Decimal("4882.9")


def test_an_order_that_was_told_by_an_older_subscription_says_nothing(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order()))

    assert kept(session, shop_id) == (None, None, None, None, {})
    assert only(session, "orders", shop_id)["benefits_updated_at"] is None


def test_what_a_newer_body_of_an_older_subscription_does_not_say_stays(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(**benefits(("card-1", 7.0)))))
    before = kept(session, shop_id)

    tell(session, shop_id, told("order_refunded", order(minutes=5, charged=3.0), minutes=5))

    assert kept(session, shop_id) == before
    assert only(session, "orders", shop_id)["charged"] == 3


def test_a_newer_state_that_says_none_takes_it_away(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(**benefits(("card-1", 7.0)))))

    none = benefits(code=0.0, method=None)
    tell(session, shop_id, told("order_updated", order(minutes=5, **none), minutes=5))

    assert kept(session, shop_id) == (0, 0, None, Decimal("4.9"), {})


STATES = {
    "first": told("order_created", order(user="user-1", **benefits(("card-1", 7.0)))),
    "changed": told(
        "order_updated", order(user="user-1", minutes=2, **benefits(("card-2", None), code=1.0)), minutes=2
    ),
    "old words": told("order_updated", order(user="user-1", minutes=4), minutes=4),
    "at once": told("order_updated", order(user="user-1", minutes=2, **benefits(method="Zz")), minutes=2),
}


def test_whatever_comes_first_and_together_or_not_the_rows_are_the_same(session: Session) -> None:
    ends = []
    for sequence in permutations(STATES.values()):
        together, singly = make_shop(session), make_shop(session)
        tell(session, together, *sequence)
        for telling in sequence:
            tell(session, singly, telling)
        ends += [state_of(session, together), state_of(session, singly)]

    (found,) = ends[0]["orders"]
    assert found["discount"] == Decimal("2.5")
    assert (found["delivery_method"], found["gift_cards"]) == ("Zz", {"card-2": None})
    assert (found["list_prices"], found["line_discounts"]) == ({"line-1": 14.5}, {"line-1": 2.5})
    assert (found["benefits_updated_at"], found["updated_at"]) == (at(2), at(4))
    assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize("word", ["customer_deleted", "account_deleted"])
def test_of_a_deleted_buyer_no_gift_card_stays_whatever_is_told_again(session: Session, word: str) -> None:
    bought = told("order_created", order(user="user-1", **benefits(("card-1", 7.0))))
    again = told("order_updated", order(minutes=9, **benefits(("card-1", 7.0))), minutes=9)
    gone = told(word, {"id": "user-1"}, minutes=5)
    ends = []
    for sequence in permutations((bought, again, gone)):
        shop_id = make_shop(session)
        for telling in sequence:
            tell(session, shop_id, telling)
        ends.append(state_of(session, shop_id))

    (found,) = ends[0]["orders"]
    assert found["gift_cards"] == {}
    assert found["discount"] == Decimal("2.5"), "the shop's own figure"
    assert all(end == ends[0] for end in ends)


def test_a_hostile_order_is_refused_alone(session: Session) -> None:
    shop_id = make_shop(session)
    wrong = benefits(shippingPrice={"gross": {"amount": -5}})

    tell(
        session,
        shop_id,
        told("order_created", order("order-1", **wrong)),
        told("order_created", order("order-2", **benefits())),
    )

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-2"]
    states = {row["state"] for row in rows(session, "messages", shop_id)}
    assert states == {"failed", "done"}


def test_discounts_told_later_change_no_fingerprint_and_ask_for_no_scores(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order()))
    before = only(session, "orders", shop_id)["fingerprint"]
    session.execute(text("DELETE FROM runs"))
    session.commit()

    tell(session, shop_id, told("order_updated", order(**benefits(("card-1", 7.0))), minutes=1))

    assert only(session, "orders", shop_id)["fingerprint"] == before
    assert session.query(Run).count() == 0


@pytest.mark.parametrize(("version", "paid"), [("3.23.28", 7.5), ("3.22.67", None), ("3.21.69", None)])
def test_history_tells_it_as_webhooks_do_and_older_saleors_no_amounts(
    session: Session, version: str, paid: float | None
) -> None:
    with filled_pocket(version, size={"customers": 20, "orders": 60}) as pocket:
        orders = [order for order in pocket.state.store.orders.values() if order.status != "DRAFT"]
        coded = next(one for one in orders if one.voucher_code and not any(x.is_gift for x in one.lines))
        card = GiftCard(
            "R2lmdENhcmQ6OTk5",
            coded.created,
            None,
            "CARD",
            coded.channel.currency_code,
            Decimal(20),
            Decimal(0),
        )
        balance = GiftCardBalance(coded.money(Decimal(20)), coded.money(Decimal("12.5")))
        card.events = [
            GiftCardEvent(str(number), one.created, "USED_IN_ORDER", one.id, balance)
            for number, one in enumerate((coded, orders[-1]))
        ]
        coded.gift_cards = [card]
        shop_id = pocket.put_row(session, schema_version=version[:4], saleor_version=version)
        backfill.start(session, shop_id)
        session.commit()

        for kind in ("customers", "orders"):
            backfill.work(db.transaction, shop_id, kind, opener=impatient())

    found = {row["order_id"]: row for row in rows(session, "orders", shop_id)}
    assert None not in {row["discount"] for row in found.values()}
    assert {row["discount"] > 0 for row in found.values() if row["voucher_code"]} == {True}
    off = coded.undiscounted_total.gross.amount - coded.total_gross
    assert found[coded.id]["voucher_discount"] == off
    assert found[coded.id]["gift_cards"] == {card.id: paid}


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("shop_id = 1 AND voucher_code = 'ANNA'", "ix_orders_voucher_code"),
        ("gift_cards ? 'card-1' AND gift_cards <> '{}'", "ix_orders_gift_cards"),
    ],
)
def test_a_redemption_is_found_by_an_index(session: Session, condition: str, index: str) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_indexscan = on"))
    plan = session.execute(text(f"EXPLAIN SELECT order_id FROM orders WHERE {condition}")).scalars().all()
    assert index in "\n".join(plan)
