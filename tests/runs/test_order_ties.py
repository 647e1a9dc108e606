"""Ties that follow from orders, and go with them: redeemed codes, gift cards that were given away."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, Credit, Shop
from saleor_influence_app.runs import derived_ties, scores
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import voucher_codes
from tests.support.shop_rows import NOW, put_code, put_customers, put_leak, put_order, put_shop, put_tie
from tests.support.tellings import rows

Found = set[tuple[str, str, str]]


@pytest.fixture
def shop_id(session: Session) -> int:
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", "berta", "cleo")
    put_code(session, shop_id, "ANNA", "anna")
    return shop_id


def derived(session: Session, shop_id: int) -> list[dict[str, Any]]:
    derived_ties.derive(session, shop_id)
    session.commit()
    return rows(session, "ties", shop_id)


def pairs(found: Iterable[dict[str, Any]]) -> Found:
    return {(row["source_id"], row["target_id"], row["kind"]) for row in found}


def change(session: Session, order_id: str, columns: str) -> None:
    session.execute(text(f"UPDATE orders SET {columns} WHERE order_id = :id"), {"id": order_id})


def test_a_redeemed_code_ties_its_owner_to_who_redeemed_it_from_that_order_on(
    session: Session, shop_id: int
) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=20)
    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=50)
    put_order(session, shop_id, "berta", days_ago=300)

    [tie] = derived(session, shop_id)

    assert pairs([tie]) == {("anna", "berta", "code")}
    assert (tie["origin"], tie["weight"], tie["valid_to"]) == ("orders", 1.0, None)
    assert tie["valid_from"] == NOW - timedelta(days=50)


def test_a_code_that_leaks_ties_its_owner_to_nobody_while_it_does(session: Session, shop_id: int) -> None:
    for customer, days_ago in (("berta", 50), ("cleo", 20)):
        put_order(session, shop_id, customer, voucher_code="ANNA", days_ago=days_ago)
    assert len(derived(session, shop_id)) == 2

    put_leak(session, shop_id, "ANNA", "anna", days_ago=30)
    assert pairs(derived(session, shop_id)) == {("anna", "berta", "code")}

    session.execute(text("UPDATE code_leaks SET until = since + interval '1 day'"))
    assert len(derived(session, shop_id)) == 2


@pytest.mark.parametrize(
    "undoing",
    ["charged = 0", "status = 'CANCELED'", "status = 'EXPIRED'", "voucher_code = NULL", "customer_id = NULL"],
)
def test_when_the_order_is_undone_the_tie_goes(session: Session, shop_id: int, undoing: str) -> None:
    order_id = put_order(session, shop_id, "berta", voucher_code="ANNA")
    assert derived(session, shop_id)

    change(session, order_id, undoing)

    assert derived(session, shop_id) == []


def test_when_the_first_of_two_orders_is_undone_the_tie_holds_from_the_second_on(
    session: Session, shop_id: int
) -> None:
    first = put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=50)
    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=20)
    derived(session, shop_id)

    change(session, first, "charged = 0")

    [tie] = derived(session, shop_id)
    assert tie["valid_from"] == NOW - timedelta(days=20)


def test_an_order_before_the_code_was_theirs_ties_nobody(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=901)

    assert derived(session, shop_id) == []


def test_a_code_in_another_case_ties_nobody(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", voucher_code="anna")

    assert derived(session, shop_id) == []


def test_a_code_given_to_somebody_else_ties_them_to_later_orders_alone(
    session: Session, shop_id: int
) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=50)
    assert pairs(derived(session, shop_id)) == {("anna", "berta", "code")}
    voucher_codes.assign(session, shop_id, "ANNA", customer_id="cleo", valid_from=NOW - timedelta(days=10))

    assert derived(session, shop_id) == []

    put_order(session, shop_id, "berta", voucher_code="ANNA", days_ago=5)
    assert pairs(derived(session, shop_id)) == {("cleo", "berta", "code")}


def test_the_owner_is_tied_neither_to_themselves_nor_to_a_guest(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "anna", voucher_code="ANNA")
    put_order(session, shop_id, None, voucher_code="ANNA", email_hash=b"guest")

    assert derived(session, shop_id) == []


def test_a_guest_who_signs_up_is_tied_from_their_guest_order_on(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, None, voucher_code="ANNA", email_hash=b"dora", days_ago=40)
    assert derived(session, shop_id) == []
    put_customers(session, shop_id, "dora", email_hash=b"dora")

    [tie] = derived(session, shop_id)

    assert (tie["target_id"], tie["valid_from"]) == ("dora", NOW - timedelta(days=40))


def test_a_used_gift_card_ties_who_bought_it_to_who_used_it(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", gift_givers=["anna", "cleo"])

    assert pairs(derived(session, shop_id)) == {("anna", "berta", "gift"), ("cleo", "berta", "gift")}


def test_a_card_that_staff_or_strangers_issued_ties_nobody(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "staff", is_staff=True)
    put_customers(session, shop_id, "gone", deleted_at=NOW)
    put_order(session, shop_id, "berta", gift_givers=["staff", "gone", "never heard of", "berta"])

    assert derived(session, shop_id) == []


def test_code_and_card_of_one_order_are_two_ties(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", gift_givers=["anna"])

    assert pairs(derived(session, shop_id)) == {("anna", "berta", "code"), ("anna", "berta", "gift")}


def test_a_tie_of_the_same_kind_that_staff_told_is_left_alone(session: Session, shop_id: int) -> None:
    told = NOW - timedelta(days=400)
    put_tie(session, shop_id, "anna", "berta", kind="code", weight=3.0, valid_from=told)
    order_id = put_order(session, shop_id, "berta", voucher_code="ANNA")

    [tie] = derived(session, shop_id)
    assert (tie["origin"], tie["weight"], tie["valid_from"]) == ("staff", 3.0, told)

    change(session, order_id, "charged = 0")
    [tie] = derived(session, shop_id)
    assert tie["origin"] == "staff"


def test_deriving_again_changes_nothing(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", gift_givers=["cleo"])
    first = derived(session, shop_id)
    versions = session.execute(text("SELECT ctid, xmin FROM ties ORDER BY ctid")).all()

    assert derived(session, shop_id) == first
    assert session.execute(text("SELECT ctid, xmin FROM ties ORDER BY ctid")).all() == versions


@pytest.mark.parametrize("who", ["anna", "berta"])
def test_a_deleted_customer_is_at_no_end_of_a_tie(session: Session, shop_id: int, who: str) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", gift_givers=["anna"])
    put_tie(session, shop_id, "berta", "anna")
    assert derived(session, shop_id)
    shops.lock_facts(session, shop_id)
    customers.delete(session, shop_id, {who: NOW})

    assert derived(session, shop_id) == []


def test_who_withdrew_is_tied_but_the_ledger_leaves_them_out(session: Session, shop_id: int) -> None:
    put_order(session, shop_id, "berta", voucher_code="ANNA", charged=80)
    put_order(session, shop_id, "cleo", voucher_code="ANNA", charged=20)
    objections.object_(session, shop_id, "berta", by=AskedBy.SELF)
    derived(session, shop_id)

    parameters = scores.parameters_of(session.get_one(Shop, shop_id))
    found = scores.compute(scores.read(session, shop_id), as_of=NOW, parameters=parameters)

    credit = found.tables[Credit]
    assert [(row["source_id"], row["customer_id"]) for row in credit.to_pylist()] == [("anna", "cleo")]


def test_another_shops_orders_tie_nobody_here(session: Session, shop_id: int) -> None:
    theirs = put_shop(session, "https://two.example/graphql/")
    put_customers(session, theirs, "berta")
    put_order(session, theirs, "berta", voucher_code="ANNA", gift_givers=["anna"])

    assert derived(session, shop_id) == []
    assert derived(session, theirs) == []
