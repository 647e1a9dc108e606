"""A guest asks for a link, gets it by mail from a real server, opens it, objects and is erased."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.dashboard import Shop
from tests.e2e.shopper_page import Her, barriers, overflow

pytestmark = pytest.mark.e2e
Visit = Callable[..., Her]
PATIENCE_SECONDS = 60.0
GUESTS = "{orders(first:100){edges{node{id userEmail user{id}}}}}"


def _guest(shop: Shop) -> str:
    """The address of somebody who ordered without an account, and has none."""
    edges = shop.stack.saleor(GUESTS)["orders"]["edges"]
    return next(
        str(edge["node"]["userEmail"])
        for edge in edges
        if edge["node"]["user"] is None and edge["node"]["userEmail"].startswith("guest-")
    )


def _link(letters: list[EmailMessage], to: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for letter in letters:
            if letter["To"] == to:
                text = str(letter.get_content())
                return next(line for line in text.splitlines() if line.startswith("http"))
        time.sleep(0.1)
    raise AssertionError("no mail came")


def _address(her: Her, path: str = "/shopper/guest") -> str:
    query = {"saleorApiUrl": her.stack.api_url, "lang": her.language, "theme": her.theme}
    return f"{her.stack.app_url}{path}?{urlencode(query)}"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("nl", "dark"), ("it", "light")])
def test_the_page_that_sends_the_link_has_no_barriers_and_says_the_same_to_everybody(
    plain: Shop, plain_visit: Visit, *, language: str, theme: str
) -> None:
    assert plain
    her = plain_visit(language=language, theme=theme)
    page = her.page
    page.goto(_address(her))
    page.locator("#email").fill(f"nobody-{language}@example.net")
    page.locator("#ask-go").click()

    expect(page.locator(".note.good")).to_be_visible()
    her.shoot("guest-ask")
    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0


def test_a_guest_opens_the_mailed_link_sees_objects_and_is_erased(
    plain: Shop, plain_visit: Visit, letters: list[EmailMessage]
) -> None:
    address = _guest(plain)
    her = plain_visit()
    page = her.page
    page.goto(_address(her, "/shopper"))
    page.locator("#to-guest").click()
    page.locator("#email").fill(address)
    page.locator("#ask-go").click()

    page.goto(_link(letters, address))
    page.locator("#held").wait_for()

    assert "token" not in page.url
    expect(page.locator("#profiles")).to_have_count(0)
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    her.shoot("guest-held")
    assert barriers(page) == []
    assert address not in page.inner_text("body")

    page.locator("#objection").click()
    page.locator("#objection-yes").click()
    expect(page.get_by_text("Noted: nothing is computed about you.").first).to_be_visible()
    page.locator("#erase").click()
    page.locator("#erase-yes").click()
    expect(page.get_by_text("Erased: profiles, consents, scores, ties.").first).to_be_visible()
    expect(page.get_by_text("No order counts as yours.")).to_be_visible()
    her.shoot("guest-erased")


def test_a_link_that_no_longer_works_leads_to_a_new_one(plain: Shop, plain_visit: Visit) -> None:
    assert plain
    her = plain_visit()
    page = her.page

    page.goto(f"{_address(her)}#token=gAAAAAforged")

    expect(page.get_by_text("This link no longer works. Ask for a new one.")).to_be_visible()
    assert barriers(page) == []
