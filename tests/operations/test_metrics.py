"""`/metrics`: who may read it, that its figures hold whichever process answers, and that it names nobody."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from saleor_influence_app import broker, pools, settings, telemetry
from saleor_influence_app.api import metrics
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.models import Message, OutboxRow
from saleor_influence_app.saleor.client import SaleorClient
from tests.support.shop_rows import put_run, put_shop
from tests.support.shop_server import AppClient

METRICS_TOKEN = "a-token-for-prometheus-alone"

REPOSITORY = Path(__file__).resolve().parents[2]
BEARER = {"authorization": f"Bearer {METRICS_TOKEN}"}
Figures = dict[tuple[str, tuple[str, ...]], float]


def scrape(client: AppClient) -> Figures:
    """Every sample by its name and the values of its labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def put_message(session: Session, shop_id: int, number: int, **given: object) -> None:
    row = {"shop_id": shop_id, "slug": "order_created", "body_hash": bytes([number]) * 32, "body": b"{}"}
    session.execute(insert(Message), [row | given])


def test_nobody_reads_metrics_until_a_token_is_set(engine: Engine) -> None:
    assert engine
    from saleor_influence_app.main import create_app

    answer = AppClient(create_app()).get("/metrics", headers={"authorization": "Bearer "})

    assert answer.status_code == 404
    assert "METRICS_TOKEN" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer wrong"}, {"authorization": METRICS_TOKEN}, {"authorization": "Bearer ü"}],
)
def test_metrics_are_refused_to_whoever_has_not_the_token(client: AppClient, headers: dict[str, str]) -> None:
    encoded = {name: value.encode() for name, value in headers.items()}
    answer = client.get("/metrics", headers=encoded)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "influence_" not in answer.text


def test_the_age_of_the_oldest_pending_message_is_told_of_each_shop(
    client: AppClient, session: Session
) -> None:
    busy, idle = put_shop(session), put_shop(session, "https://two.example/graphql/")
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    put_message(session, busy, 1, received_at=long_ago)
    put_message(session, busy, 2)
    put_message(session, busy, 3, state="failed", received_at=long_ago - timedelta(days=1))
    session.commit()

    figures = scrape(client)

    assert figures["influence_messages_pending", (str(busy),)] == 2
    assert 7200 <= figures["influence_message_oldest_pending_seconds", (str(busy),)] < 7500
    assert figures["influence_messages_failed", (str(busy),)] == 1
    assert figures["influence_message_oldest_pending_seconds", (str(idle),)] == 0, "an alert must end"


def test_runs_and_the_outbox_are_told_by_age(client: AppClient, session: Session) -> None:
    shop_id = put_shop(session)
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    put_run(session, shop_id, finished_at=now - 5 * hour)
    put_run(session, shop_id, state="running", started_at=now - 2 * hour, finished_at=None)
    put_run(session, shop_id, state="queued", started_at=None, finished_at=None, not_before=now - 3 * hour)
    rows = [
        {"customer_id": "a", "state": "pending", "next_attempt_at": now - hour},
        {"customer_id": "b", "state": "pending", "next_attempt_at": now + hour},
        {"customer_id": "c", "state": "written", "changed_at": now - 9 * hour},
        {"customer_id": "d", "state": "failed", "changed_at": now - 4 * hour},
        {"customer_id": "e", "state": "claimed", "lease_until": now - hour / 2},
    ]
    for row in rows:
        session.execute(insert(OutboxRow), [{"shop_id": shop_id} | row])
    session.commit()

    figures = scrape(client)

    one = str(shop_id)
    hours = {name: round(value / 3600, 1) for (name, labels), value in figures.items() if labels == (one,)}
    assert hours["influence_run_last_done_seconds"] == 5.0
    assert hours["influence_run_running_seconds"] == 2.0
    assert hours["influence_run_queued_seconds"] == 3.0
    lag = {
        labels[1]: (figures["influence_outbox_rows", labels], round(value / 3600, 1))
        for (name, labels), value in figures.items()
        if name == "influence_outbox_lag_seconds"
    }
    assert lag == {"pending": (2, 1.0), "claimed": (1, 0.5), "failed": (1, 4.0)}


def test_the_lengths_of_the_queues_are_told(
    client: AppClient, bells: Callable[[], list[tuple[object, ...]]]
) -> None:
    broker.send("facts.project", 1)
    broker.send("facts.project", 2)

    figures = scrape(client)

    lengths = {
        labels[0]: value for (name, labels), value in figures.items() if name == "influence_queue_messages"
    }
    assert lengths == dict.fromkeys(pools.QUEUES, 0) | {"facts": 2}
    bells()


def test_what_several_processes_count_is_added_up_by_whichever_answers(
    client: AppClient, session: Session, nothing_told: "redis.Redis"
) -> None:
    assert nothing_told
    shop_id = put_shop(session)
    session.commit()
    code = (
        "from saleor_influence_app import telemetry as t\n"
        "t.count('influence_saleor_requests', 'https://one.example/graphql/', 'unreachable', by=3)\n"
        "t.count('influence_saleor_requests', 'https://gone.example/graphql/', 'denied')\n"
        "t.see('worker:celery@one'); t.see('beat')\n"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=300)
    figures = scrape(client)

    assert figures["influence_saleor_requests_total", ("unreachable", str(shop_id))] == 6
    assert abs(figures["influence_worker_last_seen_timestamp_seconds", ("celery@one",)] - now()) < 300
    assert abs(figures["influence_beat_last_tick_timestamp_seconds", ()] - now()) < 300
    assert "example" not in client.get("/metrics", headers=BEARER).text, "a shop is named by its id alone"


def now() -> float:
    return datetime.now(UTC).timestamp()


def test_a_forked_process_counts_for_itself_and_repeats_nothing_of_its_parent(
    nothing_told: "redis.Redis",
) -> None:
    code = (
        "import os\nfrom saleor_influence_app import telemetry as t\n"
        "t.count('parent')\npid = os.fork()\n"
        "t.count('child' if pid == 0 else 'parent')\nt.OURS.write()\n"
        "os._exit(0) if pid == 0 else os.waitpid(pid, 0)\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=REPOSITORY, check=True, timeout=300)

    assert nothing_told.hgetall(telemetry.COUNTERS) == {'["parent"]': "2", '["child"]': "1"}


def test_what_could_not_be_written_is_written_later(nothing_told: "redis.Redis") -> None:
    def away() -> "redis.Redis":
        return redis.Redis.from_url("redis://127.0.0.1:1/0")

    ours = telemetry.Telemetry(away)
    ours.count("kept")
    assert not ours.write()
    ours.count("kept")
    ours.connect = telemetry.connect

    assert ours.write()
    assert nothing_told.hgetall(telemetry.COUNTERS) == {'["kept"]': "2"}


def test_saleors_errors_are_counted_by_shop_and_kind(client: AppClient, session: Session) -> None:
    shop_id = put_shop(session, "http://127.0.0.1:1/graphql/")
    session.commit()
    with SaleorClient("http://127.0.0.1:1/graphql/", "token") as saleor, pytest.raises(SaleorUnreachable):
        saleor.execute("app_identity")
    telemetry.OURS.write()

    assert scrape(client)["influence_saleor_requests_total", ("unreachable", str(shop_id))] == 1


def test_requests_are_counted_by_the_template_of_their_address(
    client: AppClient, nothing_told: "redis.Redis"
) -> None:
    assert nothing_told
    client.get("/api/customers/planted@example.com")
    client.get("/api/planted@example.com/nothing")
    client.request("BREW", "/api/health")
    telemetry.OURS.write()

    answer = client.get("/metrics", headers=BEARER).text

    assert "planted" not in answer
    figures = scrape(client)
    assert figures["influence_http_requests_total", ("GET", "/api/customers/{customer_id}", "401")] == 1
    counted = ("GET", "/api/customers/{customer_id}")
    assert figures["influence_http_request_seconds_count", counted] == 1
    assert figures["influence_http_request_seconds_bucket", ("+Inf", *counted)] == 1
    assert {labels[0] for name, labels in figures if name == "influence_http_requests_total"} <= {
        "GET",
        "OTHER",
    }


def test_a_table_that_does_not_answer_costs_its_own_figures_alone(
    client: AppClient, session: Session, engine: Engine
) -> None:
    shop_id = put_shop(session)
    session.commit()
    with engine.begin() as other:
        other.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        other.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))

        figures = scrape(client)

    assert figures["influence_figures_read", ("messages",)] == 0
    assert figures["influence_figures_read", ("outbox",)] == 1
    assert figures["influence_shop_active", (str(shop_id),)] == 1


def test_without_redis_the_tables_figures_are_told(client: AppClient, session: Session) -> None:
    shop_id = put_shop(session)
    session.commit()
    client.app.dependency_overrides[metrics.broker_client] = lambda: (
        lambda: redis.Redis.from_url("redis://127.0.0.1:1/0")
    )

    figures = scrape(client)

    assert figures["influence_figures_read", ("redis",)] == 0
    assert figures["influence_messages_pending", (str(shop_id),)] == 0


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\binfluence_[a-z_]+\b", expression))


def families(client: AppClient) -> Iterator[str]:
    answer = client.get("/metrics", headers=BEARER).text
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", answer, re.MULTILINE):
        yield name
        if kind == "histogram":
            yield from (f"{name}_bucket", f"{name}_sum", f"{name}_count")


def test_every_metric_that_an_alert_or_the_documents_name_exists(client: AppClient) -> None:
    known = set(families(client))
    groups = yaml.safe_load((REPOSITORY / "docs" / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    document = (REPOSITORY / "docs" / "operate.md").read_text()

    assert len(rules) >= 10
    for rule in rules:
        assert names_in(rule["expr"]), rule["alert"]
        assert names_in(rule["expr"]) <= known, rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]
        assert f"`{rule['alert']}`" in document, "the alert table says what it means and what to do"
    assert names_in(document) - {"influence_app"} <= known, "but for the database's role"
    unwatched = {
        name for name in known if f"`{name}`" not in document and not name.endswith(("_sum", "_count"))
    }
    assert {name for name in unwatched if not name.endswith("_bucket")} == set(), "each figure is explained"


def test_the_setting_refuses_a_token_that_can_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "short")
    from saleor_influence_app.errors import SettingInvalid

    with pytest.raises(SettingInvalid, match="METRICS_TOKEN"):
        settings.read()
