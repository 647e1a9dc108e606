"""Commands that run the app: its processes, their start and their end."""

import os
import socket
import sys
import time
from collections.abc import Mapping
from typing import Annotated, Literal

import typer
from sqlalchemy import Connection, create_engine, exists, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from saleor_influence_app import broker, db, fields, log, server_faults, settings
from saleor_influence_app.cli import supervisor
from saleor_influence_app.errors import SettingInvalid
from saleor_influence_app.models import Run, RunState
from saleor_influence_app.run_queue import PATIENCE

Role = Literal["web", "worker", "beat"]
ROLES: tuple[Role, ...] = ("web", "worker", "beat")
SEVERAL = fields.limited(least=1, most=256)
Port = Annotated[int, typer.Option(parser=fields.limited(least=1, most=65_535))]
Workers = Annotated[int, typer.Option(parser=SEVERAL)]
MIGRATION_LOCK = 0x1F1DE1CE
PORT_SECONDS = 5.0
"""How long `serve` waits for a port that a process which is just ending may still hold."""


def serve(
    *,
    only: Annotated[Role | None, typer.Option(help="Run one part alone; without it: all three.")] = None,
    host: str = "127.0.0.1",
    port: Port = 8080,
    web_workers: Annotated[int, typer.Option(help="Processes that answer requests.", parser=SEVERAL)] = 1,
    concurrency: Annotated[
        int, typer.Option(help="Runs that the worker does at a time; a long one alone.", parser=SEVERAL)
    ] = broker.POOLS["runs"].slots,
) -> None:
    """Migrate the database, then run web, worker and beat until Ctrl-C; restart a part that ends."""
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    roles = ROLES if only is None else (only,)
    if "web" in roles:
        _await_port(host, port)
    if only is None:
        migrate()
    commands = _commands(host=host, port=port, web_workers=web_workers, concurrency=concurrency)
    raise typer.Exit(
        supervisor.supervise(
            {name: command for role in roles for name, command in commands[role].items()},
            is_held_up=_finishes_a_run,
        )
    )


def _commands(
    *, host: str, port: int, web_workers: int, concurrency: int
) -> Mapping[Role, Mapping[str, list[str]]]:
    """Return what `serve` starts for each role, by names for people."""
    return {
        "web": {"web": _ours("web", f"--host={host}", f"--port={port}", f"--workers={web_workers}")},
        "worker": _workers(runs_at_a_time=concurrency),
        "beat": {"beat": _celery("beat", "--scheduler=saleor_influence_app.beat:Scheduler", "--pidfile=")},
    }


def _finishes_a_run() -> bool:
    """Return whether some worker finishes a run that stops have interrupted too often already."""
    held = exists().where(
        Run.state == RunState.RUNNING, Run.interruptions >= PATIENCE, Run.lease_until > func.now()
    )
    try:
        with db.transaction() as session:
            return bool(session.scalar(select(held)))
    except SQLAlchemyError:
        return False


def _await_port(host: str, port: int) -> None:
    """Return when the port can be had; `SettingInvalid` when another program keeps it."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            with socket.create_server((host, port), family=_family(host)):
                return
        except OSError as error:
            if time.monotonic() > deadline:
                raise SettingInvalid(
                    f"Port {port} of {host} cannot be had ({error.strerror}): another program listens there. "
                    "Stop it, or choose another port with --port."
                ) from error
            time.sleep(0.1)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def web(host: str = "127.0.0.1", port: Port = 8080, workers: Workers = 1) -> None:
    """Answer requests; `serve` starts this."""
    import uvicorn  # only here

    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    uvicorn.run(
        "saleor_influence_app.main:create_served_app",
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
        timeout_worker_healthcheck=60,  # with 5, a busy machine kills each one before it has started
    )


def migrate() -> None:
    """Migrate the tables, grant the app's role its rights, and repeat erasures after a restore."""
    from saleor_influence_app.operations import database_roles  # as in `shops`

    given = settings.get()
    url = (given.migration_database_url or given.database_url).get_secret_value()
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            _wait_for_turn(connection)
            db.migrate(connection)
            connection.commit()
            database_roles.arrange(connection)
    except OperationalError as error:
        name = "DATABASE_URL" if given.migration_database_url is None else "MIGRATION_DATABASE_URL"
        raise SettingInvalid(server_faults.of_postgresql(error, variable=name)) from error
    finally:
        engine.dispose()
    _forget_again()


def _wait_for_turn(connection: Connection) -> None:
    """Return when no other process migrates; the lock goes with the connection.

    Asked for again and again instead of waited for: the building of an index waits for every statement that
    is under way, and one that waits for us would never end.
    """
    lock = text("SELECT pg_try_advisory_lock(:name)")
    while not connection.execute(lock, {"name": MIGRATION_LOCK}).scalar_one():
        connection.rollback()
        time.sleep(0.2)
    connection.commit()


def after_restore() -> None:
    """Run once after a restore from backup: migrate, repeat erasures, and rewrite every customer record."""
    migrate()
    from saleor_influence_app.operations import restores  # as in `shops`
    from saleor_influence_app.shops import tombstone_copies

    with db.transaction() as session:
        tombstone_copies.expect_anew(session)
        count = restores.write_again(session)
    tombstone_copies.catch_up_here(db.transaction)
    typer.echo(f"{count:,} customer records will be written anew. Now start the app, and ask its doctor.")


def _forget_again() -> None:
    """Erase again everybody who was erased since the backup that this database comes from."""
    folder = settings.get().tombstone_folder
    if folder is None:
        return
    from saleor_influence_app.operations import restores  # as in `shops`
    from saleor_influence_app.shops import tombstone_copies

    done = restores.apply(db.transaction, folder)
    if done.total:
        typer.echo(f"A backup was restored: {done.total} endings since then were done again.")
    tombstone_copies.catch_up_here(db.transaction)
    with db.transaction() as session:
        lost = tombstone_copies.lost(session)
    if lost:
        typer.echo(
            "A folder of tombstones is missed; ./influence doctor says which, and what to do.", err=True
        )


def _ours(command: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "saleor_influence_app.cli", command, *options]


def _workers(*, runs_at_a_time: int) -> dict[str, list[str]]:
    """Return a command for each pool; the name of a worker tells pool and tree of processes apart."""
    return {
        f"worker for {name}": _celery(
            "worker",
            f"--hostname={name}.{os.getpid()}@%h",
            f"--queues={','.join(pool.queues)}",
            f"--pool={pool.kind}",
            f"--concurrency={runs_at_a_time if name == 'runs' else pool.slots}",
        )
        for name, pool in broker.POOLS.items()
    }


def _celery(command: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app=saleor_influence_app.worker", "--quiet", command, *options]
