"""Links to forward: where they lead, that nobody is tracked, and what nobody makes of them."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select, update

from saleor_influence_app import db
from saleor_influence_app.api import referral_links
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.models import GrantState, PerkGrant, Shop
from saleor_influence_app.perks import programmes
from tests.support.perks import REFERRAL_TERMS, plan, put_members, started
from tests.support.shop_server import AppClient
from tests.support.staff import Staff

TARGET = "https://shop.example/nl/welcome?voucher={code}&utm=friend"
SETTINGS = {"referral_url": TARGET}


@pytest.fixture
def linked(shop_id: int) -> str:
    """The code of a member's link that works."""
    with db.transaction() as session:
        session.execute(
            update(Shop)
            .where(Shop.id == shop_id)
            .values(referral_url=TARGET, permissions=["MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_USERS"])
        )
        put_members(session, shop_id, "often")
    started(shop_id, plan(kind="referral", terms=REFERRAL_TERMS, hold_out=0.0))
    with db.transaction() as session:
        session.execute(update(PerkGrant).values(state=GrantState.GIVEN))
        return str(session.scalars(select(PerkGrant.code)).one())


def opened(client: AppClient, shop: object, code: str, **given: Any) -> httpx.Response:
    return client.request(given.pop("method", "GET"), f"/r/{shop}/{quote(code, safe='')}", **given)


def visits() -> int:
    with db.transaction() as session:
        return session.scalars(select(PerkGrant.visits)).one()


def test_a_link_leads_to_the_storefront_with_its_code(client: AppClient, shop_id: int, linked: str) -> None:
    for code in (linked, linked.lower()):
        answer = opened(client, shop_id, code)
        assert answer.status_code == 302
        assert answer.headers["location"] == f"https://shop.example/nl/welcome?voucher={linked}&utm=friend"
    assert visits() == 2


def test_nobody_is_tracked(client: AppClient, shop_id: int, linked: str) -> None:
    answer = opened(client, shop_id, linked)
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert opened(client, shop_id, linked, method="HEAD").status_code == 302
    assert visits() == 1


def test_a_link_that_does_not_work_leads_to_the_storefront_without_a_code(
    client: AppClient, shop_id: int, linked: str
) -> None:
    assert opened(client, shop_id, "FRIEND-ABCDEFGHJKLM").headers["location"] == (
        "https://shop.example/nl/welcome"
    )
    with db.transaction() as session:
        programme_id = session.scalars(select(PerkGrant.programme_id)).one()
        programmes.pause(session, shop_id, programme_id)
    assert opened(client, shop_id, linked).headers["location"] == "https://shop.example/nl/welcome"
    with db.transaction() as session:
        session.execute(update(Shop).values(referral_url="https://shop.example/r/{code}"))
    assert opened(client, shop_id, linked).headers["location"] == "https://shop.example/"
    assert visits() == 0


def test_one_shop_never_answers_for_another(
    client: AppClient, shop_id: int, neighbouring_shop_id: int, linked: str
) -> None:
    assert opened(client, neighbouring_shop_id, linked).status_code == 404
    with db.transaction() as session:
        of = Shop.id == neighbouring_shop_id
        session.execute(update(Shop).where(of).values(referral_url="https://other.example/?v={code}"))
    assert opened(client, neighbouring_shop_id, linked).headers["location"] == "https://other.example/"
    with db.transaction() as session:
        session.execute(update(Shop).where(Shop.id == shop_id).values(active=False))
    assert opened(client, shop_id, linked).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_of_no_shop_says_so_in_the_readers_language(client: AppClient, language: str) -> None:
    answer = opened(client, 999_999, "FRIEND", headers={"accept-language": language})
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


HOSTILE = [
    "//evil.example",
    "https://evil.example",
    "\\evil.example",
    "@evil.example",
    "X\r\nSet-Cookie: a=b",
    "X\r\nLocation: https://evil.example",
    "{code}",
    "A" * 5000,
    "\u017fHOP",
    "' OR 1=1 --",
    "%00",
    "<script>",
    "\u202efriend",
]


@pytest.mark.parametrize("code", HOSTILE)
def test_nothing_of_the_request_is_in_where_it_leads(
    client: AppClient, shop_id: int, linked: str, code: str
) -> None:
    assert linked
    answer = opened(client, shop_id, code)
    assert answer.headers.get("location", "https://shop.example/nl/welcome") == (
        "https://shop.example/nl/welcome"
    )
    assert answer.status_code in {302, 404}
    assert "set-cookie" not in answer.headers
    assert "evil" not in answer.text
    assert visits() == 0


@pytest.mark.parametrize("shop", ["0", "-1", "1e3", "\uff19", "2147483648", "9" * 400, "one", "1.0", " 1"])
def test_a_shop_that_is_no_number_of_ours_is_not_found(client: AppClient, linked: str, shop: str) -> None:
    assert opened(client, quote(shop), linked).status_code == 404


def test_who_opens_too_many_is_told_to_wait(
    client: AppClient, shop_id: int, linked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referral_links, "MOST", 3)  # a real limit would take sixty requests
    answers = [opened(client, shop_id, linked) for _ in range(5)]
    assert [one.status_code for one in answers][-2:] == [429, 429]
    assert answers[-1].headers["retry-after"] == "60"


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/?v={code}",
        "https://shop.example/",
        "https://shop.example/{code}/{code}",
        "https://{code}.example/",
        "https://shop.example@evil.example/{code}",
        "https://shop.example\\@evil.example/{code}",
        "//shop.example/{code}",
        "javascript:alert('{code}')",
        "https://shop.example/{code}#there",
        "https://shop.example/{code}\r\nX: y",
        "https://shop/{code}",
        "https://shop.example/{code}{x}",
        "https://shop.example/" + "a" * 300 + "{code}",
    ],
    ids=lambda one: one[:40],
)
def test_a_target_that_is_no_page_of_a_storefront_is_refused(staff: Staff, url: str) -> None:
    known = staff.get("/api/settings").json()
    answer = staff.ask("PUT", "/api/settings", json=known | {"referral_url": url})
    assert answer.status_code == 422
    assert "referral_url" in answer.text


def test_where_links_lead_is_set_without_a_run_and_shown_to_staff(
    staff: Staff, shop_id: int, linked: str
) -> None:
    with db.transaction() as session:
        session.execute(update(Shop).values(referral_url=None))
    assert staff.get("/api/perks/grants?customer_id=often").json()["grants"][0]["link"] is None
    [programme] = staff.get("/api/perks").json()["programmes"]
    warnings = staff.get(f"/api/perks/{programme['id']}/check").json()["warnings"]
    assert any("do not say where links lead" in one for one in warnings)
    before = staff.get("/api/runs").json()
    known = staff.get("/api/settings").json()
    assert staff.ask("PUT", "/api/settings", json=known | SETTINGS).json()["referral_url"] == TARGET
    assert staff.get("/api/runs").json() == before

    [grant] = staff.get("/api/perks/grants?customer_id=often").json()["grants"]
    assert grant["link"].endswith(f"/r/{shop_id}/{linked}")
    assert grant["link"].startswith("http")
    page = staff.get(f"/api/perks/{grant['programme_id']}/rewards").json()
    assert (page["total"], page["visits"], page["target"]) == (0, 0, TARGET)
