"""A shopper agrees to what they read: texts that changed, settings that went further, their country."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from saleor_influence_app.sandbox import shoppers
from tests.e2e.dashboard import Shop
from tests.e2e.shopper_page import Her, barriers

pytestmark = pytest.mark.e2e
Visit = Callable[..., Her]
Confirm = Callable[..., None]
BRIEF = {"posts_days": 1, "features_months": 1}
LONG = {"posts_days": 30, "features_months": 13}


@pytest.fixture
def confirm(shop: Shop, customers: Iterator[str], storefront_url: str) -> Iterator[Confirm]:
    """A function by which an admin confirms other settings; afterwards they are as other tests expect."""
    assert customers
    now: dict[str, Any] = shop.get("/api/privacy-settings")
    kept = {name: now[name] for name in ("controller_name", "controller_contact", "storefront_origins")}
    networks = {name: {"base_url": one["base_url"]} for name, one in now["networks"].items()}

    def put(**changed: Any) -> None:
        wanted = {"enabled": True, "networks": networks} | kept | changed
        shop.stack.panel(shop.app_id, "/api/privacy-settings", json=wanted)

    yield put
    shoppers.switch_on(shop.stack, shop.app_id, storefront_url)


@pytest.fixture
def linked(visit: Visit, shop: Shop, confirm: Confirm) -> Her:
    """A customer who agreed to be linked, and is, where things are kept for one day and one month."""
    confirm(**BRIEF)
    her = visit()
    session = her.session()
    session.agree("link", "mastodon")
    taken = {one["handle"] for one in shop.get("/api/links?state=linked")["links"]}
    people = sorted(httpx.get(f"{shop.stack.mastodon_url}/sandbox/people").json(), reverse=True)
    session.link(next(one for one in people if not any(f"@{one}@" in handle for handle in taken)))
    return her


def _rows(her: Her, purpose: str) -> list[dict[str, Any]]:
    rows = her.session().ask("GET", "/statement")["consents"]
    return [row for row in rows if row["purpose"] == purpose]


def _dark_and_light(her: Her, name: str) -> None:
    for theme in ("light", "dark"):
        her.theme = theme
        her.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        her.shoot(name)
        assert barriers(her.page) == []


def _receipt(page: Page, button: str, folder: Path) -> dict[str, Any]:
    with page.expect_download() as saved:
        page.locator(button).click()
    file = folder / saved.value.suggested_filename
    saved.value.save_as(file)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_a_text_that_changed_after_it_was_read_is_shown_and_nothing_is_stored(
    linked: Her, confirm: Confirm
) -> None:
    page = linked.sign_in()
    expect(page.locator("#tick-score-mastodon-text")).to_contain_text("Post figures are kept for 1 day")
    confirm(**LONG)

    page.locator("#tick-score-mastodon").check(force=True, timeout=5000, no_wait_after=True)

    expect(page.get_by_text("Nothing was stored. Read the new text").first).to_be_visible()
    expect(page.locator("#tick-score-mastodon")).not_to_be_checked()
    expect(page.locator("#tick-score-mastodon-text")).to_contain_text("Post figures are kept for 30 days")
    assert page.locator("#tick-score-mastodon-text mark").all_inner_texts() == ["30 days,", "13 months;"]
    assert _rows(linked, "score") == []
    _dark_and_light(linked, "text-changed")

    page.locator("#tick-score-mastodon").check()
    expect(page.get_by_text("Noted: you agree.").first).to_be_visible()
    [row] = _rows(linked, "score")
    assert "30 days" in row["wording"]
    assert (row["limits"]["posts_days"], row["limits"]["features_months"]) == (30, 13)


def test_wider_settings_are_asked_for_on_the_page_and_the_old_limits_hold_meanwhile(
    linked: Her, confirm: Confirm, tmp_path: Path
) -> None:
    linked.session().agree("score", "mastodon")
    confirm(**LONG, controller_name="Another BV", minimum_age=13, countries=["BE"])
    page = linked.sign_in()

    asked = page.locator(".again").filter(has=page.locator("#tick-score-mastodon-again"))
    for words in (
        "Somebody else is responsible now: Another BV.",
        "Figures would be kept longer than you agreed to.",
        "The shop now also admits younger people.",
        "Until you agree, nothing new is read.",
    ):
        expect(asked).to_contain_text(words)
    expect(page.locator("#tick-score-mastodon")).to_be_checked()
    expect(page.locator("#tick-score-mastodon-text")).to_contain_text("1 day")
    assert "Another BV" in " ".join(asked.locator("mark").all_inner_texts())
    assert len(_rows(linked, "score")) == 1
    for language in ("nl", "it", "en"):
        linked.language = language
        page.locator(f"#speak-{language}").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        _dark_and_light(linked, "asked-again")

    for purpose in ("link", "score"):
        page.locator(f"#tick-{purpose}-mastodon-again").click()
        expect(page.get_by_text("Noted: you agree.").first).to_be_visible()
        expect(page.locator(f"#tick-{purpose}-mastodon-again")).to_have_count(0)
    row = _rows(linked, "score")[-1]
    assert row["limits"] == {
        "controller": "Another BV",
        "minimum_age": 13,
        "country": "BE",
        "network": "mastodon",
        **LONG,
    }
    kept = _receipt(page, "#tick-score-mastodon-receipt", tmp_path)
    assert kept["receipt"]["row"]["hash"] == row["hash"]
    assert kept["receipt"]["shown"]["text"] == row["wording"]

    page.locator("#tick-score-mastodon").click()
    page.locator("#tick-score-mastodon-yes").click()
    expect(page.locator("#tick-score-mastodon")).not_to_be_checked()
    gone = _receipt(page, "#tick-score-mastodon-receipt", tmp_path)
    assert gone["receipt"]["decision"] == "withdrawn"
    assert gone["signed"].count(".") == 2


def test_where_the_shop_serves_several_countries_the_page_asks_for_theirs(
    visit: Visit, confirm: Confirm
) -> None:
    confirm(minimum_age=13, countries=["BE", "NL"])
    her = visit()
    page = her.sign_in()
    page.locator("#tick-perks").click()
    expect(page.get_by_text("First say in which country you live").first).to_be_visible()
    expect(page.locator("#country")).to_be_focused()
    page.locator("#country").select_option(label="Netherlands")
    expect(page.get_by_label("I am 16 or older")).not_to_be_checked()
    page.locator("#country").select_option(label="Belgium")
    page.get_by_label("I am 13 or older").check()
    _dark_and_light(her, "country")

    page.locator("#tick-perks").check()

    expect(page.get_by_text("Noted: you agree.").first).to_be_visible()
    expect(page.locator("#country")).to_have_count(0)
    [row] = _rows(her, "perks")
    assert row["limits"]["country"] == "BE"
    assert row["limits"]["minimum_age"] == 13
