"""A merchandiser makes a programme of perks in four steps, starts it, and sees who has it."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support.dashboard import Dashboard, Shop
from tests.support.perk_screens import await_given

pytestmark = pytest.mark.e2e


def filled(frame: Frame, *, title: str, people: str) -> None:
    """Through the first three steps, to the look at what would happen."""
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_label("Only customers who have agreed to perks").uncheck()
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("Name, for you and the customers").fill(title)
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_label("Codes begin with").fill("thanks")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("For how many customers at most").fill(people)
    frame.get_by_role("button", name="Check", exact=True).click()


def test_a_programme_is_made_in_four_steps_and_its_codes_are_in_saleor(
    dashboard: Dashboard, shop: Shop
) -> None:
    title = "Thanks"
    frame = dashboard.app("/perks")
    frame.get_by_role("button", name="New programme").click()
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_text("Segment: choose one.").first).to_be_visible()
    dashboard.look_at_widths(frame, "perks-whom")

    filled(frame, title=title, people="12")
    expect(frame.get_by_text("Nobody has been given anything.")).to_be_visible()
    expect(frame.get_by_text("Members of the segment")).to_be_visible()
    dashboard.look_at_widths(frame, "perks-check")
    assert [one["state"] for one in shop.get("/api/perks")["programmes"] if one["title"] == title] == [
        "draft"
    ]
    frame.get_by_role("button", name="Start", exact=True).click()
    frame.get_by_role("group").get_by_role("button", name="Start", exact=True).click()

    programme = await_given(shop, title)
    expect(frame.get_by_text("Running", exact=True)).to_be_visible()
    expect(frame.get_by_role("list", name="Customers who were drawn")).to_be_visible()
    expect(frame.get_by_text("THANKS-").first).to_be_visible(timeout=40_000)
    dashboard.look_at_widths(frame, "perks-running")
    assert programme["counts"]["given"] <= 12
    query = "query($id:ID!){voucher(id:$id){name codes(first:20){edges{node{code isActive}}}}}"
    [voucher_id] = {one["node"]["id"] for one in vouchers(shop) if one["node"]["name"].startswith(title)}
    codes = shop.stack.saleor(query, id=voucher_id)["voucher"]["codes"]["edges"]
    assert len(codes) == programme["counts"]["given"]

    first = next(
        one for one in shop.get(f"/api/perks/{programme['id']}/grants")["grants"] if one["state"] == "given"
    )
    evidence = dashboard.evidence(first["customer_id"])
    card = evidence.get_by_role("region", name="Perks")
    expect(card.get_by_text(title)).to_be_visible()
    card.get_by_role("button", name="Take back").first.click()
    card.get_by_role("group").get_by_role("button", name="Take back").click()
    expect(card.get_by_text("Taken back").first).to_be_visible()

    frame = dashboard.app(f"/perks/{programme['id']}")
    frame.get_by_role("button", name="Pause").click()
    frame.get_by_role("group").get_by_role("button", name="Pause").click()
    expect(frame.get_by_text("Paused", exact=True)).to_be_visible()
    frame = dashboard.app("/perks")
    expect(frame.get_by_role("cell", name="Paused").first).to_be_visible()
    dashboard.look_at_widths(frame, "perks-list")


def vouchers(shop: Shop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.stack.saleor("{vouchers(first:100){edges{node{id name}}}}")[
        "vouchers"
    ]["edges"]
    return found


def test_a_kind_that_lacks_its_permission_offers_to_grant_it(dashboard: Dashboard, shop: Shop) -> None:
    shop.may_not("MANAGE_GIFT_CARD")
    frame = dashboard.app("/perks/new")
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_role("button", name="Next").click()
    expect(frame.get_by_text("Binds softly")).to_be_visible()
    frame.get_by_role("combobox", name="What they get").select_option("gift_card")

    expect(frame.get_by_text("Binds hard")).to_be_visible()
    expect(frame.get_by_text("The app may not manage gift cards yet")).to_be_visible()
    expect(frame.get_by_role("button", name="Grant the permission")).to_be_visible()
