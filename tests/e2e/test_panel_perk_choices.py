"""Whom a programme is for and on what it bears: conditions of its own, and goods, found by name."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support.dashboard import Dashboard, Shop

pytestmark = pytest.mark.e2e
GATHER = """mutation($v:CollectionCreateInput!){collectionCreate(input:$v){collection{id} errors{message}}}"""


def to_what(frame: Frame) -> None:
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_role("button", name="Next").click()


def sold(shop: Shop) -> list[dict[str, Any]]:
    found = shop.stack.saleor("{products(first:5){edges{node{id name category{id name}}}}}")["products"]
    return [one["node"] for one in found["edges"]]


def test_a_programme_is_for_who_meets_conditions_that_are_counted_while_they_are_written(
    dashboard: Dashboard, shop: Shop
) -> None:
    frame = dashboard.app("/perks/new")
    frame.get_by_role("combobox", name="For whom").select_option("conditions")
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_text("Conditions: one or more").first).to_be_visible()
    frame.get_by_role("combobox", name="Another condition").select_option("orders_count")
    frame.get_by_role("button", name="Add condition").click()
    row = frame.get_by_role("group", name="Condition 1", exact=True)
    most = [one["orders_count"] for one in shop.top(100, sort="orders_count")]
    bound = most[20]
    expected = [one for one in most if one >= bound]
    assert 1 < len(expected) < len(most)
    row.get_by_label("Bound").fill(str(bound))
    expect(frame.locator(".live")).to_contain_text(f"{len(expected)} customers")
    expect(row.get_by_label("To stay")).to_have_count(0)
    columns = frame.get_by_role("combobox", name="Another condition").locator("option")
    assert {"verdict", "category_verdict", "consent_perks", "consent_outreach"} <= {
        str(one.get_attribute("value")) for one in columns.all()
    }
    dashboard.look_at_widths(frame, "perks-conditions")

    frame.get_by_label("Only customers who have agreed to perks").uncheck()
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("Name, for you and the customers").fill("For the keen")
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("For how many customers at most").fill("10")
    frame.get_by_role("button", name="Reserve 20 per cent for them").click()
    expect(frame.get_by_text("20 per cent of them are drawn from everybody")).to_be_visible()
    dashboard.look_at_widths(frame, "perks-limits")
    frame.get_by_role("button", name="Check", exact=True).click()
    expect(frame.get_by_text("Nobody has been given anything.")).to_be_visible()
    [made] = [one for one in shop.get("/api/perks")["programmes"] if one["title"] == "For the keen"]
    assert made["open_share"] == 0.2
    assert (made["segment"], made["whom"]) == (None, f"at least {bound} paid orders")
    seen = shop.get(f"/api/perks/{made['id']}/check")
    assert seen["members"] == len(expected)
    assert "conditions" not in {one["name"] for one in shop.listed("/api/segments")}

    frame = dashboard.app(f"/perks/{made['id']}")
    row = frame.get_by_role("group", name="Condition 1", exact=True)
    expect(row.get_by_label("Bound")).to_have_value(str(bound))


def test_goods_are_found_by_name_with_the_keyboard_and_named_afterwards(
    dashboard: Dashboard, shop: Shop
) -> None:
    product, category = sold(shop)[0]["name"], sold(shop)[0]["category"]["name"]
    frame = dashboard.app("/perks/new")
    to_what(frame)
    frame.get_by_label("Name, for you and the customers").fill("On some")
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    expect(frame.get_by_text("On everything.")).to_be_visible()
    search = frame.get_by_role("combobox", name="Products", exact=True)
    search.fill("no such thing")
    expect(frame.get_by_text("Nothing found that your account may see.")).to_be_visible()
    search.fill(product)
    expect(frame.get_by_role("option", name=product).first).to_be_visible()
    dashboard.look_at_widths(frame, "perks-goods-found")
    search.press("ArrowDown")
    search.press("ArrowUp")
    search.press("Enter")
    expect(frame.get_by_role("list", name="Chosen: Products")).to_contain_text(product)
    expect(search).to_have_value("")
    categories = frame.get_by_role("combobox", name="Categories")
    categories.fill(category)
    expect(frame.get_by_role("option", name=category).first).to_be_visible()
    categories.press("Enter")
    expect(frame.get_by_role("list", name="Chosen: Categories")).to_contain_text(category)
    dashboard.look_at_widths(frame, "perks-goods-chosen")

    frame.get_by_role("button", name="Next").click()
    frame.get_by_role("button", name="Check", exact=True).click()
    expect(frame.get_by_text("Nobody has been given anything.")).to_be_visible()
    [made] = [one for one in shop.get("/api/perks")["programmes"] if one["title"] == "On some"]
    assert made["summary"] == "10 % off some products"
    assert len(made["terms"]["products"]) == len(made["terms"]["categories"]) == 1

    frame = dashboard.app(f"/perks/{made['id']}")
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_role("list", name="Chosen: Products")).to_contain_text(product)
    frame.get_by_role("button", name=f"Remove {product}").click()
    expect(frame.get_by_role("list", name="Chosen: Products")).to_have_count(0)


def test_a_collection_stands_for_its_products_at_that_moment(dashboard: Dashboard, shop: Shop) -> None:
    some = sold(shop)[1:4]
    ids = [one["id"] for one in some]
    shop.stack.saleor(GATHER, v={"name": "Spring pieces", "products": ids})
    frame = dashboard.app("/perks/new")
    to_what(frame)
    frame.get_by_role("combobox", name="What they get").select_option("beta_invite")
    frame.get_by_role("combobox", name="Add the products of a collection").fill("spring")
    frame.get_by_role("option", name="Spring pieces").click()

    chosen = frame.get_by_role("list", name="Chosen: Products")
    expect(chosen.get_by_role("listitem")).to_have_count(3)
    for one in some:
        expect(chosen).to_contain_text(one["name"])
    dashboard.look_at_widths(frame, "perks-beta-collection")
