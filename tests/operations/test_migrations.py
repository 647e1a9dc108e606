"""Migrations side by side, beside work, and once more after one that was broken off."""

import os
import subprocess
import sys
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from saleor_influence_app import db
from saleor_influence_app.cli.database import MIGRATION_LOCK
from saleor_influence_app.db import Base

REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 300
INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"


def migrating(database: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "saleor_influence_app.cli", "migrate"],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": database},
    )


def upgrade(connection: Connection, *, to: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "saleor_influence_app" / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    return config


def test_two_migrations_at_once_both_end_and_every_index_is_whole(
    engine: object, fresh_database: str
) -> None:
    """One that waits must hold no statement open: an index that is built waits for every one of those."""
    assert engine
    server = create_engine(fresh_database)
    with server.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:name)"), {"name": MIGRATION_LOCK})
        other.commit()
        both = [migrating(fresh_database) for _ in range(2)]
        time.sleep(1)  # both find the lock taken, or come later: either is right
        other.execute(text("SELECT pg_advisory_unlock(:name)"), {"name": MIGRATION_LOCK})
        other.commit()
    assert [one.wait(timeout=WAIT_SECONDS) for one in both] == [0, 0]

    with server.connect() as connection:
        assert connection.execute(text(INVALID)).all() == []
        there = set(connection.execute(text("SELECT indexname FROM pg_indexes")).scalars())
    server.dispose()
    named = {index.name for table in Base.metadata.sorted_tables for index in table.indexes}
    assert named <= there


def test_a_migration_that_was_broken_off_while_it_built_an_index_goes_through_the_next_time(
    engine: object, fresh_database: str
) -> None:
    assert engine
    server = create_engine(fresh_database)
    with server.connect() as connection:
        upgrade(connection, to="0002")
    with server.begin() as connection:
        connection.execute(text("CREATE INDEX ix_messages_failed ON messages (id)"))
        connection.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_messages_failed'::regclass")
        )

    with server.connect() as connection:
        db.migrate(connection)

        assert connection.execute(text(INVALID)).all() == []
        made = connection.execute(text("SELECT pg_get_indexdef('ix_messages_failed'::regclass)")).scalar_one()
    server.dispose()
    assert "(shop_id) WHERE (state = 'failed'" in made


def test_shops_of_before_keep_value_and_score_in_their_records_and_new_ones_name_segments_alone(
    engine: object, fresh_database: str
) -> None:
    assert engine
    server = create_engine(fresh_database)

    def put_shop(name: str) -> None:
        with server.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO shops (api_url, app_id, token_encrypted, email_key_encrypted, jwks, "
                    "jwks_fetched_at, schema_version, permissions) "
                    "VALUES (:name, 'app', '', '', '{}', now(), '3.23', '{}')"
                ),
                {"name": name},
            )

    with server.connect() as connection:
        upgrade(connection, to="0015")
    put_shop("of before")
    with server.connect() as connection:
        db.migrate(connection)
    put_shop("new")

    with server.connect() as connection:
        found = connection.execute(text("SELECT api_url, segments_only FROM shops ORDER BY id")).all()
    server.dispose()
    assert [tuple(row) for row in found] == [("of before", False), ("new", True)]


def test_who_was_flagged_as_gone_objects_until_they_are_erased_once_more(
    engine: object, fresh_database: str
) -> None:
    """0012: only an erasure had set the flag, and what an erasure deletes has grown since."""
    assert engine
    server = create_engine(fresh_database)
    with server.connect() as connection:
        config = upgrade(connection, to="0010")
        connection.execute(
            text("""
                INSERT INTO shops (id, api_url, app_id, token_encrypted, email_key_encrypted, jwks,
                    jwks_fetched_at, schema_version, saleor_version, permissions)
                VALUES (1, 'https://one.example/graphql/', 'a', 't', 'k', '{}', now(), '3', '3', '{}')
            """)
        )
        flagged = (
            "INSERT INTO outbox (shop_id, customer_id, withdrawn) VALUES (1, 'gone', true), (1, 'a', false)"
        )
        connection.execute(text(flagged))
        connection.commit()

        command.upgrade(config, "0012")

        held = "SELECT customer_id, by, ended_at FROM objections"
        asked = "SELECT customer_id, reason, state, network FROM erasures"
        assert [tuple(row) for row in connection.execute(text(held))] == [("gone", "self", None)]
        assert [tuple(row) for row in connection.execute(text(asked))] == [("gone", "erased", "asked", None)]
        command.downgrade(config, "0010")
        flags = connection.execute(text("SELECT customer_id, withdrawn FROM outbox ORDER BY 1")).all()
        assert [tuple(row) for row in flags] == [("a", False), ("gone", True)]
    server.dispose()
