"""Every state that the panel can be in, in both themes, inside the pocket Saleor's admin page."""

import re
import zlib

import pytest
from playwright.sync_api import Route, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import THEMES, Answer, Dashboard, Shop

CUSTOMER = "GET /api/customers/*"
CREDITS = "GET /api/customers/*/credits"
TIMELINE, HISTORY = "GET /api/customers/*/timeline", "GET /api/customers/*/value-history"
AROUND, WRITTEN = "GET /api/customers/*/neighbourhood", "GET /api/customers/*/written"
OVERVIEW, TOP = "GET /api/overview", "GET /api/customers"
WEEK, MOVERS = "GET /api/overview/week", "GET /api/overview/movers"
INFLUENCE, RUNS, TIES = "GET /api/influence", "GET /api/runs", "GET /api/ties"
pytestmark = pytest.mark.e2e


def _never(_: Route) -> None:
    """The app does not answer."""


def _broken(route: Route) -> None:
    route.abort()


def _credits(route: Route) -> None:
    route.fulfill(json=answers.PROVEN if "part=proven" in route.request.url else answers.INFERRED)


def _corner(png: bytes) -> tuple[int, ...]:
    """Red, green and blue of the first pixel: in a PNG's first row no filter changes it."""
    data, place = b"", 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += size + 12
    return tuple(zlib.decompress(data)[1:4])


NO_PERMISSION = answers.error(403, "PERMISSION_DENIED", "This needs the permission MANAGE_USERS in Saleor.")
OUTAGE = answers.error(503, "UNAVAILABLE", "The app's database cannot be used at the moment.")
EXPIRED = answers.error(401, "TOKEN_EXPIRED", "The session has expired.")
ELSEWHERE = answers.error(403, "SHOP_UNKNOWN", "This app is not installed in the shop at that address.")

CUSTOMER_STATES: dict[str, tuple[Answer, list[str]]] = {
    "valued": (
        answers.VALUED,
        [
            "€1,235",
            "Between €812 and €1,890",
            "Brings in others: 3 orders with their code",
            "14 paid orders of their own for €2,311.40, the last one 12 days ago.",
            "Brought so far",
            "€287.10",
        ],
    ),
    "no-evidence": (answers.NO_EVIDENCE, ["€9.21", "Too little is known of whom they lead"]),
    "leads": (
        answers.LEADS,
        [
            "Others buy because of them: 26 purchases followed theirs",
            "€1,305",
            "€407.53",
            "83 of 100",
            "Coffee",
        ],
    ),
    "together": (answers.TOGETHER, ["Buys together with friends; nobody is shown to lead"]),
    "early": (answers.EARLY, ["Buys before others who buy the same"]),
    "staff": (answers.STAFF, ["Staff of this shop: nothing is written into their record"]),
    "left-out": (answers.RESELLER, ["Left out as a reseller"]),
    "objected": (answers.unvalued("objected"), ["Objected", "nothing is calculated of them"]),
    "unknown": (answers.unvalued("unknown"), ["Not known here yet"]),
    "no-orders": (answers.unvalued("no-orders"), ["No paid orders yet"]),
    "not-yet-run": (answers.unvalued("not-yet-run"), ["Not calculated yet"]),
    "outage": (OUTAGE, ["This cannot be shown right now", "Try again"]),
    "offline": (_broken, ["No connection", "Try again"]),
    "no-permission": (NO_PERMISSION, ["You have no permission to see this", "MANAGE_USERS"]),
    "expired": (EXPIRED, ["Your session has expired", "Ask again"]),
    "shop-unknown": (ELSEWHERE, ["The app is not connected to this shop"]),
}
WIDEST_PX, HIGHEST_PX = 344, 600
UNFOLDED: dict[str, tuple[Answer, list[str]]] = {
    "valued": (answers.VALUED, ["Ambassador", "Little evidence", "Three orders came with the personal code"]),
    "no-evidence": (
        answers.NO_EVIDENCE,
        [
            "Nothing counted",
            "Not enough evidence",
            "Missing for a verdict: 3 more purchases",
            "Not enough evidence yet to say who may follow.",
        ],
    ),
    "leads": (
        answers.LEADS,
        [
            "Leads",
            "€120.43",
            "estimated €120 (€81.20 to €140) · 7 customers",
            "€1,304.96",
            "about 3 purchases of others may follow",
        ],
    ),
    "together": (answers.TOGETHER, ["Buys together", "Possible, up to", "€48.20", "it is in no total"]),
    "early": (
        answers.EARLY,
        ["Buys early", "1 order with this customer's code.", "worth inviting to previews"],
    ),
}

APP_STATES: dict[str, tuple[dict[str, Answer], list[str]]] = {
    "done": (
        {
            OVERVIEW: answers.DONE,
            TOP: answers.top(10),
            INFLUENCE: answers.OPEN,
            WEEK: answers.WEEK,
            MOVERS: answers.MOVERS,
        },
        [
            "+32 (+8.4%)",
            "\u22123 (\u22128.8%)",
            "+€1,300 (+0.9%)",
            "As the week before",
            "the app was not here the whole week before",
            "The values or segments of 211 customers changed",
            "3 more orders with their code. Now: Proven.",
            "into Ambassador",
            "60,000 of 60,000",
            "0 gaps",
            "Ambassador",
            "Influence shows",
            "Yes: customers here bring others to buy",
            "How do we know?",
            "Buys early",
            "€3,202",
            "Gifts and gift cards",
        ],
    ),
    "gate-shut": (
        {OVERVIEW: answers.DONE, TOP: answers.top(3), INFLUENCE: answers.SHUT},
        ["Influence does not show", "as chance would have it", "Nothing counted"],
    ),
    "held": (
        {
            OVERVIEW: {**answers.DONE, "shop": {**answers.DONE["shop"], "held_run_id": 9}},
            TOP: answers.top(3),
            INFLUENCE: answers.OPEN,
        },
        ["The results of run 9 are shown", "Calculate anew"],
    ),
    "running": (
        {OVERVIEW: {**answers.DONE, "last_run": answers.RUNNING}, TOP: answers.top(3), INFLUENCE: OUTAGE},
        ["Running", "Gate", "50%", "Cancel", "This cannot be shown right now"],
    ),
    "waiting": (
        {
            OVERVIEW: {**answers.DONE, "last_run": answers.WAITING},
            TOP: answers.top(3),
            INFLUENCE: answers.OPEN,
        },
        ["Collects what changes until", "2199", "Run now", "Queued", "10,412", "Influence shows"],
    ),
    "reading": (
        {
            OVERVIEW: answers.READING,
            TOP: answers.top(0),
            INFLUENCE: answers.NO_TIES,
            WEEK: answers.YOUNG_WEEK,
            MOVERS: answers.NO_MOVERS,
        },
        [
            "The history is still being read.",
            "Give customers personal codes",
            "Not enough yet to compare",
            "Whoever runs the app for you can help with this.",
            "No ties yet",
            "24,312 of 60,000",
            "351 rows a second, about 2 minutes left",
            "No run yet",
            "No values yet",
        ],
    ),
    "failed": (
        {OVERVIEW: answers.FAILED, TOP: OUTAGE},
        ["Reading the history stopped", "100 so far", "The run failed", "This cannot be shown right now"],
    ),
    "no-permission": ({"GET /api/**": NO_PERMISSION}, ["You have no permission to see this"]),
    "outage": ({OVERVIEW: OUTAGE}, ["This cannot be shown right now", "Try again"]),
}


@pytest.mark.parametrize("state", CUSTOMER_STATES)
def test_the_customer_widget_says_its_state_to_everyone(dashboard: Dashboard, shop: Shop, state: str) -> None:
    answer, words = CUSTOMER_STATES[state]
    dashboard.answer({CUSTOMER: answer})

    frame = dashboard.customer(shop.top(1)[0]["customer_id"])

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.look(frame, f"customer-{state}")


@pytest.mark.parametrize("state", CUSTOMER_STATES)
def test_the_customer_widget_says_its_state_in_little_room(
    dashboard: Dashboard, shop: Shop, state: str
) -> None:
    answer, words = CUSTOMER_STATES[state]
    dashboard.answer({CUSTOMER: answer})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])

    expect(frame.get_by_text(words[0]).first).to_be_visible(timeout=10_000)
    dashboard.settled(frame)

    assert frame.evaluate("innerWidth") <= WIDEST_PX
    assert frame.evaluate("document.querySelector('.widget').scrollHeight") <= HIGHEST_PX
    assert frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("state", UNFOLDED)
def test_the_customer_widget_unfolds_how_the_value_came_about(
    dashboard: Dashboard, shop: Shop, state: str
) -> None:
    answer, words = UNFOLDED[state]
    dashboard.answer({CUSTOMER: answer})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])
    inside = frame.locator("details")
    expect(inside.get_by_text(words[0]).first).to_be_hidden()

    frame.get_by_text("How this value came about").click()

    for text in words:
        expect(inside.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.look(frame, f"customer-{state}-unfolded")


@pytest.mark.parametrize("theme", THEMES)
def test_the_customer_widget_shows_the_card_that_it_stands_in(
    dashboard: Dashboard, shop: Shop, theme: str
) -> None:
    """Its corner has the colour of Saleor's card, whatever that is: a document that it cannot see."""
    dashboard.answer({CUSTOMER: answers.VALUED})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])
    expect(frame.get_by_text("€1,235")).to_be_visible()
    dashboard.wear(frame, theme)
    card = "rgb(12, 34, 56)"
    dashboard.page.add_style_tag(content=f".widget {{ background: {card} !important }}")

    assert _corner(frame.frame_element().screenshot()) == (12, 34, 56)


@pytest.mark.parametrize("state", APP_STATES)
def test_the_app_page_says_its_state_to_everyone(dashboard: Dashboard, state: str) -> None:
    answered, words = APP_STATES[state]
    dashboard.answer(answered)

    frame = dashboard.app()

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.look(frame, f"app-{state}")


def test_the_overview_can_be_read_at_every_width(dashboard: Dashboard) -> None:
    dashboard.answer(APP_STATES["done"][0])
    frame = dashboard.app()
    expect(frame.get_by_role("img", name="Sizes of Loyal, Big spender, Ambassador")).to_be_visible()
    expect(frame.get_by_text("into Ambassador")).to_be_visible()
    dashboard.settled(frame)

    dashboard.look_at_widths(frame, "overview")


def test_what_is_on_its_way_has_a_shape_and_a_name(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.answer({CUSTOMER: _never})

    frame = dashboard.customer(shop.top(1)[0]["customer_id"])

    expect(frame.get_by_role("status", name="Loading the customer's value")).to_be_visible()
    dashboard.look(frame, "customer-loading")


def _failed_run() -> dict[str, object]:
    return answers.run(11, state="failed", seconds=None, counts={}, error="The disk was full.")


NOBODY: dict[str, object] = {"total": 0, "ties": []}
TIE = {
    "source_id": "VXNlcjox",
    "target_id": "VXNlcjoy",
    "kind": "sports-club",
    "origin": "staff",
    "weight": 2.5,
    "valid_from": None,
    "valid_to": "2026-12-24T00:00:00Z",
    "known_at": "2026-11-02T09:00:00Z",
}
LIVED: dict[str, Answer] = {
    TIMELINE: answers.TIMELINE,
    HISTORY: answers.HISTORY,
    AROUND: answers.AROUND,
    WRITTEN: answers.WRITTEN,
}
NEVER_LIVED: dict[str, Answer] = {
    TIMELINE: answers.NOTHING_HAPPENED,
    HISTORY: answers.EMPTY_HISTORY,
    AROUND: answers.NOBODY_AROUND,
    WRITTEN: answers.NOT_WRITTEN,
}
NOT_TOLD: dict[str, Answer] = dict.fromkeys(LIVED, OUTAGE)
PAGE_STATES: dict[str, tuple[str, dict[str, Answer], list[str]]] = {
    "evidence-leads": (
        f"/evidence/{answers.CUSTOMER_ID}",
        LIVED | {CREDITS: _credits, CUSTOMER: answers.LEADS},
        [
            "Spent so far",
            "€2,311.40",
            "Customer since",
            "Others buy because of them: 26 purchases followed theirs",
            "Spent, and expected to spend",
            "Now “Leads”, before “Buys early”; value €1,181 to €1,305",
            "A guest may have followed them, 12 days later",
            "Agreed: Perks",
            "Show older",
            "#4701",
            "3 more with less credit are not drawn.",
            "influence.segments",
            "a guest",
            "These 5 rows",
            "€27.79",
            "All 34 rows",
            "1 to 20 of 34",
        ],
    ),
    "evidence-together": (
        f"/evidence/{answers.CUSTOMER_ID}",
        NEVER_LIVED | {CREDITS: answers.NO_ROWS, CUSTOMER: answers.TOGETHER},
        [
            "There are no such orders.",
            "No category stands out",
            "Only customers with enough evidence",
            "No value yet",
            "Nothing of this kind yet",
            "Perks are shown to staff who may manage discounts.",
            "Nobody yet",
            "Nothing was written into their record yet.",
        ],
    ),
    "evidence-unknown": (
        f"/evidence/{answers.CUSTOMER_ID}",
        NEVER_LIVED | {CUSTOMER: answers.unvalued("unknown")},
        ["Not known here yet"],
    ),
    "evidence-no-permission": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {"GET /api/**": NO_PERMISSION},
        ["You have no permission to see this"],
    ),
    "evidence-rows-outage": (
        f"/evidence/{answers.CUSTOMER_ID}",
        NOT_TOLD | {CREDITS: OUTAGE, CUSTOMER: answers.LEADS},
        ["This cannot be shown right now", "Try again"],
    ),
    "runs": (
        "/runs",
        {
            OVERVIEW: answers.DONE,
            RUNS: [answers.RUNNING, answers.run(12), _failed_run(), answers.run(9)],
            "GET /api/runs/12/difference": OUTAGE,
        },
        ["Cancel", "41.3 s", "612 MB", "The disk was full.", "Go back", "This cannot be shown right now"],
    ),
    "runs-none": (
        "/runs",
        {OVERVIEW: answers.READING, RUNS: []},
        ["No run yet", "It takes two finished runs."],
    ),
    "runs-no-permission": ("/runs", {"GET /api/**": NO_PERMISSION}, ["You have no permission to see this"]),
    "ties": (
        "/ties",
        {TIES: {"total": 1, "ties": [TIE]}},
        ["Sports club", "Entered by staff", "until", "Always", "counts from"],
    ),
    "ties-none": ("/ties", {TIES: NOBODY}, ["No ties yet"]),
    "ties-outage": ("/ties", {TIES: OUTAGE}, ["This cannot be shown right now"]),
    "customers-none": ("/customers", {TOP: answers.top(0), OVERVIEW: answers.DONE}, ["No values yet"]),
    "customers-offline": ("/customers", {TOP: _broken, OVERVIEW: answers.DONE}, ["No connection"]),
    "codes-no-permission": ("/discounts", {"GET /api/**": NO_PERMISSION}, ["You have no permission"]),
    "nowhere": ("/nowhere", {}, ["This address is not one of the app's pages"]),
}


@pytest.mark.parametrize("state", PAGE_STATES)
def test_each_page_says_its_state_to_everyone(dashboard: Dashboard, state: str) -> None:
    path, answered, words = PAGE_STATES[state]
    dashboard.answer(answered)

    frame = dashboard.app(path)

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.show_all(frame)
    dashboard.look(frame, f"page-{state}")


def test_the_customers_page_fits_a_desk_a_tablet_and_a_phone(dashboard: Dashboard) -> None:
    dashboard.answer(LIVED | {CREDITS: _credits, CUSTOMER: answers.LEADS})
    frame = dashboard.evidence(answers.CUSTOMER_ID)
    expect(frame.get_by_text("Show older")).to_be_visible()

    dashboard.settled(frame)

    dashboard.look_at_widths(frame, "customer-page")


def test_a_row_of_the_ledger_unfolds_its_sentence(dashboard: Dashboard) -> None:
    dashboard.answer(LIVED | {CREDITS: _credits, CUSTOMER: answers.LEADS})
    frame = dashboard.evidence(answers.CUSTOMER_ID)
    sentence = frame.get_by_text("Order 4701, twelve days after this customer's")
    button = frame.get_by_role("button", name="Explain #4701", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(sentence).to_have_count(0)

    button.press("Enter")

    expect(button).to_have_attribute("aria-expanded", "true")
    expect(sentence).to_be_visible()
    dashboard.look(frame, "page-evidence-row")


def test_the_keyboard_walks_the_people_around_a_customer(dashboard: Dashboard) -> None:
    dashboard.answer(LIVED | {CREDITS: _credits, CUSTOMER: answers.LEADS})
    frame = dashboard.evidence(answers.CUSTOMER_ID)
    people = frame.get_by_role("listbox", name="People around this customer")
    expect(people.get_by_role("option")).to_have_count(5)

    people.press("End")

    last = people.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(last).to_contain_text("may have led them (Not enough evidence)")
    with dashboard.page.expect_request(re.compile("depth=2")):
        frame.get_by_role("combobox", name="How far").select_option("2")


def test_the_timeline_is_narrowed_to_a_kind_and_goes_on(dashboard: Dashboard) -> None:
    older = {**answers.TIMELINE, "entries": [answers.OLDER], "next": None}

    def pages(route: Route) -> None:
        route.fulfill(json=older if "after=a-cursor" in route.request.url else answers.TIMELINE)

    dashboard.answer(LIVED | {TIMELINE: pages, CREDITS: _credits, CUSTOMER: answers.LEADS})
    frame = dashboard.evidence(answers.CUSTOMER_ID)
    happened = frame.get_by_role("list", name="What happened, newest first").get_by_role("listitem")
    expect(happened).to_have_count(6)

    frame.get_by_role("button", name="Show older", exact=True).click()

    expect(happened).to_have_count(7)
    expect(happened.last).to_contain_text("Contacted: “Thank the best”. They thanked")
    expect(frame.get_by_role("button", name="Show older", exact=True)).to_have_count(0)
    with dashboard.page.expect_request(re.compile("kind=consent")):
        frame.get_by_role("combobox", name="Show", exact=True).select_option("consent")


@pytest.mark.parametrize("width", [344, 506])
def test_the_plot_can_be_read_where_there_is_little_room(dashboard: Dashboard, width: int) -> None:
    dashboard.answer({OVERVIEW: answers.DONE, TOP: answers.top(1), INFLUENCE: answers.OPEN})
    frame = dashboard.app()
    frame.frame_element().evaluate("(frame, width) => { frame.style.width = `${width}px` }", width)

    frame.get_by_text("How do we know?").click()

    plot = frame.get_by_role("img", name="Observed: 712")

    expect(plot).to_be_visible()
    size = plot.get_by_text("observed: 712").evaluate(
        "text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a"
    )
    assert size >= 9.5
    assert plot.evaluate("plot => plot.getBoundingClientRect().right - innerWidth") <= 0
    dashboard.look(frame, f"plot-{width}")
