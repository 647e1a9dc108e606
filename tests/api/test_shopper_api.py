"""The shopper's API: who gets in, what they see and can do; nothing answers before it is switched on."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from saleor_influence_app import db, login_throttle, models, run_queue, settings
from saleor_influence_app.api import shopper_auth
from saleor_influence_app.errors import SaleorUnreachable, TokenInvalid
from saleor_influence_app.main import create_app
from saleor_influence_app.personal_data.inventory import HOLDINGS
from saleor_influence_app.queries import personal_data_export
from saleor_influence_app.runs import execution
from sandbox import sessions
from sandbox.tokens import Signer
from tests.support.pocket_shop import pocket_saleor
from tests.support.shop_rows import NOW, put_order
from tests.support.shop_server import AppClient
from tests.support.shop_server import claims as staff_claims
from tests.support.social_shop import API_URL, SETTINGS, STOREFRONT, Shop, session_claims, sql, tick
from tests.support.transactions import watched

ENDPOINTS: list[tuple[str, str, Any]] = [
    ("GET", "/about", None),
    ("GET", "/statement", None),
    ("GET", "/export", None),
    ("POST", "/consents", tick("link", "mastodon")),
    ("DELETE", "/consents?purpose=link&network=mastodon", None),
    ("POST", "/links", {"network": "mastodon", "method": "oauth", "handle": "m.example"}),
    ("POST", "/links/finish", {"link_id": "x"}),
    ("POST", "/profiles/mastodon/not-me", None),
    ("POST", "/objection", None),
    ("DELETE", "/objection", None),
    ("POST", "/erase", None),
    ("POST", "/contests", {"text": "This is not me."}),
    ("GET", "/invitation?token=1.x", None),
]
Link = Callable[..., int]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_without_a_session_nothing_is_told(shop: Shop, *, method: str, path: str, body: Any) -> None:
    answer = shop.client.request(method, f"/api/shopper{path}", json=body)

    assert code(answer) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(
    "changed",
    [
        {"is_staff": True},
        {"is_staff": None},
        {"is_staff": 0},
        {"type": "refresh"},
        {"type": "thirdparty"},
        {"type": None},
        {"owner": "someone"},
        {"owner": None},
        {"iss": "https://two.example/graphql/"},
        {"iss": None},
        {"iss": [API_URL]},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": float("nan")},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"nbf": [1]},
        {"user_id": None},
        {"user_id": ""},
        {"user_id": ["ines"]},
        {"user_id": "ines\u0000"},
        {"user_id": "x" * 500},
        {"app": "QXBwOjE="},
        {"user_permissions": []},
    ],
    ids=str,
)
def test_a_genuine_token_of_something_else_is_refused(shop: Shop, changed: dict[str, Any]) -> None:
    token = shop.signer.token(session_claims("ines", **changed))

    assert code(shop.as_customer("ines", "GET", "/statement", token=token)) == (401, "TOKEN_INVALID")


def test_an_expired_session_says_so(shop: Shop) -> None:
    token = shop.signer.token(session_claims("ines", exp=1_700_000_000))

    assert code(shop.as_customer("ines", "GET", "/statement", token=token)) == (401, "TOKEN_EXPIRED")


def test_a_token_of_the_dashboard_is_refused(shop: Shop) -> None:
    token = shop.signer.token(staff_claims(iss=API_URL))

    assert code(shop.as_customer("ines", "GET", "/statement", token=token)) == (401, "TOKEN_INVALID")


def test_a_forged_token_is_refused(shop: Shop) -> None:
    forged = Signer().token(session_claims("ines"))
    head, body, signature = shop.signer.token(session_claims("mara")).split(".")
    theirs = shop.signer.token(session_claims("ines")).split(".")[1]
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()

    for token in (forged, f"{head}.{theirs}.{signature}", f"{none}.{body}.", "x", "a.b.c", "\u00fc"):
        answer = shop.as_customer(
            "ines", "GET", "/statement", headers={"authorization": f"Bearer {token}".encode()}
        )
        assert code(answer) == (401, "TOKEN_INVALID"), token


def test_a_session_that_saleor_no_longer_accepts_is_refused(shop: Shop) -> None:
    shop.revoked.add("ines")

    assert code(shop.as_customer("ines", "GET", "/statement")) == (401, "TOKEN_INVALID")


def test_saleor_is_asked_once_a_minute_and_only_about_good_sessions() -> None:
    asked: list[str] = []
    moment = [0.0]

    def confirm(_api_url: str, token: str, _customer_id: str) -> None:
        asked.append(token)
        if token == "bad":
            raise TokenInvalid("No.")

    confirmed = shopper_auth.Confirmed(confirm, clock=lambda: moment[0])
    for token in ("good", "good", "bad", "bad"):
        try:
            confirmed(API_URL, token, "ines")
        except TokenInvalid:
            continue
    assert asked == ["good", "bad", "bad"]
    confirmed(API_URL, "good", "mara")
    moment[0] = 61.0
    confirmed(API_URL, "good", "ines")
    assert asked == ["good", "bad", "bad", "good", "good"]


def test_a_real_session_of_a_shop_counts_until_it_is_revoked() -> None:
    with pocket_saleor() as pocket:
        ines, mara, staff = pocket.people(3)
        ines.is_confirmed = mara.is_confirmed = staff.is_confirmed = True
        staff.is_staff = True
        token = sessions.access_token(pocket.state, ines)

        shopper_auth.ask_shop(pocket.api_url, token, ines.id)
        for wrong, who in (
            (token, mara.id),
            ("nonsense", ines.id),
            (sessions.refresh_token(pocket.state, ines), ines.id),
            (sessions.access_token(pocket.state, staff), staff.id),
        ):
            with pytest.raises(TokenInvalid):
                shopper_auth.ask_shop(pocket.api_url, wrong, who)
        ines.is_confirmed = False
        with pytest.raises(TokenInvalid, match="Confirm your e-mail"):
            shopper_auth.ask_shop(pocket.api_url, token, ines.id)
        ines.is_confirmed, ines.token_key = True, "changed"
        with pytest.raises(TokenInvalid):
            shopper_auth.ask_shop(pocket.api_url, token, ines.id)
        gone = pocket.api_url
    with pytest.raises(SaleorUnreachable):
        shopper_auth.ask_shop(gone, token, ines.id)


def test_who_tries_tokens_is_kept_out_for_a_while(shop: Shop, redis_url: str) -> None:
    """Case 17: on the oldest Redis that we promise, whose EXPIRE knows no NX."""
    with redis.Redis.from_url(redis_url) as server:
        if "TEST_REDIS_URL" not in os.environ:
            assert server.info("server")["redis_version"].startswith("6.2.")
        bad = Signer().token(session_claims("ines", iat=1_700_000_000))
        answers = [code(shop.as_customer("ines", "GET", "/statement", token=bad)) for _ in range(40)]

        assert answers[: login_throttle.MOST] == [(401, "TOKEN_INVALID")] * login_throttle.MOST
        assert set(answers[login_throttle.MOST :]) == {(429, "TOO_MANY_ATTEMPTS")}
        assert code(shop.as_customer("ines", "GET", "/statement")) == (429, "TOO_MANY_ATTEMPTS")
        [key] = server.scan_iter("shopper-attempts:*")
        assert 0 < server.ttl(key) <= login_throttle.WINDOW_SECONDS


def test_refused_sessions_are_counted_by_person_and_not_by_proxy(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # settings are read from the environment, once, when the application is made
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    settings.get.cache_clear()
    try:
        proxied = replace(shop, client=AppClient(create_app()))
        proxied.client.app.dependency_overrides = shop.client.app.dependency_overrides
    finally:
        monkeypatch.undo()
        settings.get.cache_clear()
    bad = Signer().token(session_claims("ines", iat=1_700_000_000))

    def ask(from_: str, *, token: str | None = None) -> int:
        told = {"x-forwarded-for": from_}
        return proxied.as_customer("ines", "GET", "/statement", token=token, headers=told).status_code

    for number in range(login_throttle.MOST):  # what stands on the left is made up
        assert ask(f"10.1.1.{number}, 203.0.113.9:{5000 + number}", token=bad) == 401
    assert ask("10.9.9.9, 203.0.113.9", token=bad) == 429
    assert ask("203.0.113.10") != 429, "somebody else behind the same proxy"
    for number in range(login_throttle.MOST):  # one household has a whole network of addresses
        assert ask(f"2001:db8:0:7:{number:x}::1", token=bad) == 401
    assert ask("[2001:db8:0:7:ffff::1]:443", token=bad) == 429
    assert ask("2001:db8:0:8::1", token=bad) == 401


def test_without_trusted_proxies_a_made_up_address_is_no_way_around(shop: Shop) -> None:
    bad = Signer().token(session_claims("ines", iat=1_700_000_000))

    def ask(number: int) -> int:
        told = {"x-forwarded-for": f"10.1.1.{number}", "forwarded": f"for=10.1.1.{number}"}
        return shop.as_customer("ines", "GET", "/statement", token=bad, headers=told).status_code

    answers = [ask(number) for number in range(login_throttle.MOST + 3)]
    assert answers == [401] * login_throttle.MOST + [429] * 3


def test_pages_of_the_shops_storefronts_may_ask_and_no_other(shop: Shop) -> None:
    def preflight(origin: str) -> httpx.Response:
        headers = {"origin": origin, "access-control-request-method": "GET"}
        return shop.client.request("OPTIONS", "/api/shopper/statement", headers=headers)

    good = preflight(STOREFRONT)
    assert good.status_code == 204
    assert good.headers["access-control-allow-origin"] == STOREFRONT
    assert "authorization" in good.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in good.headers
    assert "access-control-allow-origin" not in preflight("https://evil.example").headers
    asked = shop.as_customer("ines", "GET", "/statement", headers={"origin": STOREFRONT})
    assert asked.headers["access-control-allow-origin"] == STOREFRONT
    refused = shop.as_customer("ines", "GET", "/statement", headers={"origin": "https://evil.example"})
    assert code(refused) == (403, "PERMISSION_DENIED")
    staff = shop.as_staff("GET", "/privacy-settings", headers={"origin": STOREFRONT})
    assert "access-control-allow-origin" not in staff.headers


def test_a_customers_page_says_what_they_can_agree_to_in_their_language(shop: Shop) -> None:
    about = shop.as_customer("ines", "GET", "/about?language=it").json()

    assert (about["minimum_age"], about["controller_name"]) == (18, "Kaffa BV")
    assert about["networks"] == ["bluesky", "mastodon"]
    found = {(one["purpose"], one["network"]) for one in about["wordings"]}
    assert found == {
        *((purpose, name) for purpose in ("link", "score") for name in ("bluesky", "mastodon")),
        ("perks", None),
        ("outreach", None),
    }
    assert all(one["text"].startswith("Acconsento che Kaffa BV") for one in about["wordings"])
    assert shop.as_customer("ines", "GET", "/about?language=xx").status_code == 422


def test_a_statement_shows_every_number_its_rows_and_nobody_else(
    shop: Shop, session: Session, link: Link
) -> None:
    for who in ("ines", "mara"):
        shop.agree(who, ("link", "mastodon"), ("score", "mastodon"))
        link(who, who)
    for month in range(1, 13):
        put_order(session, shop.shop_id, "ines", days_ago=30 * month)
    put_order(session, shop.shop_id, "mara", days_ago=3)
    tie = (
        "INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from) "
        "VALUES (:shop_id, 'ines', 'mara', 'mastodon', 'social', :at)"
    )
    sql(session, tie, shop_id=shop.shop_id, at=NOW.replace(year=2025))
    run_id = run_queue.request(session, shop.shop_id, kind="full")
    session.commit()
    assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)

    found = shop.as_customer("ines", "GET", "/statement").json()

    assert found["value"]["revenue"] == {"amount": "600.00", "currency": "EUR"}
    assert found["ties"] == [{"kind": "mastodon", "may_be_led": 1, "may_lead": 0}]
    assert [row["purpose"] for row in found["consents"]] == ["link", "score", "link"]
    assert found["consents"][2]["proof"] == "ownership: nonce"
    assert found["profiles"][0]["proof"] == "nonce"
    export = shop.as_customer("ines", "GET", "/export").json()
    assert len(export["holds"]["orders"]) == 12
    assert len(export["holds"]["scores"]) == 1
    for answer in (found, export):
        assert "mara" not in json.dumps(answer)


def test_an_export_covers_every_table_that_speaks_of_customers(shop: Shop) -> None:
    naming = {name for name, one in HOLDINGS.items() if {"customer", "guest"} & set(one.whose)}

    with db.snapshot() as session:
        covered = set(personal_data_export.holdings(session, shop.shop_id, "ines")["holds"])

    assert naming - covered == set()


def test_an_export_holds_no_token(shop: Shop, link: Link) -> None:
    from saleor_influence_app.social.network import Token

    shop.agree("ines", ("link", "mastodon"))
    link("ines", "ines", proof="oauth", token=Token(access="the-token"))

    text = shop.as_customer("ines", "GET", "/export").text

    assert "the-token" not in text
    assert "token_encrypted" not in text
    assert '"has_token":true' in text


def test_not_me_takes_the_profile_and_all_that_rested_on_it(shop: Shop, session: Session, link: Link) -> None:
    shop.agree("ines", ("link", "mastodon"), ("score", "mastodon"))
    link("ines", "ines")

    assert shop.as_customer("ines", "POST", "/profiles/mastodon/not-me").status_code == 204

    assert sql(session, "SELECT * FROM profiles") == []
    rows = sql(session, "SELECT purpose, action, proof FROM consents ORDER BY number")
    assert [tuple(row) for row in rows[3:]] == [
        ("score", "withdrawn", "Saleor session: not me"),
        ("link", "withdrawn", "Saleor session: not me"),
    ]
    assert shop.as_customer("ines", "POST", "/profiles/mastodon/not-me").status_code == 404


def test_what_a_customer_contests_is_read_and_answered_by_staff(shop: Shop) -> None:
    number = shop.as_customer("ines", "POST", "/contests", json={"text": "I never led anybody."}).json()["id"]
    [asked] = shop.as_staff("GET", "/contests").json()
    assert (asked["customer_id"], asked["text"]) == ("ines", "I never led anybody.")

    answered = shop.as_staff("PUT", f"/contests/{number}/answer", json={"text": "We have looked."})

    assert answered.status_code == 204
    assert shop.as_staff("GET", "/contests").json() == []
    assert shop.as_customer("ines", "GET", "/statement").json()["contests"][0]["answer"] == "We have looked."
    assert shop.as_customer("mara", "GET", "/statement").json()["contests"] == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"purpose": "link"},
        tick("sell", "mastodon"),
        tick("link", None),
        tick("link", "myspace"),
        tick("perks", "mastodon"),
        tick("link", "mastodon", language="xx"),
        tick("link", "mastodon", old_enough="maybe"),
        tick("link", "mas\u0000todon"),
        tick("link", "mastodon") | {"customer_id": "mara"},
    ],
    ids=str,
)
def test_a_consent_that_is_none_is_refused_in_words(shop: Shop, session: Session, body: Any) -> None:
    answer = shop.as_customer("ines", "POST", "/consents", json=body)

    assert answer.status_code in {403, 422}
    assert answer.json()["error"]["message"]
    assert sql(session, "SELECT * FROM consents") == []


def test_settings_are_confirmed_by_who_may_manage_apps_and_never_tell_a_secret(off: Shop) -> None:
    wanted = SETTINGS | {"networks": {"x": {"client_id": "id", "client_secret": "very-secret"}}}
    denied = off.as_staff("PUT", "/privacy-settings", json=wanted, permissions=["MANAGE_USERS"])
    assert code(denied) == (403, "PERMISSION_DENIED")

    told = off.as_staff("PUT", "/privacy-settings", json=wanted)

    assert told.status_code == 200, told.text
    assert (told.json()["enabled"], told.json()["confirmed_by"]) == (True, "VXNlcjox")
    assert "very-secret" not in told.text
    again = off.as_staff("PUT", "/privacy-settings", json=SETTINGS | {"networks": {"x": {"client_id": "id"}}})
    assert again.status_code == 200, "the stored secret stays"
    with db.transaction() as session:
        row = session.get(models.PrivacySettingsRow, off.shop_id)
        assert row is not None
        assert "very-secret" not in row.secrets_encrypted


@pytest.mark.parametrize(
    "changed",
    [
        {"controller_name": ""},
        {"networks": {}},
        {"networks": {"x": {}}},
        {"networks": {"x": {"client_id": "id"}}},
        {"networks": {"myspace": {}}},
        {"networks": {"mastodon": {"base_url": "file:///etc/passwd"}}},
        {"minimum_age": 5},
        {"posts_days": 365},
        {"features_months": 120},
        {"storefront_origins": ["*"]},
        {"storefront_origins": ["https://shop.example/path"]},
    ],
    ids=str,
)
def test_settings_that_nobody_should_confirm_are_refused(off: Shop, changed: dict[str, Any]) -> None:
    answer = off.as_staff(
        "PUT", "/privacy-settings", json=SETTINGS | {"networks": {"mastodon": {}}} | changed
    )

    assert answer.status_code == 422
    assert off.as_staff("GET", "/privacy-settings").json()["confirmed_at"] is None


def test_a_refusal_while_linking_says_why_for_machines_as_well(shop: Shop) -> None:
    """Pages word it in the customer's language; the sentence is for whoever has no words of their own."""
    shop.agree("ines", ("link", "bluesky"), ("link", "mastodon"))

    def refused(path: str, **given: Any) -> tuple[str, str]:
        error = shop.as_customer("ines", "POST", path, json=given).json()["error"]
        return error["code"], error["reason"]

    nobody = {"network": "bluesky", "method": "nonce", "handle": "nobody.pocket.test"}
    begun = shop.as_customer("ines", "POST", "/links", json=nobody).json()
    odd = nobody | {"handle": "\u0430lma.bsky.social<script>"}

    assert refused("/links", **odd) == ("INVALID_INPUT", "handle")
    assert refused("/links/finish", link_id=begun["link_id"]) == ("NETWORK_REFUSED", "gone")
    assert refused("/links/finish", link_id="another") == ("INVALID_INPUT", "begin-anew")
    assert refused("/links", **(nobody | {"method": "oauth"})) == ("NETWORK_REFUSED", "not-offered")


def test_what_a_shopper_reads_is_of_one_moment(shop: Shop, engine: Engine) -> None:
    shop.agree("ines", ("link", "mastodon"))

    def somebody_commits() -> None:
        with db.transaction() as session:
            sql(
                session,
                """INSERT INTO notices (shop_id, customer_id, kind, network, at)
                VALUES (:shop_id, 'ines', 'profile-moved-away', 'mastodon', now())""",
                shop_id=shop.shop_id,
            )

    for path in ("/about", "/statement", "/export"):
        before = shop.as_customer("ines", "GET", path).json()
        with watched(engine, between=somebody_commits, after="FROM consent") as seen:
            during = shop.as_customer("ines", "GET", path).json()
        reading = [one for one in seen if not any("rights_requests" in said for said in one.statements)]
        assert all(one.one_snapshot for one in reading if len(one.statements) > 1), path
        assert [one.one_snapshot for one in seen].count(True) >= 1, path
        if path == "/statement":
            assert during["notices"] == before["notices"]
            now = shop.as_customer("ines", "GET", path).json()["notices"]
            assert len(now) == len(before["notices"]) + 1
    assert shop.client.get(f"/shopper?saleorApiUrl={API_URL}").status_code == 200
