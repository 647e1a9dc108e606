"""Alembic's entry: migrate the database of DATABASE_URL, or the connection that a caller passes in."""

from alembic import context
from sqlalchemy import Connection

from saleor_influence_app import models  # noqa: F401 - fills the metadata
from saleor_influence_app.db import Base, engine


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


passed = context.config.attributes.get("connection")
if passed is not None:
    _run(passed)
else:
    with engine().connect() as own:
        _run(own)
