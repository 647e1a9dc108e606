"""A hash of the mailbox behind a variant of an e-mail address.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("customers", "orders"):
        op.add_column(table, sa.Column("mailbox_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for table in ("customers", "orders"):
        op.drop_column(table, "mailbox_hash")
