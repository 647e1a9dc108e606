"""Where a merchandiser works: segments written with a live count, settings, permissions, and other mounts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support import panel_answers as answers
from tests.support import segment_answers as told
from tests.support.dashboard import Answer, Dashboard, Shop, barriers

pytestmark = pytest.mark.e2e
SEGMENTS = "GET /api/segments"
PREVIEW = "POST /api/segments/preview"
EDITOR: dict[str, Answer] = {
    SEGMENTS: told.SEGMENTS,
    PREVIEW: told.PREVIEW,
    "GET /api/segments/*/sizes": told.SIZES,
    "GET /api/segments/*/moves": told.MOVES,
}


def live(frame: Frame) -> str:
    return frame.locator(".live").inner_text()


def test_a_segment_is_made_with_a_live_count_changed_back_saved_and_deleted(
    dashboard: Dashboard, shop: Shop
) -> None:
    frame = dashboard.app("/segments")
    frame.get_by_role("button", name="New segment").click()
    expect(frame.get_by_text("No conditions yet")).to_be_visible()
    frame.get_by_role("button", name="Save", exact=True).click(
        force=True
    )  # nothing is written, so nothing is saved

    frame.get_by_label("Title", exact=True).fill("Many orders")
    expect(frame.get_by_label("Name in Saleor")).to_have_value("many-orders")
    frame.get_by_role("combobox", name="Another condition").select_option("orders_count")
    frame.get_by_role("button", name="Add condition").click()
    row = frame.get_by_role("group", name="Condition 1", exact=True)
    row.get_by_label("To enter").fill("5")
    expected = [one for one in shop.top(100, sort="orders_count") if one["orders_count"] >= 5]
    assert len(expected) >= 2
    expect(frame.locator(".live")).to_contain_text("customers")
    before = live(frame)

    row.get_by_label("To stay").fill("6")
    expect(row.get_by_text("It must be easier to stay than to enter.")).to_be_visible()
    frame.get_by_role("button", name="Undo").click()
    expect(row.get_by_label("To stay")).to_have_value("")
    row.get_by_label("To stay").fill("4")
    expect(row.get_by_text("once in, stays with at least 4")).to_be_visible()
    row.get_by_label("To enter").fill("8")
    expect(frame.locator(".live")).not_to_have_text(before)
    frame.get_by_role("button", name="Save", exact=True).click()

    def with_members() -> list[dict[str, Any]]:
        return [one for one in shop.listed("/api/segments") if one["name"] == "many-orders" and one["size"]]

    dashboard.page.wait_for_url("**/segments/edit/many-orders")
    expect(frame.get_by_text("Everything is saved.")).to_be_visible()
    [stored] = [one for one in shop.listed("/api/segments") if one["name"] == "many-orders"]
    assert (stored["conditions"][0]["threshold"], stored["conditions"][0]["exit_threshold"]) == (8, 4)
    shop.wait_for_calm()
    assert shop.until(with_members)
    frame = dashboard.app("/segments/edit/many-orders")
    moves = shop.get("/api/segments/many-orders/moves")  # of the newest run, which others may have asked for
    expect(frame.get_by_text(f"{moves['entered']} entered, {moves['left']} left.")).to_be_visible()
    assert barriers(frame) == []

    frame.get_by_role("button", name="Delete segment").click()
    frame.get_by_role("group", name=re.compile("Delete it")).get_by_role("button", name="Delete").click()
    expect(frame.get_by_role("heading", level=1, name="Segments")).to_be_visible()
    assert "many-orders" not in {one["name"] for one in shop.listed("/api/segments")}


def test_the_segments_are_listed_with_size_limit_and_trend(dashboard: Dashboard) -> None:
    dashboard.answer(EDITOR)

    frame = dashboard.app("/segments")

    expect(frame.get_by_role("button", name="Influencer", exact=True)).to_be_visible()
    for text in ("+7 since the run before", "No limit", "As in the run before"):
        expect(frame.get_by_text(text, exact=True)).to_be_visible()
    expect(frame.get_by_text("there is not enough evidence yet")).to_be_visible()
    dashboard.look_at_widths(frame, "segments")


def test_a_segment_shows_who_would_be_in_why_and_how_it_changed(dashboard: Dashboard) -> None:
    choices = dashboard.shop.get("/api/segments/choices")
    espresso = [{"id": "c1", "name": "Espresso", "customers": 40}]
    dashboard.answer(EDITOR | {"GET /api/segments/choices": choices | {"categories": espresso}})

    frame = dashboard.app("/segments/edit/influencer")

    for text in ("31 customers", "At most 60 customers now", "1 entered, 1 left.", "19 have not"):
        expect(frame.get_by_text(text, exact=True)).to_be_visible()
    expect(frame.get_by_role("combobox", name="Category")).to_have_value("c1")
    expect(frame.get_by_text("Who takes it back is out at once")).to_be_visible()
    label = "To invite the others: the page where customers say what they agree to"
    invite = frame.get_by_role("textbox", name=label)
    assert "/shopper?saleorApiUrl=http" in invite.input_value()
    dashboard.look_at_widths(frame, "segment")


def test_a_segment_is_written_with_the_keyboard_alone(dashboard: Dashboard) -> None:
    dashboard.answer({PREVIEW: told.PREVIEW})
    frame = dashboard.app("/segments/new")
    frame.get_by_label("Title", exact=True).focus()
    keyboard = dashboard.page.keyboard

    keyboard.type("By hand")
    for _ in range(3):  # over the name and the description
        keyboard.press("Tab")
    expect(frame.get_by_role("combobox", name="Another condition")).to_be_focused()
    keyboard.press("ArrowDown")  # over the first option to the second: on the way nothing is added
    keyboard.press("ArrowDown")
    expect(frame.get_by_text("No conditions yet")).to_be_visible()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(frame.get_by_role("group", name="Condition 1", exact=True)).to_be_visible()
    frame.get_by_role("button", name="Remove condition 1").focus()
    keyboard.press("Enter")

    expect(frame.get_by_role("group", name="Condition 1", exact=True)).to_be_hidden()
    frame.get_by_role("button", name="Undo").focus()
    keyboard.press("Enter")
    expect(frame.get_by_role("group", name="Condition 1", exact=True)).to_be_visible()


def test_who_may_not_manage_apps_looks_and_changes_nothing(dashboard: Dashboard) -> None:
    dashboard.answer(EDITOR)
    frame = dashboard.app("/segments/edit/influencer")
    expect(frame.get_by_role("button", name="Delete segment")).to_be_visible()

    dashboard.sign_in_clerk(frame)

    expect(frame.get_by_text("To change segments takes the permission to manage apps.")).to_be_visible()
    expect(frame.get_by_label("Title", exact=True)).to_be_disabled()
    expect(frame.get_by_role("button", name="Delete segment")).to_be_hidden()


def test_all_settings_are_on_one_page_and_are_saved(dashboard: Dashboard, shop: Shop) -> None:
    frame = dashboard.app("/settings")
    expect(frame.get_by_label("How far values look ahead (days)")).to_have_value("365")
    dashboard.look_at_widths(frame, "settings")

    frame.get_by_label("Exchange rates, one a line").fill("USD none")
    expect(frame.get_by_text("is not a currency and a rate above 0")).to_be_visible()
    frame.get_by_role("button", name="Discard changes").click()
    months = frame.get_by_label("How long orders are kept one by one (months)")
    months.fill("48")
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(
        frame.get_by_text("Saved. If values change by it, a run that counts so is on its way.")
    ).to_be_visible()
    assert shop.get("/api/settings")["orders_months"] == 48

    months.fill("36")
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(frame.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    shop.wait_for_calm()


def test_a_permission_is_granted_in_the_dashboard_and_known_here_afterwards(
    dashboard: Dashboard, shop: Shop
) -> None:
    shop.may_not("MANAGE_GIFT_CARD")
    frame = dashboard.mounted("/widgets/gift-card", giftCardId="R2lmdENhcmQ6MQ==")
    expect(frame.get_by_text("The app may not manage gift cards yet")).to_be_visible()
    assert barriers(frame) == []

    frame.get_by_role("button", name="Grant the permission").click()
    dashboard.page.wait_for_url("**/edit/permissions?**")

    assert "MANAGE_GIFT_CARD" in dashboard.page.url
    assert "MANAGE_GIFT_CARD" not in shop.get("/api/permissions")["permissions"]
    dashboard.page.get_by_role("button", name="Grant", exact=True).click()
    frame = dashboard.frame("/settings")
    card = frame.get_by_role("region", name="What the app may do")
    granted = card.get_by_role("listitem").filter(has_text="Manage gift cards").get_by_text("Granted")
    expect(granted).to_be_visible(timeout=60_000)  # Saleor is asked meanwhile
    assert "MANAGE_GIFT_CARD" in shop.get("/api/permissions")["permissions"]


def test_objects_of_the_dashboard_say_what_is_known_of_them(dashboard: Dashboard) -> None:
    permissions = {"permissions": ["MANAGE_USERS", "MANAGE_GIFT_CARD"]}
    card = {"bought_by": None, "used_by": None, "assigned_to": answers.CUSTOMER_ID}
    dashboard.answer(
        {
            "GET /api/products/*/cascade": told.CASCADE,
            "GET /api/products/*/spread": told.SPREAD,
            "GET /api/permissions": permissions,
            "GET /api/gift-cards/*/people": card,
            "GET /api/customers/*": answers.LEADS,
            PREVIEW: told.PREVIEW,
        }
    )
    shown = (
        ("/widgets/product", "productId", ["3 customers bought it (1 as a guest)", "2 followed", "How "]),
        ("/popups/product", "productId", ["Passed on over 2 steps", "9.6 of 71 purchases are counted"]),
        ("/widgets/gift-card", "giftCardId", ["Only for", "Leads", "€1,305"]),
        (
            "/popups/category",
            "categoryId",
            ["31 customers: others buy here after them", "Make a segment of them"],
        ),
        ("/popups/category", "other", ["Open this from a category's page."]),
    )
    for path, parameter, words in shown:
        frame = dashboard.mounted(path, **{parameter: "UHJvZHVjdDox"})
        for text in words:
            expect(frame.get_by_text(text).first).to_be_visible()
        dashboard.shoot(f"mount{path.replace('/', '-')}-{parameter}")
        assert barriers(frame) == []


def test_an_order_and_a_voucher_have_an_entry_in_their_menu(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.order(shop.order_of(shop.top(1)[0]["customer_id"]))
    dashboard.page.get_by_role("button", name="More actions").click()
    dashboard.page.get_by_role("button", name="Who led to this order").click()
    frame = dashboard.frame("/popups/order")
    expect(frame.get_by_role("heading", level=1, name="Who led to this order")).to_be_visible()
    expect(frame.get_by_role("list", name="Verdict and segments")).to_be_visible()
    assert barriers(frame) == []

    dashboard.voucher()
    dashboard.page.get_by_role("button", name="More actions").click()
    dashboard.page.get_by_role("button", name="Whose codes these are").click()
    expect(dashboard.frame("/popups/voucher").locator(".code").first).to_be_visible()


def test_a_draft_shows_its_customer_and_nobody_who_led_to_it(dashboard: Dashboard, shop: Shop) -> None:
    order_id = shop.order_of(shop.top(1)[0]["customer_id"])

    frame = dashboard.mounted("/widgets/draft-order", orderId=order_id)

    expect(frame.get_by_role("list", name="Verdict and segments")).to_be_visible()
    expect(frame.get_by_text("Who led to this order")).to_be_hidden()
