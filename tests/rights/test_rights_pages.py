"""The page of a customer of a shop without social, and of a guest with a mailed link, in a real Chromium."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from saleor_influence_app import db, settings
from saleor_influence_app.shops import shops
from sandbox.server import serving
from tests.support.dashboard import SCREENSHOTS
from tests.support.mailbox import Mailbox
from tests.support.shop_rows import put_order, put_tie
from tests.support.shopper_page import barriers, overflow
from tests.support.social_shop import API_URL, Shop, session_claims, sql

pytestmark = pytest.mark.e2e
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
LOOKS = pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("nl", "dark"), ("it", "dark")])
Look = Callable[..., Page]


@pytest.fixture
def app_url(off: Shop, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application over HTTP, with a mail server, and a customer who has orders, a tie and a household."""
    with db.transaction() as session:
        for customer_id in ("ines", "mara"):
            put_order(session, off.shop_id, customer_id, address_hash=b"home", payment_hash=b"card")
        put_order(session, off.shop_id, "ines", email_hash=b"ines")
        put_tie(session, off.shop_id, "mara", "ines", kind="club")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("SMTP_URL", f"smtp+plain://127.0.0.1:{mailbox.port}")
        monkeypatch.setenv("MAIL_FROM", "Kaffa <privacy@kaffa.example>")
        monkeypatch.setenv("APP_IFRAME_BASE_URL", address)  # the environment is an operator's only way in
        settings.get.cache_clear()
        with serving(off.client.app, listener):
            yield address
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def look(off: Shop, app_url: str, browser: Browser) -> Iterator[Look]:
    """Open the page with the shop's own sign-in behind it; a broken policy or script fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(60_000)

    def shop_answers(route: Route) -> None:
        token = off.signer.token(session_claims("ines"))
        made = {"data": {"tokenCreate": {"token": token, "refreshToken": "again", "errors": []}}}
        allow = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
        route.fulfill(status=200, json=made, headers=allow)

    page.route(API_URL, shop_answers)

    def open_page(path: str, query: str = "lang=en&theme=light") -> Page:
        page.goto(f"{app_url}{path}?saleorApiUrl={API_URL}&{query}")
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield open_page
    context.close()
    assert complaints == []


def _signed_in(page: Page) -> Page:
    page.locator("#email").fill("ines@example.com")
    page.locator("#password").fill("password")
    page.locator("#signin-go").click()
    page.locator("#held").wait_for()
    return page


def _shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"rights-{name}.png", full_page=True)


@LOOKS
def test_the_page_of_somebody_who_never_linked_anything_is_whole_and_without_barriers(
    look: Look, language: str, theme: str
) -> None:
    page = _signed_in(look("/shopper", f"lang={language}&theme={theme}"))
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    page.locator("#objection").click()

    _shoot(page, f"customer-{language}-{theme}")
    assert barriers(page) == []
    assert "undefined" not in page.inner_text("body")
    expect(page.locator("#profiles")).to_have_count(0)
    expect(page.locator("#history")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0


def test_a_customer_contests_an_order_objects_comes_back_and_is_erased(look: Look, tmp_path: Path) -> None:
    page = _signed_in(look("/shopper", "lang=en"))

    page.locator("#orders-open").click()
    page.get_by_role("button", name="Not my order").first.click()
    expect(page.locator("#wrong")).to_be_focused()
    page.locator("#wrong").fill("My neighbour ordered this.")
    page.locator("#contest-go").click()
    expect(page.get_by_text("The shop must answer by").first).to_be_visible()
    with db.transaction() as session:
        assert sql(session, "SELECT kind, customer_id FROM contests") == [("order", "ines")]

    with page.expect_download() as saved:
        page.locator("#export").click()
    saved.value.save_as(tmp_path / "held.json")
    assert json.loads((tmp_path / "held.json").read_text())["holds"]["contests"][0]["kind"] == "order"

    page.locator("#objection").click()
    expect(page.locator("#objection-really")).to_be_focused()
    page.locator("#objection-yes").click()
    expect(page.get_by_text("Saved: nothing is computed about you.").first).to_be_visible()
    _shoot(page, "objected")
    assert barriers(page) == []
    page.locator("#objection").click()
    expect(page.get_by_text("Saved: you take part again.").first).to_be_visible()

    page.locator("#erase").click()
    page.locator("#erase-yes").click()
    expect(page.get_by_text("Erased: profiles, consents, scores, ties.").first).to_be_visible()
    expect(page.get_by_text("No order counts as yours.")).to_be_visible()


@LOOKS
def test_the_page_that_sends_the_link_has_no_barriers(look: Look, language: str, theme: str) -> None:
    page = look("/shopper/guest", f"lang={language}&theme={theme}")
    page.locator("#email").fill(f"nobody-{language}@example.net")
    page.locator("#ask-go").click()

    expect(page.locator(".note.good")).to_be_visible()
    _shoot(page, f"guest-ask-{language}-{theme}")
    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0


def test_a_guest_opens_the_mailed_link_sees_objects_and_is_erased(
    look: Look,
    off: Shop,
    mailbox: Mailbox,
) -> None:
    with db.transaction() as session:
        digest = shops.email_hash(shops.email_key(session, off.shop_id), "gast@example.org")
        put_order(session, off.shop_id, None, email_hash=digest, address_hash=b"home")
    page = look("/shopper")
    page.locator("#to-guest").click()
    page.locator("#email").fill("gast@example.org")
    page.locator("#ask-go").click()
    deadline = time.monotonic() + 60
    while not mailbox.letters and time.monotonic() < deadline:
        time.sleep(0.1)
    link = re.search(r"http://\S+", mailbox.letters[0][1].get_content())
    assert link

    page.goto(link[0])
    page.locator("#held").wait_for()

    assert "token" not in page.url
    expect(page.locator("#profiles")).to_have_count(0)
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    _shoot(page, "guest")
    assert barriers(page) == []
    page.locator("#objection").click()
    page.locator("#objection-yes").click()
    expect(page.get_by_text("Saved: nothing is computed about you.").first).to_be_visible()


def test_a_link_that_no_longer_works_leads_to_a_new_one(look: Look, app_url: str) -> None:
    page = look("/shopper/guest")

    page.goto(f"{app_url}/shopper/guest?saleorApiUrl={API_URL}&lang=en#token=gAAAAAforged")
    page.reload()

    expect(page.locator("#ask-go")).to_be_visible()
    assert barriers(page) == []
