"""Orders are kept one by one for a time that the shop chooses, and as sums by month after it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "shops", sa.Column("orders_months", sa.Integer(), server_default=sa.text("36"), nullable=False)
    )
    op.create_table(
        "order_months",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("gross", sa.Numeric(20, 6), nullable=False),
        sa.Column("charged", sa.Numeric(20, 6), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_order_months_shop_id_shops", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "month", "channel", "currency", name="pk_order_months"),
    )


def downgrade() -> None:
    op.drop_table("order_months")
    op.drop_column("shops", "orders_months")
