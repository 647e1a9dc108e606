"""The web process and beat start without the libraries that only runs need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from saleor_influence_app.experiments import trials
from scoring.ledger import Parameters

REPOSITORY = Path(__file__).resolve().parents[2]
ANALYTICAL = {"duckdb", "ibis", "networkx", "numpy", "pandas", "pyarrow", "pyspark", "scipy", "sqlglot"}
EXPORTERS = {"opentelemetry.exporter", "opentelemetry.sdk.trace", "google.protobuf", "sentry_sdk"}
"""redis-py imports OpenTelemetry's metrics where it finds them, and sends none unless it is told to."""
DATABASE = {"sqlalchemy", "psycopg", "celery", "redis"}
UNUSED = {
    "web": {"gql", "graphql", "prometheus_client", "typer"},
    "beat": {"fastapi", "gql", "graphql", "httpx", "joserfc"},
    "serve": DATABASE | {"fastapi", "uvicorn"},
}
"""What a process that lasts has not loaded before it is needed: its memory is taken for good."""
STARTS = {
    "web": "from saleor_influence_app import main; main.create_app()",
    "beat": "from saleor_influence_app import beat, clock; clock.app.finalize(); beat.Scheduler",
    "commands": "from saleor_influence_app.cli import commands; commands.app",
    "serve": "from saleor_influence_app.cli import process; process.app",
    "requests": "from saleor_influence_app.experiments import trials; "
    "from saleor_influence_app.runs import network_part, rollback; "
    "from saleor_influence_app.targeting import definitions, segment_preview, segments",
}

GRAPHS = """
from saleor_influence_app.queries import cascade, neighbourhood
from saleor_influence_app.queries.shown_credits import Link
money = {"amount": "9.00", "currency": "EUR"}
given = {"orders": 1, "lines": 1, "tie_kinds": [], "proven": money, "credit": money, "booked": money}
links = [Link(source_id="a", customer_id=who, **given) for who in "bc"]
groups, _ = neighbourhood.communities(["a", "b", "c"], links)
assert groups == [["a", "b", "c"]]
[tree] = cascade.trees({"a": None, "b": "a", "c": "b"})
assert tree.depth == 2"""


def modules_after(code: str) -> set[str]:
    code = f"{code}; import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    return set(json.loads(done.stdout))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("role", STARTS)
def test_a_process_imports_no_analytical_library_when_it_starts(role: str) -> None:
    modules = modules_after(STARTS[role])
    found = {name.partition(".")[0] for name in modules}
    assert found & ANALYTICAL == set()
    assert modules & EXPORTERS == set(), (
        "imported only where OTEL_EXPORTER_OTLP_ENDPOINT or SENTRY_DSN is set"
    )
    assert found & UNUSED.get(role, set()) == set()
    assert "saleor_influence_app" in found


def test_a_graph_is_made_by_networkx_alone() -> None:
    """The first answer with a graph in it imports it; numpy, scipy and pandas stay out of the web process."""
    modules = modules_after(GRAPHS)
    found = {name.partition(".")[0] for name in modules}
    assert found & ANALYTICAL == {"networkx"}


def test_a_trial_lasts_as_long_as_the_ledgers_window_unless_somebody_says_otherwise() -> None:
    assert Parameters().window_days == trials.USUAL_DAYS
