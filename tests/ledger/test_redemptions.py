"""What a redeemed code proves, and what it does not (case 11: a redemption is no proof of who led)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.ledger import Engine, Parameters
from tests.support.book import Book


@pytest.fixture
def shop(duck: Engine) -> Book:
    return Book(duck)


def redeem(shop: Book, owner: str, buyer: str, day: float) -> None:
    order = shop.order(buyer, f"bought by {buyer} on {day}", day)
    shop.redemptions.append({"order_id": order, "source_id": owner})


def proven(shop: Book) -> dict[str, list[tuple[str, str, float]]]:
    """Each owner's rows: buyer, kind, credit."""
    found: dict[str, list[tuple[str, str, float]]] = {}
    rows: list[dict[str, Any]] = shop.rows()
    for row in sorted(rows, key=lambda row: (row["source_id"], row["target_id"], row["order_id"])):
        if row["proven"]:
            told = (row["target_id"], row["tie_kind"], row["credit"])
            found.setdefault(row["source_id"], []).append(told)
    return found


def test_a_few_friends_who_redeem_a_code_prove_who_led(shop: Book) -> None:
    redeem(shop, "ann", "bea", 10)
    redeem(shop, "ann", "cleo", 12)

    assert proven(shop) == {"ann": [("bea", "code", 10.0), ("cleo", "code", 10.0)]}


@pytest.mark.parametrize("new", [True, False], ids=["new customers", "old customers"])
def test_a_code_that_leaked_to_strangers_proves_nothing(shop: Book, new: bool) -> None:  # noqa: FBT001
    for number in range(300):
        if not new:
            shop.order(f"stranger {number}", "their own choice", 5)
        redeem(shop, "ann", f"stranger {number}", 50 + number / 100)

    rows = proven(shop)["ann"]

    assert len(rows) == 300
    assert {(kind, credit) for _, kind, credit in rows} == {("code: strangers", 0.0)}


def test_what_a_code_proved_before_it_leaked_stays_proven(shop: Book) -> None:
    redeem(shop, "ann", "bea", 10)
    for number in range(40):
        redeem(shop, "ann", f"stranger {number}", 50)

    assert ("bea", "code", 10.0) in proven(shop)["ann"]
    assert sum(credit for *_, credit in proven(shop)["ann"]) == 10.0


def test_as_many_redeemers_whom_the_owner_was_tied_to_before_are_no_strangers(shop: Book) -> None:
    for number in range(40):
        shop.tie("ann", f"friend {number}")
        redeem(shop, "ann", f"friend {number}", 50)

    assert {kind for _, kind, _ in proven(shop)["ann"]} == {"code"}


def test_a_tie_that_was_made_by_the_redemption_itself_makes_nobody_known(shop: Book) -> None:
    from datetime import timedelta

    from tests.support.book import START

    for number in range(40):
        shop.tie("ann", f"stranger {number}", valid_from=START + timedelta(days=50))
        redeem(shop, "ann", f"stranger {number}", 50)

    assert {kind for _, kind, _ in proven(shop)["ann"]} == {"code: strangers"}


def test_redeemers_who_come_one_after_another_over_weeks_are_no_leak(shop: Book) -> None:
    for number in range(60):
        redeem(shop, "ann", f"buyer {number}", 50 + number)

    assert {kind for _, kind, _ in proven(shop)["ann"]} == {"code"}


def test_the_limit_is_a_rule_of_the_run(shop: Book) -> None:
    for number in range(5):
        redeem(shop, "ann", f"stranger {number}", 50)

    few = [row["tie_kind"] for row in shop.rows(Parameters(strangers_at_once=4))]
    many = [row["tie_kind"] for row in shop.rows(Parameters(strangers_at_once=5))]

    assert (set(few), set(many)) == ({"code: strangers"}, {"code"})


def test_two_who_use_one_anothers_codes_prove_nothing(shop: Book) -> None:
    for week in range(6):
        redeem(shop, "ann", "bea", 10 + 7 * week)
        redeem(shop, "bea", "ann", 11 + 7 * week)

    found = proven(shop)

    assert {kind for rows in found.values() for _, kind, _ in rows} == {"code: each other"}
    assert sum(credit for rows in found.values() for *_, credit in rows) == 0


@pytest.mark.parametrize("mark", ["household", "payment", "mailbox"])
def test_guests_behind_the_owners_own_mailbox_home_or_card_prove_nothing(shop: Book, mark: str) -> None:
    shop.customers.append({"customer_id": "ann", mark: "theirs"})
    for number in range(6):
        shop.customers.append({"customer_id": f"guest:{number}", mark: "theirs"})
        redeem(shop, "ann", f"guest:{number}", 10 + number)

    rows = proven(shop)["ann"]

    assert {(kind, credit) for _, kind, credit in rows} == {("code: home", 0.0)}


def test_of_one_buyer_only_the_first_orders_count(shop: Book) -> None:
    for day in range(8):
        redeem(shop, "ann", "bea", 10 + day)

    kinds = [kind for _, kind, _ in proven(shop)["ann"]]

    assert sorted(kinds) == ["code"] * 3 + ["code: again"] * 5


def verdict_of(shop: Book, owner: str, parameters: Parameters | None = None) -> str:
    evidence = shop.ledger(parameters).evidence
    verdicts = zip(evidence["customer_id"].to_pylist(), evidence["verdict"].to_pylist(), strict=True)
    return str(dict(verdicts)[owner])


def test_three_people_with_a_life_of_their_own_on_two_days_prove_that_the_owner_leads(shop: Book) -> None:
    for buyer, day in (("bea", 10), ("cleo", 10.5), ("dora", 11)):
        shop.own_life(buyer)
        redeem(shop, "ann", buyer, day)

    assert verdict_of(shop, "ann") == "proven"
    assert verdict_of(shop, "ann", Parameters(proven_redeemers=4)) == "not enough evidence"


@pytest.mark.parametrize(
    ("buyers", "days"),
    [(["bea", "cleo"], [10, 20]), (["bea", "cleo", "dora"], [10.1, 10.2, 10.3])],
    ids=["two people", "one day"],
)
def test_fewer_people_or_a_single_day_prove_nobody_and_bring_their_money(
    shop: Book, buyers: list[str], days: list[float]
) -> None:
    for buyer, day in zip(buyers, days, strict=True):
        shop.own_life(buyer)
        redeem(shop, "ann", buyer, day)

    assert verdict_of(shop, "ann") == "not enough evidence"
    assert {credit for *_, credit in proven(shop)["ann"]} == {10.0}


@pytest.mark.parametrize("others", ["nothing else", "cheap things", "all with the code", "behind one door"])
def test_people_without_a_life_of_their_own_prove_nobody(shop: Book, others: str) -> None:
    shop.own_life("anybody", orders=20)
    for number in range(4):
        buyer = f"buyer {number}"
        if others == "behind one door":
            shop.own_life(buyer)
            shop.customers.append({"customer_id": buyer, "household": "ann's"})
        for turn in range(3):
            redeem(shop, "ann", buyer, 10 + 20 * number + turn)
            if others == "cheap things":
                shop.order(buyer, f"sticker {number} {turn}", 200 + turn, net=0.5)
            if others == "all with the code":
                redeem(shop, "ann", buyer, 30 + 20 * number + turn)
    shop.customers.append({"customer_id": "ann", "household": "ann's"})

    assert verdict_of(shop, "ann") == "not enough evidence"


def leaked(shop: Book, since: float) -> None:
    """The code is found to leak from this day on."""
    from datetime import timedelta

    from tests.support.book import START

    placed = {line["order_id"]: line["created_at"] for line in shop.lines}
    for row in shop.redemptions:
        row["leaked"] = placed[row["order_id"]] >= START + timedelta(days=since)


def test_what_was_bought_with_a_code_while_it_leaks_is_shown_and_not_counted(shop: Book) -> None:
    redeem(shop, "ann", "bea", 10)
    redeem(shop, "ann", "cleo", 50)
    leaked(shop, since=49)

    assert proven(shop) == {"ann": [("bea", "code", 10.0), ("cleo", "code: leaked", 0.0)]}


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 99)), max_size=25, unique=True), st.integers(1, 99)
)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_burst_of_strangers_books_nothing_from_its_start_and_takes_nothing_from_before(
    duck: Engine, orders: list[tuple[int, int]], since: int
) -> None:
    with_leak, until_then = Book(duck), Book(duck)
    for number, day in orders:
        for one in (with_leak, *([until_then] if day < since else [])):
            redeem(one, "ann", f"stranger {number}", day)
    leaked(with_leak, since=since)

    during = {f"bought by stranger {number} on {day}" for number, day in orders if day >= since}
    rows = {row["product_id"]: (row["tie_kind"], row["credit"]) for row in with_leak.rows()}
    assert {rows[product] for product in during} <= {("code: leaked", 0.0)}
    before = {row["product_id"]: (row["tie_kind"], row["credit"]) for row in until_then.rows()}
    assert {product: row for product, row in rows.items() if product not in during} == before


def test_no_friend_shares_what_was_bought_with_a_code_that_leaks(shop: Book) -> None:
    """The order stays proven to the code: nobody else is credited with it by inference."""
    shop.own_life("cleo")
    shop.order("dora", "lamp", 40)
    shop.tie("dora", "cleo")
    order = shop.order("cleo", "lamp", 50)
    shop.redemptions.append({"order_id": order, "source_id": "ann"})
    leaked(shop, since=45)

    rows = [row for row in shop.rows() if row["order_id"] == order]

    assert [(row["source_id"], row["credit"]) for row in rows] == [("ann", 0.0)]
