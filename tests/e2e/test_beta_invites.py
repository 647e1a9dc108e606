"""A beta from the panel to the shopper's page and back: planned, accepted, answered, counted."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from sandbox import shoppers
from tests.support.dashboard import Dashboard, Shop
from tests.support.perk_screens import await_given
from tests.support.shopper_page import Shopper

pytestmark = pytest.mark.e2e
Visit = Callable[..., Shopper]
LINK = "https://shop.example/products/new"
GRANT = """mutation($i:ID!,$p:[PermissionEnum!]){appUpdate(id:$i,input:{permissions:$p}){errors{message}}}"""
HIDE = """mutation($i:ID!,$v:ProductChannelListingUpdateInput!){productChannelListingUpdate(id:$i,input:$v){
    errors{message}}}"""
READ = """query($i:ID!){product(id:$i){channelListings{channel{slug} isPublished visibleInListings}}}"""


@pytest.fixture
def product(shop: Shop) -> str:
    """A product that is not out yet, and an app that may open it."""
    held = shop.stack.saleor("query($i:ID!){app(id:$i){permissions{code}}}", i=shop.app_id)["app"]
    codes = [one["code"] for one in held["permissions"]]
    shop.stack.saleor(GRANT, i=shop.app_id, p=[*codes, "MANAGE_PRODUCTS"])
    shop.ask("/api/permissions/refresh")
    found = shop.stack.saleor("{products(first:1){edges{node{id}}} channels{id slug}}")
    product_id = str(found["products"]["edges"][0]["node"]["id"])
    hidden = [
        {"channelId": one["id"], "isPublished": False, "visibleInListings": False}
        for one in found["channels"]
    ]
    shop.stack.saleor(HIDE, i=product_id, v={"updateChannels": hidden})
    return product_id


def planned(frame: Frame, *, title: str, product: str) -> None:
    """Through the steps of the wizard, as a merchandiser."""
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_label("Only customers who have agreed to perks").uncheck()
    frame.get_by_label("Seats for regular customers beside them").fill("50")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_role("combobox", name="What they get").select_option("beta_invite")
    frame.get_by_label("Name, for you and the customers").fill(title)
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_role("combobox", name="Products", exact=True).fill(product)
    frame.get_by_role("option", name=product).first.click()
    expect(frame.get_by_role("list", name="Chosen: Products")).to_contain_text(product)
    frame.get_by_label("Where it is in your storefront").fill(LINK)
    frame.get_by_label("Seats", exact=True).fill("200")
    frame.get_by_role("combobox", name="Channel in which").select_option("default-channel")
    frame.get_by_role("button", name="Add a question").click()
    second = frame.get_by_role("group", name="Question 2")
    second.get_by_label("What is asked").fill("Which colour?")
    second.get_by_role("combobox", name="How it is answered").select_option("choice")
    second.get_by_label("Options").fill("Blue; Red")
    frame.get_by_role("button", name="Add a question").click()
    third = frame.get_by_role("group", name="Question 3")
    third.get_by_label("What is asked").fill("What is missing?")
    third.get_by_role("combobox", name="How it is answered").select_option("text")


def members_of(shop: Shop, programme_id: int, count: int) -> list[dict[str, Any]]:
    """The grants of so many members of the segment who were drawn."""
    grants = shop.get(f"/api/perks/{programme_id}/grants", limit=100)["grants"]
    members = [one for one in grants if not one["is_open"]][:count]
    assert len(members) == count
    assert {one["invitation"] for one in members} == {"invited"}
    return members


def answered(shop: Shop, members: list[dict[str, Any]]) -> None:
    """They have accepted and answered."""
    for place, one in enumerate(members):
        session = shoppers.sign_in(shop.stack, one["customer_id"])
        session.ask("POST", f"/perks/{one['id']}/accept")
        said: dict[str, Any] = {"1": 4 + place % 2, "2": "Red", "3": f"A pocket, number {place}."}
        session.ask("POST", f"/perks/{one['id']}/answers", json={"answers": said})


def started(dashboard: Dashboard, shop: Shop, *, title: str, product: str) -> dict[str, Any]:
    """The programme, once a merchandiser has made it and everybody drawn is asked."""
    frame = dashboard.app("/perks/new")
    name = shop.stack.saleor("query($i:ID!){product(id:$i){name}}", i=product)["product"]["name"]
    planned(frame, title=title, product=name)
    dashboard.look_at_widths(frame, "beta-what")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("For how many customers at most").fill("200")
    frame.get_by_label("Held out by lot").fill("0")
    frame.get_by_role("button", name="Check", exact=True).click()
    expect(frame.get_by_text("Binds softly").first).to_be_visible()
    frame.get_by_role("button", name="Start", exact=True).click()
    frame.get_by_role("group").get_by_role("button", name="Start", exact=True).click()
    return await_given(shop, title)


def test_a_beta_is_planned_accepted_on_the_shoppers_page_and_its_answers_are_counted(
    dashboard: Dashboard, shop: Shop, product: str, visit: Visit
) -> None:
    title = "The new one, early"
    programme = started(dashboard, shop, title=title, product=product)
    listings = shop.stack.saleor(READ, i=product)["product"]["channelListings"]
    [listing] = [one for one in listings if one["channel"]["slug"] == "default-channel"]
    assert (listing["isPublished"], listing["visibleInListings"]) == (True, False)

    first, *others = members_of(shop, programme["id"], 7)
    shopper = visit()
    shopper.customer_id = first["customer_id"]
    page = shopper.sign_in()
    card = page.locator(".contest", has=page.get_by_role("heading", name=title))
    shopper.look("beta-invited")
    card.get_by_role("button", name="Yes, I would like to try it").click()
    expect(card.get_by_role("link", name="Open the product")).to_have_attribute("href", LINK)
    card.get_by_role("group", name="How do you like it?").get_by_label("5", exact=True).check()
    card.get_by_role("group", name="Which colour?").get_by_label("Blue").check()
    card.get_by_label("What is missing?").fill("A pocket for the <b>keys</b>.")
    card.get_by_role("button", name="Save my answers").click()
    expect(card.get_by_text("Saved. Thank you.")).to_be_visible()
    shopper.look("beta-accepted")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shopper.shoot("beta-accepted-390")

    answered(shop, others)
    for theme in ("light", "dark"):
        dashboard.theme = theme
        frame = dashboard.app(f"/perks/{programme['id']}")
        answers = frame.get_by_role("region", name="Seats and answers")
        expect(answers.get_by_role("cell", name="%").first).to_be_visible()
        expect(answers.get_by_text("A pocket, number 3.")).to_be_visible()
        expect(frame.get_by_text("Accepted", exact=True).first).to_be_visible()
        dashboard.look_at_widths(frame, "beta-answers")
    with dashboard.page.expect_download() as saved:
        frame.get_by_role("button", name="Download the answers").click()
    rows = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "question,group,answer"
    assert "What is missing?,,A pocket for the <b>keys</b>." in rows
    assert not [row for row in rows if shopper.customer_id in row]
