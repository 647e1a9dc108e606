"""A customer of a shop that never switched social on sees, contests, objects, comes back, is erased."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from saleor_influence_app.sandbox import shoppers
from tests.e2e.dashboard import Dashboard, Shop
from tests.e2e.shopper_page import Her, barriers, overflow

pytestmark = pytest.mark.e2e
Visit = Callable[..., Her]


def _signed_in(her: Her) -> Page:
    page = her.open()
    page.locator("#email").fill(her.email)
    page.locator("#password").fill(shoppers.PASSWORD)
    page.locator("#signin-go").click()
    page.locator("#held").wait_for()
    return page


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("nl", "dark"), ("it", "dark")])
def test_the_page_of_somebody_who_never_linked_anything_is_whole_and_without_barriers(
    plain: Shop, plain_visit: Visit, *, language: str, theme: str
) -> None:
    her = plain_visit(plain.top(10)[4]["customer_id"], language=language, theme=theme)
    page = _signed_in(her)

    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")

    her.shoot("without-social")
    assert barriers(page) == []
    assert "undefined" not in page.inner_text("body")
    expect(page.locator("#profiles")).to_have_count(0)
    expect(page.locator("#history")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0


def test_a_customer_contests_an_order_objects_comes_back_and_is_erased(
    plain: Shop, plain_visit: Visit, tmp_path: Path
) -> None:
    her = plain_visit(plain.top(10)[5]["customer_id"])
    page = _signed_in(her)

    page.locator("#orders-open").click()
    page.get_by_role("button", name="Not my order").first.click()
    expect(page.locator("#wrong")).to_be_focused()
    page.locator("#wrong").fill("My neighbour ordered this.")
    page.locator("#contest-go").click()
    expect(page.get_by_text("Sent. The answer will stand here.").first).to_be_visible()
    expect(page.get_by_text("The shop must answer by").first).to_be_visible()

    with page.expect_download() as saved:
        page.locator("#export").click()
    saved.value.save_as(tmp_path / "held.json")
    assert json.loads((tmp_path / "held.json").read_text())["holds"]["contests"][0]["kind"] == "order"

    page.locator("#objection").click()
    expect(page.locator("#objection-really")).to_be_focused()
    page.locator("#objection-yes").click()
    expect(page.get_by_text("Noted: nothing is computed about you.").first).to_be_visible()
    expect(page.locator(".figure")).to_have_count(0)
    assert barriers(page) == []
    page.locator("#objection").click()
    expect(page.get_by_text("Noted: you take part again.").first).to_be_visible()

    page.locator("#erase").click()
    page.locator("#erase-yes").click()
    expect(page.get_by_text("Erased: profiles, consents, scores, ties.").first).to_be_visible()
    expect(page.get_by_text("No order counts as yours.")).to_be_visible()
    her.shoot("erased")


def test_staff_see_the_request_with_its_clock_decide_and_object_for_a_customer(
    plain: Shop, plain_dashboard: Dashboard
) -> None:
    customer_id = plain.top(10)[6]["customer_id"]
    session = shoppers.sign_in(plain.stack, customer_id)
    order = session.ask("GET", "/statement")["orders"][0]
    wrong = {"kind": "order", "text": "I never bought this.", "about": order["order_id"]}
    session.ask("POST", "/contests", json=wrong)
    frame = plain_dashboard.app("/privacy-settings")
    notes = frame.get_by_role("region", name="What customers say is wrong")
    note = notes.get_by_role("listitem").filter(has_text="I never bought this.")
    expect(note).to_contain_text("days left")
    expect(note).to_contain_text(f"order {order['number']}")

    note.get_by_label("Your answer").fill("You are right.")
    plain_dashboard.show_all(frame)
    plain_dashboard.shoot("privacy-contest")
    note.get_by_role("button", name="Accept and correct").click()
    expect(note).to_have_count(0)

    card = frame.get_by_role("region", name="Requests about data")
    card.get_by_label("From whom").fill(customer_id)
    card.get_by_label("Received on").fill("2026-01-31")
    card.get_by_label("For what").select_option("objection")
    card.get_by_role("button", name="Note it").click()
    expect(card.get_by_text("Overdue by").first).to_be_visible()
    plain_dashboard.shoot("privacy-requests")

    frame = plain_dashboard.app(f"/evidence/{quote(customer_id, safe='')}")
    rights = frame.get_by_role("region", name="Their rights")
    expect(rights.get_by_text("An order that is not theirs")).to_be_visible()
    rights.get_by_role("button", name="Object").click()
    rights.get_by_role("button", name="Object").first.click()
    expect(rights.get_by_text("They objected on")).to_be_visible()
    plain_dashboard.show_all(frame)
    plain_dashboard.shoot("customer-rights")
    left = session.ask("GET", "/statement")
    assert left["takes_part"] is False
    assert left["requests"][0]["done_at"]
