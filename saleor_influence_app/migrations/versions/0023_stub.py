"""Stub."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("discount", sa.Numeric(20, 6)))
    op.add_column("orders", sa.Column("shipping_gross", sa.Numeric(20, 6)))
    op.add_column("orders", sa.Column("delivery_method", sa.Text()))
    op.add_column("orders", sa.Column("gift_cards", ARRAY(sa.Text()), server_default="{}", nullable=False))


def downgrade() -> None:
    for name in ("discount", "shipping_gross", "delivery_method", "gift_cards"):
        op.drop_column("orders", name)
