"""What an order tells of discounts, delivery and gift cards; whatever a body holds, it is read or refused."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bodies import encode, line, money, order_body
from webhooks.catalog import BY_SLUG
from webhooks.events import Benefits, GiftCardUse, OrderPayload, PayloadInvalid, parse

ORDER_ID, OTHER_ORDER = "T3JkZXI6MQ==", "T3JkZXI6Mg=="
CARD = "R2lmdENhcmQ6MTI="
APP_METHOD = "YXBwOnN0dWIuc2VnbWVudHM6ZnJlZS12aXA="  # app:stub.segments:free-vip


def taken(kind: str, amount: float) -> dict[str, Any]:
    return {"type": kind, "total": money(amount)}


def full(number: int = 1, *, price: float = 11.9, of: float = 11.9, **changes: Any) -> dict[str, Any]:
    """A line that costs `price` and would have cost `of`."""
    prices = {"totalPrice": {"gross": money(price), "net": money(price)}}
    return line(number, **prices, undiscountedTotalPrice={"gross": money(of)}, discounts=[], **changes)


def told(**changes: Any) -> dict[str, Any]:
    """The fields of an order that tell its benefits."""
    return {
        "lines": [full()],
        "discounts": [],
        "shippingPrice": {"gross": money(4.9)},
        "undiscountedShippingPrice": money(4.9),
        "deliveryMethod": {"id": "U2hpcHBpbmdNZXRob2Q6MTY="},
        "giftCards": [],
    } | changes


def read(**changes: Any) -> OrderPayload:
    event = parse("order_created", encode(order_body(**changes)))
    order: OrderPayload = event.order  # type: ignore[union-attr]
    return order


def benefits(**changes: Any) -> Benefits:
    found = read(**told(**changes)).benefits
    assert found is not None
    return found


def used(*uses: tuple[str, float, float], card: str = CARD) -> dict[str, Any]:
    """A gift card with its uses: the order, and what was on it before and after."""
    return {
        "id": card,
        "createdBy": None,
        "events": [
            {
                "orderId": order,
                "balance": {"oldCurrentBalance": money(before), "currentBalance": money(after)},
            }
            for order, before, after in uses
        ],
    }


def test_a_body_of_an_older_subscription_tells_nothing_and_is_read() -> None:
    assert read().benefits is None
    for name in ("discounts", "shippingPrice", "undiscountedShippingPrice", "deliveryMethod"):
        fields = told()
        del fields[name]
        assert read(**fields).benefits is None


def test_an_order_without_any_tells_that_there_was_none() -> None:
    found = benefits(deliveryMethod=None)
    assert found == Benefits(
        discount=Decimal(0),
        voucher_discount=Decimal(0),
        delivery_method=None,
        shipping_gross=Decimal("4.9"),
        gift_cards=(),
        list_prices=found.list_prices,
        line_discounts={},
    )


def test_all_discounts_count_and_the_vouchers_part_is_told_apart() -> None:
    lines = [full(1, price=7.2, of=10.0), full(2, price=0.0, of=3.0, isGift=True)]
    found = benefits(lines=lines, discounts=[taken("VOUCHER", 0.8), taken("ORDER_PROMOTION", 2.0)])
    assert (found.discount, found.voucher_discount) == (Decimal("5.8"), Decimal("0.8"))
    assert [*found.list_prices.values()] == [10, 3]
    assert [*found.line_discounts.values()] == [Decimal("2.8"), 3]


def test_a_voucher_told_at_the_lines_counts_as_one_told_at_the_order() -> None:
    lines = [full(1, price=8.0, of=10.0) | {"discounts": [taken("VOUCHER", 2.0), taken("PROMOTION", 1.0)]}]
    assert benefits(lines=lines).voucher_discount == 2
    assert benefits(lines=[full() | {"discounts": None}]).voucher_discount == 0


def test_a_shipping_vouchers_discount_is_that_of_shipping() -> None:
    found = benefits(
        discounts=[taken("VOUCHER", 34.2)],
        shippingPrice={"gross": money(0.0)},
        undiscountedShippingPrice=money(34.2),
    )
    assert found.discount == found.voucher_discount == Decimal("34.2")
    assert found.shipping_gross == 0


def test_what_a_gift_card_paid_is_no_discount() -> None:
    # As a 3.23.28 told it: the total is what was left to pay.
    found = benefits(total={"currency": "EUR", "gross": money(9.8), "net": money(8.0)}, giftCards=[used()])
    assert found.discount == 0


def test_tax_on_shipping_is_no_negative_discount() -> None:
    # Where prices are without tax, the undiscounted price of shipping is.
    assert benefits(shippingPrice={"gross": money(5.95)}, undiscountedShippingPrice=money(5.0)).discount == 0


def test_an_order_from_before_undiscounted_prices_had_no_negative_discount() -> None:
    lines = [full(1, price=10.0, of=0.0), full(2, price=8.0, of=10.0)]
    assert benefits(lines=lines).discount == 2


def test_the_id_of_an_apps_shipping_method_is_kept_as_saleor_tells_it() -> None:
    assert benefits(deliveryMethod={"id": APP_METHOD}).delivery_method == APP_METHOD


def test_who_collects_had_no_shipping_method() -> None:
    assert benefits(deliveryMethod={}).delivery_method is None


def test_each_gift_card_paid_what_left_it_by_this_order_alone() -> None:
    cards = [
        used((OTHER_ORDER, 50.0, 20.0), (ORDER_ID, 20.0, 12.5), card="b"),
        used((ORDER_ID, 7.0, 0.0), card="a"),
    ]
    assert benefits(giftCards=cards).gift_cards == (
        GiftCardUse(id="a", paid=Decimal(7)),
        GiftCardUse(id="b", paid=Decimal("7.5")),
    )


@pytest.mark.parametrize(
    "card",
    [
        {"id": CARD},
        {"id": CARD, "events": None},
        used(),
        used((OTHER_ORDER, 5.0, 1.0)),
        {"id": CARD, "events": [{"orderId": ORDER_ID, "balance": None}]},
        {"id": CARD, "events": [{"orderId": ORDER_ID, "balance": {"currentBalance": money(1.0)}}]},
    ],
    ids=["3.22", "null", "no use", "another order's", "no balance", "no balance before"],
)
def test_a_gift_card_that_does_not_say_what_it_paid_is_named_alone(card: dict[str, Any]) -> None:
    assert benefits(giftCards=[card]).gift_cards == (GiftCardUse(id=CARD, paid=None),)


def test_a_card_that_gained_by_an_order_paid_nothing() -> None:
    assert benefits(giftCards=[used((ORDER_ID, 1.0, 5.0))]).gift_cards == (GiftCardUse(id=CARD, paid=0),)


HUGE = 10**12
WRONG: list[dict[str, Any]] = [
    {"discounts": None, "lines": "none"},
    {"discounts": {"type": "VOUCHER"}},
    {"discounts": ["VOUCHER"]},
    {"discounts": [{"type": "VOUCHER", "total": 3}]},
    {"discounts": [taken("VOUCHER", -1.0)]},
    {"discounts": [taken("VOUCHER", HUGE)] * 2},
    {"discounts": [{}] * 1001},
    {"shippingPrice": 4.9},
    {"shippingPrice": None},
    {"shippingPrice": {"gross": money("4.9")}},
    {"shippingPrice": {"gross": money(-4.9)}},
    {"shippingPrice": {"gross": money(HUGE + 1)}},
    {"undiscountedShippingPrice": None},
    {"undiscountedShippingPrice": money(-1)},
    {"undiscountedShippingPrice": {"amount": True}},
    {"deliveryMethod": "express"},
    {"deliveryMethod": {"id": 16}},
    {"deliveryMethod": {"id": ""}},
    {"deliveryMethod": {"id": "x" * 256}},
    {"deliveryMethod": {"id": "a\x00b"}},
    {"lines": [line()]},
    {"lines": [full(of=-1.0)]},
    {"lines": [full() | {"undiscountedTotalPrice": {"gross": 3}}]},
    {"lines": [full() | {"discounts": 3}]},
    {"lines": [full() | {"discounts": [taken("VOUCHER", -2.0)]}]},
    {"lines": [full(number, price=0, of=HUGE) for number in range(200)]},
    {"giftCards": None},
    {"giftCards": [CARD]},
    {"giftCards": [None]},
    {"giftCards": [{"createdBy": None}]},
    {"giftCards": [{"id": 3}]},
    {"giftCards": [{"id": CARD}] * 1001},
    {"giftCards": [{"id": CARD, "events": {}}]},
    {"giftCards": [{"id": CARD, "events": [3]}]},
    {"giftCards": [used((ORDER_ID, -3.0, -5.0))]},
    {"giftCards": [used((ORDER_ID, HUGE, 0.0), (ORDER_ID, HUGE, 0.0))]},
    {"giftCards": [{"id": CARD, "events": [{}] * 10_001}]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: json.dumps(wrong)[:60])
def test_a_wrong_value_is_refused_without_being_quoted(wrong: dict[str, Any]) -> None:
    with pytest.raises(PayloadInvalid) as refused:
        read(**told(**wrong))
    assert CARD not in refused.value.reason


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_what_is_no_number_is_refused(number: str) -> None:
    body = encode(order_body(**told(undiscountedShippingPrice=money(4321.5))))
    with pytest.raises(PayloadInvalid):
        parse("order_created", body.replace(b"4321.5", number.encode()))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "type", "total", "amount", "gross", "events", "orderId", "balance")), inner
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(tuple(told())), ANYTHING)
def test_whatever_stands_there_it_is_read_or_refused_and_never_breaks(field: str, value: Any) -> None:
    with suppress(PayloadInvalid):
        read(**told(**{field: value}))


def test_every_order_event_asks_for_the_benefits() -> None:
    names = (*told(), "undiscountedTotalPrice", "USED_IN_ORDER")
    for slug, webhook in BY_SLUG.items():
        asked = webhook.subscription()
        for name in names:
            assert (name in asked) == slug.startswith("order"), (slug, name)


def test_gift_card_events_are_asked_for_where_managing_orders_is_enough_to_see_them() -> None:
    for slug, webhook in BY_SLUG.items():
        if slug.startswith("order"):
            assert "USED_IN_ORDER" in webhook.subscription((3, 23))
            assert "USED_IN_ORDER" not in webhook.subscription((3, 22))
