"""What staff are shown of the ledger: rows that sum, verdicts in sentences, the gate, who moved and why."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.models import Category, Credit, Score
from saleor_influence_app.queries import verdicts
from saleor_influence_app.queries.credits import credits_of
from saleor_influence_app.queries.money import amount
from saleor_influence_app.runs import execution, rollback
from saleor_influence_app.targeting import tie_counts
from tests.support.laws import law
from tests.support.remembered import remembered
from tests.support.shop_rows import (
    NOW,
    put_code,
    put_credit,
    put_customers,
    put_evidence,
    put_order,
    put_run,
    put_score,
    put_shop,
    put_tie,
)
from tests.support.staff import Staff, each_of

Fill = Callable[[], int]
LEADS = {
    "inferred": "leads",
    "verdict": "leads",
    "observed": 9,
    "expected": 1.5,
    "rr": 4.0,
    "rr_low": 2.0,
    "rr_high": 7.0,
    "af": 0.75,
}

money = st.decimals(min_value=0, max_value=5000, places=6)


@law(50, may=list(HealthCheck))
@given(
    credit=st.lists(money, min_size=0, max_size=12),
    part=st.sampled_from(["proven", "inferred"]),
    af=st.floats(0, 1),
    limit=st.integers(1, 5),
)
def test_the_rows_sum_to_the_shown_money_to_the_cent_for_any_size_of_page(
    session: Session, *, credit: list[Decimal], part: Any, af: float, limit: int
) -> None:
    session.rollback()
    shop_id = put_shop(session)
    run_id = put_run(session, shop_id)
    shown = sum(credit, Decimal(0)) * (1 if part == "proven" else Decimal(af))
    terms = {"crv": shown} if part == "proven" else {"civ": shown}
    put_score(session, shop_id, "anna", run_id=run_id, **terms)
    put_evidence(session, shop_id, "anna", run_id=run_id, **LEADS | {"af": af})
    for one in credit:
        put_credit(session, shop_id, "anna", "berta", run_id=run_id, credit=one, proven=part == "proven")
        put_credit(session, shop_id, "berta", "anna", run_id=run_id, credit=one)

    pages = [
        credits_of(session, shop_id, "anna", part=part, page=(offset, limit))
        for offset in range(0, len(credit) + 1, limit)
    ]

    rows = list(itertools.chain.from_iterable(page.rows for page in pages))
    assert len(rows) == len(credit) == pages[0].total
    assert len({(row.order_id, row.line_id) for row in rows}) == len(rows)
    assert all(Decimal(row.booked.amount) >= 0 for row in rows)
    assert {page.booked.amount for page in pages} == {pages[0].booked.amount}
    assert sum((Decimal(row.booked.amount) for row in rows), Decimal(0)) == Decimal(pages[0].booked.amount)


@pytest.fixture
def told(shop_id: int) -> int:
    """Anna leads: of three rows one is shared, one is a guest's, one comes of their code."""
    with db.transaction() as session:
        run_id = put_run(session, shop_id, model={"ledger": {"gate": {"opened": True}}})
        put_customers(session, shop_id, "anna", "berta", "cleo")
        session.add(Category(shop_id=shop_id, category_id="tea", parent_id=None, name="Tea & more"))
        old = put_order(session, shop_id, "berta", number="4711", days_ago=40)
        new = put_order(session, shop_id, None, number="4712", days_ago=4)
        code = put_order(session, shop_id, "cleo", number="4713", days_ago=2)
        put_score(session, shop_id, "anna", run_id=run_id, civ=45, civ_low=30, civ_high=60, crv=80,
                  crv_orders=1, verdict="proven", influenced=3, value=245)  # fmt: skip
        shared = {"sharers": 2, "share": 0.61, "trust": 0.5, "amount": 100, "credit": 30, "topic": "tea"}
        put_credit(session, shop_id, "anna", "berta", run_id=run_id, order_id=old, **shared)
        put_credit(session, shop_id, "anna", "guest:0a", run_id=run_id, order_id=new, days_between=0.2,
                   amount=30, credit=30)  # fmt: skip
        put_credit(session, shop_id, "anna", "cleo", run_id=run_id, order_id=code, amount=80, credit=80,
                   proven=True, tie_kind="code", days_between=0)  # fmt: skip
        put_evidence(session, shop_id, "anna", run_id=run_id, **LEADS | {"verdict": "proven"})
        put_evidence(session, shop_id, "anna", run_id=run_id, topic="tea", rests_on="customer",
                     missing="2 more pairs are needed")  # fmt: skip
        put_evidence(session, shop_id, "anna", run_id=run_id, topic="gone", rests_on="shop", credit=99)
    return run_id


def test_rows_come_newest_first_as_sentences_and_a_guest_has_no_id(staff: Staff, told: int) -> None:
    assert told

    page = staff.get("/api/customers/anna/credits").json()

    assert (page["part"], page["total"]) == ("inferred", 2)
    assert page["booked"] == {"amount": "45.00", "currency": "EUR"}
    assert page["explanation"] == "75% of the credit is beyond chance; that part of each row is counted."
    guest, berta = page["rows"]
    assert (guest["customer_id"], berta["customer_id"]) == (None, "berta")
    assert "guest" not in str(page)
    assert (guest["order_number"], berta["order_number"]) == ("4712", "4711")
    assert (berta["topic"], berta["topic_name"]) == ("tea", "Tea & more")
    assert guest["sentence"] == (
        "Order 4712, less than a day after this customer's; nobody else shares it; 100% of 30.00 EUR."
    )
    assert berta["sentence"] == (
        "Order 4711, twelve days after this customer's; two customers share it; 30% of 100.00 EUR "
        "(a share of 61%, weighed by how independent the buyer is)."
    )
    assert [row["booked"]["amount"] for row in page["rows"]] == ["22.50", "22.50"]


def test_proven_rows_are_told_apart(staff: Staff, told: int) -> None:
    assert told

    page = staff.get("/api/customers/anna/credits?part=proven").json()

    [row] = page["rows"]
    assert row["sentence"] == "Order 4713 redeemed this customer's personal code: all of 80.00 EUR."
    assert page["booked"]["amount"] == row["booked"]["amount"] == "80.00"
    assert "counted in full" in page["explanation"]


def test_an_order_that_saleor_has_dropped_is_still_a_sentence(staff: Staff, shop_id: int, told: int) -> None:
    with db.transaction() as session:
        session.execute(text("DELETE FROM orders WHERE shop_id = :id"), {"id": shop_id})

    rows = staff.get("/api/customers/anna/credits").json()["rows"]

    assert told
    assert all(row["sentence"].startswith("An order, ") for row in rows)
    assert [row["order_number"] for row in rows] == [None, None]


def test_without_a_verdict_rows_are_shown_and_nothing_of_them_is_booked(
    staff: Staff, shop_id: int, told: int
) -> None:
    with db.transaction() as session:
        put_score(session, shop_id, "berta", run_id=told)
        put_credit(session, shop_id, "berta", "anna", run_id=told)

    page = staff.get("/api/customers/berta/credits").json()

    assert page["booked"]["amount"] == page["rows"][0]["booked"]["amount"] == "0.00"
    assert page["rows"][0]["credit"]["amount"] == "40.00"
    assert "Without a verdict none of it is counted" in page["explanation"]


def test_somebody_without_rows_has_an_empty_page(staff: Staff, told: int) -> None:
    assert told
    for customer_id in ("berta", "nobody"):
        page = staff.get(f"/api/customers/{customer_id}/credits").json()
        assert (page["total"], page["rows"], page["explanation"]) == (0, [], "There are no such orders.")


def test_a_customer_is_told_with_verdict_topics_and_what_is_missing(staff: Staff, told: int) -> None:
    assert told

    body = staff.get("/api/customers/anna").json()

    assert body["verdict"] == "proven"
    assert body["verdict_sentence"] == (
        "Proven: 1 order of somebody else redeemed this customer's personal code. "
        "Others buy because of this customer: 9 purchases followed theirs where chance alone would bring "
        "1.5, 4.0 times as many (90% interval 2.0 to 7.0), and more buy after them than before."
    )
    assert body["civ"] == {"amount": "45.00", "currency": "EUR"}
    gone, tea = body["topics"]
    assert (gone["topic"], gone["name"], gone["rests_on"]) == ("gone", None, "shop")
    assert (tea["name"], tea["verdict"]) == ("Tea & more", "not enough evidence")
    assert tea["sentence"] == "Not enough evidence: 2 more pairs are needed."


@pytest.mark.parametrize(
    ("orders", "said"), [(1, "1 order with"), (1200, "1,200 orders with")], ids=["one", "many"]
)
def test_orders_with_a_code_that_prove_nobody_to_lead_are_said_before_the_verdict(
    staff: Staff, told: int, orders: int, said: str
) -> None:
    assert told
    with db.transaction() as session:
        score = session.scalars(select(Score).where(Score.customer_id == "anna")).one()
        score.verdict, score.crv_orders = "leads", orders

    assert (
        staff.get("/api/customers/anna")
        .json()["verdict_sentence"]
        .startswith(f"{said} this customer's code. Others buy because of this customer: ")
    )


def test_who_buys_early_is_told_so_and_that_nothing_is_counted(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id)
        put_score(session, shop_id, "berta", run_id=run_id, verdict="buys early")
        put_evidence(session, shop_id, "berta", run_id=run_id, inferred="buys early", verdict="buys early")

    body = staff.get("/api/customers/berta").json()

    assert body["verdict"] == "buys early"
    assert body["verdict_sentence"].startswith("Buys early: buys before others who buy the same")
    assert "nothing is counted; worth inviting to previews." in body["verdict_sentence"]


@pytest.mark.parametrize(("is_open", "why"), [(True, "is not shown"), (False, "in this shop as a whole")])
def test_who_buys_together_with_friends_is_told_what_is_possible_and_booked_nothing(
    staff: Staff, shop_id: int, *, is_open: bool, why: str
) -> None:
    with db.transaction() as session:
        run_id = put_run(session, shop_id, model={"ledger": {"gate": {"opened": is_open}}})
        together = {"inferred": "buys together", "verdict": "buys together"}
        put_score(session, shop_id, "anna", run_id=run_id, civ=0, possible_up_to=35, **together)
        put_evidence(session, shop_id, "anna", run_id=run_id, possible_up_to=35, **LEADS | together)

    sentence = staff.get("/api/customers/anna").json()["verdict_sentence"]

    assert sentence.startswith("Buys together with friends: 9 purchases followed theirs")
    assert why in sentence
    assert sentence.endswith("Nothing is counted; possibly up to 35.00 EUR.")


def test_before_the_first_run_the_gate_says_so(staff: Staff) -> None:
    gate = staff.get("/api/influence").json()["gate"]

    assert (gate["state"], gate["sentence"]) == ("not-yet-run", "Nothing has been calculated yet.")
    assert (gate["permuted"], gate["p"], gate["run_id"]) == ([], None, None)


def test_a_shop_without_ties_is_told_that_there_is_nobody_to_look_among(staff: Staff, valued: Fill) -> None:
    run_id = valued()

    body = staff.get("/api/influence").json()

    assert body["gate"]["state"] == "no-ties"
    assert body["gate"]["sentence"].startswith("No ties between customers are known yet")
    assert body["gate"]["run_id"] == run_id
    assert body["verdicts"] == {"not enough evidence": 2}
    assert body["totals"]["crv"] == {"amount": "0.00", "currency": "EUR"}
    assert body["totals"]["civ"] is None


def test_a_shop_whose_gate_is_shut_has_the_counts_for_its_plot(
    staff: Staff, shop_id: int, valued: Fill
) -> None:
    with db.transaction() as session:
        put_tie(session, shop_id, "often", "once")
        put_tie(session, shop_id, "once", "often", kind="club")
    valued()

    body = staff.get("/api/influence").json()

    assert body["gate"]["state"] == "shut"
    assert len(body["gate"]["permuted"]) == 200
    assert body["gate"]["observed"] == 0
    assert body["gate"]["seed"] == 1
    assert body["ties"] == {"club": 1, "friend": 1}
    assert body["gate"]["sentence"] == (
        "There are too few purchases near those of tied customers to tell who leads, so no influence "
        "is booked."
    )


def test_an_open_gate_is_told_with_its_numbers(staff: Staff, shop_id: int) -> None:
    gate = {
        "opened": True,
        "observed": 138,
        "permuted": [5, 9, 15],
        "p": 0.005,
        "reversal_p": 0.001,
        "directed_after": 90,
        "directed_before": 12,
        "seed": 7,
        "sentence": "It shows.",
    }
    with db.transaction() as session:
        model = {"ledger": {"gate": gate, "rule_version": "ledger-1", "set_aside": {"unpaid": 3}}}
        put_run(session, shop_id, model=model)
        put_tie(session, shop_id, "a", "b")

    body = staff.get("/api/influence").json()

    shown = body["gate"]
    assert (shown["state"], shown["rule_version"]) == ("open", "ledger-1")
    assert {name: shown[name] for name in gate if name != "opened"} == {
        name: value for name, value in gate.items() if name != "opened"
    }
    assert body["set_aside"] == {"unpaid": 3}


@pytest.fixture
def two_runs(staff: Staff, shop_id: int, valued: Fill) -> tuple[int, int]:
    return make_two_runs(staff, shop_id, valued)


@remembered
def make_two_runs(staff: Staff, shop_id: int, valued: Fill) -> tuple[int, int]:
    """Between them: a code of `often` was redeemed by a newcomer, `once` came back, `gone` was refunded."""
    with db.transaction() as session:
        put_customers(session, shop_id, "gone", "friend")
        put_code(session, shop_id, "OFTEN", "often")
        refunded = put_order(session, shop_id, "gone", days_ago=200)
    first = valued()
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'CANCELED' WHERE order_id = :id"), {"id": refunded})
        put_order(session, shop_id, "friend", voucher_code="OFTEN", charged=80, days_ago=3)
        put_order(session, shop_id, "once", charged=300, days_ago=2)
    second = staff.ask("POST", "/api/runs").json()["id"]
    assert execution.execute(db.transaction, second, as_of=NOW)
    return first, second


def difference(staff: Staff, earlier: int, later: int, **query: int) -> dict[str, Any]:
    answer = staff.get(f"/api/runs/{later}/difference", params={"against": earlier, **query})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_difference_says_who_moved_and_why(staff: Staff, two_runs: tuple[int, int]) -> None:
    first, second = two_runs

    body = difference(staff, first, second)

    assert (body["earlier"]["id"], body["later"]["id"], body["total"]) == (first, second, 4)
    moves = {move["customer_id"]: move for move in body["moves"]}
    changes = [abs(Decimal(move["change"]["amount"])) for move in body["moves"]]
    assert changes == sorted(changes, reverse=True)
    assert moves["friend"]["value_before"] is None
    assert moves["gone"]["value_after"] is None
    assert Decimal(moves["gone"]["change"]["amount"]) < 0
    often = moves["often"]
    assert "Brought by the personal code so far: 0.00 EUR before, 80.00 EUR now." in often["reasons"]
    assert "1 more order with their code." in often["reasons"]
    assert not [said for said in often["reasons"] if said.startswith("Verdict")], "one order proves nobody"
    assert "1 more paid order of their own." in moves["once"]["reasons"]
    assert "1 fewer paid order of their own." in moves["gone"]["reasons"]
    for move in moves.values():
        before, after = (
            Decimal(move[f"value_{side}"]["amount"]) if move[f"value_{side}"] else Decimal(0)
            for side in ("before", "after")
        )
        assert abs(after - before - Decimal(move["change"]["amount"])) <= Decimal("0.01")


def test_the_other_way_round_the_difference_is_the_opposite(staff: Staff, two_runs: tuple[int, int]) -> None:
    there = {move["customer_id"]: move for move in difference(staff, *two_runs)["moves"]}
    back = {move["customer_id"]: move for move in difference(staff, *reversed(two_runs))["moves"]}

    assert there.keys() == back.keys()
    for name, move in there.items():
        assert Decimal(move["change"]["amount"]) == -Decimal(back[name]["change"]["amount"])
        assert (move["entered"], move["left"]) == (back[name]["left"], back[name]["entered"])
    assert difference(staff, two_runs[0], two_runs[0])["total"] == 0


def test_a_difference_can_be_paged(staff: Staff, two_runs: tuple[int, int]) -> None:
    whole = difference(staff, *two_runs)["moves"]

    paged = [difference(staff, *two_runs, limit=1, offset=place)["moves"] for place in range(len(whole))]

    assert [move for [move] in paged] == whole


def test_runs_that_did_not_end_or_are_too_old_are_not_compared(
    staff: Staff, shop_id: int, two_runs: tuple[int, int]
) -> None:
    with db.transaction() as session:
        failed = put_run(session, shop_id, state="failed")
        old = put_run(session, shop_id, finished_at=NOW - timedelta(days=4000))

    for other in (failed, old):
        answer = staff.get(f"/api/runs/{two_runs[1]}/difference?against={other}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")


def test_a_run_can_be_looked_at_cancelled_and_gone_back_to(staff: Staff, two_runs: tuple[int, int]) -> None:
    first, second = two_runs
    queued = staff.ask("POST", "/api/runs").json()["id"]

    cancelled = staff.ask("POST", f"/api/runs/{queued}/cancel")
    back = staff.ask("POST", f"/api/runs/{first}/rollback")

    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert staff.ask("POST", f"/api/runs/{second}/cancel").status_code == 422
    assert (back.status_code, back.json()["kind"], back.json()["back_to"]) == (202, "rollback", first)
    assert execution.execute(db.transaction, back.json()["id"])
    run = staff.get(f"/api/runs/{back.json()['id']}").json()
    assert (run["state"], run["progress"], run["step"]) == ("done", 1.0, None)
    assert staff.get("/api/customers/often").json()["crv"]["amount"] == "0.00"
    assert {move["customer_id"] for move in difference(staff, second, run["id"])["moves"]} >= {"often"}
    assert difference(staff, first, run["id"])["total"] == 0


def test_ties_are_told_shown_and_dropped(staff: Staff, shop_id: int, valued: Fill) -> None:
    valued()
    answer = staff.ask(
        "POST",
        "/api/ties/import",
        content=b"\xef\xbb\xbfsource,target,kind\r\noften,once,club\r\noften,nobody,club\r\n",
        headers={"content-type": "text/csv"},
    )
    staff.ask("POST", "/api/ties", json=[{"source": "once", "target": "never", "kind": "team"}])

    assert answer.json() == {
        "accepted": 1,
        "refused": 1,
        "reasons": [
            {
                "row": 2,
                "line": 3,
                "column": "target",
                "reason": "target: no such customer in this shop",
            }
        ],
        "dry_run": False,
    }
    assert staff.get("/api/ties").json()["total"] == 2
    [club] = staff.get("/api/ties?customer_id=often").json()["ties"]
    assert (club["source_id"], club["target_id"], club["kind"], club["origin"]) == (
        "often",
        "once",
        "club",
        "staff",
    )
    gone = {"source_id": "often", "target_id": "once", "kind": "club"}
    assert staff.ask("DELETE", "/api/ties", params=gone).status_code == 204
    assert staff.ask("DELETE", "/api/ties", params=gone).status_code == 404
    with db.transaction() as session:
        put_tie(session, shop_id, "often", "once", kind="code", origin="orders")
    assert staff.ask("DELETE", "/api/ties", params=gone | {"kind": "code"}).status_code == 404


def test_an_excluded_customer_is_told_as_such_and_can_be_taken_in_again(staff: Staff, valued: Fill) -> None:
    valued()

    assert staff.ask("PUT", "/api/customers/often/exclusion", json={"reason": "reseller"}).status_code == 204
    assert staff.get("/api/customers/often").json()["exclusion"] == "reseller"
    assert staff.get("/api/runs").json()[0]["state"] == "queued"
    assert staff.ask("DELETE", "/api/customers/often/exclusion").status_code == 204
    assert staff.get("/api/customers/often").json()["exclusion"] is None
    assert staff.ask("DELETE", "/api/customers/often/exclusion").status_code == 404
    assert staff.ask("PUT", "/api/customers/nobody/exclusion", json={"reason": "test"}).status_code == 404


def test_influence_is_among_the_reasons_of_a_value(staff: Staff, told: int) -> None:
    assert told

    reasons = staff.get("/api/customers/anna").json()["reasons"]

    assert (
        "45.00 EUR of what others spent so far is counted as this customer's influence; "
        "0.00 EUR is expected over the next year."
    ) in reasons
    [code] = [reason for reason in reasons if "personal code" in reason]
    assert code.startswith("1 order of others with this customer's personal code brought 80.00 EUR so far; ")
    assert code.endswith(" EUR is expected over the next year.")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("code: leaked", "the code leaks, and orders with it are unusual from then on."),
        ("code: home", "it comes from the same household, card or mailbox."),
        ("code: each other", "the two use one another's codes."),
        ("code: strangers", "many people without a tie to them used the code within a few days."),
        ("code: again", "this buyer used the code often before; only the first few orders count."),
    ],
)
def test_a_redemption_that_proves_nothing_says_why(kind: str, reason: str) -> None:
    row = Credit(proven=True, tie_kind=kind, amount=Decimal("12.5"), credit=Decimal(0))

    told = verdicts.row(row, number="17", booked=amount(Decimal(0), "EUR"))

    assert told == f"Order 17 used this customer's personal code, and 12.50 EUR is set aside: {reason}"


def test_where_ties_are_many_their_number_is_that_of_the_last_run(
    staff: Staff, shop_id: int, valued: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction() as session:
        for number in range(known := 3):
            put_tie(session, shop_id, "often", f"friend-{number}")
    first = valued()
    with db.transaction() as session:
        put_tie(session, shop_id, "often", "new", kind="told later")
    assert staff.get("/api/ties").json()["total"] == known + 1

    monkeypatch.setattr(tie_counts, "MOST_COUNTED", known)

    assert staff.get("/api/ties").json()["total"] == known
    assert "told later" not in staff.get("/api/influence").json()["ties"]

    with db.transaction() as session:
        later = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, later, as_of=NOW)
    with db.transaction() as session:
        back = rollback.go_back(session, shop_id, first)
    assert execution.execute(db.transaction, back)

    assert staff.get("/api/ties").json()["total"] == known + 1  # ties of earlier days do not come back


def test_pages_of_ties_hold_each_once_and_hidden_ones_last(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        for number in range(7):
            put_tie(session, shop_id, f"named-{number}", "often", kind="named", is_hidden=number % 2 == 0)
    every = staff.get("/api/ties?limit=100").json()

    pages = each_of(staff, "/api/ties", "ties", limit=3)

    assert pages == every["ties"]
    hidden = [tie["source_id"] is None for tie in pages]
    assert hidden == sorted(hidden)
    assert sum(hidden) == 4
    of_one = each_of(staff, "/api/ties", "ties", limit=3, customer_id="often")
    assert of_one == staff.get("/api/ties?limit=100&customer_id=often").json()["ties"]
    assert len(staff.get("/api/ties?limit=100&customer_id=often").json()["ties"]) >= 7
