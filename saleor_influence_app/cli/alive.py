"""Whether a worker or beat is at work: for health checks of containers."""

import socket
import time
from typing import Literal

import typer
from redis import RedisError

from saleor_influence_app import server_faults, settings, telemetry

PATIENCE_SECONDS = {"worker": 60.0, "beat": 120.0}
"""A worker says every two seconds that it listens; beat looks at its clock at least every twenty."""


def alive(part: Literal["worker", "beat"]) -> None:
    """Exit with 0 if this machine's worker, or beat, was active in the last minutes; for health checks."""
    try:
        with telemetry.connect() as client:
            seen = telemetry.read(client, ()).seen
    except (RedisError, OSError) as error:
        url = settings.get().redis_url.get_secret_value()
        typer.echo(f"Nobody knows. {server_faults.of_redis(error, url=url)}", err=True)
        raise typer.Exit(1) from None
    here = f"@{socket.gethostname()}"
    times = [
        moment
        for who, moment in seen.items()
        if who == part or (part == "worker" and who.startswith("worker:") and who.endswith(here))
    ]
    age = time.time() - max(times, default=0.0)
    if age > PATIENCE_SECONDS[part]:
        when = f"was last seen {age:,.0f} s ago" if times else "has not been seen"
        typer.echo(f"The {part} {when}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The {part} was seen {age:.0f} s ago.")
