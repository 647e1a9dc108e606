"""Every state that the panel can be in, in both themes, inside the pocket Saleor's admin page."""

import pytest
from playwright.sync_api import Route, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import Answer, Dashboard, Shop

CUSTOMER = "GET /api/customers/*"
CREDITS = "GET /api/customers/*/credits"
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


NO_PERMISSION = answers.error(403, "PERMISSION_DENIED", "This needs the permission MANAGE_USERS in Saleor.")
OUTAGE = answers.error(503, "UNAVAILABLE", "The app's database cannot be used at the moment.")
EXPIRED = answers.error(401, "TOKEN_EXPIRED", "The session has expired.")
ELSEWHERE = answers.error(403, "SHOP_UNKNOWN", "This app is not installed in the shop at that address.")

CUSTOMER_STATES: dict[str, tuple[Answer, list[str]]] = {
    "valued": (answers.VALUED, ["€1,235", "Between €812 and €1,890", "Ambassador", "Little evidence"]),
    "no-evidence": (
        answers.NO_EVIDENCE,
        [
            "€9.21",
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
    "unknown": (answers.unvalued("unknown"), ["Not known here yet"]),
    "no-orders": (answers.unvalued("no-orders"), ["No paid orders yet"]),
    "not-yet-run": (answers.unvalued("not-yet-run"), ["Not calculated yet"]),
    "outage": (OUTAGE, ["This cannot be shown right now", "Try again"]),
    "offline": (_broken, ["No connection", "Try again"]),
    "no-permission": (NO_PERMISSION, ["You have no permission to see this", "MANAGE_USERS"]),
    "expired": (EXPIRED, ["Your session has expired", "Ask again"]),
    "shop-unknown": (ELSEWHERE, ["The app is not connected to this shop"]),
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
PAGE_STATES: dict[str, tuple[str, dict[str, Answer], list[str]]] = {
    "evidence-leads": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {CREDITS: _credits, CUSTOMER: answers.LEADS},
        [
            "Order 4701, twelve days after this customer's",
            "a guest",
            "These 5 rows",
            "€27.79",
            "All 34 rows",
            "1 to 20 of 34",
        ],
    ),
    "evidence-together": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {CREDITS: answers.NO_ROWS, CUSTOMER: answers.TOGETHER},
        ["There are no such orders.", "No category stands out", "Only customers with enough evidence"],
    ),
    "evidence-unknown": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {CUSTOMER: answers.unvalued("unknown")},
        ["Not known here yet"],
    ),
    "evidence-no-permission": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {"GET /api/**": NO_PERMISSION},
        ["You have no permission to see this"],
    ),
    "evidence-rows-outage": (
        f"/evidence/{answers.CUSTOMER_ID}",
        {CREDITS: OUTAGE, CUSTOMER: answers.LEADS},
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
