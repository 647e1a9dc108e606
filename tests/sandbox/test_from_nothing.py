"""`make demo ARGS="--from-nothing"`: a shop learns who brings whom while its clock is fast."""

import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console

from saleor_influence_app.db import Base
from sandbox import from_nothing, stack
from sandbox.demo import read_options

WEEKS = 2
AHEAD = {"expires_at", "ends_at", "reconcile_at", "compare_at", "full_run_at"}
"""Moments that a row plans."""


@pytest.mark.exhaustive
def test_a_shop_without_ties_hears_of_them_and_nothing_is_made_up() -> None:
    chosen = read_options(["--from-nothing", "--customers", "150", "--weeks", str(WEEKS)])
    console = Console(file=io.StringIO(), width=400)
    with tempfile.TemporaryDirectory(prefix="influence-fast-") as name:
        clock = from_nothing.clock(chosen, Path(name))
        began = clock.now()
        with stack.running(
            Path(name),
            saleor_arguments=from_nothing.saleor_arguments(chosen),
            ports=stack.Ports(0, 0),
            environment=from_nothing.environment(),
            clock=clock,
        ) as running:
            app_id = from_nothing.show(running, clock, weeks=WEEKS, console=console)
            survey = running.panel(app_id, "/api/survey", days=365)
            runs: Any = running.panel(app_id, "/api/runs", limit=100)
            with psycopg.connect(clock.database) as connection:
                responses = connection.execute(
                    "SELECT r.responded_at, o.created_at, r.named_id FROM survey_responses r "
                    "JOIN orders o USING (shop_id, order_id)"
                ).fetchall()
                ties = connection.execute("SELECT known_at FROM ties ORDER BY known_at").fetchall()
                later = [
                    (table.name, column.name, found)
                    for table in Base.metadata.sorted_tables
                    for column in table.columns
                    if column.type.python_type is datetime and column.name not in AHEAD
                    for (found,) in connection.execute(
                        f"SELECT max({column.name}) FROM {table.name} WHERE {column.name} > %s",
                        [datetime.now(UTC) + timedelta(hours=1)],
                    )
                    if found is not None
                ]
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()

    assert clock.behind == timedelta(0)
    assert survey["responses"] == len(responses) > 0
    assert all(began < ordered < told < ordered + timedelta(hours=2) for told, ordered, _ in responses)
    assert max(told for told, _, _ in responses) - began > timedelta(days=7)
    named = [told for told, _, who in responses if who]
    assert len([known for (known,) in ties if known > began]) >= min(1, len(named))
    moments = [datetime.fromisoformat(run["started_at"]) for run in reversed(runs) if run["started_at"]]
    assert moments == sorted(moments)
    assert later == []
    assert "No ties between customers are known yet" in printed
    assert "week  1" in printed
    assert "Nobody is said to lead yet: 8 customers lead others in this shop" in printed
    assert ", 0 gaps when compared on" in printed
    assert "; 0 rows had to be mended." in printed
