"""Commands that run the app: its processes, their start and their end.

They import little, since the parent of the processes lives as long as these do.
"""

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from saleor_influence_app import fields, log, pools, settings
from saleor_influence_app.cli import supervisor
from saleor_influence_app.errors import SettingInvalid

Role = Literal["web", "worker", "beat"]
ROLES: tuple[Role, ...] = ("web", "worker", "beat")
SEVERAL = fields.limited(least=1, most=256)
Port = Annotated[int, typer.Option(parser=fields.limited(least=1, most=65_535))]
Workers = Annotated[int, typer.Option(parser=SEVERAL)]
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
    ] = pools.POOLS["runs"].slots,
) -> None:
    """Migrate the database, then run web, worker and beat until Ctrl-C; restart a part that ends."""
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    roles = ROLES if only is None else (only,)
    if "web" in roles:
        _await_port(host, port)
    if only is None:
        _migrate()
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
        "beat": {
            "beat": _celery(
                "beat", "--scheduler=saleor_influence_app.beat:Scheduler", "--pidfile=", app="clock"
            )
        },
    }


def _migrate() -> None:
    """Migrate in a process of its own, whose memory goes with it; end as it ends when it fails."""
    if failed := subprocess.run(_ours("migrate"), cwd=settings.ROOT, check=False).returncode:  # noqa: S603
        raise typer.Exit(abs(failed))


def _finishes_a_run() -> bool:
    """Return whether some worker finishes a run that stops have interrupted too often already."""
    from sqlalchemy import exists, func, select  # only at the end
    from sqlalchemy.exc import SQLAlchemyError

    from saleor_influence_app import db
    from saleor_influence_app.models import Run, RunState
    from saleor_influence_app.run_queue import PATIENCE

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

    gc.disable()  # what is imported stays: looking for garbage among it takes a fifth of the start
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
        for name, pool in pools.POOLS.items()
    }


def _celery(command: str, *options: str, app: str = "worker") -> list[str]:
    return [sys.executable, "-m", "celery", f"--app=saleor_influence_app.{app}", "--quiet", command, *options]


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(serve)
app.command()(web)
LASTING = frozenset({"serve", "web"})
