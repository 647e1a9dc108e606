"""What Saleor answers, told apart: data, a final no, and trouble that passes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from saleor_influence_app import settings
from saleor_influence_app.errors import SaleorPermissionMissing, SaleorRefused, SaleorUnreachable
from saleor_influence_app.saleor.client import SaleorClient, open_client

API_URL = "https://shop.example/graphql/"
DENIED = {"message": "No.", "extensions": {"exception": {"code": "PermissionDenied"}}}


def client(handler: Callable[[httpx.Request], httpx.Response], **options: Any) -> SaleorClient:
    return SaleorClient(API_URL, "secret", transport=httpx.MockTransport(handler), **options)


def always(status: int = 200, **answer: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, **answer)


def test_an_operation_is_sent_with_token_and_variables_and_its_data_comes_back() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": {"webhookDelete": {"errors": []}}})

    with client(answer) as saleor:
        data = saleor.execute("webhook_delete", {"id": "V2ViaG9vazox"})

    assert data == {"webhookDelete": {"errors": []}}
    sent = json.loads(seen[0].content)
    assert sent["variables"] == {"id": "V2ViaG9vazox"}
    assert sent["query"].startswith("mutation WebhookDelete")
    assert seen[0].headers["authorization"] == "Bearer secret"
    assert str(seen[0].url) == API_URL


def test_a_stored_token_is_decrypted_for_the_call() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200, json={"data": {"app": None, "shop": None}})

    encrypted = settings.get().fernet.encrypt(b"from the shop").decode()
    with open_client(API_URL, encrypted, transport=httpx.MockTransport(answer)) as saleor:
        saleor.execute("app_identity")

    assert seen == ["Bearer from the shop"]


def test_a_token_of_another_secret_key_passes_with_a_restart_and_the_variable_is_named() -> None:
    theirs = Fernet(Fernet.generate_key()).encrypt(b"token").decode()
    with pytest.raises(SaleorUnreachable, match="SECRET_KEY or NEW_SECRET_KEY"):
        open_client(API_URL, theirs)
    with pytest.raises(SaleorRefused, match="SECRET_KEY"):
        open_client(API_URL, "gAAAAABnot-ours")


def test_permission_denied_with_status_200_is_a_final_refusal() -> None:
    with (
        client(always(json={"data": {"app": None}, "errors": [DENIED]})) as saleor,
        pytest.raises(SaleorPermissionMissing) as caught,
    ):
        saleor.execute("app_identity")
    assert isinstance(caught.value, SaleorRefused)


def test_data_and_errors_come_side_by_side_where_that_was_asked_for() -> None:
    errors = [DENIED, "no object"]
    with client(always(json={"data": {"user": {"metafield": None}}, "errors": errors})) as saleor:
        assert saleor.execute_document_partial("{user{id}}") == ({"user": {"metafield": None}}, [DENIED])


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 429])
def test_overload_and_server_trouble_pass_even_with_a_graphql_body(status: int) -> None:
    with (
        client(always(status, json={"data": {"app": {"id": "1"}}})) as saleor,
        pytest.raises(SaleorUnreachable),
    ):
        saleor.execute("app_identity")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("999999", 3600.0),
        ("-3", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),  # case 6
    ],
)
def test_how_long_saleor_wants_us_to_wait_is_kept(header: str, seconds: float | None) -> None:
    with (
        client(always(429, headers={"retry-after": header})) as saleor,
        pytest.raises(SaleorUnreachable) as caught,
    ):
        saleor.execute("app_identity")
    assert caught.value.retry_after == seconds


def test_a_date_to_wait_for_becomes_seconds() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with (
        client(always(503, headers={"retry-after": header})) as saleor,
        pytest.raises(SaleorUnreachable) as caught,
    ):
        saleor.execute("app_identity")
    assert caught.value.retry_after == pytest.approx(90, abs=3)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_with_our_token(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"location": "https://evil.example/graphql/"})

    with client(answer) as saleor, pytest.raises(SaleorRefused, match="redirect"):
        saleor.execute("app_identity")
    assert asked == ["shop.example"]


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410])
def test_other_statuses_are_final(status: int) -> None:
    with client(always(status, text="no")) as saleor, pytest.raises(SaleorRefused, match=str(status)):
        saleor.execute("app_identity")


def test_a_limit_that_saleor_names_with_status_400_is_told() -> None:
    body = {"errors": [{"message": "The query exceeds the maximum cost of 50000."}]}
    with client(always(400, json=body)) as saleor, pytest.raises(SaleorRefused, match="maximum cost"):
        saleor.execute("app_identity")


TROUBLE = {"message": "Internal Server Error", "extensions": {"exception": {"code": "OperationalError"}}}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("name", ["OperationalError", "InterfaceError", "DatabaseError", "TimeoutError"])
def test_trouble_inside_a_success_passes_like_a_status_of_trouble(status: int, name: str) -> None:
    """Case 2: a Saleor that lost its database answers with status 200."""
    error = {"message": "server closed the connection", "extensions": {"exception": {"code": name}}}
    body = {"errors": [error], "data": None}
    with client(always(status, json=body)) as saleor, pytest.raises(SaleorUnreachable, match=name):
        saleor.execute("app_identity")


def test_trouble_beside_a_denied_permission_is_trouble() -> None:
    body = {"errors": [DENIED, TROUBLE], "data": {"app": None}}
    with client(always(json=body)) as saleor, pytest.raises(SaleorUnreachable):
        saleor.execute("app_identity")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b"",
        b"[]",
        b"5",
        b'["errors"]',
        b'"data"',
        b"{}",
        b'{"data": null}',
        b'{"data": []}',
        b'{"errors": "text"}',
        b'{"errors": [null]}',
        b"\xff\xfe",
        b'{"data": {"app": ',
        b"[" * 100_000,
        b'{"data": ' + b"9" * 5000 + b"}",
    ],
)
@pytest.mark.parametrize("status", [200, 202, 400])
def test_an_answer_that_is_no_graphql_passes_and_is_not_repeated(body: bytes, status: int) -> None:
    """Case 2: a maintenance page, nothing at all, a part of an answer."""
    headers = {"content-type": "text/html; charset=zlib_codec"}  # which Python would decode with an assertion
    answer = always(status, content=body, headers=headers)
    with client(answer) as saleor, pytest.raises(SaleorUnreachable) as caught:
        saleor.execute("app_identity")
    assert "maintenance" not in caught.value.message


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError]
)
def test_trouble_of_the_network_passes(trouble: type[httpx.RequestError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise trouble("x", request=request)

    with client(fail) as saleor, pytest.raises(SaleorUnreachable, match=trouble.__name__):
        saleor.execute("app_identity")


def test_a_wrong_variable_of_ours_is_a_fault_and_no_trouble_of_saleor() -> None:
    with client(always(json={"data": {}})) as saleor, pytest.raises(TypeError):
        saleor.execute("webhook_delete", {"id": object()})


def test_the_token_is_in_no_message() -> None:
    with client(always(500)) as saleor, pytest.raises(SaleorUnreachable) as caught:
        saleor.execute("app_identity")
    assert "secret" not in str(caught.value)
