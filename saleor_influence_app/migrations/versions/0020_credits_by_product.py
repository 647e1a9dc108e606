"""Credit rows are found by product, for its cascade; the index is built beside the app's work."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "ix_credits_product"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # One that was broken off is there and not valid.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON credits (shop_id, product_id)")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
