"""Anybody may post to /api/register; only a shop that knows the token is stored."""

import gzip
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Backfill, Segment, Shop
from tests.support.shop_server import API_URL, APP_ID, PERMISSIONS, TOKEN, AppClient, Saleor, register

BOMB = gzip.compress(bytes(1_000_000))


def shops(session: Session) -> list[Shop]:
    session.rollback()
    return list(session.scalars(select(Shop)))


def refused(answer: httpx.Response, status: int, code: str) -> bool:
    body = answer.json()
    assert (answer.status_code, body["success"], body["error"]["code"]) == (status, False, code)
    assert body["error"]["message"]
    assert TOKEN not in answer.text
    return True


def test_a_shop_that_confirms_the_token_is_stored_with_its_keys_and_its_history_waits(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    answer = register(client)

    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert "https://shop.example" in answer.json()["message"], "which dashboards show the panel"
    assert "DASHBOARD_ORIGINS" in answer.json()["message"]
    [shop] = shops(session)
    assert (shop.api_url, shop.app_id, shop.active) == (API_URL, APP_ID, True)
    assert (shop.schema_version, shop.saleor_version) == ("3.23", "3.23.28")
    assert shop.permissions == PERMISSIONS
    assert shop.jwks == saleor.signer.jwks()
    kinds = session.execute(select(Backfill.kind, Backfill.state)).all()
    assert set(map(tuple, kinds)) == {("orders", "waiting"), ("customers", "waiting")}
    assert session.scalars(select(Segment.name)).first()


def test_the_token_is_stored_encrypted(client: AppClient, session: Session) -> None:
    register(client)

    [shop] = shops(session)
    assert TOKEN not in shop.token_encrypted
    assert settings.get().fernet.decrypt(shop.token_encrypted.encode()).decode() == TOKEN


def test_each_shop_has_its_own_key_for_hashes(client: AppClient, session: Session) -> None:
    register(client)
    register(client, saleor_api_url="https://other.example/graphql/")

    first, second = (
        settings.get().fernet.decrypt(shop.email_key_encrypted.encode()) for shop in shops(session)
    )
    assert len(first) >= 32
    assert first != second


def test_a_second_installation_overwrites_the_first_and_starts_anew(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    register(client)
    [first] = shops(session)
    session.get_one(Backfill, (first.id, "orders")).state = "done"
    session.commit()
    saleor.app_id, saleor.token = "QXBwOjI=", "another-token"

    register(client, {"auth_token": "another-token"})

    [second] = shops(session)
    assert second.id != first.id
    assert second.app_id == "QXBwOjI="
    assert settings.get().fernet.decrypt(second.token_encrypted.encode()) == b"another-token"
    assert session.get_one(Backfill, (second.id, "orders")).state == "waiting"


def test_a_failed_attempt_leaves_the_installed_shop_alone(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    register(client)
    [before] = shops(session)

    assert refused(register(client, {"auth_token": "guessed"}), 401, "UNKNOWN_APP_ID")
    saleor.identifier = "another.app"
    assert refused(register(client), 401, "UNKNOWN_APP_ID")

    [after] = shops(session)
    assert (after.id, after.token_encrypted) == (before.id, before.token_encrypted)


@pytest.mark.parametrize(
    "api_url",
    [
        "http://shop.example/graphql/",
        "https://shop.example:99999999/graphql/",
        "https://user@shop.example/graphql/",
        "https://shop.example@evil.example/graphql/",
        "https://shop.example/graphql/?x=1",
        "https://SHOP.example/graphql/",
        "gopher://shop.example/",
        "not a url",
    ],
)
def test_an_address_outside_the_allow_list_is_prohibited_and_nobody_is_asked(
    client: AppClient, session: Session, saleor: Saleor, api_url: str
) -> None:
    assert refused(register(client, saleor_api_url=api_url), 403, "SALEOR_URL_PROHIBITED")

    assert saleor.asked == []
    assert shops(session) == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_an_allowed_name_at_a_private_address_is_prohibited_and_nobody_is_asked(
    client: AppClient, saleor: Saleor, address: str
) -> None:
    saleor.addresses = ["93.184.216.34", address]

    assert refused(register(client), 403, "SALEOR_URL_PROHIBITED")
    assert saleor.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"token"',
        b"{}",
        b'{"auth_token": null}',
        b'{"auth_token": 5}',
        b'{"auth_token": ""}',
        b'{"auth_token": "a\\r\\nHost: evil"}',
        b'{"auth_token": "\\u0000"}',
        b'{"auth_token": "t\xc3\xb6ken"}',
        b'{"auth_token": "\xff"}',
        b'{"auth_token": "' + b"x" * 600 + b'"}',
        b"[" * 3_900,
    ],
)
def test_a_body_without_a_usable_token_is_refused_before_anybody_is_asked(
    client: AppClient, saleor: Saleor, body: bytes
) -> None:
    answer = client.post("/api/register", content=body, headers={"saleor-api-url": API_URL})

    assert refused(answer, 422, "INVALID_INPUT")
    assert saleor.asked == []


def test_without_the_header_that_names_the_shop_nothing_is_done(client: AppClient, saleor: Saleor) -> None:
    assert refused(register(client, saleor_api_url=""), 422, "INVALID_INPUT")
    assert saleor.asked == []


def test_a_token_that_the_shop_does_not_know_is_refused(client: AppClient, session: Session) -> None:
    assert refused(register(client, {"auth_token": "wrong"}), 401, "UNKNOWN_APP_ID")
    assert shops(session) == []


@pytest.mark.parametrize("identifier", ["another.app", "", None])
def test_the_token_of_another_app_of_the_shop_is_refused(
    client: AppClient, session: Session, saleor: Saleor, identifier: str | None
) -> None:
    saleor.identifier = identifier

    assert refused(register(client), 401, "UNKNOWN_APP_ID")
    assert shops(session) == []


@pytest.mark.parametrize(
    "data",
    [
        {"app": None, "shop": {"version": "3.23.28"}},
        {"app": [], "shop": None},
        {"app": {"id": None}, "shop": None},
        {"app": {"id": ""}, "shop": None},
        {"app": {"id": "x" * 500}, "shop": None},
        {"app": {"id": "QXBwOjE=", "permissions": "MANAGE_USERS"}, "shop": None},
        {"app": {"id": "QXBwOjE=", "permissions": [None]}, "shop": None},
        {"app": {"id": "QXBwOjE=", "permissions": [{"code": {}}]}, "shop": None},
        {"app": {"id": "QXBwOjE=", "permissions": [{"code": "A"}] * 300}, "shop": None},
        {},
    ],
)
def test_an_answer_that_saleor_would_not_give_is_refused(
    client: AppClient, session: Session, saleor: Saleor, data: Any
) -> None:
    saleor.graphql = lambda _: httpx.Response(200, json={"data": data})

    assert refused(register(client), 401, "UNKNOWN_APP_ID")
    assert shops(session) == []


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 404])
def test_a_shop_that_redirects_or_refuses_is_not_believed(
    client: AppClient, saleor: Saleor, status: int
) -> None:
    saleor.graphql = lambda _: httpx.Response(status, headers={"location": "http://169.254.169.254/"})

    assert refused(register(client), 401, "UNKNOWN_APP_ID")
    assert {request.headers["host"] for request in saleor.asked} == {"shop.example"}


def test_a_shop_in_trouble_is_told_to_try_again(client: AppClient, session: Session, saleor: Saleor) -> None:
    saleor.graphql = lambda _: httpx.Response(503)

    assert refused(register(client), 503, "SALEOR_UNREACHABLE")
    assert shops(session) == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(
            200,
            json={
                "errors": [{"message": "x", "extensions": {"exception": {"code": "OperationalError"}}}],
                "data": {"app": None},
            },
        ),
        httpx.Response(200, html="<html>We are back soon</html>"),
        httpx.Response(200),
    ],
    ids=["database", "page", "empty"],
)
def test_trouble_inside_a_success_is_no_word_about_the_token(
    client: AppClient, session: Session, saleor: Saleor, answer: httpx.Response
) -> None:
    """Case 2."""
    saleor.graphql = lambda _: answer

    assert refused(register(client), 503, "SALEOR_UNREACHABLE")
    assert shops(session) == []


def test_a_packed_answer_proves_nothing_and_is_not_unpacked(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    """Case 16: refused by its header; what it costs is measured in tests/social/test_answer_bounds.py."""
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(BOMB))
    saleor.graphql = lambda _: packed

    assert refused(register(client), 401, "UNKNOWN_APP_ID")
    assert shops(session) == []


@pytest.mark.parametrize("status", [200, 503])
def test_keys_in_trouble_are_to_be_tried_again(
    client: AppClient, session: Session, saleor: Saleor, status: int
) -> None:
    saleor.jwks = lambda _: httpx.Response(status, content=b"<html>We are back soon")

    assert refused(register(client), 503, "JWKS_NOT_AVAILABLE")
    assert shops(session) == []


@pytest.mark.parametrize(
    "jwks",
    [
        httpx.Response(404),
        httpx.Response(302, headers={"location": "https://evil.example/"}),
        httpx.Response(200, json={"keys": []}),
        httpx.Response(200, stream=httpx.ByteStream(b" " * 100_000_000)),
        httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(BOMB)),
    ],
    ids=["absent", "elsewhere", "empty", "huge", "packed"],
)
def test_without_keys_there_is_no_installation(
    client: AppClient, session: Session, saleor: Saleor, jwks: httpx.Response
) -> None:
    saleor.jwks = lambda _: jwks

    assert refused(register(client), 401, "JWKS_NOT_AVAILABLE")
    assert shops(session) == []


def test_the_token_goes_to_the_shop_alone_and_not_where_the_keys_are_asked_for(
    client: AppClient, saleor: Saleor
) -> None:
    register(client)

    with_token = [request.url.path for request in saleor.asked if "authorization" in request.headers]
    assert with_token == ["/graphql/"]


@pytest.mark.parametrize("told", ["", "nonsense", "3", "3.23; DROP TABLE shops", "999999.1", "3.23.0-beta"])
def test_an_odd_schema_version_becomes_a_plain_one(client: AppClient, session: Session, told: str) -> None:
    assert register(client, saleor_schema_version=told).status_code == 200

    [shop] = shops(session)
    assert re.fullmatch(r"3\.\d\d", shop.schema_version)


def test_two_registrations_at_once_leave_one_whole_shop(client: AppClient, session: Session) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: register(client).status_code, range(8)))

    assert answers == [200] * 8
    [shop] = shops(session)
    assert len(session.scalars(select(Backfill).where(Backfill.shop_id == shop.id)).all()) == 2


def test_a_body_of_megabytes_is_refused_unread(client: AppClient, saleor: Saleor) -> None:
    answer = register(client, b'{"auth_token": "' + b"x" * 2_000_000 + b'"}')

    assert answer.status_code == 413
    assert saleor.asked == []
