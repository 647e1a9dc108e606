"""What an order tells of who belongs together; whatever a body holds, it is read or refused in words."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bodies import CUSTOMER_ID, encode, line, order_body
from webhooks.catalog import BY_SLUG
from webhooks.events import OrderPayload, PayloadInvalid, Traits, parse

ADDRESS = {
    "streetAddress1": "Lindenweg 12",
    "streetAddress2": "2nd floor",
    "postalCode": "10115",
    "city": "Berlin",
    "country": {"code": "DE"},
}
CARD = {"brand": "visa", "firstDigits": "4111", "lastDigits": "1234", "expMonth": 5, "expYear": 2030}
GIVER = "VXNlcjo3"


def told(**changes: Any) -> dict[str, Any]:
    """The fields of an order that tell its traits."""
    return {"shippingAddress": ADDRESS, "giftCards": [], "payments": [], "transactions": []} | changes


def read(**changes: Any) -> OrderPayload:
    event = parse("order_created", encode(order_body(**changes)))
    order: OrderPayload = event.order  # type: ignore[union-attr]
    return order


def traits(**changes: Any) -> Traits:
    found = read(**told(**changes)).traits
    assert found is not None
    return found


def given_by(*ids: str | None) -> list[dict[str, Any]]:
    return [{"createdBy": {"id": one} if one else None} for one in ids]


def test_a_body_of_an_older_subscription_tells_nothing_and_is_read() -> None:
    assert read().traits is None
    for name in ("shippingAddress", "giftCards", "payments"):
        fields = told()
        del fields[name]
        assert read(**fields).traits is None


def test_an_order_without_address_card_or_gift_card_tells_that_there_is_none() -> None:
    assert traits(shippingAddress=None) == Traits(address=None, card=None, gift_givers=())


def test_the_address_is_read_as_far_as_it_tells_a_household() -> None:
    address = traits().address
    assert address is not None
    assert (address.street_1, address.street_2, address.postal_code) == (
        "Lindenweg 12",
        "2nd floor",
        "10115",
    )
    assert (address.city, address.country) == ("Berlin", "DE")


def test_who_collects_at_the_shop_does_not_live_there() -> None:
    assert traits(collectionPointName="The shop in the city").address is None


def test_givers_are_those_who_bought_the_gift_cards_but_not_the_buyer_and_each_once() -> None:
    assert traits(giftCards=given_by("b", "a", CUSTOMER_ID, "b", None)).gift_givers == ("a", "b")


def test_a_guest_can_have_been_given_a_gift_card() -> None:
    assert traits(user=None, giftCards=given_by(GIVER)).gift_givers == (GIVER,)


def test_the_card_of_a_transaction_comes_before_one_of_an_older_payment() -> None:
    old = {"isActive": True, "creditCard": CARD | {"lastDigits": "9999"}}
    paid = [{"paymentMethodDetails": CARD}, {"paymentMethodDetails": None}, {"paymentMethodDetails": {}}]
    assert traits(payments=[old], transactions=paid).card.last_digits == "1234"  # type: ignore[union-attr]
    assert traits(payments=[old]).card.last_digits == "9999"  # type: ignore[union-attr]


def test_saleor_3_21_tells_the_cards_of_older_payments_alone() -> None:
    fields = told(payments=[{"isActive": True, "creditCard": CARD}])
    del fields["transactions"]
    found = read(**fields).traits
    assert found is not None
    assert found.card is not None


def test_an_attempt_that_failed_counts_only_where_no_other_payment_tells_a_card() -> None:
    failed = {"isActive": False, "creditCard": CARD | {"lastDigits": "0000"}}
    paid = {"isActive": True, "creditCard": CARD}
    assert traits(payments=[paid, failed]).card.last_digits == "1234"  # type: ignore[union-attr]
    assert traits(payments=[failed]).card.last_digits == "0000"  # type: ignore[union-attr]


@pytest.mark.parametrize("missing", ["lastDigits", "expMonth", "expYear"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_card_that_could_be_anybodys_is_none(missing: str, nothing: str | None) -> None:
    if nothing == "" and missing != "lastDigits":
        nothing = None
    assert traits(transactions=[{"paymentMethodDetails": CARD | {missing: nothing}}]).card is None


def test_lines_tell_gift_cards_and_free_gifts() -> None:
    def of_kind(kind: str | None) -> dict[str, Any]:
        kind_of = {"kind": kind} if kind else None
        return {"product": {"id": "p", "category": None, "productType": kind_of}}

    order = read(
        lines=[
            line(1, variant=of_kind("GIFT_CARD"), isGift=False),
            line(2, variant=of_kind("NORMAL"), isGift=True),
            line(3, variant=of_kind(None), isGift=None),
            line(4, variant=None),
        ]
    )
    assert [(one.is_gift_card, one.is_gift) for one in order.lines] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]


def test_addresses_cards_and_givers_are_in_no_repr() -> None:
    order = read(**told(transactions=[{"paymentMethodDetails": CARD}], giftCards=given_by(GIVER)))
    for shown in (repr(order), str(order), repr(order.traits), repr(order.traits and order.traits.card)):
        for secret in ("Lindenweg", "10115", "Berlin", "1234", "4111", "visa"):
            assert secret not in shown


LONG = "x" * 1001
WRONG: list[dict[str, Any]] = [
    {"shippingAddress": "Lindenweg 12"},
    {"shippingAddress": ["Lindenweg 12"]},
    {"shippingAddress": ADDRESS | {"streetAddress1": LONG}},
    {"shippingAddress": ADDRESS | {"streetAddress2": 12}},
    {"shippingAddress": ADDRESS | {"postalCode": {"code": 1}}},
    {"shippingAddress": ADDRESS | {"country": "DE"}},
    {"shippingAddress": ADDRESS | {"city": "a\x00b"}},
    {"giftCards": None},
    {"giftCards": {"createdBy": {"id": GIVER}}},
    {"giftCards": ["card"]},
    {"giftCards": [{"createdBy": GIVER}]},
    {"giftCards": [{"createdBy": {"id": 7}}]},
    {"giftCards": [{"createdBy": {"id": [GIVER]}}]},
    {"giftCards": [{"createdBy": {"id": "x" * 256}}]},
    {"giftCards": [{}] * 1001},
    {"payments": None},
    {"payments": [3]},
    {"payments": [{"creditCard": "4111 1111 1111 1234"}]},
    {"payments": [{}] * 1001},
    {"transactions": "none"},
    {"transactions": [{"paymentMethodDetails": CARD | {"expYear": "2030"}}]},
    {"transactions": [{"paymentMethodDetails": CARD | {"expMonth": 10**30}}]},
    {"transactions": [{"paymentMethodDetails": CARD | {"expMonth": True}}]},
    {"transactions": [{"paymentMethodDetails": CARD | {"lastDigits": 1234}}]},
    {"transactions": [{"paymentMethodDetails": CARD | {"brand": LONG}}]},
    {"lines": [line(isGift="yes")]},
    {"lines": [line(variant={"product": {"productType": "GIFT_CARD"}})]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: json.dumps(wrong)[:60])
def test_a_wrong_value_is_refused_without_being_quoted(wrong: dict[str, Any]) -> None:
    with pytest.raises(PayloadInvalid) as refused:
        read(**told(**wrong))
    for secret in ("Lindenweg", "4111", GIVER, LONG[:300]):
        assert secret not in refused.value.reason


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from((*ADDRESS, *CARD, "id", "code", "createdBy", "creditCard", "isActive")), inner
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(tuple(told())), ANYTHING)
def test_whatever_stands_there_it_is_read_or_refused_and_never_breaks(field: str, value: Any) -> None:
    with suppress(PayloadInvalid):
        read(**told(**{field: value}))


def test_every_order_event_asks_for_the_traits() -> None:
    for slug, webhook in BY_SLUG.items():
        asked = webhook.subscription()
        for name in ("shippingAddress", "giftCards", "payments", "transactions", "isGift", "productType"):
            assert (name in asked) == slug.startswith("order"), (slug, name)
