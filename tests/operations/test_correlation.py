"""One delivery can be followed through the log: web, projection, run, outbox."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from saleor_influence_app import broker, correlation, log
from saleor_influence_app.main import create_app
from saleor_influence_app.models import Backfill, Message
from saleor_influence_app.worker import app as celery
from tests.support.pocket_shop import pocket_saleor
from tests.support.serving import REPOSITORY, wait_until
from tests.support.shop_server import AppClient
from tests.support.signing import headers_for, signing_key
from tests.support.tellings import customer, make_shop, order, told

Line = dict[str, Any]


class Log:
    """Every line that was logged, as an operator's collector reads it."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    def lines(self) -> list[Line]:
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]

    def of(self, one: str) -> list[Line]:
        return [line for line in self.lines() if one in line.get("correlation_ids", ())]

    def named(self, event: str) -> list[Line]:
        return [line for line in self.lines() if line["event"] == event]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The log as JSON, in memory instead of on standard error."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)  # where `log.configure` writes to
    log.configure(level="INFO", as_json=True)
    monkeypatch.undo()
    yield Log(stream)
    correlation.resume()


def ring(task: str, *arguments: int) -> None:
    """The task runs in this process, as in a worker."""
    celery.tasks[task].apply(args=arguments, throw=True)


def test_one_delivery_is_followed_from_web_to_projection_run_and_outbox(
    session: Session, logged: Log
) -> None:
    key = signing_key()
    with pocket_saleor() as saleor:
        shop_id = saleor.put_row(session, jwks=key.jwks)
        for kind in ("orders", "customers"):
            session.add(Backfill(shop_id=shop_id, kind=kind, state="done"))
        session.commit()
        [buyer] = saleor.people(1)
        client = AppClient(create_app())
        ids = []
        for slug, body in (
            told("customer_created", customer(buyer.id), recipient=saleor.app.id),
            told("order_created", order(user=buyer.id), recipient=saleor.app.id),
        ):
            headers = headers_for(slug, body, key, saleor.api_url)
            answer = client.post(f"/api/webhooks/saleor/{slug}", content=body, headers=headers)
            assert answer.status_code == 200, answer.text
            ids.append(answer.headers["x-request-id"])
        ring("facts.project", shop_id)
        session.execute(text("UPDATE runs SET not_before = now()"))
        run_id = session.execute(text("SELECT id FROM runs")).scalar_one()
        session.commit()
        ring("runs.execute", run_id)
        ring("outbox.flush", shop_id)

    for one in ids:
        events = [line["event"] for line in logged.of(one)]
        assert events[0] == "delivery.stored"
        assert [events.count(name) for name in ("facts.projected", "run.done", "outbox.flushed")] == [1, 1, 1]
        assert events.index("facts.projected") < events.index("run.done") < events.index("outbox.flushed")
    [flushed] = [line for line in logged.named("outbox.flushed") if line["written"]]
    assert flushed["run_ids"] == [run_id]
    assert logged.named("run.done")[0]["run_id"] == run_id
    assert len({one for line in logged.named("delivery.stored") for one in line["correlation_ids"]}) == 2
    assert "@" not in json.dumps(logged.lines()), "no address is in the log"


def test_a_message_carries_what_led_to_it_to_the_worker(
    session: Session, bells: Any, redis_url: str, logged: Log
) -> None:
    import redis

    assert session
    assert logged
    bells()
    one = correlation.begin()
    broker.send("outbox.flush", 1)
    correlation.resume()

    with redis.Redis.from_url(redis_url) as client:
        [message] = client.lrange("outbox", 0, -1)
    assert json.loads(message)["headers"][broker.CORRELATION] == [one]
    bells()


def test_a_worker_process_logs_the_ids_of_the_message_and_of_the_rows(
    session: Session, tmp_path: Path, bells: Callable[[], list[Any]]
) -> None:
    bells()  # another test's might be of a shop of the same id
    shop_id = make_shop(session)
    of_row, of_bell = str(uuid4()), str(uuid4())
    slug, body = told("order_created", order())
    session.execute(
        insert(Message),
        [{"shop_id": shop_id, "slug": slug, "body_hash": b"1", "body": body, "correlation_id": of_row}],
    )
    session.commit()
    correlation.begin(of_bell)
    broker.send("facts.project", shop_id)
    correlation.resume()
    output = tmp_path / "log"
    # the one worker that `serve` starts for this queue, without the others
    worker = [sys.executable, "-m", "celery", "--app=saleor_influence_app.worker", "--quiet", "worker"]

    with (
        output.open("wb") as sink,
        subprocess.Popen(
            [*worker, "--queues=facts", "--pool=threads", "--concurrency=1"],
            cwd=REPOSITORY,
            env=os.environ | {"LOG_LEVEL": "INFO"},
            stdout=sink,
            stderr=sink,
        ) as process,
    ):
        try:
            wait_until(lambda: "facts.projected" in output.read_text(), output)
        finally:
            process.kill()

    [line] = [json.loads(one) for one in output.read_text().splitlines() if "facts.projected" in one]
    assert line["correlation_ids"] == [of_row, of_bell]
    assert (line["task"], line["messages"]) == ("facts.project", 1)


def test_a_task_knows_the_ids_of_its_message_and_forgets_them_afterwards(logged: Log) -> None:
    seen: list[list[str]] = []

    @celery.task(name="facts.look")  # type: ignore[untyped-decorator]
    def look() -> None:
        seen.append(correlation.current())
        log.get("saleor_influence_app.test").info("looked")

    try:
        look.apply(headers={broker.CORRELATION: ["one", "two"]}, throw=True)
        look.apply(throw=True)
    finally:
        del celery.tasks["facts.look"]

    assert seen == [["one", "two"], []]
    first, second = logged.named("looked")
    assert first["correlation_ids"] == ["one", "two"]
    assert first["task"] == "facts.look"
    assert "correlation_ids" not in second


@pytest.mark.parametrize("given", ["ada@example.com", "1", "x" * 36, "", "a\u00e4"])
def test_an_id_that_is_no_uuid_is_not_taken_over(engine: object, given: str) -> None:
    """Anybody may send one, and what they write would be in every line."""
    assert engine
    answer = AppClient(create_app()).get("/api/health", headers={"x-request-id": given.encode()})

    found = answer.headers["x-request-id"]
    assert found != given
    assert UUID(found)


def test_a_uuid_of_a_proxy_is_taken_over(engine: object) -> None:
    assert engine
    one = str(uuid4())
    answer = AppClient(create_app()).get("/api/health", headers={"x-request-id": one})

    assert answer.headers["x-request-id"] == one


def test_inside_a_block_lines_carry_what_caused_it_and_not_after() -> None:
    with correlation.caused_by(["a", None, "a", "b"]):
        assert correlation.current() == ["a", "b"]
        with correlation.caused_by(["c"]):
            assert correlation.current() == ["c", "a", "b"]
        assert correlation.current() == ["a", "b"]
        with correlation.caused_by(str(number) for number in range(100)):
            assert len(correlation.current()) == correlation.MOST
    assert correlation.current() == []
