"""The command that executes a shop's run in this process, or on Spark."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from saleor_influence_app import db, log, processes, settings
from saleor_influence_app.cli.shops import OneShop, shops_at
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Run, RunState

Master = Annotated[
    str | None,
    typer.Option("--spark", help="Compute on Spark: its master (spark://host:7077, local[4]), or sc://host."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--spark-folder", help="A folder that this machine and Spark's workers see at the same path."
    ),
]


def score(shop: OneShop, spark: Master = None, spark_folder: Folder = None) -> None:
    """Score a shop at once, in this process or on Spark, and store it as a worker would."""
    if (spark is None) != (spark_folder is None):
        raise InputInvalid("--spark and --spark-folder go together.")
    from saleor_influence_app.runs import execution  # imported where it is used, as in `shops`
    from saleor_influence_app.runs.spark import opened

    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
    place = (
        nullcontext()
        if spark is None or spark_folder is None
        else opened(spark, spark_folder, shop_id=shop_id)
    )
    with place as cluster, _put_down_when_stopped():
        run_id = execution.execute_at_once(db.transaction, shop_id, cluster=cluster)
    with db.snapshot() as session:
        run = session.get_one(Run, run_id)
    if run.state != RunState.DONE:
        typer.echo(_why_not(run), err=True)
        raise typer.Exit(1)
    typer.echo(f"Run {run_id} valued {run.counts['customers']:,} customers in {run.seconds:,.0f} s.")


def _why_not(run: Run) -> str:
    if run.state == RunState.FAILED:
        return f"Run {run.id} failed; the values shown are those of the last good run. {run.error}"
    if run.state == RunState.CANCELLED:
        return f"Run {run.id} was cancelled; nothing of it is stored."
    return f"Run {run.id} was put down and waits to be begun again; nothing of it is stored."


@contextmanager
def _put_down_when_stopped() -> Iterator[None]:
    """On SIGTERM or Ctrl-C give the run back, as a worker does."""
    before = {
        one: signal.signal(one, lambda *_: processes.ask_to_stop()) for one in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
