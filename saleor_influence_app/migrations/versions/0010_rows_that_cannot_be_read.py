"""Rows of a network's lists that could not be read are counted; lists that go in a circle are left."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("0")
    op.add_column("profiles", sa.Column("walk_pages", sa.Integer(), server_default=none, nullable=False))
    op.add_column("profiles", sa.Column("walk_skipped", sa.Integer(), server_default=none, nullable=False))
    op.add_column("profiles", sa.Column("walk_landmark", sa.Text(), nullable=True))
    op.add_column("snapshots", sa.Column("rows_skipped", sa.Integer(), server_default=none, nullable=False))


def downgrade() -> None:
    op.drop_column("snapshots", "rows_skipped")
    for name in ("walk_landmark", "walk_skipped", "walk_pages"):
        op.drop_column("profiles", name)
