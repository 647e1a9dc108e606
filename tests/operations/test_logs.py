"""The log holds nobody: at DEBUG, with everything that goes wrong, of every process."""

import ast
import io
import json
import logging
import re
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from saleor_influence_app import log
from saleor_influence_app.saleor.client import SaleorClient
from sandbox import shoppers
from sandbox import stack as stacks
from sandbox.parts import PartFailed
from sandbox.stack import Ports, Stack

ROOT = Path(__file__).parents[2]
SECONDS = 300
"""Until something has happened on a busy machine; mostly it takes two."""
EMAIL = "ada.lovelace@example.com"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJlbWFpbCI6ImFkYSJ9.c2lnbmF0dXJl"
EVERYBODY = """{
  customers(first: 100) { edges { node { id email firstName lastName } } }
  orders(first: 100) { edges { node { userEmail shippingAddress { streetAddress1 postalCode } } } }
}"""
RENAME = (
    'mutation($id: ID!) { customerUpdate(id: $id, input: {firstName: "Wilhelmina"}) { errors { message } } }'
)


def wait_until(true: Callable[[], object], stack: Stack) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        stack.check()
        assert time.monotonic() < deadline, written(stack)[-6000:]
        time.sleep(0.2)


def written(stack: Stack) -> str:
    """All that the processes of the stack have written."""
    return "".join(part.log.read_text() for part in stack.parts)


def installed(stack: Stack) -> str:
    """Install, again where a busy machine took longer than Saleor waits for an app."""
    deadline = time.monotonic() + SECONDS
    forget = "mutation($id: ID!) { appDeleteFailedInstallation(id: $id) { errors { message } } }"
    while True:
        try:
            return stack.install(seconds=SECONDS)
        except PartFailed:
            assert time.monotonic() < deadline, written(stack)[-6000:]
        for one in stack.saleor("{ appsInstallations { id } }")["appsInstallations"]:
            stack.saleor(forget, id=one["id"])


def leaves(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for name, inner in held.items():
            if name != "id":
                yield from leaves(inner)
    elif isinstance(held, list):
        for inner in held:
            yield from leaves(inner)
    elif held:
        yield str(held)


@pytest.mark.exhaustive
def test_a_whole_life_at_debug_writes_nobody_into_the_log() -> None:
    """Install, read, score, link, contest, erase, with failures in each process.

    Every name, address, handle, code and token of the world is then looked for. That libraries would write
    what they handle is shown below: with the rule taken out, the same query stands in the log.
    """
    secrets: set[str] = {"Wilhelmina", "a secret of the contest", "a-secret-code", EMAIL, TOKEN}
    size = ["--customers", "40", "--orders", "120"]
    loud = {"LOG_LEVEL": "DEBUG", "SCORE_DELAY_SECONDS": "1"}
    with (
        tempfile.TemporaryDirectory(prefix="influence-logs-") as folder,  # pytest's own lets no server in
        stacks.running(Path(folder), saleor_arguments=size, ports=Ports(0, 0), environment=loud) as stack,
    ):
        wait_until(lambda: "beat.sends" in written(stack), stack)
        app_id = installed(stack)
        world = stack.saleor(EVERYBODY)
        secrets |= set(leaves(world)) | {code["code"] for code in stack.personal_codes()}
        people = httpx.get(f"{stack.mastodon_url}/sandbox/people").json()
        shoppers.switch_on(stack, app_id)
        wait_until(lambda: stack.panel(app_id, "/api/overview")["history"]["state"] == "done", stack)
        linked, account = (
            world["customers"]["edges"][0]["node"],
            max(people, key=lambda one: len(people[one])),
        )
        secrets |= {account, *people[account]}
        shopper = shoppers.sign_in(stack, linked["id"])
        secrets |= {shopper.token, stack.staff_token}
        for purpose in ("link", "score"):
            shopper.agree(purpose, shoppers.NETWORK)
        shopper.link(account)
        with psycopg.connect(stack.database_url.replace("+psycopg", ""), autocommit=True) as database:
            fail_everywhere(stack, shopper, linked["id"], database, app_id=app_id)
        wait_until(lambda: "profile.seen" in written(stack), stack)
        shopper.ask("POST", "/erase")
        wait_until(lambda: "outbox.flushed" in written(stack), stack)
        wait_until(lambda: "run.done" in written(stack), stack)
        found, ours = written(stack), stack.parts[-1].log.read_text()

    for event in (
        "beat.sends",
        "request.answered",
        "request.failed",
        "backfill.done",
        "facts.batch_failed",
    ):
        assert event in found
    assert holds(json.dumps(world, ensure_ascii=False), secrets), "the search finds what is there"
    assert not holds(found, secrets)
    assert not re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]+", ours)


def holds(text: str, secrets: set[str]) -> set[str]:
    """Return those that stand in the text as whole words."""
    return {one for one in secrets if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)}


def fail_everywhere(
    stack: Stack,
    shopper: shoppers.Shopper,
    customer_id: str,
    database: psycopg.Connection[Any],
    *,
    app_id: str,
) -> None:
    """Requests are refused, and the database refuses rows of the web and of a worker, quoting them."""
    for table in ("contests", "customers"):
        database.execute(f"ALTER TABLE {table} ADD CONSTRAINT none CHECK (shop_id < 0) NOT VALID")
    api, secret = f"{stack.app_url}/api", {"text": "a secret of the contest"}
    bearer = {"authorization": f"Bearer {shopper.token}", "saleor-api-url": stack.api_url}
    assert httpx.post(f"{api}/shopper/contests", json=secret, headers=bearer).status_code == 500
    stranger = bearer | {"authorization": f"Bearer {TOKEN}", "cookie": f"session={TOKEN}"}
    assert httpx.get(f"{api}/shopper/statement?email={EMAIL}", headers=stranger).status_code == 401
    wish = {"network": "mastodon", "method": "nonce", "handle": f"@{EMAIL}"}
    assert httpx.post(f"{api}/shopper/links", json=wish, headers=bearer).is_error
    back = {"state": "x.y", "code": "a-secret-code"}
    assert httpx.post(f"{api}/shopper/links/finish", json=back, headers=bearer).is_error
    hook = f"{api}/webhooks/saleor/customer_updated"
    signed = {"saleor-api-url": stack.api_url, "saleor-signature": TOKEN, "saleor-event": "customer_updated"}
    assert httpx.post(hook, json={"email": EMAIL}, headers=signed).is_error
    stack.panel(app_id, "/api/customers", search=EMAIL)
    stack.saleor(RENAME, id=customer_id)
    wait_until(lambda: "facts.batch_failed" in written(stack), stack)
    for table in ("contests", "customers"):
        database.execute(f"ALTER TABLE {table} DROP CONSTRAINT none")


class Written:
    """What a process would have written."""

    def __init__(self, stream: io.StringIO, handler: logging.Handler) -> None:
        self.stream, self.handler = stream, handler

    def text(self) -> str:
        return self.stream.getvalue()

    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text().splitlines()[-1])
        return found


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> Written:
    """The log at DEBUG, in memory instead of on standard error."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)  # where `log.configure` writes to
    log.configure(level="DEBUG", as_json=True)
    monkeypatch.undo()
    return Written(stream, logging.getLogger().handlers[0])


def quote(logger: logging.Logger) -> None:
    """Log as libraries do."""
    logger.setLevel(logging.DEBUG)
    logger.debug("request %s", {"email": EMAIL})
    logger.info("GET /customers?email=%s", EMAIL)
    logger.warning("Retrying after %r", f"/customers/{EMAIL}")
    logger.warning(f"Retrying {EMAIL}")  # noqa: G004 - as some do
    try:
        int(f"{EMAIL} Lovelace")
    except ValueError:
        logger.exception("It failed: %s", EMAIL)


def test_of_a_library_there_is_the_pattern_and_the_place_and_no_word(loud: Written) -> None:
    quote(logging.getLogger("gql.transport.requests"))

    lines = [json.loads(line) for line in loud.text().splitlines()]
    assert [line["pattern"] for line in lines] == ["Retrying after %r", "", "It failed: %s"]
    assert lines[-1]["error"] == "ValueError"
    assert "test_logs.quote:" in lines[-1]["places"][0]
    assert "Lovelace" not in loud.text()
    assert "ada" not in loud.text()


def test_without_the_rule_a_library_would_write_everything(loud: Written) -> None:
    """This shows that the tests above can fail: the same logger with the usual format."""
    handler = loud.handler
    handler.filters.clear()
    handler.setFormatter(logging.Formatter())

    quote(logging.getLogger("gql.transport.requests"))

    assert loud.text().count(EMAIL) == 6
    assert "Lovelace" in loud.text()


def ask(logger: str) -> None:
    """Ask Saleor for somebody, through the library that the app asks with."""
    logging.getLogger(logger).setLevel(logging.DEBUG)  # a level of its own, past the root's
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": {"user": None}}))
    with SaleorClient("https://shop.example/graphql/", TOKEN, timeout=5, transport=answer) as client:
        client.execute_document("query($email: String!) { user(email: $email) { id } }", {"email": EMAIL})


def test_a_query_to_saleor_is_not_in_the_log(loud: Written) -> None:
    ask("gql.transport.httpx")

    assert EMAIL not in loud.text()


def test_without_the_rule_the_query_would_be_there(loud: Written) -> None:
    loud.handler.filters.clear()
    loud.handler.setFormatter(logging.Formatter())

    ask("gql.transport.httpx")

    assert EMAIL in loud.text()


def test_a_handler_of_a_library_is_taken_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    own = logging.getLogger("uvicorn.access")
    own.handlers, own.propagate = [logging.StreamHandler(stream := io.StringIO())], False
    monkeypatch.setattr("sys.stderr", io.StringIO())

    log.configure(level="DEBUG")
    own.warning("GET /?token=%s", TOKEN)

    assert (stream.getvalue(), own.handlers, own.propagate) == ("", [], True)


def test_an_error_of_ours_is_told_by_type_place_and_code(loud: Written) -> None:
    error = psycopg.errors.UniqueViolation(f"DETAIL: Key (email)=({EMAIL})")
    error.__cause__ = KeyError(EMAIL)
    log.get("saleor_influence_app.test").error("row.refused", exc_info=error)

    line = loud.last()
    assert (line["error"], line["causes"], line["sqlstate"]) == ("UniqueViolation", ["KeyError"], "23505")
    assert EMAIL not in loud.text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"sent to {EMAIL}.", "sent to [removed]"),
        (f"Bearer {TOKEN}", "Bearer [removed]"),
        ("Bearer abcDEF123", "Bearer [removed]"),
        ("https://shop.example/a?token=1&b=2 refused", "https://shop.example/a[removed] refused"),
        ("redis://:secret@redis/0", "redis://[removed]@redis/0"),
        ("https://shop.example/graphql/", "https://shop.example/graphql/"),
        ("Name your proxies in TRUSTED_PROXIES.", "Name your proxies in TRUSTED_PROXIES."),
    ],
)
def test_a_second_net_removes_what_looks_like_an_address_or_a_token(
    loud: Written, text: str, shown: str
) -> None:
    log.get("saleor_influence_app.test").info("told", words=text, inner=[{"words": text}])

    assert (loud.last()["words"], loud.last()["inner"]) == (shown, [{"words": shown}])


def test_what_nobody_caught_is_told_without_its_text(loud: Written) -> None:
    error = ValueError(EMAIL)
    sys.excepthook(ValueError, error, None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = log.warned  # type: ignore[assignment] # it takes all that Python gives
        warnings.warn(f"unexpected value {EMAIL}", UserWarning, stacklevel=1)
    log.thread_ended(threading.ExceptHookArgs((ValueError, error, None, None)))

    events = [json.loads(line)["event"] for line in loud.text().splitlines()]
    assert events == ["process.failed", "python.warned", "thread.failed"]
    assert EMAIL not in loud.text()


QUOTING = {
    "message",
    "args",
    "detail",
    "text",
    "body",
    "email",
    "handle",
    "first_name",
    "last_name",
    "wording",
}
"""Attributes that hold, or may quote, what belongs in no log."""


def test_our_lines_are_an_event_and_fields_and_no_text_of_an_error() -> None:
    wrong = []
    for file in sorted([*(ROOT / "saleor_influence_app").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py")]):
        if "sandbox" in file.parts:
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if getattr(call.func.value, "id", "") != "logger":
                continue
            parts = [node for keyword in call.keywords for node in ast.walk(keyword.value)]
            quoting = any(isinstance(one, ast.Attribute) and one.attr in QUOTING for one in parts)
            made = any(
                isinstance(one, ast.JoinedStr) or getattr(one, "id", "") in {"str", "repr"} for one in parts
            )
            if len(call.args) != 1 or call.func.attr == "exception" or quoting or made:
                wrong.append(f"{file.name}:{call.lineno}")
    assert not wrong
