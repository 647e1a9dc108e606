"""A friend whom somebody names is found by code or handle without reading all of a shop's."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_personal_codes_lower": "personal_codes (shop_id, lower(code))",
    "ix_profiles_handle": "profiles (shop_id, ltrim(lower(handle), '@'))",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            # One that was broken off is there and not valid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
