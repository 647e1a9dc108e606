"""`./influence score`: a shop's run executed at once, here or on Spark, and stored as a worker stores it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from saleor_influence_app import db, run_queue, settings, tasks
from saleor_influence_app.models import VERSIONED
from saleor_influence_app.models import Run as RunRow
from saleor_influence_app.runs import execution, rollback
from saleor_influence_app.targeting import definitions
from scoring import simulate
from tests.support.command_line import Run
from tests.support.shop_rows import NOW, RESULT, put_run, put_shop, put_trial
from tests.support.simulated_shop import put_simulated

SHOP = "https://one.example/graphql/"
NO_SPARK = "Spark needs Java and PySpark (`make spark`), which are not here"
needs_spark = pytest.mark.skipif(
    shutil.which("java") is None or find_spec("pyspark") is None, reason=NO_SPARK
)
QUICK = {
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    # Of a small shop's run nearly all is compiling and planning.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
SUBMIT = " ".join(f"--conf '{name}={value}'" for name, value in QUICK.items()) + " pyspark-shell"
PATIENCE_SECONDS = 400
SOCIAL = (
    """INSERT INTO privacy_settings (shop_id, enabled, confirmed_by, confirmed_at, minimum_age, posts_days,
        features_months, controller_name, controller_contact, storefront_origins, networks, secrets_encrypted)
    VALUES (:id, true, 'x', now(), 16, 30, 12, 'x', 'x', '{}', '{"mastodon": {}}', '')""",
    "INSERT INTO consent_subjects SELECT shop_id, customer_id, 'salt' FROM customers WHERE shop_id = :id",
    """INSERT INTO consents SELECT shop_id, row_number() OVER (), consent_ref(salt, customer_id), 'score',
        'mastodon', 'given', 'x', '1', 'en', 'session', true, now(), 'x', 'x' FROM consent_subjects""",
    """UPDATE ties SET origin = 'social', kind = 'mastodon'
    WHERE shop_id = :id AND hashtext(source_id || target_id) % 3 = 0""",
)
"""Everybody agreed to the scores of Mastodon, and a third of all ties are from there."""


@pytest.fixture
def shop_id(engine: Engine) -> int:
    """A simulated shop with codes, ties of staff and of a network, and a trial; valued once."""
    assert engine
    with db.transaction() as session:
        shop_id = put_shop(session, SHOP)
        world = simulate.shop(customers=250, orders=1500, seed=3, as_of=NOW)
        put_simulated(session, shop_id, world=world, until=NOW)
        session.execute(text("SET LOCAL session_replication_role = replica"))  # no chain: see tests/consent
        for statement in SOCIAL:
            session.execute(text(statement), {"id": shop_id})
        put_trial(session, shop_id, "C7", **RESULT)
        definitions.store_defaults(session, shop_id)
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    with db.transaction() as session:
        session.execute(text("UPDATE orders SET charged = charged / 2 WHERE order_id LIKE '%7'"))
    return shop_id


def results(shop_id: int) -> dict[str, list[Any]]:
    """Every column of every row that a run writes."""
    with db.transaction() as session:
        return {
            model.__tablename__: sorted(
                session.execute(
                    text(f"SELECT to_jsonb(t) FROM {model.__tablename__} t WHERE shop_id = :id"),
                    {"id": shop_id},
                ).scalars(),
                key=repr,
            )
            for model in VERSIONED
        }


def run_of(run_id: int) -> RunRow:
    with db.transaction() as session:
        return session.get_one(RunRow, run_id)


def newest_run(shop_id: int) -> RunRow:
    with db.transaction() as session:
        newest = text("SELECT max(id) FROM runs WHERE shop_id = :id")
        return session.get_one(RunRow, session.execute(newest, {"id": shop_id}).scalar_one())


@contextmanager
def command(folder: Path, *, master: str = "local[2]") -> Iterator[subprocess.Popen[str]]:
    """`./influence score` on Spark in a process of its own, which is gone at the end with all it started."""
    with subprocess.Popen(
        [
            settings.ROOT / "influence",
            "score",
            "--shop",
            SHOP,
            "--spark",
            master,
            "--spark-folder",
            str(folder),
        ],
        env=os.environ | {"PYSPARK_SUBMIT_ARGS": SUBMIT, "SPARK_LOCAL_IP": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for_spark(shop_id: int, process: subprocess.Popen[str]) -> RunRow:
    """The shop's run once it computes on Spark."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        run = newest_run(shop_id)
        if run.state == "running" and run.step in {"first purchases", "tied buyers"}:
            return run
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"run {run.id} is {run.state} at {run.step}"
        time.sleep(0.1)


@needs_spark
def test_a_killed_run_on_spark_loses_nothing_and_the_next_command_gives_what_duckdb_gives(
    shop_id: int, tmp_path: Path
) -> None:
    before = results(shop_id)
    with command(tmp_path) as process:
        run_id = wait_for_spark(shop_id, process).id
        process.kill()
    assert results(shop_id) == before
    with db.transaction() as session:
        session.execute(
            text("UPDATE runs SET lease_until = now() - interval '1 second' WHERE state = 'running'")
        )
    with db.transaction() as session:
        execution.sweep(session)
    assert run_of(run_id).state == "queued"

    with command(tmp_path) as process:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, err
    on_spark = run_of(run_id)
    assert (
        out == f"Run {run_id} valued {on_spark.counts['customers']} customers in {on_spark.seconds:,.0f} s.\n"
    )
    assert (on_spark.state, on_spark.attempts) == ("done", 2)
    assert list(tmp_path.iterdir()) == [], "neither run left its tables"
    found = results(shop_id)
    assert all(found.values()), {name: len(rows) for name, rows in found.items()}
    assert found["scores"] != before["scores"]

    with db.transaction() as session:
        again = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, again, as_of=on_spark.as_of)
    here = run_of(again)
    assert {
        name: count for name, count in here.counts.items() if name.endswith(("_changed", "_gone")) and count
    } == {}
    assert results(shop_id) == found
    assert here.model == on_spark.model
    assert here.notes == on_spark.notes


@needs_spark
def test_a_command_that_is_stopped_gives_its_run_back_at_once(shop_id: int, tmp_path: Path) -> None:
    before = results(shop_id)
    with command(tmp_path) as process:
        run_id = wait_for_spark(shop_id, process).id
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 1
    assert f"Run {run_id} was put down and waits to be begun again; nothing of it is stored." in err
    run = run_of(run_id)
    assert (run.state, run.interruptions, run.error) == ("queued", 1, None)
    assert results(shop_id) == before
    assert list(tmp_path.iterdir()) == []


@needs_spark
def test_a_master_that_is_none_is_said_and_nothing_is_begun(shop_id: int, tmp_path: Path) -> None:
    last = newest_run(shop_id).id
    with command(tmp_path, master="sparkle") as process:
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 1
    assert "Spark cannot be used at sparkle (" in err
    assert "local[4], spark://host:7077, yarn" in err
    assert "Traceback" not in err
    assert newest_run(shop_id).id == last


def test_without_pyspark_the_command_says_how_to_install_it(shop_id: int, tmp_path: Path) -> None:
    last = newest_run(shop_id).id
    hidden = "import sys; sys.modules['pyspark'] = None; from saleor_influence_app import cli; cli.main()"
    given = ["score", "--shop", SHOP, "--spark", "local[2]", "--spark-folder", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", hidden, *given],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("PySpark is not installed here: `make spark`"), done.stderr
    assert newest_run(shop_id).id == last


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--shop", "https://two.example/graphql/"], "No shop at https://two.example/graphql/ has installed"),
        (["--shop", SHOP, "--spark", "local[2]"], "--spark and --spark-folder go together."),
        (
            ["--shop", SHOP, "--spark", "local[2]", "--spark-folder", "/no/such"],
            "/no/such is no folder: name",
        ),
        (
            ["--shop", SHOP, "--spark", "spark://127.0.0.1:1", "--spark-folder", "/tmp"],  # noqa: S108 - stays empty
            "Nobody answers at spark://127.0.0.1:1 ([Errno 111] Connection refused): is Spark started there?",
        ),
        (
            ["--shop", SHOP, "--spark", "sc://127.0.0.1:port", "--spark-folder", "/tmp"],  # noqa: S108 - the same
            "Nobody answers at sc://127.0.0.1:port (",
        ),
    ],
)
def test_what_is_wrong_is_said_before_a_run_begins(
    engine: Engine, run: Run, options: list[str], said: str
) -> None:
    assert engine
    with db.transaction() as session:
        shop_id = put_shop(session, SHOP)
        last = put_run(session, shop_id)

    done = run("score", *options)

    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert newest_run(shop_id).id == last


def test_a_shop_is_scored_in_this_process_unless_spark_is_named(shop_id: int, run: Run) -> None:
    last = newest_run(shop_id).id

    done = run("score", "--shop", SHOP)

    scored = newest_run(shop_id)
    assert done.returncode == 0, done.stderr
    assert scored.id > last
    assert (scored.state, scored.kind) == ("done", "full")
    assert done.stdout.startswith(f"Run {scored.id} valued ")


def test_a_command_does_not_begin_beside_a_worker(shop_id: int, run: Run) -> None:
    with db.transaction() as session:
        working = put_run(session, shop_id, state="running", finished_at=None)
        session.execute(
            text("UPDATE runs SET lease_until = now() + interval '1 hour' WHERE id = :id"), {"id": working}
        )

    done = run("score", "--shop", SHOP)

    assert done.returncode == 1
    assert (
        done.stderr == f"Run {working} of this shop is under way: wait for it, or cancel it in the panel.\n"
    )
    assert newest_run(shop_id).id == working, "nothing is queued for a worker either"


def test_workers_leave_a_shop_to_the_command_where_that_is_set(
    shop_id: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORED_BY_COMMAND", f"https://two.example/graphql/, {SHOP}")
    settings.get.cache_clear()
    with db.transaction() as session:
        waiting = run_queue.ask(session, shop_id)
    tasks.runs_execute(waiting)
    assert run_of(waiting).state == "queued"

    assert run("score", "--shop", SHOP).stdout.startswith(f"Run {waiting} valued ")
    with db.transaction() as session:
        back = rollback.go_back(session, shop_id, waiting)
    tasks.runs_execute(back)
    assert run_of(back).state == "done", "a way back needs no engine"

    monkeypatch.undo()
    settings.get.cache_clear()
    with db.transaction() as session:
        theirs = run_queue.ask(session, shop_id)
    tasks.runs_execute(theirs)
    assert run_of(theirs).state == "done"


def test_a_run_that_fails_says_why_and_keeps_the_last_one(shop_id: int, run: Run) -> None:
    before = results(shop_id)
    with db.transaction() as session:
        session.execute(text("""UPDATE shops SET exchange_rates = '{"PLN": "much"}'"""))

    done = run("score", "--shop", SHOP)

    assert done.returncode == 1
    failed = newest_run(shop_id)
    assert failed.state == "failed"
    assert done.stderr.splitlines()[-1] == (
        f"Run {failed.id} failed; the values shown are those of the last good run. "
        "ValueError: could not convert string to float: 'much'"
    )
    assert results(shop_id) == before
