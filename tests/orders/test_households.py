"""One home, however it is written; one card, however a provider shows it; and nobody else's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app.orders.household_hashes import address_hash, payment_hash
from saleor_influence_app.shops import shops
from webhooks.events import Address, Card

KEY = b"key of this shop"
HOME = {
    "street_1": "Große Straße 12",
    "street_2": "",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}
CARD = {"brand": "Visa", "first_digits": "4111", "last_digits": "1234", "month": 5, "year": 2030}


def home(key: bytes = KEY, **changes: Any) -> bytes | None:
    return address_hash(key, Address(**(HOME | changes)))


def card(key: bytes = KEY, **changes: Any) -> bytes | None:
    return payment_hash(key, Card(**(CARD | changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"street_1": "GROSSE STRASSE 12"},
        {"street_1": "  große straße,  12. "},
        {"street_1": "Große Straße", "street_2": "12"},
        {"street_1": "Große Straße １２"},  # noqa: RUF001 - digits of East Asian width
        {"postal_code": " 10-115 "},
        {"city": "BERLIN"},
        {"city": None},
        {"country": "de"},
        {"street_2": None},
    ],
)
def test_a_home_is_the_same_however_it_is_written(changes: dict[str, Any]) -> None:
    assert home(**changes) == home()


def test_a_letter_with_its_accent_beside_it_is_that_letter() -> None:
    assert home(street_1="Rue d'E\u0301te\u0301 3") == home(street_1="rue D'ÉTÉ 3")
    assert home(street_1="Rue d'Ete 3") != home(street_1="Rue d'Été 3")


@pytest.mark.parametrize(
    "changes",
    [
        {"street_1": "Große Straße 13"},
        {"street_2": "2"},
        {"postal_code": "10117"},
        {"country": "AT"},
        {"street_1": "Große Straße", "street_2": "1 2", "postal_code": "0115"},
    ],
)
def test_another_home_has_another_hash(changes: dict[str, Any]) -> None:
    assert home(**changes) not in {home(), None}


def test_where_there_is_no_postal_code_the_city_tells_homes_apart() -> None:
    assert home(postal_code=None, city="Dublin") == home(postal_code="", city="DUBLIN ")
    assert home(postal_code=None, city="Dublin") != home(postal_code=None, city="Cork")


@pytest.mark.parametrize(
    "changes",
    [
        {"street_1": None},
        {"street_1": " - ", "street_2": "."},
        {"street_1": "G.............."},  # what Saleor shows of the address of a very old guest order
        {"postal_code": None, "city": None},
        {"postal_code": "--", "city": ""},
    ],
)
def test_half_an_address_is_nobodys_home(changes: dict[str, Any]) -> None:
    assert home(**changes) is None
    assert address_hash(KEY, None) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"brand": "VISA"},
        {"first_digits": "411111"},
        {"last_digits": "**** 1234"},
        {"year": 30},
    ],
)
def test_a_card_is_the_same_however_a_provider_shows_it(changes: dict[str, Any]) -> None:
    assert card(**changes) == card()


@pytest.mark.parametrize(
    "changes",
    [
        {"brand": "Mastercard"},
        {"brand": None},
        {"first_digits": "4242"},
        {"first_digits": None},
        {"last_digits": "1235"},
        {"month": 6},
        {"year": 2031},
    ],
)
def test_another_card_has_another_hash(changes: dict[str, Any]) -> None:
    assert card(**changes) not in {card(), None}


@pytest.mark.parametrize("changes", [{"last_digits": "123"}, {"last_digits": "xxxx"}, {"month": None}])
def test_a_card_of_which_too_little_is_told_is_none(changes: dict[str, Any]) -> None:
    assert card(**changes) is None
    assert payment_hash(KEY, None) is None


def test_another_shop_has_other_hashes() -> None:
    assert home(b"another key") != home()
    assert card(b"another key") != card()


@given(st.text(min_size=3, max_size=30), st.text(max_size=10))
def test_no_home_or_card_is_comparable_with_an_email_address(text: str, more: str) -> None:
    """Whatever is hashed here begins with a word and a NUL, which no e-mail address holds."""
    text, more = text.replace("\0", ""), more.replace("\0", "")
    known = {shops.email_hash(KEY, candidate) for candidate in (text, more, text + more)} - {None}
    for found in (home(street_1=text, postal_code=more), card(brand=text, first_digits=more)):
        assert found is None or (len(found) == 16 and all(found != one[:16] for one in known if one))
