"""Staff point a webhook and a mail server at their tools, try both, and download who was given a perk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.dashboard import Dashboard
from tests.support.hand_off import Receiver, receiving
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.e2e


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


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
    dashboard.look_at_widths(frame, "hand-off")

    for card, label in ((tools, "Switch off"), (mails, "Switch off e-mails")):
        card.get_by_role("button", name=label, exact=True).click()
        card.get_by_role("group").get_by_role("button", name="Switch off", exact=True).click()
        expect(card.get_by_text("Given up")).to_have_count(0, timeout=30_000)
