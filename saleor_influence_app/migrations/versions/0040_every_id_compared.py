"""When every id of a shop was compared with Saleor's."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drift_checks", sa.Column("every_id_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("drift_checks", "every_id_at")
