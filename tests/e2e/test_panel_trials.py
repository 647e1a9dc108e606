"""Invitation trials in the panel: begun and stopped for real, and every state that one can be in."""

import json
import re
from collections.abc import Callable, Collection
from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import SCREENSHOTS, Dashboard, Shop, barriers
from tests.support.shopper_page import Shopper

pytestmark = pytest.mark.e2e
TITLE = "Invitation trials"
GUESTS = 30


def _give_guests(shop: Shop, inviter: str) -> list[str]:
    """Thirty good customers may follow the inviter from now on: nothing bought so far is theirs by that."""
    guests = [row["customer_id"] for row in shop.top(100) if row["orders_count"] >= 4]
    chosen = [guest for guest in guests if guest != inviter][:GUESTS]
    rows = [{"source": inviter, "target": guest, "kind": "book-club"} for guest in chosen]
    assert shop.ask("/api/ties", rows)["accepted"] == GUESTS
    return chosen


def _await_segment(shop: Shop, name: str, *, among: Collection[str], count: int) -> set[str]:
    """Until so many records in Saleor name the segment; returns whose."""
    asked = "".join(f"c{n}:user(id:$c{n}){{id privateMetafield(key:$key)}}" for n in range(len(among)))
    given = {f"c{n}": one for n, one in enumerate(among)}
    query = f"query($key:String!,{','.join(f'${one}:ID!' for one in given)}){{{asked}}}"

    def named() -> set[str]:
        people = shop.stack.saleor(query, key="influence.segments", **given).values()
        return {one["id"] for one in people if name in json.loads(one["privateMetafield"] or "[]")}

    shop.until(lambda: len(named()) == count)
    return named()


def _card(frame: Frame) -> Any:
    return frame.get_by_role("region", name=TITLE, exact=True)


def test_a_trial_is_begun_and_saleor_learns_who_is_invited_and_of_its_end(
    dashboard: Dashboard, shop: Shop
) -> None:
    inviter = shop.top(1, sort="orders_count")[0]["customer_id"]
    guests, before = _give_guests(shop, inviter), shop.get("/api/trials")["total"]
    frame = dashboard.evidence(inviter)
    card = _card(frame)
    card.get_by_role("combobox", name="For how long", exact=True).select_option("14")

    card.get_by_role("button", name="See what a trial would show", exact=True).click()
    expect(card.get_by_text("would be invited")).to_be_visible()
    expect(card.get_by_text("Give both halves the same offer")).to_be_visible()
    assert shop.get("/api/trials")["total"] == before
    card.get_by_role("button", name="Start the trial", exact=True).click()
    card.get_by_role("group").get_by_role("button", name="Start", exact=True).click()

    expect(card.get_by_text("Running", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="See what a trial would show", exact=True)).to_be_hidden()
    trial = shop.get("/api/trials", customer_id=inviter)["trials"][0]
    size = trial["invited"]["drawn"]
    everybody = {row["target_id"] for row in shop.get("/api/ties", customer_id=inviter, limit=100)["ties"]}
    everybody |= {*guests}
    named = _await_segment(shop, trial["segment"], among=everybody, count=size)
    assert inviter not in named
    assert 10 <= size <= trial["held_out"]["drawn"] <= size + 1

    card.get_by_role("button", name="Stop", exact=True).click()
    card.get_by_role("group").get_by_role("button", name="Stop", exact=True).click()

    expect(card.get_by_text("Stopped", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="See what a trial would show", exact=True)).to_be_visible()
    _await_segment(shop, trial["segment"], among=named, count=0)
    dashboard.show_all(frame)
    dashboard.shoot("trials-evidence-real")
    assert barriers(frame) == []


def test_a_customer_with_too_few_guests_is_refused_with_the_reason(dashboard: Dashboard, shop: Shop) -> None:
    quiet = next(
        row["customer_id"]
        for row in shop.top(60)
        if shop.get("/api/ties", customer_id=row["customer_id"])["total"] < 10
    )
    card = _card(dashboard.evidence(quiet))

    card.get_by_role("button", name="See what a trial would show", exact=True).click()

    expect(card.get_by_text("Too few candidates")).to_be_visible()
    expect(card.get_by_role("button", name="Start the trial", exact=True)).to_be_hidden()


def test_the_customers_card_shows_every_state_of_a_trial(dashboard: Dashboard, shop: Shop) -> None:
    ended = {"total": 4, "trials": answers.TRIALS[1:]}
    dashboard.answer({"GET /api/trials": ended, "POST /api/trials/plan": answers.PLAN})
    frame = dashboard.evidence(shop.top(1)[0]["customer_id"])
    card = _card(frame)

    card.get_by_role("button", name="See what a trial would show", exact=True).click()

    expect(card.get_by_text("a difference of 23 points or more would be found")).to_be_visible()
    expect(
        card.get_by_text("Of 40 invited in this customer's name 12 bought, of 40 held out 3 (p = 0.010).")
    ).to_be_visible()
    expect(card.get_by_text("Difference 23 points, 90 % interval 8 to 36 points.")).to_be_visible()
    expect(card.get_by_text("2 left since").first).to_be_visible()
    expect(card.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    dashboard.show_all(frame)
    dashboard.look(frame, "trials-evidence")


def test_the_page_lists_the_shops_trials(dashboard: Dashboard) -> None:
    dashboard.answer({"GET /api/trials": {"total": 5, "trials": answers.TRIALS}})

    frame = dashboard.app("/trials")

    expect(frame.get_by_role("heading", level=1, name="Trials", exact=True)).to_be_visible()
    for label in ("Running", "Proven", "Not proven", "Ended", "Stopped"):
        expect(frame.get_by_text(label, exact=True)).to_be_visible()
    expect(frame.get_by_role("button", name="Stop", exact=True)).to_have_count(1)
    dashboard.show_all(frame)
    dashboard.look(frame, "trials-page")


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


def test_a_shopper_reads_on_their_page_which_lot_they_drew(visit: Callable[..., Shopper], shop: Shop) -> None:
    first = visit()
    _give_guests(shop, first.customer_id)
    trial = shop.ask("/api/trials", {"customer_id": first.customer_id, "days": 7})
    guest = shop.get("/api/customers", segment=trial["segment"])["customers"][0]["customer_id"]

    own = first.sign_in()
    drawn = visit(customer_id=guest, language="it").sign_in()

    expect(own.get_by_text(re.compile(r"In your name, from .* to"))).to_be_visible()
    invited = drawn.get_by_text(re.compile("hai ricevuto un invito a nome di un altro cliente"))
    expect(invited.last).to_be_visible()
    invited.last.scroll_into_view_if_needed()
    drawn.screenshot(path=SCREENSHOTS / "trials-shopper.png")
    shop.ask(f"/api/trials/{trial['id']}/stop")
