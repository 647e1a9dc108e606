"""What a member of staff does in the admin page: opens places, looks into our frame, changes the theme."""

import base64
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from playwright.sync_api import ConsoleMessage, Frame, Page, Route, expect

from sandbox.programmes import permit
from sandbox.stack import Stack

REPOSITORY = Path(__file__).resolve().parents[2]
SCREENSHOTS = REPOSITORY / "tests" / "e2e" / "screenshots"
AXE = REPOSITORY / "dashboard_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
JUDGE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
    ({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 160)}`))"""
"""In the page, since to bring all that axe says out of it takes three times as long as to find it."""
GROUND = """frame => {
    let part = frame;
    while (part && getComputedStyle(part).backgroundColor === "rgba(0, 0, 0, 0)") part = part.parentElement;
    return part ? getComputedStyle(part).backgroundColor : "";
}"""
"""What shines through a widget: axe sees the frame alone."""
PATIENCE_SECONDS = 480.0
"""A busy machine is slow, not wrong."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390)
SETTLE = "document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"

T = TypeVar("T")
Answer = dict[str, Any] | list[Any] | tuple[int, dict[str, Any]] | Callable[[Route], None]


@dataclass
class Shop:
    """A running stack in which the app is installed."""

    stack: Stack
    app_id: str

    def overview(self) -> dict[str, Any]:
        return self.stack.panel(self.app_id, "/api/overview")

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        return self.stack.panel(self.app_id, path, **parameters)

    def listed(self, path: str) -> list[dict[str, Any]]:
        """The same for what is a bare list."""
        found: Any = self.get(path)
        assert isinstance(found, list)
        return found

    def ask(self, path: str, json: object = None) -> dict[str, Any]:
        return self.stack.panel(self.app_id, path, json={} if json is None else json)

    def may_not(self, permission: str) -> None:
        """The app lacks this permission, whatever was granted before."""
        held = {*self.get("/api/permissions")["permissions"]}
        permit(self.stack, self.app_id, held - {permission})

    def tell_who_knows_whom(self) -> None:
        """What a merchandiser does: their list of ties is imported, and personal codes have owners."""
        told = self.stack.panel(self.app_id, "/api/ties/import", csv=self.stack.ties())
        assert told["accepted"] > 0
        for code in self.stack.personal_codes():
            self.ask("/api/personal-codes", code)

    def customer(self, customer_id: str) -> dict[str, Any]:
        return self.get(f"/api/customers/{quote(customer_id, safe='')}")

    def top(self, limit: int = 10, sort: str = "value") -> list[dict[str, Any]]:
        page = self.stack.panel(self.app_id, "/api/customers", limit=limit, sort=sort)
        customers: list[dict[str, Any]] = page["customers"]
        return customers

    def is_valued(self) -> bool:
        seen = self.overview()
        run = seen["last_run"]
        return seen["history"]["state"] == "done" and run is not None and run["state"] == "done"

    def until(self, found: Callable[[], T], *, seconds: float = PATIENCE_SECONDS) -> T:
        """Ask until there is an answer, and return it; fail with the state of the shop when none comes."""
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            self.stack.check()
            assert time.monotonic() < deadline, self.overview()
            time.sleep(0.2)
        return answer

    def wait_for_calm(self) -> None:
        """Until no run waits or works."""
        self.until(self.is_valued)

    def token(self) -> str:
        """A fresh token of the member of staff for the app."""
        found = self.stack.saleor("query($id:ID!){app(id:$id){accessToken}}", id=self.app_id)
        return str(found["app"]["accessToken"])

    def voucher(self) -> str:
        found = self.stack.saleor("{vouchers(first:1){edges{node{id}}}}")["vouchers"]["edges"]
        return str(found[0]["node"]["id"])

    def person(self, customer_id: str) -> dict[str, Any]:
        found = self.stack.saleor("query($id:ID!){user(id:$id){firstName lastName email}}", id=customer_id)
        user: dict[str, Any] = found["user"]
        return user

    def order_of(self, customer_id: str) -> str:
        query = "query($id:ID!){user(id:$id){orders(first:1){edges{node{id}}}}}"
        order_id: str = self.stack.saleor(query, id=customer_id)["user"]["orders"]["edges"][0]["node"]["id"]
        return order_id


@dataclass
class Dashboard:
    """The pocket Saleor's admin page in one browser tab."""

    page: Page
    shop: Shop
    theme: str = "light"
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(f"{request.method} {request.url}"))

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused request is logged by the browser itself; those are what the tests are about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def customer(self, customer_id: str) -> Frame:
        return self._open(f"/customers/{quote(customer_id, safe='')}", "/widgets/customer")

    def customer_popup(self, customer_id: str) -> Frame:
        """The popup behind the customer's further actions."""
        self.customer(customer_id)
        self.page.get_by_role("button", name="More actions", exact=True).click()
        self.page.get_by_role("button", name="Influence of this customer", exact=True).click()
        return self.frame("/popups/customer")

    def evidence(self, customer_id: str) -> Frame:
        return self.app(f"/evidence/{quote(customer_id, safe='')}")

    def selected_customers(self, count: int) -> Frame:
        """The popup for the first customers of the list, ticked."""
        self.page.goto(f"{self.shop.stack.saleor_url}/dashboard/customers?theme={self.theme}")
        ticks = self.page.get_by_role("checkbox", name="Choose")
        for place in range(count):
            ticks.nth(place).check()
        self.page.get_by_role("button", name="More actions", exact=True).click()
        self.page.get_by_role("button", name="Influence of the selected customers", exact=True).click()
        return self.frame("/popups/customers")

    def order(self, order_id: str) -> Frame:
        return self._open(f"/orders/{quote(order_id, safe='')}", "/widgets/order")

    def app(self, path: str = "") -> Frame:
        return self._open(f"/extensions/app/{quote(self.shop.app_id, safe='')}{path}", path or "/")

    def _open(self, place: str, frame_path: str) -> Frame:
        address = f"{self.shop.stack.saleor_url}/dashboard{place}?theme={self.theme}"
        self.page.goto(address)
        return self.frame(frame_path)

    def frame(self, path: str) -> Frame:
        """Our frame, once the admin page has put it in."""
        app = urlsplit(self.shop.stack.app_url)
        ours = re.compile(rf"^{re.escape(app.geturl())}{re.escape(path)}(\?|$)")
        self.page.wait_for_function(
            "start => [...document.querySelectorAll('iframe')].some(f => f.src.startsWith(start))",
            arg=f"{app.geturl()}{path}",
        )
        for handle in self.page.query_selector_all("iframe"):
            frame = handle.content_frame()
            if frame is not None and ours.match(handle.get_attribute("src") or ""):
                frame.wait_for_url(ours)
                return frame
        raise AssertionError(f"no frame shows {path}")

    def home(self) -> Frame:
        return self._open("/", "/widgets/home")

    def voucher(self) -> Frame:
        return self._open(f"/discounts/vouchers/{quote(self.shop.voucher(), safe='')}", "/widgets/voucher")

    def settled(self, frame: Frame) -> None:
        """Wait until nothing in our frame is on its way any more."""
        expect(frame.locator(".skeletons")).to_have_count(0)

    def show_all(self, frame: Frame) -> None:
        """Make the tab as high as the frame's content, for a picture of all of it."""
        height = frame.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": 1440, "height": max(1000, min(height + 120, 6000))})

    def tell(self, frame: Frame, message: dict[str, Any]) -> None:
        """Send our frame a message, as the Dashboard does."""
        frame.frame_element().evaluate("(frame, said) => frame.contentWindow.postMessage(said, '*')", message)

    def hand_token(self, frame: Frame) -> None:
        """Send our frame a new token, as the Dashboard does half a minute before the old one ends."""
        time.sleep(1.1)  # tokens of the same second are the same token
        self.tell(frame, {"type": "tokenRefresh", "payload": {"token": self.shop.token()}})

    def sign_in_clerk(self, frame: Frame) -> None:
        """From now on our frame is told of somebody who may manage customers and nothing else."""
        permissions = ["MANAGE_USERS"]
        claims = {"exp": time.time() + 300, "email": "clerk@example.com", "user_permissions": permissions}
        parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in ({}, claims, 0))
        token = ".".join(parts).replace("=", "")
        self.tell(frame, {"type": "handshake", "payload": {"token": token, "version": 1}})

    def answer(self, answers: dict[str, Answer]) -> None:
        """From now on the app's API answers so: {"GET /api/overview": {...}}; the rest stays real.

        `*` stands for one part of a path, `**` for all that follow.
        """

        def reply(route: Route) -> None:
            request = route.request
            asked = f"{request.method} {urlsplit(request.url).path}"
            answer = next((given for key, given in answers.items() if _means(key, asked)), None)
            if answer is None:
                route.fallback()
            elif callable(answer):
                answer(route)
            else:
                status, body = answer if isinstance(answer, tuple) else (200, answer)
                route.fulfill(status=status, json=body)

        self.page.route(f"{self.shop.stack.app_url}/api/**", reply)

    def wear(self, frame: Frame, theme: str) -> None:
        """Choose the theme in the admin page's menu, and wait until our frame has followed."""
        if theme == self.theme:
            return
        self.page.get_by_role("combobox", name="Theme", exact=True).select_option(theme)
        frame.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
        self.theme = theme

    def look(self, frame: Frame, name: str) -> None:
        """Keep a picture of the page in each theme; in none has it a barrier."""
        for theme in THEMES:
            self.wear(frame, theme)
            self.shoot(name)
            assert barriers(frame) == [], theme

    def mounted(self, path: str, **given: str) -> Frame:
        """Our frame with the parameters that the Dashboard gives a widget or popup."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())
        place = f"/extensions/app/{quote(self.shop.app_id, safe='')}{path}"
        self.page.goto(f"{self.shop.stack.saleor_url}/dashboard{place}?theme={self.theme}&{query}")
        return self.frame(path)

    def look_at_widths(self, frame: Frame, name: str) -> None:
        """Keep pictures as wide as on a desk, a tablet and a phone, in each theme; nothing may stick out."""
        element = frame.frame_element()
        SCREENSHOTS.mkdir(exist_ok=True)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": 1800, "height": 1000})
            element.evaluate(
                "(frame, px) => { Object.assign(frame.style, {width: `${px}px`, maxWidth: 'none'}) }", width
            )
            height = frame.evaluate("document.querySelector('.page').scrollHeight")
            self.page.set_viewport_size({"width": 1800, "height": height + 100})
            assert frame.evaluate("document.documentElement.scrollWidth") <= width, width
            for theme in THEMES:
                self.wear(frame, theme)
                element.screenshot(path=SCREENSHOTS / f"{name}-{width}-{theme}.png", animations="disabled")
                assert barriers(frame) == [], (width, theme)

    def shoot(self, name: str) -> None:
        """Keep a picture for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}-{self.theme}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")


def _means(key: str, asked: str) -> bool:
    parts = (re.escape(part).replace(r"\*", "[^/]*") for part in key.split("**"))
    return re.fullmatch(".*".join(parts), asked) is not None


def barriers(page: Page | Frame, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds against WCAG 2.1 AA, contrast included, once no colour is on its way to another."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(SETTLE)
    ground = page.frame_element().evaluate(GROUND) if isinstance(page, Frame) and page.parent_frame else ""
    page.evaluate("ground => { document.documentElement.style.backgroundColor = ground }", ground)
    found: list[str] = page.evaluate(JUDGE, rules)
    page.evaluate("document.documentElement.style.backgroundColor = ''")
    return found
