"""Hand-off as the settings page asks for it, the table of a programme, and the page that stops mails."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from sqlalchemy import text

from saleor_influence_app import db, settings
from saleor_influence_app.hand_off import stops
from saleor_influence_app.models import MailStop, PerkGrant
from tests.support.hand_off import Receiver, receiving
from tests.support.mailbox import Mailbox
from tests.support.perks import SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_customers
from tests.support.shop_server import AppClient
from tests.support.staff import Staff

APP = "https://app.example"
MAIL: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 25,
    "security": "none",
    "sender_address": "hello@kaffa.example",
    "sender_name": "Kaffa",
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> Iterator[None]:
    """The operator has said where the app is; nobody has tested anything yet."""
    monkeypatch.setenv("APP_IFRAME_BASE_URL", APP)
    settings.get.cache_clear()
    with redis.Redis.from_url(redis_url) as server:
        for key in server.scan_iter("limit:hand-off*"):
            server.delete(key)
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


def test_a_webhook_is_set_tried_and_dropped_and_its_secret_is_shown_once(
    staff: Staff, receiver: Receiver, here: None
) -> None:
    assert here is None
    assert staff.get("/api/hand-off").json() == {"webhook": None, "mail": None, "mail_can_be_set": True}
    wanted = {"url": receiver.url, "events": ["grant.created"]}

    secret = staff.ask("PUT", "/api/hand-off/webhook", json=wanted).json()["secret"]
    assert secret.startswith("whsec_")
    assert staff.ask("PUT", "/api/hand-off/webhook", json=wanted).json() == {"secret": None}
    shown = staff.get("/api/hand-off")
    assert shown.json()["webhook"]["events"] == ["grant.created"]
    assert secret not in shown.text
    renewed = staff.ask("POST", "/api/hand-off/webhook/secret").json()["secret"]
    assert renewed not in {secret, None}

    tried = staff.ask("POST", "/api/hand-off/webhook/test")
    assert tried.json() == {"taken": True, "answer": "The webhook took the test."}
    [event] = receiver.events
    assert (event["type"], event["data"]) == ("hand_off.test", {})
    receiver.answers = [403]
    tried = staff.ask("POST", "/api/hand-off/webhook/test")
    assert tried.json() == {"taken": False, "answer": "It answered with status 403."}

    assert staff.ask("DELETE", "/api/hand-off/webhook").status_code == 204
    assert staff.get("/api/hand-off").json()["webhook"] is None
    assert staff.ask("POST", "/api/hand-off/webhook/test").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "ftp://tool.example",
        "tool.example/hooks",
        "https://",
        "https://user:secret@tool.example/",
        "https://tool.example/#part",
        "https://tool.example:0/",
        "https://tool.example:99999/",
        "https://tool.example/\nx",
        "https://tool example/",
        f"https://tool.example/{'x' * 500}",
    ],
)
def test_an_address_that_is_none_is_refused_in_words(staff: Staff, url: str) -> None:
    answer = staff.ask("PUT", "/api/hand-off/webhook", json={"url": url, "events": ["grant.created"]})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert staff.get("/api/hand-off").json()["webhook"] is None


@pytest.mark.parametrize("events", [[], ["order.created"], ["grant.created", "grant.created"]])
def test_events_that_there_are_not_are_refused(staff: Staff, events: list[str]) -> None:
    wanted = {"url": "https://tool.example/hooks", "events": events}
    assert staff.ask("PUT", "/api/hand-off/webhook", json=wanted).status_code == 422


def test_in_production_a_webhook_is_https(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORKS", "false")
    settings.get.cache_clear()
    wanted = {"url": "http://tool.example/hooks", "events": ["grant.created"]}
    assert staff.ask("PUT", "/api/hand-off/webhook", json=wanted).status_code == 422
    monkeypatch.undo()
    settings.get.cache_clear()


def test_a_mail_server_is_set_tried_and_dropped_and_its_password_is_never_shown(
    staff: Staff, mailbox: Mailbox, here: None
) -> None:
    assert here is None
    wanted = MAIL | {"port": mailbox.port}

    shown = staff.ask("PUT", "/api/hand-off/mail", json=wanted)
    assert shown.json()["mail"]["sender_name"] == "Kaffa"
    tried = staff.ask("POST", "/api/hand-off/mail/test", json={"to": "me@kaffa.example"})
    assert tried.json() == {"taken": True, "answer": "The server took the mail."}
    [([to], letter)] = mailbox.letters
    assert (to, letter["Subject"]) == ("me@kaffa.example", "Kaffa: test e-mail")
    mailbox.answers = [("MAIL", "550 who are you?")]
    tried = staff.ask("POST", "/api/hand-off/mail/test", json={"to": "me@kaffa.example"})
    assert tried.json()["answer"] == "The mail server says: 550 who are you?"

    assert staff.ask("PUT", "/api/hand-off/mail", json=wanted | {"user": "kaffa"}).status_code == 422
    secret = {"user": "kaffa", "password": "very secret"}
    assert "very secret" not in staff.ask("PUT", "/api/hand-off/mail", json=wanted | secret).text
    assert "very secret" not in staff.get("/api/hand-off").text
    assert staff.ask("DELETE", "/api/hand-off/mail").status_code == 204
    assert staff.get("/api/hand-off").json()["mail"] is None


def test_tests_are_not_without_end(staff: Staff, receiver: Receiver, here: None) -> None:
    assert here is None
    staff.ask("PUT", "/api/hand-off/webhook", json={"url": receiver.url, "events": ["grant.created"]})
    answers = {staff.ask("POST", "/api/hand-off/webhook/test").status_code for _ in range(21)}
    assert answers == {200, 429}


def test_the_link_in_a_mail_asks_first_and_a_post_stops_mails_for_good(
    client: AppClient, shop_id: int
) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "ines")
        link = stops.link(session, shop_id, "ines", base_url="", language="nl")

    asked = client.get(link)
    assert asked.status_code == 200
    assert "Wil je geen e-mails over voordelen van deze winkel meer krijgen?" in asked.text
    assert stopped() == []
    for _ in range(2):
        done = client.post(
            link,
            content=b"List-Unsubscribe=One-Click",
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert done.status_code == 200
        assert "Klaar." in done.text
    assert stopped() == ["ines"]
    assert "form-action 'self'" in done.headers["content-security-policy"]

    wrong = link.replace("?", "0?")
    assert (client.get(wrong).status_code, client.post(wrong).status_code) == (404, 404)
    assert client.post(link.replace(f"/{shop_id}/", "/99/")).status_code == 404


def stopped() -> list[str]:
    with db.transaction() as session:
        return [one.customer_id for one in session.query(MailStop)]


def test_the_table_of_a_programme_holds_who_was_given_it_and_no_formula(staff: Staff, shop_id: int) -> None:
    people = ["=HYPERLINK(1)", "+1", "plain", "@x", "\uff1dfull", "-2", "a,b"]
    with db.transaction() as session:
        session.execute(text("UPDATE shops SET permissions = permissions || ARRAY['MANAGE_SHIPPING']"))
        put_members(session, shop_id, *people)
    wanted = plan(kind="shipping", terms=SHIPPING_TERMS, title='=1+1 "so"', hold_out=0.5)
    programme_id = started(shop_id, wanted)
    given = {str(one.customer_id) for one in grants_of(programme_id) if one.arm == "granted"}
    with db.transaction() as session:
        session.query(PerkGrant).filter_by(customer_id=min(given)).update({"code": "-CODE"})

    answer = staff.get(f"/api/perks/{programme_id}/grants/export")

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["customer_id"].removeprefix("'") for row in rows} == given != set(people)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell and cell.strip()[0] in "=+-@\uff1d"]
    assert {row["programme"] for row in rows} == {'\'=1+1 "so"'}
    assert {row["code"] for row in rows} == {"", "'-CODE"}
