"""The question after an order, as customers and guests respond, and what staff and the named one see."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from saleor_influence_app.surveys.links import METADATA_KEY
from sandbox import buying
from sandbox.client import ShopClient
from tests.support.dashboard import SCREENSHOTS, THEMES, Dashboard, Shop
from tests.support.shopper_page import Shopper, barriers, overflow

pytestmark = pytest.mark.e2e
QUESTION = {
    "en": "Who or what told you about us?",
    "nl": "Wie of wat heeft je over ons verteld?",
    "it": "Chi o che cosa ti ha parlato di noi?",
    "de": "Wer oder was hat Ihnen von uns erzählt?",
}


def _switch_on(dashboard: Dashboard) -> None:
    frame = dashboard.app("/settings")
    tick = frame.get_by_label("Ask customers and guests after an order who told them of the shop")
    expect(tick).not_to_be_checked()
    tick.check()
    frame.get_by_label("How long responses are kept (days)").fill("90")
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(frame.get_by_text("Saved.", exact=False)).to_be_visible()


def _ordered(shop: Shop, **buyer: Any) -> str:
    client = ShopClient(shop.stack.api_url)
    query = '{products(first:1,channel:"default-channel"){edges{node{variants{id}}}}}'
    variant = client.data(query)["products"]["edges"][0]["node"]["variants"][0]["id"]
    order = buying.buy(client, [(variant, 1)], **buyer)
    client.close()
    return str(order["id"])


def _address(shop: Shop, order_id: str, language: str = "en") -> str:
    query = f"saleorApiUrl={shop.stack.api_url}&lang={language}"
    return f"{shop.stack.app_url}/shopper/thanks?{query}#order={order_id}"


def _look(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=SCREENSHOTS / f"thanks-{name}-{theme}.png", full_page=True)
        assert barriers(page) == [], theme
        assert overflow(page) <= 0


def _metafield(shop: Shop, order_id: str) -> str | None:
    query = "query($id:ID!,$key:String!){order(id:$id){metafield(key:$key)}}"
    found: str | None = shop.stack.saleor(query, id=order_id, key=METADATA_KEY)["order"]["metafield"]
    return found


def test_customer_and_guest_respond_and_the_named_one_is_asked_before_staff_see_them(
    dashboard: Dashboard, shop: Shop, browser: Browser, visit: Callable[..., Shopper]
) -> None:
    _switch_on(dashboard)
    named = visit()
    shop.ask("/api/personal-codes", {"code": "FRIEND-1", "customer_id": named.customer_id})

    guest_order = _ordered(shop, token="", email="a-guest@example.com")
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    for language, question in QUESTION.items():
        page.goto("about:blank")
        page.goto(_address(shop, guest_order, language))
        expect(page.get_by_role("heading", name=question)).to_be_visible()
        _look(page, f"question-{language}-390")
    page.locator("#send").click()
    expect(page.get_by_text("Wählen Sie zuerst eine Antwort.").first).to_be_visible()
    page.locator("#friend").check()
    page.locator("#friend-name").fill("friend-1")
    _look(page, "friend-390")
    page.locator("#send").click()
    expect(page.get_by_role("heading", name="Danke")).to_be_visible()
    _look(page, "done-390")
    assert context.cookies() == []
    shop.until(lambda: _metafield(shop, guest_order) is None)

    customer = visit()
    own_order = _ordered(shop, token=customer.session().token)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("about:blank")
    page.goto(_address(shop, own_order))
    page.get_by_label("An advert").check()
    _look(page, "question-en-1440")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{shop.stack.app_url}/shopper/thanks?saleorApiUrl={shop.stack.api_url}#token=forged")
    expect(page.get_by_role("heading", name="Already responded")).to_be_visible()
    context.close()

    mine = customer.sign_in()
    expect(mine.get_by_text("An advert")).to_be_visible(visible=False)
    theirs = named.sign_in()
    expect(theirs.get_by_role("heading", name="Others say that you told them of this shop")).to_be_visible()
    named.look("namings")
    theirs.get_by_role("button", name="Staff may see it").click()
    expect(theirs.get_by_text("Staff can see it now.").first).to_be_visible()

    frame = dashboard.app("/settings")
    expect(frame.get_by_role("row", name="An advert 1")).to_be_visible()
    dashboard.look_at_widths(frame, "settings-survey")
