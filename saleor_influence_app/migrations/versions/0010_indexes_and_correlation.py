"""Indexes for periodic statements, built beside the app's work; what caused a message, a run, a row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_messages_handled": "messages (handled_at) WHERE state <> 'pending'",
    "ix_messages_failed": "messages (shop_id) WHERE state = 'failed'",
    "ix_runs_running": "runs (lease_until) WHERE state = 'running'",
    "ix_outbox_failed": "outbox (shop_id, customer_id) WHERE state = 'failed'",
}


def upgrade() -> None:
    op.add_column("messages", sa.Column("correlation_id", UUID(as_uuid=False)))
    op.add_column(
        "runs", sa.Column("correlation_ids", ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column("outbox", sa.Column("run_id", sa.Integer()))
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            # One that was broken off is there and not valid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    op.drop_column("outbox", "run_id")
    op.drop_column("runs", "correlation_ids")
    op.drop_column("messages", "correlation_id")
