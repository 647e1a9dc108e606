"""Commands around the secret key."""

from typing import Annotated

import typer
from cryptography.fernet import Fernet

from saleor_influence_app import db, settings
from saleor_influence_app.errors import InputInvalid

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]


def new_secret_key() -> None:
    """Print a new value for SECRET_KEY or NEW_SECRET_KEY."""
    typer.echo(Fernet.generate_key().decode())


def rotate_secret_key(dry_run: DryRun = False) -> None:
    """Encrypt stored secrets with NEW_SECRET_KEY; safe to repeat."""
    from saleor_influence_app.shops import key_rotation  # imported where it is used, as in `shops`

    given = settings.get()
    if given.new_secret_key is None:
        raise InputInvalid("Set NEW_SECRET_KEY beside SECRET_KEY; `./influence new-secret-key` prints one.")
    keys = [given.new_secret_key.get_secret_value(), given.secret_key.get_secret_value()]
    done = key_rotation.rotate(db.transaction, keys, dry_run=dry_run)
    were = "would be" if dry_run else "were"
    typer.echo(f"{done.rotated} values {were} encrypted anew, {done.current} had the new key already.")
    for name in done.unreadable:
        typer.echo(f"Neither key opens {name}: install the app there again.", err=True)
    raise typer.Exit(int(bool(done.unreadable)))
