"""`influence`: what an operator does; each command says what to do next when it fails."""

import json
import sys

import typer

from saleor_influence_app import log
from saleor_influence_app.errors import AppError


def main() -> None:
    """Run the command line; what an operator can mend ends with a sentence instead of a traceback."""
    try:
        _asked_for(sys.argv[1:2])(prog_name="./influence")
    except Exception as error:  # noqa: BLE001 - what is not ours is told without its text
        typer.echo(_sentence(error), err=True)
    sys.exit(1)


def _asked_for(command: list[str]) -> typer.Typer:
    """Return the commands; those that last come alone, for what they import stays in memory."""
    from saleor_influence_app.cli import process  # imported where it is used: it imports this package

    if command and command[0] in process.LASTING:
        return process.app
    from saleor_influence_app.cli import commands

    return commands.app


def _sentence(error: Exception) -> str:
    """Return what is wrong and what to do, for a person."""
    if isinstance(error, AppError):
        return error.message
    from kombu.exceptions import OperationalError as BrokerError  # `serve` needs none of them
    from redis import RedisError
    from sqlalchemy.exc import SQLAlchemyError

    from saleor_influence_app import server_faults, settings

    if isinstance(error, SQLAlchemyError):
        return server_faults.of_postgresql(error)
    if isinstance(error, (RedisError, BrokerError)):
        return server_faults.of_redis(error, url=settings.get().redis_url.get_secret_value())
    # Its text would quote what it was about.
    return f"This is a fault of the app; report it with: {json.dumps(log.described(error))}"
