"""Trials by lot in the panel: planned for real by a worker, and every state that one can be in."""

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from sandbox import shoppers
from tests.support import panel_answers as answers
from tests.support.dashboard import SCREENSHOTS, Dashboard, Shop, barriers

pytestmark = pytest.mark.e2e
TITLE = "Trials by lot"


def _card(frame: Frame) -> Any:
    return frame.get_by_role("region", name=TITLE, exact=True)


def _products(shop: Shop, *, count: int) -> list[str]:
    """Names of products of different categories."""
    found = shop.stack.saleor("{products(first:50){edges{node{name category{id}}}}}")
    nodes = [one["node"] for one in found["products"]["edges"]]
    by_category = {one["category"]["id"]: one["name"] for one in nodes if one["category"]}
    return list(by_category.values())[:count]


def test_a_trial_is_planned_by_a_worker_which_says_why_it_cannot_be_made(
    dashboard: Dashboard, shop: Shop
) -> None:
    sender = shop.top(1, sort="orders_count")[0]["customer_id"]
    card = _card(dashboard.evidence(sender))
    plan = card.get_by_role("button", name="See what a trial would show", exact=True)
    expect(plan).to_be_disabled()
    for name in _products(shop, count=2):
        card.get_by_role("combobox", name="Products in the letter").fill(name)
        card.get_by_role("option", name=name, exact=True).click()

    plan.click()

    expect(card.get_by_text("Too few contacts")).to_be_visible(timeout=30_000)
    expect(card.get_by_text("Not possible", exact=True)).to_be_visible()
    card.screenshot(path=SCREENSHOTS / "trials-plan-real.png")
    card.get_by_role("button", name="Discard", exact=True).click()
    expect(card.get_by_text("Too few contacts")).to_be_hidden()


def _contacts(shop: Shop, *, fewest: int) -> tuple[str, list[str]]:
    """Return an influencer with so many contacts, by the list that a merchandiser imported, and these."""
    known: dict[str, list[str]] = {}
    for tie in csv.DictReader(io.StringIO(shop.stack.ties())):
        known.setdefault(tie["source"], []).append(tie["target"])
    sender = max(sorted(shop.stack.planted()[0]), key=lambda one: len(known.get(one, [])))
    assert len(known[sender]) >= fewest
    return sender, known[sender]


def test_a_trial_is_planned_started_and_handed_over_where_contacts_agreed(
    dashboard: Dashboard, shop: Shop, storefront_url: str
) -> None:
    shoppers.switch_on(shop.stack, shop.app_id, storefront_url)
    sender, contacts = _contacts(shop, fewest=20)
    for contact in contacts:
        shoppers.sign_in(shop.stack, contact).agree("outreach")
    card = _card(dashboard.evidence(sender))
    for name in _products(shop, count=2):
        card.get_by_role("combobox", name="Products in the letter").fill(name)
        card.get_by_role("option", name=name, exact=True).click()

    card.get_by_role("button", name="See what a trial would show", exact=True).click()
    expect(card.get_by_role("group", name="What this trial can show")).to_be_visible(timeout=30_000)
    card.screenshot(path=SCREENSHOTS / "trials-planned-real.png")
    card.get_by_role("button", name="Start the trial", exact=True).click()
    card.get_by_role("button", name="Start", exact=True).click()
    download = card.get_by_role("button", name="Download the letters", exact=True)
    expect(download).to_be_visible(timeout=30_000)
    with dashboard.page.expect_download() as letters:
        download.click()
    card.screenshot(path=SCREENSHOTS / "trials-running-real.png")

    rows = list(csv.DictReader(letters.value.path().read_text("utf-8-sig").splitlines()))
    assert {row["customer_id"] for row in rows} <= {*contacts}
    assert len({row["customer_id"] for row in rows}) >= 10
    running = shop.get("/api/trials", customer_id=sender)["trials"][0]
    assert (running["state"], running["contacts"]) == ("running", len({row["customer_id"] for row in rows}))


def test_the_customers_card_shows_every_state_of_a_trial(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.answer({"GET /api/trials": {"total": 5, "trials": answers.TRIALS[:5]}})
    frame = dashboard.evidence(shop.top(1)[0]["customer_id"])
    card = _card(frame)

    expect(card.get_by_text("140 contacts times 3 things are 420 exposures")).to_be_visible()
    expect(card.get_by_role("group", name="What this trial can show")).to_be_visible()
    expect(card.get_by_text("Send every contact the same letter")).to_be_visible()
    expect(card.get_by_role("button", name="Start the trial", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="Download the letters", exact=True)).to_have_count(1)
    expect(card.get_by_text("2 contacts left since")).to_have_count(2)
    dashboard.show_all(frame)
    dashboard.look(frame, "trials-evidence")


def test_the_page_lists_the_shops_trials(dashboard: Dashboard) -> None:
    dashboard.answer({"GET /api/trials": {"total": 8, "trials": answers.TRIALS}})

    frame = dashboard.app("/trials")

    expect(frame.get_by_role("heading", level=1, name="Trials", exact=True)).to_be_visible()
    for label in ("Planned", "Not possible", "Planning", "Running", "Not proven", "Stopped"):
        expect(frame.get_by_text(label, exact=True)).to_be_visible()
    expect(frame.get_by_text("Proven", exact=True)).to_have_count(2)
    expect(frame.get_by_text("Difference 23 points, 90 % interval 8 to 36 points.")).to_be_visible()
    expect(frame.get_by_role("button", name="Stop", exact=True)).to_have_count(1)
    dashboard.show_all(frame)
    dashboard.look_at_widths(frame, "trials-page")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"total": 0, "trials": []}, "No trials yet"),
        (answers.error(503, "UNAVAILABLE", "Not now."), "This cannot be shown right now"),
    ],
)
def test_without_trials_and_in_trouble_the_page_says_so(
    dashboard: Dashboard, answer: dict[str, Any], words: str
) -> None:
    dashboard.answer({"GET /api/trials": answer})

    frame = dashboard.app("/trials")

    expect(frame.get_by_text(words)).to_be_visible()
    assert barriers(frame) == []
