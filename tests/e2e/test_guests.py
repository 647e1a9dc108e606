"""A guest of the shop: staff hand over a link, and the guest reads and erases what is held about them."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.dashboard import SCREENSHOTS, THEMES, Dashboard, Shop
from tests.support.shopper_page import barriers, overflow

pytestmark = pytest.mark.e2e
LANGUAGES = {
    "en": "Your data in this shop",
    "nl": "Je gegevens in deze winkel",
    "it": "I tuoi dati in questo negozio",
    "de": "Ihre Daten in diesem Shop",
}


def _guest_order(shop: Shop) -> str:
    query = (
        "query($after:String){orders(first:100,after:$after){pageInfo{endCursor} edges{node{id user{id}}}}}"
    )
    after = None
    while True:
        found: dict[str, Any] = shop.stack.saleor(query, after=after)["orders"]
        for edge in found["edges"]:
            if edge["node"]["user"] is None:
                return str(edge["node"]["id"])
        assert found["edges"], "this shop has no guest's order"
        after = found["pageInfo"]["endCursor"]


def test_a_guest_reads_and_erases_by_a_link_that_staff_hand_over(
    dashboard: Dashboard, shop: Shop, browser: Browser
) -> None:
    frame = dashboard.order(_guest_order(shop))
    frame.get_by_role("button", name="Make a link for the guest", exact=True).click()
    frame.get_by_role("button", name="Make the link", exact=True).click()
    url = frame.get_by_label("For this guest alone", exact=True).input_value()
    dashboard.show_all(frame)
    dashboard.look(frame, "order-guest")

    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.goto(url)
    for language, title in LANGUAGES.items():
        page.locator(f"#speak-{language}").click()
        expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
        expect(page.locator("#held")).to_be_visible()
        expect(page.locator("#profiles")).to_have_count(0)
        _look(page, f"guest-{language}")
        assert overflow(page) <= 0
    page.locator("#speak-en").click()
    page.locator("#erase").click()
    page.locator("#erase-yes").click()
    expect(page.locator("#certificate")).to_be_visible()
    _look(page, "guest-erased")
    context.close()


def _look(page: Page, name: str) -> None:
    """Keep a picture as each system's theme has it; in none has it a barrier."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"shopper-{name}-{theme}.png", full_page=True)
        assert barriers(page) == [], theme
