"""The ledger in the panel, on real rows: evidence that sums, runs that go back, ties that come and go."""

import re
from decimal import Decimal
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, Route, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import Dashboard, Shop, barriers

pytestmark = pytest.mark.e2e
SHOWS = "Yes: customers here bring others to buy, more often than chance explains."
TITLES = {
    "civ": "Inferred: orders that followed the customer's (CIV)",
    "crv": "Proven: orders with the customer's code (CRV)",
}


def _name(person: dict[str, str]) -> str:
    return f"{person['firstName']} {person['lastName']}".strip() or person["email"]


def _euros(text: str) -> Decimal:
    return Decimal(text.replace("€", "").replace(",", ""))


def _counted(frame: Frame, title: str) -> Decimal:
    """The sum of the last column over all pages of a card."""
    card = frame.get_by_role("region", name=title, exact=True)
    total = Decimal(0)
    while True:
        cells = card.locator("tbody td:last-child").all_inner_texts()
        total += sum((_euros(cell) for cell in cells), Decimal(0))
        further = card.get_by_role("button", name="Next", exact=True)
        if not further.count() or further.is_disabled():
            return total
        orders = card.locator("tbody th")
        shown = orders.all_inner_texts()
        further.click()
        expect(orders).not_to_have_text(shown, use_inner_text=True)


def test_the_gate_is_told_in_a_sentence_and_a_plot(dashboard: Dashboard, shop: Shop) -> None:
    gate = shop.get("/api/influence")["gate"]

    frame = dashboard.app()
    expect(frame.get_by_text(SHOWS)).to_be_visible()
    expect(frame.get_by_text(gate["sentence"], exact=True)).to_be_hidden()
    frame.get_by_text("How do we know?").click()

    expect(frame.get_by_text(gate["sentence"], exact=True)).to_be_visible()
    expect(frame.get_by_role("img", name=f"Observed: {gate['observed']:,}")).to_be_visible()
    dashboard.show_all(frame)
    dashboard.look(frame, "ledger-app")


def test_the_widget_opens_the_page_of_that_customer(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top(1, sort="crv")[0]["customer_id"]
    frame = dashboard.customer(best)

    frame.get_by_role("button", name="Open their page", exact=True).click()

    place = f"/evidence/{quote(best, safe='')}"
    dashboard.page.wait_for_url(f"**/extensions/app/{quote(shop.app_id, safe='')}{place}")
    page = dashboard.frame(place)
    expect(page.get_by_role("heading", level=1, name=_name(shop.person(best)))).to_be_visible()


@pytest.mark.parametrize("term", ["crv", "civ"])
def test_the_rows_sum_to_the_term_that_is_shown(dashboard: Dashboard, shop: Shop, term: str) -> None:
    best = shop.top(1, sort=term)[0]["customer_id"]
    known = shop.customer(best)
    frame = dashboard.evidence(best)
    card = frame.get_by_role("region", name=TITLES[term], exact=True)
    expect(card.locator("tbody tr").first).to_be_visible()
    dashboard.show_all(frame)
    dashboard.look(frame, f"ledger-evidence-{term}")

    expect(card.locator("tfoot tr").last).to_contain_text(f"the {term.upper()}")
    shown = _euros(card.locator("tfoot tr").last.locator("td").inner_text())

    assert shown == Decimal(known[term]["amount"])
    assert shown > 0
    assert _counted(frame, TITLES[term]) == shown
    dashboard.settled(frame)
    for place, name in enumerate(("value", "brought")):
        terms = frame.locator(".sum").nth(place).locator("dd").all_inner_texts()
        *parts, total = (Decimal(0) if text == "Nothing counted" else _euros(text) for text in terms)
        assert sum(parts) == total == Decimal(known[name]["amount"])


def test_a_row_leads_to_its_order_and_to_its_buyer(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top(1, sort="crv")[0]["customer_id"]
    rows = shop.get(f"/api/customers/{quote(best, safe='')}/credits", part="proven")["rows"]
    row = next(row for row in rows if row["customer_id"])
    frame = dashboard.evidence(best)
    card = frame.get_by_role("region", name=TITLES["crv"], exact=True)
    expect(card.get_by_role("button", name=_name(shop.person(row["customer_id"]))).first).to_be_visible()

    card.get_by_role("button", name=f"#{row['order_number']}", exact=True).first.click()

    dashboard.page.wait_for_url(re.compile(rf"/orders/{re.escape(quote(row['order_id'], safe=''))}"))
    widget = dashboard.frame("/widgets/order")
    expect(widget.get_by_role("button", name=_name(shop.person(best))).first).to_be_visible()
    expect(widget.get_by_text(row["sentence"], exact=True).first).to_be_visible()
    known = shop.get(f"/api/orders/{quote(row['order_id'], safe='')}/influence")
    assert known["code"]["owner_id"] == best
    code = widget.get_by_role("region", name="Code used")
    expect(code.get_by_text(known["code"]["code"], exact=True)).to_be_visible()
    expect(code.get_by_text("The personal code of who led to this order.")).to_be_visible()
    expect(widget.get_by_role("region", name="Who followed since")).to_be_visible()
    dashboard.shoot("ledger-order")
    assert barriers(widget) == []


def test_a_score_opens_to_what_it_is_made_of(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.answer({"GET /api/customers/*/credits": answers.NO_ROWS, "GET /api/customers/*": answers.LEADS})
    frame = dashboard.evidence(shop.top(1)[0]["customer_id"])
    made_of = frame.get_by_text("Active trusted contacts")
    expect(frame.get_by_text("Reach", exact=True)).to_be_visible()
    expect(made_of).to_be_hidden()

    frame.get_by_text("Reach", exact=True).click()

    expect(made_of).to_be_visible()
    expect(frame.get_by_text("14", exact=True)).to_be_visible()


def test_a_reseller_is_left_out_and_taken_in_again(dashboard: Dashboard, shop: Shop) -> None:
    someone = shop.top(10)[9]["customer_id"]
    frame = dashboard.evidence(someone)

    frame.get_by_role("button", name="This is a reseller", exact=True).click()
    frame.get_by_role("button", name="Leave out", exact=True).click()
    expect(frame.get_by_text("Left out as a reseller")).to_be_visible()
    assert shop.customer(someone)["exclusion"] == "reseller"

    frame.get_by_role("button", name="Include again", exact=True).click()
    frame.get_by_role("button", name="Take in", exact=True).click()
    expect(frame.get_by_role("button", name="This is a reseller", exact=True)).to_be_visible()
    assert shop.customer(someone)["exclusion"] is None
    shop.wait_for_calm()


def test_who_may_not_manage_apps_is_offered_nothing_that_would_be_refused(dashboard: Dashboard) -> None:
    dashboard.answer(
        {
            "GET /api/overview": answers.DONE,
            "GET /api/runs": [answers.run(12), answers.run(9)],
            "GET /api/runs/12/difference": answers.error(503, "UNAVAILABLE", "Not now."),
        }
    )
    frame = dashboard.app("/runs")
    back = frame.get_by_role("button", name="Go back", exact=True)
    expect(back).to_be_visible()

    dashboard.sign_in_clerk(frame)

    expect(back).to_be_hidden()
    frame.get_by_role("navigation", name="Influence").get_by_role("button", name="Ties", exact=True).click()
    expect(frame.get_by_text("takes the permission to manage apps")).to_be_visible()


def test_two_runs_are_compared_by_who_moved_and_why(dashboard: Dashboard, shop: Shop) -> None:
    shop.wait_for_calm()
    runs = [run for run in shop.listed("/api/runs") if run["state"] == "done"]
    first, second = runs[-1]["id"], runs[-2]["id"]
    moved = shop.get(f"/api/runs/{second}/difference", against=first)["moves"][0]
    frame = dashboard.app("/runs")

    frame.get_by_role("combobox", name="Between", exact=True).select_option(str(first))
    frame.get_by_role("combobox", name="and", exact=True).select_option(str(second))

    row = frame.get_by_role("row").filter(has_text=_name(shop.person(moved["customer_id"])))
    for reason in moved["reasons"]:
        expect(row.first).to_contain_text(reason)
    dashboard.show_all(frame)
    dashboard.look(frame, "ledger-runs")


def test_a_shop_goes_back_to_an_earlier_run_and_forward_again(dashboard: Dashboard, shop: Shop) -> None:
    shop.wait_for_calm()
    first = shop.listed("/api/runs")[-1]["id"]
    frame = dashboard.app("/runs")
    row = frame.get_by_role("row").filter(has=frame.get_by_role("rowheader", name=re.compile(rf"^{first}\b")))

    row.get_by_role("button", name="Go back", exact=True).click()
    row.get_by_role("group").get_by_role("button", name="No", exact=True).click()
    row.get_by_role("button", name="Go back", exact=True).click()
    row.get_by_role("group").get_by_role("button", name="Go back", exact=True).click()

    notice = frame.get_by_text(f"The results of run {first} are shown")
    expect(notice).to_be_visible()
    expect(frame.get_by_text(f"back to run {first}").first).to_be_visible()
    shop.wait_for_calm()
    dashboard.shoot("ledger-held")
    frame.get_by_role("button", name="Calculate anew", exact=True).click()
    expect(notice).to_be_hidden()
    shop.wait_for_calm()
    assert shop.overview()["shop"]["held_run_id"] is None


def test_a_run_that_works_can_be_cancelled(dashboard: Dashboard) -> None:
    asked = dict(answers.RUNNING, cancel_asked=True)
    cancels: list[str] = []

    def cancel(route: Route) -> None:
        cancels.append(route.request.url)
        route.fulfill(status=202, json=asked)

    dashboard.answer(
        {
            "GET /api/overview": answers.DONE,
            "GET /api/runs": lambda route: route.fulfill(json=[asked if cancels else answers.RUNNING]),
            "POST /api/runs/13/cancel": cancel,
        }
    )
    frame = dashboard.app("/runs")

    frame.get_by_role("button", name="Cancel", exact=True).click()

    expect(frame.get_by_role("button", name="Stopping", exact=True)).to_be_disabled()
    expect(frame.get_by_text("nothing of it is written")).to_be_visible()
    assert len(cancels) == 1


def test_ties_are_looked_at_brought_in_found_and_removed(dashboard: Dashboard, shop: Shop) -> None:
    # Two who have few ties, so that a new one is on their first page.
    ids = [row["customer_id"] for row in shop.top(40)]
    one, other = [two for two in ids if shop.get("/api/ties", customer_id=two)["total"] < 10][:2]
    person = shop.person(one)
    frame = dashboard.app("/ties")
    lines = ["source,target,kind", f"{one},{other},rowing", f"{one},{one},rowing", "nobody,x,y"]
    frame.get_by_label("Or pasted here", exact=True).fill("\n".join(lines))

    frame.get_by_role("button", name="See what would happen", exact=True).click()

    expect(frame.get_by_text("1 tie can be brought in, 2 rows cannot")).to_be_visible()
    expect(frame.get_by_text("source and target are the same customer")).to_be_visible()
    dashboard.show_all(frame)
    dashboard.shoot("ledger-import")
    assert barriers(frame) == []
    frame.get_by_role("button", name="Bring in 1 tie", exact=True).click()
    expect(frame.get_by_text("1 tie brought in")).to_be_visible()

    frame.get_by_label("Customer", exact=True).fill(person["email"])
    frame.get_by_role("button", name="Search", exact=True).click()
    frame.get_by_role("list", name="Customers found", exact=True).get_by_role("button").first.click()
    row = frame.get_by_role("row").filter(has_text="Rowing")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Remove", exact=True).click()
    row.get_by_role("group").get_by_role("button", name="Remove", exact=True).click()
    expect(row).to_be_hidden()
    assert not [tie for tie in shop.get("/api/ties", customer_id=one)["ties"] if tie["kind"] == "rowing"]
    shop.ask("/api/runs")  # the queued run would rest for a while first
    shop.wait_for_calm()


def test_a_file_can_be_imported_too(dashboard: Dashboard) -> None:
    frame = dashboard.app("/ties")
    given = {"name": "ties.csv", "mimeType": "text/csv", "buffer": b"source,target\na,b\n"}

    frame.get_by_label("From a file", exact=True).set_input_files(given)  # type: ignore[arg-type]
    frame.get_by_role("button", name="See what would happen", exact=True).click()

    expect(frame.get_by_text("The first line must name each column once")).to_be_visible()


def test_customers_are_listed_by_who_may_be_followed_next(dashboard: Dashboard) -> None:
    dashboard.answer({"GET /api/customers": answers.top(10)})
    frame = dashboard.app("/customers")

    with dashboard.page.expect_request(re.compile("sort=follow_on")):
        frame.get_by_role("combobox", name="Sorted by", exact=True).select_option("follow_on")

    expect(frame.get_by_role("columnheader", name="May follow, 80% interval")).to_be_visible()
    expect(frame.get_by_role("row").nth(1)).to_contain_text("12.44 to 21")
    dashboard.look(frame, "ledger-customers-next")


def test_customers_are_listed_by_influence_and_verdict(dashboard: Dashboard, shop: Shop) -> None:
    frame = dashboard.app("/customers")

    frame.get_by_role("combobox", name="Sorted by", exact=True).select_option("crv")
    frame.get_by_role("combobox", name="Filter by", exact=True).select_option("verdict")
    frame.get_by_role("combobox", name="Verdict", exact=True).select_option("proven")
    frame.get_by_role("button", name="Add filter", exact=True).click()

    proven = shop.get("/api/customers", verdict="proven", sort="crv")["customers"]
    rows = frame.get_by_role("row")
    expect(rows).to_have_count(len(proven) + 1)
    expect(rows.nth(1)).to_contain_text(_name(shop.person(proven[0]["customer_id"])))
    dashboard.look(frame, "ledger-customers")


def test_customers_are_paged_forward_and_back(dashboard: Dashboard, shop: Shop) -> None:
    worth = shop.get("/api/customers", sort="value", limit=30)
    frame = dashboard.app("/customers")
    place, rows = frame.get_by_role("navigation", name="Pages of customers"), frame.get_by_role("row")
    expect(place.get_by_role("status")).to_have_text(f"1 to 25 of {worth['total']:,}")
    expect(place.get_by_role("button", name="Previous", exact=True)).to_be_disabled()

    place.get_by_role("button", name="Next", exact=True).click()

    expect(place.get_by_role("status")).to_have_text(f"26 to 50 of {worth['total']:,}")
    name = _name(shop.person(worth["customers"][25]["customer_id"]))
    expect(rows.nth(1)).to_contain_text(re.compile(rf"^26{re.escape(name)}"))
    dashboard.look(frame, "ledger-customers-page")
    dashboard.page.set_viewport_size({"width": 390, "height": 844})
    dashboard.shoot("ledger-customers-page-narrow")
    place.get_by_role("button", name="Previous", exact=True).click()
    expect(place.get_by_role("status")).to_have_text(f"1 to 25 of {worth['total']:,}")


def test_the_home_page_shows_influence_at_a_glance(dashboard: Dashboard, shop: Shop) -> None:

    frame = dashboard.home()

    expect(frame.get_by_text(SHOWS)).to_be_visible()
    paid = shop.get("/api/overview/week")["figures"][0]
    week = frame.get_by_role("region", name="The week, and the week before")
    expect(week.get_by_text(f"{paid['now']:,}", exact=True).first).to_be_visible()
    for row in shop.top(3):
        expect(frame.get_by_text(_name(shop.person(row["customer_id"])), exact=True).first).to_be_visible()
    dashboard.look(frame, "ledger-home")
    frame.get_by_role("button", name="Open Influence", exact=True).click()
    dashboard.page.wait_for_url(re.compile(r"/extensions/app/[^/]+$"))


def test_a_voucher_names_the_customers_whose_codes_it_holds(dashboard: Dashboard, shop: Shop) -> None:

    frame = dashboard.voucher()

    code = frame.locator(".code").first
    expect(code).to_be_visible()
    first = shop.get("/api/personal-codes", code=code.inner_text())["codes"][0]
    owner, uses = first["customer_id"], first["uses"]["by_others"]
    orders = "1 order" if uses == 1 else f"{uses:,} orders"
    expect(frame.get_by_text(f"{orders} by others").first).to_be_visible()
    expect(frame.get_by_text("Others paid", exact=True)).to_be_visible()
    expect(frame.get_by_text(_name(shop.person(owner)), exact=True).first).to_be_visible()
    dashboard.look(frame, "ledger-voucher")


def test_personal_codes_are_listed_with_their_owners(dashboard: Dashboard, shop: Shop) -> None:
    frame = dashboard.app("/discounts")

    known = shop.get("/api/personal-codes")["codes"][0]
    expect(frame.get_by_text(known["code"], exact=True)).to_be_visible()
    dashboard.shoot("ledger-codes")
    assert barriers(frame) == []


def test_a_code_is_given_to_a_customer_and_taken_back(dashboard: Dashboard, shop: Shop) -> None:
    code = "0-theirs"  # first by name
    frame = dashboard.app("/discounts")
    person = shop.get("/api/personal-codes")["codes"][0]["customer_id"]
    frame.get_by_label("Customer", exact=True).fill(_name(shop.person(person)))
    frame.get_by_role("button", name="Search", exact=True).click()
    frame.get_by_label("Customers found", exact=True).get_by_role("button").first.click()
    frame.get_by_label("Voucher code", exact=True).fill(f"  {code} ")
    dashboard.shoot("ledger-code-given")
    frame.get_by_role("button", name="Give it to them", exact=True).click()

    expect(frame.get_by_text(f"{code} has its owner now.")).to_be_visible()
    assert [one["code"] for one in shop.get("/api/personal-codes", code=code)["codes"]] == [code]
    assert barriers(frame) == []

    row = frame.locator("li.row", has=frame.get_by_text(code, exact=True))
    row.get_by_role("button", name="Take back", exact=True).click()
    dashboard.look(frame, "ledger-code-taken")
    row.get_by_role("button", name="Take back", exact=True).click()
    expect(row).to_have_count(0)
    assert shop.get("/api/personal-codes", code=code)["codes"] == []


def test_ticked_customers_are_compared(dashboard: Dashboard) -> None:
    frame = dashboard.selected_customers(3)

    expect(frame.get_by_role("row")).to_have_count(4)
    dashboard.shoot("ledger-selected")
    assert barriers(frame) == []


def test_the_apps_pages_follow_one_another_without_a_reload(dashboard: Dashboard) -> None:
    frame = dashboard.app()
    expect(frame.get_by_role("heading", level=1, name="Overview", exact=True)).to_be_visible()
    frame.evaluate("window.here = true")

    frame.get_by_role("navigation", name="Influence").get_by_role("button", name="Ties", exact=True).click()

    expect(frame.get_by_role("heading", level=1, name="Ties", exact=True)).to_be_visible()
    dashboard.page.wait_for_url("**/ties")
    assert frame.evaluate("window.here")
