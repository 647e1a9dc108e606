"""A link to forward: its sender finds it on their page, a friend buys with it, and staff see both."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from sandbox import buying
from sandbox.client import ShopClient
from sandbox.programmes import permit
from tests.support.dashboard import SCREENSHOTS, Dashboard, Shop, barriers
from tests.support.shopper_page import Shopper, overflow, storefront

pytestmark = pytest.mark.e2e
CHANNEL = "default-channel"


@pytest.fixture(scope="module")
def links(shop: Shop, customers: Iterator[str], storefront_url: str) -> Iterator[list[dict[str, Any]]]:
    """The grants of a programme that runs, each with its link to the storefront."""
    assert customers
    known = shop.get("/api/settings")
    target = {"referral_url": f"{storefront_url}/?voucher={{code}}"}
    shop.ask("/api/settings", known | target)
    granted = shop.get("/api/permissions")["permissions"]
    permit(shop.stack, shop.app_id, {*granted, "MANAGE_GIFT_CARD"})
    now = datetime.now(UTC)
    channels = shop.stack.saleor("{channels{slug currencyCode}}")["channels"]
    currency = next(one["currencyCode"] for one in channels if one["slug"] == CHANNEL)
    terms = {
        "discount": "percentage",
        "channels": [{"slug": CHANNEL, "currency": currency, "value": "10"}],
        "prefix": "FRIEND",
        "reward": "15",
        "return_days": 14,
    }
    wanted = {
        "kind": "referral",
        "title": "Bring a friend",
        "segment": "loyal",
        "terms": terms,
        "currency": currency,
        "starts_at": (now - timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=30)).isoformat(),
        "hold_out": 0.0,
        "needs_consent": False,
        "most_people": 4,
        "uses_each": 5,
    }
    programme_id = shop.ask("/api/perks", wanted)["id"]
    shop.ask(f"/api/perks/{programme_id}/start")

    def given() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = shop.get(f"/api/perks/{programme_id}/grants")["grants"]
        return found if found and all(one["link"] for one in found) else []

    yield shop.until(given)

    shop.ask("/api/settings", known)
    permit(shop.stack, shop.app_id, {*granted})


def test_a_sender_finds_their_link_copies_it_and_it_leads_to_the_storefront(
    visit: Callable[..., Shopper], links: list[dict[str, Any]], storefront_url: str
) -> None:
    shopper = visit(customer_id=links[0]["customer_id"])
    page = shopper.sign_in()
    field = page.get_by_label("Your link for friends:")
    expect(field).to_have_value(links[0]["link"])
    expect(page.get_by_text("14 days later, for up to 5 friends")).to_be_visible()
    shopper.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == links[0]["link"]
    mail = page.get_by_role("link", name="Send by e-mail").get_attribute("href")
    assert mail is not None
    assert mail.startswith("mailto:?subject=A%20discount%20for%20you&body=")

    shopper.look("referral")
    page.set_viewport_size({"width": 390, "height": 900})
    assert overflow(page) == 0
    shopper.look("referral-390")
    for language in ("de", "it", "nl"):
        page.locator(f"#speak-{language}").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        shopper.language = language
        card = page.locator("#perks").locator("xpath=..")
        card.screenshot(path=SCREENSHOTS / f"shopper-referral-card-{language}.png")

    answer = httpx.get(links[0]["link"])
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{storefront_url}/?voucher={links[0]['code']}"


def test_within_a_storefront_that_lends_no_clipboard_the_link_is_copied_too(
    visit: Callable[..., Shopper], links: list[dict[str, Any]], storefront_socket: socket.socket
) -> None:
    shopper = visit(customer_id=links[1]["customer_id"])
    url = f"http://127.0.0.1:{storefront_socket.getsockname()[1]}"
    with storefront(shopper.stack.app_url, shopper.address(), storefront_socket):
        shopper.page.goto(f"{url}/?token={shopper.session().token}")
        frame = shopper.page.frame_locator("#influence")
        frame.get_by_role("button", name="Copy the link").click()
        expect(frame.get_by_text("Copied.").first).to_be_visible()


def test_a_friends_order_waits_for_its_return_period_and_staff_see_it(
    dashboard: Dashboard, shop: Shop, links: list[dict[str, Any]]
) -> None:
    sender = links[2]
    client = ShopClient(shop.stack.api_url)
    query = """{orders(first:100){edges{node{channel{slug} lines{variant{id product{productType{
        isShippingRequired}}}}}}}}"""
    variant = next(
        line["variant"]["id"]
        for edge in client.data(query)["orders"]["edges"]
        for line in edge["node"]["lines"]
        if edge["node"]["channel"]["slug"] == CHANNEL
        and line["variant"] is not None
        and line["variant"]["product"]["productType"]["isShippingRequired"]
    )
    order = buying.buy(client, [(variant, 1)], codes=[sender["code"]], email="a-new-friend@example.com")
    assert order["voucherCode"] == sender["code"]
    httpx.get(sender["link"])

    def rewards() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = shop.get(f"/api/perks/{sender['programme_id']}/rewards")["rewards"]
        return found

    [reward] = shop.until(rewards)
    assert (reward["order_id"], reward["state"], reward["sender_id"]) == (
        order["id"],
        "waiting",
        sender["customer_id"],
    )
    client.close()

    for theme in ("light", "dark"):
        dashboard.theme = theme
        frame = dashboard.app(f"/perks/{sender['programme_id']}")
        card = frame.get_by_role("region", name="Links and rewards")
        expect(card.get_by_text("Waiting", exact=True)).to_be_visible()
        expect(card.get_by_text("Links opened")).to_be_visible()
        SCREENSHOTS.mkdir(exist_ok=True)
        element = frame.frame_element()
        for width in (1440, 390):
            dashboard.page.set_viewport_size({"width": 1800, "height": 1000})
            element.evaluate(
                "(f, w) => { Object.assign(f.style, {width: `${w}px`, maxWidth: 'none'}) }", width
            )
            height = frame.evaluate("document.documentElement.scrollHeight")
            element.evaluate("(f, h) => { f.style.height = `${h}px` }", height)
            assert frame.evaluate("document.documentElement.scrollWidth") <= width
            card.screenshot(path=SCREENSHOTS / f"referral-card-{width}-{theme}.png")
            element.screenshot(path=SCREENSHOTS / f"referral-programme-{width}-{theme}.png")
            assert barriers(frame) == []


def test_the_wizard_asks_what_links_need(dashboard: Dashboard, links: list[dict[str, Any]]) -> None:
    assert links
    frame = dashboard.app("/perks/new")
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_label("Only customers who have agreed to perks").uncheck()
    frame.get_by_role("button", name="Next").click()
    frame.get_by_role("combobox", name="What they get").select_option("referral")
    frame.get_by_label("Name, for you and the customers").fill("Friends of friends")
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_label("Gift card for the sender, for each friend").fill("20")
    frame.get_by_label("Return period in days").fill("61")
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_text("Return period: a whole number from 1 to 60.").first).to_be_visible()
    frame.get_by_label("Return period in days").fill("14")
    SCREENSHOTS.mkdir(exist_ok=True)
    frame.frame_element().screenshot(path=SCREENSHOTS / "referral-wizard.png")
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_label("For how many friends each customer is rewarded at most")).to_have_value("10")
    frame.get_by_role("button", name="Check", exact=True).click()
    expect(frame.get_by_text("Nobody has been given anything.")).to_be_visible()
