"""The admin page in a real browser: what an app's frame is given and what it may ask for."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page

from sandbox.apps import App, Installation
from sandbox.build import create_state
from sandbox.generate import fill
from sandbox.install import install
from sandbox.server import running
from sandbox.state import SandboxSettings, State

pytestmark = pytest.mark.e2e

FRAME = b"""<!doctype html><title>app</title><p>An app</p><script>
const dashboard = new URL(document.referrer).origin;
window.seen = [];
addEventListener('message', (event) => { if (event.origin === dashboard) seen.push(event.data); });
window.act = (type, payload) =>
  parent.postMessage({ type, payload: { ...payload, actionId: 'a' } }, dashboard);
</script>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_manifest = self.path == "/manifest"
        body = json.dumps(self.server.manifest).encode() if is_manifest else FRAME  # type: ignore[attr-defined]
        self._answer(body, "application/json" if is_manifest else "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.posted.append((self.path, body.decode()))  # type: ignore[attr-defined]
        self._answer(FRAME, "text/html")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def manifest(url: str) -> dict[str, Any]:
    def extension(mount: str, target: str, path: str, **more: Any) -> dict[str, Any]:
        return {
            "label": f"{target} {path}",
            "mount": mount,
            "target": target,
            "url": path,
            "permissions": [],
            **more,
        }

    return {
        "id": "framed",
        "name": "Framed",
        "version": "1",
        "permissions": ["MANAGE_USERS"],
        "appUrl": url,
        "tokenTargetUrl": f"{url}/register",
        "extensions": [
            extension("CUSTOMER_DETAILS_WIDGETS", "WIDGET", "/widgets/customer", identifier="widget"),
            extension("CUSTOMER_DETAILS_MORE_ACTIONS", "POPUP", "/popups/customer", identifier="popup"),
            extension("CUSTOMER_OVERVIEW_MORE_ACTIONS", "POPUP", "/popups/customers"),
            extension("NAVIGATION_CUSTOMERS", "APP_PAGE", "/deep"),
            extension(
                "VOUCHER_DETAILS_WIDGETS",
                "WIDGET",
                "/widgets/voucher",
                options={"widgetTarget": {"method": "POST"}},
            ),
        ],
    }


@dataclass
class Shown:
    """The admin page of a sandbox with an app in it."""

    page: Page
    address: str
    state: State
    app: App
    app_url: str
    posted: list[tuple[str, str]]

    def open(self, path: str, query: str = "") -> None:
        self.page.goto(f"{self.address}dashboard{path}{query}")
        self.page.wait_for_selector("main h1")

    def frame(self, path: str) -> Frame:
        handle = self.page.wait_for_selector(f"iframe[src^='{self.app_url}{path}']")
        frame = handle.content_frame() if handle else None
        assert frame is not None
        frame.wait_for_url(f"{self.app_url}{path}**")
        frame.wait_for_function("window.seen && seen.some(m => m.type === 'redirect')")
        return frame

    def customer(self) -> str:
        return max(self.state.store.users.values(), key=lambda user: len(user.orders)).id


@pytest.fixture
def shown(browser: Browser) -> Iterator[Shown]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    server.manifest, server.posted = manifest(url), []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state = create_state(SandboxSettings(token_seconds=61))
    fill(state, customers=40, orders=150)
    moment = state.store.clock.now()
    codes = frozenset({"MANAGE_USERS"})
    app = install(
        state,
        Installation(
            id="1",
            app_name="Framed",
            manifest_url=f"{url}/manifest",
            permission_codes=codes,
            activate=True,
            created_at=moment,
            updated_at=moment,
        ),
    )
    complaints: list[str] = []
    with running(state) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Shown(page, address, state, app, url, server.posted)  # type: ignore[attr-defined]
        context.close()
    server.shutdown()
    server.server_close()
    assert complaints == []


def test_a_widget_gets_the_query_twice_and_the_token_by_message(shown: Shown) -> None:
    customer = shown.customer()
    shown.open(f"/customers/{quote(customer, safe='')}", "?theme=dark")
    frame = shown.frame("/widgets/customer")

    node = shown.page.query_selector("iframe")
    assert node is not None
    assert (
        node.get_attribute("sandbox")
        == "allow-same-origin allow-forms allow-scripts allow-downloads allow-popups"
    )
    query = parse_qs(urlsplit(frame.url).query)
    api_url = shown.state.settings.api_url
    assert query["saleorApiUrl"] == [api_url, api_url]
    assert query["domain"] == [shown.state.settings.domain] * 2
    assert query["id"] == [shown.app.id] * 2
    assert query["customerId"] == [customer]
    assert query["theme"][-1] == "dark"
    assert "token" not in frame.url.lower().replace("tokens", "")
    messages = frame.evaluate("seen")
    assert messages[0]["type"] == "handshake"
    assert messages[0]["payload"]["version"] == 1
    assert messages[0]["payload"]["saleorVersion"] == ""
    claims = shown.state.signer.claims(messages[0]["payload"]["token"], 0)
    assert (claims["type"], claims["app"], claims["permissions"]) == ("thirdparty", shown.app.id, [])
    assert {"type": "theme", "payload": {"theme": "dark"}} in messages
    assert {"type": "localeChanged", "payload": {"locale": "en"}} in messages


def test_actions_are_done_and_answered(shown: Shown) -> None:
    shown.open(f"/customers/{quote(shown.customer(), safe='')}")
    frame = shown.frame("/widgets/customer")

    frame.evaluate("act('widgetResize', {height: 431.2})")
    frame.evaluate("act('notification', {status: 'success', title: 'Saved', text: 'All of it'})")
    frame.evaluate("act('notifyReady', {})")
    frame.evaluate("act('openPopup', {extensionIdentifier: 'nobody'})")
    frame.wait_for_function("seen.filter(m => m.type === 'response').length === 4")

    answers = [m["payload"]["ok"] for m in frame.evaluate("seen") if m["type"] == "response"]
    assert answers == [True, True, True, False]
    assert shown.page.eval_on_selector("iframe", "f => f.style.height") == "432px"
    assert "All of it" in shown.page.inner_text(".toast.success")
    assert frame.evaluate("seen.filter(m => m.type === 'handshake').length") == 2
    frame.evaluate("act('widgetResize', {height: 999999})")
    shown.page.wait_for_function("document.querySelector('iframe').style.height === '5000px'")


def test_a_widget_opens_a_popup_of_its_app_which_closes_itself(shown: Shown) -> None:
    shown.open(f"/customers/{quote(shown.customer(), safe='')}", "?asc=true")
    frame = shown.frame("/widgets/customer")

    frame.evaluate("act('openPopup', {extensionIdentifier: 'popup', appParams: 'eyJhIjoxfQ=='})")
    popup = shown.frame("/popups/customer")

    query = dict(parse_qsl(urlsplit(popup.url).query))
    assert query["appParams"] == "eyJhIjoxfQ=="
    assert "customerId" not in query
    assert query["asc"] == "true"
    popup.evaluate("act('popupClose', {})")
    shown.page.wait_for_selector("dialog", state="detached")


def test_the_menu_of_a_customer_opens_a_popup_that_knows_them(shown: Shown) -> None:
    customer = shown.customer()
    shown.open(f"/customers/{quote(customer, safe='')}")

    shown.page.click("button[aria-label='More actions']")
    shown.page.click("menu button")

    assert parse_qs(urlsplit(shown.frame("/popups/customer").url).query)["customerId"] == [customer]


def test_chosen_customers_go_to_the_app_with_commas(shown: Shown) -> None:
    shown.open("/customers")
    for place in range(2):
        shown.page.locator("td input").nth(place).check()  # waits for its row

    shown.page.click("button[aria-label='More actions']")
    shown.page.click("menu button")

    [chosen] = parse_qs(urlsplit(shown.frame("/popups/customers").url).query)["customerIds"]
    assert len(chosen.split(",")) == 2


def test_an_app_page_stands_under_its_own_address_and_can_send_people_elsewhere(shown: Shown) -> None:
    place = f"/extensions/app/{quote(shown.app.id, safe='')}"
    shown.open(f"{place}/deep", "?foo=bar")
    frame = shown.frame("/deep")

    assert parse_qs(urlsplit(frame.url).query)["foo"] == ["bar"]
    handshake = frame.evaluate("seen")[0]["payload"]
    assert handshake["saleorVersion"] == "3.23.28"
    assert {"type": "redirect", "payload": {"path": "/deep"}} in frame.evaluate("seen")
    frame.evaluate("act('updateRouting', {newRoute: '/other'})")
    shown.page.wait_for_url(f"**{place}/other")
    frame.evaluate("act('redirect', {to: '/customers'})")
    shown.page.wait_for_url("**/dashboard/customers")
    shown.page.wait_for_selector("text=E-mail address")


def test_a_post_widget_gets_the_token_in_its_body_and_no_handshake(shown: Shown) -> None:
    voucher = next(iter(shown.state.store.vouchers.values())).id
    shown.open(f"/discounts/vouchers/{quote(voucher, safe='')}")
    frame = shown.page.wait_for_selector("iframe")
    assert frame is not None
    inside = frame.content_frame()
    assert inside is not None
    inside.wait_for_function("window.seen !== undefined")

    [(path, body)] = [item for item in shown.posted if item[0].startswith("/widgets")]
    fields = dict(parse_qsl(body))
    assert path == "/widgets/voucher"
    assert set(fields) == {"saleorApiUrl", "accessToken", "appId", "voucherId"}
    assert fields["voucherId"] == voucher
    assert shown.state.signer.claims(fields["accessToken"], 0)["app"] == shown.app.id
    inside.evaluate("act('widgetResize', {height: 260})")
    inside.wait_for_function("seen.some(m => m.type === 'response')")
    assert inside.evaluate("seen.map(m => m.type)") == ["response"]


def test_changes_of_theme_and_language_reach_the_frame(shown: Shown) -> None:
    shown.open(f"/customers/{quote(shown.customer(), safe='')}", "?theme=light")
    frame = shown.frame("/widgets/customer")

    shown.page.select_option("select[aria-label='Theme']", "dark")
    shown.page.select_option("select[aria-label='Language']", "de")

    frame.wait_for_function("seen.filter(m => m.type === 'theme').at(-1).payload.theme === 'dark'")
    frame.wait_for_function("seen.filter(m => m.type === 'localeChanged').at(-1).payload.locale === 'de'")


def test_a_new_token_comes_half_a_minute_before_the_old_one_is_over(shown: Shown) -> None:
    """The token lives 61 seconds here, so the next one is due after 31."""
    shown.open(f"/customers/{quote(shown.customer(), safe='')}")
    frame = shown.frame("/widgets/customer")

    frame.wait_for_function("seen.some(m => m.type === 'tokenRefresh')", timeout=45_000)

    first, fresh = frame.evaluate(
        "[seen[0], seen.find(m => m.type === 'tokenRefresh')].map(m => m.payload.token)"
    )
    old, new = (shown.state.signer.claims(token, 0) for token in (first, fresh))
    assert 25 <= new["iat"] - old["iat"] < old["exp"] - old["iat"]


def test_orders_vouchers_and_apps_have_pages_too(shown: Shown) -> None:
    shown.open("/orders")
    shown.page.click("table a")
    shown.page.wait_for_selector("h1:has-text('Order #')")
    shown.page.wait_for_selector("button:has-text('Cancel order'), dd .status:has-text('canceled')")
    shown.open("/extensions/installed")
    shown.page.wait_for_selector("text=Switch off")
    shown.page.click("button:has-text('Switch off')")
    shown.page.wait_for_selector("text=Switch on")
    assert shown.app.is_active is False
    shown.open("/")
    shown.page.wait_for_selector("text=customers")
    shown.page.goto(f"{shown.address}dashboard/nowhere")
    shown.page.wait_for_selector("text=There is no such page")
