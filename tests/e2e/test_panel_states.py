"""Every state that the panel can be in, in both themes, inside the pocket Saleor's admin page."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e import answers
from tests.e2e.dashboard import Answer, Dashboard, Shop, barriers

CUSTOMER = "GET /api/customers/*"
OVERVIEW, TOP = "GET /api/overview", "GET /api/customers"
pytestmark = pytest.mark.e2e
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def _never(_: Route) -> None:
    """The app does not answer."""


def _broken(route: Route) -> None:
    route.abort()


NO_PERMISSION = answers.error(403, "PERMISSION_DENIED", "This needs the permission MANAGE_USERS in Saleor.")
OUTAGE = answers.error(503, "UNAVAILABLE", "The app's database cannot be used at the moment.")
EXPIRED = answers.error(401, "TOKEN_EXPIRED", "The session has expired.")
ELSEWHERE = answers.error(403, "SHOP_UNKNOWN", "This app is not installed in the shop at that address.")

CUSTOMER_STATES: dict[str, tuple[Answer, list[str]]] = {
    "valued": (answers.VALUED, ["€1,235", "Between €812 and €1,890", "Ambassador", "Little evidence"]),
    "no-evidence": (
        answers.NO_EVIDENCE,
        ["€9.21", "In no segment", "Not enough evidence"],
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
        {OVERVIEW: answers.DONE, TOP: answers.top(10)},
        ["60,000 of 60,000", "0 gaps", "Ambassador"],
    ),
    "reading": (
        {OVERVIEW: answers.READING, TOP: answers.top(0)},
        ["24,312 of 60,000", "351 rows a second, about 2 minutes left", "No run yet", "No values yet"],
    ),
    "failed": (
        {OVERVIEW: answers.FAILED, TOP: OUTAGE},
        ["Reading the history stopped", "100 so far", "The run failed", "This cannot be shown right now"],
    ),
    "no-permission": ({OVERVIEW: NO_PERMISSION}, ["You have no permission to see this"]),
    "outage": ({OVERVIEW: OUTAGE}, ["This cannot be shown right now", "Try again"]),
}


@THEMES
@pytest.mark.parametrize("state", CUSTOMER_STATES)
def test_the_customer_widget_says_its_state_to_everyone(
    dashboard: Dashboard, shop: Shop, state: str, theme: str
) -> None:
    answer, words = CUSTOMER_STATES[state]
    dashboard.theme = theme
    dashboard.answer({CUSTOMER: answer})

    frame = dashboard.customer(shop.top(1)[0]["customer_id"])

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.shoot(f"customer-{state}")
    assert barriers(frame) == []


@THEMES
@pytest.mark.parametrize("state", APP_STATES)
def test_the_app_page_says_its_state_to_everyone(dashboard: Dashboard, state: str, theme: str) -> None:
    answered, words = APP_STATES[state]
    dashboard.theme = theme
    dashboard.answer(answered)

    frame = dashboard.app()

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.shoot(f"app-{state}")
    assert barriers(frame) == []


@THEMES
def test_what_is_on_its_way_has_a_shape_and_a_name(dashboard: Dashboard, shop: Shop, theme: str) -> None:
    dashboard.theme = theme
    dashboard.answer({CUSTOMER: _never})

    frame = dashboard.customer(shop.top(1)[0]["customer_id"])

    expect(frame.get_by_role("status", name="Loading the customer's value")).to_be_visible()
    dashboard.shoot("customer-loading")
    assert barriers(frame) == []
