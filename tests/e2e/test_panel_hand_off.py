"""Staff point a webhook and a mail server at their tools, try both, and download who was given a perk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, expect

from tests.support.dashboard import SCREENSHOTS, THEMES, Dashboard, barriers
from tests.support.hand_off import Receiver, receiving
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.e2e
WIDTHS = (1440, 390)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def look(dashboard: Dashboard, frame: Frame, name: str) -> None:
    """Keep pictures as wide as on a desk and on a phone, in each theme; nothing may stick out."""
    SCREENSHOTS.mkdir(exist_ok=True)
    element = frame.frame_element()
    for width in WIDTHS:
        dashboard.page.set_viewport_size({"width": 1800, "height": 1000})
        element.evaluate(
            "(frame, px) => { Object.assign(frame.style, {width: `${px}px`, maxWidth: 'none'}) }", width
        )
        height = frame.evaluate("document.documentElement.scrollHeight")
        element.evaluate("(frame, px) => { frame.style.height = `${px}px` }", height)
        assert frame.evaluate("document.documentElement.scrollWidth") <= width, width
        for theme in THEMES:
            dashboard.wear(frame, theme)
            element.screenshot(path=SCREENSHOTS / f"{name}-{width}-{theme}.png", animations="disabled")
            assert barriers(frame) == [], (width, theme)


def test_a_webhook_and_a_mail_server_are_set_and_tried_on_the_settings_page(
    dashboard: Dashboard, receiver: Receiver, mailbox: Mailbox
) -> None:
    frame = dashboard.app("/settings")
    tools = frame.get_by_role("region", name="Hand perks off to your own tools")
    tools.get_by_label("Address of your tool").fill(receiver.url)
    tools.get_by_role("button", name="Save the webhook").click()
    expect(tools.get_by_label("Secret of the webhook", exact=True)).to_have_value(
        re.compile("^whsec_"), timeout=30_000
    )
    tools.get_by_role("button", name="Send a test").click()
    expect(tools.get_by_text("The webhook took the test.")).to_be_visible(timeout=30_000)
    assert [one["type"] for one in receiver.events] == ["hand_off.test"]

    mails = frame.get_by_role("region", name="Write to customers yourself")
    mails.get_by_role("button", name="Save the mail server").click()
    expect(mails.get_by_text("Write the name of the server.")).to_be_visible()
    mails.get_by_label("Server", exact=True).fill("127.0.0.1")
    mails.get_by_label("Port", exact=True).fill(str(mailbox.port))
    mails.get_by_label("Encryption").select_option("none")
    mails.get_by_label("From: e-mail address").fill("hello@kaffa.example")
    mails.get_by_label("From: name").fill("Kaffa")
    mails.get_by_role("button", name="Save the mail server").click()
    mails.get_by_label("Send a test to").fill("me@kaffa.example")
    mails.get_by_role("button", name="Send a test e-mail").click()
    expect(mails.get_by_text("The server took the mail.")).to_be_visible(timeout=30_000)
    assert [to for to, _ in mailbox.letters] == [["me@kaffa.example"]]
    look(dashboard, frame, "hand-off")

    for card, label in ((tools, "Switch off"), (mails, "Switch off e-mails")):
        card.get_by_role("button", name=label, exact=True).click()
        card.get_by_role("group").get_by_role("button", name="Switch off", exact=True).click()
        expect(card.get_by_text("Given up")).to_have_count(0, timeout=30_000)
