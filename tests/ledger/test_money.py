"""Money: refunds, cancellations, prices of zero, gift cards, negative margins."""

import pytest

from scoring.ledger import TableWrong
from tests.support.book import Book


def test_a_full_refund_reverses_the_row_and_keeps_history(friends: Book) -> None:
    before = friends.ledger()

    friends.lines[-1]["net"] = 0.0
    after = friends.ledger()

    assert after.rows.num_rows == 0
    assert [row["order_id"] for row in before.rows.to_pylist()] == ["led"], "an earlier run stays as it was"
    paid = {row["customer_id"]: row["revenue"] for row in after.net.to_pylist()}
    assert paid["bea"] == 40.0, "four orders of their own; nothing of the refunded one"


def test_a_partial_refund_reduces_credit_in_proportion(friends: Book) -> None:
    (before,) = friends.rows()
    friends.lines[-1]["net"] = 10.0

    (after,) = friends.rows()

    assert after["credit"] == pytest.approx(before["credit"] / 4)


def test_a_line_that_is_cancelled_unpaid_draft_or_free_is_never_credited(friends: Book) -> None:
    for number, net in enumerate([0.0, -5.0, float("nan"), None]):
        friends.order("ada", f"product {number}", 10)
        friends.order("bea", f"product {number}", 20, net=net)

    assert {row["product_id"] for row in friends.rows()} == {"lamp"}


def test_after_a_refund_the_next_paid_purchase_is_the_first(friends: Book) -> None:
    friends.lines[-1]["net"] = 0.0
    friends.order("bea", "lamp", 25, order_id="again", net=30.0)

    assert [row["order_id"] for row in friends.rows()] == ["again"]


def test_credit_of_a_negative_margin_is_nothing_and_of_a_margin_never_above_the_net(friends: Book) -> None:
    friends.lines[-1]["margin"] = -3.0
    assert [row["credit"] for row in friends.rows()] == [0.0]

    friends.lines[-1]["margin"] = 1_000.0
    assert [row["amount"] for row in friends.rows()] == [40.0]


@pytest.mark.parametrize("mark", ["is_gift_card", "is_gift"])
def test_a_gift_card_and_a_gift_order_are_nobodys_own_choice(friends: Book, mark: str) -> None:
    friends.lines[-1][mark] = True

    ledger = friends.ledger()

    assert ledger.rows.num_rows == 0
    assert ledger.set_aside == {"gift": 1}


def test_shares_of_a_line_sum_to_at_most_one_and_credit_to_at_most_its_net(friends: Book) -> None:
    for number in range(5):
        friends.order(f"friend {number}", "lamp", 12 + number)
        friends.tie(f"friend {number}", "bea")

    rows = friends.rows()

    assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    assert sum(row["credit"] for row in rows) <= 40.0


def test_an_order_with_a_redeemed_code_is_proven_to_its_owner_and_to_nobody_else(friends: Book) -> None:
    friends.redemptions.append({"order_id": "led", "source_id": "cleo"})

    ledger = friends.ledger()

    (row,) = ledger.rows.to_pylist()
    assert (row["source_id"], row["proven"], row["booked"]) == ("cleo", True, 40.0)
    verdicts = dict(zip(*(ledger.evidence[c].to_pylist() for c in ("customer_id", "verdict")), strict=True))
    assert verdicts["cleo"] == "not enough evidence", "one order is booked, and proves nobody to lead"
    assert verdicts["ada"] == "not enough evidence"


def test_purchases_in_several_currencies_are_refused(friends: Book) -> None:
    for line, currency in zip(friends.lines, ["EUR", "USD"] * len(friends.lines), strict=False):
        line["currency"] = currency

    with pytest.raises(TableWrong, match="several currencies"):
        friends.rows()
