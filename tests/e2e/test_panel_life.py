"""The panel at work: real data, real tokens, a real Dashboard's messages."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Request, Route, expect

from tests.support import panel_answers as answers
from tests.support.dashboard import Dashboard, Shop, barriers

pytestmark = pytest.mark.e2e
CUSTOMER = "GET /api/customers/*"


def _name(person: dict[str, str]) -> str:
    return f"{person['firstName']} {person['lastName']}".strip() or person["email"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_app_page_shows_the_shop_as_it_is(dashboard: Dashboard, shop: Shop, theme: str) -> None:
    dashboard.theme = theme
    seen, best = shop.overview(), shop.top()[0]

    frame = dashboard.app()

    expect(frame.get_by_text(seen["drift"]["sentence"])).to_be_visible()
    orders = f"{seen['history']['orders']['done']:,} of {seen['history']['orders']['total']:,}"
    expect(frame.get_by_text(orders, exact=True)).to_be_visible()
    row = frame.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text(_name(shop.person(best["customer_id"])))
    expect(row).to_contain_text(str(best["orders_count"]))
    dashboard.shoot("real-app")
    assert barriers(frame) == []


def test_the_widget_shows_what_the_app_knows_of_a_customer(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top()[0]["customer_id"]
    known = shop.stack.panel(shop.app_id, f"/api/customers/{quote(best, safe='')}")

    frame = dashboard.customer(best)

    expect(frame.get_by_text(f"Rank {known['rank']}")).to_be_visible()
    frame.get_by_text("How this value came about").click()
    for reason in known["reasons"]:
        expect(frame.get_by_text(reason, exact=True)).to_be_visible()
    # The label before the colon stands above the sentence.
    expect(frame.get_by_text(known["verdict_sentence"].split(": ", 1)[-1][-40:])).to_be_visible()
    dashboard.look(frame, "real-customer")


MOST_ON_THE_WIRE = 120_000
"""Bytes of code, style and fonts for the customer widget."""


def test_a_widget_loads_what_it_needs_and_no_more(dashboard: Dashboard, shop: Shop) -> None:
    sizes: dict[str, int] = {}

    def note(request: Request) -> None:
        if "/assets/" in request.url:
            sizes[request.url.rsplit("/", 1)[1]] = request.sizes()["responseBodySize"]

    dashboard.page.on("requestfinished", note)
    frame = dashboard.customer(shop.top()[0]["customer_id"])
    expect(frame.get_by_text("Rank")).to_be_visible()
    dashboard.page.wait_for_load_state("networkidle")

    assert not any(name.startswith("Pages") for name in sizes)
    assert any(name.endswith(".css") for name in sizes)
    assert sum(sizes.values()) <= MOST_ON_THE_WIRE, sizes


def test_run_now_starts_a_run_and_shows_its_end(dashboard: Dashboard, shop: Shop) -> None:
    shop.wait_for_calm()
    before = shop.overview()["last_run"]["id"]
    frame = dashboard.app()
    expect(frame.get_by_text(f"Run {before} ·")).to_be_visible()

    frame.get_by_role("button", name="Run now", exact=True).click()

    expect(frame.get_by_role("button", name="Cancel", exact=True)).to_be_visible(timeout=15_000)
    expect(frame.get_by_text(f"Run {before} ·")).to_be_visible()  # its results are still those that are shown
    expect(frame.get_by_text(f"Run {before} ·")).to_be_hidden(timeout=120_000)
    expect(frame.get_by_role("button", name="Run now", exact=True)).to_be_enabled()
    last = shop.overview()["last_run"]
    assert last["state"] == "done"
    assert last["id"] > before


def test_names_come_from_saleor_and_never_reach_the_app(dashboard: Dashboard, shop: Shop) -> None:
    person = shop.person(shop.top()[0]["customer_id"])
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith(shop.stack.app_url):
            sent.append(f"{request.url} {request.post_data} {request.all_headers()}")

    dashboard.page.on("requestfinished", note)
    frame = dashboard.app()
    expect(frame.get_by_text(person["email"], exact=True)).to_be_visible()

    assert sent
    assert not [one for one in sent if person["email"] in one or quote(person["email"]) in one]


def test_ids_are_shown_when_saleor_keeps_the_names(dashboard: Dashboard, shop: Shop) -> None:
    def refuse(route: Route) -> None:
        if "query People" in (route.request.post_data or ""):
            denied = {"message": "No", "extensions": {"exception": {"code": "PermissionDenied"}}}
            cors = {"access-control-allow-origin": "*"}
            route.fulfill(json={"data": None, "errors": [denied]}, headers=cors)
        else:
            route.fallback()

    dashboard.page.route(f"{shop.stack.saleor_url}/graphql/", refuse)

    frame = dashboard.app()

    expect(frame.get_by_text("Saleor did not share the names")).to_be_visible()
    expect(frame.get_by_role("button", name=shop.top()[0]["customer_id"]).first).to_be_visible()


def test_an_expired_token_is_renewed_before_anyone_notices(dashboard: Dashboard, shop: Shop) -> None:
    tokens: list[str] = []

    def expired_once(route: Route) -> None:
        tokens.append(route.request.headers["authorization-bearer"])
        status, body = answers.error(401, "TOKEN_EXPIRED", "The session has expired.")
        if len(tokens) == 1:
            route.fulfill(status=status, json=body)
        else:
            route.fulfill(json=answers.VALUED)

    dashboard.answer({CUSTOMER: expired_once})
    best = shop.top(1)[0]["customer_id"]
    with dashboard.page.expect_response(re.compile("/api/customers/")):
        frame = dashboard.customer(best)
    dashboard.hand_token(frame)

    expect(frame.get_by_text("€1,235")).to_be_visible()
    assert len(tokens) == 2
    assert tokens[0] != tokens[1]


def test_a_token_that_comes_late_brings_the_content_back(dashboard: Dashboard, shop: Shop) -> None:
    seen: list[str] = []

    def expired_for_the_first(route: Route) -> None:
        seen.append(route.request.headers["authorization-bearer"])
        status, body = answers.error(401, "TOKEN_EXPIRED", "The session has expired.")
        fresh = seen[-1] != seen[0]
        route.fulfill(json=answers.VALUED) if fresh else route.fulfill(status=status, json=body)

    dashboard.answer({CUSTOMER: expired_for_the_first})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])
    expect(frame.get_by_text("Your session has expired")).to_be_visible(timeout=10_000)

    dashboard.hand_token(frame)

    expect(frame.get_by_text("€1,235")).to_be_visible()


def test_theme_and_locale_follow_the_dashboard(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.answer({CUSTOMER: answers.VALUED})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])
    expect(frame.get_by_text("€1,235")).to_be_visible()
    light = frame.evaluate("getComputedStyle(document.body).color")

    dashboard.tell(frame, {"type": "theme", "payload": {"theme": "dark"}})
    dashboard.tell(frame, {"type": "localeChanged", "payload": {"locale": "de"}})

    expect(frame.get_by_text(re.compile(r"1\.235\s€"))).to_be_visible()
    frame.wait_for_function("light => getComputedStyle(document.body).color !== light", arg=light)


def test_the_panel_speaks_the_dashboards_language_and_keeps_what_was_written(dashboard: Dashboard) -> None:
    frame = dashboard.app("/discounts")
    title = frame.get_by_role("heading", level=1)
    expect(title).to_have_text("Personal codes")
    frame.get_by_label("Voucher code").fill("INES-10")
    said = {
        "de-CH": "Persönliche Codes",
        "nl": "Persoonlijke codes",
        "it": "Codici personali",
        "fr": "Personal codes",
    }

    for locale, words in said.items():
        dashboard.tell(frame, {"type": "localeChanged", "payload": {"locale": locale}})
        expect(title).to_have_text(words)
        assert barriers(frame) == [], locale

    expect(frame.get_by_label("Voucher code")).to_have_value("INES-10")


def test_the_widget_is_as_high_as_its_content(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.answer({CUSTOMER: answers.VALUED})
    frame = dashboard.customer(shop.top(1)[0]["customer_id"])
    expect(frame.get_by_text("€1,235")).to_be_visible()

    frame.wait_for_function("innerHeight >= document.querySelector('.widget').scrollHeight")
    frame.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
    assert frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_everything_on_the_app_page_can_be_reached_with_the_keyboard(dashboard: Dashboard) -> None:
    dashboard.answer(
        {
            "GET /api/overview": answers.DONE,
            "GET /api/customers": answers.top(3),
            "GET /api/influence": answers.OPEN,
        }
    )
    frame = dashboard.app()
    expect(frame.get_by_role("row")).to_have_count(4)
    expect(frame.get_by_text("Yes: customers here bring others to buy")).to_be_visible()
    dashboard.settled(frame)
    buttons = frame.get_by_role("button").count()
    frame.locator("body").click(position={"x": 2, "y": 2})

    reached = []
    for _ in range(buttons):
        dashboard.page.keyboard.press("Tab")
        reached.append(frame.evaluate("document.activeElement.textContent"))
        frame.evaluate("document.activeElement.dataset.reached = 'yes'")
        ring = frame.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", f"no focus ring on {reached[-1]}"

    assert " ".join(reached[:12]) == (
        "Overview Customers Segments Products Perks Codes Ties Trials Profiles Privacy Runs Settings"
    )
    assert frame.locator("[data-reached]").count() == buttons


def test_a_name_opens_the_customer_in_the_dashboard(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top()[0]["customer_id"]
    frame = dashboard.app()

    frame.get_by_role("button", name=_name(shop.person(best)), exact=True).first.click()

    dashboard.page.wait_for_url(re.compile(rf"/customers/{re.escape(quote(best, safe=''))}"))


def test_an_order_shows_the_value_of_its_customer(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top()[0]["customer_id"]

    frame = dashboard.order(shop.order_of(best))

    expect(frame.get_by_role("button", name=_name(shop.person(best)), exact=True)).to_be_visible()
    expect(frame.get_by_text("Rank 1 ")).to_be_visible()
    dashboard.shoot("real-order")


def test_the_popup_of_a_customer_shows_name_and_value(dashboard: Dashboard, shop: Shop) -> None:
    best = shop.top()[0]["customer_id"]

    frame = dashboard.customer_popup(best)

    expect(frame.get_by_role("heading", level=1, name=_name(shop.person(best)))).to_be_visible()
    expect(frame.get_by_text("Rank 1 ")).to_be_visible()
    dashboard.shoot("real-popup")
    assert barriers(frame) == []


def test_outside_the_dashboard_the_panel_says_where_it_lives(dashboard: Dashboard, shop: Shop) -> None:
    dashboard.page.goto(f"{shop.stack.app_url}/")

    expect(dashboard.page.get_by_text("This page lives in the Saleor Dashboard")).to_be_visible()
