"""Staff put a task on the board for each customer who agreed, take one, and write down what came of it."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Frame, expect

from sandbox import shoppers
from tests.support.dashboard import Dashboard, Shop

pytestmark = pytest.mark.e2e
PATIENCE_SECONDS = 120
AGREEING = 5
SHOWN = 20
"""Tasks on a page of the board."""


@pytest.fixture(scope="module")
def agreed(shop: Shop) -> list[str]:
    """Some loyal customers have ticked that they may be written to."""
    shoppers.switch_on(shop.stack, shop.app_id)
    listed = shop.get("/api/customers", segment="loyal", limit=AGREEING)["customers"]
    ids = [str(one["customer_id"]) for one in listed]
    for one in ids:
        shoppers.sign_in(shop.stack, one).agree("outreach")
    return ids


def planned(frame: Frame, title: str) -> None:
    """Through the wizard to the running programme."""
    frame.get_by_role("button", name="New programme").click()
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("Name, for you and the customers").fill(title)
    frame.get_by_role("combobox", name="What they get").select_option("outreach")
    expect(frame.get_by_text("only to those who agreed to be contacted")).to_be_visible()
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_label("What to say").fill("Thank them for years of friendship")
    frame.get_by_label("How often at most in 90 days").fill("2")


def test_a_task_is_taken_and_done_and_its_card_is_printed(
    dashboard: Dashboard, shop: Shop, agreed: list[str]
) -> None:
    title = "A note from us"
    frame = dashboard.app("/perks")
    planned(frame, title)
    dashboard.look_at_widths(frame, "outreach-what")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("Held out by lot (per cent)").fill("0")
    frame.get_by_role("button", name="Check", exact=True).click()
    expect(frame.get_by_text("members have not agreed to be contacted")).to_be_visible()
    frame.get_by_role("button", name="Start", exact=True).click()
    frame.get_by_role("group").get_by_role("button", name="Start", exact=True).click()
    [programme] = [one for one in shop.get("/api/perks")["programmes"] if one["title"] == title]
    deadline = time.monotonic() + PATIENCE_SECONDS
    # Contacts of a trial in the same shop may have agreed too.
    while (total := shop.get(f"/api/perks/{programme['id']}/outreach")["total"]) < len(agreed):
        assert time.monotonic() < deadline
        time.sleep(0.5)

    frame = dashboard.app(f"/perks/{programme['id']}")
    tasks = frame.get_by_role("list", name="Tasks")
    expect(tasks.get_by_role("listitem")).to_have_count(min(total, SHOWN))
    first = tasks.get_by_role("listitem").first
    first.get_by_role("button", name="Worth saying").click()
    expect(first.get_by_text("Customer since")).to_be_visible()
    dashboard.look_at_widths(frame, "outreach-board")
    with dashboard.page.expect_download() as loading:
        first.get_by_role("button", name="Download a card to print").click()
    card = Path(loading.value.path()).read_text()
    name = first.get_by_role("button").first.inner_text()
    assert f"<h1>{name}</h1>" in card
    assert "Thank them for years of friendship" in card

    first.get_by_role("button", name="Take it").click()
    expect(tasks.get_by_role("listitem")).to_have_count(min(total - 1, SHOWN))
    frame.get_by_role("combobox", name="Column").select_option("assigned")
    mine = tasks.get_by_role("listitem").first
    expect(mine.get_by_text("yours")).to_be_visible()
    mine.get_by_role("button", name="Done").click()
    mine.get_by_label("Note").fill("<b>Sent</b> a card")
    dashboard.look_at_widths(frame, "outreach-done")
    mine.get_by_role("button", name="Keep").click()
    expect(frame.get_by_label("Note")).to_be_hidden()  # it is kept, or says why not
    frame.get_by_role("combobox", name="Column").select_option("done")
    expect(frame.get_by_text("<b>Sent</b> a card")).to_be_visible()
