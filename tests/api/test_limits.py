"""No page holds the database for long: statements have a time-out, and end when their reader has gone."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from saleor_influence_app import db
from saleor_influence_app.api import failures, limits
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.main import create_app
from sandbox.server import serving

SLOW = "SELECT pg_sleep(45)"


def slow_app(**given: float) -> FastAPI:
    """An application of two endpoints as ours are, which work longer than anybody waits."""
    app = FastAPI()
    app.add_middleware(limits.Limits, **given)
    failures.install(app)

    @app.get("/slow")
    def read(session: RequestSession) -> None:
        session.execute(text(SLOW))

    @app.post("/slow")
    def write(session: RequestSession) -> None:
        session.execute(text("SELECT pg_sleep(2)"))
        session.execute(text("CREATE TABLE written_after_all ()"))

    return app


@contextmanager
def served(app: FastAPI) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with serving(app, listener):
            yield address


def is_working(engine: Engine, statement: str) -> Callable[[], bool]:
    def ask() -> bool:
        with engine.connect() as connection:
            return bool(
                connection.scalar(
                    text("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = :query"),
                    {"query": statement},
                )
            )

    return ask


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_page_that_reads_too_long_is_answered_with_503_in_words(engine: Engine) -> None:
    with served(slow_app(reading=1.0)) as (host, port):
        answer = httpx.get(f"http://{host}:{port}/slow", timeout=30)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert json.loads(answer.text)["error"] == {
        "code": "UNAVAILABLE",
        "message": "This took too long and was stopped, so that it does not hold up others. "
        "Please try again, or ask for less at a time.",
    }
    assert not is_working(engine, SLOW)()


def test_a_statement_ends_when_its_reader_goes_away(engine: Engine) -> None:
    works = is_working(engine, SLOW)
    with served(slow_app(reading=60.0)) as address:
        with closing(socket.create_connection(address)) as reader:
            reader.sendall(b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n")
            wait_until(works, 30)
        wait_until(lambda: not works(), 20)


def test_what_was_sent_to_be_written_is_written_though_nobody_waits_for_the_answer(engine: Engine) -> None:
    def is_written() -> bool:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT to_regclass('written_after_all')")) is not None

    with served(slow_app()) as address:
        with closing(socket.create_connection(address)) as writer:
            writer.sendall(b"POST /slow HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\n\r\n")
            wait_until(is_working(engine, "SELECT pg_sleep(2)"), 30)
        wait_until(is_written, 20)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE written_after_all"))


@pytest.mark.usefixtures("engine")
def test_only_statements_of_the_limited_work_are_cancelled() -> None:
    with db.limited(0.2) as statements:
        with db.transaction() as session:
            assert session.scalar(text("SHOW statement_timeout")) == "200ms"
        statements.cancel()  # the connection is back in the pool, and another one's by now
    with db.transaction() as session:
        assert session.scalar(text("SHOW statement_timeout")) == f"{db.STATEMENT_SECONDS // 60}min"
        statements.cancel()
        assert session.scalar(text("SELECT 1 FROM pg_sleep(0.2)")) == 1


@pytest.mark.usefixtures("engine")
def test_the_app_limits_what_a_request_may_ask_of_the_database() -> None:
    wanted: Any = limits.Limits
    assert wanted in [each.cls for each in create_app().user_middleware]
