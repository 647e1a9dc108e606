"""Identity: own second accounts, staff, resellers, merged and deleted accounts, opted-out customers."""

import pytest

from tests.support.book import Book


@pytest.mark.parametrize("shared", ["household", "payment"])
def test_own_code_on_an_own_second_account_earns_nothing(friends: Book, shared: str) -> None:
    friends.redemptions.append({"order_id": "led", "source_id": "ada"})
    friends.customers += [{"customer_id": who, shared: "same hash"} for who in ("ada", "bea")]

    [row] = friends.rows()

    assert (row["source_id"], row["credit"], row["tie_kind"]) == ("ada", 0.0, "code: home")


def test_the_owner_of_a_code_earns_nothing_by_redeeming_it(friends: Book) -> None:
    friends.redemptions.append({"order_id": "led", "source_id": "bea"})

    assert [row for row in friends.rows() if row["proven"]] == []


def test_staff_resellers_tests_and_opted_out_customers_are_in_nobodys_ledger(friends: Book) -> None:
    for mark in ("is_staff", "is_reseller", "is_test", "opted_out"):
        for source, target in ((mark, f"friend of {mark}"), (f"leads {mark}", mark)):
            friends.own_life(target)
            friends.order(source, f"{source} {target}", 10)
            order = friends.order(target, f"{source} {target}", 20)
            friends.order(target, f"by code {source} {target}", 30, order_id=f"{order} code")
            friends.tie(source, target)
            friends.redemptions.append({"order_id": f"{order} code", "source_id": source})
        friends.customers.append({"customer_id": mark, mark: True})

    assert {row["source_id"] for row in friends.rows()} == {"ada"}


def test_a_guest_who_was_the_friend_earns_nothing_once_merged(friends: Book) -> None:
    friends.order("guest 7", "lamp", 12)
    friends.tie("guest 7", "bea")
    assert {row["source_id"] for row in friends.rows()} == {"ada", "guest 7"}

    friends.lines[-1]["customer_id"] = "bea"
    friends.ties[-1]["source_id"] = "bea"

    (row,) = friends.rows()
    assert (row["source_id"], row["order_id"]) == ("ada", "order 7"), (
        "the guest order is bea's own first purchase"
    )


def test_a_deleted_customer_leaves_no_row_behind(friends: Book) -> None:
    friends.lines = [line for line in friends.lines if line["customer_id"] != "ada"]
    friends.ties.clear()

    ledger = friends.ledger()

    assert ledger.rows.num_rows == 0
    assert ledger.evidence.num_rows == 0
