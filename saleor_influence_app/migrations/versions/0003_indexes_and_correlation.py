"""Indexes for periodic statements, built beside the app's work; what caused a message, a run, a row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_messages_handled": "messages (handled_at) WHERE state <> 'pending'",
    "ix_messages_failed": "messages (shop_id) WHERE state = 'failed'",
    "ix_runs_running": "runs (lease_until) WHERE state = 'running'",
    "ix_outbox_failed": "outbox (shop_id, customer_id) WHERE state = 'failed'",
    "ix_ties_social": "ties (kind, valid_to) WHERE origin = 'social'",
    "ix_ties_social_ended": "ties (shop_id, valid_to) WHERE origin = 'social'",
    "ix_profiles_trouble_since": "profiles (trouble_since) WHERE trouble_since IS NOT NULL",
    "ix_pending_links_expires_at": "pending_links (expires_at)",
    "ix_revocations_next_at": "revocations (next_at)",
    "ix_revocations_erasure": "revocations (erasure_id)",
    "ix_erasures_done": "erasures (finished_at) WHERE state = 'done'",
    "ix_invitations_expires_at": "invitations (expires_at)",
    "ix_notices_at": "notices (at)",
}
# An old run is deleted when no row is its: looked up at night, and by the foreign keys themselves.
INDEXES |= {
    f"ix_{table}{past}_run_id": f"{table}{past} (run_id)"
    for table in ("scores", "evidence", "credits", "network_scores", "memberships")
    for past in ("", "_past")
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
