"""How many purchases of others may follow a customer's, with an interval: empty until the next run."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("scores", "scores_past")
COUNTS = ("follow_on_low", "follow_on_high", "follow_on_days")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("follow_on", sa.Double(), nullable=True))
        for name in COUNTS:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        for name in ("follow_on", *COUNTS):
            op.drop_column(table, name)
