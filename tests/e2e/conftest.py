"""The whole product in processes of its own, and a Chromium that looks at it as a member of staff does."""

import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from sandbox import shoppers
from sandbox import stack as stacks
from tests.support.dashboard import Dashboard, Shop
from tests.support.shopper_page import Shopper

HERE = Path(__file__).parent
PANEL = HERE.parents[1] / "dashboard_ui" / "dist" / "index.html"
CUSTOMERS, ORDERS = 1200, 8000
IMPATIENT = {"SCORE_DELAY_SECONDS": "1"}  # nothing more is bought that a run should wait for
SEED = 11  # of the first dozen the shop in which influence shows most clearly: these tests look at screens
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A pocket Saleor with the app installed, history read, ties and codes told, customers valued twice."""
    if not PANEL.is_file():
        pytest.fail("The panel is not built: run `make panel` first.")
    arguments = ["--customers", str(CUSTOMERS), "--orders", str(ORDERS), "--seed", str(SEED)]
    # Not pytest's own folder: another pytest closes that to PostgreSQL's user.
    with (
        tempfile.TemporaryDirectory(prefix="influence-e2e-") as folder,
        stacks.running(
            Path(folder), saleor_arguments=arguments, ports=stacks.Ports(0, 0), environment=IMPATIENT
        ) as stack,
    ):
        app_id = stack.install()
        shop = Shop(stack, app_id)
        shop.wait_for_calm()
        shop.tell_who_knows_whom()
        shop.ask("/api/runs")
        shop.wait_for_calm()
        yield shop


@pytest.fixture
def dashboard(shop: Shop, browser: Browser) -> Iterator[Dashboard]:
    """The admin page, with a member of staff signed in; a broken policy or script fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    dashboard = Dashboard(context.new_page(), shop)
    yield dashboard
    complaints = list(dashboard.complaints)  # not those of requests that closing breaks off
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def storefront_socket() -> Iterator[socket.socket]:
    """Where the storefront of the tests is served, by a test that has one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture(scope="session")
def storefront_url(storefront_socket: socket.socket) -> str:
    return f"http://127.0.0.1:{storefront_socket.getsockname()[1]}"


@pytest.fixture(scope="session")
def customers(shop: Shop, storefront_url: str) -> Iterator[str]:
    """Customers of a shop that has profiles switched on, each of whom one test has for itself."""
    shoppers.switch_on(shop.stack, shop.app_id, storefront_url)
    return iter([row["customer_id"] for row in shop.top(100)])


@pytest.fixture
def visit(shop: Shop, customers: Iterator[str], browser: Browser) -> Iterator[Callable[..., Shopper]]:
    """Make a shopper with a browser; a broken policy or script fails the test."""
    made: list[Shopper] = []

    def open_browser(*, customer_id: str | None = None, width: int = 1000, **given: Any) -> Shopper:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, permissions=["clipboard-write"]
        )
        made.append(Shopper(shop.stack, customer_id or next(customers), context, **given))
        return made[-1]

    yield open_browser
    complaints = [complaint for shopper in made for complaint in shopper.complaints]
    for shopper in made:
        shopper.context.close()
    assert complaints == []
