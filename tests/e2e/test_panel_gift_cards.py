"""Staff see what is on the gift cards of a programme, and top one up."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from sandbox.programmes import grant_permission
from tests.support.dashboard import Dashboard, Shop
from tests.support.perk_screens import await_given

pytestmark = pytest.mark.e2e
TITLE = "A card of twenty"


@pytest.fixture(scope="module")
def made(shop: Shop) -> int:
    """A programme whose cards were given."""
    grant_permission(shop.stack, shop.app_id, "MANAGE_GIFT_CARD")
    now = datetime.now(UTC)
    plan = {
        "kind": "gift_card",
        "title": TITLE,
        "segment": "loyal",
        "terms": {"amount": "20", "currency": "USD", "valid_days": 90},
        "currency": "USD",
        "hold_out": 0.0,
        "needs_consent": False,
        "most_people": 3,
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=30)).isoformat(),
    }
    number: int = shop.stack.panel(shop.app_id, "/api/perks", json=plan)["id"]
    shop.stack.panel(shop.app_id, f"/api/perks/{number}/start", json={})
    await_given(shop, TITLE)
    return number


def test_balances_are_shown_and_a_card_is_topped_up(dashboard: Dashboard, made: int) -> None:
    frame = dashboard.app(f"/perks/{made}")
    expect(frame.get_by_text("$20.00 left, valid until").first).to_be_visible(timeout=40_000)
    frame.get_by_role("button", name="Top up", exact=True).first.click()
    frame.get_by_label("Add to this card (USD)").fill("5")
    dashboard.look_at_widths(frame, "gift-cards-top-up")
    frame.get_by_role("button", name="Add", exact=True).click()

    expect(frame.get_by_text("$25.00 left").first).to_be_visible(timeout=60_000)
    expect(frame.get_by_text("$5.00 of it topped up").first).to_be_visible()
    dashboard.look_at_widths(frame, "gift-cards")
    dashboard.look_at_widths(dashboard.app("/perks"), "perks-net-effect")


def test_a_customers_widget_shows_their_perks_and_gives_and_takes_back(
    dashboard: Dashboard, shop: Shop, made: int
) -> None:
    held = shop.get(f"/api/perks/{made}/grants")["grants"]
    customer_id = next(one["customer_id"] for one in held if one["state"] == "given")

    frame = dashboard.customer(customer_id)
    rows = frame.get_by_role("list", name="Perks of this customer")
    expect(rows.get_by_role("listitem").filter(has_text=TITLE)).to_be_visible()
    frame.get_by_role("button", name="Give a perk").click()
    programmes = frame.get_by_role("combobox", name="Programme")
    programmes.select_option(str(made))
    frame.get_by_role("button", name="See whether they can have it").click()
    expect(frame.get_by_text("This customer was given it before.")).to_be_visible()
    dashboard.look(frame, "customer-perks")
    page = dashboard.evidence(customer_id)
    row = page.get_by_role("list", name="Perks of this customer").get_by_role("listitem")
    row = row.filter(has_text=TITLE)
    row.get_by_role("button", name="Take back").click()
    row.get_by_role("button", name="Take back").click()
    expect(row.get_by_text("Taken back")).to_be_visible()

    outside = next(
        one["customer_id"]
        for one in shop.top(100)
        if one["customer_id"] not in {h["customer_id"] for h in held}
    )
    frame = dashboard.customer(outside)
    frame.get_by_role("button", name="Give a perk").click()
    frame.get_by_role("combobox", name="Programme").select_option(str(made))
    frame.get_by_role("button", name="See whether they can have it").click()
    frame.get_by_role("button", name="Give it", exact=True).click()
    expect(frame.get_by_role("list", name="Perks of this customer")).to_contain_text(TITLE)
