"""What a shopper does on their page: opens it alone or within a storefront, in a language and a theme."""

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Page, Route, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route as Path

from sandbox import shoppers
from sandbox.server import serving
from sandbox.stack import Stack
from tests.support import dashboard
from tests.support.dashboard import SCREENSHOTS, THEMES

RULES = [*dashboard.RULES, "wcag22aa"]
STOREFRONT = """<!doctype html><html lang="en"><title>A storefront</title><h1>My account</h1>
<iframe id="influence" title="Your profiles" src="{page}" width="100%" height="900"></iframe>
<script>
  window.heard = [];
  addEventListener("message", (event) => {{
    if (event.origin !== "{app}") return;
    window.heard.push(event.data);
    if (window.token && ["influence:ready", "influence:session-wanted"].includes(event.data.type))
      event.source.postMessage({{ type: "influence:session", token: window.token }}, event.origin);
  }});
  window.token = new URLSearchParams(location.search).get("token");
</script></html>"""


@dataclass
class Shopper:
    """A customer with their browser."""

    stack: Stack
    customer_id: str
    context: BrowserContext
    language: str = "en"
    theme: str = "light"
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.context.on("page", self._listen)
        self._listen(self.page)
        self.page.on("request", lambda request: self.asked.append(f"{request.method} {request.url}"))

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    @property
    def email(self) -> str:
        query = "query($id:ID!){user(id:$id){email}}"
        return str(self.stack.saleor(query, id=self.customer_id)["user"]["email"])

    def session(self) -> shoppers.Shopper:
        """A session of theirs beside the browser's."""
        return shoppers.sign_in(self.stack, self.customer_id)

    def address(self, **more: str) -> str:
        query = {"saleorApiUrl": self.stack.api_url, "lang": self.language, "theme": self.theme} | more
        return f"{self.stack.app_url}/shopper?{urlencode(query)}"

    def open(self, **more: str) -> Page:
        self.page.goto(self.address(**more))
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def sign_in(self, **more: str) -> Page:
        """Open the page of its own and sign in to the shop on it."""
        page = self.open(**more)
        page.locator("#email").fill(self.email)
        page.locator("#password").fill(shoppers.PASSWORD)
        page.locator("#signin-go").click()
        page.locator("#profiles").wait_for()
        return page

    def answer(self, path: str, status: int, body: Any = None) -> None:
        """From now on the app's API answers this path so."""

        def reply(route: Route) -> None:
            route.fulfill(status=status, json=body)

        self.page.route(re.compile(re.escape(f"{self.stack.app_url}/api/shopper{path}") + r"(\?|$)"), reply)

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        file = SCREENSHOTS / f"shopper-{name}-{self.language}-{self.theme}.png"
        self.page.screenshot(path=file, full_page=True, animations="disabled")

    def look(self, name: str) -> None:
        """Keep a picture of the page in each theme; in none has it a barrier."""
        for theme in THEMES:
            self.theme = theme
            self.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            self.shoot(name)
            assert barriers(self.page) == [], (self.language, theme)

    def look_everywhere(self, name: str, titles: Mapping[str, str]) -> None:
        """The same in every language; `titles` are those of the page by language."""
        for language, title in titles.items():
            self.speak(language, title)
            self.look(name)

    def speak(self, language: str, title: str) -> None:
        """Choose the language, and wait until the page speaks it."""
        self.language = language
        self.page.locator(f"#speak-{language}").click()
        expect(self.page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()


def barriers(page: Page | Frame) -> list[str]:
    """What axe finds against WCAG 2.2 AA, contrast and targets included."""
    return dashboard.barriers(page, RULES)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextmanager
def storefront(app_url: str, page: str, listener: socket.socket) -> Iterator[None]:
    """A storefront that frames the page and hands it the token that its own address holds."""
    text = STOREFRONT.format(page=page.replace("&", "&amp;"), app=app_url)

    def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(text)

    with serving(Starlette(routes=[Path("/", answer)]), listener):
        yield
