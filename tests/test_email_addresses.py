"""People are told apart by their addresses as Saleor and DNS do it, and by nothing that looks alike."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from saleor_influence_app import fields
from saleor_influence_app.erasure import anonymised
from saleor_influence_app.models import Category
from saleor_influence_app.profiles import posts
from saleor_influence_app.shops import shops
from tests.support.laws import law
from tests.support.shop_rows import put_shop

KEY = b"a shop's own"

SAME = [
    ("anna@example.com", "ANNA@Example.COM"),
    ("anna@example.com", " anna@example.com\n"),
    ("anna@example.com", "anna@example.com."),
    ("info@straße.de", "INFO@xn--strae-oqa.de"),
    ("info@straße.de", "info@STRAẞE.de"),
    ("info@münchen.social", "info@MÜNCHEN.social"),
    ("info@münchen.social", "info@xn--mnchen-3ya.social"),
    ("info@mu\u0308nchen.social", "info@münchen.social"),
    ("j\u00f6rg@example.com", "jo\u0308rg@example.com"),
    ("anna@日本。jp", "anna@日本.jp"),
    ("anna@example.com", "anna@ｅｘａｍｐｌｅ.com"),
    ("öz@example.com", "ÖZ@example.com"),
]
OTHERS = [
    ("info@straße.de", "info@strasse.de"),
    ("straße@example.com", "strasse@example.com"),
    ("info@faß.example", "info@fass.example"),
    ("info@βόλος.gr", "info@βόλοσ.gr"),
    ("ırmak@example.com", "irmak@example.com"),
    ("İrmak@example.com", "irmak@example.com"),
    ("info@ıstanbul.example", "info@istanbul.example"),
    ("ﬁona@example.com", "fiona@example.com"),
    ("ａnna@example.com", "anna@example.com"),
    ("аnna@example.com", "anna@example.com"),  # a Cyrillic letter, as in fraud
    ("anna@exаmple.com", "anna@example.com"),  # the same
    ("a²@example.com", "a2@example.com"),
    ("anna+1@example.com", "anna@example.com"),
    ("an.na@example.com", "anna@example.com"),
    ('"anna"@example.com', "anna@example.com"),
    ("anna@example.com", "anna@example.com@example.com"),
    ("anna@mail.example.com", "anna@example.com"),
    ("anna@i❤.example", "anna@i♥.example"),
    ("anna@-straße.de", "anna@-strasse.de"),
]


@pytest.mark.parametrize(("one", "another"), SAME, ids=ascii)
def test_one_address_written_in_two_ways_is_one_person(one: str, another: str) -> None:
    assert shops.email_hash(KEY, one) == shops.email_hash(KEY, another)


@pytest.mark.parametrize(("one", "another"), OTHERS, ids=ascii)
def test_addresses_that_only_look_alike_are_two_people(one: str, another: str) -> None:
    """Case 7: a tie for info@strasse.de went to info@straße.de."""
    assert shops.email_hash(KEY, one) != shops.email_hash(KEY, another)


@pytest.mark.parametrize("nobody", [None, "", "  ", "\u00a0"])
def test_no_address_has_no_hash(nobody: str | None) -> None:
    assert shops.email_hash(KEY, nobody) is None


@law(300)
@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_text_is_compared_and_comparing_again_changes_nothing(local: str, domain: str) -> None:
    compared = fields.email(f"{local}@{domain}")

    assert compared is not None
    assert fields.host(fields.host(domain)) == fields.host(domain)


@law(200)
@given(st.from_regex(r"[a-zA-Z0-9.+_-]{1,20}@[a-zA-Z0-9-]{1,20}\.[a-zA-Z]{2,6}", fullmatch=True))
def test_hashes_of_plain_addresses_are_those_of_earlier_versions(address: str) -> None:
    assert fields.email(address) == address.strip().casefold()


@pytest.mark.parametrize(
    "address", ["info@ınvalid", "ſomebody@example.com", "deleted@", "anonymiſed@example.com"]
)
def test_a_letter_that_only_looks_alike_makes_nobody_of_no_person(address: str) -> None:
    assert not anonymised.is_nobody(address)


@pytest.mark.parametrize("address", ["info@INVALID", "Deleted-User-17@example.com", "a...@example.com"])
def test_an_anonymised_address_is_recognised_in_any_case(address: str) -> None:
    assert anonymised.is_nobody(address)


def test_categories_that_differ_in_one_letter_are_two(session: Session) -> None:
    shop_id = put_shop(session)
    for name in ("Maße", "Masse", "ÖFEN"):
        session.add(Category(shop_id=shop_id, category_id=name, name=name))
    session.flush()

    topics = posts.topics_of(session, shop_id)

    assert topics.named_in("Die MASSE stimmt") == ["Masse"]
    assert topics.named_in("falsche maße") == ["Maße"]
    assert topics.named_in("Alte O\u0308fen") == ["ÖFEN"]
