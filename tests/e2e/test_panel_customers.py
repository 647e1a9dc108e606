"""Customers as a merchandiser works with them: searched, filtered, kept as views, chosen, in a file."""

import csv
import re

import pytest
from playwright.sync_api import Frame, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import SCREENSHOTS, THEMES, Dashboard, Shop, barriers

pytestmark = pytest.mark.e2e


@pytest.fixture
def frame(dashboard: Dashboard) -> Frame:
    """The list of customers."""
    return dashboard.app("/customers")


def add(frame: Frame, key: str, label: str, value: str) -> None:
    frame.get_by_role("combobox", name="Filter by", exact=True).select_option(key)
    field = frame.get_by_role("form", name="Add a filter", exact=True).get_by_label(label, exact=True)
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    frame.get_by_role("button", name="Add filter", exact=True).click()


def count(frame: Frame, number: int) -> None:
    words = f"{number:,} customer" + ("" if number == 1 else "s")
    expect(frame.get_by_text(words, exact=True)).to_be_visible()


def test_filters_combine_and_come_off_one_by_one(dashboard: Dashboard, shop: Shop, frame: Frame) -> None:
    loyal = shop.get("/api/customers", segment="loyal")["total"]
    rich = shop.get("/api/customers", segment="loyal", value_from="300")["total"]
    assert 0 < rich < loyal
    count(frame, shop.get("/api/customers")["total"])

    add(frame, "segment", "Segment", "loyal")
    count(frame, loyal)
    add(frame, "value_from", "Value from", "300")
    count(frame, rich)
    dashboard.look(frame, "customers-filtered")

    frame.get_by_role("button", name=re.compile("^Take off: Segment")).click()
    count(frame, shop.get("/api/customers", value_from="300")["total"])
    frame.get_by_role("button", name=re.compile("^Take off: Value from")).click()
    count(frame, shop.get("/api/customers")["total"])


def test_whom_saleor_finds_is_shown_with_our_values(shop: Shop, frame: Frame) -> None:
    best = shop.top(1)[0]
    email = shop.person(best["customer_id"])["email"]

    frame.get_by_label("Name or e-mail", exact=True).fill(email)
    frame.get_by_role("button", name="Search", exact=True).click()

    row = frame.get_by_role("row").nth(1)
    expect(row).to_contain_text(email)
    expect(row).to_contain_text(str(best["orders_count"]))
    frame.get_by_label("Name or e-mail", exact=True).fill("nobody-of-this-name")
    frame.get_by_role("button", name="Search", exact=True).click()
    expect(frame.get_by_text("Saleor knows no such customer")).to_be_visible()


def test_a_view_is_saved_with_its_columns_opened_again_and_deleted(
    dashboard: Dashboard, shop: Shop, frame: Frame
) -> None:
    add(frame, "verdict", "Verdict", "proven")
    frame.get_by_text("Columns, save as a view", exact=True).click()
    frame.get_by_label("Last order", exact=True).check()
    frame.get_by_label("Segments", exact=True).uncheck()
    frame.get_by_label("Save this list as", exact=True).fill("Proven, by last order")
    frame.get_by_role("button", name="Save view", exact=True).click()
    expect(frame.get_by_text("Saved. Everybody who may see customers can open it.")).to_be_visible()

    again = dashboard.app("/customers")
    expect(again.get_by_role("columnheader", name="Segments", exact=True)).to_be_visible()
    again.get_by_role("combobox", name="Saved view", exact=True).select_option("Proven, by last order")

    count(again, shop.get("/api/customers", verdict="proven")["total"])
    expect(again.get_by_role("columnheader", name="Last order", exact=True)).to_be_visible()
    expect(again.get_by_role("columnheader", name="Segments", exact=True)).to_be_hidden()
    again.get_by_role("button", name="Delete view", exact=True).click()
    again.get_by_role("button", name="Delete", exact=True).click()
    expect(again.get_by_role("combobox", name="Saved view", exact=True)).to_be_hidden()
    assert shop.listed("/api/customer-views") == []


def test_a_file_is_written_by_a_worker_and_has_everybody_of_the_list(
    dashboard: Dashboard, shop: Shop, frame: Frame
) -> None:
    add(frame, "segment", "Segment", "loyal")

    frame.get_by_role("button", name="Write this list as CSV", exact=True).click()

    files = frame.get_by_role("list", name="Files", exact=True)
    download = files.get_by_role("button", name="Download", exact=True).first
    expect(download).to_be_visible(timeout=60_000)
    with dashboard.page.expect_download() as coming:
        download.click()
    text = coming.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == shop.get("/api/customers", segment="loyal")["total"]
    assert (
        rows[0]["customer_id"] == shop.get("/api/customers", segment="loyal")["customers"][0]["customer_id"]
    )
    expect(files).to_contain_text("Segment: ")
    dashboard.look(frame, "customers-file")


def test_customers_are_ticked_across_pages_and_their_ids_copied(dashboard: Dashboard, frame: Frame) -> None:
    frame.get_by_label("Choose all on this page", exact=True).check()
    expect(frame.get_by_text("25 chosen", exact=True)).to_be_visible()
    frame.get_by_role("button", name="Next", exact=True).click()
    box = frame.get_by_role("checkbox", name=re.compile("place 26$"))
    expect(box).to_be_enabled()  # until then the rows are of the page before
    box.check()

    expect(frame.get_by_text("26 chosen", exact=True)).to_be_visible()
    assert len(frame.get_by_label("Their ids", exact=True).input_value().split()) == 26
    expect(frame.get_by_role("button", name="Leave out of the ledger", exact=True)).to_be_visible()
    dashboard.look(frame, "customers-chosen")
    frame.get_by_role("button", name="Choose nobody", exact=True).click()
    expect(frame.get_by_text("26 chosen", exact=True)).to_be_hidden()


def test_a_whole_list_is_chosen_but_not_one_of_a_low_verdict(shop: Shop, frame: Frame) -> None:
    proven = shop.get("/api/customers", verdict="proven")["total"]
    add(frame, "verdict", "Verdict", "proven")
    frame.get_by_role("button", name=f"Choose all {proven:,}", exact=True).click()
    expect(frame.get_by_text(f"{proven:,} chosen", exact=True)).to_be_visible()

    add(frame, "verdict", "Verdict", "not enough evidence")

    expect(frame.get_by_text("A list of one verdict is not chosen as a whole")).to_be_visible()
    expect(frame.get_by_role("button", name=re.compile("^Choose (all|the first)"))).to_be_hidden()
    expect(frame.get_by_text("A segment has no condition for: Verdict.")).to_be_visible()


def test_filters_become_the_conditions_of_a_segment(frame: Frame) -> None:
    add(frame, "value_from", "Value from", "250")
    add(frame, "ordered_from", "Last order from", "2026-01-01")
    frame.get_by_role("button", name="Make a segment of this", exact=True).click()

    conditions = frame.get_by_role("list", name="Conditions", exact=True).get_by_role("listitem")
    expect(conditions).to_have_count(2)
    expect(frame.get_by_role("heading", name="New segment").first).to_be_visible()
    expect(frame.locator("input[value='250']")).to_be_visible()


def test_who_may_not_see_perks_is_offered_no_filter_by_them(dashboard: Dashboard, frame: Frame) -> None:
    count_of = frame.get_by_role("combobox", name="Filter by", exact=True).get_by_role("option")
    expect(count_of.filter(has_text="Has the perk")).to_have_count(1)

    dashboard.sign_in_clerk(frame)

    expect(count_of.filter(has_text="Has the perk")).to_have_count(0)
    expect(count_of.filter(has_text="Personal code")).to_have_count(0)


def test_on_a_phone_each_customer_is_a_card(dashboard: Dashboard) -> None:
    dashboard.answer({"GET /api/customers": answers.top(6)})
    frame = dashboard.app("/customers")
    expect(frame.get_by_role("row")).to_have_count(7)
    frame.get_by_role("checkbox", name=re.compile("place 2$")).check()
    element = frame.frame_element()
    SCREENSHOTS.mkdir(exist_ok=True)
    for width in (1440, 768, 390):
        dashboard.page.set_viewport_size({"width": 1800, "height": 1000})
        element.evaluate(
            "(one, px) => { Object.assign(one.style, {width: `${px}px`, maxWidth: 'none'}) }", width
        )
        height = frame.evaluate("document.querySelector('.page').scrollHeight")
        dashboard.page.set_viewport_size({"width": 1800, "height": height + 100})
        assert frame.evaluate("document.documentElement.scrollWidth") <= width, width
        rooms = "[...document.querySelectorAll('.table-room')].every(r => r.scrollWidth <= r.clientWidth + 1)"
        assert width > 390 or frame.evaluate(rooms)
        for theme in THEMES:
            dashboard.wear(frame, theme)
            element.screenshot(
                path=SCREENSHOTS / f"customers-list-{width}-{theme}.png", animations="disabled"
            )
            assert barriers(frame) == [], (width, theme)


def test_the_list_is_worked_by_the_keyboard(frame: Frame) -> None:
    frame.get_by_role("combobox", name="Filter by", exact=True).focus()
    frame.page.keyboard.type("Verdict")
    frame.page.keyboard.press("Tab")
    frame.page.keyboard.type("Proven")
    frame.page.keyboard.press("Tab")
    frame.page.keyboard.press("Enter")

    off = frame.get_by_role("button", name="Take off: Verdict: Proven", exact=True)
    expect(off).to_be_visible()
    off.focus()
    frame.page.keyboard.press("Enter")
    expect(off).to_be_hidden()


def test_settings_say_whether_events_arrive_and_privacy_has_the_keys(dashboard: Dashboard) -> None:
    settings = dashboard.app("/settings")
    expect(settings.get_by_role("heading", name="To and from Saleor", exact=True)).to_be_visible()
    expect(settings.get_by_text("Events that could not be read", exact=True)).to_be_visible()
    dashboard.settled(settings)
    dashboard.look_at_widths(settings, "settings")

    privacy = dashboard.app("/privacy-settings")
    expect(privacy.get_by_role("heading", name="Keys of receipts", exact=True)).to_be_visible()
    dashboard.settled(privacy)
    dashboard.look(privacy, "privacy-keys")
