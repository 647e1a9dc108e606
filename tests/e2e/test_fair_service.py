"""Fair service is switched on where everything else is, and says what is kept for it."""

import pytest
from playwright.sync_api import expect

from tests.support.dashboard import Dashboard, Shop

pytestmark = pytest.mark.e2e


def test_fair_service_is_switched_on_and_off_in_the_settings(dashboard: Dashboard, shop: Shop) -> None:
    frame = dashboard.app("/settings")
    switch = frame.get_by_role("group", name="Fair service").get_by_role("checkbox")
    save = frame.get_by_role("button", name="Save", exact=True)
    for is_on in (True, False):
        switch.click()
        expect(frame.get_by_text("A full run follows when you save.")).to_have_count(0)
        save.click()
        expect(frame.get_by_text("Saved.")).to_be_visible(timeout=30_000)
        assert shop.get("/api/settings")["fair_service"] is is_on
        if is_on:
            dashboard.look_at_widths(frame, "settings-fair-service")
