"""A guest's link by a real mail server: through the whole application, with its limits."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis

from saleor_influence_app import db, mail, settings
from saleor_influence_app.api import shopper_guest
from saleor_influence_app.errors import ServiceUnavailable, SettingInvalid
from saleor_influence_app.mail import Letter
from saleor_influence_app.shops import shops
from tests.support.mailbox import Mailbox
from tests.support.shop_rows import put_order
from tests.support.social_shop import API_URL, Shop

APP = "https://app.example"


@pytest.fixture
def given(mailbox: Mailbox, off: Shop, monkeypatch: pytest.MonkeyPatch, redis_url: str) -> Iterator[Mailbox]:
    """The settings of an operator who has a mail server: the environment is their only way in."""
    assert off
    monkeypatch.setenv("SMTP_URL", f"smtp+plain://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("MAIL_FROM", "Kaffa <privacy@kaffa.example>")
    monkeypatch.setenv("APP_IFRAME_BASE_URL", APP)
    settings.get.cache_clear()
    with redis.Redis.from_url(redis_url) as server:
        for key in server.scan_iter("limit:*"):
            server.delete(key)
    yield mailbox
    monkeypatch.undo()
    settings.get.cache_clear()


def ask(shop: Shop, email: str, **options: Any) -> httpx.Response:
    headers = {"saleor-api-url": API_URL, **options.pop("headers", {})}
    body = {"email": email, "language": "it"} | options
    return shop.client.request("POST", "/api/shopper/guest-links", headers=headers, json=body)


def put_guest(shop: Shop, address: str) -> None:
    with db.transaction() as session:
        digest = shops.email_hash(shops.email_key(session, shop.shop_id), address)
        put_order(session, shop.shop_id, None, email_hash=digest)


def test_a_mailed_link_opens_the_guests_page_and_a_stranger_gets_the_same_answer_and_no_mail(
    off: Shop, given: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    put_guest(off, "gast@example.org")

    answers = [ask(off, one) for one in ("nobody@example.org", "gast@example.org")]

    given.wait_for(1)
    [(recipients, letter)] = given.letters
    assert [(one.status_code, one.json()) for one in answers] == [(202, {"by_mail": True, "hours": 24})] * 2
    assert recipients == ["gast@example.org"]
    assert letter["From"] == "Kaffa <privacy@kaffa.example>"
    assert letter["Subject"].startswith("I tuoi dati presso")
    text = letter.get_content()
    link = next(line for line in text.splitlines() if line.startswith(APP))
    assert link.startswith(f"{APP}/shopper/guest?")
    assert "token=" not in link.split("#")[0]
    headers = {"authorization": f"Guest {link.split('#token=')[1]}", "saleor-api-url": API_URL}
    statement = off.client.request("GET", "/api/shopper/statement", headers=headers)
    assert (statement.status_code, len(statement.json()["orders"])) == (200, 1)
    assert "example.org" not in "".join(capsys.readouterr())


def test_the_link_leads_to_the_address_that_the_operator_set_whatever_a_request_says(
    off: Shop, given: Mailbox
) -> None:
    put_guest(off, "gast@example.org")

    ask(off, "gast@example.org", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})

    given.wait_for(1)
    assert "evil" not in given.letters[0][1].get_content()


def test_an_address_that_asks_for_many_links_is_told_to_wait(off: Shop, given: Mailbox) -> None:
    assert given
    answers = [ask(off, f"{one}@example.org") for one in range(shopper_guest.MOST_OF_AN_ADDRESS + 1)]

    assert [one.status_code for one in answers] == [202] * shopper_guest.MOST_OF_AN_ADDRESS + [429]
    assert answers[-1].json()["error"]["code"] == "TOO_MANY_ATTEMPTS"


def test_a_mail_server_that_does_not_encrypt_is_refused_where_encryption_is_asked_for(
    given: Mailbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{given.port}")
    settings.get.cache_clear()

    with pytest.raises(ServiceUnavailable):
        mail.send(Letter("gast@example.org", "subject", "text"))

    assert given.letters == []
    assert "gast" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("to", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "x"])
def test_a_letter_goes_to_one_address_or_to_none(given: Mailbox, to: str) -> None:
    with pytest.raises(ServiceUnavailable):
        mail.send(Letter(to, "subject", "text"))

    assert given.letters == []


@pytest.mark.parametrize(
    ("name", "value"), [("SMTP_URL", "https://mail.example"), ("MAIL_FROM", ""), ("APP_IFRAME_BASE_URL", "")]
)
def test_settings_of_mail_that_do_not_fit_are_refused(
    given: Mailbox, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert given
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingInvalid):
        settings.read()
