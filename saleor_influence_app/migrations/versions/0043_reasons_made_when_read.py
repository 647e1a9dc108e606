"""Sentences of memberships are made when they are read: runs leave the column out."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = ("memberships", "memberships_past")


def upgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "reason", server_default=sa.text("''"))


def downgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "reason", server_default=None)
