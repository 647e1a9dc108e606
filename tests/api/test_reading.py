"""What staff are shown: a customer's value and why, lists, runs, the overview."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import text

from saleor_influence_app import db, run_queue
from saleor_influence_app.queries.customer import CustomerValue
from saleor_influence_app.queries.overview import MOST_COUNTED
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import problems
from scoring import values
from tests.support.shop_rows import NOW, put_customers, put_order
from tests.support.staff import Staff

Fill = Callable[[], int]


def test_a_customer_is_told_with_value_interval_reasons_and_segments(staff: Staff, valued: Fill) -> None:
    run_id = valued()

    body = staff.get("/api/customers/often").json()

    assert (body["state"], body["rank"], body["evidence"]) == ("valued", 1, "good")
    assert body["value"]["currency"] == "EUR"
    low, value, high = (Decimal(body[name]["amount"]) for name in ("value_low", "value", "value_high"))
    assert low <= value <= high
    assert value > 0
    assert body["revenue"] == {"amount": "600.00", "currency": "EUR"}
    assert body["days_since_last_order"] == 30
    assert body["reasons"][0] == (
        "12 paid orders worth 600.00 EUR so far, the last one 30 days ago (2 October 2026)."
    )
    assert body["reasons"][1].startswith("Expected over the next year: ")
    assert [segment["name"] for segment in body["segments"]] == ["loyal"]
    assert "came back on 11 days" in body["segments"][0]["reason"].lower()
    assert body["run"]["id"] == run_id
    assert body["run"]["as_of"] == "2026-11-01T12:00:00Z"


def test_every_column_of_the_values_is_shown_by_its_own_name_or_left_out_on_purpose() -> None:
    told_in_words_only = {"recency_days", "age_days", "monetary_value"}

    assert set(values.VALUES.names) - told_in_words_only <= set(CustomerValue.model_fields)


def test_nobody_has_a_verdict_or_a_third_term_before_there_is_evidence(staff: Staff, valued: Fill) -> None:
    valued()

    for customer in ("often", "once", "never"):
        body = staff.get(f"/api/customers/{customer}").json()
        assert (body["verdict"], body["score"], body["civ"]) == ("not enough evidence", None, None)
        assert "ties between customers" in body["verdict_sentence"]


def test_a_customer_without_a_value_is_told_why(staff: Staff, shop_id: int, valued: Fill) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "early")
    assert staff.get("/api/customers/early").json()["state"] == "not-yet-run"

    valued()

    never = staff.get("/api/customers/never").json()
    assert (never["state"], never["value"], never["orders_count"]) == ("no-orders", None, 0)
    assert staff.get("/api/customers/VXNlcjo5OTk=").json()["state"] == "unknown"


def test_orders_that_were_never_paid_make_no_value(staff: Staff, shop_id: int, valued: Fill) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "unpaid")
        put_order(session, shop_id, "unpaid", charged=0)
    valued()

    assert staff.get("/api/customers/unpaid").json()["state"] == "no-orders"


def test_a_referral_is_shown_as_what_others_bought_with_the_customers_code(
    staff: Staff, shop_id: int, valued: Fill
) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "friend")
        put_order(session, shop_id, "friend", voucher_code="OFTEN-10", charged=80)
        put_order(session, shop_id, "often", voucher_code="OFTEN-10", charged=30)
    staff.ask(
        "POST",
        "/api/personal-codes",
        json={"code": "OFTEN-10", "customer_id": "once", "valid_from": "2020-01-01T00:00:00Z"},
    )
    valued()
    staff.ask(
        "POST",
        "/api/personal-codes",
        json={"code": "OFTEN-10", "customer_id": "often", "valid_from": "2020-01-01T00:00:00Z"},
    )
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    execution.execute(db.transaction, run_id, as_of=NOW)

    body = staff.get("/api/customers/often").json()

    assert body["crv"] == {"amount": "80.00", "currency": "EUR"}  # one's own redemption earns nothing
    so_far = "1 order of others with this customer's personal code brought 80.00 EUR so far; "
    assert [reason for reason in body["reasons"] if reason.startswith(so_far)]


def test_customers_come_by_value_and_can_be_paged_and_filtered(staff: Staff, valued: Fill) -> None:
    valued()

    everyone = staff.get("/api/customers?limit=10").json()
    first = staff.get("/api/customers?limit=1").json()
    second = staff.get("/api/customers", params={"limit": 1, "after": first["next"]}).json()
    loyal = staff.get("/api/customers?segment=loyal").json()

    assert [row["customer_id"] for row in everyone["customers"]] == ["often", "once"]
    assert everyone["total"] == second["total"] == 2
    assert [row["customer_id"] for row in second["customers"]] == ["once"]
    assert loyal["total"] == 1
    assert loyal["customers"][0]["segments"] == ["loyal"]


def test_every_order_of_a_list_can_be_asked_for(staff: Staff, valued: Fill) -> None:
    valued()

    for sort in ("value", "clv", "crv", "civ", "score", "follow_on", "revenue", "orders_count"):
        assert staff.get(f"/api/customers?sort={sort}").status_code == 200


def test_the_overview_tells_how_the_shop_stands(staff: Staff, shop_id: int, valued: Fill) -> None:
    valued()
    with db.transaction() as session:
        session.execute(
            text("""INSERT INTO backfills (shop_id, kind, state, done, total, rows_per_second) VALUES
                    (:id, 'orders', 'running', 4000, 10000, 300), (:id, 'customers', 'done', 3, 3, NULL)"""),
            {"id": shop_id},
        )
        problems.raise_problem(session, shop_id, "influence-test", "Something to look at.")

    body = staff.get("/api/overview").json()

    assert body["shop"]["api_url"] == staff.api_url
    assert body["history"] == {
        "state": "running",
        "orders": {"done": 4000, "total": 10000},
        "customers": {"done": 3, "total": 3},
        "rows_per_second": 300.0,
        "seconds_left": 20.0,
        "error": None,
    }
    assert body["drift"]["checked_at"] is None
    assert body["last_run"]["state"] == "done"
    assert body["last_done"] == body["last_run"]
    assert body["outbox"] == {"pending": 2, "written": 0, "failed": 0, "skipped_staff": 0}
    assert body["counted_to"] == MOST_COUNTED
    assert [problem["key"] for problem in body["problems"]] == ["influence-test"]
    sizes = {segment["name"]: segment["size"] for segment in body["segments"]}
    assert sizes["loyal"] == 1


def test_a_segment_that_needs_the_ledger_says_why_it_is_empty(staff: Staff) -> None:
    segments = {segment["name"]: segment for segment in staff.get("/api/overview").json()["segments"]}

    assert segments["ambassador"]["needs"] == "ledger"
    assert "not enough evidence yet" in segments["ambassador"]["why_empty"]
    assert segments["loyal"]["why_empty"] is None


def test_the_drift_meter_speaks_after_a_comparison(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        session.execute(
            text("""INSERT INTO drift_checks (shop_id, checked_at, orders_saleor, orders_here,
                    customers_saleor, customers_here, gaps, mended)
                    VALUES (:id, '2026-11-28T02:10:00Z', 10412, 10412, 3000, 3000, 0, 2)"""),
            {"id": shop_id},
        )

    drift = staff.get("/api/overview").json()["drift"]

    assert drift["sentence"] == "10,412 of 10,412 orders, 0 gaps when compared on 28 November 2026, 02:10 UTC"
    assert (drift["orders_saleor"], drift["customers_here"]) == (10412, 3000)


def test_the_last_finished_run_stays_while_another_waits(staff: Staff, shop_id: int, valued: Fill) -> None:
    done = valued()
    with db.transaction() as session:
        run_queue.request(session, shop_id, delay=600)

    waiting, stays = (staff.get("/api/overview").json()[name] for name in ("last_run", "last_done"))
    moved = staff.ask("POST", "/api/runs").json()

    assert (waiting["state"], stays["id"]) == ("queued", done)
    assert moved["id"] == waiting["id"]
    assert moved["not_before"] < waiting["not_before"]


def test_a_run_can_be_started_and_is_started_once(staff: Staff) -> None:
    first, second = staff.ask("POST", "/api/runs"), staff.ask("POST", "/api/runs")

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["state"] == "queued"
    assert [run["id"] for run in staff.get("/api/runs").json()] == [first.json()["id"]]
