"""Commands that run the app: its processes, their start and their end."""

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal

import typer
from sqlalchemy import create_engine, text

from saleor_influence_app import broker, db, log, settings

Role = Literal["web", "worker", "beat"]
ROLES: tuple[Role, ...] = ("web", "worker", "beat")
STOP_SECONDS = 20.0
"""A worker finishes what it holds: a page or a batch takes seconds."""
MIGRATION_LOCK = 0x1F1DE1CE


def serve(
    *,
    only: Annotated[Role | None, typer.Option(help="Run one part alone; without it: all three.")] = None,
    host: str = "127.0.0.1",
    port: int = 8080,
    web_workers: Annotated[int, typer.Option(help="Processes that answer requests.")] = 1,
    concurrency: Annotated[int, typer.Option(help="Tasks that the worker does at a time.")] = 2,
) -> None:
    """Migrate the database, then run web, worker and beat until Ctrl-C."""
    if only is None:
        migrate()
    with tempfile.TemporaryDirectory(prefix="influence-") as folder:
        queues = ",".join(broker.QUEUES)
        commands = {
            "web": _ours("web", f"--host={host}", f"--port={port}", f"--workers={web_workers}"),
            "worker": _celery("worker", f"--concurrency={concurrency}", f"--queues={queues}"),
            "beat": _celery("beat", f"--schedule={folder}/beat", "--pidfile="),
        }
        code = _supervise({role: commands[role] for role in (ROLES if only is None else (only,))})
    raise typer.Exit(code)


def web(host: str = "127.0.0.1", port: int = 8080, workers: int = 1) -> None:
    """Answer requests; `serve` starts this."""
    import uvicorn  # only here

    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    uvicorn.run(
        "saleor_influence_app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="saleor_influence_app.api.connections:Connection",
        ws="none",
        proxy_headers=False,  # ours: TRUSTED_PROXIES
        log_config=None,  # ours
        access_log=False,  # an address names a customer
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def migrate() -> None:
    """Bring the tables to this version, and forget again whom a restored backup brought back."""
    url = settings.get().database_url.get_secret_value()
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.begin() as connection:
            # two containers may start at the same moment
            connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": MIGRATION_LOCK})
            db.migrate(connection)
    finally:
        engine.dispose()
    _forget_again()


def _forget_again() -> None:
    """Whoever was forgotten since the backup that this database comes from is forgotten again."""
    folder = settings.get().tombstone_folder
    if folder is None:
        return
    from saleor_influence_app.pipeline import restores  # as in `shops`

    done = restores.apply(db.transaction, folder)
    if done.total:
        typer.echo(f"A backup was restored: {done.total} endings since then were done again.")


def _ours(command: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "saleor_influence_app.cli", command, *options]


def _celery(command: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app=saleor_influence_app.worker", "--quiet", command, *options]


def _supervise(commands: Mapping[str, list[str]]) -> int:
    """Run the commands until a signal (then 0) or the end of one (then 1); all have ended afterwards."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    with _asked_to_stop() as asked:
        try:
            for role, command in commands.items():
                children[role] = subprocess.Popen(command, cwd=settings.ROOT)  # noqa: S603 - our own modules
            while not asked.wait(0.2):
                for role, child in children.items():
                    if child.poll() is not None:
                        typer.echo(f"{role} ended with {child.returncode}: stopping the others.", err=True)
                        return 1
        finally:
            _stop(children.values())
    return 0


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set, instead of ending the process."""
    asked = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(children: Collection["subprocess.Popen[bytes]"]) -> None:
    """Every child has ended: of itself if it can in time."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
