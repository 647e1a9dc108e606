"""Every endpoint against what nobody should send: no permission, other shops' ids, odd text, wrong types."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from saleor_influence_app import db
from saleor_influence_app.api import auth
from tests.api.conftest import EVERYTHING, Staff
from tests.install.shop import AppClient, claims

Fill = Callable[[], int]

DEFINITION = {
    "name": "big-spender",
    "title": "Big spender",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100}],
}
CODE = {"code": "ANNA-10", "customer_id": "often"}
ENDPOINTS: list[tuple[str, str, str, Any]] = [
    ("GET", "/api/customers/often", "MANAGE_USERS", None),
    ("GET", "/api/customers", "MANAGE_USERS", None),
    ("GET", "/api/orders/T3JkZXI6MQ==/credits", "MANAGE_USERS", None),
    ("GET", "/api/overview", "MANAGE_USERS", None),
    ("GET", "/api/runs", "MANAGE_USERS", None),
    ("POST", "/api/runs", "MANAGE_USERS", None),
    ("GET", "/api/segments", "MANAGE_USERS", None),
    ("POST", "/api/segments/preview", "MANAGE_USERS", DEFINITION),
    ("PUT", "/api/segments/big-spender", "MANAGE_APPS", DEFINITION),
    ("DELETE", "/api/segments/loyal", "MANAGE_APPS", None),
    ("GET", "/api/personal-codes", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/personal-codes", "MANAGE_DISCOUNTS", CODE),
    ("DELETE", "/api/personal-codes?code=anna-10", "MANAGE_DISCOUNTS", None),
]
ODD_TEXTS = [
    "'; DROP TABLE scores; --",
    "%' OR '1'='1",
    "../../etc/passwd",
    "VXNlcjox\u202e",
    "Ω≈ç√∫µ≤≥÷",
    "\U0001f984" * 20,
    "${jndi:ldap://x}",
    "{{7*7}}",
    " ",
    "null",
    "%00",
    "x" * 200,
]


@pytest.mark.parametrize(("method", "path", "permission", "body"), ENDPOINTS)
def test_each_endpoint_asks_for_its_permission(
    staff: Staff, *, method: str, path: str, permission: str, body: Any
) -> None:
    others = tuple(one for one in (*EVERYTHING, "MANAGE_ORDERS") if one != permission)

    answer = staff.ask(method, path, permissions=others, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    assert permission in answer.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path", "permission", "body"), ENDPOINTS)
def test_without_a_token_nothing_is_told(
    client: AppClient, shop_id: int, *, method: str, path: str, permission: str, body: Any
) -> None:
    assert shop_id
    assert permission

    answer = client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(("method", "path", "permission", "body"), ENDPOINTS)
def test_a_token_of_one_shop_opens_nothing_in_another(
    staff: Staff, neighbours: Staff, *, method: str, path: str, permission: str, body: Any
) -> None:
    token = neighbours.signer.token(claims(iss=neighbours.api_url, user_permissions=[permission]))
    headers = {"authorization-bearer": token, "saleor-api-url": staff.api_url}

    answer = staff.client.request(method, path, headers=headers, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")


def test_a_neighbour_with_the_same_ids_is_not_seen(staff: Staff, neighbours: Staff, valued: Fill) -> None:
    valued()

    ours, theirs = (one.get("/api/customers/often").json() for one in (staff, neighbours))

    assert ours["revenue"]["amount"] == "600.00"
    assert theirs["revenue"]["amount"] == "77000.00"
    assert staff.get("/api/customers/theirs").json()["state"] == "unknown"
    assert {row["customer_id"] for row in staff.get("/api/customers").json()["customers"]} == {
        "often",
        "once",
    }
    assert len(staff.get("/api/runs").json()) == len(neighbours.get("/api/runs").json()) == 1


def test_a_neighbours_segments_and_codes_cannot_be_touched(staff: Staff, neighbours: Staff) -> None:
    neighbours.ask("PUT", "/api/segments/theirs", json=DEFINITION | {"name": "theirs"})
    neighbours.ask("POST", "/api/personal-codes", json={"code": "THEIRS", "customer_id": "theirs"})

    assert staff.ask("DELETE", "/api/segments/theirs").status_code == 404
    assert staff.ask("DELETE", "/api/personal-codes?code=THEIRS").status_code == 404
    assert (
        staff.ask("POST", "/api/personal-codes", json={"code": "X", "customer_id": "theirs"}).status_code
        == 404
    )
    assert staff.get("/api/personal-codes").json() == {"total": 0, "codes": []}
    assert neighbours.get("/api/personal-codes").json()["total"] == 1


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_odd_text_is_a_name_like_any_other_or_refused_with_a_sentence(
    staff: Staff, valued: Fill, odd: str
) -> None:
    valued()
    answers = [
        staff.get("/api/customers", params={"segment": odd}),
        staff.get("/api/personal-codes", params={"customer_id": odd}),
        staff.ask("POST", "/api/personal-codes", json={"code": odd, "customer_id": odd}),
        staff.ask("DELETE", "/api/personal-codes", params={"code": odd}),
    ]

    for answer in answers:
        assert answer.status_code in {200, 404, 422}, answer.text
        if answer.status_code != 200:
            assert answer.json()["error"]["message"]
    assert staff.get("/api/customers").json()["total"] == 2


@pytest.mark.parametrize(
    "path",
    [
        "/api/customers/%00",
        "/api/customers/a%00b",
        "/api/customers/" + "x" * 201,
        "/api/customers/%ff%fe",
        "/api/customers?limit=0",
        "/api/customers?limit=101",
        "/api/customers?limit=9999999999999999999999",
        "/api/customers?limit=ten",
        "/api/customers?limit=1.5",
        "/api/customers?offset=-1",
        "/api/customers?offset=10000001",
        "/api/customers?sort=email",
        "/api/customers?sort=value;DROP%20TABLE%20scores",
        "/api/customers?segment=a%00b",
        "/api/runs?limit=-5",
        "/api/personal-codes?customer_id=",
        "/api/personal-codes?customer_id=%00",
    ],
)
def test_a_question_that_cannot_be_meant_is_refused_or_finds_nobody(staff: Staff, path: str) -> None:
    answer = staff.get(path)

    if answer.status_code == 200:
        assert answer.json()["state"] == "unknown"
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"code": "A"}',
        b'{"code": 1, "customer_id": "often"}',
        b'{"code": "", "customer_id": "often"}',
        b'{"code": "  ", "customer_id": "often"}',
        b'{"code": "A\\u0000", "customer_id": "often"}',
        b'{"code": "A\\ud800", "customer_id": "often"}',
        b'{"code": "A", "customer_id": ["often"]}',
        b'{"code": "A", "customer_id": "often", "shop_id": 2}',
        b'{"code": "A", "customer_id": "often", "valid_from": "2026-01-01T00:00:00"}',
        b'{"code": "A", "customer_id": "often", "valid_from": "yesterday"}',
        b'{"code": "A", "customer_id": "often", "valid_from": "99999-01-01T00:00:00Z"}',
        json.dumps({"code": "A" * 256, "customer_id": "often"}).encode(),
    ],
)
def test_a_body_that_cannot_be_meant_stores_nothing(staff: Staff, valued: Fill, body: bytes) -> None:
    valued()

    answer = staff.ask(
        "POST", "/api/personal-codes", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["message"]
    assert staff.get("/api/personal-codes").json()["total"] == 0


def test_a_huge_body_is_not_read(staff: Staff) -> None:
    answer = staff.ask("POST", "/api/personal-codes", content=b"x" * 2_000_000)

    assert answer.status_code == 413


def test_a_code_is_stored_as_saleor_has_it_and_can_change_hands(staff: Staff, valued: Fill) -> None:
    valued()

    staff.ask("POST", "/api/personal-codes", json={"code": " ANNA/10 ", "customer_id": "often"})
    staff.ask("POST", "/api/personal-codes", json={"code": "ANNA/10", "customer_id": "once"})

    [code] = staff.get("/api/personal-codes").json()["codes"]
    assert (code["code"], code["customer_id"]) == ("ANNA/10", "once")
    assert staff.ask("DELETE", "/api/personal-codes", params={"code": "Anna/10"}).status_code == 404
    assert staff.ask("DELETE", "/api/personal-codes", params={"code": "ANNA/10"}).status_code == 204
    assert staff.get("/api/personal-codes").json()["total"] == 0


def test_while_the_database_is_down_every_endpoint_says_so(staff: Staff, engine: Engine) -> None:
    assert engine
    nowhere = create_engine(
        "postgresql+psycopg://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1}
    )

    def down() -> Any:
        from sqlalchemy.orm import Session

        session = Session(nowhere)
        session.execute(text("SELECT 1"))
        return session

    staff.client.app.dependency_overrides[auth.transactions] = lambda: down

    for method, path, _, body in ENDPOINTS:
        answer = staff.ask(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE"), path


def test_while_redis_is_down_a_run_is_queued_all_the_same(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError("Redis is away")

    # The broker is a module; a dead one cannot be passed in through a request.
    monkeypatch.setattr(db.broker, "send", refuse)

    assert staff.ask("POST", "/api/runs").status_code == 202

    assert staff.get("/api/runs").json()[0]["state"] == "queued"
