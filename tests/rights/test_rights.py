"""Rights of every customer and guest: without social, from a session or a link, by staff, within a month."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.mail import Letter
from saleor_influence_app.models import month_after
from saleor_influence_app.rights import guest_links, guest_mail, register, standing, subjects
from saleor_influence_app.shops import shops
from tests.support.shop_rows import put_customers, put_order, put_shop
from tests.support.social_shop import API_URL, Shop, sql

GUEST_ADDRESS = "gast@example.org"


@pytest.fixture(autouse=True)
def _no_limits_spent(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as server:
        for key in server.scan_iter("limit:*"):
            server.delete(key)


def digest_of(session: Session, shop_id: int, address: str = GUEST_ADDRESS) -> bytes:
    found = shops.email_hash(shops.email_key(session, shop_id), address)
    assert found
    return found


@pytest.fixture
def guest(off: Shop) -> str:
    """A guest with two orders; returns their name."""
    with db.transaction() as session:
        digest = digest_of(session, off.shop_id)
        for _ in range(2):
            put_order(session, off.shop_id, None, email_hash=digest)
        return subjects.guest(digest)


def as_guest(shop: Shop, customer_id: str, method: str, path: str, **options: Any) -> httpx.Response:
    with db.transaction() as session:
        token = guest_links.make(session, shop.shop_id, customer_id).token
    headers = {"authorization": f"Guest {token}", "saleor-api-url": API_URL}
    return shop.client.request(method, f"/api/shopper{path}", headers=headers, **options)


def test_a_shop_that_never_switched_social_on_answers_its_customers(off: Shop) -> None:
    about = off.as_customer("ines", "GET", "/about").json()
    statement = off.as_customer("ines", "GET", "/statement")
    export = off.as_customer("ines", "GET", "/export")
    contest = off.as_customer("ines", "POST", "/contests", json={"text": "Who am I to you?"})

    assert (about["enabled"], about["networks"], about["wordings"]) == (False, [], [])
    assert statement.status_code == export.status_code == 200
    assert statement.json()["takes_part"] is True
    assert contest.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/links", {"network": "mastodon", "method": "oauth", "handle": "m.example"}),
        (
            "POST",
            "/consents",
            {"purpose": "perks", "text_hash": "0" * 64, "language": "en", "old_enough": True},
        ),
    ],
)
def test_only_linking_and_consents_need_social(off: Shop, *, method: str, path: str, body: Any) -> None:
    answer = off.as_customer("ines", method, path, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SOCIAL_OFF")


def test_a_customer_objects_takes_part_again_and_erases_where_social_was_never_on(off: Shop) -> None:
    assert off.as_customer("ines", "POST", "/objection").status_code == 204
    assert off.as_customer("ines", "GET", "/statement").json()["takes_part"] is False
    assert off.as_customer("ines", "DELETE", "/objection").status_code == 204
    assert off.as_customer("ines", "DELETE", "/objection").status_code == 404
    assert off.as_customer("ines", "GET", "/statement").json()["takes_part"] is True
    assert off.as_customer("ines", "POST", "/erase").status_code == 200

    with db.transaction() as session:
        assert standing.standing(session, off.shop_id, "ines").erased_at is not None
        rows = sql(session, "SELECT kind, customer_id, received_by, done_by FROM rights_requests ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("objection", None, "shopper", "shopper"),
        ("erasure", None, "shopper", "shopper"),
    ]


def test_an_export_stands_in_the_register_once_a_day(off: Shop) -> None:
    for _ in range(2):
        assert off.as_customer("ines", "GET", "/export").status_code == 200

    page = off.as_staff("GET", "/rights-requests?open=false").json()

    assert [(row["kind"], row["customer_id"], row["done_by"]) for row in page["requests"]] == [
        ("export", "ines", "shopper")
    ]


def test_a_guest_reaches_everything_of_theirs_by_a_link(off: Shop, guest: str) -> None:
    statement = as_guest(off, guest, "GET", "/statement").json()
    about = as_guest(off, guest, "GET", "/about").json()
    objection = as_guest(off, guest, "POST", "/objection")
    contest = as_guest(off, guest, "POST", "/contests", json={"text": "I only bought once."})

    assert (about["is_guest"], about["by_link"]) == (True, True)
    assert [order["has_email"] for order in statement["orders"]] == [True, True]
    assert objection.status_code == 204
    assert contest.status_code == 201
    assert as_guest(off, guest, "GET", "/statement").json()["takes_part"] is False


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (
            "POST",
            "/consents",
            {"purpose": "perks", "text_hash": "0" * 64, "language": "en", "old_enough": True},
        ),
        ("POST", "/links", {"network": "mastodon", "method": "oauth", "handle": "m.example"}),
        ("POST", "/links/finish", {"link_id": "x"}),
        ("GET", "/invitation?token=1.x", None),
    ],
)
def test_a_link_opens_nothing_that_needs_an_account(shop: Shop, *, method: str, path: str, body: Any) -> None:
    answer = as_guest(shop, "ines", method, path, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")


def test_a_link_is_for_one_shop_one_person_one_purpose_and_one_day(off: Shop, guest: str) -> None:
    now = datetime.now(UTC)
    with db.transaction() as session:
        other = put_shop(session, "https://two.example/graphql/")
        token = guest_links.make(session, off.shop_id, guest, now=now).token

        assert guest_links.whose(session, off.shop_id, token, now=now + timedelta(hours=23)) == guest
        for shop_id, moment, text in (
            (off.shop_id, now + timedelta(hours=24, seconds=2), token),
            (other, now, token),
            (off.shop_id, now, token[:-4] + "AAA="),
            (off.shop_id, now, ""),
            (off.shop_id, now, "\u00fc"),
        ):
            with pytest.raises(TokenInvalid):
                guest_links.whose(session, shop_id, text, now=moment)


def test_a_guest_who_has_an_account_by_now_reaches_that_account(off: Shop, guest: str) -> None:
    with db.transaction() as session:
        put_customers(session, off.shop_id, "new", email_hash=digest_of(session, off.shop_id))

    assert as_guest(off, guest, "GET", "/statement").json()["customer_id"] == "new"


def asked(shop: Shop, email: str, *, sent: list[Letter]) -> bool:
    what = guest_mail.Asked(email=email, page_url="https://app.example/shopper", language="nl")
    return guest_mail.send(db.transaction, shop.shop_id, what, sender=sent.append)


def test_a_mail_goes_to_the_address_of_the_order_as_it_is_compared_and_to_nobody_else(
    off: Shop, guest: str
) -> None:
    sent: list[Letter] = []

    assert asked(off, " Gast@Example.org", sent=sent)
    assert not asked(off, "nobody@example.org", sent=sent)
    [letter] = sent
    assert letter.to == GUEST_ADDRESS
    assert letter.subject.startswith("Je gegevens bij")
    token = letter.text.split("#token=")[1].split()[0]
    with db.transaction() as session:
        assert guest_links.whose(session, off.shop_id, token) == guest


def test_a_letter_that_only_lowers_to_another_is_mailed_to_the_address_that_was_found(off: Shop) -> None:
    """The Kelvin sign lowers to k: what was typed is another mailbox than that of the orders."""
    with db.transaction() as session:
        put_order(session, off.shop_id, None, email_hash=digest_of(session, off.shop_id, "mike@example.org"))
    sent: list[Letter] = []

    assert asked(off, "mi\u212ae@example.org", sent=sent)
    assert sent[0].to == "mike@example.org"


def test_one_address_gets_a_few_mails_an_hour(off: Shop, guest: str) -> None:
    assert guest
    sent: list[Letter] = []

    for _ in range(10):
        asked(off, GUEST_ADDRESS, sent=sent)

    assert len(sent) == guest_mail.MOST_FOR_AN_ADDRESS


def test_without_a_mail_server_the_answer_says_to_write_to_the_shop(off: Shop) -> None:
    answer = off.client.request(
        "POST",
        "/api/shopper/guest-links",
        headers={"saleor-api-url": API_URL},
        json={"email": GUEST_ADDRESS},
    )

    assert (answer.status_code, answer.json()) == (202, {"by_mail": False, "hours": 24})


@pytest.mark.parametrize(
    "email", ["", "x", "a@b@c", "a@b,c@d", "a@b\nbcc: x@y", "<a@b>", "a b@c", "x" * 320 + "@y"]
)
def test_what_is_no_single_address_is_refused(off: Shop, email: str) -> None:
    answer = off.client.request(
        "POST", "/api/shopper/guest-links", headers={"saleor-api-url": API_URL}, json={"email": email}
    )

    assert answer.status_code == 422


def test_staff_hand_a_link_over_for_a_guests_order_and_not_for_an_account(off: Shop, guest: str) -> None:
    with db.transaction() as session:
        own = put_order(session, off.shop_id, "ines")
        [first, *_] = subjects.orders_of(session, off.shop_id, guest)

    made = off.as_staff("POST", f"/orders/{first.order_id}/guest-link").json()
    refused = off.as_staff("POST", f"/orders/{own}/guest-link")

    token = made["url"].split("#token=")[1]
    with db.transaction() as session:
        assert guest_links.whose(session, off.shop_id, token) == guest
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-11-29", "2026-12-29"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_request_is_due_one_calendar_month_later(received: str, due: str) -> None:
    day = datetime.fromisoformat(received).replace(tzinfo=UTC)

    assert month_after(day).date().isoformat() == due


def test_the_register_keeps_the_clock_and_the_overdue_come_first(off: Shop) -> None:
    old = (datetime.now(UTC) - timedelta(days=40)).date().isoformat()
    body = {"customer": "ines", "kind": "access", "note": "By letter."}
    assert off.as_staff("POST", "/rights-requests", json=body).status_code == 201
    late = off.as_staff("POST", "/rights-requests", json=body | {"kind": "erasure", "received": old})
    unknown = off.as_staff("POST", "/rights-requests", json=body | {"customer": "nobody"})

    page = off.as_staff("GET", "/rights-requests").json()

    assert unknown.status_code == 404
    assert [(row["kind"], row["days_left"] < 0) for row in page["requests"]] == [
        ("erasure", True),
        ("access", False),
    ]
    assert page["overdue"] == 1
    with db.transaction() as session:
        register.sweep(session)
        assert sql(session, "SELECT key FROM problems WHERE dismissed_at IS NULL") == [(register.OVERDUE,)]
    assert "erasure" not in [row["kind"] for row in _after_erasing(off, late.json()["ids"][0])["requests"]]
    with db.transaction() as session:
        assert sql(session, "SELECT key FROM problems WHERE dismissed_at IS NULL") == []


def _after_erasing(shop: Shop, number: int) -> dict[str, Any]:
    assert shop.as_staff("POST", "/customers/ines/erasure").status_code == 204
    with db.transaction() as session:
        [row] = sql(session, "SELECT customer_id, done_by FROM rights_requests WHERE id = :id", id=number)
        assert row.customer_id is None
        assert row.done_by
    found: dict[str, Any] = shop.as_staff("GET", "/rights-requests").json()
    return found


def test_a_request_is_finished_by_hand_once(off: Shop) -> None:
    body = {"customer": "ines", "kind": "rectification"}
    [number] = off.as_staff("POST", "/rights-requests", json=body).json()["ids"]

    answers = [
        off.as_staff("POST", f"/rights-requests/{number}/done", json={"note": "Told by phone."}).status_code
        for _ in range(2)
    ]

    assert answers == [204, 404]


def test_staff_object_for_a_customer_and_cannot_end_it(off: Shop) -> None:
    answer = off.as_staff("POST", "/customers/ines/objection", json={"reason": "By letter."})

    shown = off.as_staff("GET", "/customers/ines/rights").json()

    assert answer.status_code == 204
    assert (shown["takes_part"], shown["requests"][0]["kind"]) == (False, "objection")
    assert off.as_staff("DELETE", "/customers/ines/objection").status_code == 405
    assert off.as_staff("POST", "/customers/nobody/objection", json={}).status_code == 404


def test_people_are_found_by_id_address_and_order_number(off: Shop, guest: str) -> None:
    with db.transaction() as session:
        put_customers(
            session, off.shop_id, "anna", email_hash=digest_of(session, off.shop_id, "anna@example.org")
        )
        [order, *_] = subjects.orders_of(session, off.shop_id, guest)

        assert subjects.find(session, off.shop_id, "ines") == ["ines"]
        assert subjects.find(session, off.shop_id, "Anna@example.org") == ["anna"]
        assert subjects.find(session, off.shop_id, GUEST_ADDRESS) == [guest]
        assert subjects.find(session, off.shop_id, f"#{order.number}") == [guest]
