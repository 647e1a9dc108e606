"""Programmes of perks in the panel: waiting until Saleor has been told."""

import time
from typing import Any

from tests.support.dashboard import Shop

PATIENCE_SECONDS = 120


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
