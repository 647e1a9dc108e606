"""Fair service: what was done for the customers of orders, and bands of scores by month."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "shops", sa.Column("fair_service", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "order_service",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded", sa.Numeric(20, 6), nullable=False),
        sa.Column("cancelled_by_staff", sa.Boolean(), nullable=False),
        sa.Column("warehouse", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_order_service_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("pk_order_service")),
    )
    op.create_table(
        "score_bands",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.CheckConstraint("band IN ('low', 'middle', 'high', 'unknown')", name=op.f("ck_score_bands_band")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_score_bands_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "customer_id", "month", name=op.f("pk_score_bands")),
    )


def downgrade() -> None:
    op.drop_table("score_bands")
    op.drop_table("order_service")
    op.drop_column("shops", "fair_service")
