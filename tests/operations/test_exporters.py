"""What leaves for a collector or Sentry: where in our code, how long, which kind; never about whom."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from saleor_influence_app import exporters

REPOSITORY = Path(__file__).resolve().parents[2]
PLANTED = ("ada.lovelace@example.com", "Lovelace", "token-that-opens-a-shop", "secret-of-the-query")
PROGRAM = """
import asyncio
import httpx
from saleor_influence_app import exporters, main
from saleor_influence_app.api.session import request_session
from saleor_influence_app.db import transaction
from saleor_influence_app.saleor.client import SaleorClient
from sqlalchemy import text

app = main.create_app()


@app.get("/broken/{name}")
def broken(name: str, q: str) -> None:
    surname, token = "Lovelace", "token-that-opens-a-shop"
    with transaction() as session:
        session.execute(text("SELECT CAST(:email AS integer)"), {"email": "ada.lovelace@example.com"})


app.router.routes.insert(0, app.router.routes.pop())


async def ask() -> None:
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://influence.example") as client:
            answer = await client.get(
                "/broken/ada.lovelace@example.com?q=secret-of-the-query",
                headers={"authorization-bearer": "token-that-opens-a-shop", "cookie": "n=Lovelace"},
            )
            assert answer.status_code == 500, answer.text
            await client.post("/api/session", json={"email": "ada.lovelace@example.com"})
        with SaleorClient("http://127.0.0.1:1/?q=secret-of-the-query", "token-that-opens-a-shop") as one:
            try:
                one.execute("app_identity", {"name": "Lovelace"})
            except Exception:
                pass
    from saleor_influence_app import worker
    worker.app.tasks["runs.execute"].apply(args=["ada.lovelace@example.com"])
    exporters.end()


asyncio.run(ask())
"""


class Sink:
    """A server on loopback that keeps what it is sent, by path."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, dict[str, str]]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                sink.got.append((self.path, body, dict(self.headers)))
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def sink() -> Iterator[Sink]:
    one = Sink()
    yield one
    one.server.shutdown()
    one.server.server_close()


def run(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def assert_nobody_is_named(sink: Sink) -> None:
    for path, body, headers in sink.got:
        for planted in PLANTED:
            assert planted.encode() not in body, (path, planted, body)
            assert planted not in json.dumps(headers)


@pytest.mark.usefixtures("engine")
def test_a_collector_is_told_of_requests_tasks_and_calls_and_of_nobody(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        monkeypatch,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{sink.port}",
        OTEL_EXPORTER_OTLP_HEADERS="x-team=ours",
    )

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    assert {path for path, _, _ in sink.got} == {"/v1/traces"}
    assert {headers.get("x-team", headers.get("X-Team")) for _, _, headers in sink.got} == {"ours"}
    spans = [
        span
        for _, body, _ in sink.got
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    names = {span.name for span in spans}
    assert {"GET /broken/{name}", "saleor", "runs.execute"} <= names
    allowed = {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "error.type",
        "influence.correlation_ids",
    }
    assert {attribute.key for span in spans for attribute in span.attributes} <= allowed
    assert not any(span.events for span in spans), "an exception's text quotes rows"
    assert_nobody_is_named(sink)


@pytest.mark.usefixtures("engine")
def test_sentry_is_told_where_a_fault_was_and_of_nobody(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, SENTRY_DSN=f"http://key@127.0.0.1:{sink.port}/1")

    events = [
        json.loads(line)
        for _, body, _ in sink.got
        for line in body.splitlines()
        if line.startswith(b"{") and b'"exception"' in line
    ]
    kinds = {one["type"] for event in events for one in event["exception"]["values"]}
    assert "DataError" in kinds
    frames = [
        frame
        for event in events
        for one in event["exception"]["values"]
        for frame in one["stacktrace"]["frames"]
    ]
    assert any(frame["function"] == "broken" for frame in frames)
    assert all(set(frame) <= set(exporters.FRAME) for frame in frames)
    assert {key for event in events for key in event} <= {*exporters.SENT, "exception"}
    assert {event["tags"].get("where", event["tags"].get("task")) for event in events} == {
        "request",
        "runs.execute",
    }
    assert_nobody_is_named(sink)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("engine")
def test_nothing_is_sent_where_no_place_is_named(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, OTEL_EXPORTER_OTLP_ENDPOINT="", SENTRY_DSN="")

    assert sink.got == []


def test_only_fields_of_the_list_leave() -> None:
    event = {
        "event_id": "1",
        "level": "error",
        "tags": {"where": "request"},
        "request": {"url": PLANTED[0], "data": PLANTED[1]},
        "user": {"email": PLANTED[0]},
        "breadcrumbs": {"values": [{"message": PLANTED[0]}]},
        "extra": {"x": PLANTED[1]},
        "contexts": {"y": PLANTED[1]},
        "server_name": PLANTED[1],
        "exception": {
            "values": [
                {
                    "type": "DataError",
                    "module": "sqlalchemy.exc",
                    "value": PLANTED[0],
                    "mechanism": {"data": PLANTED[1]},
                    "stacktrace": {"frames": [{"function": "f", "lineno": 1, "vars": {"x": PLANTED[2]}}]},
                }
            ]
        },
    }

    told = json.dumps(exporters.only_what_may_be_told(event, {}))  # type: ignore[arg-type]

    assert not any(planted in told for planted in PLANTED)
    assert "DataError" in told
