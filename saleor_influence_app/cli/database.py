"""Commands that bring the database to this version, and a restored one up to date."""

import time

import typer
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from saleor_influence_app import db, server_faults, settings
from saleor_influence_app.errors import SettingInvalid

MIGRATION_LOCK = 0x1F1DE1CE


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
