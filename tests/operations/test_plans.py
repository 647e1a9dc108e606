"""Statements that run by the clock stay quick when tables have grown; the command that says so can say no."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

REPOSITORY = Path(__file__).resolve().parents[2]
ROWS = "60000"


def review(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.plans", "--rows", ROWS, *options],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )


def test_no_statement_of_the_clock_reads_a_large_table_in_full() -> None:
    done = review()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 read a large table in full" in done.stdout
    for task in ("facts.sweep", "runs.sweep", "outbox.sweep", "social.prune", "metrics: outbox"):
        assert f"\n{task}" in done.stdout
    assert "ix_messages_handled" in done.stdout, "old messages are found by when they were handled"


@pytest.mark.exhaustive
@pytest.mark.parametrize(("index", "task"), [("ix_messages_handled", "facts.sweep")])
def test_without_its_index_the_statement_is_told_and_the_command_fails(index: str, task: str) -> None:
    done = review("--without", index)

    assert done.returncode == 1, done.stdout + done.stderr
    [line] = [line for line in done.stdout.splitlines() if "IN FULL" in line]
    assert line.startswith(task)
    assert "READS messages IN FULL" in line


def test_no_statement_is_compiled_before_it_runs(engine: Engine) -> None:
    """Debian's PostgreSQL would: half a minute for what then takes milliseconds."""
    with engine.connect() as connection:
        assert connection.execute(text("SHOW jit")).scalar_one() == "off"
