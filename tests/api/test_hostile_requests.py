"""Every endpoint against what nobody should send: no permission, other shops' ids, odd text, wrong types."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from saleor_influence_app import broker
from saleor_influence_app.api import auth, contract
from sandbox.tokens import Signer
from tests.support.endpoints import CODE, DEFINITION, ENDPOINTS, TIE
from tests.support.shop_server import AppClient, claims
from tests.support.staff import EVERYTHING, NEIGHBOUR_URL, Staff

Fill = Callable[[], int]

SHOPPER = "/api/shopper/"
"""Calls that a customer makes with their own token: `test_shopper_api.py` asks those."""
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


def test_no_endpoint_is_left_out_here_or_in_the_documents() -> None:
    described = {
        (method.upper(), path)
        for path, methods in contract.describe()["paths"].items()
        for method in methods
        if not path.startswith(SHOPPER)
    } - {("GET", "/api/health"), ("GET", "/api/live"), ("GET", "/api/ready"), ("GET", "/api/consent-keys")}
    document = (Path(__file__).parents[2] / "docs" / "api.md").read_text()

    asked = set()
    for method, path, _, _ in ENDPOINTS:
        asked |= {
            (one, shape)
            for one, shape in described
            if one == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", shape), path.partition("?")[0])
        }
    assert asked == described
    assert [path for _, path in described if path not in document] == []


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


@pytest.mark.usefixtures("neighbouring_shop_id")
@pytest.mark.parametrize(("method", "path", "permission", "body"), ENDPOINTS)
def test_a_token_of_one_shop_opens_nothing_in_another(
    staff: Staff, signers: dict[str, Signer], *, method: str, path: str, permission: str, body: Any
) -> None:
    token = signers[NEIGHBOUR_URL].token(claims(iss=NEIGHBOUR_URL, user_permissions=[permission]))
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


def test_odd_text_is_a_name_like_any_other_or_refused_with_a_sentence(staff: Staff, valued: Fill) -> None:
    valued()
    for odd in ODD_TEXTS:
        answers = [
            staff.get("/api/customers", params={"segment": odd}),
            staff.get("/api/personal-codes", params={"customer_id": odd}),
            staff.ask("POST", "/api/personal-codes", json={"code": odd, "customer_id": odd}),
            staff.ask("DELETE", "/api/personal-codes", params={"code": odd}),
            staff.get("/api/ties", params={"customer_id": odd}),
            staff.ask("DELETE", "/api/ties", params={"source_id": odd, "target_id": odd, "kind": odd[:40]}),
            staff.ask("POST", "/api/ties", json=[TIE | {"source": odd, "kind": odd}]),
            staff.ask(
                "POST", "/api/ties/import", content=f"{odd},{odd}", headers={"content-type": "text/csv"}
            ),
            staff.ask("PUT", "/api/customers/often/exclusion", json={"reason": odd}),
            staff.get("/api/trials", params={"customer_id": odd}),
            staff.ask("POST", "/api/trials", json={"customer_id": odd}),
            staff.ask("POST", "/api/trials", json={"customer_id": "often", "things": ["cup", odd]}),
        ]

        for answer in answers:
            assert answer.status_code in {200, 201, 404, 422}, f"{odd}: {answer.text}"
            if answer.status_code not in {200, 201}:
                assert answer.json()["error"]["message"], odd
        assert staff.get("/api/customers").json()["total"] == 2, odd
        assert staff.get("/api/ties").json()["total"] == 0, odd


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
        "/api/customers?limit=20.0",
        "/api/customers?limit=1_0",
        "/api/customers?limit=%2010",
        "/api/customers?limit=%2B10",
        "/api/customers?limit=%EF%BC%91%EF%BC%92",
        "/api/customers?limit=%C2%B2",
        "/api/customers?limit=1e1",
        "/api/customers?limit=true",
        "/api/customers?segment=a%0Ab",
        "/api/runs/1_0",
        "/api/runs/%C2%B2",
        "/api/exclusions?offset=-1",
        "/api/exclusions?offset=10000001",
        "/api/customers?after=",
        "/api/customers?after=last",
        "/api/customers?after=%C3%A4",
        "/api/customers?after=a%00b",
        "/api/customers?after=" + "x" * 2001,
        "/api/ties?after=last",
        "/api/customers?sort=email",
        "/api/customers?sort=value;DROP%20TABLE%20scores",
        "/api/customers?segment=a%00b",
        "/api/runs?limit=-5",
        "/api/customers/often/credits?part=all",
        "/api/customers/often/credits?part=",
        "/api/customers/often/credits?limit=0",
        "/api/customers/often/credits?offset=-1",
        "/api/customers/a%00b/credits",
        "/api/customers/" + "x" * 201 + "/credits",
        "/api/customers/a%00b/neighbourhood",
        "/api/customers/" + "x" * 201 + "/neighbourhood",
        "/api/customers/often/neighbourhood?depth=0",
        "/api/customers/often/neighbourhood?depth=3",
        "/api/customers/often/neighbourhood?depth=-1",
        "/api/customers/often/neighbourhood?depth=1.0",
        "/api/customers/often/neighbourhood?depth=two",
        "/api/customers/often/neighbourhood?depth=",
        "/api/customers/often/neighbourhood?limit=0",
        "/api/customers/often/neighbourhood?limit=101",
        "/api/products/a%00b/cascade",
        "/api/products/" + "x" * 201 + "/cascade",
        "/api/products/UHJvZHVjdDox/cascade?limit=0",
        "/api/products/UHJvZHVjdDox/cascade?limit=301",
        "/api/products/UHJvZHVjdDox/cascade?limit=1e2",
        "/api/runs/0",
        "/api/runs/-1",
        "/api/runs/2147483648",
        "/api/runs/one",
        "/api/runs/1.5",
        "/api/runs/1/difference",
        "/api/runs/1/difference?against=0",
        "/api/runs/1/difference?against=99999999999999999999",
        "/api/runs/1/difference?against=1&limit=101",
        "/api/trials?customer_id=",
        "/api/trials?customer_id=a%00b",
        "/api/trials?limit=0",
        "/api/trials/0",
        "/api/trials/2147483648",
        "/api/trials/0/letters",
        "/api/ties?customer_id=",
        "/api/ties?customer_id=a%00b",
        "/api/ties?customer_id=" + "x" * 201,
        "/api/ties?limit=1000000",
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
        b'{"code": "A", "customer_id": "often", "valid_from": "9999-12-31T23:59:59-10:00"}',
        b'{"code": "A", "customer_id": "often", "valid_from": "0001-01-01T00:00:00+10:00"}',
        json.dumps({"code": "A" * 256, "customer_id": "often"}).encode(),
    ],
)
@pytest.mark.usefixtures("people")
def test_a_body_that_cannot_be_meant_stores_nothing(staff: Staff, body: bytes) -> None:
    answer = staff.ask(
        "POST", "/api/personal-codes", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code in {400, 413, 422}
    assert answer.json()["error"]["message"]
    assert staff.get("/api/personal-codes").json()["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"null",
        b'["often"]',
        b"[[]]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps([{"source": "often", "target": "once"}]).encode(),
        json.dumps([TIE | {"weight": 0}]).encode(),
        json.dumps([TIE | {"weight": -1}]).encode(),
        json.dumps([TIE | {"weight": None}]).encode(),
        b'[{"source": "often", "target": "once", "kind": "club", "weight": NaN}]',
        json.dumps([TIE | {"weight": "heavy"}]).encode(),
        json.dumps([TIE | {"weight": "1"}]).encode(),
        json.dumps([TIE | {"weight": True}]).encode(),
        json.dumps([TIE | {"kind": "Best Friends"}]).encode(),
        json.dumps([TIE | {"kind": "k" * 41}]).encode(),
        json.dumps([TIE | {"source": ""}]).encode(),
        json.dumps([TIE | {"source": ["often"]}]).encode(),
        json.dumps([TIE | {"source": "x" * 321}]).encode(),
        json.dumps([TIE | {"source": "a\x00b"}]).encode(),
        json.dumps([TIE | {"target": "a\ud800"}]).encode(),
        json.dumps([TIE | {"shop_id": 2}]).encode(),
        json.dumps([TIE | {"origin": "orders"}]).encode(),
        json.dumps([TIE | {"valid_from": "2024-01-01T00:00:00"}]).encode(),
        json.dumps([TIE | {"valid_from": "2999-01-01T00:00:00Z"}]).encode(),
        json.dumps([TIE | {"valid_to": "9999-12-31T23:59:59-14:00"}]).encode(),
        json.dumps([TIE | {"valid_from": "0001-01-01T00:00:00+14:00"}]).encode(),
        json.dumps([TIE] * 10_001).encode(),
    ],
    ids=lambda body: ascii(body)[:60],
)
@pytest.mark.usefixtures("people")
def test_ties_that_cannot_be_meant_store_nothing(staff: Staff, body: bytes) -> None:
    answer = staff.ask("POST", "/api/ties", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 413, 422}
    assert answer.json()["error"]["message"]
    assert staff.get("/api/ties").json()["total"] == 0
    assert staff.get("/api/runs").json() == []


NO_DATES = [
    45322,
    2024,
    20240131,
    0,
    True,
    45322.5,
    1e300,
    "45322",
    "2024",
    "20240131",
    "1706659200",
    "31.01.2024",
]


@pytest.mark.parametrize("written", NO_DATES, ids=repr)
@pytest.mark.parametrize("column", ["valid_from", "valid_to"])
@pytest.mark.usefixtures("people")
def test_a_number_is_no_date_and_the_row_the_column_and_an_example_are_named(
    staff: Staff, column: str, written: object
) -> None:
    """Case 3, as JSON: a number became a moment in 1970."""
    answer = staff.ask("POST", "/api/ties", json=[TIE, TIE | {"kind": "team", column: written}])

    message = answer.json()["error"]["message"]
    assert answer.status_code == 422
    assert message.startswith(f"row 2, {column}: ")
    assert "2024-01-31" in message
    assert staff.get("/api/ties").json()["total"] == 0
    code = staff.ask("POST", "/api/personal-codes", json=CODE | {"valid_from": written})
    assert code.status_code == 422
    assert "2024-01-31" in code.json()["error"]["message"]


@pytest.mark.usefixtures("people")
def test_a_day_is_one_of_utc(staff: Staff) -> None:
    """Case 3: `2024-01-31` was refused."""
    staff.ask("POST", "/api/ties", json=[TIE | {"valid_from": "2024-01-31", "valid_to": "2024-02-29"}])
    code = staff.ask("POST", "/api/personal-codes", json=CODE | {"valid_from": "2024-01-31"})

    [tie] = staff.get("/api/ties").json()["ties"]
    assert (tie["valid_from"], tie["valid_to"]) == ("2024-01-31T00:00:00Z", "2024-03-01T00:00:00Z")
    assert code.json()["valid_from"] == "2024-01-31T00:00:00Z"


@pytest.mark.usefixtures("people")
def test_a_file_in_utf_16_is_read_and_its_errors_name_line_and_column(staff: Staff) -> None:
    """Cases 3 and 8."""
    text = "source\ttarget\tkind\tvalid_from\r\noften\tonce\tclub\t\r\n\r\noften\tonce\tteam\t45322\r\n"

    answer = staff.ask(
        "POST", "/api/ties/import", content=text.encode("utf-16"), headers={"content-type": "text/csv"}
    )

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["accepted"], body["refused"]) == (1, 1)
    [refused] = body["reasons"]
    assert (refused["row"], refused["line"], refused["column"]) == (2, 4, "valid_from")


@pytest.mark.parametrize(
    "changed",
    [
        {"public_mirror": "yes"},
        {"public_mirror": 1},
        {"horizon_days": "365"},
        {"horizon_days": 365.0},
        {"horizon_days": True},
        {"currency": "eur"},
        {"currency": "EUR", "exchange_rates": {"PLN": 0.23}},
        {"currency": "EUR", "exchange_rates": {"PLN": True}},
        {"currency": "EUR", "exchange_rates": {"PLN": "1e-3"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "1E+999999"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "1_0"}},
        {"currency": "EUR", "exchange_rates": {"PLN": " 1"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "\uff11"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "0,23"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "-0.23"}},
        {"currency": "EUR", "exchange_rates": {"PLN": "9" * 400}},
    ],
    ids=ascii,
)
def test_a_choice_of_another_type_is_refused_and_not_converted(staff: Staff, changed: dict[str, Any]) -> None:
    before = staff.get("/api/settings").json()

    answer = staff.ask("PUT", "/api/settings", json=changed)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")
    assert staff.get("/api/settings").json() == before


def test_a_very_small_rate_is_the_same_when_it_is_read_again(staff: Staff) -> None:
    wanted = {"currency": "EUR", "exchange_rates": {"IRR": "0.00000002", "JPY": "0.0062"}}

    assert staff.ask("PUT", "/api/settings", json=wanted).status_code == 200

    rates = staff.get("/api/settings").json()["exchange_rates"]
    assert {code: float(rate) for code, rate in rates.items()} == {"IRR": 0.00000002, "JPY": 0.0062}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfes\x00o\x00",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 500,
        b"PK\x03\x04" + b"\x00" * 500,
        b"who;whom;kind\n",
        b"source,target,kind\n" + b"nobody,once,club\n" * 50_001,
        b"source,target,kind\n" + b"x" * 200_000,
    ],
    ids=["empty", "UTF-16", "binary", "workbook", "other columns", "too many rows", "huge field"],
)
@pytest.mark.usefixtures("people")
def test_a_file_that_is_no_table_of_ties_is_refused_with_a_sentence(staff: Staff, body: bytes) -> None:
    answer = staff.ask("POST", "/api/ties/import", content=body, headers={"content-type": "text/csv"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")
    assert staff.get("/api/ties").json()["total"] == 0


def test_a_file_larger_than_ten_megabytes_is_not_read(staff: Staff) -> None:
    answer = staff.ask("POST", "/api/ties/import", content=b"x" * 10_000_001)

    assert answer.status_code == 413


@pytest.mark.parametrize("reason", ["", "staff", "RESELLER", None, 1, ["test"]])
@pytest.mark.usefixtures("people")
def test_there_are_two_reasons_to_leave_somebody_out(staff: Staff, reason: Any) -> None:
    answer = staff.ask("PUT", "/api/customers/often/exclusion", json={"reason": reason})

    assert answer.status_code == 422
    assert staff.get("/api/customers/often").json()["exclusion"] is None


def test_a_neighbours_customers_runs_and_ties_cannot_be_touched_or_seen(
    staff: Staff, neighbours: Staff, valued: Fill
) -> None:
    mine, theirs = valued(), neighbours.get("/api/runs").json()[0]["id"]
    tie = {"source": "often", "target": "theirs", "kind": "club"}
    assert neighbours.ask("POST", "/api/ties", json=[tie]).json()["accepted"] == 1
    gone = {"source_id": "often", "target_id": "theirs", "kind": "club"}

    missing = [
        staff.get(f"/api/runs/{theirs}"),
        staff.ask("POST", f"/api/runs/{theirs}/cancel"),
        staff.ask("POST", f"/api/runs/{theirs}/rollback"),
        staff.get(f"/api/runs/{mine}/difference?against={theirs}"),
        staff.get(f"/api/runs/{theirs}/difference?against={mine}"),
        staff.ask("PUT", "/api/customers/theirs/exclusion", json={"reason": "test"}),
        staff.ask("DELETE", "/api/customers/theirs/exclusion"),
        staff.ask("DELETE", "/api/ties", params=gone),
    ]

    assert [(one.status_code, one.json()["error"]["code"]) for one in missing] == [(404, "NOT_FOUND")] * 8
    assert staff.ask("POST", "/api/ties", json=[tie]).json()["refused"] == 1
    assert staff.get("/api/ties").json() == {"total": 0, "next": None, "ties": []}
    assert staff.get("/api/customers/theirs/credits").json()["total"] == 0
    assert staff.get("/api/influence").json()["ties"] == {}
    assert neighbours.get("/api/ties").json()["total"] == 1


def test_a_huge_body_is_not_read(staff: Staff) -> None:
    answer = staff.ask("POST", "/api/personal-codes", content=b"x" * 2_000_000)

    assert answer.status_code == 413


@pytest.mark.usefixtures("people")
def test_a_code_is_stored_as_saleor_has_it_and_can_change_hands(staff: Staff) -> None:
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
    monkeypatch.setattr(broker, "send", refuse)

    assert staff.ask("POST", "/api/runs").status_code == 202

    assert staff.get("/api/runs").json()[0]["state"] == "queued"
