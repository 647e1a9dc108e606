"""Alembic's entry: migrate the database of DATABASE_URL, or the connection that a caller passes in."""

from alembic import context
from sqlalchemy import Connection

from saleor_influence_app import models  # noqa: F401 - fills the metadata
from saleor_influence_app.db import Base, engine

OF_THE_LAST_RELEASE = {("scores", "rank"), ("scores_past", "rank")}
"""Columns that this version neither reads nor writes; the release after it drops them."""


def _is_compared(thing: object, name: str | None, kind: str, *_: object) -> bool:
    table = getattr(thing, "table", None)
    return kind != "column" or (getattr(table, "name", None), name) not in OF_THE_LAST_RELEASE


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_object=_is_compared,
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
