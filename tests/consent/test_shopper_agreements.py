"""The shopper's page in a real browser: texts that changed, wider settings, countries, receipts."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.orm import Session

from saleor_influence_app.consent import receipts
from sandbox.server import serving
from tests.support.shopper_page import barriers
from tests.support.social_shop import API_URL, STOREFRONT, Shop, session_claims, tick

pytestmark = pytest.mark.e2e
BRIEF = {"posts_days": 1, "features_months": 1}
LONG = {"posts_days": 30, "features_months": 13}
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong


@dataclass
class Shopper:
    """A customer with a page, and what is served."""

    shop: Shop
    url: str
    page: Page

    def confirm(self, **changed: Any) -> None:
        """An admin confirms other settings."""
        self.shop.switch_on(mastodon={}, changed={"storefront_origins": [STOREFRONT, self.url]} | changed)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        token = self.shop.signer.token(session_claims("ines"))
        headers = {"authorization": f"Bearer {token}", "saleor-api-url": API_URL}
        url = f"{self.url}/api/shopper{path}"
        answer = httpx.request(method, url, headers=headers, timeout=60, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def agree(self, purpose: str) -> None:
        """Tick the text of now beside the browser."""
        shown = self.ask("GET", "/about")["wordings"]
        [text] = [one for one in shown if (one["purpose"], one["network"]) == (purpose, "mastodon")]
        self.ask("POST", "/consents", json=tick(purpose, "mastodon", text_hash=text["text_hash"]))

    def rows(self, purpose: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/statement")["consents"]
        return [row for row in found if row["purpose"] == purpose]

    def open(self) -> Page:
        """Open the page on its own and sign in to the shop on it."""
        self.page.goto(f"{self.url}/shopper?{urlencode({'saleorApiUrl': API_URL, 'lang': 'en'})}")
        self.page.locator("#email").fill("ines@example.com")
        self.page.locator("#password").fill("password")
        self.page.locator("#signin-go").click()
        self.page.locator("#profiles").wait_for()
        return self.page

    def no_barriers(self) -> None:
        for theme in ("light", "dark"):
            self.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            assert barriers(self.page) == []

    def receipt(self, button: str, folder: Path) -> dict[str, Any]:
        """Download a receipt and read it."""
        with self.page.expect_download() as saved:
            self.page.locator(button).click()
        expect(self.page.get_by_text("Saved. Keep the file").first).to_be_visible()
        file = folder / saved.value.suggested_filename
        saved.value.save_as(file)
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


@pytest.fixture
def shopper(shop: Shop, browser: Browser) -> Iterator[Shopper]:
    """Ines with a browser, in a shop that keeps things for one day and one month."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1000, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route(f"{API_URL}**", lambda route: _sign_in(route, shop))
    expect.set_options(timeout=PATIENCE_MS)
    with socket.create_server(("127.0.0.1", 0)) as listener, serving(shop.client.app, listener):
        shopper = Shopper(shop, f"http://127.0.0.1:{listener.getsockname()[1]}", page)
        shopper.confirm(**BRIEF)
        yield shopper
        context.close()
    assert complaints == []


@pytest.fixture
def linked(shopper: Shopper, link: Callable[..., int]) -> Shopper:
    """The same, agreed to be linked and linked."""
    shopper.agree("link")
    link("ines", "ines")
    return shopper


def _sign_in(route: Route, at: Shop) -> None:
    """The shop lets them in."""
    made = {"token": at.signer.token(session_claims("ines")), "refreshToken": "again", "errors": []}
    allowed = dict.fromkeys(("access-control-allow-origin", "access-control-allow-headers"), "*")
    route.fulfill(json={"data": {"tokenCreate": made}}, headers=allowed)


def test_a_text_that_changed_after_it_was_read_is_shown_and_nothing_is_stored(linked: Shopper) -> None:
    page = linked.open()
    text = page.locator("#tick-score-mastodon-text")
    expect(text).to_contain_text("kept for 1 day")
    linked.confirm(**LONG)

    page.locator("#tick-score-mastodon").click()

    expect(page.get_by_text("Nothing was stored. Read the new text").first).to_be_visible()
    expect(page.locator("#tick-score-mastodon")).not_to_be_checked()
    expect(text).to_contain_text("kept for 30 days")
    marks = " ".join(text.locator("mark").all_inner_texts())
    assert "30 days" in marks
    assert "13 months" in marks
    assert len(marks) < 60, "only what changed is marked"
    assert linked.rows("score") == []
    linked.no_barriers()

    shown = text.inner_text()
    page.locator("#tick-score-mastodon").click()
    expect(page.get_by_text("Saved: you agree.").first).to_be_visible()
    [row] = linked.rows("score")
    assert row["wording"] == shown
    assert (row["limits"]["posts_days"], row["limits"]["features_months"]) == (30, 13)


def test_wider_settings_are_asked_for_on_the_page_and_what_was_agreed_to_stands_meanwhile(
    linked: Shopper, session: Session, tmp_path: Path
) -> None:
    linked.agree("score")
    linked.confirm(**LONG, controller_name="Koffie Coop", minimum_age=13, countries=["BE"])
    page = linked.open()

    asked = page.locator(".again").filter(has=page.locator("#tick-score-mastodon-again"))
    for words in (
        "Somebody else is responsible now: Koffie Coop.",
        "Figures would be kept longer than you agreed to.",
        "The shop now also accepts younger people.",
        "Until you agree, nothing new is read.",
    ):
        expect(asked).to_contain_text(words)
    expect(page.locator("#tick-score-mastodon")).to_be_checked()
    expect(page.locator("#tick-score-mastodon-text")).to_contain_text("kept for 1 day")
    assert "Koffie Coop" in " ".join(asked.locator("mark").all_inner_texts())
    assert len(linked.rows("score")) == 1
    for language in ("nl", "it", "en"):
        page.locator(f"#speak-{language}").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        linked.no_barriers()

    for purpose in ("link", "score"):
        page.locator(f"#tick-{purpose}-mastodon-again").click()
        expect(page.locator(f"#tick-{purpose}-mastodon-again")).to_have_count(0)
    row = linked.rows("score")[-1]
    there = {"network": "mastodon", "country": "BE", "minimum_age": 13}
    assert row["limits"] == {"controller": "Koffie Coop", **there, **LONG}
    kept = linked.receipt("#tick-score-mastodon-receipt", tmp_path)
    assert kept["receipt"]["shown"]["text"] == row["wording"]
    assert receipts.check(session, json.dumps(kept)).outcome == "valid"
    session.rollback()

    page.locator("#tick-score-mastodon").click()
    page.locator("#tick-score-mastodon-yes").click()
    expect(page.locator("#tick-score-mastodon")).not_to_be_checked()
    gone = linked.receipt("#tick-score-mastodon-receipt", tmp_path)
    assert gone["receipt"]["decision"] == "withdrawn"
    assert receipts.check(session, json.dumps(gone)).outcome == "valid"


def test_where_the_shop_serves_several_countries_the_page_asks_for_theirs(shopper: Shopper) -> None:
    shopper.confirm(minimum_age=13, countries=["BE", "NL"])
    page = shopper.open()
    page.locator("#tick-perks").click()
    expect(page.get_by_text("First say in which country you live").first).to_be_visible()
    expect(page.locator("#country")).to_be_focused()
    page.locator("#country").select_option(label="Netherlands")
    expect(page.get_by_label("I am 16 or older")).not_to_be_checked()
    page.locator("#country").select_option(label="Belgium")
    page.get_by_label("I am 13 or older").check()
    shopper.no_barriers()

    page.locator("#tick-perks").click()

    expect(page.get_by_text("Saved: you agree.").first).to_be_visible()
    expect(page.locator("#country")).to_have_count(0)
    [row] = shopper.rows("perks")
    assert (row["limits"]["country"], row["limits"]["minimum_age"]) == ("BE", 13)
