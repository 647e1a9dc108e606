"""Whether customer records name segments alone: so in new shops; those there are keep what they have."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no = sa.text("false")
    op.add_column("shops", sa.Column("segments_only", sa.Boolean(), server_default=no, nullable=False))
    op.alter_column("shops", "segments_only", server_default=sa.text("true"))


def downgrade() -> None:
    op.drop_column("shops", "segments_only")
