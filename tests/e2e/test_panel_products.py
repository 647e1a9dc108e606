"""How a product spread, in the admin page: pictures, the lists beside them, and what is said of nothing."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support import segment_answers as told
from tests.support.dashboard import Dashboard, Shop, barriers
from tests.support.panel_answers import CUSTOMER_ID

pytestmark = pytest.mark.e2e
PRODUCT = "/products/UHJvZHVjdDox"
SPREAD = "GET /api/products/*/spread"
CASCADE = "GET /api/products/*/cascade"
PRODUCTS = "GET /api/products"


def shown(dashboard: Dashboard, **answers: Any) -> Frame:
    given = {"spread": told.SPREAD, "cascade": told.CASCADE, "products": told.PRODUCTS} | answers
    paths = {"spread": SPREAD, "cascade": CASCADE, "products": PRODUCTS}
    dashboard.answer({paths[name]: answer for name, answer in given.items()})
    frame = dashboard.app(PRODUCT)
    dashboard.settled(frame)
    return frame


def test_a_products_pictures_fit_a_desk_and_a_phone_in_both_themes(dashboard: Dashboard) -> None:
    frame = shown(dashboard)

    picture = frame.get_by_role("img", name="71 purchases by day, 18 of them after somebody")
    expect(picture).to_be_visible()
    expect(frame.get_by_text("9.6 of 71 purchases are counted as brought")).to_be_visible()
    expect(frame.get_by_role("img", name="3 customers by the time of their first purchase")).to_be_visible()
    dashboard.look_at_widths(frame, "product-spread")


def test_the_list_says_each_step_and_arrows_go_through_it(dashboard: Dashboard) -> None:
    frame = shown(dashboard)
    steps = frame.get_by_role("listbox", name="Purchases by day")
    chosen = steps.get_by_role("option", selected=True)

    steps.focus()
    expect(chosen).to_contain_text("Oct 1, 2026: 3 purchases")
    steps.press("ArrowDown")
    steps.press("PageDown")
    steps.press("ArrowUp")
    expect(chosen).to_contain_text("Oct 11, 2026")
    steps.press("End")
    expect(chosen).to_contain_text("Oct 28, 2026")
    steps.press("Home")
    for _ in range(4):
        steps.press("ArrowDown")

    expect(chosen).to_contain_text("sold 20% below the list price")
    expect(chosen).to_contain_text("list price €30.00")


def test_the_path_names_who_may_have_led_and_who_else_may_have(dashboard: Dashboard) -> None:
    frame = shown(dashboard)
    people = frame.get_by_role("listbox", name="Who may have led whom")

    expect(people.get_by_role("option")).to_have_count(3)
    people.focus()
    people.press("End")

    expect(people.get_by_role("option", selected=True)).to_contain_text("3. ")
    card = frame.get_by_role("region", name="Who may have led whom")
    expect(card.get_by_text("may have led them (75% of the credit)")).to_be_visible()
    expect(card.get_by_text("Others who may have led them to the same purchase")).to_be_visible()
    expect(card.get_by_role("button", name="Evidence")).to_be_visible()


def test_a_picture_is_downloaded_with_its_colours_and_without_names(
    dashboard: Dashboard, tmp_path: Path
) -> None:
    frame = shown(dashboard)
    card = frame.get_by_role("region", name="Who may have led whom")

    with dashboard.page.expect_download() as found:
        card.get_by_role("button", name="Download the picture, without names").click()
    found.value.save_as(tmp_path / "path.svg")
    with dashboard.page.expect_download() as bought:
        frame.get_by_role("button", name="Download the picture", exact=True).click()
    bought.value.save_as(tmp_path / "bought.svg")

    assert bought.value.suggested_filename.endswith(".svg")
    path, purchases = (tmp_path / name for name in ("path.svg", "bought.svg"))
    for file in (path, purchases):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("<svg")
        assert "color(" not in text
        assert "class=" not in text
        assert "var(" not in text
    person = dashboard.shop.person(CUSTOMER_ID)
    for part in (person["lastName"], person["email"]):
        assert part not in path.read_text(encoding="utf-8")


def test_what_is_not_known_is_said_with_what_to_do(dashboard: Dashboard) -> None:
    frame = shown(dashboard, spread=told.UNSOLD, cascade=told.UNTIED)

    expect(frame.get_by_text("No purchase of it is known yet")).to_be_visible()
    expect(frame.get_by_text("No ties among its buyers yet")).to_be_visible()
    assert barriers(frame) == []
    frame.get_by_role("button", name="Add ties").click()
    expect(frame.get_by_role("heading", level=1, name="Ties")).to_be_visible()


def test_the_list_leads_to_a_product_and_says_why_it_is_empty(dashboard: Dashboard) -> None:
    none: dict[str, Any] = {"as_of": None, "any_ties": False, "products": []}
    for answer, words in (
        (none, "Nothing has been calculated yet"),
        (none | {"as_of": "2026-10-31T12:00:00Z"}, "No ties between customers yet"),
        (none | {"as_of": "2026-10-31T12:00:00Z", "any_ties": True}, "No product has spread yet"),
    ):
        dashboard.answer({PRODUCTS: answer})
        expect(dashboard.app("/products").get_by_text(words)).to_be_visible()
        dashboard.page.unroute_all()

    dashboard.answer({SPREAD: told.SPREAD, CASCADE: told.CASCADE, PRODUCTS: told.PRODUCTS})
    frame = dashboard.app("/products")
    dashboard.settled(frame)
    expect(frame.get_by_role("row")).to_have_count(3)
    dashboard.look_at_widths(frame, "products")
    frame.get_by_role("row").nth(1).get_by_role("button").click()
    expect(frame.get_by_role("heading", level=1, name="How ")).to_be_visible()
    expect(frame.get_by_role("listbox", name="Purchases by day")).to_be_visible()


def test_a_real_products_numbers_are_those_of_the_api(dashboard: Dashboard, shop: Shop) -> None:
    shop.wait_for_calm()
    products = shop.get("/api/products")["products"]
    found = shop.stack.saleor("{products(first:1){edges{node{id}}}}")["products"]["edges"][0]["node"]["id"]
    product_id = products[0]["product_id"] if products else found

    spread = shop.get(f"/api/products/{product_id}/spread")
    frame = dashboard.app(f"/products/{product_id}")
    dashboard.settled(frame)

    assert spread["whole"]["purchases"] > 0
    bought = f"{spread['whole']['purchases']:,} purchases by {spread['step']}"
    expect(frame.get_by_role("img", name=bought)).to_be_visible()
    expect(frame.get_by_text(spread["sentence"])).to_be_visible()
    dashboard.shoot("product-spread-real")
