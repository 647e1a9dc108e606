"""An erasure leaves a certificate and no name; a mailbox's orders are found by an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasures", sa.Column("certificate", postgresql.JSONB(), nullable=True))
    op.create_index(
        "ix_orders_mailbox_hash",
        "orders",
        ["shop_id", "mailbox_hash"],
        postgresql_where=sa.text("mailbox_hash IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_mailbox_hash", "orders")
    op.drop_column("erasures", "certificate")
