"""Several of each on one machine: web, workers, migrations, and two versions of the app on one database."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from saleor_influence_app import broker, db, pools
from saleor_influence_app.models import Run
from sandbox.servers import free_port
from tests.support.databases import empty_database
from tests.support.serving import REPOSITORY, WAIT_SECONDS, is_healthy, serving, wait_until
from tests.support.shop_rows import put_customers, put_run, put_shop

RELEASED = "0002"
"""The newest revision of the last release: processes of that version work beside those of this one."""


def migrate_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "saleor_influence_app" / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.mark.exhaustive
def test_two_web_two_workers_and_one_beat_work_on_one_machine(tmp_path: Path, engine: Engine) -> None:
    """Each with a folder of its own, as containers have: what they share is PostgreSQL and Redis."""
    ports = free_port(), free_port()
    with ExitStack() as stack:
        logs = {}
        for name, arguments in {
            "web-1": ("web", "--port", str(ports[0])),
            "web-2": ("web", "--port", str(ports[1])),
            "worker-1": ("worker", "--concurrency", "1"),
            "worker-2": ("worker", "--concurrency", "1"),
            "beat": ("beat",),
        }.items():
            folder = tmp_path / name
            folder.mkdir()
            environment = {"TMPDIR": str(folder), "SCORING_SPILL_FOLDER": str(folder)}
            logs[name] = folder / "log"
            stack.enter_context(serving("--only", *arguments, log=logs[name], environment=environment))
        for port in ports:
            wait_until(partial(is_healthy, port), logs["web-1"])
        workers = 2 * len(pools.POOLS)
        wait_until(
            lambda: len(broker.app.control.inspect(timeout=1.0).ping() or {}) == workers, logs["worker-2"]
        )
        with db.transaction() as session:
            shops = [put_shop(session, f"https://shop-{number}.example/graphql/") for number in range(4)]
            for shop_id in shops:
                put_customers(session, shop_id, "one")
                put_run(session, shop_id, state="queued", as_of=None, started_at=None, finished_at=None)
        wait_until(lambda: {run.state for run in all_runs()} == {"done"}, logs["worker-1"])  # beat rings
        assert {run.attempts for run in all_runs()} == {1}
    assert engine


def all_runs() -> list[Run]:
    with db.transaction() as session:
        return list(session.query(Run))


@pytest.mark.exhaustive
@pytest.mark.usefixtures("engine")
def test_two_serves_start_at_once_on_an_empty_database(
    tmp_path: Path, postgresql_url: str, redis_url: str
) -> None:
    ports, logs = (free_port(), free_port()), (tmp_path / "first", tmp_path / "second")
    with empty_database(postgresql_url) as url, ExitStack() as stack:
        environment = {"DATABASE_URL": url, "REDIS_URL": redis_url}
        for port, log in zip(ports, logs, strict=True):
            stack.enter_context(
                serving("--port", str(port), "--concurrency", "1", log=log, environment=environment)
            )
        for port, log in zip(ports, logs, strict=True):
            wait_until(partial(is_healthy, port), log)
            assert httpx.get(f"http://127.0.0.1:{port}/api/health").json()["status"] == "ok"


@pytest.mark.usefixtures("engine")
def test_two_migrations_at_once_are_one(postgresql_url: str) -> None:
    with empty_database(postgresql_url) as url:
        migration = [sys.executable, "-m", "saleor_influence_app.cli", "migrate"]
        both = [
            subprocess.Popen(
                migration, cwd=REPOSITORY, env=os.environ | {"DATABASE_URL": url}, stderr=subprocess.PIPE
            )
            for _ in range(2)
        ]
        for process in both:
            _, told = process.communicate(timeout=WAIT_SECONDS)
            assert process.returncode == 0, told.decode()
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        engine.dispose()


def test_processes_of_the_last_release_work_on_the_newest_tables(postgresql_url: str) -> None:
    """Migrations only add: every column of the last release is here, as it was, and an old INSERT is whole.

    So old and new processes work side by side during an upgrade, and a rollback needs no migration. What an
    old version no longer needs is dropped by the release after the one that stopped using it: raise
    RELEASED with each release.
    """
    with empty_database(postgresql_url) as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            migrate_to(connection, RELEASED)
            before, rules_before = columns(connection), rules(connection)
        with engine.connect() as connection:
            migrate_to(connection, "head")
            after, rules_after = columns(connection), rules(connection)
        engine.dispose()
    assert set(before) <= set(after), "tables were dropped or renamed"
    for table, old in before.items():
        new = after[table]
        changed = {name for name in old if new.get(name) is None or new[name]["type"] != old[name]["type"]}
        assert changed == set(), f"{table}: an old SELECT does not find what it asks for"
        stricter = {name for name in old if old[name]["nullable"] and not new[name]["nullable"]}
        assert stricter == set(), f"{table}: an old INSERT may leave these out"
        unfilled = {name for name in new.keys() - old.keys() if not new[name]["filled"]}
        assert unfilled == set(), f"{table}: an old INSERT does not know these"
    refusing = {
        (table, name)
        for (table, name), says in rules_after.items()
        if table in before
        and not WROTE.get((table, name), {"not known"}) <= words(says)
        and is_stricter(rules_before.get((table, name)), says, after[table].keys() - before[table].keys())
    }
    assert refusing == set(), "rules that refuse what the last release writes"


def columns(connection: Connection) -> dict[str, dict[str, dict[str, object]]]:
    found = inspect(connection)
    return {
        table: {
            column["name"]: {
                "type": str(column["type"]),
                "nullable": column["nullable"],
                "filled": column["nullable"] or column["default"] is not None or bool(column.get("identity")),
            }
            for column in found.get_columns(table)
        }
        for table in found.get_table_names()
    }


def rules(connection: Connection) -> dict[tuple[str, str], str]:
    """Return what checks and unique constraints say, by table and name."""
    asked = text("""
        SELECT conrelid::regclass::text AS on_table, conname, pg_get_constraintdef(oid) AS says
        FROM pg_constraint WHERE contype IN ('c', 'u', 'x') AND connamespace = 'public'::regnamespace
    """)
    return {(row.on_table, row.conname): row.says for row in connection.execute(asked)}


WROTE = {("ties", "ck_ties_origin"): {"'orders'", "'staff'", "'social'"}}
"""Of rules that are new: all that the code of the last release writes into the column."""


def is_stricter(old: str | None, new: str, columns_added: set[str]) -> bool:
    """Return whether a rule may refuse what the last release writes: it is new, or lacks a former word."""
    if old is None:
        return not any(column in re.findall(r"\w+", new) for column in columns_added)
    return not words(old) <= words(new)


def words(rule: str) -> set[str]:
    """Return the values that a rule names, in their quotes."""
    return set(re.findall(r"'[^']*'", rule))
