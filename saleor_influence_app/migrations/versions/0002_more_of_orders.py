"""More of orders: categories as a tree, households, cards, gift cards and free gifts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IDS = ("gift_givers", "gift_card_lines", "gift_lines")


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_categories_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "category_id", name=op.f("pk_categories")),
    )
    op.add_column("shops", sa.Column("categories_asked_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("is_gift_card", "is_gift"):
        op.add_column(
            "order_lines", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    for name in ("address_hash", "payment_hash"):
        op.add_column("orders", sa.Column(name, sa.LargeBinary(), nullable=True))
    for name in _IDS:
        op.add_column(
            "orders",
            sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        )
    for name in ("traits_updated_at", "traits_seen_at"):
        op.add_column("orders", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_orders_gift_givers",
        "orders",
        ["gift_givers"],
        postgresql_using="gin",
        postgresql_where=sa.text("gift_givers <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_gift_givers", table_name="orders")
    for name in ("traits_updated_at", "traits_seen_at", *_IDS, "address_hash", "payment_hash"):
        op.drop_column("orders", name)
    for name in ("is_gift_card", "is_gift"):
        op.drop_column("order_lines", name)
    op.drop_column("shops", "categories_asked_at")
    op.drop_table("categories")
