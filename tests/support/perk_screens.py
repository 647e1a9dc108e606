"""Programmes of perks in the panel: pictures of them, and waiting until Saleor has been told."""

import time
from typing import Any

from playwright.sync_api import Frame

from tests.support.dashboard import SCREENSHOTS, Dashboard, Shop, barriers

WIDTHS = (1440, 1024, 390)
PATIENCE_SECONDS = 120


def shoot(dashboard: Dashboard, frame: Frame, name: str) -> None:
    """Keep pictures of the frame, as wide as on a desk, a tablet and a phone; nothing may stick out."""
    SCREENSHOTS.mkdir(exist_ok=True)
    element = frame.frame_element()
    for width in WIDTHS:
        dashboard.page.set_viewport_size({"width": 1800, "height": 1000})
        element.evaluate(
            "(frame, width) => { Object.assign(frame.style, {width: `${width}px`, maxWidth: 'none'}) }", width
        )
        height = frame.evaluate("document.documentElement.scrollHeight")
        element.evaluate("(frame, height) => { frame.style.height = `${height}px` }", height)
        assert frame.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        element.screenshot(path=SCREENSHOTS / f"{name}-{width}-{dashboard.theme}.png")
        assert barriers(frame) == [], (name, width)


def await_given(shop: Shop, title: str) -> dict[str, Any]:
    """The programme, once everybody drawn has a code in Saleor."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        [programme] = [one for one in shop.get("/api/perks")["programmes"] if one["title"] == title]
        counts = programme["counts"]
        if counts["given"] and not counts["on_their_way"]:
            return dict(programme)
        assert time.monotonic() < deadline, programme
        time.sleep(0.5)
