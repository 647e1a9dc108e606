"""Contests that correct: staff decide, the next run obeys, both sides see it, no new import undoes it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.rights.contests import MOST_OPEN
from saleor_influence_app.runs import derived_ties
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_tie
from tests.support.social_shop import Shop, sql
from tests.support.told_facts import inputs_of


def about(shop: Shop, customer_id: str, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.as_customer(customer_id, "GET", "/statement").json()[part]
    return found


def contest(shop: Shop, customer_id: str, kind: str, about: str | None) -> int:
    body = {"kind": kind, "text": "That is not so.", "about": about}
    answer = shop.as_customer(customer_id, "POST", "/contests", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def decide(shop: Shop, number: int, outcome: str | None) -> int:
    body = {"text": "We looked into it.", "outcome": outcome}
    return shop.as_staff("PUT", f"/contests/{number}/answer", json=body).status_code


def ties_of(session: Session, shop_id: int) -> set[tuple[str, str, str]]:
    rows = inputs_of(session, shop_id).ties.to_pylist()
    return {(row["source_id"], row["target_id"], row["kind"]) for row in rows}


def homes_of(session: Session, shop_id: int) -> list[set[str]]:
    """Who shares a mark with whom, as the ledger joins them."""
    rows = inputs_of(session, shop_id).customers.to_pylist()
    by_mark: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for name in ("household", "payment", "mailbox"):
            if row[name]:
                by_mark.setdefault((name, row[name]), set()).add(row["customer_id"])
    return sorted(by_mark.values(), key=sorted)


def test_a_wrong_tie_is_left_out_both_ways_though_it_is_told_again_and_nobody_learns_whose_it_is(
    off: Shop,
) -> None:
    with db.transaction() as session:
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
        put_tie(session, off.shop_id, "ines", "mara", kind="team")
    shown = off.as_customer("ines", "GET", "/statement")
    assert "mara" not in shown.text
    rows = shown.json()["tie_rows"]
    assert [(row["kind"], row["may_be_led"]) for row in rows] == [("club", False), ("team", True)]
    number = contest(off, "ines", "tie", rows[0]["handle"])

    assert decide(off, number, "accepted") == 204

    with db.transaction() as session:
        assert ties_of(session, off.shop_id) == set()
        put_tie(session, off.shop_id, "ines", "mara", kind="family")
        put_code(session, off.shop_id, "MARA", "mara")
        put_order(session, off.shop_id, "ines", voucher_code="MARA")
        derived_ties.derive(session, off.shop_id)
        assert ties_of(session, off.shop_id) == set()
    for customer_id in ("ines", "mara"):
        statement = off.as_customer(customer_id, "GET", "/statement").json()
        assert (statement["ties"], statement["tie_rows"]) == ([], [])
    [shown_row] = about(off, "ines", "corrections")
    assert (shown_row["kind"], "other_id" in shown_row) == ("tie", False)
    for customer_id in ("ines", "mara"):
        [for_staff] = off.as_staff("GET", f"/customers/{customer_id}/rights").json()["corrections"]
        assert (for_staff["customer_id"], for_staff["other_id"]) == ("ines", "mara")


def test_an_import_of_the_same_tie_does_not_bring_it_back(off: Shop) -> None:
    with db.transaction() as session:
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
    number = contest(off, "ines", "tie", about(off, "ines", "tie_rows")[0]["handle"])
    assert decide(off, number, "accepted") == 204

    told = off.as_staff("POST", "/ties", json=[{"source": "mara", "target": "ines", "kind": "club"}])

    assert told.status_code == 200, told.text
    with db.transaction() as session:
        assert ties_of(session, off.shop_id) == set()


def test_an_order_that_is_not_theirs_counts_to_nobody_they_know(off: Shop) -> None:
    with db.transaction() as session:
        wrong = put_order(session, off.shop_id, "ines", email_hash=b"ines")
        right = put_order(session, off.shop_id, "ines", email_hash=b"ines")
    number = contest(off, "ines", "order", wrong)

    assert decide(off, number, "accepted") == 204

    with db.transaction() as session:
        found = inputs_of(session, off.shop_id)
        owners = dict(
            zip(found.orders["order_id"].to_pylist(), found.orders["customer_id"].to_pylist(), strict=True)
        )
        buyers = {row["order_id"]: row["buyer_id"] for row in found.lines.to_pylist()}
    assert owners == {wrong: None, right: "ines"}
    assert buyers == {wrong: f"guest:{wrong}", right: "ines"}
    assert [row["order_id"] for row in about(off, "ines", "orders")] == [right]


def test_an_order_of_somebody_else_cannot_be_contested(off: Shop) -> None:
    with db.transaction() as session:
        theirs = put_order(session, off.shop_id, "mara")

    for kind, what in (("order", theirs), ("tie", "00"), ("household", "x"), ("order", None)):
        body = {"kind": kind, "text": "That is not so.", "about": what}
        assert off.as_customer("ines", "POST", "/contests", json=body).status_code in {404, 422}


def test_two_who_share_an_address_are_divided_and_a_third_stays_with_both(off: Shop) -> None:
    with db.transaction() as session:
        put_customers(session, off.shop_id, "nora")
        for customer_id in ("ines", "mara", "nora"):
            put_order(session, off.shop_id, customer_id, address_hash=b"home")
        assert homes_of(session, off.shop_id) == [{"ines", "mara", "nora"}]
    shown = off.as_customer("ines", "GET", "/statement")
    assert "mara" not in shown.text
    assert "nora" not in shown.text
    households = shown.json()["households"]
    assert [one["by"] for one in households] == [["address"], ["address"]]
    numbers = {one["handle"]: contest(off, "ines", "household", one["handle"]) for one in households}
    waiting = off.as_staff("GET", "/contests").json()
    [wanted] = [row["id"] for row in waiting if row["other_id"] == "mara"]
    assert wanted in numbers.values()

    assert decide(off, wanted, "accepted") == 204

    with db.transaction() as session:
        assert homes_of(session, off.shop_id) == [{"ines", "nora"}, {"mara", "nora"}]
    assert len(about(off, "ines", "households")) == 1


def test_a_refusal_corrects_nothing_and_a_later_decision_replaces_the_former(off: Shop) -> None:
    with db.transaction() as session:
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
    number = contest(off, "ines", "tie", about(off, "ines", "tie_rows")[0]["handle"])

    assert decide(off, number, None) == 422
    assert decide(off, number, "accepted") == 204
    assert decide(off, number, "refused") == 204

    with db.transaction() as session:
        assert ties_of(session, off.shop_id) == {("mara", "ines", "club")}
    [row] = about(off, "ines", "contests")
    assert (row["outcome"], row["answer"]) == ("refused", "We looked into it.")


def test_staff_take_a_correction_back(off: Shop) -> None:
    with db.transaction() as session:
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
    decide(off, contest(off, "ines", "tie", about(off, "ines", "tie_rows")[0]["handle"]), "accepted")
    [correction] = off.as_staff("GET", "/customers/ines/rights").json()["corrections"]

    answers = [off.as_staff("DELETE", f"/corrections/{correction['id']}").status_code for _ in range(2)]

    assert answers == [204, 404]
    with db.transaction() as session:
        assert len(ties_of(session, off.shop_id)) == 1


def test_a_few_contests_wait_at_a_time_and_an_answer_makes_room(off: Shop) -> None:
    numbers = [contest(off, "ines", "other", None) for _ in range(MOST_OPEN)]

    more = off.as_customer("ines", "POST", "/contests", json={"text": "And this."})
    assert (more.status_code, more.json()["error"]["code"]) == (409, "TOO_MANY_CONTESTS")
    assert contest(off, "mara", "other", None)
    assert decide(off, numbers[0], None) == 204
    assert contest(off, "ines", "other", None)


@pytest.mark.parametrize(("length", "status"), [(2000, 201), (2001, 422)])
def test_a_contest_has_a_length(off: Shop, length: int, status: int) -> None:
    assert off.as_customer("ines", "POST", "/contests", json={"text": "x" * length}).status_code == status


def test_both_sides_see_until_when_a_contest_is_answered_and_that_it_is_late(off: Shop) -> None:
    number = contest(off, "ines", "other", None)
    with db.transaction() as session:
        sql(session, "UPDATE contests SET at = now() - interval '40 days' WHERE id = :id", id=number)

    [theirs] = about(off, "ines", "contests")
    [ours] = off.as_staff("GET", "/contests").json()

    assert theirs["due_at"] == ours["due_at"]
    assert ours["days_left"] < 0


def test_corrections_go_with_the_customer_at_either_end(off: Shop) -> None:
    with db.transaction() as session:
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
    decide(off, contest(off, "ines", "tie", about(off, "ines", "tie_rows")[0]["handle"]), "accepted")

    with db.transaction() as session:
        shops.lock_facts(session, off.shop_id)
        customers.delete(session, off.shop_id, {"mara": NOW})
        assert sql(session, "SELECT FROM corrections") == []
