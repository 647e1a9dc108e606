"""Trouble that passes is told from a final no, and nothing that strangers write breaks the reading."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app import answers

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def error(code: str | None, message: str = "No.") -> dict[str, Any]:
    return {"message": message} | ({"extensions": {"exception": {"code": code}}} if code else {})


@pytest.mark.parametrize(
    "told",
    [
        error("OperationalError", "connection to server failed"),
        error("OperationalError", "Internal Server Error"),
        error("InterfaceError"),
        error("DatabaseError"),
        error("InternalError", "cannot execute UPDATE in a read-only transaction"),
        error("ConnectionError", "Error 111 connecting to redis:6379"),
        error("BusyLoadingError"),
        error("SoftTimeLimitExceeded"),
        error("KeyError", "'id'"),
        error(None, "Internal Server Error"),
        error("GraphQLError", "Internal Server Error"),
        error("GraphQLError", "server closed the connection unexpectedly"),
        error(None, "upstream request timeout"),
        {"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}},
        {"message": "x", "extensions": {"code": "SERVICE_UNAVAILABLE"}},
    ],
)
def test_what_a_server_did_not_mean_to_say_passes(told: dict[str, Any]) -> None:
    assert answers.is_trouble(told)


@pytest.mark.parametrize("name", ["OperationalError", "InterfaceError", "ConnectionError"])
def test_a_status_of_400_does_not_make_trouble_final(name: str) -> None:
    assert answers.is_trouble(error(name), status=400)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (error("PermissionDenied", "To access this path, you need one of the permissions"), 200),
        (error("GraphQLError", "Received cursor is invalid."), 200),
        (error("GraphQLError", 'Cannot query field "timeout" on type "Order".'), 400),
        (error("GraphQLSyntaxError", "Syntax Error"), 400),
        (error("QueryCostError", "The query exceeds the maximum cost of 50000."), 400),
        (error("ValidationError"), 200),
        (error("InvalidTokenError", "Invalid token."), 200),
        (error(None, "The query exceeds the maximum cost of 50000."), 400),
        ({"message": "x", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}, 400),
        ({"message": "x", "extensions": None}, 200),
        ({}, 200),
    ],
)
def test_a_refusal_is_final(told: dict[str, Any], status: int) -> None:
    assert not answers.is_trouble(told, status=status)


def test_which_statuses_are_worth_another_try() -> None:
    assert {one for one in range(100, 600) if answers.passes(one)} == {408, 425, 429, *range(500, 600)}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("1.5", 1.5),
        ("999999999999", 3600),
        ("Sun, 01 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 01 Nov 2026 11:01:00 GMT", 0),
        ("Fri, 01 Nov 2999 12:01:00 GMT", 3600),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("Wed, 21 Oct 10000 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:00 +999999999999", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("9" * 5000, None),
        ("1_000", None),
        ("\u0661\u0662", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_has_seconds_or_a_date_or_is_none(text: str | None, seconds: float | None) -> None:
    """Case 6: a library raises more than ValueError on what strangers write."""
    assert answers.retry_after(text, now=NOW, longest=3600) == seconds


_DATES = st.builds(
    "{}, {} {} {} {} {}".format,
    st.sampled_from(["Wed", "x", ""]),
    st.sampled_from(["21", "99", "0", "-1", "1e9", "9" * 30]),
    st.sampled_from(["Oct", "99", "Oct-21"]),
    st.sampled_from(["2026", "9999", "99999", "0", "-5", "9" * 30]),
    st.sampled_from(["07:28:00", "24:61:61", "9:9:9", "07.28.00"]),
    st.sampled_from(["GMT", "-9999", "+2359", "+999999999999999", "EST", ""]),
)


@given(st.text(max_size=80) | _DATES)
def test_no_header_raises(text: str) -> None:
    seconds = answers.retry_after(text, now=NOW, longest=3600)
    assert seconds is None or 0 <= seconds <= 3600


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"5",
        b"null",
        b"\xff\xfe",
        b'{"a":',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_none(body: bytes) -> None:
    assert answers.json_object(body) is None
