"""Since when a history is in trouble, and when what could not be removed is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns and an index."""
    op.add_column("backfills", sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shops", sa.Column("attribute_retry_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_outbox_set_aside",
        "outbox",
        ["shop_id", "next_attempt_at"],
        postgresql_where=sa.text("state = 'failed' OR (state = 'skipped_staff' AND wanted IS NULL)"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_outbox_set_aside", table_name="outbox")
    op.drop_column("shops", "attribute_retry_at")
    op.drop_column("backfills", "trouble_since")
